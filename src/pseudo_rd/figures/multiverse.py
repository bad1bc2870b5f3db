"""The figures of all readings: what each is drawn from, out of the tables of the study."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from pseudo_rd.claims.judge import NOT_TESTABLE, reproduced_in
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.figures import claim_rules, claims_matrix, deciding_choices, phase_diagram, specification_curve
from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.style import FULL_WIDTH
from pseudo_rd.multiverse.decomposition import Decomposition
from pseudo_rd.multiverse.effects import PLACE, matching, option_in_words, paired_effects
from pseudo_rd.multiverse.matrix import verdict_matrix
from pseudo_rd.multiverse.phases import measured_scale, phase_table, predicted_scale
from pseudo_rd.multiverse.rules import shallow_rule
from pseudo_rd.multiverse.scores import AtNoLoss, count_statements, learned
from pseudo_rd.multiverse.summary import effect_decomposition, grouped, order_by_influence, verdict_decomposition
from pseudo_rd.multiverse.verdicts import outcomes_of
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.training.settings import start_deviation

Options = Mapping[str, Hashable]
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
KNOWN = {claim.name: claim for claim in CLAIMS}
WORDS = {claim.name: claim.statement for claim in CLAIMS}
PHASES = {
    "distance_ratio": "hidden distance, with over without",
    "variance_ratio": "filters' variance, with over without",
    "moran_difference": "filters' Moran's I, with minus without",
    "neighbors_lost": "neighbours kept, without minus with",
    "test_error_augmented": "test error with the critic",
}


@dataclass(frozen=True)
class Study:
    """What the figures are drawn from; a table that a figure was not handed is empty.

    Attributes:
        outcomes, verdicts: of `multiverse.verdicts`.
        scales: outcomes of the study of start scales, with the column `start_scale`.
        choices: options of each choice.
        crossed: choices that are combined, all with all, with the options that are.
        readings: the named readings, an option for every choice.
        rule: by which networks have learned.
        least_gain: of the rules' conditions.
        criteria: limits by name, as in params.yaml.
    """

    outcomes: pd.DataFrame
    verdicts: pd.DataFrame
    scales: pd.DataFrame
    choices: Mapping[str, Sequence[Hashable]]
    crossed: Mapping[str, Sequence[Hashable]]
    readings: Mapping[str, Options]
    rule: AtNoLoss
    least_gain: int
    criteria: Mapping[str, Mapping[str, float | None]]

    @property
    def base(self) -> dict[str, Hashable]:
        """The printed options of the choices that are not crossed."""
        return {choice: options[0] for choice, options in self.choices.items() if choice not in self.crossed}

    def widest(self, dataset: str) -> int:
        """The largest width of the study on a data set."""
        return int(self.outcomes.loc[self.outcomes["dataset"] == dataset, "width"].max())


def study_of(inputs: FigureInputs) -> Study:
    """The study that a figure was handed: tables, and what params.yaml says of the choices."""
    given = inputs.parameters
    choices = {name: [each["option"] for each in choice["options"]] for name, choice in given["choices"].items()}
    printed = {name: options[0] for name, options in choices.items()}
    outcomes, verdicts, scales = (
        inputs.tables.get(name, pd.DataFrame()) for name in ("outcomes", "verdicts", "scales")
    )
    return Study(
        outcomes=outcomes,
        verdicts=verdicts,
        scales=scales if scales.empty else outcomes_of(scales, [*choices, "start_scale"]),
        choices=choices,
        crossed=dict(sorted(given["multiverse.crossed"].items())),
        readings={name: {**printed, **changes} for name, changes in given["readings"].items()},
        rule=AtNoLoss(**given["multiverse.at_no_loss"]),
        least_gain=given["multiverse.least_gain"],
        criteria=given["claims.criteria"],
    )


def claims_matrix_figure(inputs: FigureInputs) -> Figure:
    """All claims at the largest width of each data set against all readings, but for those that none can decide."""
    study = study_of(inputs)
    widest = study.verdicts.groupby("dataset")["width"].transform("max")
    verdicts = study.verdicts[study.verdicts["width"] == widest]
    decided = verdicts["claim"].isin(verdicts.loc[verdicts["verdict"] != NOT_TESTABLE, "claim"])
    undecided = verdicts.loc[~decided, "claim"].nunique()
    verdicts = verdicts[decided]
    if verdicts.empty:
        return empty("No claim is testable under any reading.")
    choices = order_by_influence(study.choices, verdicts, study.crossed, study.base)
    matrix = verdict_matrix(verdicts, choices)
    scores = count_statements(verdicts, [*choices])
    front = matrix.readings.merge(scores, on=[*choices], how="left")["on_front"].tolist()
    return claims_matrix.draw(matrix, choices, front, study.readings, WORDS, undecided)


def claim_rules_figure(inputs: FigureInputs) -> Figure:
    """For each claim whose verdict varies at the largest width: which choice decides it, and a rule with its counts."""
    study = study_of(inputs)
    claims: list[dict[str, Any]] = []
    sentences: list[str] = []
    shapley: list[list[float]] = []
    for named, table in grouped(study.verdicts, ["claim", *PLACE]):
        reproduced, of = reproduced_in(table["verdict"])
        if named["width"] == study.widest(named["dataset"]) and 0 < reproduced < of:
            claims.append(named)
            sentences.append(shallow_rule(table, [*study.choices], study.least_gain).sentence)
            shapley.append(shapley_of(table, study))
    if not claims:
        return empty("No claim is reproduced under some readings and not under others.")
    labels = claims_matrix.statement_labels(pd.DataFrame(claims).assign(width=0), WORDS)
    return claim_rules.draw(labels, [*study.crossed], np.array(shapley), sentences)


def shapley_of(verdicts: pd.DataFrame, study: Study) -> list[float]:
    """Shapley's share of each crossed choice in one claim's verdict; NaN where there is nothing to decompose."""
    try:
        effects = verdict_decomposition(verdicts, study.crossed, study.base).effects.set_index("factor")["shapley"]
    except ValueError:
        return [float("nan")] * len(study.crossed)
    return [float(effects[choice]) for choice in study.crossed]


def deciding_choices_figure(inputs: FigureInputs) -> Figure:
    """Which choice decides how much farther the critic drives the hidden layer, and how much filters vary."""
    study = study_of(inputs)
    decompositions: dict[str, Decomposition] = {}
    notes: dict[str, str] = {}
    for named, there in grouped(study.outcomes, PLACE):
        if named["width"] != study.widest(named["dataset"]):
            continue
        for quantity, words in (("distance_hidden", "hidden distance"), ("variance", "filters' variance")):
            try:
                found, left_out = effect_decomposition(there, study.crossed, study.base, quantity)
            except ValueError:  # points have no filters, or too few runs are finite
                continue
            width = f"m = {named['width']:,}".replace(" ", NO_BREAK_SPACE)
            name = f"{words}, with over without: {named['dataset']}, {width}"
            decompositions[name] = found
            missing = "; ".join(
                f"{choice.replace('_', ' ')} {', '.join(map(option_in_words, options))}"
                for choice, options in left_out.items()
                if options
            )
            notes[name] = f"Left out, since runs there diverged: {missing}." if missing else ""
    if not decompositions:
        return empty("No effect varies over readings whose runs are finite.")
    return deciding_choices.draw(decompositions, notes)


def specification_curve_figure(inputs: FigureInputs, claim: str, words: str) -> Figure:
    """The specification curve of the effect that a claim is about, at the largest width, with its verdicts."""
    study, told = study_of(inputs), KNOWN[claim]
    (dataset,) = told.experiments
    keys, width = [*study.choices], study.widest(dataset)
    at_width = {"dataset": dataset, "width": width}
    outcomes, verdicts = (table[matching(table, at_width)] for table in (study.outcomes, study.verdicts))
    verdicts = verdicts.loc[verdicts["claim"] == claim, [*keys, "verdict"]]
    fits = outcomes.assign(learned=learned(outcomes, OBJECTIVES[0], study.rule)).groupby(keys)["learned"].all()
    effects = paired_effects(outcomes, keys, told.arguments["column"])
    effects = effects.merge(fits.reset_index(), on=keys).merge(verdicts, on=keys)
    limit = study.criteria[told.criterion]["at_least"]
    if limit is None:
        raise ValueError(f"claims.criteria.{told.criterion} has no at_least to draw")
    fit = f"learned without the critic: {learned_in_words(study.rule, dataset)}"
    return specification_curve.draw(
        effects, study.choices, limit, study.readings, words, fit, f"{dataset}, m = {width:,}"
    )


def learned_in_words(rule: AtNoLoss, dataset: str) -> str:
    """What a network must reach on the data set: "error at most 0.0165"."""
    limits = [f"error at most {rule.error[dataset]:g}"] if dataset in rule.error else []
    limits += [f"accuracy at least {rule.accuracy[dataset]:.0%}"] if dataset in rule.accuracy else []
    return " and ".join(limits) or "anything"


def empty(text: str) -> Figure:
    """A figure that says why there is nothing to draw."""
    figure = plt.figure(figsize=(FULL_WIDTH, 1), layout="none")
    figure.text(0.5, 0.5, text, ha="center", va="center")
    return figure


def phase_diagram_figure(inputs: FigureInputs) -> Figure:
    """Start scale against width: where training is lazy and where it is rich."""
    study = study_of(inputs)
    phases = phase_table(study.scales)
    panels = {name: title for name, title in PHASES.items() if phases[name].notna().any()}
    predicted = {objective: predicted_scale(phases, objective) for objective in OBJECTIVES}
    measured = {objective: measured_scale(phases, objective) for objective in OBJECTIVES}
    return phase_diagram.draw(phases, panels, predicted, measured, named_scales(phases, study.readings))


def named_scales(phases: pd.DataFrame, readings: Mapping[str, Options]) -> dict[str, pd.Series]:
    """By reading, the scale at which the printed hidden layer starts as large as the reading's, indexed by width."""
    inputs = int(phases["inputs"].iloc[0])
    widths = sorted(phases["width"].unique())
    return {
        name: pd.Series({width: start_deviation(str(options["generator_start"]), inputs, width) for width in widths})
        for name, options in readings.items()
    }

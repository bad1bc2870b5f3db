"""The figures of all readings: what each is drawn from, out of the tables of the study."""

from collections.abc import Hashable, Mapping
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
from pseudo_rd.multiverse.effects import DATA_AND_WIDTH, grouped, option_in_words, paired_effects
from pseudo_rd.multiverse.matrix import verdict_matrix
from pseudo_rd.multiverse.phases import phase_table
from pseudo_rd.multiverse.rules import shallow_rule
from pseudo_rd.multiverse.scores import count_statements, learned
from pseudo_rd.multiverse.summary import Choices, effect_decomposition, order_by_influence, verdict_decomposition
from pseudo_rd.multiverse.verdicts import outcomes_of
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.results.runs import learned_in_words
from pseudo_rd.training.settings import start_deviation

Readings = Mapping[str, Mapping[str, Hashable]]  # by name an option for every choice
KNOWN = {claim.name: claim for claim in CLAIMS}
WORDS = {claim.name: claim.statement for claim in CLAIMS}
PHASES = {
    "distance_ratio": "hidden distance, with over without",
    "variance_ratio": "filters' variance, with over without",
    "moran_difference": "filters' Moran's I, with minus without",
    "neighbors_lost": "neighbours kept, without minus with",
    "test_error_augmented": "test error with the critic",
}


def choices_of(inputs: FigureInputs) -> Choices:
    given = inputs.parameters
    options = {name: [each["option"] for each in choice["options"]] for name, choice in given["choices"].items()}
    return Choices(options, dict(sorted(given["multiverse.crossed"].items())))


def named_readings(inputs: FigureInputs) -> Readings:
    printed = choices_of(inputs).printed
    return {name: {**printed, **changes} for name, changes in inputs.parameters["readings"].items()}


def at_largest_width(table: pd.DataFrame) -> pd.DataFrame:
    """The rows at the largest width of their data set."""
    return table[table["width"] == table.groupby("dataset")["width"].transform("max")]


def claims_matrix_figure(inputs: FigureInputs) -> Figure:
    """All claims at the largest width of each data set against all readings, but for those that none can decide."""
    verdicts, choices = at_largest_width(inputs.tables["verdicts"]), choices_of(inputs)
    decided = verdicts["claim"].isin(verdicts.loc[verdicts["verdict"] != NOT_TESTABLE, "claim"])
    undecided = verdicts.loc[~decided, "claim"].nunique()
    verdicts = verdicts[decided]
    if verdicts.empty:
        return empty("No claim is testable under any reading.")
    options = order_by_influence(verdicts, choices)
    matrix = verdict_matrix(verdicts, options)
    scores = count_statements(verdicts, [*options])
    front = matrix.readings.merge(scores, on=[*options], how="left")["on_front"].tolist()
    return claims_matrix.draw(matrix, options, front, named_readings(inputs), WORDS, undecided)


def claim_rules_figure(inputs: FigureInputs) -> Figure:
    """For each claim whose verdict varies at the largest width: which choice decides it, and a rule with its counts."""
    choices, least_gain = choices_of(inputs), inputs.parameters["multiverse.least_gain"]
    claims: list[dict[str, Any]] = []
    sentences: list[str] = []
    shapley: list[list[float]] = []
    for statement, table in grouped(at_largest_width(inputs.tables["verdicts"]), ["claim", *DATA_AND_WIDTH]):
        reproduced, of = reproduced_in(table["verdict"])
        if 0 < reproduced < of:
            claims.append(statement)
            sentences.append(shallow_rule(table, [*choices.options], least_gain).sentence)
            shapley.append(shapley_of(table, choices))
    if not claims:
        return empty("No claim is reproduced under some readings and not under others.")
    labels = claims_matrix.statement_labels(pd.DataFrame(claims).assign(width=0), WORDS)
    return claim_rules.draw(labels, [*choices.crossed], np.array(shapley), sentences)


def shapley_of(verdicts: pd.DataFrame, choices: Choices) -> list[float]:
    """Shapley's share of each crossed choice in one claim's verdict; NaN where there is nothing to decompose."""
    try:
        return verdict_decomposition(verdicts, choices)["shapley"].tolist()
    except ValueError:
        return [float("nan")] * len(choices.crossed)


def deciding_choices_figure(inputs: FigureInputs) -> Figure:
    """Which choice decides how much farther the critic drives the hidden layer, and how much filters vary."""
    decompositions: dict[str, pd.DataFrame] = {}
    notes: dict[str, str] = {}
    for place, outcomes in grouped(at_largest_width(inputs.tables["outcomes"]), DATA_AND_WIDTH):
        for quantity, words in (("distance_hidden", "hidden distance"), ("variance", "filters' variance")):
            try:
                decomposition, left_out = effect_decomposition(outcomes, choices_of(inputs), quantity)
            except ValueError:  # points have no filters, or too few runs are finite
                continue
            width = f"m = {place['width']:,}".replace(" ", "\N{NO-BREAK SPACE}")
            name = f"{words}, with over without: {place['dataset']}, {width}"
            decompositions[name] = decomposition
            missing = "; ".join(
                f"{choice.replace('_', ' ')} {', '.join(map(option_in_words, options))}"
                for choice, options in left_out.items()
            )
            notes[name] = f"Left out, since runs there diverged: {missing}." if missing else ""
    if not decompositions:
        return empty("No effect varies over readings whose runs are finite.")
    return deciding_choices.draw(decompositions, notes)


def specification_curve_figure(inputs: FigureInputs, claim: str, words: str) -> Figure:
    """The specification curve of the effect that a claim is about, at the largest width, with its verdicts."""
    options, about = choices_of(inputs).options, KNOWN[claim]
    (dataset,) = about.experiments
    keys, limits = [*options], inputs.parameters["claims.learned"]
    outcomes, verdicts = (at_largest_width(inputs.tables[name]) for name in ("outcomes", "verdicts"))
    outcomes = outcomes[outcomes["dataset"] == dataset]
    verdicts = verdicts.loc[verdicts["claim"] == claim, [*keys, "verdict"]]
    fits = outcomes.assign(learned=learned(outcomes, OBJECTIVES[0], limits)).groupby(keys)["learned"].all()
    effects = paired_effects(outcomes, keys, about.arguments["column"])
    effects = effects.merge(fits.reset_index(), on=keys).merge(verdicts, on=keys)
    limit = inputs.parameters["claims.criteria"][about.criterion]["at_least"]
    if limit is None:
        raise ValueError(f"claims.criteria.{about.criterion} has no at_least to draw")
    fit = f"learned without the critic: {learned_in_words(limits, dataset)}"
    place = f"{dataset}, m = {outcomes['width'].iloc[0]:,}"
    return specification_curve.draw(effects, options, limit, named_readings(inputs), words, fit, place)


def empty(text: str) -> Figure:
    """A figure that says why there is nothing to draw."""
    figure = plt.figure(figsize=(FULL_WIDTH, 1), layout="none")
    figure.text(0.5, 0.5, text, ha="center", va="center")
    return figure


def phase_diagram_figure(inputs: FigureInputs) -> Figure:
    """Start scale against width: where training is lazy and where it is rich."""
    phases = phase_table(outcomes_of(inputs.tables["scales"], [*choices_of(inputs).options, "start_scale"]))
    panels = {name: title for name, title in PHASES.items() if phases[name].notna().any()}
    return phase_diagram.draw(phases, panels, named_scales(phases, named_readings(inputs)))


def named_scales(phases: pd.DataFrame, readings: Readings) -> dict[str, pd.Series]:
    """By reading, the scale at which the printed hidden layer starts as large as the reading's, indexed by width."""
    inputs = int(phases["inputs"].iloc[0])
    widths = sorted(phases["width"].unique())
    return {
        name: pd.Series({width: start_deviation(str(options["generator_start"]), inputs, width) for width in widths})
        for name, options in readings.items()
    }

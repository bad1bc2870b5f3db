"""All that the universes say, as plain values for multiverse.json."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pseudo_rd.claims.judge import NOT_TESTABLE, REPRODUCED
from pseudo_rd.multiverse.decomposition import balanced_part, decompose
from pseudo_rd.multiverse.effects import DATA_AND_WIDTH, grouped, log_ratios, matching, paired_effects
from pseudo_rd.multiverse.matrix import verdict_matrix
from pseudo_rd.multiverse.rules import shallow_rule
from pseudo_rd.multiverse.scores import AtNoLoss, rank_readings, why_not_more

Options = Mapping[str, Sequence[Hashable]]  # by choice


@dataclass(frozen=True)
class Choices:
    """What the readings of a study choose between.

    Attributes:
        options: of each choice, the printed one first, in the order to show them.
        crossed: of the choices that are varied in full, all with all, the options that are combined; the others are as
            printed there.
    """

    options: Options
    crossed: Options

    @property
    def printed(self) -> dict[str, Hashable]:
        """The reading `printed`."""
        return {choice: options[0] for choice, options in self.options.items()}

    def on_grid(self, table: pd.DataFrame) -> pd.DataFrame:
        """The rows of the full grid: an option of a crossed choice that is tried alone lies beside it."""
        mask = matching(table, {name: option for name, option in self.printed.items() if name not in self.crossed})
        for choice, options in self.crossed.items():
            mask &= table[choice].isin(options)
        return table[mask]


def summarize(
    outcomes: pd.DataFrame,
    verdicts: pd.DataFrame,
    choices: Choices,
    rule: AtNoLoss,
    quantities: Sequence[str],
    least_gain: int,
) -> dict[str, Any]:
    """Matrix, rules, decompositions, effects, scores, and what goes farthest at no loss.

    Args:
        outcomes, verdicts: of `multiverse.verdicts`.
        choices: what the readings choose between.
        rule: by which readings are ranked.
        quantities: of positive numbers, whose log-ratios are effects.
        least_gain: of the rules' conditions, as for `shallow_rule`.

    Returns:
        Numbers, strings, lists and dictionaries; what is not finite is None.
    """
    names = [*choices.options]
    matrix = verdict_matrix(verdicts, order_by_influence(verdicts, choices))
    ranking = rank_readings(outcomes, verdicts, names, rule)
    return plain(
        {
            "choices": choices.options,
            "crossed": choices.crossed,
            "readings": matrix.readings.to_dict("records"),
            "statements": [
                {**row, "verdicts": words}
                for row, words in zip(matrix.statements.to_dict("records"), matrix.verdicts, strict=True)
            ],
            "rules": [
                {
                    **statement,
                    **result_or_reason(rule_of, table, names, least_gain),
                    "decomposition": result_or_reason(effects_on_verdict, table, choices),
                }
                for statement, table in grouped(verdicts, ["claim", *DATA_AND_WIDTH])
            ],
            "effects": {
                quantity: paired_effects(outcomes, names, quantity).to_dict("records") for quantity in quantities
            },
            "decompositions": [
                {**keys, "quantity": quantity, **result_or_reason(effects_on_effect, table, choices, quantity)}
                for quantity in quantities
                for keys, table in grouped(outcomes, DATA_AND_WIDTH)
            ],
            "scores": ranking.to_dict("records"),
            "at_no_loss": {"why": why_not_more(ranking)},
        }
    )


def effect_decomposition(
    outcomes: pd.DataFrame, choices: Choices, quantity: str
) -> tuple[pd.DataFrame, dict[str, list[Hashable]]]:
    """Which choice decides the effect of the critic at one data set and width, seeds as a factor of their own.

    Args:
        outcomes: of one data set at one width.
        choices: of which the crossed ones are factors.
        quantity: whose log-ratio is decomposed.

    Returns:
        Shares of `decompose` over the largest balanced part, and the options that it leaves out.

    Raises:
        ValueError: as `balanced_part` and `decompose` do.
    """
    table = choices.on_grid(outcomes)
    table = table.assign(effect=log_ratios(table, quantity))
    factors = [*choices.crossed, *(["seed"] if table["seed"].nunique() > 1 else [])]
    part, left_out = balanced_part(table, factors, "effect")
    return decompose(part, factors, "effect"), left_out


def verdict_decomposition(verdicts: pd.DataFrame, choices: Choices) -> pd.DataFrame:
    """Which choice decides whether one claim is reproduced (1) or not (0) at one data set and width, by `decompose`.

    Raises:
        ValueError: if the claim is not testable in a cell of the grid, or the verdict is the same in all.
    """
    table = choices.on_grid(verdicts)
    reproduced = (table["verdict"] == REPRODUCED).astype(float).where(table["verdict"] != NOT_TESTABLE)
    return decompose(table.assign(reproduced=reproduced), [*choices.crossed], "reproduced")


def order_by_influence(verdicts: pd.DataFrame, choices: Choices) -> dict[str, Sequence[Hashable]]:
    """The options by choice, first the crossed one with the largest mean Shapley effect on the verdicts that vary.

    The choices that are not crossed keep their order and come last.
    """
    sums = dict.fromkeys(choices.crossed, 0.0)
    for _, table in grouped(verdicts, ["claim", *DATA_AND_WIDTH]):
        with suppress(ValueError):  # it is reproduced everywhere, nowhere, or not testable
            effects = verdict_decomposition(table, choices)
            for choice, effect in zip(effects["factor"], effects["shapley"], strict=True):
                sums[choice] += effect
    order = sorted(sums, key=lambda choice: -sums[choice])
    return {choice: choices.options[choice] for choice in [*order, *choices.options]}


def rule_of(verdicts: pd.DataFrame, names: Sequence[str], least_gain: int) -> dict[str, Any]:
    rule = shallow_rule(verdicts, names, least_gain)
    return {
        "joined": rule.joined,
        "conditions": [{"choice": condition.choice, "options": condition.options} for condition in rule.conditions],
        "inside": dict(zip(("reproduced", "universes"), rule.inside, strict=True)),
        "outside": dict(zip(("reproduced", "universes"), rule.outside, strict=True)),
    }


def effects_on_verdict(verdicts: pd.DataFrame, choices: Choices) -> dict[str, Any]:
    return {"effects": verdict_decomposition(verdicts, choices).to_dict("records")}


def effects_on_effect(outcomes: pd.DataFrame, choices: Choices, quantity: str) -> dict[str, Any]:
    effects, left_out = effect_decomposition(outcomes, choices, quantity)
    return {"effects": effects.to_dict("records"), "left_out": left_out}


def result_or_reason(function: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
    """What the function returns, or why there is nothing to return."""
    try:
        return function(*arguments)
    except ValueError as error:
        return {"reason": str(error)}


def plain(value: Any) -> Any:
    """The same in types that JSON has; numbers that are not finite become None."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value

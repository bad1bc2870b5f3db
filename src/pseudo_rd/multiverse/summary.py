"""All that the universes say, as plain values for multiverse.json."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from pseudo_rd.claims.judge import NOT_TESTABLE, REPRODUCED
from pseudo_rd.multiverse.decomposition import Decomposition, balanced_part, decompose
from pseudo_rd.multiverse.effects import PLACE, log_ratios, matching, paired_effects
from pseudo_rd.multiverse.inference import sign_flips
from pseudo_rd.multiverse.matrix import share_of_universes, verdict_matrix
from pseudo_rd.multiverse.rules import shallow_rule
from pseudo_rd.multiverse.scores import AtNoLoss, farthest, rank_readings, why_not_more


def summarize(
    outcomes: pd.DataFrame,
    verdicts: pd.DataFrame,
    choices: Mapping[str, Sequence[Hashable]],
    crossed: Mapping[str, Sequence[Hashable]],
    base: Mapping[str, Hashable],
    rule: AtNoLoss,
    quantities: Sequence[str],
    least_gain: int,
) -> dict[str, Any]:
    """Matrix, rules, decompositions, effects, scores, front, what goes farthest at no loss, and joint tests.

    Args:
        outcomes: one row for each universe and seed.
        verdicts: one row for each claim and universe.
        choices: options of each choice, in the order to show them.
        crossed: choices that are varied in full, all with all, with the options that are combined.
        base: options of the other choices on that grid.
        rule: by which readings are ranked.
        quantities: of positive numbers, whose log-ratios are effects.
        least_gain: of the rules' conditions, as for `shallow_rule`.

    Returns:
        Numbers, strings, lists and dictionaries; what is not finite is None.
    """
    matrix = verdict_matrix(verdicts, order_by_influence(choices, verdicts, crossed, base))
    ranked = rank_readings(outcomes, verdicts, [*choices], rule)
    shares = share_of_universes(verdicts, ["claim"])
    return plain(
        {
            "choices": choices,
            "crossed": crossed,
            "readings": matrix.readings.to_dict("records"),
            "statements": [
                {**row, "verdicts": list(words)}
                for row, words in zip(matrix.statements.to_dict("records"), matrix.verdicts, strict=True)
            ],
            "shares": shares.to_dict(),
            "never_reproduced": list(shares[shares == 0].index),
            "rules": [
                {
                    **named,
                    **rule_of(table, [*choices], least_gain),
                    "decomposition": or_reason(shares_of_verdict, table, crossed, base),
                }
                for named, table in grouped(verdicts, ["claim", *PLACE])
            ],
            "effects": {
                quantity: paired_effects(outcomes, choices, quantity).to_dict("records") for quantity in quantities
            },
            "decompositions": [
                {**named, "quantity": quantity, **or_reason(shares_of_effect, table, crossed, base, quantity)}
                for quantity in quantities
                for named, table in grouped(outcomes, PLACE)
            ],
            "scores": ranked.to_dict("records"),
            "front": ranked[ranked["on_front"]][[*choices]].to_dict("records"),
            "at_no_loss": {
                "rule": asdict(rule),
                "options": farthest(ranked, [*choices]),
                "why": why_not_more(ranked),
            },
            "sign_flips": [
                {"dataset": dataset, "quantity": quantity, **or_reason(joint_test, table, [*choices], quantity)}
                for quantity in quantities
                for dataset, table in outcomes.groupby("dataset", sort=False)
            ],
        }
    )


def effect_decomposition(
    outcomes: pd.DataFrame, crossed: Mapping[str, Sequence[Hashable]], base: Mapping[str, Hashable], quantity: str
) -> tuple[Decomposition, dict[str, list[Hashable]]]:
    """Which choice decides the effect of the critic at one data set and width, seeds as a factor of their own.

    Args:
        outcomes: of one data set at one width.
        crossed, base: as for `summarize`.
        quantity: whose log-ratio is decomposed.

    Returns:
        The decomposition over the largest balanced part, and the options that it leaves out.

    Raises:
        ValueError: as `balanced_part` and `decompose` do.
    """
    table = on_grid(outcomes, crossed, base)
    table = table.assign(effect=log_ratios(table, quantity))
    factors = [*crossed, *(["seed"] if table["seed"].nunique() > 1 else [])]
    part, left_out = balanced_part(table, factors, "effect")
    return decompose(part, factors, "effect"), left_out


def verdict_decomposition(
    verdicts: pd.DataFrame, crossed: Mapping[str, Sequence[Hashable]], base: Mapping[str, Hashable]
) -> Decomposition:
    """Which choice decides whether one claim is reproduced (1) or not (0) at one data set and width.

    Raises:
        ValueError: if the claim is not testable in a cell of the grid, or the verdict is the same in all.
    """
    table = on_grid(verdicts, crossed, base)
    reproduced = (table["verdict"] == REPRODUCED).astype(float).where(table["verdict"] != NOT_TESTABLE)
    return decompose(table.assign(reproduced=reproduced), [*crossed], "reproduced")


def on_grid(
    table: pd.DataFrame, crossed: Mapping[str, Sequence[Hashable]], base: Mapping[str, Hashable]
) -> pd.DataFrame:
    """The rows of the full grid: an option of a crossed choice that is tried alone lies beside it."""
    there = matching(table, base)
    for choice, options in crossed.items():
        there &= table[choice].isin(options)
    return table[there]


def order_by_influence(
    choices: Mapping[str, Sequence[Hashable]],
    verdicts: pd.DataFrame,
    crossed: Mapping[str, Sequence[Hashable]],
    base: Mapping[str, Hashable],
) -> dict[str, Sequence[Hashable]]:
    """The choices, first the crossed one with the largest mean Shapley effect on the verdicts that vary.

    The choices that are not crossed keep their order and come last.
    """
    sums = dict.fromkeys(crossed, 0.0)
    for _, table in grouped(verdicts, ["claim", *PLACE]):
        with suppress(ValueError):  # it is reproduced everywhere, nowhere, or not testable
            effects = verdict_decomposition(table, crossed, base).effects
            for choice, effect in zip(effects["factor"], effects["shapley"], strict=True):
                sums[choice] += effect
    first = sorted(crossed, key=lambda choice: -sums[choice])
    return {choice: choices[choice] for choice in first} | dict(choices)


def rule_of(verdicts: pd.DataFrame, choices: Sequence[str], least_gain: int) -> dict[str, Any]:
    try:
        rule = shallow_rule(verdicts, choices, least_gain)
    except ValueError as error:
        return {"reason": str(error)}
    return {
        "joined": rule.joined,
        "conditions": [{"choice": each.choice, "options": each.options} for each in rule.conditions],
        "inside": dict(zip(("reproduced", "universes"), rule.inside, strict=True)),
        "outside": dict(zip(("reproduced", "universes"), rule.outside, strict=True)),
    }


def shares_of_verdict(
    verdicts: pd.DataFrame, crossed: Mapping[str, Sequence[Hashable]], base: Mapping[str, Hashable]
) -> dict[str, Any]:
    return in_plain_shares(verdict_decomposition(verdicts, crossed, base))


def shares_of_effect(
    outcomes: pd.DataFrame, crossed: Mapping[str, Sequence[Hashable]], base: Mapping[str, Hashable], quantity: str
) -> dict[str, Any]:
    decomposition, left_out = effect_decomposition(outcomes, crossed, base, quantity)
    return {**in_plain_shares(decomposition), "left_out": left_out}


def joint_test(outcomes: pd.DataFrame, choices: Sequence[str], quantity: str) -> dict[str, Any]:
    return asdict(sign_flips(outcomes, choices, quantity))


def in_plain_shares(decomposition: Decomposition) -> dict[str, Any]:
    return {
        "variance": decomposition.variance,
        "effects": decomposition.effects.to_dict("records"),
        "interactions": {
            " x ".join(factors): share for factors, share in decomposition.shares.items() if len(factors) > 1
        },
    }


def or_reason(function: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
    """What the function returns, or why there is nothing to return."""
    try:
        return function(*arguments)
    except ValueError as error:
        return {"reason": str(error)}


def grouped(table: pd.DataFrame, keys: Sequence[str]) -> list[tuple[dict[str, Any], pd.DataFrame]]:
    """Each group with the values of its keys by name."""
    return [(dict(zip(keys, values, strict=True)), group) for values, group in table.groupby(list(keys), sort=False)]


def plain(value: Any) -> Any:
    """The same in types that JSON has; numbers that are not finite become None."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value

"""How much of the paper each reading reproduces: counts, the front that nothing beats, the most charitable reading.

A *reading* is one option for every choice, whatever the data set and the width.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pseudo_rd.claims.judge import NOT_TESTABLE, REPRODUCED
from pseudo_rd.multiverse.effects import FINISHED, PLACE, column, in_words, printed_error
from pseudo_rd.parameters.vocabulary import OBJECTIVES

PRINTED = "printed"
# From the gravest departure from the print to the slightest.
DEPARTURES = ("contradicts the print", "unstated", "printed but ambiguous")
TAGS = (PRINTED, *reversed(DEPARTURES))


@dataclass(frozen=True)
class Charity:
    """The rule by which a reading is the most charitable; its numbers stand in params.yaml, fixed before the study.

    Attributes:
        dataset, widths: where the printed error must be met by the supervised run.
        at_most: the largest test error that meets it.
    """

    dataset: str
    widths: tuple[int, ...]
    at_most: float


def count_statements(verdicts: pd.DataFrame, choices: Sequence[str]) -> pd.DataFrame:
    """Scores of each reading, added over data sets and widths.

    Args:
        verdicts: one row for each claim and universe: claim, dataset, width, the choices, verdict.
        choices: columns that name a reading.

    Returns:
        One row for each reading: the choices, `reproduced` and `testable` (statements, each counted at every data set
        and width where it was tried), and `on_front`: no other reproduces every claim as often and one more often.
    """
    keys = list(choices)
    counted = verdicts.assign(
        reproduced=verdicts["verdict"] == REPRODUCED, testable=verdicts["verdict"] != NOT_TESTABLE
    )
    scores = counted.groupby(keys, sort=False)[["reproduced", "testable"]].sum().astype(int)
    by_claim = counted.groupby([*keys, "claim"], sort=False)["reproduced"].sum().unstack("claim", fill_value=0)
    return scores.assign(on_front=pareto_front(by_claim.loc[scores.index].to_numpy())).reset_index()


def pareto_front(values: np.ndarray) -> np.ndarray:
    """Which rows no other row beats: none is at least as large everywhere and larger somewhere.

    Args:
        values: the larger the better, shape (candidates, criteria).

    Returns:
        Booleans, shape (candidates,). Equal rows do not beat each other.
    """
    no_worse = (values[:, None] >= values[None, :]).all(axis=2)  # (by whom, beaten)
    better = (values[:, None] > values[None, :]).any(axis=2)
    return np.logical_not((no_worse & better).any(axis=0))


def rank_readings(
    outcomes: pd.DataFrame,
    verdicts: pd.DataFrame,
    choices: Sequence[str],
    tags: Mapping[str, Mapping[Hashable, str]],
    rule: Charity,
) -> pd.DataFrame:
    """All readings with what the rule of charity looks at, the most charitable first.

    A reading is eligible where its supervised run meets the printed error and none of its runs, under either
    objective, on any data set, at any width, with any seed, died or diverged. It must have been run on every data set
    at every width of the study. Eligible readings are ranked by the statements that they reproduce; then by fewer
    options that contradict the print, then by fewer that it leaves unstated, then by fewer that are ambiguous in it;
    then by order of appearance.

    Args:
        outcomes: one row for each universe and seed, as for `paired_effects` and `printed_error`.
        verdicts, choices: as for `count_statements`.
        tags: by choice and option, one of `TAGS`.
        rule: where which error must be met.

    Returns:
        One row for each reading: the choices; `reproduced`, `testable`, `on_front`; `error`, `meets_error`; `survives`;
        `complete`; `eligible`; and the number of its options with each tag of `DEPARTURES`.

    Raises:
        ValueError: if an option has no tag, a tag is unknown, or nothing was run where the error must be met.
    """
    keys = list(choices)
    fates = outcomes[[column("fate", objective) for objective in OBJECTIVES]]
    alive = outcomes.assign(survives=(fates == FINISHED).all(axis=1))
    places = outcomes[list(PLACE)].drop_duplicates()
    run = outcomes[[*keys, *PLACE]].drop_duplicates().groupby(keys, sort=False).size()
    table = count_statements(verdicts, keys)
    for more in (
        printed_error(outcomes, keys, rule.dataset, rule.widths, rule.at_most),
        alive.groupby(keys, sort=False)["survives"].all().reset_index(),
        (run == len(places)).rename("complete").reset_index(),
    ):
        table = table.merge(more, on=keys, how="left")
    for name in ("meets_error", "survives", "complete"):
        table[name] = table[name].eq(True)  # a reading without outcomes there fails
    table["eligible"] = table["meets_error"] & table["survives"] & table["complete"]
    options = table[keys].to_dict("records")
    found = [[tag_of(tags, str(choice), option) for choice, option in each.items()] for each in options]
    for tag in DEPARTURES:
        table[tag] = [each.count(tag) for each in found]
    best_first = ["eligible", "reproduced", *DEPARTURES]
    ascending = [False, False, *(True for _ in DEPARTURES)]
    return table.sort_values(best_first, ascending=ascending, kind="stable").reset_index(drop=True)


def charitable(ranked: pd.DataFrame, choices: Sequence[str]) -> dict[str, Hashable] | None:
    """The options of the most charitable reading, or None where no reading is eligible.

    Args:
        ranked: of `rank_readings`.
        choices: its columns that name a reading.
    """
    return {choice: ranked[choice].iloc[0] for choice in choices} if ranked["eligible"].any() else None


def why_not_more(ranked: pd.DataFrame) -> str:
    """How many readings each condition of the rule of charity turned down, in a sentence."""
    number = len(ranked)
    reasons = {
        "meets_error": "miss the printed error",
        "survives": "die or diverge",
        "complete": "were not run everywhere",
    }
    counts = [f"{number - int(ranked[name].sum())} {words}" for name, words in reasons.items()]
    return f"{int(ranked['eligible'].sum())} of {number} readings are eligible: {', '.join(counts)}."


def tag_of(tags: Mapping[str, Mapping[Hashable, str]], choice: str, option: Hashable) -> str:
    """How the paper stands to an option.

    Raises:
        ValueError: if it has no tag, or an unknown one.
    """
    tag = tags.get(choice, {}).get(option)
    if tag not in TAGS:
        raise ValueError(f"{in_words({choice: option})} has the tag {tag!r}: give it one of {', '.join(TAGS)}")
    return tag

"""What the universes come to: a row of outcomes for each universe and seed, and a verdict for each claim and universe.

The claims are those of `pseudo_rd.claims`, judged by the same criteria, as far as a pair of runs on one data set can
decide them. Which neurons stay neighbours is measured among the weights here, not in a map of them.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from pseudo_rd.claims.claim import Claim, Source
from pseudo_rd.claims.evidence import Evidence
from pseudo_rd.claims.judge import NOT_TESTABLE as CANNOT_TELL
from pseudo_rd.claims.judge import REPRODUCED, Criterion, judge
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.multiverse.effects import DIED, DIVERGED, FINISHED, PLACE, column
from pseudo_rd.multiverse.matrix import FAILS, HOLDS, NOT_TESTABLE
from pseudo_rd.multiverse.study import OF_FILTERS, OF_NEIGHBORS
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.results.runs import Run

OF_THE_END = (
    "distance_hidden",
    "distance_top",
    "train_error",
    "test_error",
    "test_accuracy",
    "start_hidden",
    *OF_NEIGHBORS,
    *OF_FILTERS,
)
# Their ratios, with the critic over without, are effects.
QUANTITIES = ("distance_hidden", "distance_top", "test_error", "variance")
# Measures of claims about a length of training that universes do not reach.
TOO_LONG = ("converged", "late_growth")
AMONG_WEIGHTS = {"kept_neighbors": "kept_among_weights", "lost_neighbors_more": "lost_among_weights"}


def claims_of(dataset: str) -> list[Claim]:
    """The claims that a pair of runs on this data set can decide, in the order of the paper."""
    found = []
    for claim in CLAIMS:
        if claim.measure in AMONG_WEIGHTS and claim.reads == (Source("patterns", dataset),):
            found.append(replace(claim, measure=AMONG_WEIGHTS[claim.measure], reads=(Source("runs", dataset),)))
        elif {*claim.reads} <= {Source("runs", dataset), Source("filters", dataset)} and claim.measure not in TOO_LONG:
            found.append(claim)
    return found


def outcomes_of(histories: pd.DataFrame, choices: Sequence[str]) -> pd.DataFrame:
    """A row for each universe and seed.

    Args:
        histories: of `study.study`, one below the other.
        choices: columns that name a universe, besides dataset and width.

    Returns:
        dataset, width, the choices, seed; for each objective `fate_<objective>` and, of the last row,
        `<quantity>_<objective>`.
    """
    keys = [*PLACE, *choices, "seed"]
    halves = []
    for objective in OBJECTIVES:
        ends = histories[histories["objective"] == objective].groupby(keys, sort=False)
        last = ends[["fate", *OF_THE_END]].nth(-1)
        named = histories.loc[last.index, keys].join(last)
        halves.append(named.rename(columns={name: column(name, objective) for name in ("fate", *OF_THE_END)}))
    return halves[0].merge(halves[1], on=keys, how="inner", validate="one_to_one")


def verdicts_of(
    histories: pd.DataFrame,
    choices: Sequence[str],
    criteria: Mapping[str, Criterion],
    parameters: Mapping[str, Any],
) -> pd.DataFrame:
    """A row for each claim and universe: claim, dataset, width, the choices, verdict, and value, the mean over seeds.

    A claim about a run that diverged or died is not decided by its numbers: the verdict says which.
    """
    rows = []
    for options, group in universes(histories, choices):
        dataset = str(options["dataset"])
        evidence = Evidence(
            runs={dataset: runs_of(group)},
            filters={dataset: filters_of(group)} if group["variance"].notna().any() else {},
            parameters=parameters,
        )
        for claim in claims_of(dataset):
            row = judge(claim, evidence, criteria[claim.criterion])
            values = row["values"]
            value = sum(values) / len(values) if values else float("nan")
            rows.append({"claim": claim.name, **options, "verdict": verdict(claim, row, group), "value": value})
    return pd.DataFrame(rows)


def verdict(claim: Claim, row: Mapping[str, Any], group: pd.DataFrame) -> str:
    """The word of the matrix for one claim in one universe."""
    concerned = claim.arguments.get("objective")
    runs = group if concerned is None else group[group["objective"] == concerned]
    fates = {*runs["fate"]}
    for fate in (DIVERGED, DIED):
        if fate in fates:
            return fate
    if row["verdict"] == CANNOT_TELL:
        return NOT_TESTABLE
    return HOLDS if row["verdict"] == REPRODUCED else FAILS


def universes(histories: pd.DataFrame, choices: Sequence[str]) -> Iterator[tuple[dict[str, Hashable], pd.DataFrame]]:
    """The options of each universe, dataset and width first, and its rows."""
    keys = [*PLACE, *choices]
    for options, group in histories.groupby(keys, sort=False):
        yield dict(zip(keys, options, strict=True)), group


def runs_of(group: pd.DataFrame) -> list[Run]:
    """The runs of one universe as claims meet them."""
    return [
        Run(
            dataset=str(rows["dataset"].iloc[0]),
            objective=str(objective),
            width=int(rows["width"].iloc[0]),
            seed=int(rows["seed"].iloc[0]),
            history=rows.reset_index(drop=True),
            summary={
                "dataset": {"inputs": int(rows["inputs"].iloc[0]), "stand_in": ""},
                "ended": "epoch limit" if rows["fate"].iloc[0] == FINISHED else rows["fate"].iloc[0],
            },
        )
        for (objective, _), rows in group.groupby(["objective", "seed"], sort=False)
    ]


def filters_of(group: pd.DataFrame) -> pd.DataFrame:
    """The filters' statistics at the end of each run: seed, objective and the means over the nine filters."""
    ends = group.groupby(["objective", "seed"], sort=False)[[*OF_FILTERS]].nth(-1)
    return group.loc[ends.index, ["objective", "seed", *OF_FILTERS]].reset_index(drop=True)

"""What the universes come to: a row of outcomes for each universe and seed, and a verdict for each claim and universe.

The claims are those of `pseudo_rd.claims`, judged by the same criteria, as far as a pair of runs on one data set can
decide them. Which neurons stay neighbours is measured among the weights here, not in a map of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from pseudo_rd.claims.claim import Claim, Source
from pseudo_rd.claims.evidence import Evidence
from pseudo_rd.claims.judge import NOT_TESTABLE, Criterion, judge, measure_of, objectives_of
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.multiverse.effects import DATA_AND_WIDTH, FILTER_COLUMNS, FINISHED, NEIGHBOR_COLUMNS, grouped, worst_fate
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.results.runs import Run

END_COLUMNS = ("distance_hidden", "distance_top", "train_error", "test_error", "test_accuracy")
END_COLUMNS += ("start_hidden", "start_error", "rise", *NEIGHBOR_COLUMNS, *FILTER_COLUMNS)


def claims_of(dataset: str) -> list[Claim]:
    """The claims that a pair of runs on this data set can decide, in the order of the paper.

    Most universes are shorter or narrower than the figures' networks: claims about a whole training are not among them.
    What else a claim needs does not matter here: its verdict speaks of one data set and width.
    """
    claims = []
    for claim in CLAIMS:
        among_weights = measure_of(claim).among_weights
        if among_weights and claim.reads == (Source("patterns", dataset),):
            claims.append(replace(claim, measure=among_weights, reads=(Source("runs", dataset),)))
        elif {*claim.reads} <= {Source("runs", dataset), Source("filters", dataset)} and not claim.whole_training:
            claims.append(claim)
    return claims


def outcomes_of(histories: pd.DataFrame, choices: Sequence[str]) -> pd.DataFrame:
    """A row for each universe and seed.

    Args:
        histories: of `study.study`, one below the other.
        choices: columns that name a universe, besides dataset and width.

    Returns:
        dataset, width, inputs, the choices, seed; for each objective `fate_<objective>` and, of the last row,
        `<quantity>_<objective>`; `rise` is the largest training error over that at the start.
    """
    keys = [*DATA_AND_WIDTH, "inputs", *choices, "seed"]
    runs = histories.groupby([*keys, "objective"], sort=False, dropna=False)
    rows = histories.assign(rise=runs["train_error"].transform("max") / histories["start_error"])
    ends = rows.drop_duplicates([*keys, "objective"], keep="last")
    supervised, augmented = (
        ends.loc[ends["objective"] == objective, [*keys, "fate", *END_COLUMNS]] for objective in OBJECTIVES
    )
    suffixes = f"_{OBJECTIVES[0]}", f"_{OBJECTIVES[1]}"
    return supervised.merge(augmented, on=keys, suffixes=suffixes, validate="one_to_one")


def verdicts_of(
    histories: pd.DataFrame, choices: Sequence[str], criteria: Mapping[str, Criterion], parameters: Mapping[str, Any]
) -> pd.DataFrame:
    """A row for each claim and universe.

    A run that diverged or died does not do what a claim says of it, whatever its numbers are: the verdict is its fate.
    Where a claim cannot be told even of the universes whose runs are sound (too few seeds, too short a training), it is
    not testable in any of the same data set and width.

    Args:
        histories, choices: as for `outcomes_of`.
        criteria: by name.
        parameters: sections of params.yaml that claims read settings from.

    Returns:
        claim, dataset, width, the choices, verdict, and value, the mean over seeds; NaN where none is finite.
    """
    rows = []
    for universe, group in grouped(histories, [*DATA_AND_WIDTH, *choices]):
        dataset = universe["dataset"]
        filters = group.drop_duplicates(["objective", "seed"], keep="last")[["objective", "seed", *FILTER_COLUMNS]]
        evidence = Evidence(runs={dataset: runs_of(group)}, filters={dataset: filters}, parameters=parameters)
        fates = dict(group.groupby("objective")["fate"].agg(worst_fate))
        for claim in claims_of(dataset):
            row = judge(claim, evidence, criteria[claim.criterion])
            value = float(np.mean(row["values"])) if row["values"] else np.nan
            fate = worst_fate(fates[objective] for objective in objectives_of(claim))
            rows.append({"claim": claim.name, **universe, "verdict": row["verdict"], "fate": fate, "value": value})
    table = pd.DataFrame(rows)
    finished = table["fate"] == FINISHED
    testable = table.assign(testable=(table["verdict"] != NOT_TESTABLE).astype(float).where(finished))
    never_testable = testable.groupby(["claim", *DATA_AND_WIDTH])["testable"].transform("max") == 0
    verdict = table["verdict"].where(finished, table["fate"]).mask(never_testable, NOT_TESTABLE)
    return table.assign(verdict=verdict).drop(columns="fate")


def runs_of(group: pd.DataFrame) -> list[Run]:
    """The runs of one universe as claims meet them."""
    return [
        Run(
            dataset=keys["dataset"],
            objective=keys["objective"],
            width=int(keys["width"]),
            seed=int(keys["seed"]),
            history=rows.select_dtypes("number").reset_index(drop=True),
            summary={
                "dataset": {"inputs": int(keys["inputs"]), "stand_in": "", "source": ""},
                "training": {"generator_start": keys["generator_start"], "start_scale": 1.0},
                "ended": rows["fate"].iloc[0],
            },
        )
        for keys, rows in grouped(group, [*DATA_AND_WIDTH, "objective", "seed", "inputs", "generator_start"])
    ]

"""Which readings the paper fares best under: what each reproduces, and the one that goes farthest at no loss.

A *reading* is one option for every choice, whatever the data set and the width.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pseudo_rd.claims.judge import NOT_TESTABLE, REPRODUCED
from pseudo_rd.multiverse.effects import DATA_AND_WIDTH, FINISHED, log_ratios
from pseudo_rd.parameters.vocabulary import LAYERS, OBJECTIVES
from pseudo_rd.results.runs import Limits, has_learned


@dataclass(frozen=True)
class AtNoLoss:
    """The rule by which a reading goes farthest at no loss (`multiverse.at_no_loss` of params.yaml).

    Attributes:
        learned: which networks have, as for `results.runs.has_learned`.
        error_ratio: the largest test error with the critic over that without it.
        rise: the largest training error of a run over that at its start.
    """

    learned: Limits
    error_ratio: float
    rise: float


CONDITIONS = {  # of the rule, with what is said of readings that miss one
    "finishes": "die or diverge",
    "steady": "raise their error",
    "learns": "do not learn",
    "complete": "were not run everywhere",
    "as_good": "end with a larger error",
}


def count_statements(verdicts: pd.DataFrame, choices: Sequence[str]) -> pd.DataFrame:
    """Scores of each reading, added over data sets and widths.

    Args:
        verdicts: of `verdicts.verdicts_of`, one row for each claim and universe.
        choices: columns that name a reading.

    Returns:
        One row for each reading: the choices, `reproduced` and `testable` (statements, each counted at every data set
        and width where it was tried), and `on_front`: no other reproduces every claim as often and one more often.
    """
    reproduced, testable = verdicts["verdict"] == REPRODUCED, verdicts["verdict"] != NOT_TESTABLE
    table = verdicts.assign(reproduced=reproduced, testable=testable)
    scores = table.groupby([*choices], sort=False)[["reproduced", "testable"]].sum().astype(int)
    by_claim = table.groupby([*choices, "claim"], sort=False)["reproduced"].sum().unstack("claim", fill_value=0)
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
    outcomes: pd.DataFrame, verdicts: pd.DataFrame, choices: Sequence[str], rule: AtNoLoss
) -> pd.DataFrame:
    """All readings, the one that goes farthest at no loss first.

    A reading is eligible where all its runs, under either objective, on every data set of the study, at every width,
    with every seed, finish, never raise their error by more than the rule allows, and learn, and where its error with
    the critic is as good as without it at each data set and width, by the mean over the seeds. Eligible readings are
    ranked by how much farther the critic drives the layer that gains least, wherever that is.

    Args:
        outcomes: one row for each universe and seed, as `verdicts.outcomes_of` gives them.
        verdicts, choices: as for `count_statements`.
        rule: what is asked.

    Returns:
        One row for each reading: the choices; `reproduced`, `testable`, `on_front`; the `CONDITIONS`; `error_ratio`,
        the largest, and `farther`, the smallest ratio of distances, NaN where a run has no number; `eligible`.
    """
    place_count = len(outcomes[[*DATA_AND_WIDTH]].drop_duplicates())
    pairs = outcomes.assign(
        finishes=np.all([outcomes[f"fate_{objective}"] == FINISHED for objective in OBJECTIVES], axis=0),
        steady=np.all([outcomes[f"rise_{objective}"] <= rule.rise for objective in OBJECTIVES], axis=0),
        learns=np.all([learned(outcomes, objective, rule.learned) for objective in OBJECTIVES], axis=0),
        error_ratio=log_ratios(outcomes, "test_error"),
        farther=np.min([log_ratios(outcomes, f"distance_{layer}") for layer in LAYERS], axis=0),
    )
    means = pairs.groupby([*choices, *DATA_AND_WIDTH])[["error_ratio", "farther"]].mean(skipna=False)
    means_by_reading = means.groupby([*choices])
    readings = pairs.groupby([*choices])[["finishes", "steady", "learns"]].all()
    readings["complete"] = means_by_reading.size() == place_count
    readings["error_ratio"] = np.exp(means_by_reading["error_ratio"].max(skipna=False))
    readings["farther"] = np.exp(means_by_reading["farther"].min(skipna=False))
    readings["as_good"] = readings["error_ratio"] <= rule.error_ratio
    readings["eligible"] = readings[[*CONDITIONS]].all(axis=1)
    ranking = count_statements(verdicts, choices).merge(readings, on=[*choices])
    return ranking.sort_values(["eligible", "farther"], ascending=False, kind="stable", ignore_index=True)


def learned(outcomes: pd.DataFrame, objective: str, limits: Limits) -> pd.Series:
    """Of each row whether the objective's run learned; on a data set that the limits do not name it did."""
    errors, accuracies = (outcomes[f"{name}_{objective}"] for name in ("test_error", "test_accuracy"))
    ends = zip(outcomes["dataset"], errors, accuracies, strict=True)
    results = [has_learned(name, error, accuracy, limits) for name, error, accuracy in ends]
    return pd.Series([result is not False for result in results], outcomes.index)


def why_not_more(ranking: pd.DataFrame) -> str:
    """How many readings each condition of the rule turned down, in a sentence."""
    number = len(ranking)
    counts = [f"{number - int(ranking[name].sum())} {words}" for name, words in CONDITIONS.items()]
    return f"{int(ranking['eligible'].sum())} of {number} readings qualify: {', '.join(counts)} (some do several)."

"""Statements of ours: the paper's questions, asked of other networks and critics (docs/experiments.md)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pseudo_rd.claims.judge import NOT_REPRODUCED, REPRODUCED, Criterion, values_in_words
from pseudo_rd.claims.measures import augmented_over_supervised, filter_difference, filter_ratio, matched
from pseudo_rd.claims.table import markdown_table
from pseudo_rd.neurons.filters import statistics_of_runs
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.results.runs import Run

# By name: the statement, what is measured for each seed, with the critic against without, and the criterion.
STATEMENTS = {
    "first": ("the first layer ends farther from its start", "ratio of its final distances", "farther"),
    "every": ("every layer ends farther", "ratio of final distances of the layer where it is least", "farther"),
    "variance": ("filters vary more", "ratio of the mean variance of the nine largest filters", "higher_variance"),
    "organized": ("filters organize in space", "difference of their mean Moran's I", "spatially_organized"),
    "accuracy": ("accuracy is as good", "ratio of the shares of test samples that are told wrong", "no_worse"),
}


def numbers_of(runs: Sequence[Run], filters: pd.DataFrame) -> dict[str, list[float]]:
    """One number for each seed, by statement.

    Args:
        runs: of one case on one data set, both objectives.
        filters: rows of `filters.spatial_statistics` at the end, with columns objective and seed.
    """
    distances = [augmented_over_supervised(runs, f"distance_{layer}") for layer in runs[0].layers]
    pairs = [[1 - run.at_end("test_accuracy") for run in pair] for pair in matched(runs)]
    return {
        "first": distances[0],
        "every": [min(ratios) for ratios in zip(*distances, strict=True)],
        "variance": filter_ratio(filters, "variance"),
        "organized": filter_difference(filters, "moran"),
        # Where all are told right without the critic, any that are told wrong with it are too many.
        "accuracy": [
            augmented / supervised if supervised else 1.0 + (augmented > 0) for supervised, augmented in pairs
        ],
    }


def tables_of(case: str, runs: Sequence[Run], image_shape: tuple[int, ...]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What a case is judged on: histories and statistics of filters of all its runs on one data set.

    Args:
        case: its name.
        runs: both objectives, with snapshots.
        image_shape: of the samples.

    Returns:
        Histories, with columns objective, width and seed, and `filters.statistics_of_runs`; both with case and dataset.
    """
    histories = [run.history.assign(objective=run.objective, width=run.width, seed=run.seed) for run in runs]
    columns = {"case": case, "dataset": runs[0].dataset}
    filters = statistics_of_runs(runs, image_shape).assign(**columns)
    return pd.concat(histories, ignore_index=True).assign(**columns), filters


def judge_cases(
    histories: pd.DataFrame, filters: pd.DataFrame, words: Mapping[str, str], criteria: Mapping[str, Criterion]
) -> dict[str, list[dict[str, Any]]]:
    """Judge every case on every data set.

    Args:
        histories, filters: `tables_of` all cases, one below the other.
        words: what a case is, by its name.
        criteria: of params.yaml; every seed must satisfy the statement's.

    Returns:
        statements: a row for each of `STATEMENTS` and case; finals: by case the means over seeds at the end, by
            objective, of accuracy and error on test samples and of the layers' distances.
    """
    statements: list[dict[str, Any]] = []
    finals: list[dict[str, Any]] = []
    for keys, table in histories.groupby(["dataset", "case"], sort=False):
        dataset, case = map(str, keys)
        runs = runs_of(table)
        identity = {"case": case, "words": words[case], "dataset": dataset}
        case_filters = filters[(filters["case"] == case) & (filters["dataset"] == dataset) & (filters["time"] == "end")]
        for name, values in numbers_of(runs, case_filters).items():
            statement, quantity, key = STATEMENTS[name]
            criterion = criteria[key]
            row = {"name": name, "statement": statement, "quantity": quantity, "criterion": str(criterion)}
            verdict = REPRODUCED if criterion.holds(values) else NOT_REPRODUCED
            row |= {"values": values, "measured": values_in_words(values, criterion), "verdict": verdict}
            statements.append({**identity, **row})
        finals.append({**identity, "final": final_numbers(runs)})
    return {"statements": statements, "finals": finals}


def runs_of(table: pd.DataFrame) -> list[Run]:
    """The runs of one case, without summaries and weights; columns of layers that its network lacks go."""
    keys = ["dataset", "objective", "width", "seed"]
    groups = table.dropna(axis="columns", how="all").groupby(keys, sort=False)
    histories = [(rows.iloc[0], rows.drop(columns=keys)) for _, rows in groups]
    return [
        Run(str(run["dataset"]), str(run["objective"]), int(run["width"]), int(run["seed"]), history, {})
        for run, history in histories
    ]


def final_numbers(runs: Sequence[Run]) -> dict[str, dict[str, float]]:
    """Means over seeds at the end, by objective."""
    columns = ["test_accuracy", "test_error", *(f"distance_{layer}" for layer in runs[0].layers)]
    return {
        objective: {
            column: float(np.mean([run.at_end(column) for run in runs if run.objective == objective]))
            for column in columns
        }
        for objective in OBJECTIVES
    }


def to_markdown(rows: Sequence[Mapping[str, Any]], finals: Sequence[Mapping[str, Any]], preset: str) -> str:
    """The table beyond.md: a row for each case and data set, a column for each statement of `judge_cases`."""
    count = sum(row["verdict"] == REPRODUCED for row in rows)
    lines = [
        f"# The critic's effect beyond the paper's pair, preset {preset}",
        "",
        f"{count} of {len(rows)} statements are reproduced. They are ours: the paper speaks of its own pair alone. A "
        "statement is reproduced where every seed satisfies the criterion that `params.yaml` fixes for the paper's "
        "claims. Numbers: mean (smallest to largest; how many pass, where only some do).",
        "",
        *(f"- **{words}**: {quantity}" for words, quantity, _ in STATEMENTS.values()),
        "",
    ]
    cells = []
    for final in finals:
        case_rows = [row for row in rows if (row["case"], row["dataset"]) == (final["case"], final["dataset"])]
        accuracies = [f"{final['final'][objective]['test_accuracy']:.1%}" for objective in OBJECTIVES]
        verdicts = [f"**{row['verdict']}**: {row['measured']}" for row in case_rows]
        cells.append((final["dataset"], final["words"], *accuracies, *verdicts))
    heads = ("data", "network and critic", "accuracy without", "with", *(words for words, *_ in STATEMENTS.values()))
    return "\n".join([*lines, *markdown_table(heads, cells)]) + "\n"

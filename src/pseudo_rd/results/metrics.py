"""Numbers and curves to compare between versions: final figures of each network, claims, distances over iterations."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pseudo_rd.parameters.vocabulary import LAYERS
from pseudo_rd.results.runs import Run

FINAL = ("distance_hidden", "distance_top", "train_error", "test_error")


def collect_metrics(runs: Sequence[Run], claims: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What `dvc metrics` shows.

    Args:
        runs: finished runs; those that differ in their seed alone are averaged.
        claims: rows of claims.json.

    Returns:
        "final": by data set, width ("m512") and objective, the mean over seeds of the last row's FINAL columns;
        "claims": by name the verdict and, where something was measured, the mean of the measured values.
    """
    ends = pd.DataFrame(
        [
            {"dataset": run.dataset, "width": f"m{run.width}", "objective": run.objective}
            | {column: run.at_end(column) for column in FINAL}
            for run in runs
        ]
    )
    final: dict[str, Any] = {}
    for row in ends.groupby(["dataset", "width", "objective"], as_index=False).mean().to_dict("records"):
        network = final.setdefault(row["dataset"], {}).setdefault(row["width"], {})
        network[row["objective"]] = {column: row[column] for column in FINAL}
    return {
        "final": final,
        "claims": {
            row["name"]: {"verdict": row["verdict"]}
            | ({"mean": sum(row["values"]) / len(row["values"])} if row["values"] else {})
            for row in claims
        },
    }


def distance_curves(runs: Sequence[Run]) -> pd.DataFrame:
    """Distances over iterations, what `dvc plots` draws.

    Args:
        runs: of one experiment.

    Returns:
        iteration, then <layer>_<objective> for both layers and the objectives there are: the mean over seeds at the
        iterations that all runs of the objective recorded. With several widths <layer>_<objective>_m<width>, for each.
    """
    several_widths = len({run.width for run in runs}) > 1
    groups: dict[str, list[pd.DataFrame]] = {}
    for run in sorted(runs, key=lambda run: (run.objective, run.width)):
        name = f"{run.objective}_m{run.width}" if several_widths else run.objective
        groups.setdefault(name, []).append(run.history.set_index("iteration"))
    columns = {}
    for layer in LAYERS:
        for name, group in groups.items():
            distances = pd.concat([history[f"distance_{layer}"] for history in group], axis=1, join="inner")
            columns[f"{layer}_{name}"] = distances.mean(axis=1)
    return pd.DataFrame(columns).rename_axis("iteration").reset_index()

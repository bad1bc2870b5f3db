"""How far finished runs are from what the paper says of longer ones, and how sure a spread over few starts is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from statistics import fmean
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import chdtri

from pseudo_rd.claims.evidence import Evidence, NotTestable
from pseudo_rd.claims.measures import of_objective, spread_between_starts
from pseudo_rd.parameters.vocabulary import LAYERS, OBJECTIVES
from pseudo_rd.results.scaling import CONFIDENCE
from pseudo_rd.theory.statements import Array


def cut_to(evidence: Evidence, shorter: Evidence) -> Evidence:
    """The same runs, looked at when they were as long as those of the same experiment in shorter evidence.

    What a longer training changes can so be told from what width and data change. Of the theorems' own setting, which
    differs in the widths alone, those widths are taken that the other has. Left out are experiments that the shorter
    evidence lacks, and maps and filters, which are known at the end alone.
    """
    lengths = {name: max(run.history["iteration"].max() for run in runs) for name, runs in shorter.runs.items() if runs}
    cut = {name: [run.until(lengths[name]) for run in runs] for name, runs in evidence.runs.items() if name in lengths}
    flow = flow_at(evidence.flow, shorter.flow["widths"]) if evidence.flow and shorter.flow else {}
    return replace(evidence, runs=cut, flow=flow, patterns={}, filters={})


def flow_at(flow: Mapping[str, Array], widths: Array) -> dict[str, Array]:
    """The arrays of `theory.flow.study` at those of its widths that are among `widths`."""
    kept = np.isin(flow["widths"], widths)
    of_widths = {name: flow[name][kept] for name in ("widths", "initial_norm")}
    measured = {name: array[:, kept] for name, array in flow.items() if array.ndim == 4}  # (adversaries, widths, ...)
    return {**flow, **of_widths, **measured}


def epochs_until(history: pd.DataFrame, error: float) -> float:
    """Epochs until the training error reaches `error`.

    Where the run came so far, the first recorded epoch; else a power law, error ~ epoch^-p, through the second half of
    the epochs, prolonged: the slowest decay of the usual ones, and what these histories look like on two logarithmic
    axes. inf where the error does not fall there, NaN where fewer than three rows are left.
    """
    reached = history.loc[history["train_error"] <= error, "epoch"]
    if not reached.empty:
        return float(reached.iloc[0])
    late = history[(history["epoch"] >= history["epoch"].iloc[-1] / 2) & (history["epoch"] > 0)]
    if len(late) < 3:
        return float("nan")
    slope, _ = np.polyfit(np.log(late["epoch"]), np.log(late["train_error"]), 1)
    last = late.iloc[-1]
    with np.errstate(over="ignore"):  # hardly any slope: beyond all numbers
        return float(last["epoch"] * (error / last["train_error"]) ** (1 / slope)) if slope < 0 else float("inf")


def convergence(evidence: Evidence, experiments: Sequence[str]) -> list[dict[str, Any]]:
    """By experiment, width and objective, how far the runs are from the error at which the paper calls them converged.

    Args:
        evidence: with the sections `datasets` and `experiments`.
        experiments: on data with a convergence error; those without runs give no rows.

    Returns:
        Rows with experiment, width, objective, `target`; `epoch` and `error` where the runs ended, means over seeds;
        `seeds` and `reached`, how many of them reached the target; `epochs`, (least, most) of `epochs_until`.
    """
    rows = []
    for name in experiments:
        runs = evidence.runs.get(name, ())
        for width, objective in product(sorted({run.width for run in runs}), OBJECTIVES):
            target = evidence.setting(f"datasets.{runs[0].dataset}.convergence_error")
            group = [run for run in runs if (run.width, run.objective) == (width, objective)]
            errors = [run.at_end("train_error") for run in group]
            epochs = [epochs_until(run.history, target) for run in group]
            row = {
                "experiment": name,
                "width": width,
                "objective": objective,
                "target": target,
                "epoch": fmean(run.at_end("epoch") for run in group),
                "error": fmean(errors),
                "seeds": len(group),
                "reached": sum(error <= target for error in errors),
                "epochs": (min(epochs), max(epochs)),
            }
            rows.append(row)
    return rows


def spreads(evidence: Evidence, experiment: str) -> list[dict[str, Any]]:
    """Of an experiment, by layer and objective, the standard deviation over starts divided by the mean (Figure 8).

    Returns:
        Rows with layer, objective, starts, `spread` and its interval (`lowest`, `highest`); none for too few
        starts or several widths.
    """
    rows = []
    for layer, objective in product(LAYERS, OBJECTIVES):
        try:
            runs = of_objective(evidence.runs.get(experiment, ()), objective)
            (spread,) = spread_between_starts(runs, objective, f"distance_{layer}")
        except NotTestable:
            continue
        lowest, highest = interval_of_deviation(spread, len(runs))
        row = {"layer": layer, "objective": objective, "starts": len(runs), "spread": spread}
        rows.append({**row, "lowest": lowest, "highest": highest})
    return rows


def interval_of_deviation(deviation: float, count: int) -> tuple[float, float]:
    """Confidence interval (95 %) of the standard deviation of a normal variable, from that of `count` draws.

    (count - 1) s^2 / sigma^2 is distributed as chi^2 with count - 1 degrees of freedom.
    """
    tails = (1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2  # above
    lowest, highest = (deviation * float(np.sqrt((count - 1) / chdtri(count - 1, tail))) for tail in tails)
    return lowest, highest

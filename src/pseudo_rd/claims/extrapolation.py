"""Runs looked at when they were as long as shorter ones, and how sure a spread over few starts is."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
from scipy.special import chdtri

from pseudo_rd.claims.evidence import Evidence, NotTestable
from pseudo_rd.claims.measures import of_objective, spread_between_starts
from pseudo_rd.parameters.vocabulary import LAYERS, OBJECTIVES
from pseudo_rd.results.scaling import CONFIDENCE
from pseudo_rd.theory.statements import Array


def cut_to(evidence: Evidence, shorter: Evidence) -> Evidence:
    """The same runs, looked at when they were as long as those of the same experiment in shorter evidence.

    So what a longer training changes is told apart from what width and data change. Of the theorems' own setting, which
    differs in the widths alone, those widths are taken that the other has. Left out are experiments that the shorter
    evidence lacks, and maps and filters, which are known at the end alone.
    """
    lengths = {name: max(run.history["iteration"].max() for run in runs) for name, runs in shorter.runs.items() if runs}
    runs = {name: [run.until(lengths[name]) for run in runs] for name, runs in evidence.runs.items() if name in lengths}
    flow = flow_at(evidence.flow, shorter.flow["widths"]) if evidence.flow and shorter.flow else {}
    return replace(evidence, runs=runs, flow=flow, patterns={}, filters={})


def flow_at(flow: Mapping[str, Array], widths: Array) -> dict[str, Array]:
    """The arrays of `theory.flow.study` at those of its widths that are among `widths`."""
    mask = np.isin(flow["widths"], widths)
    by_width = {name: flow[name][mask] for name in ("widths", "initial_norm")}
    curves = {name: array[:, mask] for name, array in flow.items() if array.ndim == 4}  # (adversaries, widths, ...)
    return {**flow, **by_width, **curves}


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

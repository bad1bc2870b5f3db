"""Lazy and rich training over start scale and width: what becomes of filters, neighbours and error."""

from collections.abc import Mapping
from math import ceil
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import Normal, Stroke

from pseudo_rd.figures.style import FULL_WIDTH, OBJECTIVE_DASHES, OBJECTIVE_LABELS, READING_COLORS

COLUMNS = 3
SIZES = (7, 6, 2.5)  # of the named readings' marks: one that lies on another leaves it to be seen
DIVERGED = "0.85"
HALO = [Stroke(linewidth=3, foreground="w"), Normal()]  # seen on dark and light cells
MEASURED: dict[str, dict[str, Any]] = {
    "supervised": {"color": "black", "marker": "x", "markersize": 4},
    "augmented": {"color": "black", "marker": "+", "markersize": 5.5},
}
LOGARITHMIC_FROM = 10  # largest over smallest value from which on colours are logarithmic


def draw(
    phases: pd.DataFrame,
    panels: Mapping[str, str],
    predicted: Mapping[str, pd.Series],
    measured: Mapping[str, pd.Series],
    named: Mapping[str, pd.Series],
) -> Figure:
    """A panel for each quantity, mean over seeds; grey where a run diverged.

    Args:
        phases: a phase table (`pseudo_rd.multiverse.phases`) with the quantities.
        panels: by column, its title.
        predicted, measured: by objective, the start scale at which the movement equals the start, indexed by width.
        named: by reading, the start scale that it amounts to, indexed by width; at most three.
    """
    columns = min(COLUMNS, len(panels))
    rows = ceil(len(panels) / columns)
    figure_size = (FULL_WIDTH, 2.35 * rows + 0.6)
    figure, grid = plt.subplots(rows, columns, figsize=figure_size, squeeze=False, sharex=True, sharey=True)
    for axes, (column, title) in zip(grid.flat, panels.items(), strict=False):
        draw_quantity(figure, axes, phases, column)
        axes.set_title(title, fontsize=8)
        for objective, scales in predicted.items():
            axes.plot(scales.index, scales, path_effects=HALO, **line_style(objective))
        for objective, scales in measured.items():
            axes.plot(scales.index, scales, linestyle="", path_effects=HALO, **MEASURED[objective])
        for scales, color, size in zip(named.values(), READING_COLORS, SIZES, strict=False):
            axes.plot(scales.index, scales, "o-", color=color, markersize=size, linewidth=size / 2)
    empty = grid.flat[len(panels) :]
    for axes in empty:
        axes.set_axis_off()
    for axes in grid[-2, len(panels) - columns * (rows - 1) :] if rows > 1 else ():
        axes.xaxis.set_tick_params(labelbottom=True)  # nothing stands below it
    figure.supxlabel("width m", fontsize=8)
    figure.supylabel("scale of the hidden layer's start s", fontsize=8)
    handles: list[Line2D | Patch] = [
        Line2D([], [], label=f"predicted, {OBJECTIVE_LABELS[each]}", **line_style(each)) for each in predicted
    ]
    handles += [
        Line2D([], [], linestyle="", label=f"measured, {OBJECTIVE_LABELS[each]}", **MEASURED[each]) for each in measured
    ]
    handles += [
        Line2D([], [], color=color, marker="o", markersize=size, linewidth=size / 2, label=f"as large as {name}")
        for name, color, size in zip(named, READING_COLORS, SIZES, strict=False)
    ]
    if phases[[*panels]].isna().any(axis=None):
        handles.append(Patch(color=DIVERGED, label="diverged"))
    style: dict[str, Any] = {"handles": handles, "fontsize": 7, "title_fontsize": 7, "alignment": "left"}
    style["title"] = "movement equals start"
    if len(empty):
        empty[0].legend(loc="center", **style)
    else:
        figure.legend(loc="outside upper center", ncols=4, **style)
    return figure


def line_style(objective: str) -> dict[str, Any]:
    return {"color": "black", "linestyle": (0, OBJECTIVE_DASHES[objective]) if OBJECTIVE_DASHES[objective] else "-"}


def draw_quantity(figure: Figure, axes: Axes, phases: pd.DataFrame, column: str) -> None:
    """A cell for each width and scale, both axes logarithmic; the mean over seeds, none where one diverged."""
    groups = phases.groupby(["scale", "width"])[column]
    means = groups.mean().where(groups.count() == groups.size()).unstack("width")
    values = means.to_numpy(dtype=float)
    finite = values[np.isfinite(values)]
    wide = len(finite) > 0 and finite.min() > 0 and finite.max() > LOGARITHMIC_FROM * finite.min()
    norm = LogNorm() if wide else Normalize()
    mesh = axes.pcolormesh(
        geometric_edges(means.columns.to_numpy(dtype=float)),
        geometric_edges(means.index.to_numpy(dtype=float)),
        np.ma.masked_invalid(values),
        cmap=colormaps["cividis"].with_extremes(bad=DIVERGED),
        norm=norm,
        linewidth=0,
        rasterized=True,
    )
    axes.grid(False)
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.tick_params(labelsize=7)
    bar = figure.colorbar(mesh, ax=axes, aspect=25, pad=0.02)
    bar.ax.tick_params(which="both", labelsize=6)
    if not wide:
        bar.ax.ticklabel_format(axis="y", useOffset=False)


def geometric_edges(centers: np.ndarray) -> np.ndarray:
    """Edges of cells halfway between ascending centers on a logarithmic axis; shape (centers + 1,)."""
    logarithms = np.log(centers)
    if len(centers) == 1:
        return centers[0] * np.array([0.5, 2.0])
    inner = (logarithms[:-1] + logarithms[1:]) / 2
    ends = 2 * logarithms[0] - inner[0], 2 * logarithms[-1] - inner[-1]
    return np.exp(np.concatenate([[ends[0]], inner, [ends[1]]]))

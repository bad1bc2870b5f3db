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
from matplotlib.patches import Patch
from matplotlib.patheffects import Normal, Stroke

from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.multiverse import Readings, choices_of, named_readings
from pseudo_rd.figures.style import FULL_WIDTH, OBJECTIVE_LABELS, OBJECTIVE_LINES, READING_COLORS
from pseudo_rd.multiverse.phases import measured_scale, phase_table, predicted_scale
from pseudo_rd.multiverse.verdicts import outcomes_of
from pseudo_rd.training.settings import start_deviation

PHASES = {
    "distance_ratio": "hidden distance, with over without",
    "variance_ratio": "filters' variance, with over without",
    "moran_difference": "filters' Moran's I, with minus without",
    "neighbors_lost": "neighbours kept, without minus with",
    "test_error_augmented": "test error with the critic",
}
COLUMNS = 3
SIZES = (7, 6, 2.5, 4.5)  # of the named readings' marks: one that lies on another leaves it to be seen
DIVERGED = "0.85"
HALO = [Stroke(linewidth=3, foreground="w"), Normal()]  # seen on dark and light cells
MEASURED: dict[str, dict[str, Any]] = {
    "supervised": {"marker": "x", "markersize": 4},
    "augmented": {"marker": "+", "markersize": 5.5},
}
LOGARITHMIC_FROM = 10  # largest over smallest value from which on colours are logarithmic


def phase_diagram_figure(inputs: FigureInputs) -> Figure:
    """A panel for each quantity, mean over seeds, over start scale and width; grey where a run diverged."""
    phases = phase_table(outcomes_of(inputs.tables["scales"], [*choices_of(inputs).options, "start_scale"]))
    reading_scales = named_scales(phases, named_readings(inputs))
    panels = {name: title for name, title in PHASES.items() if phases[name].notna().any()}
    columns = min(COLUMNS, len(panels))
    rows = ceil(len(panels) / columns)
    figure_size = (FULL_WIDTH, 2.35 * rows + 0.6)
    figure, grid = plt.subplots(rows, columns, figsize=figure_size, squeeze=False, sharex=True, sharey=True)
    for axes, (column, title) in zip(grid.flat, panels.items(), strict=False):
        draw_quantity(figure, axes, phases, column)
        axes.set_title(title, fontsize=8)
        draw_lines(axes, phases, reading_scales)
    spare_panels = grid.flat[len(panels) :]
    for axes in spare_panels:
        axes.set_axis_off()
    for axes in grid[-2, len(panels) - columns * (rows - 1) :] if rows > 1 else ():
        axes.xaxis.set_tick_params(labelbottom=True)  # nothing stands below it
    figure.supxlabel("width m", fontsize=8)
    figure.supylabel("scale of the hidden layer's start s", fontsize=8)
    handles, _ = grid.flat[0].get_legend_handles_labels()
    if phases[[*panels]].isna().any(axis=None):
        handles.append(Patch(color=DIVERGED, label="diverged"))
    style: dict[str, Any] = {"handles": handles, "fontsize": 7, "title_fontsize": 7, "alignment": "left"}
    style["title"] = "movement equals start"
    if len(spare_panels):
        spare_panels[0].legend(loc="center", **style)
    else:
        figure.legend(loc="outside upper center", ncols=4, **style)
    return figure


def named_scales(phases: pd.DataFrame, readings: Readings) -> dict[str, pd.Series]:
    """By reading, the scale at which the printed hidden layer starts as large as the reading's, indexed by width."""
    inputs = int(phases["inputs"].iloc[0])
    widths = sorted(phases["width"].unique())
    return {
        name: pd.Series({width: start_deviation(str(options["generator_start"]), inputs, width) for width in widths})
        for name, options in readings.items()
    }


def draw_lines(axes: Axes, phases: pd.DataFrame, reading_scales: Mapping[str, pd.Series]) -> None:
    """Where the movement should equal the start, where it does, and where the named readings start."""
    line_style: dict[str, Any] = {"color": "black", "path_effects": HALO}
    for objective, label in OBJECTIVE_LABELS.items():
        scales = predicted_scale(phases, objective)
        axes.plot(scales.index, scales, linestyle=OBJECTIVE_LINES[objective], label=f"predicted, {label}", **line_style)
    for objective, label in OBJECTIVE_LABELS.items():
        scales = measured_scale(phases, objective)
        axes.plot(scales.index, scales, linestyle="", label=f"measured, {label}", **MEASURED[objective], **line_style)
    for (name, scales), color, size in zip(reading_scales.items(), READING_COLORS, SIZES, strict=False):
        style = {"color": color, "markersize": size, "linewidth": size / 2}
        axes.plot(scales.index, scales, "o-", label=f"as large as {name}", **style)


def draw_quantity(figure: Figure, axes: Axes, phases: pd.DataFrame, column: str) -> None:
    """A cell for each width and scale, both axes logarithmic; the mean over seeds, none where one diverged."""
    means = phases.groupby(["scale", "width"])[column].mean(skipna=False).unstack("width")
    values = means.to_numpy(dtype=float)
    finite = values[np.isfinite(values)]
    logarithmic = len(finite) > 0 and finite.min() > 0 and finite.max() > LOGARITHMIC_FROM * finite.min()
    mesh = axes.pcolormesh(
        geometric_edges(means.columns.to_numpy(dtype=float)),
        geometric_edges(means.index.to_numpy(dtype=float)),
        np.ma.masked_invalid(values),
        cmap=colormaps["cividis"].with_extremes(bad=DIVERGED),
        norm=LogNorm() if logarithmic else Normalize(),
        linewidth=0,
        rasterized=True,
    )
    axes.grid(False)
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.tick_params(labelsize=7)
    bar = figure.colorbar(mesh, ax=axes, aspect=25, pad=0.02)
    bar.ax.tick_params(which="both", labelsize=6)
    if not logarithmic:
        bar.ax.ticklabel_format(axis="y", useOffset=False)


def geometric_edges(centers: np.ndarray) -> np.ndarray:
    """Edges of cells halfway between ascending centers on a logarithmic axis; shape (centers + 1,)."""
    logarithms = np.log(centers)
    if len(centers) == 1:
        return centers[0] * np.array([0.5, 2.0])
    inner = (logarithms[:-1] + logarithms[1:]) / 2
    ends = 2 * logarithms[0] - inner[0], 2 * logarithms[-1] - inner[-1]
    return np.exp(np.concatenate([[ends[0]], inner, [ends[1]]]))

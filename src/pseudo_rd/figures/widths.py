"""Networks of all widths: on one clock (docs/experiments.md), and against the exponents of Theorems 2 and 3."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pseudo_rd.claims.evidence import NotTestable
from pseudo_rd.claims.measures import first_diffusion, late_slopes, width_exponent
from pseudo_rd.figures.inputs import FigureInputs, by_objective, only
from pseudo_rd.figures.style import BLUE, FULL_WIDTH, LAYER_LABELS, OBJECTIVE_COLORS, OBJECTIVE_LABELS, VERMILION
from pseudo_rd.results.scaling import CLOCK, misfit, on_the_clock

PANELS = (  # quantity, clock, title, label of the axis
    ("distance_hidden", CLOCK, "(a) hidden layer's distance", r"$\|U(t) - U(0)\|_F\, /\, m^{1/4}$"),
    ("train_error", CLOCK, "(b) training error", "half the squared error"),
    ("train_error", 1.0, "(c) the same on another clock", "half the squared error"),
)
LINES: dict[str, Literal["--", "-"]] = {"supervised": "--", "augmented": "-"}
CLOCKS = {CLOCK: r"iteration $/ \sqrt{m}$", 1.0: "iteration $/ m$"}
LAYER_STYLES = {"hidden": {"color": BLUE, "marker": "o"}, "top": {"color": VERMILION, "marker": "s"}}
MARKERS = {"supervised": "o", "augmented": "s"}


def scaling_figure(inputs: FigureInputs) -> Figure:
    """Distance and error over iterations / sqrt(m), and the error over iterations / m; of each width the first seed."""
    runs = only(inputs.runs)
    widths = sorted({run.width for run in runs})
    colormap = mpl.colormaps["viridis"]
    colors = {width: colormap(0.9 * index / max(len(widths) - 1, 1)) for index, width in enumerate(widths)}
    figure, panels = plt.subplots(1, len(PANELS), figsize=(FULL_WIDTH, 2.9))
    for axes, (quantity, clock, title, label) in zip(panels, PANELS, strict=True):
        misfits = []
        for objective, group in by_objective(runs).items():
            histories = {run.width: run.history for run in sorted(group, key=lambda run: -run.seed)}
            for width, history in histories.items():
                style = {"linestyle": LINES[objective], "color": colors[width]}
                axes.plot(*on_the_clock(history, width, quantity, clock), **style, linewidth=1)
            misfits.append(misfit(histories, quantity, clock))
        axes.set(xscale="log", yscale="log", xlabel=CLOCKS[clock], ylabel=label)
        axes.set_title(f"{title}\napart by {max(misfits):.0%}", fontsize=8)
    handles = [Line2D([], [], color=color, label=f"m = {width:,}") for width, color in colors.items()]
    handles += [
        Line2D([], [], color="0.3", linestyle=LINES[objective], label=label)
        for objective, label in OBJECTIVE_LABELS.items()
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=4, fontsize=7)
    return figure


def width_study_figure(inputs: FigureInputs) -> Figure:
    """(a) slope of the hidden layer's distance, (b) diffusion at the start; dashed what the theorems say."""
    runs = only(inputs.runs)
    figure, (slopes, diffusions) = plt.subplots(1, 2, figsize=(FULL_WIDTH, 3.5))
    for objective, label in OBJECTIVE_LABELS.items():
        style = {"color": OBJECTIVE_COLORS[objective], "marker": MARKERS[objective]}
        draw_law(slopes, late_slopes(runs, objective, "distance_hidden"), label, style)
    draw_reference(slopes, -0.5, r"Theorem 2: $m^{-1/2}$")
    slopes.set(title="(a) late slope of the hidden layer's distance", ylabel="distance per iteration")
    for layer, label in LAYER_LABELS.items():
        draw_law(diffusions, first_diffusion(runs, layer), label, LAYER_STYLES[layer])
    draw_reference(diffusions, 2, r"order of Theorem 3's bound: $m^2$")
    diffusions.set(title="(b) critic's part of the gradient, at the start", ylabel="mean norm of (56), (58)")
    for axes in (slopes, diffusions):
        axes.set_xscale("log", base=2)
        axes.set(yscale="log", xlabel="width $m$")
        axes.legend(fontsize=7.5, loc="upper center", bbox_to_anchor=(0.5, -0.2))  # lines cross every corner
    return figure


def draw_law(axes: Axes, by_width: Mapping[int, Sequence[float]], label: str, style: Mapping[str, Any]) -> None:
    """Means over seeds, with the exponent of the power law in the label where there is one."""
    try:
        law = rf", $\sim m^{{{width_exponent(by_width):.2f}}}$"
    except NotTestable:
        law = ""
    means = [np.mean(values) for values in by_width.values()]
    axes.plot(list(by_width), means, **style, markersize=4, linewidth=1, label=f"{label}{law}")


def draw_reference(axes: Axes, exponent: float, label: str) -> None:
    """A dashed power law through the first point of the last line: only its slope means something."""
    widths, values = (np.asarray(data, dtype=float) for data in axes.lines[-1].get_data())
    axes.plot(widths, values[0] * (widths / widths[0]) ** exponent, "--", color="0.3", linewidth=1, label=label)

"""Curves of all widths on one clock (docs/experiments.md): what a narrow network says of a wide one."""

from typing import Literal

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pseudo_rd.figures.inputs import FigureInputs, by_objective, only
from pseudo_rd.figures.style import FULL_WIDTH, OBJECTIVE_LABELS
from pseudo_rd.results.scaling import CLOCK, misfit, on_the_clock

PANELS = (  # quantity, clock, title, label of the axis
    ("distance_hidden", CLOCK, "(a) hidden layer's distance", r"$\|U(t) - U(0)\|_F\, /\, m^{1/4}$"),
    ("train_error", CLOCK, "(b) training error", "half the squared error"),
    ("train_error", 1.0, "(c) the same on another clock", "half the squared error"),
)
LINES: dict[str, Literal["--", "-"]] = {"supervised": "--", "augmented": "-"}
CLOCKS = {CLOCK: r"iteration $/ \sqrt{m}$", 1.0: "iteration $/ m$"}


def scaling_figure(inputs: FigureInputs) -> Figure:
    """Distance and error over iterations / sqrt(m), and the error over iterations / m; of each width the first seed."""
    runs = only(inputs.runs)
    widths = sorted({run.width for run in runs})
    shades = mpl.colormaps["viridis"]
    colors = {width: shades(0.9 * place / max(len(widths) - 1, 1)) for place, width in enumerate(widths)}
    figure, panels = plt.subplots(1, len(PANELS), figsize=(FULL_WIDTH, 2.9))
    for axes, (quantity, clock, title, label) in zip(panels, PANELS, strict=True):
        misfits = []
        for objective, group in by_objective(runs).items():
            first = {run.width: run.history for run in sorted(group, key=lambda run: -run.seed)}
            for width, history in first.items():
                style = {"linestyle": LINES[objective], "color": colors[width]}
                axes.plot(*on_the_clock(history, width, quantity, clock), **style, linewidth=1)
            misfits.append(misfit(first, quantity, clock))
        axes.set(xscale="log", yscale="log", xlabel=CLOCKS[clock], ylabel=label)
        axes.set_title(f"{title}\napart by {max(misfits):.0%}", fontsize=8)
    handles = [Line2D([], [], color=color, label=f"m = {width:,}") for width, color in colors.items()]
    handles += [
        Line2D([], [], color="0.3", linestyle=LINES[objective], label=label)
        for objective, label in OBJECTIVE_LABELS.items()
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=4, fontsize=7)
    return figure

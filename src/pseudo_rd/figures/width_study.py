"""The width study against Theorems 2 and 3: the late slope of the distance, and the diffusion, over the width."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pseudo_rd.claims.evidence import NotTestable
from pseudo_rd.claims.measures import first_diffusion, late_slopes, width_exponent
from pseudo_rd.figures.inputs import FigureInputs, only
from pseudo_rd.figures.style import BLUE, FULL_WIDTH, LAYER_LABELS, OBJECTIVE_COLORS, OBJECTIVE_LABELS, VERMILION

LAYER_STYLES = {"hidden": {"color": BLUE, "marker": "o"}, "top": {"color": VERMILION, "marker": "s"}}
MARKERS = {"supervised": "o", "augmented": "s"}


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
    widths, values = (np.asarray(each, dtype=float) for each in axes.lines[-1].get_data())
    axes.plot(widths, values[0] * (widths / widths[0]) ** exponent, "--", color="0.3", linewidth=1, label=label)

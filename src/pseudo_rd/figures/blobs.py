"""The synthetic data as points of the plane (Figure 1)."""

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from pseudo_rd.figures.inputs import FigureInputs, only
from pseudo_rd.figures.style import HALF_WIDTH

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p")


def blobs_figure(inputs: FigureInputs) -> Figure:
    """The two inputs that vary, colour, marker and number by class."""
    data = only(inputs.datasets)
    first, second = data.x_train[:, 0], data.x_train[:, 1]
    classes = np.unique(data.y_train)
    figure, axes = plt.subplots(figsize=(HALF_WIDTH, HALF_WIDTH))
    colors = sns.color_palette("colorblind", len(classes))
    for label, marker, color in zip(classes, MARKERS, colors, strict=True):
        chosen = data.y_train == label
        # Filled and small, so that overlapping classes stay apart in print.
        axes.scatter(
            first[chosen], second[chosen], s=5, marker=marker, color=color, linewidth=0, alpha=0.6, label=f"{label}"
        )
        axes.text(
            np.median(first[chosen]),
            np.median(second[chosen]),
            f"{label}",
            weight="bold",
            ha="center",
            va="center",
            path_effects=[withStroke(linewidth=2, foreground="white")],
        )
    axes.set(xlabel="first input $x_1$", ylabel="second input $x_2$", aspect="equal")
    axes.legend(title="class", loc="center left", bbox_to_anchor=(1, 0.5), markerscale=2, handletextpad=0.2)
    return figure

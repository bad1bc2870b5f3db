"""The synthetic data as points of the plane (Figure 1)."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from pseudo_rd.figures.inputs import FigureInputs, only
from pseudo_rd.figures.style import HALF_WIDTH

# Seaborn's palette "colorblind".
COLORS = ("#0173b2", "#de8f05", "#029e73", "#d55e00", "#cc78bc", "#ca9161", "#fbafe4", "#949494", "#ece133", "#56b4e9")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p")


def blobs_figure(inputs: FigureInputs) -> Figure:
    """The two inputs that vary, colour, marker and number by class."""
    data = only(inputs.datasets)
    classes = np.unique(data.y_train)
    figure, axes = plt.subplots(figsize=(HALF_WIDTH, HALF_WIDTH))
    for label, marker, color in zip(classes, MARKERS, COLORS, strict=True):
        x, y = data.x_train[data.y_train == label, :2].T
        # Filled and small, so that overlapping classes stay apart in print.
        axes.scatter(x, y, s=5, marker=marker, color=color, linewidth=0, alpha=0.6, label=f"{label}")
        halo = [withStroke(linewidth=2, foreground="white")]
        axes.text(np.median(x), np.median(y), f"{label}", weight="bold", ha="center", va="center", path_effects=halo)
    axes.set(xlabel="first input $x_1$", ylabel="second input $x_2$", aspect="equal")
    axes.legend(title="class", loc="center left", bbox_to_anchor=(1, 0.5), markerscale=2, handletextpad=0.2)
    return figure

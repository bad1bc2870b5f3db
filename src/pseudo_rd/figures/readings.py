"""The readings of "we set L = 0.01" over iterations: distances of both layers and the test error."""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pseudo_rd.figures.curves import draw_mean_and_band
from pseudo_rd.figures.style import FULL_WIDTH, GREEN, OBJECTIVE_COLORS, ORANGE, PURPLE, SKY
from pseudo_rd.multiverse.readings import WITHOUT
from pseudo_rd.parameters.vocabulary import BOUND_READINGS

STYLES: dict[str, dict[str, Any]] = {
    WITHOUT: {"color": OBJECTIVE_COLORS["supervised"], "linestyle": (0, (4, 1.5))},
    "penalty": {"color": OBJECTIVE_COLORS["augmented"], "linestyle": "-"},
    "clip": {"color": GREEN, "linestyle": "-."},
    "spectral": {"color": PURPLE, "linestyle": (0, (1, 1))},
    "frobenius": {"color": ORANGE, "linestyle": (0, (6, 1, 1, 1, 1, 1))},
    "target": {"color": SKY, "linestyle": (0, (8, 2))},
    "weight": {"color": "#999999", "linestyle": (0, (3, 1, 1, 1))},
}
PANELS = (
    ("(a) hidden layer", "distance_hidden", r"distance $\Vert U(t) - U(0)\Vert_F$"),
    ("(b) top layer", "distance_top", r"distance $\Vert V(t) - V(0)\Vert_F$"),
    ("(c) error on the test set", "test_error", "half the mean\nsquared error"),
)


def draw(studies: Sequence[pd.DataFrame]) -> Figure:
    """A line for each reading, mean and range over seeds.

    Args:
        studies: of `pseudo_rd.multiverse.readings.study`, one for each seed.
    """
    rows = pd.concat(studies)
    figure, panels = plt.subplots(1, len(PANELS), figsize=(FULL_WIDTH, 2.8))
    for axes, (title, column, label) in zip(panels, PANELS, strict=True):
        for reading in (WITHOUT, *BOUND_READINGS):
            table = rows[rows["reading"] == reading].pivot(index="iteration", columns="seed", values=column)
            draw_mean_and_band(axes, table.loc[1:] if column == "test_error" else table, **STYLES[reading])
        axes.set(title=title, xlabel="iteration $t$", ylabel=label)
    panels[-1].set(xscale="log", yscale="log")
    handles = [
        Line2D([], [], **STYLES[reading], label="without diffusion" if reading == WITHOUT else f"L as {reading}")
        for reading in (WITHOUT, *BOUND_READINGS)
    ]
    number = rows["seed"].nunique()
    figure.legend(
        handles=handles,
        title=f"m = {rows['width'].iloc[0]:,}, {number} seed{'s' if number > 1 else ''}: mean and range",
        loc="outside upper center",
        ncols=len(handles),
        fontsize=7,
        title_fontsize=7,
    )
    return figure

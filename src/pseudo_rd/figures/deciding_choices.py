"""Which choice decides: shares of the variance of the critic's effect over the balanced grid."""

from collections.abc import Mapping
from math import ceil
from textwrap import fill
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pseudo_rd.figures.style import BLUE, FULL_WIDTH, SKY, VERMILION

COLUMNS = 2
BAR = {"marker": "|", "markersize": 9, "markeredgewidth": 2.5}
STYLES: dict[str, dict[str, Any]] = {
    "first": {"label": "alone", "color": SKY, **BAR},
    "total": {"label": "with all interactions", "color": VERMILION, **BAR},
    "shapley": {"label": "Shapley effect", "color": BLUE, "marker": "o", "markersize": 4},
}


def draw(decompositions: Mapping[str, pd.DataFrame], notes: Mapping[str, str]) -> Figure:
    """A panel for each effect: each factor's share alone, with all its interactions, and Shapley's between.

    Args:
        decompositions: of `decompose`, by what is decomposed, in words.
        notes: by the same words, a sentence below the panel.
    """
    columns = min(COLUMNS, len(decompositions))
    rows = ceil(len(decompositions) / columns)
    height = 0.85 + 0.2 * max(len(each) for each in decompositions.values())
    figure, panels = plt.subplots(rows, columns, figsize=(FULL_WIDTH, rows * height + 0.35), squeeze=False)
    for axes, (title, effects) in zip(panels.flat, decompositions.items(), strict=False):
        draw_shares(axes, effects)
        axes.set_title(fill(title, 48), fontsize=8)
        axes.set_xlabel(fill(notes[title], 60), fontsize=6, loc="left")
    empty = panels.flat[len(decompositions) :]
    for axes in empty:
        axes.set_axis_off()
    handles = [Line2D([], [], linestyle="", **STYLES[name]) for name in ("first", "shapley", "total")]
    style: dict[str, Any] = {"handles": handles, "fontsize": 8, "title": "share of the variance", "title_fontsize": 8}
    if len(empty):
        empty[0].legend(loc="center", **style)
    else:
        figure.legend(loc="outside upper center", ncols=3, **style)
    return figure


def draw_shares(axes: Axes, effects: pd.DataFrame) -> None:
    """A line for each factor, the one with the largest Shapley effect first."""
    effects = effects.sort_values("shapley", ascending=False, kind="stable")
    lines = range(len(effects))
    axes.hlines(lines, effects["first"], effects["total"], color="0.8", linewidth=3, zorder=1)
    for name, style in STYLES.items():
        axes.plot(effects[name], lines, linestyle="", zorder=2, **style)
    for line, share in zip(lines, effects["shapley"], strict=True):
        axes.text(1.02, line, f"{100 * share:.0f} %", transform=axes.get_yaxis_transform(), va="center", fontsize=6.5)
    axes.set_yticks(lines, [str(factor).replace("_", " ") for factor in effects["factor"]], fontsize=7)
    axes.set(xlim=(-0.03, 1.03), ylim=(len(effects) - 0.4, -0.6))
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=7)

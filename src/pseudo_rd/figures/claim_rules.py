"""What decides each claim: Shapley effects of the choices on its verdict, beside the rule in words."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from pseudo_rd.figures.choice_ticks import FONT_SIZE, bare, wrap_rows
from pseudo_rd.figures.style import FULL_WIDTH

LINE_HEIGHT, HEAD_HEIGHT = 0.105, 0.85  # inches
LEFT, RIGHT = 0.33, 0.56  # of the cells, share of the width
LABEL_CHARACTERS, RULE_CHARACTERS = 52, 66
DARK = 0.6  # share from which on the number is white


def draw(claims: Sequence[str], factors: Sequence[str], shapley: np.ndarray, sentences: Sequence[str]) -> Figure:
    """A line for each claim.

    Args:
        claims: in words.
        factors: the choices.
        shapley: their shares of the variance of the verdict, shape (claims, factors); NaN where it does not vary.
        sentences: one for each claim.
    """
    (labels, rules), edges = wrap_rows((claims, LABEL_CHARACTERS), (sentences, RULE_CHARACTERS))
    middles = ((edges[:-1] + edges[1:]) / 2).tolist()
    height = LINE_HEIGHT * float(edges[-1]) + HEAD_HEIGHT + 0.1
    figure, axes = plt.subplots(figsize=(FULL_WIDTH, height), layout="none")
    figure.subplots_adjust(left=LEFT, right=RIGHT, top=1 - HEAD_HEIGHT / height, bottom=0.1 / height)
    cells = np.ma.masked_invalid(shapley)
    columns = np.arange(len(factors) + 1)
    axes.pcolormesh(columns, edges, cells, cmap="Blues", vmin=0, vmax=1, edgecolors="w", linewidth=0.8)
    for middle, shares, rule in zip(middles, shapley.tolist(), rules, strict=True):
        for column, share in enumerate(shares):
            text, color = f"{100 * share:.0f}", "w" if share > DARK else "0.15"
            if np.isnan(share):
                text, color = "·", "0.5"
            axes.text(column + 0.5, middle, text, ha="center", va="center", fontsize=FONT_SIZE, color=color)
        axes.text(len(factors) + 0.15, middle, rule, va="center", fontsize=FONT_SIZE)
    axes.set_yticks(middles, labels, fontsize=FONT_SIZE, va="center")
    names = [factor.replace("_", " ") for factor in factors]
    axes.set_xticks(columns[:-1] + 0.5, names, fontsize=6, rotation=40, ha="left")
    axes.xaxis.tick_top()
    axes.set_ylim(edges[-1], 0)
    head = 1 - 0.12 / height
    for left, text in ((0.01, "claim"), (LEFT, "Shapley effect, %"), (RIGHT + 0.01, "rule")):
        figure.text(left, head, text, fontsize=7, weight="bold")
    bare(axes)
    return figure

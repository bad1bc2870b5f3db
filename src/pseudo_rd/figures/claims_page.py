"""All claims with their verdicts on one page."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from pseudo_rd.claims.judge import NOT_REPRODUCED, NOT_TESTABLE, REPRODUCED, VERDICTS, count_verdicts
from pseudo_rd.figures.style import BLUE, VERMILION

# Colour and sign: readable for colour-blind eyes and in print without colour.
SIGNS = {REPRODUCED: ("✓", BLUE), NOT_REPRODUCED: ("✗", VERMILION), NOT_TESTABLE: ("?", "0.5")}
WIDTH, LINE_HEIGHT = 11.5, 0.165  # inches
LEFT_EDGES = {"where": 0.02, "claim": 0.19, "measured": 0.7, "criterion": 0.87}  # share of the width
HEAD = 4  # lines above the first claim


def draw(rows: Sequence[Mapping[str, Any]]) -> Figure:
    """A line for each claim: verdict, where, what is claimed, measured, criterion.

    Args:
        rows: of `pseudo_rd.claims.judge.judge_all`.
    """
    lines = len(rows) + HEAD
    figure = plt.figure(figsize=(WIDTH, LINE_HEIGHT * lines), layout="none")  # nothing to lay out but lines of text
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set(xlim=(0, 1), ylim=(lines, 0))
    counts = count_verdicts(rows)
    for number, verdict in enumerate(VERDICTS):
        sign, color = SIGNS[verdict]
        text = f"{sign} {counts[verdict]} {verdict}"
        axes.text(LEFT_EDGES["where"] + 0.2 * number, 1, text, color=color, fontsize=11, weight="bold")
    for name, left in LEFT_EDGES.items():
        axes.text(left, HEAD - 1, name, fontsize=8, weight="bold")
    for line, row in enumerate(rows, HEAD):
        if line % 2 == 0:
            axes.axhspan(line - 0.7, line + 0.3, color="0.95", zorder=0)
        sign, color = SIGNS[row["verdict"]]
        axes.text(0, line, sign, color=color, fontsize=8, weight="bold")
        for name, left in LEFT_EDGES.items():
            axes.text(left, line, row[name], fontsize=7)
    return figure

"""The theorems' own setting over the width: by how much every statement is met or missed."""

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.style import BLUE, FULL_WIDTH, GREEN, ORANGE, PURPLE, SKY, VERMILION
from pseudo_rd.theory.statements import STATEMENTS, Adversary, Statement, ratio

COLORS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, "0.4", "0.0", "#8C6D31")
MARKERS = "osD^vP*Xd"
WITHOUT = [statement for statement in STATEMENTS if "none" in statement.adversaries]
WITH = [statement for statement in STATEMENTS if "none" not in statement.adversaries]
PANELS: tuple[tuple[str, Adversary, list[Statement]], ...] = (
    ("(a) without the critic: Theorem 1", "none", WITHOUT),
    ("(b) with a trained critic: Theorem 2", "trained", WITH),
    ("(c) with a frozen critic: Theorem 2", "frozen", WITH),
)


def over_width_figure(inputs: FigureInputs) -> Figure:
    """Measured over bound, worst over seeds and times, against the width; above 1 a statement is not reproduced."""
    figure, axes = plt.subplots(3, 1, figsize=(FULL_WIDTH, 7.2), sharex=True, height_ratios=(1.3, 1, 1))
    for axis, (title, adversary, statements) in zip(axes, PANELS, strict=True):
        for statement, color, marker in zip(statements, COLORS, MARKERS, strict=False):
            worst = ratio(statement, inputs.flow, adversary).max(axis=(1, 2))
            style = {"color": color, "marker": marker, "markersize": 4, "linewidth": 1}
            axis.plot(inputs.flow["widths"], worst, **style, label=statement.label)
        axis.set(title=title, yscale="log")
        axis.set_xscale("log", base=2)
        axis.axhline(1, color="black", linewidth=0.8)
        low, high = axis.get_ylim()
        axis.set_ylim(low, max(2 * high, 4))
        axis.axhspan(1, axis.get_ylim()[1], color="0.93", zorder=0)
        axis.text(0.5, 0.95, "not reproduced", transform=axis.transAxes, ha="center", va="top", fontsize=8)
        axis.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=7)
    figure.supylabel("measured over bound, worst seed and time", fontsize=9)
    axes[2].set_xlabel("width m")
    return figure

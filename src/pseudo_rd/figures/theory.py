"""The theorems' own setting: what was measured beside what Theorems 1 and 2 allow, over time and over the width."""

from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.style import BLUE, FULL_WIDTH, GREEN, OBJECTIVE_COLORS, ORANGE, PURPLE, SKY, VERMILION
from pseudo_rd.results.digits import in_digits
from pseudo_rd.theory.statements import ADVERSARIES, STATEMENTS, Adversary, Panel, Statement, ratio, sides

WITHOUT, WITH = OBJECTIVE_COLORS.values()
# Where lines coincide each is seen beside the ones above it.
LINES: dict[Adversary, dict[str, Any]] = {
    "none": {"color": WITHOUT, "linewidth": 4, "alpha": 0.4, "label": "without the critic"},
    "frozen": {"color": GREEN, "linewidth": 2, "alpha": 0.8, "label": "with a frozen critic"},
    "trained": {"color": WITH, "linewidth": 0.8, "alpha": 1, "label": "with a trained critic"},
}
BOUNDS: dict[str, dict[str, Any]] = {
    "Theorem 1": {"color": WITHOUT, "linestyle": "--"},
    "Theorem 2": {"color": "0.2", "linestyle": "--"},
}
OVER_TIME: tuple[tuple[Panel, str, str], ...] = (
    # panel of the statements whose two sides are drawn, title, label of the axis
    ("error", "(a) error", r"$\Vert z(t) - y \Vert_2$"),
    ("farthest neuron", "(b) distance of the farthest neuron", r"$\max_j \Vert u_j(t) - u_j(0) \Vert_2$"),
    ("all neurons", "(c) distance of all neurons", r"$\Vert U(t) - U(0) \Vert_F$"),
    ("diffusion", "(d) diffusion of the most pushed neuron", "largest diffusion term"),
)
COLORS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, "0.4", "0.0", "#8C6D31")
MARKERS = "osD^vP*Xd"
THEOREM_1 = [statement for statement in STATEMENTS if "none" in statement.adversaries]
THEOREM_2 = [statement for statement in STATEMENTS if "none" not in statement.adversaries]
OVER_WIDTH: tuple[tuple[str, Adversary, list[Statement]], ...] = (
    ("(a) without the critic: Theorem 1", "none", THEOREM_1),
    ("(b) with a trained critic: Theorem 2", "trained", THEOREM_2),
    ("(c) with a frozen critic: Theorem 2", "frozen", THEOREM_2),
)


def over_time_figure(inputs: FigureInputs) -> Figure:
    """The widest network of the flow: solid as measured at every seed, dashed the bound at the first seed."""
    times = inputs.flow["times"][1:]
    figure, axes = plt.subplots(2, 2, figsize=(FULL_WIDTH, 5.0), sharex=True)
    for axis, (panel, title, label) in zip(axes.flat, OVER_TIME, strict=True):
        ends: dict[Adversary, float] = {}
        for statement in (statement for statement in STATEMENTS if statement.panel == panel):
            for adversary in statement.adversaries:
                measured, bound = (side[-1] for side in sides(statement, inputs.flow, adversary))  # (seeds, times)
                ends[adversary] = float(measured[:, -1].mean())
                axis.plot(times, measured.T, **LINES[adversary])
                # The two adversaries have one bound, since they start alike.
                if adversary != "trained":
                    axis.plot(times, bound[0], **BOUNDS[f"Theorem {1 if adversary == 'none' else 2}"], linewidth=1.4)
        axis.set(title=title, xscale="log", yscale="log")
        axis.set_ylabel(label, fontsize=8)
        if "none" in ends:  # on these axes the lines coincide
            text = f"at the end, trained critic over none: {in_digits(ends['trained'] / ends['none'])}"
            x, alignment = (0.03, "left") if panel == "error" else (0.97, "right")  # errors fall, distances rise
            axis.text(x, 0.04, text, transform=axis.transAxes, ha=alignment, fontsize=7)
    for axis in axes[1]:
        axis.set_xlabel("time of the gradient flow", fontsize=8)
    handles = [Line2D([], [], **LINES[adversary]) for adversary in ADVERSARIES]
    handles += [Line2D([], [], **style, label=f"bound of {theorem}") for theorem, style in BOUNDS.items()]
    figure.legend(handles=handles, loc="outside upper center", ncols=3, fontsize=7)
    return figure


def over_width_figure(inputs: FigureInputs) -> Figure:
    """Measured over bound, worst over seeds and times, against the width; above 1 a statement is not reproduced."""
    figure, axes = plt.subplots(3, 1, figsize=(FULL_WIDTH, 7.2), sharex=True, height_ratios=(1.3, 1, 1))
    for axis, (title, adversary, statements) in zip(axes, OVER_WIDTH, strict=True):
        for statement, color, marker in zip(statements, COLORS, MARKERS, strict=False):
            worst_ratio = ratio(statement, inputs.flow, adversary).max(axis=(1, 2))
            style = {"color": color, "marker": marker, "markersize": 4, "linewidth": 1}
            axis.plot(inputs.flow["widths"], worst_ratio, **style, label=statement.label)
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

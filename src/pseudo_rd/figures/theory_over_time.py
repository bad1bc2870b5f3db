"""The theorems' own setting over time: what was measured beside what Theorems 1 and 2 allow."""

from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.style import FULL_WIDTH, GREEN, OBJECTIVE_COLORS
from pseudo_rd.results.digits import in_digits
from pseudo_rd.theory.statements import ADVERSARIES, STATEMENTS, Adversary, Panel, sides

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
PANELS: tuple[tuple[Panel, str, str], ...] = (
    # panel of the statements whose two sides are drawn, title, label of the axis
    ("error", "(a) error", r"$\Vert z(t) - y \Vert_2$"),
    ("farthest neuron", "(b) distance of the farthest neuron", r"$\max_j \Vert u_j(t) - u_j(0) \Vert_2$"),
    ("all neurons", "(c) distance of all neurons", r"$\Vert U(t) - U(0) \Vert_F$"),
    ("diffusion", "(d) diffusion of the most pushed neuron", "largest diffusion term"),
)


def over_time_figure(inputs: FigureInputs) -> Figure:
    """The widest network of the flow: solid as measured at every seed, dashed the bound at the first seed."""
    times = inputs.flow["times"][1:]
    figure, axes = plt.subplots(2, 2, figsize=(FULL_WIDTH, 5.0), sharex=True)
    for axis, (panel, title, label) in zip(axes.flat, PANELS, strict=True):
        ends: dict[Adversary, float] = {}
        for statement in (each for each in STATEMENTS if each.panel == panel):
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
            place, side = (0.03, "left") if panel == "error" else (0.97, "right")  # errors fall, distances rise
            axis.text(place, 0.04, text, transform=axis.transAxes, ha=side, fontsize=7)
    for axis in axes[1]:
        axis.set_xlabel("time of the gradient flow", fontsize=8)
    handles = [Line2D([], [], **LINES[adversary]) for adversary in ADVERSARIES]
    handles += [Line2D([], [], **style, label=f"bound of {theorem}") for theorem, style in BOUNDS.items()]
    figure.legend(handles=handles, loc="outside upper center", ncols=3, fontsize=7)
    return figure

"""The theorems' own setting over time: what was measured beside what Theorems 1 and 2 allow."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pseudo_rd.figures.style import FULL_WIDTH, OBJECTIVE_COLORS
from pseudo_rd.theory.flow import ADVERSARIES, STATEMENTS, measured, right_sides

ADVERSARY_COLORS = {
    "none": OBJECTIVE_COLORS["supervised"],
    "frozen": "#009E73",
    "trained": OBJECTIVE_COLORS["augmented"],
}
ADVERSARY_LABELS = {"none": "no adversary", "frozen": "frozen adversary", "trained": "trained adversary"}

PANELS = (
    # title, label of the axis, statements whose two sides are drawn
    ("(a) error", r"$\Vert z(t) - y \Vert_2$", ("remark_3", "equation_31")),
    ("(b) distance of the farthest neuron", r"$\max_j \Vert u_j(t) - u_j(0) \Vert_2$", ("equation_13", "equation_39")),
    ("(c) distance of all neurons", r"$\Vert U(t) - U(0) \Vert_F$", ("equation_15", "equation_41")),
    ("(d) diffusion of the most pushed neuron", "largest diffusion term", ("equation_38",)),
)


def draw(study: Mapping[str, np.ndarray]) -> Figure:
    """Draw the widest network of a study: solid as measured at every seed, dashed the bound at the first seed.

    Args:
        study: arrays of `pseudo_rd.theory.flow.study`.
    """
    shape = study["residual"].shape
    limits, values = right_sides(study), measured(study)
    times = study["times"][1:]
    figure, axes = plt.subplots(2, 2, figsize=(FULL_WIDTH, 5.0), sharex=True)
    for axis, (title, label, statements) in zip(axes.flat, PANELS, strict=True):
        for statement in statements:
            for adversary in STATEMENTS[statement]:
                place, color = ADVERSARIES.index(adversary), ADVERSARY_COLORS[adversary]
                lines = np.broadcast_to(values[statement], shape)[place, -1, :, 1:]
                axis.plot(times, lines.T, color=color, linewidth=1, alpha=0.8)
                bound = np.broadcast_to(limits[statement], shape)[place, -1, 0, 1:]
                # The two adversaries have one bound, since they start alike.
                if adversary != "trained":
                    shade = ADVERSARY_COLORS["none"] if adversary == "none" else "0.2"
                    axis.plot(times, bound, color=shade, linestyle="--", linewidth=1.4)
        axis.set(title=title, xscale="log", yscale="log")
        axis.set_ylabel(label, fontsize=8)
    for axis in axes[1]:
        axis.set_xlabel("time of the gradient flow", fontsize=8)
    handles = [Line2D([], [], color=ADVERSARY_COLORS[name], label=ADVERSARY_LABELS[name]) for name in ADVERSARIES]
    handles += [
        Line2D([], [], color=ADVERSARY_COLORS["none"], linestyle="--", label="bound of Theorem 1"),
        Line2D([], [], color="0.2", linestyle="--", label="bound of Theorem 2"),
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=3, fontsize=7)
    return figure

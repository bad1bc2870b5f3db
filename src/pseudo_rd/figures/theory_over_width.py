"""The theorems' own setting over the width: how far every statement is from failing, or has failed."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from pseudo_rd.figures.style import FULL_WIDTH
from pseudo_rd.theory.flow import STATEMENTS, ratios

LABELS = {
    "remark_1_premise": "Remark 1: neurons within R (premise)",
    "remark_1_shift": r"Remark 1: $\Vert H - H(0) \Vert \leq \lambda_0 / 4$",
    "remark_1_smallest": r"Remark 1: $\lambda_{min}(H) \geq \lambda_0 / 2$",
    "remark_2": "Remark 2 / Lemma 2: prediction dynamics",
    "remark_3": "Remark 3: error",
    "lemma_1": r"Lemma 1: $\zeta$",
    "lemma_4": r"Lemma 4: $\lambda_{max}(H)$",
    "equation_13": "(13): farthest neuron",
    "equation_15": "(15): all neurons",
    "equation_24": "(24): sum of signs (Hoeffding)",
    "equation_27": "(27): critic's slope",
    "equation_31": "(31): error",
    "equation_38": "(38): diffusion",
    "equation_39": "(39): farthest neuron",
    "equation_41": "(41): all neurons",
}
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "0.4", "0.0", "#8C6D31")
MARKERS = "osD^vP*Xd"
PANELS = (
    ("(a) without adversary: Theorem 1", "none", [name for name in STATEMENTS if "none" in STATEMENTS[name]]),
    ("(b) with a trained adversary: Theorem 2", "trained", [n for n in STATEMENTS if "none" not in STATEMENTS[n]]),
    ("(c) with a frozen adversary: Theorem 2", "frozen", [n for n in STATEMENTS if "none" not in STATEMENTS[n]]),
)


def draw(study: Mapping[str, np.ndarray]) -> Figure:
    """Measured over bound, worst over seeds and times, against the width; above 1 the statement fails.

    Args:
        study: arrays of `pseudo_rd.theory.flow.study`.
    """
    figure, axes = plt.subplots(3, 1, figsize=(FULL_WIDTH, 7.2), sharex=True, height_ratios=(1.3, 1, 1))
    values, widths = ratios(study), study["widths"]
    for axis, (title, adversary, statements) in zip(axes, PANELS, strict=True):
        for statement, color, marker in zip(statements, COLORS, MARKERS, strict=False):
            place = STATEMENTS[statement].index(adversary)
            worst = values[statement][place].max(axis=(1, 2))
            axis.plot(widths, worst, color=color, marker=marker, markersize=4, linewidth=1, label=LABELS[statement])
        axis.set(title=title, yscale="log")
        axis.set_xscale("log", base=2)
        axis.axhline(1, color="black", linewidth=0.8)
        low, high = axis.get_ylim()
        axis.set_ylim(low, max(2 * high, 4))
        axis.axhspan(1, axis.get_ylim()[1], color="0.93", zorder=0)
        axis.text(0.5, 0.95, "fails", transform=axis.transAxes, ha="center", va="top", fontsize=8)
        axis.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=7)
    axes[1].set_ylabel("measured / bound, worst seed and time")
    axes[2].set_xlabel("width m")
    return figure

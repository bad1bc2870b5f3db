"""Figure 2: the same neurons without and with the critic, and which of them moved together in a small run."""

import math
from typing import Literal

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch

from pseudo_rd.figures.inputs import FigureInputs, first_runs, only
from pseudo_rd.figures.style import FULL_WIDTH, OBJECTIVE_LABELS, VERMILION, width_label
from pseudo_rd.parameters.vocabulary import LAYERS
from pseudo_rd.results.runs import Run

NEURON_AREA = 70.0  # square points of the neuron that moved farthest
STILL_AREA = 4.0
# By whether two neurons moved in like directions: line, colour, words.
EDGE_LINES: dict[bool, tuple[Literal["-", "--"], str, str]] = {
    True: ("-", "0.25", "the same way"),
    False: ("--", VERMILION, "opposite ways"),
}


def broken_symmetry_figure(inputs: FigureInputs) -> Figure:
    """Nodes: neurons, by how far they moved. Edges: pairs whose displacements d_i, d_j have |d_i . d_j| >= threshold.

    Neurons that moved farthest without the critic stand in the centre. The threshold is that of the strongest
    `interaction.edges` pairs without the critic, and holds in every panel.
    """
    runs = first_runs(only(inputs.runs))
    without, with_critic = displacements(runs["supervised"]), displacements(runs["augmented"])
    panels = {
        f"(a) {OBJECTIVE_LABELS['supervised']}": without,
        f"(b) {OBJECTIVE_LABELS['augmented']}": with_critic,
        "(c) what the critic changed: (b) - (a)": with_critic - without,
    }
    threshold = interaction_threshold(pair_strengths(without), inputs.parameters["interaction"]["edges"])
    largest_norm = max(float(np.linalg.norm(vectors, axis=1).max()) for vectors in panels.values())
    positions = grid_positions(np.argsort(-np.linalg.norm(without, axis=1), kind="stable"))
    figure, grid = plt.subplots(1, len(panels), figsize=(FULL_WIDTH, 2.9), sharex=True, sharey=True)
    for axes, (title, vectors) in zip(grid, panels.items(), strict=True):
        nodes = draw_neurons(axes, positions, vectors, threshold, largest_norm)
        axes.set_title(f"{title}\n{summary(vectors, threshold)}", fontsize=7.5)
    figure.colorbar(nodes, ax=grid, label=r"displacement $\Vert d_j \Vert$", shrink=0.7, pad=0.01)
    run = runs["supervised"]
    title = (
        f"{run.dataset}, {width_label(list(runs.values()))}, seed {run.seed}, both from the same start. "
        rf"Lines: neurons that moved far together, $|d_i \cdot d_j| \geq {threshold:.3g}$"
    )
    handles = [Line2D([], [], linestyle=line, color=color, label=label) for line, color, label in EDGE_LINES.values()]
    figure.legend(handles=handles, title=title, loc="outside upper center", ncols=2, fontsize=7, title_fontsize=7)
    return figure


def displacements(run: Run) -> np.ndarray:
    """d_j = (u_j(end) - u_j(0), v_j(end) - v_j(0)) of each neuron whose start was kept, (neurons, dimensions)."""
    starts = {layer: run.snapshots[f"{layer}_0"] for layer in LAYERS}
    return np.hstack([run.snapshots[f"{layer}_end"][: len(start)] - start for layer, start in starts.items()])


def pair_strengths(vectors: np.ndarray) -> np.ndarray:
    """d_i . d_j, zero for i >= j, (neurons, neurons)."""
    return np.triu(vectors @ vectors.T, k=1)


def interaction_threshold(strengths: np.ndarray, edges: int) -> float:
    """The absolute strength that the `edges` strongest pairs reach; of fewer pairs, the weakest that is not zero."""
    magnitudes = np.sort(np.abs(strengths[strengths != 0]))[::-1]
    return float(magnitudes[:edges][-1])


def grid_positions(order: np.ndarray) -> np.ndarray:
    """Positions on a square grid, (neurons, 2): from the centre outwards for the neurons in `order`."""
    side = math.ceil(math.sqrt(len(order)))
    grid = np.stack(np.divmod(np.arange(side**2), side), axis=1) - (side - 1) / 2
    cell_order = np.argsort((grid**2).sum(axis=1), kind="stable")
    positions = np.empty((len(order), 2))
    positions[order] = grid[cell_order[: len(order)]]
    return positions


def draw_neurons(
    axes: Axes, positions: np.ndarray, vectors: np.ndarray, threshold: float, largest_norm: float
) -> PathCollection:
    """Nodes in the size and colour of their displacement, arcs between pairs past the threshold."""
    strengths = pair_strengths(vectors)
    for first, second in np.argwhere(np.abs(strengths) >= threshold):
        line, color, _ = EDGE_LINES[bool(strengths[first, second] > 0)]
        # Bent, so that an edge does not hide behind the neurons between its ends.
        arc = {"connectionstyle": "arc3,rad=0.2", "arrowstyle": "-", "linestyle": line, "linewidth": 0.5}
        axes.add_patch(FancyArrowPatch(positions[first], positions[second], color=color, alpha=0.6, zorder=1, **arc))
    norms = np.linalg.norm(vectors, axis=1)
    areas = STILL_AREA + NEURON_AREA * norms / largest_norm
    color_scale = {"cmap": "viridis_r", "vmin": 0, "vmax": largest_norm}
    nodes = axes.scatter(*positions.T, s=areas, c=norms, edgecolor="0.3", linewidth=0.4, zorder=2, **color_scale)
    axes.set(xticks=[], yticks=[], aspect="equal")
    axes.margins(0.1)
    axes.spines[:].set_visible(False)
    return nodes


def summary(vectors: np.ndarray, threshold: float) -> str:
    """Mean displacement and number of pairs past the threshold."""
    pairs = int((np.abs(pair_strengths(vectors)) >= threshold).sum())
    return f"mean displacement {np.linalg.norm(vectors, axis=1).mean():.3g}, {pairs} pairs"

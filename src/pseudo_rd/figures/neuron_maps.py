"""Neurons as points of the plane, coloured by cluster (Figures 19-23)."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.spatial import Delaunay

from pseudo_rd.figures.inputs import FigureInputs, only
from pseudo_rd.figures.style import (
    BLUE,
    FULL_WIDTH,
    GREEN,
    LAYER_LABELS,
    OBJECTIVE_LABELS,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    width_label,
)
from pseudo_rd.neurons.clustering import NO_CLUSTER
from pseudo_rd.neurons.neighbors import NEIGHBORS, neighbors_kept
from pseudo_rd.results.runs import Pattern

# As many as a plane's neighbours can need when coloured in smallest-last order.
CLUSTER_COLORS = np.array([BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION])
WITHOUT_CLUSTER = "0.6"
INK = 220.0  # a neuron's square points times the root of their number


def over_time_figure(inputs: FigureInputs) -> Figure:
    """Rows: layer and objective; columns: snapshots (Figures 19, 20)."""
    patterns = only(inputs.patterns)
    columns = max(len(pattern.iterations) for pattern in patterns)
    figure, grid = plt.subplots(
        len(LAYER_LABELS) * len(patterns), columns, figsize=(FULL_WIDTH, 8.4), squeeze=False, sharex="row", sharey="row"
    )
    rows = iter(grid)
    for layer, layer_label in LAYER_LABELS.items():
        limit = common_limit(patterns, layer)
        for letter, pattern in zip("ab", patterns, strict=False):
            row = next(rows)
            for axes in row[len(pattern.iterations) :]:
                axes.set_axis_off()
            for snapshot, axes in enumerate(row[: len(pattern.iterations)]):
                draw_map(axes, pattern, layer, snapshot, limit)
                title_above(axes, f"iteration {pattern.iterations[snapshot]:,}", describe(pattern, layer, snapshot))
            row[0].set_ylabel(f"{layer_label}\n({letter}) {OBJECTIVE_LABELS[pattern.objective]}", fontsize=7)
    explain(figure, patterns)
    return figure


def start_and_ends_figure(inputs: FigureInputs) -> Figure:
    """Columns: the start that both objectives share, and the end of each; rows: layers (Figures 21, 22)."""
    patterns = only(inputs.patterns)
    columns = [("initialization", patterns[0], 0)]
    columns += [(OBJECTIVE_LABELS[pattern.objective], pattern, len(pattern.iterations) - 1) for pattern in patterns]
    return columns_figure(columns, patterns)


def ends_figure(inputs: FigureInputs) -> Figure:
    """Columns: the end of each objective; rows: layers (Figure 23)."""
    patterns = only(inputs.patterns)
    columns = [(OBJECTIVE_LABELS[pattern.objective], pattern, len(pattern.iterations) - 1) for pattern in patterns]
    return columns_figure(columns, patterns)


def columns_figure(columns: Sequence[tuple[str, Pattern, int]], patterns: Sequence[Pattern]) -> Figure:
    """One column for each (title, pattern, number of its snapshot), one row for each layer."""
    panel, layers = FULL_WIDTH / len(columns), patterns[0].maps
    size = (FULL_WIDTH, len(layers) * (panel + 0.35) + 0.3)
    figure, grid = plt.subplots(len(layers), len(columns), figsize=size, squeeze=False)
    for row, layer in zip(grid, layers, strict=True):
        limit = common_limit(patterns, layer)
        for axes, letter, (title, pattern, snapshot) in zip(row, "abc", columns, strict=False):
            draw_map(axes, pattern, layer, snapshot, limit)
            heading = f"({letter}) {title}" if layer == "hidden" else ""
            title_above(axes, heading, describe(pattern, layer, snapshot))
        row[0].set_ylabel(f"{layer} layer")
    explain(figure, patterns)
    return figure


def draw_map(axes: Axes, pattern: Pattern, layer: str, snapshot: int, limit: float) -> None:
    """Scatter one snapshot of one layer, within +-limit."""
    points = pattern.maps[layer][snapshot]
    axes.scatter(
        *points.T,
        s=INK / np.sqrt(len(points)),
        c=neuron_colors(pattern.maps[layer], pattern.clusters[layer])[snapshot],
        linewidth=0,
        rasterized=True,  # thousands of points would make the pdf slow to open
    )
    axes.set(xlim=(-limit, limit), ylim=(-limit, limit), xticks=[], yticks=[], aspect="equal")


def title_above(axes: Axes, heading: str, detail: str) -> None:
    """Heading in the size of other figures' titles, the detail in small print below it."""
    axes.set_title(detail, fontsize=6.5, pad=3)
    if heading:
        above = {"xycoords": "axes fraction", "textcoords": "offset points", "ha": "center"}
        axes.annotate(heading, (0.5, 1), (0, 20), **above)


def describe(pattern: Pattern, layer: str, snapshot: int) -> str:
    """How many clusters, whether they had settled, and how many neighbours are those of the start."""
    labels = pattern.clusters[layer][snapshot]
    number = len(np.unique(labels[labels != NO_CLUSTER]))
    settled = "" if pattern.converged[layer][snapshot] else ", not converged"
    found = f"{number} cluster{'' if number == 1 else 's'}{settled}"
    if snapshot == 0:
        return f"{found}\n "  # as high as the others
    kept = neighbors_kept(pattern.maps[layer][0], pattern.maps[layer][snapshot])
    return f"{found}\n{100 * kept:.0f} % of neighbours kept"


def common_limit(patterns: Sequence[Pattern], layer: str) -> float:
    """Half the side of the square that holds every map of a layer, with a margin."""
    return 1.05 * max(float(np.abs(pattern.maps[layer]).max()) for pattern in patterns)


def neuron_colors(maps: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """A colour for each neuron: clusters beside each other differ, later ones keep the start's colour where they can.

    Args:
        maps: (snapshots, neurons, 2).
        clusters: (snapshots, neurons).

    Returns:
        Colours, (snapshots, neurons).
    """
    colors = np.full(clusters.shape, WITHOUT_CLUSTER, dtype="<U7")
    for snapshot, labels in enumerate(clusters):
        members = [labels == label for label in np.unique(labels[labels != NO_CLUSTER])]
        centers = np.array([maps[snapshot][chosen].mean(axis=0) for chosen in members]).reshape(-1, 2)
        # What most of its neurons had at the start; at the start itself no colour is preferred.
        wished = [list(most_common(colors[0][chosen])) if snapshot else [] for chosen in members]
        for chosen, number in zip(members, color_neighbors(centers, wished), strict=True):
            colors[snapshot][chosen] = CLUSTER_COLORS[number]
    return colors


def most_common(colors: np.ndarray) -> np.ndarray:
    """Numbers of the cluster colours that occur, the most frequent first."""
    counts = (CLUSTER_COLORS[:, None] == colors).sum(axis=1)
    return np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]


def color_neighbors(centers: np.ndarray, wished: Sequence[Sequence[int]]) -> np.ndarray:
    """Number a colour for each center so that neighbours in the plane (Delaunay's triangulation) differ.

    Greedy in smallest-last order (Matula and Beck 1983): each center meets at most five neighbours that have their
    colour, because a planar graph always has a vertex of degree five or less. So six colours suffice.

    Args:
        centers: (clusters, 2).
        wished: for each, colours to take if they are free, the dearest first.
    """
    adjacent = neighbors_of(centers)
    left = set(range(len(centers)))
    order: list[int] = []
    while left:
        order.append(min(left, key=lambda center: (len(adjacent[center] & left), center)))
        left.remove(order[-1])
    numbers = np.full(len(centers), -1)
    for center in reversed(order):
        taken = {int(numbers[other]) for other in adjacent[center]}
        used = np.bincount(numbers[numbers >= 0], minlength=len(CLUSTER_COLORS))
        others = np.argsort(used, kind="stable").tolist()  # so that all colours are used about equally
        numbers[center] = next(number for number in [*wished[center], *others] if number not in taken)
    return numbers


def neighbors_of(centers: np.ndarray) -> list[set[int]]:
    """For each center those it shares an edge of Delaunay's triangulation with; all others if they are up to four."""
    if len(centers) <= 4:
        return [set(range(len(centers))) - {center} for center in range(len(centers))]
    triangles = Delaunay(centers, qhull_options="QJ").simplices  # QJ: centers may lie on a line
    adjacent: list[set[int]] = [set() for _ in centers]
    for triangle in triangles.tolist():
        for center in triangle:
            adjacent[center] |= set(triangle) - {center}
    return adjacent


def explain(figure: Figure, patterns: Sequence[Pattern]) -> None:
    """Small print below the panels: what a point is, and what the numbers mean."""
    neurons = patterns[0].maps["hidden"].shape[1]
    shown = "all" if neurons == patterns[0].width else f"the first {neurons:,}"
    figure.supxlabel(
        f"{patterns[0].dataset}: a point for each neuron, {shown} of {width_label(patterns)}. Colours only tell "
        f"clusters apart. Kept: share of a neuron's {NEIGHBORS}\nnearest neighbours in the map at the start that are "
        "among its nearest here too.",
        fontsize=6.5,
    )

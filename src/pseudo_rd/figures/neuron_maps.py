"""Neurons as points of the plane, coloured by their place at the start (Figures 19-23)."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import hsv_to_rgb
from matplotlib.figure import Figure
from scipy.spatial import ConvexHull

from pseudo_rd.figures.inputs import FigureInputs, only
from pseudo_rd.figures.style import FULL_WIDTH, OBJECTIVE_LABELS, width_label
from pseudo_rd.neurons.clustering import NO_CLUSTER
from pseudo_rd.neurons.neighbors import NEIGHBORS, neighbors_kept
from pseudo_rd.results.runs import Pattern

INK = 220.0  # a neuron's square points times the root of their number


def over_time_figure(inputs: FigureInputs) -> Figure:
    """Rows: layer and objective; columns: snapshots (Figures 19, 20)."""
    patterns = only(inputs.patterns)
    columns, layers = max(len(pattern.iterations) for pattern in patterns), patterns[0].maps
    size, row_count = (FULL_WIDTH, 4.2 * len(layers)), len(layers) * len(patterns)
    figure, grid = plt.subplots(row_count, columns, figsize=size, squeeze=False, sharex="row", sharey="row")
    rows = iter(grid)
    for layer in layers:
        limit = common_limit(patterns, layer)
        for letter, pattern in zip("ab", patterns, strict=False):
            row = next(rows)
            for axes in row[len(pattern.iterations) :]:
                axes.set_axis_off()
            for snapshot, axes in enumerate(row[: len(pattern.iterations)]):
                draw_map(axes, pattern, layer, snapshot, limit, f"iteration {pattern.iterations[snapshot]:,}")
            row[0].set_ylabel(f"{layer} layer\n({letter}) {OBJECTIVE_LABELS[pattern.objective]}", fontsize=7)
    explain(figure, patterns)
    return figure


def start_and_ends_figure(inputs: FigureInputs, with_start: bool = True) -> Figure:
    """Columns: the start that both objectives share, if it is shown, and the end of each; rows: layers (21-23)."""
    patterns = only(inputs.patterns)
    columns = [("initialization", patterns[0], 0)] if with_start else []
    columns += [(OBJECTIVE_LABELS[pattern.objective], pattern, len(pattern.iterations) - 1) for pattern in patterns]
    panel, layers = FULL_WIDTH / len(columns), patterns[0].maps
    size = (FULL_WIDTH, len(layers) * (panel + 0.35) + 0.3)
    figure, grid = plt.subplots(len(layers), len(columns), figsize=size, squeeze=False)
    for row, layer in zip(grid, layers, strict=True):
        limit = common_limit(patterns, layer)
        for axes, letter, (title, pattern, snapshot) in zip(row, "abc", columns, strict=False):
            heading = f"({letter}) {title}" if layer == "hidden" else ""
            draw_map(axes, pattern, layer, snapshot, limit, heading)
        row[0].set_ylabel(f"{layer} layer")
    explain(figure, patterns)
    return figure


def draw_map(axes: Axes, pattern: Pattern, layer: str, snapshot: int, limit: float, heading: str) -> None:
    """Scatter one snapshot of one layer, within +-limit; above it the heading and, in small print, `describe`."""
    points, colors = pattern.maps[layer][snapshot], colors_of(pattern.maps[layer][0])
    # Rasterized: thousands of points would make the pdf slow to open.
    axes.scatter(*points.T, s=INK / np.sqrt(len(points)), c=colors, linewidth=0, rasterized=True)
    polygons = outlines(points, pattern.clusters[layer][snapshot])
    axes.add_collection(LineCollection(polygons, colors="0.4", linewidths=0.4))
    axes.set(xlim=(-limit, limit), ylim=(-limit, limit), xticks=[], yticks=[], aspect="equal")
    axes.set_title(describe(pattern, layer, snapshot), fontsize=6.5, pad=3)
    if heading:
        placement = {"xycoords": "axes fraction", "textcoords": "offset points", "ha": "center"}
        axes.annotate(heading, (0.5, 1), (0, 20), **placement)


def describe(pattern: Pattern, layer: str, snapshot: int) -> str:
    """How many clusters, whether they had settled, and how many neighbours are those of the start."""
    labels = pattern.clusters[layer][snapshot]
    cluster_count = len(np.unique(labels[labels != NO_CLUSTER]))
    convergence = "" if pattern.converged[layer][snapshot] else ", not converged"
    clusters = f"{cluster_count} cluster{'' if cluster_count == 1 else 's'}{convergence}"
    if snapshot == 0:
        return f"{clusters}\n "  # as high as the others
    share = neighbors_kept(pattern.maps[layer][0], pattern.maps[layer][snapshot])
    return f"{clusters}\n{100 * share:.0f} % of neighbours kept"


def common_limit(patterns: Sequence[Pattern], layer: str) -> float:
    """Half the side of the square that holds every map of a layer, with a margin."""
    return 1.05 * max(float(np.abs(pattern.maps[layer]).max()) for pattern in patterns)


def colors_of(start: np.ndarray) -> np.ndarray:
    """A colour for each neuron, by its place in the map at the start: hue by direction, paler near the middle.

    Args:
        start: (neurons, 2).

    Returns:
        Red, green and blue, (neurons, 3).
    """
    x, y = (start - start.mean(axis=0)).T
    ranks = np.hypot(x, y).argsort(kind="stable").argsort(kind="stable")  # as many pale neurons as vivid ones
    hue = np.arctan2(y, x) / (2 * np.pi) % 1
    return hsv_to_rgb(np.stack([hue, 0.25 + 0.75 * (ranks + 1) / len(start), np.full(len(start), 0.85)], axis=1))


def outlines(points: np.ndarray, clusters: np.ndarray) -> list[np.ndarray]:
    """Around each cluster the polygon that holds its neurons, closed; a pair's is a line.

    Args:
        points: one map, (neurons, 2).
        clusters: (neurons,).
    """
    polygons = []
    for label in np.unique(clusters[clusters != NO_CLUSTER]):
        corners = points[clusters == label]
        if len(corners) > 2:  # QJ: they may lie on a line
            corners = corners[ConvexHull(corners, qhull_options="QJ").vertices]
        polygons.append(np.concatenate([corners, corners[:1]]))
    return polygons


def explain(figure: Figure, patterns: Sequence[Pattern]) -> None:
    """Small print below the panels: what a point is, and what the numbers mean."""
    neurons = patterns[0].maps["hidden"].shape[1]
    selection = "all" if neurons == patterns[0].width else f"the first {neurons:,}"
    figure.supxlabel(
        f"{patterns[0].dataset}: a point for each neuron, {selection} of {width_label(patterns)}; its colour tells its "
        "place at the start, lines surround clusters. Kept:\nshare of a neuron's "
        f"{NEIGHBORS} nearest neighbours in the map at the start that are among its nearest here too.",
        fontsize=6.5,
    )

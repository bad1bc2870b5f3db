"""Hidden neurons as pictures of the input's shape: filters, features and their input (Figures 10-12, 14, 15)."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from pseudo_rd.figures.curves import by_objective, width_label
from pseudo_rd.figures.style import FULL_WIDTH, HALF_WIDTH, OBJECTIVE_LABELS
from pseudo_rd.neurons.features import ascend
from pseudo_rd.neurons.filters import largest
from pseudo_rd.results.runs import Run

BAR_WIDTH = 0.3  # of a panel, labels included
GRID = 3  # rows and columns of tiles: the paper's nine neurons
DIVERGING = "RdBu_r"  # blue negative, red positive, readable for colour-blind eyes


def filters_figure(runs: Sequence[Run], image_shape: tuple[int, ...]) -> Figure:
    """The nine rows u_j of largest norm at the end, with their variances, for each objective (Figures 10, 14)."""
    pictures, titles, tile_titles = {}, {}, {}
    for objective, run in first_runs(runs).items():
        filters = run.snapshots["hidden_end"]
        order = largest(filters)
        variances = filters.var(axis=1)
        pictures[objective] = filters[order]
        tile_titles[objective] = [f"neuron {j}: {variances[j]:.3f}" for j in order]
        titles[objective] = (
            f"{OBJECTIVE_LABELS[objective]}, {width_label([run])}\n"
            f"neuron: variance; mean of these {variances[order].mean():.3f}, of all {variances.mean():.3f}"
        )
    return side_by_side(pictures, image_shape, titles, tile_titles, "weight $u_{jk}$")


def features_figure(
    runs: Sequence[Run], image_shape: tuple[int, ...], radius: float, step: float, iterations: int
) -> Figure:
    """The perturbations delta_j that excite the nine neurons of `filters_figure` most (Figures 11, 15)."""
    pictures, titles, tile_titles = {}, {}, {}
    for objective, run in first_runs(runs).items():
        filters = run.snapshots["hidden_end"]
        order = largest(filters)
        pictures[objective] = ascend(filters[order], radius, step, iterations)
        full = np.mean(np.abs(pictures[objective]) >= radius)
        tile_titles[objective] = [f"neuron {j}" for j in order]
        titles[objective] = (
            f"{OBJECTIVE_LABELS[objective]}, {width_label([run])}\n"
            f"{100 * full:.2f} % of the pixels at the bound $\\pm${radius:g}"
        )
    return side_by_side(pictures, image_shape, titles, tile_titles, r"perturbation $\delta_{jk}$")


def image_figure(image: np.ndarray, image_shape: tuple[int, ...]) -> Figure:
    """One input image of shape (inputs,) in grey, its values named by a colour bar (Figure 12)."""
    figure, axes = plt.subplots(figsize=(HALF_WIDTH, 0.8 * HALF_WIDTH))
    drawn = axes.imshow(image.reshape(image_shape), cmap="gray", vmin=0, vmax=1)
    axes.set(xticks=[], yticks=[], title="input $x$, common to all neurons")
    figure.colorbar(drawn, ax=axes, label="pixel value")
    return figure


def first_runs(runs: Sequence[Run]) -> dict[str, Run]:
    """The run of the smallest seed of each objective: the one whose weights are kept."""
    return {objective: min(group, key=lambda run: run.seed) for objective, group in by_objective(runs).items()}


def side_by_side(
    pictures: Mapping[str, np.ndarray],
    image_shape: tuple[int, ...],
    titles: Mapping[str, str],
    tile_titles: Mapping[str, Sequence[str]],
    quantity: str,
) -> Figure:
    """Tiles of each objective beside the other's, one colour scale for all, symmetric about zero.

    Args:
        pictures: by objective, (tiles, inputs).
        image_shape: of one tile, inputs in all.
        titles: by objective, without the letter.
        tile_titles: by objective, one for each tile.
        quantity: label of the colour bar.
    """
    limit = max(np.abs(tiles).max() for tiles in pictures.values())
    figure = plt.figure(figsize=(FULL_WIDTH, 0.52 * FULL_WIDTH))
    *panels, bar = figure.subfigures(1, len(pictures) + 1, width_ratios=[1.0] * len(pictures) + [BAR_WIDTH])
    for panel, letter, objective in zip(panels, "ab", pictures, strict=False):
        panel.suptitle(f"({letter}) {titles[objective]}", fontsize=8)
        grid = panel.subplots(GRID, GRID)
        for axes in grid.flat:
            axes.set_axis_off()
        for axes, tile, title in zip(grid.flat, pictures[objective], tile_titles[objective], strict=False):
            drawn = axes.imshow(tile.reshape(image_shape), cmap=DIVERGING, vmin=-limit, vmax=limit)
            axes.set_title(title, fontsize=6.5, pad=2)
    figure.colorbar(drawn, cax=bar.subplots(), label=quantity)
    return figure

"""Hidden neurons as pictures of the input's shape: filters, features and their input (Figures 10-12, 14, 15)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from pseudo_rd.figures.inputs import FigureInputs, first_runs, image_shape, only
from pseudo_rd.figures.style import FULL_WIDTH, HALF_WIDTH, OBJECTIVE_LABELS, width_label
from pseudo_rd.neurons.features import ascend, random_image
from pseudo_rd.neurons.filters import filter_shape, largest
from pseudo_rd.results.runs import Run

BAR_WIDTH = 0.3  # of a panel, labels included
GRID = 3  # rows and columns of tiles: the paper's nine neurons
DIVERGING = "RdBu_r"  # blue negative, red positive, readable for colour-blind eyes


@dataclass(frozen=True)
class Tiles:
    """Neurons of one run.

    Attributes:
        title: of all of them, without the letter.
        pictures: (neurons, height, width[, 3]).
        titles: one for each neuron.
    """

    title: str
    pictures: np.ndarray
    titles: Sequence[str]


def filters_figure(inputs: FigureInputs) -> Figure:
    """The nine rows u_j of largest norm at the end, with their variances, for each objective (Figures 10, 14)."""
    runs = only(inputs.runs)
    return filters_of(runs, filter_shape(runs[0].snapshots["hidden_end"], image_shape(only(inputs.datasets))))


def filters_of(runs: Sequence[Run], shape: tuple[int, ...]) -> Figure:
    """`filters_figure` of runs whose first layer's neurons look at pictures of a shape.

    Raises:
        ValueError: if they have another number of weights.
    """
    panels = {}
    for objective, run in first_runs(runs).items():
        filters = run.snapshots["hidden_end"]
        if filters.shape[1] != math.prod(shape):
            raise ValueError(
                f"a neuron of the first layer has {filters.shape[1]} weights, which are no picture of {shape}: give "
                "the shape that it looks at, such as (5, 5) for a convolution's kernel"
            )
        neurons = largest(filters)
        variances = filters.var(axis=1)
        panels[objective] = Tiles(
            title=f"{OBJECTIVE_LABELS[objective]}, {width_label([run])}\nabove each: neuron and variance\n"
            f"mean {variances[neurons].mean():.3g} (all neurons: {variances.mean():.3g})",
            pictures=filters[neurons].reshape(-1, *shape),
            titles=[f"{neuron}: {variances[neuron]:.3g}" for neuron in neurons],
        )
    return side_by_side(panels, "weight $u_{jk}$")


def features_figure(inputs: FigureInputs) -> Figure:
    """The perturbations delta_j that excite the nine neurons of `filters_figure` most (Figures 11, 15).

    By projected gradient ascent, equations (60)-(62), with the section `features` of params.yaml.
    """
    image, ascent = image_shape(only(inputs.datasets)), inputs.parameters["features"]
    panels = {}
    for objective, run in first_runs(only(inputs.runs)).items():
        filters = run.snapshots["hidden_end"]
        neurons, shape = largest(filters), filter_shape(filters, image)
        features = ascend(filters[neurons], ascent["radius"], ascent["step"], ascent["iterations"])
        share_at_bound = np.mean(np.abs(features) >= ascent["radius"])
        panels[objective] = Tiles(
            title=f"{OBJECTIVE_LABELS[objective]}, {width_label([run])}\n"
            f"{100 * share_at_bound:.2f} % of the pixels at the bound $\\pm${ascent['radius']:g}",
            pictures=features.reshape(-1, *shape),
            titles=[f"neuron {neuron}" for neuron in neurons],
        )
    return side_by_side(panels, r"perturbation $\delta_{jk}$")


def input_figure(inputs: FigureInputs) -> Figure:
    """The random image that the features start from, in grey, its values named by a colour bar (Figure 12)."""
    shape = image_shape(only(inputs.datasets))
    image = random_image(math.prod(shape), inputs.parameters["features"]["input_seed"])
    figure, axes = plt.subplots(figsize=(HALF_WIDTH, 0.8 * HALF_WIDTH))
    mappable = axes.imshow(image.reshape(shape), cmap="gray", vmin=0, vmax=1)
    axes.set(xticks=[], yticks=[], title="input $x$, common to all neurons")
    figure.colorbar(mappable, ax=axes, label="pixel value")
    return figure


def side_by_side(panels: Mapping[str, Tiles], quantity: str) -> Figure:
    """Tiles of each objective beside the other's, one colour scale for all, symmetric about zero.

    Args:
        panels: by objective.
        quantity: label of the colour bar.
    """
    limit = max(float(np.abs(tiles.pictures).max()) for tiles in panels.values())
    figure = plt.figure(figsize=(FULL_WIDTH, 0.52 * FULL_WIDTH))
    widths = [*[1.0] * len(panels), BAR_WIDTH]
    *subfigures, bar = figure.subfigures(1, len(widths), squeeze=False, width_ratios=widths)[0]
    for subfigure, letter, tiles in zip(subfigures, "ab", panels.values(), strict=False):
        subfigure.suptitle(f"({letter}) {tiles.title}", fontsize=8)
        grid = subfigure.subplots(GRID, GRID)
        for axes in grid.flat:
            axes.set_axis_off()
        for axes, picture, title in zip(grid.flat, tiles.pictures, tiles.titles, strict=False):
            axes.imshow(picture, cmap=DIVERGING, vmin=-limit, vmax=limit)
            axes.set_title(title, fontsize=6.5, pad=2)
    scale = ScalarMappable(Normalize(-limit, limit), DIVERGING)
    figure.colorbar(scale, cax=bar.subplots(), label=quantity)
    return figure

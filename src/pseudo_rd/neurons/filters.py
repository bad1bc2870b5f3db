"""Spatial statistics of hidden filters: what Figures 10, 11, 14 and 15 show, in numbers."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from pseudo_rd.neurons.features import ascend
from pseudo_rd.results.runs import Run

FILTERS = 9  # of largest norm, as the paper shows


def largest(filters: np.ndarray) -> np.ndarray:
    """Indices of the nine rows of largest L2 norm, or of fewer, in descending order."""
    return np.argsort(-np.linalg.norm(filters, axis=1), kind="stable")[:FILTERS]


def filter_shape(filters: np.ndarray, image_shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of a first layer's filters: that of the image, or of the square kernels of a convolution over it.

    Args:
        filters: rows u_j, (neurons, weights).
        image_shape: (height, width) or (height, width, colours).

    Raises:
        ValueError: if the rows are neither.
    """
    weights, colours = filters.shape[1], image_shape[2:]
    if weights == math.prod(image_shape):
        return image_shape
    side = math.isqrt(weights // math.prod(colours))
    if side**2 * math.prod(colours) != weights:
        raise ValueError(f"filters of {weights} weights are neither images of {image_shape} nor square kernels")
    return (side, side, *colours)


def spatial_statistics(filters: np.ndarray, image_shape: tuple[int, ...]) -> pd.DataFrame:
    """A row for each of the nine filters of largest norm.

    Args:
        filters: rows u_j of the first layer, (neurons, inputs); of a convolution its kernels.
        image_shape: of the input, (height, width) or (height, width, colours).

    Returns:
        Columns: neuron; norm; variance of the weights (Figures 10, 14); moran, Moran's I of the weights on the pixel
        grid, mean over the colours (its expectation without spatial order is -1 / (pixels - 1)).
    """
    order = largest(filters)
    height, width, *_ = filter_shape(filters, image_shape)
    pictures = filters[order].reshape(len(order), height, width, -1)
    return pd.DataFrame(
        {
            "neuron": order,
            "norm": np.linalg.norm(filters[order], axis=1),
            "variance": filters[order].var(axis=1),
            "moran": morans_i(pictures).mean(axis=1),
        }
    )


def statistics_of_runs(runs: Sequence[Run], image_shape: tuple[int, ...]) -> pd.DataFrame:
    """`spatial_statistics` of the first layer at the start and the end, with columns time, objective and seed."""
    tables = [
        spatial_statistics(run.snapshots[f"hidden_{key}"], image_shape).assign(
            time=time, objective=run.objective, seed=run.seed
        )
        for run in runs
        for time, key in (("start", "0"), ("end", "end"))
    ]
    return pd.concat(tables, ignore_index=True)


def filter_statistics(
    filters: np.ndarray, image_shape: tuple[int, ...], radius: float, step: float, iterations: int
) -> pd.DataFrame:
    """`spatial_statistics` with full_perturbation, the share of pixels that a filter's feature perturbs fully.

    Args:
        filters, image_shape: of `spatial_statistics`.
        radius, step, iterations: of the features (60)-(62), Figures 11 and 15.
    """
    table = spatial_statistics(filters, image_shape)
    perturbations = ascend(filters[table["neuron"]], radius, step, iterations)
    return table.assign(full_perturbation=np.mean(np.abs(perturbations) >= radius, axis=1))


def morans_i(pictures: np.ndarray) -> np.ndarray:
    """Moran's I of each picture and colour: how alike pixels are that share an edge; every such pair weighs the same.

    With z the deviations from the mean, I = (mean of z_i z_j over the pairs) / (mean of z_i^2 over the pixels).

    Args:
        pictures: (pictures, height, width, colours).

    Returns:
        I, (pictures, colours), in float64; NaN where a picture is flat.
    """
    deviations = pictures - pictures.mean(axis=(1, 2), keepdims=True, dtype=np.float64)
    across, down = deviations[:, :, 1:] * deviations[:, :, :-1], deviations[:, 1:] * deviations[:, :-1]
    pairs = across[0, :, :, 0].size + down[0, :, :, 0].size
    with np.errstate(invalid="ignore"):
        return (across.sum(axis=(1, 2)) + down.sum(axis=(1, 2))) / pairs / np.square(deviations).mean(axis=(1, 2))

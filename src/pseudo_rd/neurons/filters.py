"""Spatial statistics of hidden filters: what Figures 10, 11, 14 and 15 show, in numbers."""

import numpy as np
import pandas as pd

from pseudo_rd.neurons.features import ascend

FILTERS = 9  # of largest norm, as the paper shows


def largest(filters: np.ndarray, number: int = FILTERS) -> np.ndarray:
    """Indices of the rows of largest L2 norm, (number or fewer,), in descending order."""
    return np.argsort(-np.linalg.norm(filters, axis=1), kind="stable")[:number]


def filter_statistics(
    filters: np.ndarray, image_shape: tuple[int, ...], radius: float, step: float, iterations: int
) -> pd.DataFrame:
    """A row for each of the nine filters of largest norm.

    Args:
        filters: rows u_j of the hidden layer, (neurons, inputs).
        image_shape: of the input, (height, width) or (height, width, colours).
        radius, step, iterations: of the features (60)-(62).

    Returns:
        Columns: neuron; norm; variance of the weights (Figures 10, 14); moran, Moran's I of the weights on the pixel
        grid, mean over the colours (its expectation without spatial order is -1 / (pixels - 1)); full_perturbation, the
        share of pixels that the feature perturbs by the whole radius (Figures 11, 15).
    """
    # The import costs seconds, and only this stage needs it.
    from esda.moran import Moran
    from libpysal.weights import lat2W

    order = largest(filters)
    height, width = image_shape[:2]
    grid = lat2W(height, width)  # neighbours share an edge; "b" below: every pair weighs 1
    pictures = filters[order].reshape(len(order), height * width, -1)
    perturbations = ascend(filters[order], radius, step, iterations)
    return pd.DataFrame(
        {
            "neuron": order,
            "norm": np.linalg.norm(filters[order], axis=1),
            "variance": filters[order].var(axis=1),
            "moran": [
                np.mean([Moran(picture[:, color], grid, "b", permutations=0).I for color in range(picture.shape[1])])
                for picture in pictures
            ],
            "full_perturbation": np.mean(np.abs(perturbations) >= radius, axis=1),
        }
    )

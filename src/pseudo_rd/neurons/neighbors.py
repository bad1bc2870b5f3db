"""Which neurons are each other's nearest, and how many stay so."""

import numpy as np

NEIGHBORS = 10  # of a neuron, compared between the start and a later time


def neighbors_kept(before: np.ndarray, after: np.ndarray) -> float:
    """Share of the neurons' nearest neighbours that are the same at both times.

    Args:
        before, after: a map, (neurons, 2), or weights, (neurons, inputs or outputs).
    """
    neighbors_before, neighbors_after = nearest(before), nearest(after)
    return float((neighbors_before[:, :, None] == neighbors_after[:, None, :]).any(axis=2).mean())


def nearest(points: np.ndarray) -> np.ndarray:
    """Indices of each point's nearest others, (points, NEIGHBORS or all the others)."""
    from sklearn.neighbors import NearestNeighbors  # here: most jobs do without

    number = min(NEIGHBORS, len(points) - 1)
    centered = points - points.mean(axis=0, dtype=np.float64)  # less is lost in differences of squares
    return np.asarray(NearestNeighbors(n_neighbors=number).fit(centered).kneighbors(return_distance=False))

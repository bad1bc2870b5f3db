"""Which neurons are each other's nearest, and how many stay so."""

import numpy as np
from scipy.spatial import KDTree

NEIGHBORS = 10  # of a neuron, compared between the start's map and a later one


def neighbors_kept(before: np.ndarray, after: np.ndarray) -> float:
    """Share of the neurons' nearest neighbours that are the same in both maps, (neurons, 2) each."""
    near = [nearest(points) for points in (before, after)]
    return float(np.mean([np.isin(one, other).mean() for one, other in zip(*near, strict=True)]))


def nearest(points: np.ndarray) -> np.ndarray:
    """Indices of each point's nearest others, (points, NEIGHBORS or all the others)."""
    number = min(NEIGHBORS, len(points) - 1)
    _, indices = KDTree(points).query(points, number + 1)
    return np.asarray(indices)[:, 1:]

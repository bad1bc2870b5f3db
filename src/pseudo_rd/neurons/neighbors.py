"""Which neurons are each other's nearest, and how many stay so."""

import numpy as np

NEIGHBORS = 10  # of a neuron, compared between the start and a later time
MOST_DIMENSIONS = 16  # for which a tree pays; the space of the hidden layer's weights has hundreds
BLOCK = 1024  # points whose distances to all others are held at once


def neighbors_kept(before: np.ndarray, after: np.ndarray) -> float:
    """Share of the neurons' nearest neighbours that are the same at both times.

    Args:
        before, after: a map, (neurons, 2), or weights, (neurons, inputs or outputs).
    """
    one, other = nearest(before), nearest(after)
    return float((one[:, :, None] == other[:, None, :]).any(axis=2).mean())


def nearest(points: np.ndarray) -> np.ndarray:
    """Indices of each point's nearest others, (points, NEIGHBORS or all the others)."""
    number = min(NEIGHBORS, len(points) - 1)
    if points.shape[1] <= MOST_DIMENSIONS:
        from scipy.spatial import KDTree  # here: most jobs do without

        _, indices = KDTree(points).query(points, number + 1)
        return np.asarray(indices)[:, 1:]
    centered = points - points.mean(axis=0, dtype=np.float64)  # less is lost in the difference of squares below
    squares = np.square(centered).sum(axis=1)
    neighbors = np.empty((len(points), number), dtype=np.intp)
    for first in range(0, len(points), BLOCK):
        block = slice(first, first + BLOCK)
        distances = squares - 2 * (centered[block] @ centered.T)  # squared, less the point's own square
        rows = np.arange(len(distances))
        distances[rows, first + rows] = np.inf  # itself
        neighbors[block] = np.argpartition(distances, number - 1, axis=1)[:, :number]
    return neighbors

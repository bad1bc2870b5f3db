"""Clusters of neurons by affinity propagation (Frey and Dueck 2007), which chooses their number itself."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist

NO_CLUSTER = -1
UNCHANGED = 15  # iterations without a change of exemplars that count as convergence
ROWS = 128  # of a matrix, that one thread works on at a time


@dataclass(frozen=True)
class Clusters:
    """Clusters of one snapshot, or of several with a leading axis.

    Attributes:
        labels: number of each neuron's cluster, (neurons,); NO_CLUSTER where none was found.
        exemplars: whether a neuron is the exemplar of its cluster, (neurons,).
        converged: whether the exemplars had settled; if not, labels are what the last iteration left.
    """

    labels: np.ndarray
    exemplars: np.ndarray
    converged: np.ndarray


def cluster_neurons(
    points: np.ndarray, preference: float | None, damping: float, iterations: int, seed: int, threads: int = 1
) -> Clusters:
    """Affinity propagation with similarity -||x_i - x_j||^2, in float32.

    Args:
        points: (neurons, dimensions).
        preference: similarity of a neuron to itself: larger gives more clusters. None: the median similarity.
        damping: share of each message kept from the last iteration, from 0.5 to below 1.
        iterations: at most so many.
        seed: of the tiny noise that breaks ties between similarities.
        threads: that share the rows; the result is the same for any number.

    Raises:
        ValueError: if a coordinate is not finite or `damping` is out of its range.
    """
    if not np.isfinite(points).all():
        raise ValueError("points to cluster are not all finite: did the run diverge or t-SNE fail?")
    similarity = similarities(points)
    if preference is None:
        preference = np.median(similarity)
    exemplar_of, converged = propagate_affinity(similarity, preference, damping, iterations, seed, threads)
    exemplars = np.zeros(len(points), dtype=bool)
    exemplars[exemplar_of[exemplar_of != NO_CLUSTER]] = True
    labels = np.where(exemplar_of == NO_CLUSTER, NO_CLUSTER, np.cumsum(exemplars)[exemplar_of] - 1)
    return Clusters(labels=labels.astype(np.int64), exemplars=exemplars, converged=np.asarray(converged))


def similarities(points: np.ndarray) -> np.ndarray:
    """-||x_i - x_j||^2, (neurons, neurons) float32, each computed in float64."""
    similarity = np.empty((len(points), len(points)), np.float32)
    for rows in _blocks(len(points)):
        similarity[rows] = -cdist(points[rows], points, "sqeuclidean")
    return similarity


def propagate_affinity(
    similarity: np.ndarray, preference: float, damping: float, iterations: int, seed: int, threads: int = 1
) -> tuple[np.ndarray, bool]:
    """Frey and Dueck's messages until the exemplars have not changed for UNCHANGED iterations.

    Rule of convergence, noise against ties and the choice of each cluster's exemplar at the end are scikit-learn's; so
    are the results. It is faster because an iteration reads and writes each message once, and needs three float32
    matrices where scikit-learn needs more than twice the memory.

    Args:
        similarity: (points, points), float32, in which all is computed. It is overwritten.
        preference, damping, iterations, seed, threads: of `cluster_neurons`.

    Returns:
        exemplar of each point, (points,), NO_CLUSTER where there is none, and whether the exemplars had settled.

    Raises:
        ValueError: if `damping` is out of its range.
    """
    if not 0.5 <= damping < 1:
        raise ValueError(f"damping = {damping} must be at least 0.5 and below 1")
    size = len(similarity)
    if _all_equal(similarity):
        # Nothing tells the points apart: all are exemplars, or the first is everyone's.
        return (np.arange(size) if size > 1 and preference > similarity[0, -1] else np.zeros(size, int)), True
    from pseudo_rd.neurons.messages import pass_messages  # Numba takes its time to import, and few jobs need it

    np.fill_diagonal(similarity, preference)
    noise, precision = np.random.RandomState(seed), np.finfo(np.float32)
    blocks = _blocks(size)
    for rows in blocks:
        scale = precision.eps * similarity[rows] + precision.tiny * 100
        similarity[rows] += scale * noise.standard_normal(scale.shape)
    responsibility, availability = np.zeros_like(similarity), np.zeros_like(similarity)
    kept, new = np.float32(damping), np.float32(1 - damping)
    support, given = np.zeros(size, np.float32), np.empty((len(blocks), size), np.float32)

    def update(block: int) -> None:
        rows = blocks[block]
        messages = similarity[rows], responsibility[rows], availability[rows]
        pass_messages(*messages, rows.start, support, kept, new, given[block])

    history = np.zeros((UNCHANGED, size), dtype=bool)
    settled = False
    with ThreadPoolExecutor(threads) as pool:
        each = map if threads == 1 else pool.map
        for iteration in range(iterations):
            list(each(update, range(len(blocks))))
            given.sum(axis=0, out=support)
            # r_kk + a_kk of this iteration: the availabilities themselves are written when the next one starts.
            on_diagonal = support - responsibility.diagonal()
            is_exemplar = responsibility.diagonal() + (kept * availability.diagonal() + new * on_diagonal) > 0
            history[iteration % UNCHANGED] = is_exemplar
            votes = history.sum(axis=0)
            settled = iteration >= UNCHANGED and is_exemplar.any() and ((votes == 0) | (votes == UNCHANGED)).all()
            if settled:
                break
    return _assign(similarity, np.flatnonzero(is_exemplar)), bool(settled)


def _assign(similarity: np.ndarray, exemplars: np.ndarray) -> np.ndarray:
    """Each point's exemplar, after each cluster has chosen its most central member."""
    if not len(exemplars):
        return np.full(len(similarity), NO_CLUSTER)
    cluster = _nearest_exemplar(similarity, exemplars)
    central = exemplars.copy()
    for number in range(len(central)):
        members = np.flatnonzero(cluster == number)
        central[number] = members[similarity[np.ix_(members, members)].sum(axis=0).argmax()]
    return central[_nearest_exemplar(similarity, central)]


def _nearest_exemplar(similarity: np.ndarray, exemplars: np.ndarray) -> np.ndarray:
    """Each point's place in the list of exemplars; an exemplar's is its own."""
    cluster = similarity[:, exemplars].argmax(axis=1)
    cluster[exemplars] = np.arange(len(exemplars))
    return cluster


def _all_equal(similarity: np.ndarray) -> bool:
    """Whether all similarities between different points are one and the same."""
    size = len(similarity)
    # Between two diagonal entries lie `size` others: rows of them without the first column.
    return size == 1 or np.ptp(similarity.reshape(-1)[1:].reshape(size - 1, size + 1)[:, :-1]) == 0


def _blocks(rows: int) -> list[slice]:
    return [slice(first, min(first + ROWS, rows)) for first in range(0, rows, ROWS)]


def cluster_snapshots(
    snapshots: np.ndarray, preference: float | None, damping: float, iterations: int, seed: int, threads: int = 1
) -> Clusters:
    """`cluster_neurons` for each snapshot alone.

    Args:
        snapshots: (snapshots, neurons, dimensions).
        preference, damping, iterations, seed, threads: of `cluster_neurons`.

    Returns:
        labels and exemplars of shape (snapshots, neurons), converged of shape (snapshots,).
    """
    found = [cluster_neurons(points, preference, damping, iterations, seed, threads) for points in snapshots]
    return Clusters(
        *(np.stack([getattr(each, name) for each in found]) for name in ("labels", "exemplars", "converged"))
    )


def points_to_cluster(embedded: Mapping[str, np.ndarray], layer: str, space: str) -> np.ndarray:
    """What affinity propagation measures distances in, (snapshots, neurons, dimensions).

    Args:
        embedded: arrays of a file of maps.
        layer: "hidden" or "top".
        space: "map" (t-SNE's plane) or "components" (what was embedded).

    Raises:
        ValueError: if `space` is neither.
    """
    names = {"map": layer, "components": f"{layer}_components"}
    if space not in names:
        raise ValueError(f"clustering.space = {space!r} is neither map nor components")
    return embedded[names[space]]

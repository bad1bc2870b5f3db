"""Clusters of neurons by affinity propagation (Frey and Dueck 2007), which chooses their number itself."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import AffinityPropagation
from sklearn.exceptions import ConvergenceWarning

NO_CLUSTER = -1  # scikit-learn's label where there are no exemplars


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
    points: np.ndarray, preference: float | None, damping: float, iterations: int, seed: int
) -> Clusters:
    """Affinity propagation with similarity -||x_i - x_j||^2. Every default is stated: scikit-learn has changed some.

    Args:
        points: (neurons, dimensions).
        preference: similarity of a neuron to itself: larger gives more clusters. None: the median similarity.
        damping: share of each message kept from the last iteration, from 0.5 to below 1.
        iterations: at most so many.
        seed: of the tiny noise that breaks ties between similarities.

    Raises:
        ValueError: if a coordinate is not finite or `damping` is out of its range.
    """
    if not np.isfinite(points).all():
        raise ValueError("points to cluster are not all finite: did the run diverge or t-SNE fail?")
    model = AffinityPropagation(
        damping=damping,
        max_iter=iterations,
        convergence_iter=15,
        copy=False,
        preference=preference,
        affinity="euclidean",
        verbose=False,
        random_state=seed,
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConvergenceWarning)
        warnings.filterwarnings("ignore", "All samples have mutually equal similarities")
        model.fit(points)
    # Not from n_iter_: it may have converged in its last iteration.
    converged = not any(issubclass(warning.category, ConvergenceWarning) for warning in caught)
    exemplars = np.zeros(len(points), dtype=bool)
    exemplars[np.asarray(model.cluster_centers_indices_, dtype=int)] = True
    return Clusters(labels=model.labels_.astype(np.int64), exemplars=exemplars, converged=np.asarray(converged))


def cluster_snapshots(
    snapshots: np.ndarray, preference: float | None, damping: float, iterations: int, seed: int
) -> Clusters:
    """`cluster_neurons` for each snapshot alone.

    Args:
        snapshots: (snapshots, neurons, dimensions).
        preference, damping, iterations, seed: of `cluster_neurons`.

    Returns:
        labels and exemplars of shape (snapshots, neurons), converged of shape (snapshots,).
    """
    found = [cluster_neurons(points, preference, damping, iterations, seed) for points in snapshots]
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

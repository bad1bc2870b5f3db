"""Clusters of neurons by affinity propagation (Frey and Dueck 2007), which chooses their number itself."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import AffinityPropagation
from sklearn.exceptions import ConvergenceWarning

NO_CLUSTER = -1
UNCHANGED = 15  # iterations without a change of exemplars that count as convergence


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
    """Affinity propagation with similarity -||x_i - x_j||^2.

    Args:
        points: (neurons, dimensions).
        preference: similarity of a neuron to itself: larger gives more clusters. None: the median similarity.
        damping: share of each message kept from the last iteration, from 0.5 to below 1.
        iterations: at most so many.
        seed: of the tiny noise that breaks ties between similarities.
    """
    model = AffinityPropagation(
        damping=damping,
        max_iter=iterations,
        convergence_iter=UNCHANGED,
        copy=False,
        preference=preference,
        affinity="euclidean",
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is recorded instead
        model.fit(points)
    exemplars = np.zeros(len(points), dtype=bool)
    exemplars[np.asarray(model.cluster_centers_indices_, dtype=int)] = True
    converged = model.n_iter_ < iterations and exemplars.any()
    return Clusters(labels=model.labels_.astype(np.int64), exemplars=exemplars, converged=np.bool_(converged))


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

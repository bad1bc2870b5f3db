"""Clusters of neurons by affinity propagation (Frey and Dueck 2007), which chooses their number itself."""

import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import AffinityPropagation
from sklearn.exceptions import ConvergenceWarning

NO_CLUSTER = -1  # scikit-learn's label where there are no exemplars


@dataclass(frozen=True)
class Clusters:
    """Clusters of the neurons, snapshot by snapshot.

    Attributes:
        labels: number of each neuron's cluster, (snapshots, neurons); NO_CLUSTER where none was found.
        exemplars: whether a neuron is the exemplar of its cluster, (snapshots, neurons).
        converged: whether the exemplars had settled, (snapshots,); if not, labels are what the last iteration left.
    """

    labels: np.ndarray
    exemplars: np.ndarray
    converged: np.ndarray


def cluster_snapshots(
    snapshots: np.ndarray, preference: float | None, damping: float, iterations: int, seed: int
) -> Clusters:
    """Affinity propagation with similarity -||x_i - x_j||^2, each snapshot alone.

    Args:
        snapshots: (snapshots, neurons, dimensions).
        preference: similarity of a neuron to itself: larger gives more clusters. None: the median similarity.
        damping: share of each message kept from the last iteration, from 0.5 to below 1.
        iterations: at most so many.
        seed: of the tiny noise that breaks ties between similarities.
    """
    # Every default is stated: scikit-learn has changed some.
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
    labels = np.empty(snapshots.shape[:2], dtype=np.int64)
    exemplars = np.zeros(snapshots.shape[:2], dtype=bool)
    converged = np.empty(len(snapshots), dtype=bool)
    for index, points in enumerate(snapshots):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", ConvergenceWarning)
            warnings.filterwarnings("ignore", "All samples have mutually equal similarities")
            model.fit(points)
        labels[index] = model.labels_
        exemplars[index, np.asarray(model.cluster_centers_indices_, dtype=int)] = True
        # Not from n_iter_: it may have converged in its last iteration.
        converged[index] = not any(issubclass(warning.category, ConvergenceWarning) for warning in caught)
    return Clusters(labels, exemplars, converged)

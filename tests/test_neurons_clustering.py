"""What affinity propagation is asked, and what it says of itself."""

import numpy as np
import pytest
from sklearn.cluster import AffinityPropagation
from sklearn.metrics import adjusted_rand_score

from pseudo_rd.neurons.clustering import NO_CLUSTER, Clusters, cluster_snapshots


@pytest.fixture
def groups(random) -> tuple[np.ndarray, np.ndarray]:
    """Three groups far apart in the plane, and each point's group."""
    labels = np.repeat(np.arange(3), 12)
    return 20 * np.array([[0, 0], [1, 0], [0, 1]])[labels] + random.standard_normal((36, 2)), labels


def clustered(points: np.ndarray, preference: float | None, iterations: int) -> Clusters:
    """Clusters of one snapshot."""
    found = cluster_snapshots(points[None], preference, 0.9, iterations, seed=1)
    return Clusters(found.labels[0], found.exemplars[0], found.converged[0])


@pytest.mark.parametrize("points", [np.zeros((1, 2)), np.zeros((6, 2)), np.array([[0.0, 0.0], [3.0, 4.0]])])
def test_points_that_nothing_tells_apart_are_one_cluster_or_each_its_own(points):
    for preference, clusters in ((-30.0, 1), (1.0, len(points))):
        found = clustered(points, preference, 100)
        assert found.converged
        assert len(np.unique(found.labels)) == found.exemplars.sum() == clusters


def test_neurons_that_settle_in_the_last_iteration_have_converged(groups):
    points, _ = groups
    settling = AffinityPropagation(damping=0.9, max_iter=1000, random_state=1).fit(points).n_iter_
    assert clustered(points, None, settling).converged
    assert not clustered(points, None, settling - 1).converged


def test_groups_far_apart_are_found_each_with_one_exemplar_inside(groups):
    points, labels = groups
    found = clustered(points, -300.0, 1000)
    assert found.converged
    assert adjusted_rand_score(labels, found.labels) == 1
    assert sorted(found.labels[found.exemplars]) == [0, 1, 2]


def test_no_exemplars_at_all_give_no_cluster_and_not_converged(groups):
    found = clustered(groups[0], -1e9, 2)
    assert not found.converged
    assert not found.exemplars.any()
    assert (found.labels == NO_CLUSTER).all()


def test_snapshots_are_clustered_each_alone(groups):
    points, _ = groups
    snapshots = np.stack([points, points[::-1] ** 2])
    both = cluster_snapshots(snapshots, None, 0.9, 1000, seed=1)
    for index, alone in enumerate(clustered(each, None, 1000) for each in snapshots):
        np.testing.assert_array_equal(both.labels[index], alone.labels)
        np.testing.assert_array_equal(both.exemplars[index], alone.exemplars)
        assert both.converged[index] == alone.converged

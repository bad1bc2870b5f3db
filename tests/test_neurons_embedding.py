"""Neurons as points of the plane: what must hold whatever t-SNE does, and how well neighbours are kept."""

import numpy as np
import pytest
from scipy.spatial import procrustes
from sklearn.manifold import trustworthiness

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.neurons.embedding import embed_frames, embed_snapshots, reduce_dimensions, weights_over_time
from pseudo_rd.training.loop import Settings, train

ITERATIONS = 500
RAISE = r"[^\n]* raise the network's width or snapshots\.neurons, whichever is smaller$"


@pytest.fixture(scope="module")
def points() -> np.ndarray:
    """A start of Gaussian neurons, (80, 10), as in the top layer."""
    return np.random.default_rng(3).standard_normal((80, 10)).astype(np.float32)


@pytest.fixture(scope="module")
def groups() -> tuple[np.ndarray, np.ndarray]:
    """Four groups far apart in ten dimensions, and each point's group."""
    generator = np.random.default_rng(4)
    labels = np.repeat(np.arange(4), 20)
    return (6 * generator.standard_normal((4, 10))[labels] + generator.standard_normal((80, 10))), labels


@pytest.fixture(scope="module")
def snapshots(blobs) -> dict[str, dict[str, np.ndarray]]:
    """Snapshots of a real small run of each objective, of which all but the end keep 40 of 48 neurons."""
    settings = {"width": 48, "seed": 5, "batch_size": 64, "epochs": 4, "records": 4, "learning_rate": 0.001}
    return {
        objective: train(
            blobs, Settings(objective, **settings, snapshot_fractions=(0.5,), snapshot_neurons=40), device="cpu"
        ).snapshots
        for objective in ("supervised", "augmented")
    }


def test_snapshots_come_in_the_order_of_iterations_not_of_their_names():
    snapshots = {f"hidden_{number}": np.full((3, 2), float(number)) for number in (100, 0, 20)}
    snapshots |= {"hidden_end": np.zeros((5, 2)), "top_7": np.zeros((3, 1))}
    iterations, weights = weights_over_time(snapshots, "hidden", "first", seed=1)
    assert iterations.tolist() == [0, 20, 100]
    assert weights.shape == (3, 3, 2)
    assert weights[:, 0, 0].tolist() == [0, 20, 100]


def test_all_neurons_are_given_at_start_and_end(snapshots):
    for layer, dimensions in (("hidden", 24), ("top", 10)):
        kept = snapshots["augmented"]
        iterations, weights = weights_over_time(kept, layer, "all", seed=5)
        assert iterations.tolist() == [0, 12]
        assert weights.shape == (2, 48, dimensions)
        np.testing.assert_allclose(weights[0, :40], kept[f"{layer}_0"], atol=1e-6)
        np.testing.assert_array_equal(weights[1], kept[f"{layer}_end"])


def test_another_start_is_drawn_again_as_it_was(blobs: Dataset) -> None:
    start = {"generator_start": "framework-scaled", "start_scale": 0.5}
    settings = Settings("supervised", 40, 5, batch_size=32, epochs=1, records=4, snapshot_neurons=8, **start)
    snapshots = train(blobs, settings, "cpu").snapshots
    for layer in ("hidden", "top"):
        _, weights = weights_over_time(snapshots, layer, "all", seed=5, start=start)
        np.testing.assert_allclose(weights[0][:8], snapshots[f"{layer}_0"], atol=1e-6)


def test_a_start_of_another_seed_is_refused(snapshots):
    with pytest.raises(ValueError, match=r"^top_0 is not what seed = 6 draws here[^\n]*$"):
        weights_over_time(snapshots["augmented"], "top", "all", seed=6)


def test_components_are_projections_on_leading_eigenvectors_of_the_first_snapshots_covariance(random):
    first, later = random.standard_normal((2, 60, 12)) * np.linspace(3, 0.5, 12)
    eigenvectors = np.linalg.eigh(np.cov(first.T))[1][:, ::-1][:, :4]
    found = reduce_dimensions(np.stack([first, later]), 4)
    for weights, components in zip((first, later), found, strict=True):
        expected = (weights - first.mean(axis=0)) @ eigenvectors
        np.testing.assert_allclose(np.abs(components), np.abs(expected), atol=1e-10)


def test_weights_of_few_dimensions_are_not_projected(points):
    np.testing.assert_array_equal(reduce_dimensions(points[None], 10), points[None])


def test_more_components_than_neurons_are_refused():
    with pytest.raises(ValueError, match=rf"^principal_components = 10 is more than the 6 neurons{RAISE}"):
        reduce_dimensions(np.zeros((1, 6, 30)), 10)


def test_a_perplexity_that_is_not_below_the_number_of_neurons_is_refused(points):
    with pytest.raises(ValueError, match=rf"^perplexity = 80 must be less than the 80 neurons{RAISE}"):
        embed_snapshots(points[None], 80, ITERATIONS)


def test_weights_that_are_not_finite_are_refused(points):
    broken = points.copy()
    broken[3, 1] = np.nan
    with pytest.raises(ValueError, match=r"^snapshots to embed hold NaN or infinite weights[^\n]*$"):
        embed_snapshots(broken[None], 20, ITERATIONS)


def test_separate_groups_stay_separate_and_neighbours_stay_near(groups):
    weights, labels = groups
    [map_] = embed_snapshots(weights[None], 15, ITERATIONS)
    assert map_.shape == (80, 2)
    assert trustworthiness(weights, map_, n_neighbors=5) > 0.9
    near = np.argsort(np.linalg.norm(map_[:, None] - map_, axis=2), axis=1)[:, 1:6]
    assert (labels[near] == labels[:, None]).mean() > 0.99


def test_the_map_of_nearly_equal_weights_is_nearly_the_first_map(points, random):
    moved = points + 1e-3 * random.standard_normal(points.shape).astype(np.float32)
    first, same, near = embed_snapshots(np.stack([points, points, moved]), 20, ITERATIONS)
    for later in (same, near):
        assert np.abs(later.mean(axis=0)).max() < 1e-4
        # Without Procrustes's freedom of rotation: the picture itself must not turn.
        assert np.linalg.norm(later - first) < 0.1 * np.linalg.norm(first)


def test_the_map_follows_neurons_that_moved_to_other_neighbours(groups):
    weights, labels = groups
    swapped = np.random.default_rng(5).permutation(80)
    first, later = embed_snapshots(np.stack([weights, weights[swapped]]), 15, 1000)
    near = np.argsort(np.linalg.norm(later[:, None] - later, axis=2), axis=1)[:, 1:6]
    moved = labels[swapped]
    assert (moved[near] == moved[:, None]).mean() > 0.9
    assert procrustes(first, later)[2] > 0.3


def test_in_a_film_each_map_starts_from_the_one_before(groups):
    weights, _ = groups
    turned = weights + np.random.default_rng(5).normal(0, 1.5, weights.shape)
    frames = np.stack([weights, turned, turned, turned])
    first, second, third, fourth = embed_frames(frames, 15, 500, 250)
    np.testing.assert_array_equal(first, embed_snapshots(frames[:1], 15, 500)[0])
    # Points that stand still come to rest, whatever moved them before.
    assert np.linalg.norm(fourth - third) < np.linalg.norm(third - second) < np.linalg.norm(second - first)


def test_both_objectives_of_a_seed_share_their_first_map_bit_by_bit(snapshots):
    for layer in ("hidden", "top"):
        maps = []
        for kept in snapshots.values():
            _, weights = weights_over_time(kept, layer, "first", seed=5)
            maps.append(embed_snapshots(reduce_dimensions(weights, 10), 10, 250))
        supervised, augmented = maps
        np.testing.assert_array_equal(supervised[0], augmented[0])
        assert not np.array_equal(supervised[-1], augmented[-1])

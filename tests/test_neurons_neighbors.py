import numpy as np
import pytest

from pseudo_rd.neurons.neighbors import NEIGHBORS, nearest, neighbors_kept


@pytest.mark.parametrize("dimensions", [2, 100])
def test_nearest_are_the_nearest_in_few_and_in_many_dimensions(dimensions: int, random: np.random.Generator) -> None:
    points = random.normal(size=(60, dimensions)).astype(np.float32) + 100  # far from the origin, as close together
    distances = np.linalg.norm(points[:, None] - points[None].astype(float), axis=2)
    np.fill_diagonal(distances, np.inf)
    expected = np.argsort(distances, axis=1)[:, :NEIGHBORS]
    np.testing.assert_array_equal(np.sort(nearest(points), axis=1), np.sort(expected, axis=1))


@pytest.mark.parametrize("dimensions", [2, 30])
def test_few_points_are_all_neighbours(dimensions: int, random: np.random.Generator) -> None:
    before, after = random.normal(size=(2, 5, dimensions))
    assert nearest(before).shape == (5, 4)
    assert neighbors_kept(before, after) == 1


def test_points_that_change_places_lose_their_neighbours(random: np.random.Generator) -> None:
    two = np.concatenate([random.normal(size=(11, 2)), random.normal(size=(11, 2)) + 100])
    mixed = two[np.argsort(np.arange(22) % 2, kind="stable")]  # half of each group in the other's place
    assert neighbors_kept(two, two) == 1
    assert neighbors_kept(two, mixed) == pytest.approx(0.45, abs=0.05)

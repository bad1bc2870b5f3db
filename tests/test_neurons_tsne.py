"""Exact t-SNE against scikit-learn's, autograd and definitions; on a GPU against the processor."""

import numpy as np
import pytest
import torch
from scipy.spatial.distance import pdist, squareform
from sklearn.manifold import TSNE, trustworthiness
from sklearn.manifold._t_sne import _gradient_descent, _joint_probabilities, _kl_divergence

from pseudo_rd.neurons.tsne import descend, divergence_gradient, joint_probabilities

RATE = 10.0


@pytest.fixture
def points(random: np.random.Generator) -> np.ndarray:
    return random.standard_normal((120, 10))


def by_scikit_learn(start: np.ndarray, targets: np.ndarray, exaggeration: float, turn: int, end: int) -> np.ndarray:
    """The method "exact" in float64, where TSNE takes float32, with fewer iterations than TSNE allows."""
    place, arguments = start, [squareform(targets, checks=False), 1, *start.shape]
    for begin, stop, factor, momentum in ((0, turn, exaggeration, 0.5), (turn, end, 1.0, 0.8)):
        arguments[0] = factor * squareform(targets, checks=False)
        place, _, _ = _gradient_descent(
            _kl_divergence, place, begin, stop, momentum=momentum, learning_rate=RATE, args=arguments
        )
    return place.reshape(start.shape)


def test_probabilities_are_scikit_learns(points: np.ndarray) -> None:
    ours = joint_probabilities(torch.from_numpy(points), 15).numpy()
    theirs = squareform(_joint_probabilities(squareform(pdist(points) ** 2), 15, 0))
    np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-8)
    assert ours.sum() == pytest.approx(1)
    np.testing.assert_array_equal(ours, ours.T)


def test_a_point_far_from_all_others_has_its_neighbours_too(points: np.ndarray) -> None:
    points[0] += 1e4
    probabilities = joint_probabilities(torch.from_numpy(points), 15)
    assert probabilities.isfinite().all()
    assert probabilities[0].sum() > 0.49 / len(points)  # its own half; nobody else counts it as a neighbour


def test_the_gradient_is_autograds(points: np.ndarray, random: np.random.Generator) -> None:
    targets = joint_probabilities(torch.from_numpy(points), 15)
    place = torch.from_numpy(random.standard_normal((120, 2))).requires_grad_()
    kernel = (1 / (1 + (place[:, None] - place).square().sum(dim=2))) * (1 - torch.eye(120))
    loss = -(targets * torch.log(kernel / kernel.sum() + torch.eye(120))).sum()
    loss.backward()
    torch.testing.assert_close(divergence_gradient(place.detach(), targets, 1.0), place.grad)


@pytest.mark.parametrize("exaggeration", [1.0, 12.0])
def test_a_descent_goes_scikit_learns_way(
    exaggeration: float, points: np.ndarray, random: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pseudo_rd.neurons.tsne.EXPLORATION", 25)
    start = random.standard_normal((120, 2))
    targets = joint_probabilities(torch.from_numpy(points), 15).numpy()
    theirs = by_scikit_learn(start, targets, exaggeration, 25, 40)
    ours = descend(points, start, exaggeration, 15, RATE, 40, "cpu")
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6)
    assert np.abs(ours - start).max() > 0.5


def test_neighbours_are_kept_as_well_as_by_the_approximation(random: np.random.Generator) -> None:
    points = random.standard_normal((300, 10)).astype(np.float32)
    start = 1e-4 * random.standard_normal((300, 2)).astype(np.float32)
    ours = descend(points, start, 12.0, 30, RATE, 500, "cpu")
    approximate = TSNE(perplexity=30, learning_rate=RATE, max_iter=500, init=start).fit_transform(points)
    assert ours.dtype == np.float32
    assert trustworthiness(points, ours) > trustworthiness(points, approximate) - 0.01
    assert trustworthiness(points, ours) > trustworthiness(points, start) + 0.1


@pytest.mark.gpu
def test_a_gpu_goes_the_same_way(points: np.ndarray, random: np.random.Generator) -> None:
    start = 3 * random.standard_normal((120, 2))
    here, there = (descend(points, start, 12.0, 15, RATE, 260, device) for device in ("cpu", "cuda"))
    np.testing.assert_allclose(there, here, rtol=0, atol=0.02 * np.abs(here).max())

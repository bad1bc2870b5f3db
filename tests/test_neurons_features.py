"""Projected gradient ascent against its closed-form optimum, and against autograd on the printed objective."""

import numpy as np
import pytest
import torch

from pseudo_rd.neurons.features import ascend, random_image

RADIUS, STEP, ITERATIONS = 0.007, 0.1, 100


@pytest.fixture
def neurons() -> np.ndarray:
    return np.random.default_rng(3).normal(size=(9, 784))


def test_the_ascent_reaches_the_closed_form_optimum_wherever_its_steps_are_long_enough(neurons):
    delta = ascend(neurons, RADIUS, STEP, ITERATIONS)
    reached = np.abs(neurons) * STEP * ITERATIONS >= RADIUS
    np.testing.assert_allclose(delta[reached], RADIUS * np.sign(neurons[reached]))
    np.testing.assert_allclose(delta[~reached], STEP * ITERATIONS * neurons[~reached])
    assert 0 < (~reached).sum() < 0.01 * neurons.size


@pytest.mark.parametrize("iterations", [0, 1, 3, 100])
def test_the_ascent_follows_autograd_on_the_pre_activation(neurons, iterations):
    u, x = torch.from_numpy(neurons), torch.from_numpy(random_image(784, seed=1))
    delta = torch.zeros_like(u, requires_grad=True)
    for _ in range(iterations):
        (gradient,) = torch.autograd.grad((u * (x + delta)).sum(), delta)
        delta = (delta + STEP * gradient).clamp(-RADIUS, RADIUS).detach().requires_grad_()
    np.testing.assert_allclose(ascend(neurons, RADIUS, STEP, iterations), delta.detach().numpy(), rtol=1e-12)


def test_the_random_image_is_uniform_and_fixed_by_its_seed():
    image = random_image(10_000, seed=1)
    assert image.min() >= 0 and image.max() <= 1
    assert image.mean() == pytest.approx(0.5, abs=0.02) and image.var() == pytest.approx(1 / 12, rel=0.05)
    assert (image == random_image(10_000, seed=1)).all()
    assert (image != random_image(10_000, seed=2)).any()

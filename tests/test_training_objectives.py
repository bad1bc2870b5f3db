"""Losses, penalty and bounds: slopes against autograd, bounds against norms."""

import pytest
import torch

from pseudo_rd.training.objectives import ADVERSARIES, LOSSES, gradient_penalties, hold_bound, penalty_excess
from pseudo_rd.training.settings import OPTIONS

STREAM = torch.Generator().manual_seed(1)
OUTPUTS = torch.randn(2, 5, 3, generator=STREAM, dtype=torch.float64)  # of two networks
TARGETS = torch.eye(3, dtype=torch.float64)[[0, 2, 1, 1, 0]]


def test_every_loss_and_adversary_that_may_be_chosen_is_there() -> None:
    assert tuple(LOSSES) == OPTIONS["loss"]
    assert tuple(ADVERSARIES) == OPTIONS["adversary"]


@pytest.mark.parametrize("name", LOSSES)
def test_a_slope_by_hand_is_that_of_autograd(name: str) -> None:
    point = OUTPUTS.clone().requires_grad_()
    values = LOSSES[name].values(point, TARGETS)
    assert values.shape == (2, 5)
    (expected,) = torch.autograd.grad(values.sum(), point)
    torch.testing.assert_close(LOSSES[name].slopes(OUTPUTS, TARGETS), expected)


def test_half_the_penaltys_derivative_is_that_of_autograd() -> None:
    slopes = OUTPUTS.clone().requires_grad_()
    (expected,) = torch.autograd.grad(gradient_penalties(slopes.norm(dim=-1), 0.7).sum(), slopes)
    torch.testing.assert_close(2 * OUTPUTS * penalty_excess(OUTPUTS, 0.7), expected)
    assert torch.isfinite(penalty_excess(torch.zeros(1, 3), 1.0) * 0).all()


@pytest.mark.parametrize("reading", ["clip", "spectral", "frobenius"])
def test_a_reading_that_bounds_the_critic_holds_its_bound(reading: str) -> None:
    critic = torch.randn(10, 30, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    measure = {
        "clip": lambda matrix: matrix.abs().max(),
        "spectral": lambda matrix: torch.linalg.matrix_norm(matrix, 2),
        "frobenius": lambda matrix: torch.linalg.matrix_norm(matrix),
    }[reading]
    hold_bound(critic, reading, 0.01)
    assert measure(critic).item() == pytest.approx(0.01, rel=1e-12)
    inside = critic / 2
    held = inside.clone()
    hold_bound(held, reading, 0.01)
    assert torch.equal(held, inside)

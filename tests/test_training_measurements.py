import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from pseudo_rd.training import measurements
from pseudo_rd.training.measurements import error_and_accuracy, losses, predict, reaction_and_diffusion
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.weights import Weights, draw_weights

AUGMENTED = Settings("augmented", width=30, seed=2, batch_size=40, epochs=1)
SUPERVISED = replace(AUGMENTED, objective="supervised")


@pytest.fixture
def probe() -> tuple[Weights, Tensor, Tensor]:
    stream = torch.Generator().manual_seed(1)
    inputs = torch.randn(40, 6, generator=stream, dtype=torch.float64)
    targets = torch.eye(10, dtype=torch.float64)[torch.randint(0, 10, (40,), generator=stream)]
    return draw_weights(30, 6, 10, 2, torch.float64), inputs, targets


def plain_prediction(weights: Weights, inputs: Tensor) -> Tensor:
    return torch.relu(inputs @ weights.hidden) @ weights.top.T / (10 * weights.top.shape[1]) ** 0.5


def plain_critic(weights: Weights, points: Tensor) -> Tensor:
    return torch.relu(points @ weights.critic_hidden) @ weights.critic_top / len(weights.critic_top) ** 0.5


def test_prediction_in_blocks_is_equation_1(
    probe: tuple[Weights, Tensor, Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    weights, inputs, _ = probe
    monkeypatch.setattr(measurements, "tile_width", lambda *_: 7)
    torch.testing.assert_close(predict(weights, inputs, block=16), plain_prediction(weights, inputs))


def test_the_error_is_half_the_mean_square() -> None:
    predictions = torch.zeros(4, 10)
    targets = torch.eye(10)[[0, 0, 3, 4]]
    error, accuracy = error_and_accuracy(predictions, targets)
    assert error == pytest.approx(0.05)  # half of one tenth
    assert accuracy == 0.5  # argmax of a tie is the first class


def test_reaction_and_diffusion_are_the_two_parts_of_the_update(probe: tuple[Weights, Tensor, Tensor]) -> None:
    weights, inputs, targets = probe
    parts = {}
    for term in ("reaction", "diffusion"):
        hidden, top = (array.clone().requires_grad_() for array in (weights.hidden, weights.top))
        own = Weights(hidden, top, weights.critic_hidden, weights.critic_top)
        predictions = plain_prediction(own, inputs)
        loss = (
            0.5 * (predictions - targets).square().sum(1).mean()
            if term == "reaction"
            else -plain_critic(weights, predictions).mean()
        )
        gradients = torch.autograd.grad(loss, (hidden, top))
        parts[f"{term}_hidden"], parts[f"{term}_top"] = (each.norm(dim=0).mean().item() for each in gradients)
    measured = reaction_and_diffusion(weights, inputs, targets, adversarial=True)
    assert measured == pytest.approx(parts, rel=1e-12)
    alone = reaction_and_diffusion(weights, inputs, targets, adversarial=False)
    assert alone["reaction_top"] == measured["reaction_top"]
    assert alone["diffusion_hidden"] == alone["diffusion_top"] == 0


def test_losses_by_their_parts(probe: tuple[Weights, Tensor, Tensor]) -> None:
    weights, inputs, targets = probe
    predictions = plain_prediction(weights, inputs)
    middle = ((predictions + targets) / 2).requires_grad_()
    (slopes,) = torch.autograd.grad(plain_critic(weights, middle).sum(), middle)
    real, fake = (plain_critic(weights, points).mean().item() for points in (targets, predictions))
    penalty = 10 * (slopes.norm(dim=1) - 1).square().mean().item()
    measured = losses(weights, predictions, targets, AUGMENTED)
    assert measured == pytest.approx(
        {
            "supervised_loss": 0.5 * (predictions - targets).square().sum(1).mean().item(),
            "adversarial_loss": -fake,
            "critic_loss": fake - real + penalty,
            "gradient_penalty": penalty,
            "critic_gradient_norm": slopes.norm(dim=1).mean().item(),
            "wasserstein": real - fake,
        },
        rel=1e-12,
    )
    alone = losses(weights, predictions, targets, SUPERVISED)
    assert alone["supervised_loss"] == measured["supervised_loss"]
    assert all(math.isnan(alone[name]) for name in measured if name != "supervised_loss")

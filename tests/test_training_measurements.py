import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from pseudo_rd.training.closed_form import terms
from pseudo_rd.training.closed_form.terms import predict, reaction_and_diffusion
from pseudo_rd.training.measurements import error_and_accuracy, has_died, losses
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.weights import Weights, draw_weights

PROBES = {
    "as printed": {},
    "sums": {"loss": "sum", "bound_reading": "weight"},
    "with another width": {"critic_width": 7},
    "with biases": {"biases": True, "loss": "element", "generator_start": "framework", "critic_start": "framework"},
}


@pytest.fixture(params=PROBES)
def settings(request: pytest.FixtureRequest) -> Settings:
    return Settings("augmented", width=30, seed=2, batch_size=40, epochs=1, **PROBES[request.param])


@pytest.fixture
def probe(settings: Settings) -> tuple[Weights, Tensor, Tensor]:
    stream = torch.Generator().manual_seed(1)
    inputs = torch.randn(40, 6, generator=stream, dtype=torch.float64)
    if settings.biases:
        inputs = torch.nn.functional.pad(inputs, (0, 1), value=1)
    targets = torch.eye(10, dtype=torch.float64)[torch.randint(0, 10, (40,), generator=stream)]
    weights = draw_weights(30, 6, 10, 2, torch.float64, **settings.starts)
    return weights, inputs, targets


def plain_prediction(weights: Weights, inputs: Tensor) -> Tensor:
    outputs = torch.relu(inputs @ weights.hidden) @ weights.top.T
    return weights.generator_scale * (outputs if weights.top_bias is None else outputs + weights.top_bias)


def plain_critic(weights: Weights, points: Tensor) -> Tensor:
    hidden = points @ weights.critic_hidden[:10]
    if len(weights.critic_hidden) == 11:
        hidden = hidden + weights.critic_hidden[10]
    return torch.relu(hidden) @ weights.critic_top * weights.critic_scale


def plain_losses(weights: Weights, predictions: Tensor, targets: Tensor, loss: str) -> dict[str, Tensor]:
    """The generator's loss by its parts."""
    halves = 0.5 * (predictions - targets).square().sum(1)
    critic = plain_critic(weights, predictions)
    return {
        "batch": {"reaction": halves.mean(), "diffusion": -critic.mean()},
        "element": {"reaction": (predictions - targets).square().mean(), "diffusion": -critic.mean()},
        "sum": {"reaction": halves.sum(), "diffusion": -critic.sum()},
    }[loss]


def test_prediction_in_blocks_is_equation_1(
    probe: tuple[Weights, Tensor, Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    weights, inputs, _ = probe
    monkeypatch.setattr(terms, "tile_width", lambda *_: 7)
    torch.testing.assert_close(predict(weights, inputs, block=16), plain_prediction(weights, inputs))


def test_the_error_is_half_the_mean_square() -> None:
    predictions = torch.zeros(4, 10)
    targets = torch.eye(10)[[0, 0, 3, 4]]
    error, accuracy = error_and_accuracy(predictions, targets)
    assert error == pytest.approx(0.05)  # half of one tenth
    assert accuracy == 0.5  # argmax of a tie is the first class


def test_reaction_and_diffusion_are_the_two_parts_of_the_update(
    probe: tuple[Weights, Tensor, Tensor], settings: Settings
) -> None:
    weights, inputs, targets = probe
    parts = {}
    for term in ("reaction", "diffusion"):
        hidden, top = (array.clone().requires_grad_() for array in (weights.hidden, weights.top))
        predictions = plain_prediction(replace(weights, hidden=hidden, top=top), inputs)
        loss = plain_losses(weights, predictions, targets, settings.loss)[term]
        gradients = torch.autograd.grad(loss, (hidden, top))
        parts[f"{term}_hidden"], parts[f"{term}_top"] = (each.norm(dim=0).mean().item() for each in gradients)
    measured = reaction_and_diffusion(weights, inputs, targets, settings)
    assert measured == pytest.approx(parts, rel=1e-12)
    alone = reaction_and_diffusion(weights, inputs, targets, replace(settings, objective="supervised"))
    assert alone["reaction_top"] == measured["reaction_top"]
    assert alone["diffusion_hidden"] == alone["diffusion_top"] == 0


def test_losses_by_their_parts(probe: tuple[Weights, Tensor, Tensor], settings: Settings) -> None:
    weights, inputs, targets = probe
    predictions = plain_prediction(weights, inputs)
    middle = ((predictions + targets) / 2).requires_grad_()
    (slopes,) = torch.autograd.grad(plain_critic(weights, middle).sum(), middle)
    real, fake = (plain_critic(weights, points).mean().item() for points in (targets, predictions))
    weight = 0.01 if settings.bound_reading == "weight" else 10
    penalty = weight * (slopes.norm(dim=1) - 1).square().mean().item()
    parts = plain_losses(weights, predictions, targets, settings.loss)
    measured = losses(weights, predictions, targets, settings)
    assert measured == pytest.approx(
        {
            "supervised_loss": parts["reaction"].item(),
            "adversarial_loss": parts["diffusion"].item(),
            "critic_loss": fake - real + penalty,
            "gradient_penalty": penalty,
            "critic_gradient_norm": slopes.norm(dim=1).mean().item(),
            "wasserstein": real - fake,
        },
        rel=1e-12,
    )
    alone = losses(weights, predictions, targets, replace(settings, objective="supervised"))
    assert alone["supervised_loss"] == measured["supervised_loss"]
    assert all(math.isnan(alone[name]) for name in measured if name != "supervised_loss")


def test_a_network_has_died_when_no_input_reaches_its_outputs(probe: tuple[Weights, Tensor, Tensor]) -> None:
    weights, inputs, _ = probe
    assert not has_died(predict(weights, inputs))
    weights.hidden[:] = -1  # every neuron is silent for positive inputs
    assert has_died(predict(weights, inputs.abs()))
    rounded = torch.full((5, 10), 0.1) + torch.tensor([0, 1e-8, 0, -1e-8, 0])[:, None]
    assert has_died(rounded)
    rounded[2, 7] += 1e-4
    assert not has_died(rounded)


@pytest.mark.parametrize(("reached", "dead"), [(2, True), (3, False)])
def test_a_few_samples_that_still_reach_the_outputs_are_no_life(reached: int, dead: bool) -> None:
    predictions = torch.zeros(200, 10)
    predictions[:reached, 4] = 0.1
    assert has_died(predictions) == dead

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from textbook import generator_loss
from torch import Tensor
from trainings import CPU, networks_of

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.training.closed_form import problem as problem_module
from pseudo_rd.training.closed_form.problem import Problem, problem_of
from pseudo_rd.training.measurements import error_and_accuracy, has_died, losses
from pseudo_rd.training.samples import samples_of
from pseudo_rd.training.settings import Settings

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
def problem(settings: Settings) -> Problem:
    stream = np.random.default_rng(1)
    samples, labels = stream.normal(size=(40, 6)), stream.integers(0, 10, 40)
    names = tuple("0123456789")
    dataset = Dataset("noise", samples, labels, samples, labels, names, "noise", "none")
    return problem_of(samples_of(dataset, settings, CPU, torch.float64), settings)


def parts_of_the_loss(problem: Problem, predictions: Tensor, settings: Settings) -> dict[str, Tensor]:
    """The generator's loss, supervised and adversarial, by the textbook."""
    _, critic = networks_of(problem.weights, settings)
    targets = problem.samples.train_targets
    supervised = generator_loss(predictions, targets, None, settings.loss)
    return {
        "reaction": supervised,
        "diffusion": generator_loss(predictions, targets, critic, settings.loss) - supervised,
    }


def test_prediction_in_blocks_is_equation_1(
    problem: Problem, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(problem_module, "tile_width", lambda *_: 7)
    monkeypatch.setattr(problem_module, "BLOCK", 16)
    generator, _ = networks_of(problem.weights, settings)
    inputs = problem.samples.train_inputs
    torch.testing.assert_close(problem.predict(inputs), generator(inputs[:, :6]).detach())


def test_the_error_is_half_the_mean_square() -> None:
    predictions = torch.zeros(4, 10)
    targets = torch.eye(10)[[0, 0, 3, 4]]
    error, accuracy = error_and_accuracy(predictions, targets)
    assert error == pytest.approx(0.05)  # half of one tenth
    assert accuracy == 0.5  # argmax of a tie is the first class


def test_reaction_and_diffusion_are_the_two_parts_of_the_update(problem: Problem, settings: Settings) -> None:
    inputs, targets = problem.samples.train_inputs, problem.samples.train_targets
    parts = {}
    for term in ("reaction", "diffusion"):
        generator, _ = networks_of(problem.weights, settings)
        parts_of_the_loss(problem, generator(inputs[:, :6]), settings)[term].backward()
        hidden = generator.hidden.grad
        if settings.biases:
            hidden = torch.cat([hidden, generator.hidden_bias.grad[:, None]], dim=1)
        parts[f"{term}_hidden"] = hidden.norm(dim=1).mean().item()
        parts[f"{term}_top"] = generator.top.grad.norm(dim=0).mean().item()
    measured = problem.terms(inputs, targets, settings)
    assert measured == pytest.approx(parts, rel=1e-12)
    alone = problem.terms(inputs, targets, replace(settings, objective="supervised"))
    assert alone["reaction_top"] == measured["reaction_top"]
    assert alone["diffusion_hidden"] == alone["diffusion_top"] == 0


def test_losses_by_their_parts(problem: Problem, settings: Settings) -> None:
    targets = problem.samples.train_targets
    predictions = problem.predict(problem.samples.train_inputs)
    _, critic = networks_of(problem.weights, settings)
    middle = ((predictions + targets) / 2).requires_grad_()
    (slopes,) = torch.autograd.grad(critic(middle).sum(), middle)
    shift = critic.top_bias.item() * critic.scale if settings.biases else 0  # the closed form's critic has none
    real, fake = (critic(points).mean().item() - shift for points in (targets, predictions))
    weight = 0.01 if settings.bound_reading == "weight" else 10
    penalty = weight * (slopes.norm(dim=1) - 1).square().mean().item()
    share = 40 if settings.loss == "sum" else 1
    measured = losses(problem, predictions, targets, settings)
    assert measured == pytest.approx(
        {
            "supervised_loss": parts_of_the_loss(problem, predictions, settings)["reaction"].item(),
            "adversarial_loss": -fake * share,
            "critic_loss": fake - real + penalty,
            "gradient_penalty": penalty,
            "critic_gradient_norm": slopes.norm(dim=1).mean().item(),
            "wasserstein": real - fake,
        },
        rel=1e-12,
    )
    alone = losses(problem, predictions, targets, replace(settings, objective="supervised"))
    assert alone["supervised_loss"] == measured["supervised_loss"]
    assert all(math.isnan(alone[name]) for name in measured if name != "supervised_loss")


def test_a_network_has_died_when_no_input_reaches_its_outputs(problem: Problem) -> None:
    inputs = problem.samples.train_inputs
    assert not has_died(problem.predict(inputs))
    problem.weights.hidden[:] = -1  # every neuron is silent for positive inputs
    assert has_died(problem.predict(inputs.abs()))
    rounded = torch.full((5, 10), 0.1) + torch.tensor([0, 1e-8, 0, -1e-8, 0])[:, None]
    assert has_died(rounded)
    rounded[2, 7] += 1e-4
    assert not has_died(rounded)


@pytest.mark.parametrize(("reached", "dead"), [(2, True), (3, False)])
def test_a_few_samples_that_still_reach_the_outputs_are_no_life(reached: int, dead: bool) -> None:
    predictions = torch.zeros(200, 10)
    predictions[:reached, 4] = 0.1
    assert has_died(predictions) == dead

"""The autograd engine against the closed form, on the same batches in float64; and whole runs of other networks."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.parameters.vocabulary import (
    BOUND_READINGS,
    LOSSES,
    STARTS,
    UPDATE_ORDERS,
)
from pseudo_rd.stages.stage import progress_line
from pseudo_rd.training.autograd import AutogradEngine
from pseudo_rd.training.batches import batches_from
from pseudo_rd.training.checkpoint import Checkpoints
from pseudo_rd.training.closed_form.steps import Trainer, accepts
from pseudo_rd.training.closed_form.terms import reaction_and_diffusion
from pseudo_rd.training.loop import train
from pseudo_rd.training.measurements import losses
from pseudo_rd.training.networks import build, paper, perceptron
from pseudo_rd.training.samples import samples_of
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.summary import summarize
from pseudo_rd.training.weights import Weights, draw_weights

STEPS, CPU = 50, torch.device("cpu")
SETTINGS = Settings("augmented", width=11, seed=3, batch_size=8, epochs=20, records=6, snapshot_neurons=4)
# The first of each is the default.
CHOICES: dict[str, tuple[Any, ...]] = {
    "objective": ("augmented", "supervised"),
    "critic_width": (None, 5, 19),
    "generator_start": STARTS,
    "start_scale": (1.0, 0.1),
    "critic_start": STARTS,
    "loss": LOSSES,
    "bound_reading": BOUND_READINGS,
    "gradient_penalty_weight": (10.0, 1.0),
    "update_order": UPDATE_ORDERS,
    "biases": (False, True),
}
OTHERS = [(name, option) for name, options in CHOICES.items() for option in options[1:]]
PAIRS = [dict(pair) for pair in combinations(OTHERS, 2) if pair[0][0] != pair[1][0]]


def points(classes: int, images: bool = False) -> Dataset:
    """A few samples of noise with so many classes."""
    stream = np.random.default_rng(1)
    shape = (32, 16, 16) if images else (32, 6)
    samples = stream.normal(size=shape).astype(np.float32) / (255 if images else 1)
    labels = stream.integers(0, classes, 32)
    names = tuple(map(str, range(classes)))
    return Dataset("noise", samples, labels, samples[:8], labels[:8], names, "none", "noise", "none")


class Both:
    """The same start in both engines."""

    def __init__(self, settings: Settings, classes: int) -> None:
        dataset = points(classes)
        self.settings, self.samples = settings, samples_of(dataset, settings, CPU, torch.float64, whole=True)
        pair = build(perceptron, (6,), classes, settings, torch.float64)
        self.autograd = AutogradEngine(pair, self.samples, settings)
        self.weights = draw_weights(settings.width, 6, classes, settings.seed, torch.float64, **settings.starts)
        self.trainer = Trainer(self.weights, settings)
        self.inputs = torch.nn.functional.pad(self.samples.train_inputs, (0, int(settings.biases)), value=1)

    def train(self) -> None:
        batches = batches_from(0, len(self.inputs), self.settings, CPU, torch.float64)
        for _, (rows, mixing) in zip(range(STEPS), batches, strict=False):
            targets = self.samples.train_targets[rows]
            self.trainer.step(self.inputs[rows], targets, mixing)
            self.autograd.step(self.samples.train_inputs[rows], targets, mixing)

    def furthest_apart(self) -> float:
        """Largest relative difference of a layer."""
        mine = arrays_of(self.weights, self.settings)
        theirs = {name: tensor for name, tensor in self.autograd.tensors().items() if "optimizer" not in name}
        assert mine.keys() == theirs.keys()
        return max(((mine[name] - theirs[name]).norm() / theirs[name].norm()).item() for name in mine)


def arrays_of(weights: Weights, settings: Settings) -> dict[str, Tensor]:
    """The closed form's weights by the names of the modules."""
    inputs, outputs = (len(array) - settings.biases for array in (weights.hidden, weights.critic_hidden))
    found = {"generator.0.layer.weight": weights.hidden[:inputs].T, "generator.2.layer.weight": weights.top}
    critic = {
        "critic.0.0.layer.weight": weights.critic_hidden[:outputs].T,
        "critic.0.2.layer.weight": weights.critic_top[None],
    }
    if weights.top_bias is not None:
        found |= {"generator.0.layer.bias": weights.hidden[inputs], "generator.2.layer.bias": weights.top_bias}
        critic["critic.0.0.layer.bias"] = weights.critic_hidden[outputs]
    return found | critic if settings.adversarial else found


def settings_with(**choices: Any) -> Settings:
    if choices.get("loss") == "sum":  # with the usual step it runs off to infinity
        choices["learning_rate"] = 1e-4
    return replace(SETTINGS, **choices)


@pytest.mark.parametrize("choices", [dict([other]) for other in OTHERS], ids=str)
@pytest.mark.parametrize("classes", [2, 10, 100])
def test_both_engines_agree_on_every_option(classes: int, choices: dict[str, Any]) -> None:
    both = Both(settings_with(**choices), classes)
    assert both.furthest_apart() == 0
    both.train()
    assert both.furthest_apart() < 1e-9


@pytest.mark.parametrize("choices", PAIRS, ids=str)
def test_both_engines_agree_on_every_pair_of_options(choices: dict[str, Any]) -> None:
    both = Both(settings_with(**choices), classes=3)
    both.train()
    assert both.furthest_apart() < 1e-9


def test_another_weight_of_the_penalty_would_be_noticed() -> None:
    both = Both(SETTINGS, classes=3)
    both.autograd.settings = replace(SETTINGS, gradient_penalty_weight=10.001)
    both.train()
    assert both.furthest_apart() > 1e-9


@pytest.mark.parametrize("choices", [{}, {"biases": True, "loss": "element"}, {"objective": "supervised"}], ids=str)
def test_both_engines_measure_the_same(choices: dict[str, Any]) -> None:
    both = Both(settings_with(**choices), classes=3)
    start = both.weights.clone()
    both.train()
    settings, targets = both.settings, both.samples.train_targets
    terms = reaction_and_diffusion(both.weights, both.inputs, targets, settings)
    assert both.autograd.terms(both.samples.train_inputs, targets, settings) == pytest.approx(terms, rel=1e-8)
    assert both.autograd.distances()["distance_hidden"] == pytest.approx(
        (both.weights.hidden - start.hidden).norm().item()
    )
    predictions = both.autograd.predict(both.samples.train_inputs)
    mine, theirs = (losses(pair, predictions, targets, settings) for pair in (both.autograd, both.weights))
    assert mine == pytest.approx(theirs, rel=1e-8, nan_ok=True)
    rows = both.autograd.rows(4)
    assert rows["hidden"].shape == (4, 6)
    assert rows["top"].shape == (4, 3)


@pytest.mark.parametrize("data", ["blobs", "digits"])
def test_whole_runs_of_both_engines_tell_the_same(data: str, request: pytest.FixtureRequest) -> None:
    dataset = request.getfixturevalue(data)
    settings = replace(SETTINGS, width=12, batch_size=64, epochs=2, biases=True, generator_start="framework")
    closed, other = (train(dataset, replace(settings, network=name), "cpu") for name in ("paper", "perceptron"))
    assert (closed.engine, other.engine) == ("closed form", "autograd")
    assert [*closed.history] == [*other.history]
    numbers = closed.history.drop(columns="seconds"), other.history.drop(columns="seconds")
    np.testing.assert_allclose(*numbers, rtol=1e-3, atol=1e-6)
    assert closed.snapshots.keys() == other.snapshots.keys()
    for name, array in closed.snapshots.items():
        np.testing.assert_allclose(other.snapshots[name], array, rtol=1e-3, atol=1e-5)


NETWORKS: dict[str, dict[str, Any]] = {
    "four layers": {"network": "perceptron", "depth": 3},
    "a deep critic": {"critic_depth": 2, "critic_width": 5, "bound_reading": "spectral"},
    "convolutions": {"network": "convolutional", "width": 2, "biases": True},
    "hinge": {"adversary": "hinge", "update_order": "generator-first"},
    "cross-entropy": {"adversary": "cross-entropy", "critic_optimizer": "adam"},
}


def run_of(name: str, **how: Any) -> Any:
    settings = replace(SETTINGS, generator_start="framework", critic_start="framework", **NETWORKS[name])
    return train(points(3, images=True), settings, "cpu", **how)


@pytest.mark.parametrize("name", NETWORKS)
def test_other_networks_and_adversaries_learn_and_repeat_themselves(name: str) -> None:
    one, again = run_of(name), run_of(name)
    assert one.engine == "autograd"
    assert one.history.drop(columns="seconds").equals(again.history.drop(columns="seconds"))
    assert all(np.array_equal(array, again.snapshots[key]) for key, array in one.snapshots.items())
    assert one.history["train_error"].iloc[-1] < one.history["train_error"].iloc[0]
    assert one.history["diffusion_hidden"].max() > 0
    assert one.history["distance_hidden"].iloc[-1] > 0
    layers = [column.removeprefix("distance_") for column in one.history if column.startswith("distance_")]
    assert layers[0] == "hidden"
    assert layers[-1] == "top"
    assert f"{one.history['distance_top'].iloc[-1]:.2f} top" in progress_line(one.history.iloc[-1].to_dict())


def test_layers_are_named_from_the_inputs_to_the_outputs() -> None:
    deep, images = run_of("four layers"), run_of("convolutions")
    for result, hidden in ((deep, 256), (images, 25)):
        assert result.snapshots["hidden_end"].shape[1] == hidden
    assert {"distance_hidden2", "distance_hidden3", "reaction_hidden2", "diffusion_hidden3"} < {*deep.history}
    assert deep.snapshots["hidden3_end"].shape == (11, 11)
    assert deep.snapshots["hidden3_0"].shape == (4, 11)
    assert images.snapshots["hidden2_end"].shape == (4, 2 * 25)
    assert images.snapshots["top_end"].shape == (32, 3)
    assert images.snapshots["hidden_bias_end"].shape == (2,)


@pytest.mark.parametrize("name", ["hinge", "cross-entropy"])
def test_an_adversary_is_another_one_than_that_of_the_paper(name: str) -> None:
    other = NETWORKS[name] | {"adversary": "wgan-gp", "network": "perceptron"}
    settings = replace(SETTINGS, generator_start="framework", critic_start="framework", **other)
    paper = train(points(3, images=True), settings, "cpu")
    assert run_of(name).history["distance_hidden"].iloc[-1] != paper.history["distance_hidden"].iloc[-1]


class Killed(Exception):
    pass


@pytest.mark.parametrize("name", ["four layers", "cross-entropy"])
def test_a_killed_run_resumes_bit_by_bit(name: str, tmp_path: Path) -> None:
    whole = run_of(name)

    def killing(iteration: int, iterations: int, row: dict[str, float]) -> None:
        if iteration > iterations / 2:
            raise Killed

    def checkpoints() -> Checkpoints:
        return Checkpoints(tmp_path / "run.safetensors", seconds=0, say=said.append)

    said: list[str] = []
    with pytest.raises(Killed):
        run_of(name, on_record=killing, checkpoints=checkpoints())
    resumed = run_of(name, checkpoints=checkpoints())
    assert said[-1].startswith("resuming from iteration ")
    assert resumed.history.drop(columns="seconds").equals(whole.history.drop(columns="seconds"))
    assert all(np.array_equal(array, resumed.snapshots[key]) for key, array in whole.snapshots.items())


def test_a_critic_under_adam_is_trained_by_autograd_and_takes_steps_of_its_own_size() -> None:
    settings = replace(SETTINGS, epochs=1, critic_optimizer="adam", critic_adam_learning_rate=0.003)
    assert not accepts(settings)
    assert train(points(3), settings, "cpu").engine == "autograd"
    dataset = points(3)
    samples = samples_of(dataset, settings, CPU, torch.float64, whole=True)
    engine = AutogradEngine(build(paper, (6,), 3, settings, torch.float64), samples, settings)
    inputs, targets = samples.train_inputs[:8], samples.train_targets[:8]
    engine.step(inputs, targets, torch.full((8,), 0.3, dtype=torch.float64))
    # Adam's first step is its learning rate in every direction, whatever the gradient's size.
    for name, tensor in engine.tensors().items():
        if name.startswith("critic.") and "optimizer" not in name:
            moved = (tensor - engine.started_from()[name]).abs()
            assert moved.max().item() == pytest.approx(0.003, rel=1e-4)
    assert engine.optimizers["critic"].param_groups[0]["betas"] == settings.critic_adam_betas


def test_the_summary_says_which_engine_trained_the_run() -> None:
    summary = summarize(points(3, images=True), SETTINGS, run_of("hinge"), 1)
    assert summary["engine"] == "autograd"


def test_a_precision_that_autograd_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="precision = bfloat16 is for the closed form alone: set it to float32"):
        train(points(3), replace(SETTINGS, network="perceptron", precision="bfloat16"), "cpu")

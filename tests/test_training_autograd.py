"""The autograd engine against the closed form, on the same batches in float64; and whole runs of other networks."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from trainings import CHOICES, CPU, Options, alone, assert_alike, batches, pairs, relative, with_a_step_that_fits

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.stages.stage import progress_line
from pseudo_rd.training.autograd import AutogradEngine
from pseudo_rd.training.closed_form.problem import Problem
from pseudo_rd.training.closed_form.steps import Trainer, accepts
from pseudo_rd.training.loop import train
from pseudo_rd.training.measurements import losses
from pseudo_rd.training.networks import build, paper, perceptron
from pseudo_rd.training.recorder import Result
from pseudo_rd.training.samples import samples_of
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.weights import Weights, draw_weights

STEPS = 50
SETTINGS = Settings("augmented", width=11, seed=3, batch_size=8, epochs=20, records=6, snapshot_neurons=4)
OPTIONS = CHOICES | {"objective": ("augmented", "supervised")}


def points(classes: int, images: bool = False) -> Dataset:
    """A few samples of noise with so many classes."""
    stream = np.random.default_rng(1)
    shape = (32, 16, 16) if images else (32, 6)
    samples = stream.normal(size=shape).astype(np.float32) / (255 if images else 1)
    labels = stream.integers(0, classes, 32)
    names = tuple(map(str, range(classes)))
    return Dataset("noise", samples, labels, samples[:8], labels[:8], names, "noise", "none")


class Both:
    """The same start in both engines."""

    def __init__(self, options: Options, classes: int = 3) -> None:
        self.settings = replace(SETTINGS, **with_a_step_that_fits(options))
        self.samples = samples_of(points(classes), self.settings, CPU, torch.float64, reduced=False)
        pair = build(perceptron, (6,), classes, self.settings, torch.float64)
        self.autograd = AutogradEngine(pair, self.samples, self.settings)
        weights = draw_weights(SETTINGS.width, 6, classes, SETTINGS.seed, torch.float64, **self.settings.starts)
        self.closed_form = Problem(self.samples, weights, weights.clone(), weights.hidden)
        self.inputs = torch.nn.functional.pad(self.samples.train_inputs, (0, int(self.settings.biases)), value=1)

    def train(self) -> None:
        trainer = Trainer(self.closed_form.weights, self.settings)
        for rows, mixing in batches(len(self.inputs), SETTINGS.batch_size, STEPS, SETTINGS.seed):
            targets = self.samples.train_targets[rows]
            trainer.step(self.inputs[rows], targets, mixing.double())
            self.autograd.step(self.samples.train_inputs[rows], targets, mixing.double())

    def furthest_apart(self) -> float:
        """Largest relative difference of a layer."""
        mine = arrays_of(self.closed_form.weights, self.settings)
        theirs = {name: tensor for name, tensor in self.autograd.tensors().items() if "optimizer" not in name}
        assert mine.keys() == theirs.keys()
        return max(relative(mine[name], theirs[name]) for name in mine)


def arrays_of(weights: Weights, settings: Settings) -> dict[str, Tensor]:
    """The closed form's weights by the names of the modules."""
    inputs, outputs = (len(array) - settings.biases for array in (weights.hidden, weights.critic_hidden))
    generator = {"generator.0.layer.weight": weights.hidden[:inputs].T, "generator.2.layer.weight": weights.top}
    critic = {
        "critic.0.0.layer.weight": weights.critic_hidden[:outputs].T,
        "critic.0.2.layer.weight": weights.critic_top[None],
    }
    if weights.top_bias is not None:
        generator |= {"generator.0.layer.bias": weights.hidden[inputs], "generator.2.layer.bias": weights.top_bias}
        critic["critic.0.0.layer.bias"] = weights.critic_hidden[outputs]
    return generator | critic if settings.adversarial else generator


@pytest.mark.parametrize("options", alone(OPTIONS), ids=str)
@pytest.mark.parametrize("classes", [2, 10, 100])
def test_both_engines_agree_on_every_option(classes: int, options: Options) -> None:
    both = Both(options, classes)
    assert both.furthest_apart() == 0
    both.train()
    assert both.furthest_apart() < 1e-9


@pytest.mark.parametrize("options", pairs(OPTIONS), ids=str)
def test_both_engines_agree_on_every_pair_of_options(options: Options) -> None:
    both = Both(options)
    both.train()
    assert both.furthest_apart() < 1e-9


@pytest.mark.parametrize("options", [{}, {"biases": True, "loss": "element"}, {"objective": "supervised"}], ids=str)
def test_both_engines_measure_the_same(options: Options) -> None:
    both = Both(options)
    both.train()
    settings, targets, inputs = both.settings, both.samples.train_targets, both.samples.train_inputs
    mine, theirs = both.autograd, both.closed_form
    predictions = mine.predict(inputs)
    for found, expected in (
        (mine.terms(inputs, targets, settings), theirs.terms(both.inputs, targets, settings)),
        (mine.distances(), theirs.distances()),
        (losses(mine, predictions, targets, settings), losses(theirs, predictions, targets, settings)),
    ):
        assert found == pytest.approx(expected, rel=1e-8, nan_ok=True)
    rows = mine.rows(4)
    assert rows["hidden"].shape == (4, 6)
    assert rows["top"].shape == (4, 3)


@pytest.mark.parametrize("data", ["blobs", "digits"])
def test_whole_runs_of_both_engines_tell_the_same(data: str, request: pytest.FixtureRequest) -> None:
    dataset = request.getfixturevalue(data)
    settings = replace(SETTINGS, width=12, batch_size=64, epochs=2, biases=True, generator_start="framework")
    closed, other = (train(dataset, replace(settings, network=name), "cpu") for name in ("paper", "perceptron"))
    assert (closed.engine, other.engine) == ("closed form", "autograd")
    assert_alike(closed, replace(other, trained_dimensions=closed.trained_dimensions), rtol=1e-3, atol=1e-6)


NETWORKS: dict[str, dict[str, Any]] = {
    "four layers": {"network": "perceptron", "depth": 3},
    "a deep critic": {"critic_depth": 2, "critic_width": 5, "bound_reading": "spectral"},
    "convolutions": {"network": "convolutional", "width": 2, "biases": True},
    "hinge": {"adversary": "hinge", "update_order": "generator-first"},
    "cross-entropy": {"adversary": "cross-entropy", "critic_optimizer": "adam"},
}


def run_of(name: str) -> Result:
    settings = replace(SETTINGS, generator_start="framework", critic_start="framework", **NETWORKS[name])
    return train(points(3, images=True), settings, "cpu")


@pytest.mark.parametrize("name", NETWORKS)
def test_other_networks_and_adversaries_learn_and_repeat_themselves(name: str) -> None:
    one = run_of(name)
    assert one.engine == "autograd"
    assert_alike(one, run_of(name))
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


def test_a_critic_under_adam_is_trained_by_autograd_and_takes_steps_of_its_own_size() -> None:
    settings = replace(SETTINGS, epochs=1, critic_optimizer="adam", critic_adam_learning_rate=0.003)
    assert not accepts(settings)
    assert train(points(3), settings, "cpu").engine == "autograd"
    samples = samples_of(points(3), settings, CPU, torch.float64, reduced=False)
    engine = AutogradEngine(build(paper, (6,), 3, settings, torch.float64), samples, settings)
    start = {name: tensor.clone() for name, tensor in engine.tensors().items()}
    inputs, targets = samples.train_inputs[:8], samples.train_targets[:8]
    engine.step(inputs, targets, torch.full((8,), 0.3, dtype=torch.float64))
    # Adam's first step is its learning rate in every direction, whatever the gradient's size.
    for name, tensor in engine.tensors().items():
        if name.startswith("critic.") and "optimizer" not in name:
            moved = (tensor - start[name]).abs()
            assert moved.max().item() == pytest.approx(0.003, rel=1e-4)
    assert engine.optimizers["critic"].param_groups[0]["betas"] == settings.critic_adam_betas


def test_a_precision_that_autograd_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="precision = bfloat16 is for the closed form alone: set it to float32"):
        train(points(3), replace(SETTINGS, network="perceptron", precision="bfloat16"), "cpu")

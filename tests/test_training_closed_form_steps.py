"""The engine's closed-form steps against the textbook loop with autograd, on the same batches in float64."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from textbook import Critic, gradient_penalty, train_textbook
from torch import Tensor
from trainings import (
    CHOICES,
    Options,
    alone,
    batches,
    for_textbook,
    named,
    networks_of,
    pairs,
    relative,
    with_a_step_that_fits,
)

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.training.closed_form import steps as steps_module
from pseudo_rd.training.closed_form.steps import LEAST_NEURONS, Trainer, group_tiles, tile_width
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.weights import Weights, draw_weights

STEPS, BATCH, WIDTH, SEED = 50, 32, 70, 3
# Engine and textbook begin from what is drawn.
OF_STARTS = {"critic_width", "generator_start", "start_scale", "critic_start", "biases"}
OF_CRITICS = {"critic_width", "critic_start", "bound_reading", "gradient_penalty_weight", "update_order"}
# The paper's losses; others are held to autograd (test_training_autograd.py).
BY_TEXTBOOK = CHOICES | {"loss": ("batch", "element", "sum")}
SINGLE: list[Options] = [{}, *alone(BY_TEXTBOOK)]


def settings_with(objective: str = "augmented", **options: object) -> Settings:
    return Settings(objective, WIDTH, SEED, batch_size=BATCH, epochs=1, **with_a_step_that_fits(options))


class Start:
    """Samples, labels and the weights of a run at its start, in float64."""

    def __init__(self, dataset: Dataset, settings: Settings, width: int = WIDTH) -> None:
        self.settings = settings
        self.samples = torch.from_numpy(dataset.inputs()[0]).double()
        labels = torch.from_numpy(dataset.y_train)
        self.targets = torch.nn.functional.one_hot(labels, len(dataset.classes)).double()
        sizes = width, self.samples.shape[1], self.targets.shape[1]
        self.weights = draw_weights(*sizes, SEED, torch.float64, **settings.starts)
        self.inputs = torch.nn.functional.pad(self.samples, (0, int(settings.biases)), value=1)

    def batches(self, count: int = STEPS) -> list[tuple[Tensor, Tensor]]:
        return batches(len(self.inputs), BATCH, count, SEED)

    def train(self, trainer: Trainer | None = None, count: int = STEPS) -> Weights:
        """Some steps of the engine."""
        trainer = trainer or Trainer(self.weights, self.settings)
        for rows, mixing in self.batches(count):
            batch = self.inputs[rows], self.targets[rows], mixing.double()
            trainer.step(*(array.to(self.weights.top.device) for array in batch))
        return self.weights


def differences(dataset: Dataset, settings: Settings, textbook: Settings | None = None) -> dict[str, float]:
    """Largest relative difference of the layers after some steps of the engine and of the textbook's loop."""
    start = Start(dataset, settings)
    weights, inputs, outputs = start.weights, start.samples.shape[1], start.targets.shape[1]
    generator, critic = networks_of(weights, settings)
    names = ("learning_rate", "loss", "bound_reading", "gradient_penalty_weight", "update_order")
    options = {name: getattr(textbook or settings, name) for name in names}
    train_textbook(generator, critic, start.samples, start.targets, for_textbook(start.batches()), **options)
    start.train()
    layers = {"hidden": (weights.hidden[:inputs], generator.hidden.T), "top": (weights.top, generator.top)}
    if generator.top_bias is not None:
        layers["hidden_bias"] = weights.hidden[inputs], generator.hidden_bias
        layers["top_bias"] = weights.top_bias, generator.top_bias
    if critic is not None:
        layers["critic_hidden"] = weights.critic_hidden[:outputs], critic.hidden.T
        layers["critic_top"] = weights.critic_top, critic.top
        if critic.hidden_bias is not None:
            layers["critic_hidden_bias"] = weights.critic_hidden[-1], critic.hidden_bias
            assert abs(critic.top_bias.item() - 0.3) < 1e-9  # why the engine has none
    return {name: relative(one, other) for name, (one, other) in layers.items()}


def assert_agreement(dataset: Dataset, objective: str, **options: object) -> None:
    found = differences(dataset, settings_with(objective, **options))
    assert all(difference < 1e-9 for difference in found.values()), found


@pytest.mark.parametrize("options", SINGLE, ids=named)
@pytest.mark.parametrize("data", ["blobs", "digits"])
def test_fifty_augmented_steps_agree_with_the_textbook(
    data: str, options: Options, request: pytest.FixtureRequest
) -> None:
    assert_agreement(request.getfixturevalue(data), "augmented", **options)


@pytest.mark.parametrize("options", [each for each in SINGLE if not {*each} & OF_CRITICS], ids=named)
@pytest.mark.parametrize("data", ["blobs", "digits"])
def test_fifty_supervised_steps_agree_with_the_textbook(
    data: str, options: Options, request: pytest.FixtureRequest
) -> None:
    assert_agreement(request.getfixturevalue(data), "supervised", **options)


@pytest.mark.slow
@pytest.mark.parametrize("options", pairs(BY_TEXTBOOK), ids=named)
def test_every_pair_of_choices_agrees_with_the_textbook(options: Options, blobs: Dataset) -> None:
    assert_agreement(blobs, "augmented", **options)


def test_colour_images_agree_with_the_textbook(random: np.random.Generator) -> None:
    images, labels = random.integers(0, 256, (64, 32, 32, 3), dtype=np.uint8), random.integers(0, 10, 64)
    colour = Dataset("colour", images, labels, images[:8], labels[:8], tuple("0123456789"), "noise", "none")
    assert_agreement(colour, "augmented")


@pytest.mark.parametrize("classes", [2, 100])
@pytest.mark.parametrize("options", [{}, {"bound_reading": "spectral", "biases": True, "loss": "element"}], ids=named)
def test_any_number_of_classes_agrees_with_the_textbook(
    classes: int, options: Options, random: np.random.Generator
) -> None:
    points, labels = random.normal(size=(96, 8)).astype(np.float32), random.integers(0, classes, 96)
    names = tuple(map(str, range(classes)))
    assert_agreement(Dataset("many", points, labels, points, labels, names, "", ""), "augmented", **options)


SLIGHTLY_MORE = {"gradient_penalty_weight": 10.001}


@pytest.mark.parametrize(
    "options", [each for each in [*SINGLE[1:], SLIGHTLY_MORE] if not {*each} & OF_STARTS], ids=named
)
def test_a_choice_that_is_ignored_would_be_noticed(options: Options, blobs: Dataset) -> None:
    found = differences(blobs, settings_with(**options), textbook=settings_with())
    assert max(found.values()) > 1e-9


@pytest.mark.parametrize(("precision", "tolerance"), [("float32", 1e-12), ("bfloat16", 1e-4)])
@pytest.mark.parametrize("tile", [32, 7])
def test_two_threads_in_tiles_agree_with_one_and_give_the_same_bits_again(
    tile: int,
    precision: str,
    tolerance: float,
    blobs: Dataset,
    monkeypatch: pytest.MonkeyPatch,
    set_threads: Callable[[int], None],
) -> None:
    ends = []
    for threads, width in ((1, WIDTH), (2, tile), (2, tile)):
        monkeypatch.setattr(steps_module, "tile_width", lambda *_, width=width: width)
        set_threads(threads)
        ends.append(Start(blobs, settings_with(precision=precision)).train().tensors())
    for name, tensor in ends[0].items():
        assert relative(ends[1][name], tensor) < tolerance
        assert torch.equal(ends[1][name], ends[2][name])


@pytest.mark.parametrize("threads", [1, 2])
def test_what_the_work_space_held_before_does_not_matter(
    threads: int, blobs: Dataset, set_threads: Callable[[int], None]
) -> None:
    set_threads(threads)
    ends = []
    for content in (0.0, float("nan")):
        start = Start(blobs, settings_with(), width=2 * LEAST_NEURONS)
        trainer = Trainer(start.weights, start.settings)
        for space in (trainer.critic_gradient, trainer.signed, *(group.active for group in trainer.groups)):
            space.fill_(content)
        trainer.groups[0].scratch.fill_(content)
        ends.append(start.train(trainer, count=3))
    assert torch.equal(ends[0].hidden, ends[1].hidden)
    assert torch.equal(ends[0].critic_top, ends[1].critic_top)


@pytest.mark.parametrize(
    ("width", "tile", "threads"), [(8192, 512, 2), (70, 32, 1), (70, 7, 2), (70, 70, 4), (5, 8, 2), (99, 16, 3)]
)
def test_groups_hold_every_neuron_once(width: int, tile: int, threads: int) -> None:
    groups = group_tiles(width, min(tile, width), threads)
    held = [neuron for first, tiles, size in groups for neuron in range(first, first + tiles * size)]
    assert held == list(range(width))
    assert all(tiles <= threads and size <= tile for _, tiles, size in groups)


def test_a_tile_fits_the_cache_on_a_cpu_and_is_whole_on_a_gpu() -> None:
    assert tile_width(256, 8192, torch.device("cpu")) == 704
    assert tile_width(256, 8192, torch.device("cuda")) == 8192


def test_the_textbook_penalty_of_a_linear_critic_is_its_slope() -> None:
    # g(y) = a (relu(w y) - relu(-w y)) / sqrt(2) = a w.y / sqrt(2): the slope is known everywhere.
    stream = torch.Generator().manual_seed(1)
    slope, points = (torch.randn(*shape, generator=stream, dtype=torch.float64) for shape in ((10,), (8, 10)))
    critic = Critic(torch.stack([slope, -slope]), torch.tensor([1.0, -1.0], dtype=torch.float64))
    expected = (slope.norm() / 2**0.5 - 1) ** 2
    assert gradient_penalty(critic, points, 1.0).item() == pytest.approx(expected.item(), rel=1e-12)


@pytest.mark.gpu
@pytest.mark.parametrize("options", SINGLE, ids=named)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_gpu_agrees_with_the_cpu(objective: str, options: Options, blobs: Dataset) -> None:
    ends = []
    for device in ("cpu", "cuda"):
        start = Start(blobs, settings_with(objective, **options))
        start.weights = start.weights.to(torch.device(device))
        ends.append(start.train().hidden.cpu())
    assert relative(ends[1], ends[0]) < 1e-9

"""The engine's closed-form steps against the textbook loop with autograd, on the same batches in float64."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pytest
import torch
from textbook import Critic, Generator, gradient_penalty, train_textbook
from torch import Tensor

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.parameters.vocabulary import (
    BOUND_READINGS,
    OBJECTIVES,
    STARTS,
    UPDATE_ORDERS,
)
from pseudo_rd.training.batches import epochs_of_batches
from pseudo_rd.training.closed_form import steps as steps_module
from pseudo_rd.training.closed_form.steps import LEAST, Trainer, group_tiles, tile_width
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.weights import Weights, draw_weights

STEPS, BATCH, WIDTH, SEED = 50, 32, 70, 3
OF_STARTS = {
    "critic_width",
    "generator_start",
    "start_scale",
    "critic_start",
    "biases",
}  # engine and textbook begin from what is drawn
CRITICS = {
    "critic_width",
    "critic_start",
    "bound_reading",
    "gradient_penalty_weight",
    "update_order",
}
# The first of each is the default.
CHOICES: dict[str, tuple[Any, ...]] = {
    "critic_width": (None, 9, 200),
    "generator_start": STARTS,
    "start_scale": (1.0, 0.1),
    "critic_start": STARTS,
    "loss": ("batch", "element", "sum"),  # the paper's; others are held to autograd (test_training_autograd.py)
    "bound_reading": BOUND_READINGS,
    "gradient_penalty_weight": (10.0, 1.0),
    "update_order": UPDATE_ORDERS,
    "biases": (False, True),
}
OTHERS = [(name, option) for name, options in CHOICES.items() for option in options[1:]]
SINGLE: list[dict[str, Any]] = [{}, *({name: option} for name, option in OTHERS)]
PAIRS = [dict(pair) for pair in combinations(OTHERS, 2) if pair[0][0] != pair[1][0]]


def named(choices: dict[str, Any]) -> str:
    return ", ".join(f"{name} {option}" for name, option in choices.items()) or "as printed"


def samples(dataset: Dataset) -> tuple[Tensor, Tensor]:
    targets = torch.nn.functional.one_hot(torch.from_numpy(dataset.y_train), len(dataset.classes)).double()
    return torch.from_numpy(dataset.train_inputs).double(), targets


def some_batches(count: int) -> list[tuple[list[int], Tensor]]:
    epochs = epochs_of_batches(count, BATCH, STEPS, SEED)
    pairs = [(row.tolist(), mix.double()) for rows, mixing in epochs for row, mix in zip(rows, mixing, strict=True)]
    return pairs[:STEPS]


def settings_with(objective: str, **choices: Any) -> Settings:
    return Settings(objective, WIDTH, SEED, batch_size=BATCH, epochs=1, **choices)


def start_of(settings: Settings, inputs: Tensor, outputs: int = 10) -> tuple[Weights, Tensor]:
    """The weights, and the inputs with a constant behind them where there are biases."""
    weights = draw_weights(WIDTH, inputs.shape[1], outputs, SEED, torch.float64, **settings.starts)
    return weights, torch.nn.functional.pad(inputs, (0, int(settings.biases)), value=1)


def networks_of(weights: Weights, settings: Settings) -> tuple[Generator, Critic | None]:
    """The same start as plain modules."""
    size = len(weights.hidden) - int(settings.biases)
    hidden, hidden_bias = weights.hidden[:size].T, weights.hidden[size] if settings.biases else None
    generator = Generator(hidden, weights.top, weights.generator_scale, hidden_bias, weights.top_bias)
    if not settings.adversarial:
        return generator, None
    outputs = len(weights.top)
    biases = (weights.critic_hidden[outputs], torch.full((1,), 0.3, dtype=torch.float64)) if settings.biases else ()
    return generator, Critic(weights.critic_hidden[:outputs].T, weights.critic_top, weights.critic_scale, *biases)


def differences(dataset: Dataset, settings: Settings, textbook: Settings | None = None) -> dict[str, float]:
    """Largest relative difference of the layers after some steps of the engine and of the textbook's loop."""
    samples_of, targets = samples(dataset)
    weights, inputs = start_of(settings, samples_of, targets.shape[1])
    generator, critic = networks_of(weights, settings)
    batches = some_batches(len(inputs))
    names = ("learning_rate", "loss", "bound_reading", "gradient_penalty_weight", "update_order")
    choices = {name: getattr(textbook or settings, name) for name in names}
    train_textbook(generator, critic, samples_of, targets, batches, **choices)
    trainer = Trainer(weights, settings)
    for rows, mixing in batches:
        trainer.step(inputs[rows], targets[rows], mixing)

    size = samples_of.shape[1]
    pairs = {"hidden": (weights.hidden[:size], generator.hidden.T), "top": (weights.top, generator.top)}
    if generator.top_bias is not None:
        pairs["hidden_bias"] = weights.hidden[size], generator.hidden_bias
        pairs["top_bias"] = weights.top_bias, generator.top_bias
    if critic is not None:
        pairs["critic_hidden"] = weights.critic_hidden[: targets.shape[1]], critic.hidden.T
        pairs["critic_top"] = weights.critic_top, critic.top
        if critic.hidden_bias is not None:
            pairs["critic_hidden_bias"] = weights.critic_hidden[-1], critic.hidden_bias
            assert abs(critic.top_bias.item() - 0.3) < 1e-9  # why the engine has none
    return {name: relative(one, other) for name, (one, other) in pairs.items()}


def relative(one: Tensor, other: Tensor) -> float:
    return ((one - other).norm() / other.norm()).item()


def assert_agreement(dataset: Dataset, objective: str, **choices: Any) -> None:
    if choices.get("loss") == "sum":  # with the usual step it runs off to infinity
        choices["learning_rate"] = 1e-4
    found = differences(dataset, settings_with(objective, **choices))
    assert all(difference < 1e-9 for difference in found.values()), found


@pytest.mark.parametrize("choices", SINGLE, ids=named)
@pytest.mark.parametrize("data", ["blobs", "digits"])
def test_fifty_augmented_steps_agree_with_the_textbook(
    data: str, choices: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    assert_agreement(request.getfixturevalue(data), "augmented", **choices)


@pytest.mark.parametrize("choices", [each for each in SINGLE if not {*each} & CRITICS], ids=named)
@pytest.mark.parametrize("data", ["blobs", "digits"])
def test_fifty_supervised_steps_agree_with_the_textbook(
    data: str, choices: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    assert_agreement(request.getfixturevalue(data), "supervised", **choices)


@pytest.mark.slow
@pytest.mark.parametrize("choices", PAIRS, ids=named)
def test_every_pair_of_choices_agrees_with_the_textbook(choices: dict[str, Any], blobs: Dataset) -> None:
    assert_agreement(blobs, "augmented", **choices)


def test_colour_images_agree_with_the_textbook() -> None:
    stream = np.random.default_rng(1)
    images, labels = stream.integers(0, 256, (64, 32, 32, 3), dtype=np.uint8), stream.integers(0, 10, 64)
    colour = Dataset("colour", images, labels, images[:8], labels[:8], tuple("0123456789"), "unit", "noise", "none")
    assert_agreement(colour, "augmented")


@pytest.mark.parametrize("classes", [2, 100])
@pytest.mark.parametrize("choices", [{}, {"bound_reading": "spectral", "biases": True, "loss": "element"}], ids=named)
def test_any_number_of_classes_agrees_with_the_textbook(classes: int, choices: dict[str, Any]) -> None:
    stream = np.random.default_rng(1)
    points, labels = stream.normal(size=(96, 8)).astype(np.float32), stream.integers(0, classes, 96)
    names = tuple(map(str, range(classes)))
    assert_agreement(Dataset("many", points, labels, points, labels, names, "none", "", ""), "augmented", **choices)


@pytest.mark.parametrize("choices", [each for each in SINGLE if each and not {*each} & OF_STARTS], ids=named)
def test_a_choice_that_is_ignored_would_be_noticed(choices: dict[str, Any], blobs: Dataset) -> None:
    found = differences(blobs, settings_with("augmented", **choices), textbook=settings_with("augmented"))
    assert max(found.values()) > 1e-9


def test_a_changed_gradient_would_be_noticed(blobs: Dataset) -> None:
    changed = settings_with("augmented", gradient_penalty_weight=10.001)
    assert differences(blobs, changed, settings_with("augmented"))["hidden"] > 1e-9


def trainer_of(weights: Weights, objective: str = "augmented", **choices: Any) -> Trainer:
    return Trainer(weights, settings_with(objective, **choices))


def test_the_width_of_the_tiles_changes_nothing(blobs: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs, targets = samples(blobs)
    ends = []
    for tile in (WIDTH, 32, 7):  # whole, with a smaller last tile, many
        monkeypatch.setattr(steps_module, "tile_width", lambda *_, tile=tile: tile)
        weights = draw_weights(WIDTH, inputs.shape[1], 10, SEED, torch.float64)
        trainer = trainer_of(weights)
        for rows, mixing in some_batches(len(inputs)):
            trainer.step(inputs[rows], targets[rows], mixing)
        ends.append(weights)
    assert relative(ends[1].hidden, ends[0].hidden) < 1e-12
    assert relative(ends[2].hidden, ends[0].hidden) < 1e-12


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def end_after_some_steps(dataset: Dataset, **more: str) -> Weights:
    inputs, targets = samples(dataset)
    weights = draw_weights(WIDTH, inputs.shape[1], 10, SEED, torch.float64)
    trainer = trainer_of(weights, **more)
    for rows, mixing in some_batches(len(inputs)):
        trainer.step(inputs[rows], targets[rows], mixing)
    return weights


@pytest.mark.parametrize(("precision", "tolerance"), [("float32", 1e-12), ("bfloat16", 1e-4)])
@pytest.mark.parametrize("tile", [32, 7])
def test_two_threads_agree_with_one_and_give_the_same_bits_again(
    tile: int,
    precision: str,
    tolerance: float,
    blobs: Dataset,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.setattr(steps_module, "tile_width", lambda *_: tile)
    alone = end_after_some_steps(blobs, precision=precision)
    request.getfixturevalue("two_threads")
    together, again = (end_after_some_steps(blobs, precision=precision) for _ in range(2))
    for name in ("hidden", "top", "critic_hidden", "critic_top"):
        assert relative(getattr(together, name), getattr(alone, name)) < tolerance
        assert torch.equal(getattr(together, name), getattr(again, name))


@pytest.mark.parametrize("threads", [1, 2])
def test_what_the_work_space_held_before_does_not_matter(threads: int, blobs: Dataset) -> None:
    inputs, targets = samples(blobs)
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    ends = []
    for content in (0.0, float("nan")):
        weights = draw_weights(2 * LEAST, inputs.shape[1], 10, SEED, torch.float64)
        trainer = trainer_of(weights)
        for space in (trainer.critic_gradient, trainer.signed, *(group.active for group in trainer.groups)):
            space.fill_(content)
        trainer.groups[0].scratch.fill_(content)
        for rows, mixing in some_batches(len(inputs))[:3]:
            trainer.step(inputs[rows], targets[rows], mixing)
        ends.append(weights)
    torch.set_num_threads(before)
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
    assert tile_width(256, 100, torch.device("cpu")) == 100
    assert tile_width(256, 8192, torch.device("cuda")) == 8192


def test_the_textbook_penalty_of_a_linear_critic_is_its_slope() -> None:
    # g(y) = a (relu(w y) - relu(-w y)) / sqrt(2) = a w.y / sqrt(2): the slope is known everywhere.
    slope = torch.randn(10, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    critic = Critic(torch.stack([slope, -slope]), torch.tensor([1.0, -1.0], dtype=torch.float64))
    points = torch.randn(8, 10, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    expected = (slope.norm() / 2**0.5 - 1) ** 2
    assert gradient_penalty(critic, points, 1.0).item() == pytest.approx(expected.item(), rel=1e-12)


@pytest.mark.gpu
@pytest.mark.parametrize("choices", SINGLE, ids=named)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_gpu_agrees_with_the_cpu(objective: str, choices: dict[str, Any], blobs: Dataset) -> None:
    samples_of, targets = samples(blobs)
    settings = settings_with(objective, **choices)
    ends = []
    for device in ("cpu", "cuda"):
        weights, inputs = start_of(settings, samples_of)
        weights = weights.to(torch.device(device))
        trainer = Trainer(weights, settings)
        for rows, mixing in some_batches(len(inputs)):
            trainer.step(inputs[rows].to(device), targets[rows].to(device), mixing.to(device))
        ends.append(weights.hidden.cpu())
    assert relative(ends[1], ends[0]) < 1e-9

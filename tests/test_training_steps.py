"""The engine's closed-form steps against the textbook loop with autograd, on the same batches in float64."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.parameters.vocabulary import READINGS
from pseudo_rd.training import steps as steps_module
from pseudo_rd.training.batches import epochs_of_batches
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.steps import LEAST, Trainer, group_tiles, hold_bound, tile_width
from pseudo_rd.training.weights import Weights, draw_weights

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
from textbook import Critic, Generator, gradient_penalty, train_textbook

STEPS, BATCH, WIDTH, SEED = 50, 32, 70, 3
CASES = [("supervised", "penalty"), *(("augmented", reading) for reading in READINGS)]


def samples(dataset: Dataset) -> tuple[Tensor, Tensor]:
    targets = torch.nn.functional.one_hot(torch.from_numpy(dataset.y_train), 10).double()
    return torch.from_numpy(dataset.train_inputs).double(), targets


def some_batches(count: int) -> list[tuple[list[int], Tensor]]:
    epochs = epochs_of_batches(count, BATCH, STEPS, SEED)
    pairs = [(row.tolist(), mix.double()) for rows, mixing in epochs for row, mix in zip(rows, mixing, strict=True)]
    return pairs[:STEPS]


def trainer_of(weights: Weights, objective: str, reading: str, **more: str | float) -> Trainer:
    width = weights.top.shape[1]
    settings = Settings(objective, width, SEED, batch_size=BATCH, epochs=1, reading=reading, **more)
    return Trainer(weights, settings)


def relative(one: Tensor, other: Tensor) -> float:
    return ((one - other).norm() / other.norm()).item()


@pytest.mark.parametrize("shape", ["blobs", "digits", "colour"])
@pytest.mark.parametrize(("objective", "reading"), CASES)
def test_fifty_steps_agree_with_the_textbook(
    objective: str, reading: str, shape: str, request: pytest.FixtureRequest
) -> None:
    if shape == "colour":
        stream = torch.Generator().manual_seed(1)
        inputs = torch.rand(64, 3072, generator=stream, dtype=torch.float64)
        targets = torch.nn.functional.one_hot(torch.randint(0, 10, (64,), generator=stream), 10).double()
    else:
        inputs, targets = samples(request.getfixturevalue(shape))
    weights = draw_weights(WIDTH, inputs.shape[1], 10, SEED, torch.float64)
    generator = Generator(weights.hidden.T, weights.top)
    critic = Critic(weights.critic_hidden.T, weights.critic_top) if objective == "augmented" else None
    batches = some_batches(len(inputs))

    train_textbook(generator, critic, inputs, targets, batches, reading=reading)
    trainer = trainer_of(weights, objective, reading)
    for rows, mixing in batches:
        trainer.step(inputs[rows], targets[rows], mixing)

    assert relative(weights.hidden, generator.hidden.T) < 1e-9
    assert relative(weights.top, generator.top) < 1e-9
    if critic is not None:
        assert relative(weights.critic_hidden, critic.hidden.T) < 1e-9
        assert relative(weights.critic_top, critic.top) < 1e-9


def test_a_changed_gradient_would_be_noticed(blobs: Dataset) -> None:
    inputs, targets = samples(blobs)
    weights = draw_weights(WIDTH, inputs.shape[1], 10, SEED, torch.float64)
    generator = Generator(weights.hidden.T, weights.top)
    critic = Critic(weights.critic_hidden.T, weights.critic_top)
    batches = some_batches(len(inputs))
    train_textbook(generator, critic, inputs, targets, batches)
    trainer = trainer_of(weights, "augmented", "penalty", gradient_penalty_weight=10.001)
    for rows, mixing in batches:
        trainer.step(inputs[rows], targets[rows], mixing)
    assert relative(weights.hidden, generator.hidden.T) > 1e-9


def test_the_width_of_the_tiles_changes_nothing(blobs: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs, targets = samples(blobs)
    ends = []
    for tile in (WIDTH, 32, 7):  # whole, with a smaller last tile, many
        monkeypatch.setattr(steps_module, "tile_width", lambda *_, tile=tile: tile)
        weights = draw_weights(WIDTH, inputs.shape[1], 10, SEED, torch.float64)
        trainer = trainer_of(weights, "augmented", "penalty")
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
    trainer = trainer_of(weights, "augmented", "penalty", **more)
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
        trainer = trainer_of(weights, "augmented", "penalty")
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


@pytest.mark.parametrize("reading", ["penalty", "target"])
def test_a_reading_without_a_bound_on_the_weights_leaves_them(reading: str) -> None:
    critic = torch.ones(10, 3)
    hold_bound(critic, reading, 0.01)
    assert torch.equal(critic, torch.ones(10, 3))


@pytest.mark.gpu
@pytest.mark.parametrize(("objective", "reading"), CASES)
def test_the_gpu_agrees_with_the_cpu(objective: str, reading: str, blobs: Dataset) -> None:
    inputs, targets = samples(blobs)
    ends = []
    for device in ("cpu", "cuda"):
        weights = draw_weights(WIDTH, inputs.shape[1], 10, SEED, torch.float64).to(torch.device(device))
        trainer = trainer_of(weights, objective, reading)
        for rows, mixing in some_batches(len(inputs)):
            trainer.step(inputs[rows].to(device), targets[rows].to(device), mixing.to(device))
        ends.append(weights.hidden.cpu())
    assert relative(ends[1], ends[0]) < 1e-9

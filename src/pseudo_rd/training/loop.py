"""A whole training run: data and settings in, history and snapshots of the weights out."""

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from itertools import islice

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.training.batches import epochs_of_batches
from pseudo_rd.training.checkpoint import Checkpoints, State, fingerprint_of
from pseudo_rd.training.graph import step_on_rows
from pseudo_rd.training.measurements import error_and_accuracy, losses, predict, reaction_and_diffusion
from pseudo_rd.training.span import span_basis
from pseudo_rd.training.steps import Trainer
from pseudo_rd.training.weights import Weights, draw_weights

OUTPUTS = 10  # d_out, in all of the paper's experiments


@dataclass(frozen=True)
class Settings:
    """How one network is trained (Training Details).

    Attributes:
        objective: "supervised" (2) or "augmented" (3).
        width: neurons m of the hidden layer, of generator and critic alike.
        seed: of start, order of samples and mixtures.
        batch_size, epochs: samples per iteration; passes over the data at most.
        convergence_error: stop when the error on the training set is at most this; None: never.
        learning_rate, momentum: of SGD.
        gradient_penalty_weight: of WGAN-GP.
        reading, bound: of "L = 0.01" (docs/readings.md).
        precision: of the two large products, "float32" or "bfloat16" (docs/performance.md).
        records: rows of the history, dense at the start; convergence and finiteness are looked at there.
        snapshot_fractions: of the iterations, ascending, when weights are kept beside start and end.
        snapshot_neurons: the first so many are kept at each snapshot; the end is kept whole.
    """

    objective: str
    width: int
    seed: int
    batch_size: int
    epochs: int
    convergence_error: float | None = None
    learning_rate: float = 0.01
    momentum: float = 0.9
    gradient_penalty_weight: float = 10.0
    reading: str = "penalty"
    bound: float = 0.01
    precision: str = "float32"
    records: int = 200
    snapshot_fractions: tuple[float, ...] = ()
    snapshot_neurons: int = 2048


@dataclass(frozen=True)
class Result:
    """A finished run.

    Attributes:
        history: a row per recorded iteration (docs/files.md).
        snapshots: weights by name as in `runs.Run`.
        ended: "converged" or "epoch limit".
        device: where it ran.
        trained_dimensions: rank of the inputs where the span shortcut was used, else their dimension.
    """

    history: pd.DataFrame
    snapshots: dict[str, np.ndarray]
    ended: str
    device: str
    trained_dimensions: int


class Diverged(RuntimeError):
    """Weights or losses turned NaN or infinite.

    Attributes:
        history: the rows up to and with the first one that is not finite.
    """

    def __init__(self, message: str, history: pd.DataFrame) -> None:
        super().__init__(message)
        self.history = history


def choose_device(name: str) -> torch.device:
    """The device that "auto", "cpu" or "cuda" stands for.

    Raises:
        ValueError: if "cuda" is asked for and not there.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise ValueError(f"training.device = {name}, but PyTorch sees no CUDA device here: use auto or cpu")
    return torch.device(name)


def train(
    dataset: Dataset,
    settings: Settings,
    device: str = "auto",
    dtype: torch.dtype = torch.float32,
    on_record: Callable[[int, int, dict[str, float]], None] | None = None,
    checkpoints: Checkpoints | None = None,
) -> Result:
    """Train one network.

    Args:
        dataset: training and test samples with labels 0 .. 9.
        settings: what to train and how.
        device: "auto", "cpu" or "cuda".
        dtype: of all arithmetic.
        on_record: called as (iteration, iterations, row) at each recorded row.
        checkpoints: where the run leaves its state at recorded rows, and goes on from if it was killed: on a CPU it
            then ends bit by bit as if it had not been. The file stays until `Checkpoints.remove`.

    Raises:
        Diverged: when something turns non-finite; it carries the history.
        ValueError: if a setting cannot work with these data or this machine.
    """
    if settings.objective not in OBJECTIVES:
        raise ValueError(f"objective = {settings.objective!r} is not one of {', '.join(OBJECTIVES)}")
    if settings.batch_size > len(dataset.x_train):
        raise ValueError(
            f"batch_size = {settings.batch_size} is more than the {len(dataset.x_train)} training samples of "
            f"{dataset.name}: make it smaller"
        )
    began = time.perf_counter()
    place = choose_device(device)
    adversarial = settings.objective == "augmented"
    train_inputs, test_inputs = (
        torch.from_numpy(samples).to(dtype) for samples in (dataset.train_inputs, dataset.test_inputs)
    )
    train_targets, test_targets = (
        torch.nn.functional.one_hot(torch.from_numpy(labels), OUTPUTS).to(place, dtype)
        for labels in (dataset.y_train, dataset.y_test)
    )
    full = draw_weights(settings.width, train_inputs.shape[1], OUTPUTS, settings.seed, dtype)
    basis = span_basis(torch.cat([train_inputs, test_inputs]))
    weights = full.clone()
    if basis is not None:
        basis = basis.to(dtype)
        train_inputs, test_inputs = train_inputs @ basis.T, test_inputs @ basis.T
        weights.hidden = basis @ full.hidden
    fingerprint = fingerprint_of(asdict(settings), dataset.checksum, weights, place) if checkpoints else {}
    train_inputs, test_inputs, weights = train_inputs.to(place), test_inputs.to(place), weights.to(place)
    start = weights.clone()

    trainer = Trainer(
        weights,
        adversarial=adversarial,
        batch_size=settings.batch_size,
        learning_rate=settings.learning_rate,
        momentum=settings.momentum,
        gradient_penalty_weight=settings.gradient_penalty_weight,
        reading=settings.reading,
        bound=settings.bound,
        precision=settings.precision,
    )
    batches_per_epoch = len(train_inputs) // settings.batch_size
    iterations = batches_per_epoch * settings.epochs
    recorded = set(record_iterations(iterations, settings.records))
    kept = {0, *(round(fraction * iterations) for fraction in settings.snapshot_fractions)}
    history: list[dict[str, float]] = []
    snapshots: dict[str, np.ndarray] = {}

    def measure(iteration: int) -> dict[str, float]:
        probe = slice(settings.batch_size)
        predictions = predict(weights, train_inputs)
        train_error, train_accuracy = error_and_accuracy(predictions, train_targets)
        test_error, test_accuracy = error_and_accuracy(predict(weights, test_inputs), test_targets)
        return {
            "iteration": iteration,
            "epoch": iteration / batches_per_epoch,
            "distance_hidden": (weights.hidden - start.hidden).norm().item(),
            "distance_top": (weights.top - start.top).norm().item(),
            "train_error": train_error,
            "test_error": test_error,
            "train_accuracy": train_accuracy,
            "test_accuracy": test_accuracy,
            **reaction_and_diffusion(weights, train_inputs[probe], train_targets[probe], adversarial),
            **losses(
                weights,
                predictions[probe],
                train_targets[probe],
                adversarial,
                trainer.slope_target,
                settings.gradient_penalty_weight,
            ),
            "seconds": time.perf_counter() - began,
        }

    def keep(iteration: int) -> None:
        first = slice(settings.snapshot_neurons)
        snapshots[f"hidden_{iteration}"] = whole_hidden(full, weights, basis)[first]
        snapshots[f"top_{iteration}"] = neuron_rows(weights.top)[first]

    def record(iteration: int) -> bool:
        """Add a row; True if the run has converged."""
        row = measure(iteration)
        history.append(row)
        if on_record:
            on_record(iteration, iterations, row)
        measured = ("train_error", "distance_hidden", "distance_top", "reaction_hidden", "diffusion_hidden")
        broken = [name for name in measured if not math.isfinite(row[name])]
        if broken:
            raise Diverged(
                f"{', '.join(broken)} turned non-finite by iteration {iteration} of {iterations} "
                f"(learning_rate = {settings.learning_rate}): try a smaller training.learning_rate",
                pd.DataFrame(history),
            )
        if checkpoints:
            checkpoints.offer(fingerprint, State(iteration, history, snapshots, trainer.weights, trainer.velocity))
        return has_converged(row)

    def has_converged(row: dict[str, float]) -> bool:
        return settings.convergence_error is not None and row["train_error"] <= settings.convergence_error

    state = checkpoints.load(fingerprint) if checkpoints else None
    if state is None:
        iteration = 0
        keep(0)
        converged = record(0)
    else:
        iteration, history, snapshots = state.iteration, state.history, state.snapshots
        for item in fields(Weights):
            getattr(trainer.weights, item.name).copy_(getattr(state.weights, item.name))
            getattr(trainer.velocity, item.name).copy_(getattr(state.velocity, item.name))
        began -= history[-1]["seconds"]
        converged = has_converged(history[-1])
    step = step_on_rows(trainer, train_inputs, train_targets)
    epochs = epochs_of_batches(len(train_inputs), settings.batch_size, settings.epochs, settings.seed)
    # A resumed run draws the epochs behind it and throws them away: the random streams are then where they were.
    for rows, mixing in islice(epochs, iteration // batches_per_epoch, None):
        if converged:
            break
        done = iteration % batches_per_epoch
        rows, mixing = rows[done:].to(place), mixing[done:].to(place, dtype)
        for batch, mixture in zip(rows, mixing, strict=True):
            step(batch, mixture)
            iteration += 1
            if iteration in kept:
                keep(iteration)
            if iteration in recorded and (converged := record(iteration)):
                break
    keep(iteration)
    snapshots["hidden_end"] = whole_hidden(full, weights, basis)
    snapshots["top_end"] = neuron_rows(weights.top)
    return Result(
        history=pd.DataFrame(history),
        snapshots=snapshots,
        ended="converged" if converged else "epoch limit",
        device=str(place) if place.type == "cpu" else torch.cuda.get_device_name(place),
        trained_dimensions=train_inputs.shape[1],
    )


def record_iterations(iterations: int, records: int) -> list[int]:
    """When to record: half of the rows spaced geometrically from 1, half evenly, the start and the last always."""
    even = np.linspace(0, iterations, max(2, records // 2))
    geometric = np.geomspace(1, max(1, iterations), max(2, records - records // 2))
    return sorted({round(value) for value in np.concatenate([even, geometric])})


def whole_hidden(full: Weights, weights: Weights, basis: Tensor | None) -> np.ndarray:
    """U, (neurons, inputs): U(t) = U(0) + (S(t) - S(0)) Q where the span shortcut was used."""
    hidden = weights.hidden.cpu()
    return neuron_rows(hidden if basis is None else full.hidden + basis.T @ (hidden - basis @ full.hidden))


def neuron_rows(weights: Tensor) -> np.ndarray:
    """A copy with a row per neuron, float32."""
    return np.ascontiguousarray(weights.T.cpu().numpy(), dtype=np.float32).copy()

"""What a run leaves while it goes: rows of its history, snapshots of its weights, checkpoints; and how it ended."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from pseudo_rd.training.checkpoint import Checkpoints, State, fingerprint_of
from pseudo_rd.training.engine import Learner
from pseudo_rd.training.measurements import has_died, measure
from pseudo_rd.training.settings import Settings

OnRecord = Callable[[int, int, dict[str, float]], None]


@dataclass(frozen=True)
class Result:
    """A finished run.

    Attributes:
        history: a row per recorded iteration (docs/files.md).
        snapshots: weights by name as in `results.runs.Run`.
        ended: "converged", "epoch limit", "died" (nearly all test samples have the same outputs) or "diverged".
        device: where it ran.
        trained_dimensions: rank of the inputs where the span shortcut was used, else how many of them are not 0 in all
            samples (`samples.nonzero_inputs`), with biases the constant as well.
        engine: what trained it: "closed form" or "autograd".
    """

    history: pd.DataFrame
    snapshots: dict[str, np.ndarray]
    ended: str
    device: str
    trained_dimensions: int
    engine: str


class Diverged(RuntimeError):
    """Weights or losses turned NaN or infinite.

    Attributes:
        result: of the run so far, its history up to and with the first row that is not finite.
    """

    def __init__(self, message: str, result: Result) -> None:
        super().__init__(message)
        self.result = result


@dataclass
class Recorder:
    """Rows, snapshots and checkpoints of one run.

    Attributes:
        learner: what is measured.
        settings: of the run.
        start_time: of the run, by `time.perf_counter`.
        tensors: all that later steps depend on, by name; they go into checkpoints.
        on_record: called as (iteration, iterations, row) at each row.
        checkpoints: where the state is written at rows, and read at the start; None: nowhere.
    """

    learner: Learner
    settings: Settings
    start_time: float
    tensors: Mapping[str, Tensor] = field(default_factory=dict)
    on_record: OnRecord | None = None
    checkpoints: Checkpoints | None = None

    def __post_init__(self) -> None:
        samples = self.learner.samples
        self._fingerprint = fingerprint_of(self.settings, samples, self.tensors) if self.checkpoints else {}
        self._batches_per_epoch = len(samples.train_inputs) // self.settings.batch_size
        self._iterations = self._batches_per_epoch * self.settings.epochs
        self._row_iterations = set(record_iterations(self._iterations, self.settings.records))
        self._snapshot_iterations = {0, *(round(part * self._iterations) for part in self.settings.snapshot_fractions)}
        self._history: list[dict[str, float]] = []
        self._snapshots: dict[str, np.ndarray] = {}

    @property
    def converged(self) -> bool:
        """Whether the last row's error is small enough to stop."""
        limit = self.settings.convergence_error
        return limit is not None and self._history[-1]["train_error"] <= limit

    def begin(self) -> int:
        """Record the start, or take up the state of a checkpoint.

        Returns:
            The iteration to start or resume from.
        """
        state = self.checkpoints.load(self._fingerprint) if self.checkpoints else None
        if state is None:
            self.visit(0)
            return 0
        self._history, self._snapshots = state.history, state.snapshots
        for name, tensor in self.tensors.items():
            tensor.copy_(state.tensors[name])
        self.start_time -= self._history[-1]["seconds"]
        return state.iteration

    def visit(self, iteration: int) -> None:
        """Take the snapshot and record the row that are due after an iteration.

        Raises:
            Diverged: if the row is not finite.
        """
        if iteration in self._snapshot_iterations:
            self._take_snapshot(iteration)
        if iteration in self._row_iterations:
            self._record(iteration)

    def finish(self, iteration: int) -> Result:
        """The run's result after its last iteration."""
        self._take_snapshot(iteration)
        self._snapshots |= {f"{name}_end": array for name, array in self.learner.rows().items()}
        if self.converged:
            return self._result("converged")
        died = has_died(self.learner.predict(self.learner.samples.test_inputs))
        return self._result("died" if died else "epoch limit")

    def _result(self, ended: str) -> Result:
        inputs = self.learner.samples.train_inputs
        return Result(
            history=pd.DataFrame(self._history),
            snapshots=self._snapshots,
            ended=ended,
            device=torch.cuda.get_device_name(inputs.device) if inputs.is_cuda else str(inputs.device),
            trained_dimensions=inputs.shape[1],
            engine=self.learner.engine,
        )

    def _take_snapshot(self, iteration: int) -> None:
        rows = self.learner.rows(self.settings.snapshot_neurons)
        self._snapshots |= {f"{layer}_{iteration}": rows[layer] for layer in self.learner.layers}

    def _record(self, iteration: int) -> None:
        row = {
            "iteration": iteration,
            "epoch": iteration / self._batches_per_epoch,
            **measure(self.learner, self.settings),
            "seconds": time.perf_counter() - self.start_time,
        }
        self._history.append(row)
        if self.on_record:
            self.on_record(iteration, self._iterations, row)
        self._check_finite(row)
        if self.checkpoints:
            state = State(iteration, self._history, self._snapshots, {**self.tensors})
            self.checkpoints.offer(self._fingerprint, state)

    def _check_finite(self, row: dict[str, float]) -> None:
        first_layer = self.learner.layers[0]
        distances = (f"distance_{layer}" for layer in self.learner.layers)
        columns = ("train_error", *distances, f"reaction_{first_layer}", f"diffusion_{first_layer}")
        non_finite = [name for name in columns if not math.isfinite(row[name])]
        if non_finite:
            raise Diverged(
                f"{', '.join(non_finite)} became NaN or infinite by iteration {row['iteration']} of {self._iterations} "
                f"(learning_rate = {self.settings.learning_rate}): lower training.learning_rate",
                self._result("diverged"),
            )


def record_iterations(iterations: int, records: int) -> list[int]:
    """When to record: half of the rows spaced geometrically from 1, half evenly, the start and the last always."""
    even = np.linspace(0, iterations, max(2, records // 2))
    geometric = np.geomspace(1, max(1, iterations), max(2, records - records // 2))
    return sorted({round(value) for value in np.concatenate([even, geometric])})

"""How one network is trained: by hand, or as params.yaml says it. Imports no PyTorch: Snakemake's rules read it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pseudo_rd.parameters.vocabulary import OBJECTIVES, PRECISIONS, READINGS

if TYPE_CHECKING:  # the benchmarks run where Pydantic is not installed
    from pseudo_rd.parameters.schema import Parameters, TrainingParameters


@dataclass(frozen=True)
class Settings:
    """How one network is trained (Training Details).

    Attributes:
        objective: "supervised" (2) or "augmented" (3).
        width: neurons m of the hidden layer, of generator and critic alike.
        seed: of start, order of samples and mixtures.
        batch_size, epochs: samples per iteration; passes over the data at most.
        convergence_error: stop when the error on the training set is at most this; None: never.
        learning_rate, momentum: of SGD, for generator and critic alike.
        gradient_penalty_weight: in front of mean (||grad g|| - 1)^2 (WGAN-GP).
        reading, bound: of "L = 0.01" (docs/readings.md).
        precision: of the two large products, U x and its gradient: "float32" (that of the weights) or "bfloat16"
            (factors and result rounded to 8 bits; weights, momenta and all else stay as they are).
        records: rows of the history, dense at the start; convergence and finiteness are looked at there.
        snapshot_fractions: of the iterations, ascending, when weights are kept beside start and end.
        snapshot_neurons: the first so many are kept at each snapshot; the end is kept whole.

    Raises:
        ValueError: if a choice is not one of its options.
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

    def __post_init__(self) -> None:
        for name, options in (("objective", OBJECTIVES), ("reading", READINGS), ("precision", PRECISIONS)):
            if (chosen := getattr(self, name)) not in options:
                raise ValueError(f"{name} = {chosen!r} is not one of {', '.join(options)}")

    @property
    def adversarial(self) -> bool:
        """Whether there is a critic."""
        return self.objective == "augmented"

    @property
    def slope_target(self) -> float:
        """The norm that the penalty pulls the critic's gradient to."""
        return self.bound if self.reading == "target" else 1.0


def settings_of(
    parameters: Parameters, dataset: str, objective: str, width: int, seed: int, **changes: Any
) -> Settings:
    """Settings of one run out of resolved parameters.

    Args:
        parameters: params.yaml with a preset applied.
        dataset: its key in `datasets`.
        objective, width, seed: of the run.
        changes: fields of `Settings` that this run has otherwise.
    """
    data, snapshots = parameters.datasets[dataset], parameters.snapshots
    settings = Settings(
        objective,
        width,
        seed,
        batch_size=data.batch_size,
        epochs=data.epochs,
        convergence_error=data.convergence_error,
        snapshot_fractions=snapshots.fractions,
        snapshot_neurons=snapshots.neurons,
        **method_of(parameters.training),
    )
    return replace(settings, **changes)


def method_of(training: TrainingParameters) -> dict[str, Any]:
    """The section `training` as fields of `Settings`: all but what says where a job runs."""
    return training.model_dump(exclude={"device", "threads"})

"""How one network is trained: its settings, given or out of params.yaml. Imports no PyTorch: Snakemake reads it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from pseudo_rd.parameters.vocabulary import (
    OBJECTIVES,
    Adversary,
    BoundReading,
    CriticOptimizer,
    Loss,
    Precision,
    Scaling,
    Start,
    UpdateOrder,
)

if TYPE_CHECKING:  # nothing else here needs Pydantic
    from pseudo_rd.parameters.schema import Parameters


@dataclass(frozen=True)
class Settings:
    """How one network is trained (Training Details).

    Fields that are keys of `training`, `datasets` or `snapshots` are described there (docs/parameters.md), options of a
    choice in docs/readings.md.

    Attributes:
        objective: "supervised" (2) or "augmented" (3).
        width: neurons m of the generator's hidden layer.
        seed: of start, order of samples and mixtures.
        bound_reading: "clip", "spectral" and "frobenius" hold W, without its biases, after each of its updates.
        records: rows of the history; convergence and finiteness are looked at there.
        snapshot_fractions: ascending.

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
    critic_width: int | None = None
    generator_start: Start = "normal"
    start_scale: float = 1.0
    critic_start: Start = "normal"
    loss: Loss = "batch"
    bound_reading: BoundReading = "penalty"
    bound: float = 0.01
    critic_optimizer: CriticOptimizer = "sgd"
    critic_adam_learning_rate: float = 1e-4
    critic_adam_betas: tuple[float, float] = (0.5, 0.9)
    update_order: UpdateOrder = "critic-first"
    biases: bool = False
    pixels: Scaling = "unit"
    precision: Precision = "float32"
    records: int = 200
    snapshot_fractions: tuple[float, ...] = ()
    snapshot_neurons: int = 2048
    network: str = "paper"
    depth: int = 1
    critic_depth: int = 1
    adversary: Adversary = "wgan-gp"

    def __post_init__(self) -> None:
        for name, options in OPTIONS.items():
            if (option := getattr(self, name)) not in options:
                raise ValueError(f"{name} = {option!r} is not one of {', '.join(options)}")
        for name in ("critic_adam_betas", "snapshot_fractions"):  # lists where Snakemake hands them over
            object.__setattr__(self, name, tuple(getattr(self, name)))

    @property
    def adversarial(self) -> bool:
        """Whether there is a critic."""
        return self.objective == "augmented"

    @property
    def starts(self) -> dict[str, Any]:
        """Keywords of `draw_weights`: how the networks start."""
        names = ("critic_width", "generator_start", "start_scale", "critic_start", "biases")
        return {name: getattr(self, name) for name in names}

    @property
    def slope_target(self) -> float:
        """The norm that the penalty pulls the critic's gradient to."""
        return self.bound if self.bound_reading == "target" else 1.0

    @property
    def penalty_weight(self) -> float:
        """The gradient penalty's weight as it is used."""
        return self.bound if self.bound_reading == "weight" else self.gradient_penalty_weight


OPTIONS = {"objective": OBJECTIVES} | {
    name: get_args(hint) for name, hint in get_type_hints(Settings).items() if get_origin(hint) is Literal
}


def start_deviation(generator_start: str, fan_in: int, fan_out: int) -> float:
    """Standard deviation of a layer's weights as the generator draws them, before `start_scale`."""
    if generator_start == "normal":
        return 1.0
    variance = 2 / (fan_in + fan_out) if generator_start == "xavier" else 1 / (3 * fan_in)
    return variance**0.5


def settings_of(
    parameters: Parameters, dataset: str, objective: str, width: int, seed: int, **changes: Any
) -> Settings:
    """Settings of one run out of resolved parameters.

    Args:
        parameters: params.yaml with a preset applied.
        dataset: its key in `datasets`.
        objective, width, seed: of the run.
        changes: fields of `Settings` to replace.
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
        **parameters.training.model_dump(exclude={"device", "threads"}),  # these say where a job runs
    )
    return replace(settings, **changes)

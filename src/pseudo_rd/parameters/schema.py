"""params.yaml, typed: every key and what is allowed."""

from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    model_validator,
)

from pseudo_rd.parameters.vocabulary import (
    NAME_PATTERN,
    PRECISIONS,
    SCALINGS,
    SOURCES,
    BoundReading,
    CriticOptimizer,
    CriticStart,
    GeneratorStart,
    Loss,
    UpdateOrder,
)

Name = Annotated[str, Field(pattern=NAME_PATTERN)]
Count = Annotated[PositiveInt, Field(lt=2**31)]
Seed = Annotated[NonNegativeInt, Field(lt=2**32)]  # what NumPy takes
Counts = Annotated[tuple[Count, ...], Field(min_length=1, strict=False)]  # lists of YAML are no tuples
Seeds = Annotated[tuple[Seed, ...], Field(min_length=1, strict=False)]
Fraction = Annotated[float, Field(ge=0, lt=1)]


class Section(BaseModel):
    # Strict: true is no number.
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, strict=True)


class DatasetParameters(Section):
    source: Literal[SOURCES]
    inputs: Annotated[Count, Field(ge=2)] | None = None
    train_samples: Count | None = None
    test_samples: Count | None = None
    blob_seed: Seed | None = None
    scaling: Literal[SCALINGS] | None = None
    batch_size: Count
    epochs: Count
    convergence_error: PositiveFloat | None = None

    @model_validator(mode="after")
    def _keys_of_the_source(self) -> "DatasetParameters":
        blobs, images = {"inputs", "train_samples", "test_samples", "blob_seed"}, {"scaling"}
        needed = blobs if self.source == "blobs" else images
        ignored = images if self.source == "blobs" else {"inputs", "blob_seed"}
        missing = sorted(name for name in needed if getattr(self, name) is None)
        if missing:
            raise ValueError(f"source {self.source} needs {', '.join(missing)}")
        unread = sorted(name for name in ignored if getattr(self, name) is not None)
        if unread:
            raise ValueError(f"source {self.source} does not read {', '.join(unread)}: remove it or set it to null")
        return self


class TrainingParameters(Section):
    learning_rate: PositiveFloat
    momentum: Fraction
    gradient_penalty_weight: NonNegativeFloat
    generator_start: GeneratorStart = Field(
        description="How the generator starts. `normal`: as printed, N(0, 1) and factors; `framework`: as `nn.Linear` "
        "draws, no factor; `framework-scaled`: the same draw with the printed factors; `xavier`: Glorot's normal, no "
        "factor ([readings](readings.md))."
    )
    start_scale: PositiveFloat = Field(description="Multiplies the generator's start.")
    critic_start: CriticStart = Field(
        description="How the critic starts. `normal`: as printed, N(0, 1), signs and a factor; `generator`: as the "
        "generator does."
    )
    loss: Loss = Field(
        description="Of the generator. `batch`: half the squared error summed over outputs, mean over the batch; "
        "`element`: the mean over all elements, as PyTorch's `MSELoss`; `sum`: summed over outputs and batch."
    )
    bound_reading: BoundReading = Field(
        description='What "we set L = 0.01" means: `penalty`, `clip`, `spectral`, `frobenius`, `target`, `weight` '
        "([readings](readings.md))."
    )
    bound: PositiveFloat = Field(description="L, the critic's bound. `penalty` does not read it.")
    critic_optimizer: CriticOptimizer = Field(
        description="Of the critic. `sgd`: as the generator's; `adam`: WGAN-GP's, with the two keys below."
    )
    critic_adam_learning_rate: PositiveFloat = Field(description="Step size of the critic's Adam.")
    critic_adam_betas: Annotated[tuple[Fraction, Fraction], Field(strict=False)] = Field(
        description="How much of the mean gradient and of the mean square each step of Adam keeps."
    )
    update_order: UpdateOrder = Field(description="Who moves first in an iteration: `critic-first`, `generator-first`.")
    biases: bool = Field(description="Whether the layers of generator and critic have biases.")
    precision: Literal[PRECISIONS]
    records: Annotated[Count, Field(ge=4)]
    device: Literal["auto", "cpu", "cuda"]
    threads: Count


class Experiment(Section):
    dataset: Name
    widths: Counts
    seeds: Seeds


class SnapshotParameters(Section):
    neurons: Count
    fractions: Annotated[tuple[Fraction, ...], Field(strict=False)]


class ClusteringParameters(Section):
    space: Literal["map", "components"]
    preference: float | None
    damping: Annotated[float, Field(ge=0.5, lt=1)]
    iterations: Count


class PatternParameters(Section):
    principal_components: Annotated[Count, Field(ge=2)]
    perplexity: PositiveFloat
    iterations: Annotated[Count, Field(ge=250)]
    clustering: ClusteringParameters


class FitParameters(Section):
    early_iterations: Count


class InteractionParameters(Section):
    edges: Count


class FeatureParameters(Section):
    radius: PositiveFloat
    step: PositiveFloat
    iterations: Count
    input_seed: Seed


class TuringConstants(Section):
    a: float
    b: float
    c: float
    d: float
    h: float
    k: float
    diffusion_u: NonNegativeFloat
    diffusion_v: NonNegativeFloat


class GridParameters(Section):
    grid: Annotated[Count, Field(ge=8)]
    spacing: PositiveFloat
    time_step: PositiveFloat
    times: Annotated[tuple[NonNegativeFloat, ...], Field(min_length=2, strict=False)]

    @model_validator(mode="after")
    def _times_ascend(self) -> "GridParameters":
        if any(later <= earlier for earlier, later in zip(self.times, self.times[1:], strict=False)):
            raise ValueError("times must ascend")
        return self


class TuringParameters(GridParameters):
    perturbation: PositiveFloat
    seed: Seed
    constants: dict[Name, TuringConstants]


class GrayScottPair(Section):
    feed_rate: PositiveFloat
    kill_rate: PositiveFloat


class GrayScottParameters(GridParameters):
    patch: Count
    perturbation: Fraction
    seed: Seed
    diffusion_u: NonNegativeFloat
    diffusion_v: NonNegativeFloat
    pairs: dict[Name, GrayScottPair]


class TuringFilm(Section):
    constants: Name
    interval: PositiveFloat


class GrayScottFilm(Section):
    pair: Name
    interval: PositiveFloat


class NeuronsFilm(Section):
    dataset: Name
    width: Count
    seed: Seed
    epochs: Count
    first_iterations: Annotated[Count, Field(ge=250)]
    iterations: Annotated[Count, Field(ge=250)]


class MovingParameters(Section):
    frames_per_second: Annotated[Count, Field(le=50)]  # a GIF counts in hundredths of a second
    pause: NonNegativeInt
    turing: TuringFilm
    gray_scott: GrayScottFilm
    neurons: NeuronsFilm


class TheoryParameters(Section):
    samples: Annotated[Count, Field(ge=2)]
    inputs: Annotated[Count, Field(ge=2)]
    data_seed: Seed
    widths: Counts
    seeds: Seeds
    bound: PositiveFloat
    delta: Annotated[float, Field(gt=0, lt=1)]
    step: PositiveFloat
    end: PositiveFloat
    records: Annotated[Count, Field(ge=2)]


class ReadingsParameters(Section):
    dataset: Name
    width: Count
    seeds: Seeds


class CriterionParameters(Section):
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _can_fail(self) -> "CriterionParameters":
        if self.at_least is None and self.at_most is None:
            raise ValueError("a criterion without at_least and at_most cannot fail: give one of them")
        return self


class ClaimsParameters(Section):
    leaving_share: PositiveFloat
    criteria: dict[str, CriterionParameters]


class Parameters(Section):
    """params.yaml with one preset applied."""

    preset: Name
    datasets: dict[Name, DatasetParameters]
    training: TrainingParameters
    experiments: dict[Name, Experiment]
    snapshots: SnapshotParameters
    patterns: PatternParameters
    fits: FitParameters
    interaction: InteractionParameters
    features: FeatureParameters
    turing: TuringParameters
    gray_scott: GrayScottParameters
    moving: MovingParameters
    theory: TheoryParameters
    readings: ReadingsParameters
    claims: ClaimsParameters

    @model_validator(mode="after")
    def _names_are_known(self) -> "Parameters":
        chosen = [
            ("readings.dataset", self.readings.dataset, "datasets", self.datasets),
            ("moving.neurons.dataset", self.moving.neurons.dataset, "datasets", self.datasets),
            ("moving.turing.constants", self.moving.turing.constants, "turing.constants", self.turing.constants),
            ("moving.gray_scott.pair", self.moving.gray_scott.pair, "gray_scott.pairs", self.gray_scott.pairs),
        ]
        for name, experiment in self.experiments.items():
            chosen.append((f"experiments.{name}.dataset", experiment.dataset, "datasets", self.datasets))
        for key, value, section, known in chosen:
            if value not in known:
                raise ValueError(f"{key} = {value!r} is not in {section} ({', '.join(sorted(known))})")
        return self

    @model_validator(mode="after")
    def _films_keep_to_the_simulations(self) -> "Parameters":
        for name, system in (("turing", self.turing), ("gray_scott", self.gray_scott)):
            interval, end = getattr(self.moving, name).interval, system.times[-1]
            if interval < system.time_step or interval > end:
                raise ValueError(
                    f"moving.{name}.interval = {interval} must lie between {name}.time_step = {system.time_step} and "
                    f"the last of {name}.times, {end}"
                )
        return self

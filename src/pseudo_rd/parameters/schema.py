"""params.yaml, typed: every key, its meaning, its unit and what is allowed.

docs/parameters.md and params.schema.json are made from it (`document.py`).
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    ValidationError,
    model_validator,
)
from pydantic.config import JsonDict

from pseudo_rd.parameters.vocabulary import (
    NAME_PATTERN,
    OBJECTIVES,
    BoundReading,
    CriticOptimizer,
    CriticStart,
    GeneratorStart,
    Loss,
    Precision,
    Scaling,
    Source,
    Standing,
    UpdateOrder,
)

Name = Annotated[str, Field(pattern=NAME_PATTERN)]
Count = Annotated[PositiveInt, Field(lt=2**31)]
Seed = Annotated[NonNegativeInt, Field(lt=2**32)]  # what NumPy takes
Counts = Annotated[tuple[Count, ...], Field(min_length=1, strict=False)]  # lists of YAML are no tuples
Seeds = Annotated[tuple[Seed, ...], Field(min_length=1, strict=False)]
OptionValue = StrictBool | StrictInt | StrictFloat | StrictStr
Options = Annotated[tuple[OptionValue, ...], Field(min_length=1, strict=False)]
Choice = Annotated[str, Field(pattern="^[a-z_]+$")]  # a key of `training`
Fraction = Annotated[float, Field(ge=0, lt=1)]


def key(meaning: str, unit: str = "", default: Any = ...) -> Any:
    """A key's meaning and unit, which the documents tell; with `default=None` it may be left out."""
    told: JsonDict = {"unit": unit} if unit else {}
    return Field(default, description=meaning, json_schema_extra=told)


def among(option: OptionValue, options: Sequence[OptionValue]) -> bool:
    """Whether it is one of them; true is not 1."""
    return any(option == each and isinstance(option, bool) == isinstance(each, bool) for each in options)


class Section(BaseModel):
    # Strict: true is no number.
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, strict=True)


class DatasetParameters(Section):
    source: Source = key(
        "Where the samples come from. `blobs`: made here; `complete`: `data/raw/<name>.npz` or torchvision's download; "
        "`embedded`: a small sample that ships with the package; `file`: your own `data/raw/<name>.npz`."
    )
    inputs: Annotated[Count, Field(ge=2)] | None = key("Length of a sample, d_in. Of blobs alone.", default=None)
    train_samples: Count | None = key("How many to train on. Of images the first so many; left out: all.", default=None)
    test_samples: Count | None = key("How many to test on, likewise.", default=None)
    blob_seed: Seed | None = key("Seed of the blobs.", default=None)
    batch_size: Count = key("Size of a batch; an incomplete one is dropped.", "samples")
    epochs: Count = key("Longest training.", "epochs")
    convergence_error: PositiveFloat | None = key(
        "Training stops when the error on the training set is this small: half the squared error, averaged over "
        "samples and outputs. Left out: never.",
        default=None,
    )

    @model_validator(mode="after")
    def _keys_of_the_source(self) -> "DatasetParameters":
        needed = {"inputs", "train_samples", "test_samples", "blob_seed"} if self.source == "blobs" else set()
        ignored = set() if self.source == "blobs" else {"inputs", "blob_seed"}
        missing = sorted(name for name in needed if getattr(self, name) is None)
        if missing:
            raise ValueError(f"source {self.source} needs {', '.join(missing)}")
        unread = sorted(name for name in ignored if getattr(self, name) is not None)
        if unread:
            raise ValueError(f"source {self.source} does not read {', '.join(unread)}: remove it or set it to null")
        return self


class TrainingParameters(Section):
    learning_rate: PositiveFloat = key("Step size of SGD, for generator and critic alike.")
    momentum: Fraction = key("Momentum of SGD, for both.")
    gradient_penalty_weight: NonNegativeFloat = key("Weight of WGAN-GP's gradient penalty in the critic's loss.")
    generator_start: GeneratorStart = key(
        "How the generator starts. `normal`: as printed, N(0, 1) and factors; `framework`: as `nn.Linear` "
        "draws, no factor; `framework-scaled`: the same draw with the printed factors; `xavier`: Glorot's normal, no "
        "factor ([readings](readings.md))."
    )
    start_scale: PositiveFloat = key("Multiplies the start of the generator's hidden layer, biases included.")
    critic_start: CriticStart = key(
        "How the critic starts. `normal`: as printed, N(0, 1), signs and a factor; `generator`: as the generator does."
    )
    loss: Loss = key(
        "Of the generator. `batch`: half the squared error summed over outputs, mean over the batch; "
        "`element`: the mean over all elements, as PyTorch's `MSELoss`; `sum`: summed over outputs and batch."
    )
    bound_reading: BoundReading = key(
        'What "we set L = 0.01" means: `penalty`, `clip`, `spectral`, `frobenius`, `target`, `weight` '
        "([readings](readings.md))."
    )
    bound: PositiveFloat = key("L, the critic's bound. `penalty` does not read it.")
    critic_optimizer: CriticOptimizer = key(
        "Of the critic. `sgd`: as the generator's; `adam`: WGAN-GP's, with the two keys below."
    )
    critic_adam_learning_rate: PositiveFloat = key("Step size of the critic's Adam.")
    critic_adam_betas: Annotated[tuple[Fraction, Fraction], Field(strict=False)] = key(
        "How much of the mean gradient and of the mean square each step of Adam keeps."
    )
    update_order: UpdateOrder = key("Who moves first in an iteration: `critic-first`, `generator-first`.")
    biases: bool = key("Whether the layers of generator and critic have biases.")
    pixels: Scaling = key(
        "What becomes of the pixels of images. `unit`: in [0, 1]; `symmetric`: in [-1, 1]; `standard`: mean 0 and "
        "deviation 1 (for MNIST by its published 0.1307 and 0.3081)."
    )
    precision: Precision = key(
        "Of the two large products: `float32`; `bfloat16` rounds their factors ([performance](performance.md))."
    )
    records: Annotated[Count, Field(ge=4)] = key("Rows of a run's history, dense at the start.", "rows")
    device: Literal["auto", "cpu", "cuda"] = key(
        "Where networks are trained. `auto`: `cuda` where there is one, else `cpu`."
    )
    threads: Count = key("CPU threads of one job; part of what makes two runs the same bits.", "threads")


class Experiment(Section):
    dataset: Name = key("One of `datasets`.")
    widths: Counts = key("Sizes m of the hidden layer; one network each.", "neurons")
    seeds: Seeds = key("Seeds of start and batches; one run each.")

    def runs(self, seeds: Literal["all", "first"] = "all") -> list[str]:
        """Folders of its runs, below that of all runs, objective by objective."""
        return [
            f"{self.dataset}/{objective}/m{width}/seed{seed}"
            for objective in OBJECTIVES
            for width in self.widths
            for seed in (self.seeds if seeds == "all" else self.seeds[:1])
        ]


class SnapshotParameters(Section):
    neurons: Count = key("How many, the first ones, are kept on the way; at the end all are.", "neurons")
    fractions: Annotated[tuple[Fraction, ...], Field(strict=False)] = key(
        "When weights are kept, beside start and end.", "of the epochs"
    )


class ClusteringParameters(Section):
    space: Literal["map", "components"] = key(
        "Where affinity propagation measures distances: on t-SNE's `map` or between principal `components`."
    )
    preference: float | None = key("How readily a neuron becomes an exemplar; null: the median similarity.")
    damping: Annotated[float, Field(ge=0.5, lt=1)] = key(
        "Share of the old message in each update of affinity propagation."
    )
    iterations: Count = key("Longest affinity propagation.", "iterations")


class PatternParameters(Section):
    principal_components: Annotated[Count, Field(ge=2)] = key(
        "How many principal components t-SNE is given.", "components"
    )
    perplexity: PositiveFloat = key("About how many neighbours count in t-SNE.", "neurons")
    iterations: Annotated[Count, Field(ge=250)] = key("Length of t-SNE.", "iterations")
    method: Literal["barnes-hut", "exact"] = key(
        "How t-SNE sums over pairs of neurons: `barnes-hut` approximates, on a processor; `exact` takes all pairs, on "
        "a GPU where there is one."
    )
    clustering: ClusteringParameters = key("Affinity propagation, which colours the maps.")


class FitParameters(Section):
    early_iterations: Count = key('What Figures 4 and 5 call the "initial few iterations".', "iterations")


class InteractionParameters(Section):
    edges: Count = key(
        "How many pairs, the strongest of the supervised run, set the threshold of interaction.", "pairs of neurons"
    )


class FeatureParameters(Section):
    radius: PositiveFloat = key("epsilon: how far each input may move.", "of the scaled input")
    step: PositiveFloat = key("Step size of the ascent.")
    iterations: Count = key("Length of the ascent.", "iterations")
    input_seed: Seed = key("Seed of the random input that the ascent starts from.")


class TuringConstants(Section):
    a: float = key("How u changes with u.", "1 / time")
    b: float = key("How u changes with v.", "1 / time")
    c: float = key("How v changes with u.", "1 / time")
    d: float = key("How v changes with v.", "1 / time")
    h: float = key("u at rest.")
    k: float = key("v at rest.")
    diffusion_u: NonNegativeFloat = key("Diffusion of u, mu'.", "length² / time")
    diffusion_v: NonNegativeFloat = key("Diffusion of v, nu'.", "length² / time")


class GridParameters(Section):
    grid: Annotated[Count, Field(ge=8)] = key("Cells on each side of the periodic square.", "cells")
    spacing: PositiveFloat = key("Distance of neighbouring cells.", "length")
    time_step: PositiveFloat = key("Step of Euler's scheme; refused where it is unstable.", "time")
    times: Annotated[tuple[NonNegativeFloat, ...], Field(min_length=2, strict=False)] = key(
        "When fields are kept; ascending multiples of the step.", "time"
    )

    @model_validator(mode="after")
    def _times_ascend(self) -> "GridParameters":
        if any(later <= earlier for earlier, later in pairwise(self.times)):
            raise ValueError("times must ascend")
        return self


class TuringParameters(GridParameters):
    perturbation: PositiveFloat = key("Half width of the uniform noise around the homogeneous state at the start.")
    seed: Seed = key("Seed of that noise.")
    constants: dict[Name, TuringConstants] = key("Constants by name; one simulation each.")


class GrayScottPair(Section):
    feed_rate: PositiveFloat = key("Rate at which u is fed, F.", "1 / time")
    kill_rate: PositiveFloat = key("Rate at which v is taken away beyond F, k.", "1 / time")


class GrayScottParameters(GridParameters):
    patch: Count = key("Side of the central square where u and v change places at the start.", "cells")
    perturbation: Fraction = key("Half width of the noise on the second start (Pearson, 1993).", "of each value")
    seed: Seed = key("Seed of that noise.")
    diffusion_u: NonNegativeFloat = key("Diffusion of u, mu'.", "length² / time")
    diffusion_v: NonNegativeFloat = key("Diffusion of v, nu'.", "length² / time")
    pairs: dict[Name, GrayScottPair] = key("Pairs (F, k) by name; one simulation each.")


class TuringFilm(Section):
    constants: Name = key("One of `turing.constants`.")
    interval: PositiveFloat = key("Time of the system between two frames.", "time")


class GrayScottFilm(Section):
    pair: Name = key("One of `gray_scott.pairs`.")
    interval: PositiveFloat = key("Time of the system between two frames.", "time")


class NeuronsFilm(Section):
    dataset: Name = key("One of `datasets`.")
    width: Count = key("Size of the hidden layer.", "neurons")
    seed: Seed = key("Seed of the run.")
    epochs: Count = key("Length of the run; a frame for each epoch.", "epochs")
    first_iterations: Annotated[Count, Field(ge=250)] = key("Length of t-SNE for the first map.", "iterations")
    iterations: Annotated[Count, Field(ge=250)] = key(
        "Length of t-SNE for each later map, from the one before.", "iterations"
    )


class MovingParameters(Section):
    # A GIF counts in hundredths of a second.
    frames_per_second: Annotated[Count, Field(le=50)] = key("Speed of all films.", "1 / second")
    pause: NonNegativeInt = key("How long the last frame stays.", "seconds")
    turing: TuringFilm = key("Turing's system.")
    gray_scott: GrayScottFilm = key("Gray and Scott's.")
    neurons: NeuronsFilm = key("Maps of a small network's neurons, under both objectives.")


class TheoryParameters(Section):
    samples: Annotated[Count, Field(ge=2)] = key("How many, n, uniform on the unit sphere.", "samples")
    inputs: Annotated[Count, Field(ge=2)] = key("Length of a sample, d_in.")
    data_seed: Seed = key("Seed of samples and targets.")
    widths: Counts = key("Sizes m of the hidden layer; one network each.", "neurons")
    seeds: Seeds = key("Seeds of the weights; one run each.")
    bound: PositiveFloat = key("L, the adversary's norm.")
    delta: Annotated[float, Field(gt=0, lt=1)] = key("Probability with which a bound may fail.")
    step: PositiveFloat = key("Step of Euler's scheme for the gradient flow.", "time")
    end: PositiveFloat = key("End of the gradient flow.", "time")
    records: Annotated[Count, Field(ge=2)] = key("Times at which statements are looked at.", "rows")


class OptionParameters(Section):
    option: OptionValue = key("The value of the key of `training`.")
    standing: Standing = key(
        "How the paper stands to it: `printed`, `printed but ambiguous`, `unstated` or `contradicts the print`."
    )
    sentence: str = key("The sentence of the paper that it rests on.")


class ChoiceParameters(Section):
    question: str = key("What the paper leaves open.")
    options: Annotated[tuple[OptionParameters, ...], Field(min_length=2, strict=False)] = key(
        "Its options; the first is that of the reading `printed`."
    )


class PlaceParameters(Section):
    widths: Counts = key("Sizes m of the hidden layer.", "neurons")
    seeds: Seeds = key("Seeds of start and batches; a pair of runs each.")
    epochs: Count = key("Length of a run.", "epochs")


class ScalesParameters(Section):
    dataset: Name = key("One of `datasets`, of images.")
    scales: Annotated[tuple[PositiveFloat, ...], Field(min_length=2, strict=False)] = key(
        "Factors on the hidden layer's start of the reading `printed`."
    )
    widths: Counts = key("Sizes m of the hidden layer.", "neurons")
    seeds: Seeds = key("Seeds of start and batches; a pair of runs each.")
    epochs: Count = key("Length of a run.", "epochs")


class CharityParameters(Section):
    dataset: Name = key("One of the data sets of the study.")
    widths: Counts = key("Where the supervised run must meet the printed error.", "neurons")
    at_most: PositiveFloat = key("The test error that meets it.")


class MultiverseParameters(Section):
    crossed: dict[Choice, Options] = key("Options that are combined, all with all, by choice.")
    alone: dict[Choice, Options] = key("Options that are tried one at a time, from each start of the generator.")
    places: dict[Name, PlaceParameters] = key("Data sets that every universe learns.")
    scales: ScalesParameters = key("The phase diagram: the start's scale against the width.")
    records: Annotated[Count, Field(ge=4)] = key("Rows of a run's history.", "rows")
    charity: CharityParameters = key(
        "The rule of the most charitable reading: most statements reproduced among those that meet the printed error "
        "and neither die nor diverge anywhere; ties by fewer departures from the print."
    )
    held_out: dict[Choice, OptionValue] = key(
        "Options that the phase diagram is asked about before they are looked at, by choice."
    )
    least_gain: Count = key("How many more universes a condition of a rule must sort right.", "universes")


class CriterionParameters(Section):
    at_least: float | None = key("Smallest number that satisfies the criterion.", default=None)
    at_most: float | None = key("Largest number that satisfies the criterion.", default=None)

    @model_validator(mode="after")
    def _can_fail(self) -> "CriterionParameters":
        if self.at_least is None and self.at_most is None:
            raise ValueError("a criterion without at_least and at_most cannot fail: give one of them")
        return self


class ClaimsParameters(Section):
    leaving_share: PositiveFloat = key(
        "A layer has left its start when its distance exceeds this share.", "of the start's norm"
    )
    criteria: dict[str, CriterionParameters] = key(
        "Criteria by name. Every number that a claim measures must satisfy its claim's."
    )


class Parameters(Section):
    """params.yaml with one preset applied."""

    preset: Name = key("Which of `presets` is used where the command line names none.")
    reading: Name = key("Which of `readings` is used where the command line names none.")
    datasets: dict[Name, DatasetParameters] = key("What is learned, by name ([data](data.md)).")
    training: TrainingParameters = key("How it is learned (Training Details).")
    experiments: dict[Name, Experiment] = key("Which networks are trained, each by both objectives.")
    snapshots: SnapshotParameters = key("Which weights are kept during the first seed's run.")
    patterns: PatternParameters = key("How neurons become pictures (Figures 19-23, [patterns](patterns.md)).")
    fits: FitParameters = key("What the curve alpha (1 - exp(-beta t)) of Figures 4 and 5 is fitted to.")
    interaction: InteractionParameters = key("Which neurons Figure 2 joins.")
    features: FeatureParameters = key("Projected gradient ascent (60)-(62), Figures 11, 12 and 15.")
    turing: TuringParameters = key(
        "Turing's system (63), Figure 18: the printed constants, and those of the textbook that the section follows "
        "([reaction-diffusion](reaction-diffusion.md))."
    )
    gray_scott: GrayScottParameters = key("Gray and Scott's system (64), Figures 24-27.")
    moving: MovingParameters = key("Films, which the paper does not have: the numbers are ours ([moving](moving.md)).")
    theory: TheoryParameters = key(
        "The setting of Theorems 1 and 2, which no figure of the paper runs and which has no numbers there: these are "
        "ours ([theory](theory.md))."
    )
    choices: dict[Choice, ChoiceParameters] = key(
        "Where the paper leaves room, by key of `training` ([readings](readings.md))."
    )
    readings: dict[Name, dict[Choice, OptionValue]] = key("Named readings: what each changes of `training`.")
    multiverse: MultiverseParameters = key("The study of all readings ([readings](readings.md)).")
    claims: ClaimsParameters = key("What decides a claim ([claims](claims.md)).")

    @model_validator(mode="after")
    def _names_are_known(self) -> "Parameters":
        chosen = [
            ("multiverse.scales.dataset", self.multiverse.scales.dataset, "datasets", self.datasets),
            (
                "multiverse.charity.dataset",
                self.multiverse.charity.dataset,
                "multiverse.places",
                self.multiverse.places,
            ),
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
    def _readings_are_made_of_options(self) -> "Parameters":
        named = [
            (f"readings.{name}", {key: [option] for key, option in each.items()})
            for name, each in self.readings.items()
        ]
        studied = [("multiverse.crossed", self.multiverse.crossed), ("multiverse.alone", self.multiverse.alone)]
        studied.append(("multiverse.held_out", {key: (each,) for key, each in self.multiverse.held_out.items()}))
        for key, choice in self.choices.items():
            self._refuse_what_is_no_choice(key, [each.option for each in choice.options])
        for where, chosen in (*named, *studied):
            for key, options in chosen.items():
                if key not in self.choices:
                    raise ValueError(f"{where}.{key} is not in choices ({', '.join(self.choices)})")
                known = [each.option for each in self.choices[key].options]
                for option in options:
                    if not among(option, known):
                        raise ValueError(
                            f"{where}.{key} = {option!r} is not in choices.{key} ({', '.join(map(str, known))})"
                        )
        return self

    def _refuse_what_is_no_choice(self, key: str, options: Sequence[OptionValue]) -> None:
        """Raise ValueError where `training` has no such key, or would not take an option of it."""
        if key not in TrainingParameters.model_fields:
            raise ValueError(f"choices.{key} is not a key of training ({', '.join(TrainingParameters.model_fields)})")
        for place, option in enumerate(options):
            if among(option, options[:place]):
                raise ValueError(f"choices.{key} names the option {option!r} twice")
            try:
                TrainingParameters.model_validate({**self.training.model_dump(), key: option})
            except ValidationError as error:
                raise ValueError(f"choices.{key}: training.{key} = {option!r}: {error.errors()[0]['msg']}") from None

    @model_validator(mode="after")
    def _the_study_has_its_data(self) -> "Parameters":
        study = self.multiverse
        for name in study.places:
            if name not in self.datasets:
                raise ValueError(f"multiverse.places.{name} is not in datasets ({', '.join(sorted(self.datasets))})")
        if self.datasets[study.scales.dataset].source == "blobs":
            raise ValueError(f"multiverse.scales.dataset = {study.scales.dataset!r} has no images, hence no filters")
        if missing := sorted({*study.charity.widths} - {*study.places[study.charity.dataset].widths}):
            raise ValueError(
                f"multiverse.charity.widths = {missing[0]} is not in multiverse.places.{study.charity.dataset}.widths"
            )
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

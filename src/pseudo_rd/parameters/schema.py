"""params.yaml, typed: every key, its meaning, its unit and what is allowed.

docs/parameters.md and params.schema.json are made from it (`document.py`).
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import isclose
from operator import attrgetter
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

from pseudo_rd.parameters.plain_yaml import one_line, one_line_key
from pseudo_rd.parameters.vocabulary import (
    NAME_PATTERN,
    NETWORK_PATTERN,
    Adversary,
    BoundReading,
    CriticOptimizer,
    Loss,
    Precision,
    Scaling,
    Source,
    Standing,
    Start,
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
    """A key of params.yaml with its meaning and unit for the documents; with `default=None` it may be left out."""
    extra: JsonDict = {"unit": unit} if unit else {}
    return Field(default, description=meaning, json_schema_extra=extra)


def among(option: OptionValue, options: Sequence[OptionValue]) -> bool:
    """Whether the option is one of several; true is not 1."""
    return any(option == candidate and isinstance(option, bool) == isinstance(candidate, bool) for candidate in options)


class Section(BaseModel):
    # Strict: true is no number.
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, strict=True)


class DatasetParameters(Section):
    source: Source = key(
        "Where the samples come from. `blobs`: generated; `complete`: `data/raw/<name>.npz` or torchvision's download; "
        "`embedded`: a small sample that ships with the packages; `file`: your own `data/raw/<name>.npz`."
    )
    inputs: Annotated[Count, Field(ge=2)] | None = key("Inputs of a sample, d_in. For blobs only.", default=None)
    train_samples: Count | None = key("Training samples; of images the first ones. Default: all.", default=None)
    test_samples: Count | None = key("Test samples; of images the first ones. Default: all.", default=None)
    blob_seed: Seed | None = key("Seed of the blobs. For blobs only.", default=None)
    batch_size: Count = key("Samples in a batch; the incomplete last batch of an epoch is dropped.", "samples")
    epochs: Count = key("Maximum number of epochs.", "epochs")
    convergence_error: PositiveFloat | None = key(
        "Training stops when the error on the training set is at most this: half the squared error, averaged over "
        "samples and outputs. Default: it never stops early.",
        default=None,
    )

    @model_validator(mode="after")
    def _keys_of_the_source(self) -> "DatasetParameters":
        required_keys = {"inputs", "train_samples", "test_samples", "blob_seed"} if self.source == "blobs" else set()
        ignored_keys = set() if self.source == "blobs" else {"inputs", "blob_seed"}
        missing_keys = sorted(name for name in required_keys if getattr(self, name) is None)
        if missing_keys:
            raise ValueError(f"source {self.source} needs {', '.join(missing_keys)}")
        extra_keys = sorted(name for name in ignored_keys if getattr(self, name) is not None)
        if extra_keys:
            raise ValueError(f"source {self.source} does not read {', '.join(extra_keys)}: remove it or set it to null")
        return self


class TrainingParameters(Section):
    learning_rate: PositiveFloat = key("Step size of SGD, for generator and critic.")
    momentum: Fraction = key("Momentum of SGD, for generator and critic.")
    gradient_penalty_weight: NonNegativeFloat = key("Weight of WGAN-GP's gradient penalty in the critic's loss.")
    network: Annotated[str, Field(pattern=NETWORK_PATTERN)] = key(
        "Which networks are trained. `paper`: the paper's; `perceptron`: `depth` hidden layers of m neurons; "
        "`convolutional`: two convolutions of m and 2 m channels and a layer of 16 m neurons; `file.py:function`: your "
        "own ([a network](extend.md#a-network))."
    )
    depth: Count = key("Number of hidden layers of a perceptron. Other networks do not use it.", "layers")
    critic_depth: Count = key("Number of hidden layers of the critic.", "layers")
    adversary: Adversary = key(
        "What the critic is trained for. `wgan-gp`: as in the paper, the difference of its means; `hinge`: hinge loss; "
        "`cross-entropy`: binary cross-entropy between labels and predictions. The gradient penalty is added to each."
    )
    critic_width: Count | None = key("Number of neurons of the critic; null: as many as the generator's m.", "neurons")
    generator_start: Start = key(
        "How the generator's weights are initialized. `normal`: N(0, 1) with the printed factors; `framework`: as "
        "PyTorch's `nn.Linear`, without a factor; `framework-scaled`: as `nn.Linear`, with the printed factors; "
        "`xavier`: Glorot's normal distribution, without a factor ([readings](readings.md))."
    )
    start_scale: PositiveFloat = key("Multiplies the initial weights of the generator's hidden layer, biases included.")
    critic_start: Start = key(
        "How the critic's weights are initialized. `normal`, as printed: W from N(0, 1), a from {-1, +1}, a factor; "
        "`framework`, `framework-scaled`, `xavier`: as the generator's."
    )
    loss: Loss = key(
        "The generator's loss. `batch`: half the squared error, summed over outputs, mean over the batch; "
        "`element`: mean over all elements, as PyTorch's `MSELoss`; `sum`: half the squared error, summed over outputs "
        "and batch."
    )
    bound_reading: BoundReading = key(
        'What "we set L = 0.01" means: `penalty`, `clip`, `spectral`, `frobenius`, `target`, `weight` '
        "([readings](readings.md))."
    )
    bound: PositiveFloat = key("L, the critic's bound. Not used by `bound_reading: penalty`.")
    critic_optimizer: CriticOptimizer = key(
        "The critic's optimizer. `sgd`: the same as the generator's; `adam`: that of WGAN-GP, with the two keys below."
    )
    critic_adam_learning_rate: PositiveFloat = key("Step size of the critic's Adam.")
    critic_adam_betas: Annotated[tuple[Fraction, Fraction], Field(strict=False)] = key(
        "Decay rates of the critic's Adam: of the mean gradient and of the mean squared gradient."
    )
    update_order: UpdateOrder = key("Which network an iteration updates first: `critic-first`, `generator-first`.")
    biases: bool = key("Whether the layers of generator and critic have biases.")
    pixels: Scaling = key(
        "How pixels are scaled. `unit`: to [0, 1]; `symmetric`: to [-1, 1]; `standard`: to mean 0 and standard "
        "deviation 1 (for MNIST by the published 0.1307 and 0.3081)."
    )
    precision: Precision = key(
        "Precision of the two large matrix products: `float32`, or `bfloat16`, which rounds their factors and results "
        "([performance](performance.md))."
    )
    records: Annotated[Count, Field(ge=4)] = key("Number of rows of a run's history, dense at the start.", "rows")
    device: Literal["auto", "cpu", "cuda"] = key(
        "Where networks are trained. `cuda`: on a GPU; `cpu`: on the processor; `auto`: on a GPU if there is one."
    )
    threads: Count = key("CPU threads of one job. Runs agree to the bit only with the same number.", "threads")


class Experiment(Section):
    dataset: Name = key("The data set: one of `datasets`.")
    widths: Counts = key("Numbers m of hidden neurons; one network each.", "neurons")
    seeds: Seeds = key("Seeds of the initial weights and the batches; one run each.")


class Case(Section):
    words: str = key("What figures and tables call it.")
    width: Count = key("Number m of hidden neurons; of a convolutional network channels.", "neurons")
    batch_size: Count = key("Samples in a batch.", "samples")
    epochs: Count = key("Length of its runs; they never stop early.", "epochs")
    without: Name | None = key(
        "The case whose runs without the critic it is set against. Default: its own; a case that differs in the "
        "critic alone needs none of its own.",
        default=None,
    )
    training: dict[str, OptionValue] = key("What it has otherwise than `beyond.training`: keys of `training`.")


class BeyondParameters(Section):
    datasets: Annotated[tuple[Name, ...], Field(min_length=1, strict=False)] = key("Images that every case learns.")
    seeds: Seeds = key("Seeds of the initial weights and the batches; one run each.")
    training: dict[str, OptionValue] = key("What all cases have otherwise than `training`.")
    mapped: Annotated[tuple[Name, ...], Field(min_length=1, strict=False)] = key("Cases whose neurons are mapped.")
    cases: dict[Name, Case] = key("Networks and critics by name, each trained with and without the critic.")

    @property
    def own(self) -> set[str]:
        """Cases with runs of their own without the critic."""
        return {name for name, case in self.cases.items() if not case.without}

    def without_critic(self, case: str) -> dict[str, Any]:
        """What a run without the critic depends on."""
        critic_keys = {"critic_width", "critic_depth", "critic_start", "adversary"}
        width = self.cases[case].width
        return {"width": width} | {key: value for key, value in self.changes(case).items() if key not in critic_keys}

    def changes(self, case: str) -> dict[str, Any]:
        """What the runs of a case have otherwise than `training` and their data set say."""
        settings = self.cases[case]
        length = {"batch_size": settings.batch_size, "epochs": settings.epochs, "convergence_error": None}
        return {**self.training, **settings.training, **length}


class Control(Section):
    words: str = key("What the figure calls it.")
    objective: Literal["supervised", "augmented"] = key("`supervised`: without a critic; `augmented`: with one.")
    training: dict[str, OptionValue] = key("What it has otherwise than `training` under the reading.")


class ControlsParameters(Section):
    dataset: Name = key("The data set: one of `datasets`, holding images.")
    width: Count = key("Number m of hidden neurons.", "neurons")
    seeds: Seeds = key("Seeds of the initial weights and the batches; one run of each case.")
    fractions: Annotated[tuple[Fraction, ...], Field(strict=False)] = key(
        "When filters are measured, besides at the start and the end, as shares of the iterations."
    )
    records: Annotated[Count, Field(ge=4)] = key("Number of rows of a run's history.", "rows")
    cases: dict[Name, Control] = key("Ways of training by name.")


class SnapshotParameters(Section):
    neurons: Count = key("Number of neurons stored per snapshot, the first ones; the final one stores all.", "neurons")
    fractions: Annotated[tuple[Fraction, ...], Field(strict=False)] = key(
        "When snapshots are taken, besides the start and the end.", "of the epochs"
    )


class ClusteringParameters(Section):
    preference: float | None = key(
        "How readily a neuron becomes an exemplar, which represents its cluster; null: the median similarity."
    )
    damping: Annotated[float, Field(ge=0.5, lt=1)] = key(
        "Share of the old message that each update of affinity propagation keeps."
    )
    iterations: Count = key("Maximum number of iterations of affinity propagation.", "iterations")


class PatternParameters(Section):
    principal_components: Annotated[Count, Field(ge=2)] = key(
        "Number of principal components that t-SNE starts from.", "components"
    )
    perplexity: PositiveFloat = key("Perplexity of t-SNE: about how many neighbours of a neuron count.", "neurons")
    iterations: Annotated[Count, Field(ge=250)] = key("Number of iterations of t-SNE.", "iterations")
    clustering: ClusteringParameters = key("Affinity propagation, which finds the clusters that colour the maps.")


class FitParameters(Section):
    early_iterations: Count = key('What Figures 4 and 5 call the "initial few iterations".', "iterations")


class InteractionParameters(Section):
    edges: Count = key(
        "Number of pairs, the strongest of the supervised run, that set the threshold of interaction.",
        "pairs of neurons",
    )


class FeatureParameters(Section):
    radius: PositiveFloat = key("epsilon: the largest change of each input.", "of the scaled input")
    step: PositiveFloat = key("Step size of the ascent.")
    iterations: Count = key("Number of iterations of the ascent.", "iterations")
    input_seed: Seed = key("Seed of the random input that the ascent starts from.")


class TuringConstants(Section):
    a: float = key("Rate at which u changes with u.", "1 / time")
    b: float = key("Rate at which u changes with v.", "1 / time")
    c: float = key("Rate at which v changes with u.", "1 / time")
    d: float = key("Rate at which v changes with v.", "1 / time")
    h: float = key("u in the homogeneous steady state.")
    k: float = key("v in the homogeneous steady state.")
    diffusion_u: NonNegativeFloat = key("Diffusion coefficient of u, mu'.", "length² / time")
    diffusion_v: NonNegativeFloat = key("Diffusion coefficient of v, nu'.", "length² / time")


class GridParameters(Section):
    grid: Annotated[Count, Field(ge=8)] = key("Cells on each side of the periodic square.", "cells")
    spacing: PositiveFloat = key("Distance between neighbouring cells.", "length")
    time_step: PositiveFloat = key("Step of Euler's scheme; refused if it is unstable.", "time")
    times: Annotated[tuple[NonNegativeFloat, ...], Field(min_length=2, strict=False)] = key(
        "When fields are stored: ascending multiples of the step.", "time"
    )

    @model_validator(mode="after")
    def _times_ascend(self) -> "GridParameters":
        if any(later <= earlier for earlier, later in pairwise(self.times)):
            raise ValueError("times must ascend")
        return self


class TuringParameters(GridParameters):
    perturbation: PositiveFloat = key("Half width of the uniform noise on the homogeneous state at the start.")
    seed: Seed = key("Seed of that noise.")
    constants: dict[Name, TuringConstants] = key("Constants by name; one simulation each.")


class GrayScottPair(Section):
    feed_rate: PositiveFloat = key("Rate at which u is fed: F.", "1 / time")
    kill_rate: PositiveFloat = key("Rate at which v is removed, in addition to F: k.", "1 / time")


class GrayScottParameters(GridParameters):
    patch: Count = key("Side of the central square in which u and v are exchanged at the start.", "cells")
    perturbation: Fraction = key("Half width of the noise on the perturbed start (Pearson, 1993).", "of each value")
    seed: Seed = key("Seed of that noise.")
    diffusion_u: NonNegativeFloat = key("Diffusion coefficient of u, mu'.", "length² / time")
    diffusion_v: NonNegativeFloat = key("Diffusion coefficient of v, nu'.", "length² / time")
    pairs: dict[Name, GrayScottPair] = key("Pairs (F, k) by name; one simulation each.")


class TuringFilm(Section):
    constants: Name = key("One of `turing.constants`.")
    interval: PositiveFloat = key("Simulated time between two frames.", "time")


class GrayScottFilm(Section):
    pair: Name = key("One of `gray_scott.pairs`.")
    interval: PositiveFloat = key("Simulated time between two frames.", "time")


class NeuronsFilm(Section):
    dataset: Name = key("One of `datasets`.")
    width: Count = key("Number m of hidden neurons.", "neurons")
    seed: Seed = key("Seed of the run.")
    epochs: Count = key("Length of the run; one frame per epoch.", "epochs")
    first_iterations: Annotated[Count, Field(ge=250)] = key("Iterations of t-SNE for the first map.", "iterations")
    iterations: Annotated[Count, Field(ge=250)] = key(
        "Iterations of t-SNE for each later map, which starts from the one before.", "iterations"
    )


class MovingParameters(Section):
    # A GIF counts in hundredths of a second.
    frames_per_second: Annotated[Count, Field(le=50)] = key("Frame rate of all films.", "1 / second")
    pause: NonNegativeInt = key("How long the last frame is shown.", "seconds")
    turing: TuringFilm = key("Turing's system.")
    gray_scott: GrayScottFilm = key("Gray and Scott's system.")
    neurons: NeuronsFilm = key("Maps of a small network's neurons, under both objectives.")


class TheoryParameters(Section):
    samples: Annotated[Count, Field(ge=2)] = key("Number n of samples, uniform on the unit sphere.", "samples")
    inputs: Annotated[Count, Field(ge=2)] = key("Number of inputs of a sample, d_in.")
    data_seed: Seed = key("Seed of samples and targets.")
    widths: Counts = key("Numbers m of hidden neurons; one network each.", "neurons")
    seeds: Seeds = key("Seeds of the initial weights; one run each.")
    bound: PositiveFloat = key("L, the bound on the critic's norm.")
    delta: Annotated[float, Field(gt=0, lt=1)] = key("Probability with which a bound is allowed to fail.")
    step: PositiveFloat = key("Step of Euler's scheme for the gradient flow.", "time")
    end: PositiveFloat = key("End of the gradient flow.", "time")
    records: Annotated[Count, Field(ge=2)] = key("Number of times at which the statements are checked.", "rows")


class OptionParameters(Section):
    option: OptionValue = key("The value of the key of `training`.")
    standing: Standing = key(
        "How the paper relates to it: `printed`, `printed but ambiguous`, `unstated` or `contradicts the print`."
    )
    sentence: str = key("The sentence of the paper that it rests on.")


class ChoiceParameters(Section):
    question: str = key("What the paper leaves open.")
    options: Annotated[tuple[OptionParameters, ...], Field(min_length=2, strict=False)] = key(
        "Its options; the first is that of the reading `printed`."
    )


class PlaceParameters(Section):
    widths: Counts = key("Numbers m of hidden neurons.", "neurons")
    seeds: Seeds = key("Seeds of the initial weights and the batches; a pair of runs each.")
    epochs: Count = key("Number of epochs of a run.", "epochs")
    records: Annotated[Count, Field(ge=4)] = key("Number of rows of a run's history.", "rows")
    processes: Count | None = key(
        "Processes that share the runs of a width and start, on a CPU. Default: one.", default=None
    )


class ScalesParameters(PlaceParameters):
    dataset: Name = key("The data set: one of `datasets`, holding images.")
    scales: Annotated[tuple[PositiveFloat, ...], Field(min_length=2, strict=False)] = key(
        "Factors on the hidden layer's initial weights of the reading `printed`."
    )


class AtNoLossParameters(Section):
    error_ratio: PositiveFloat = key("Largest test error with the critic over that without it.")
    rise: PositiveFloat = key("Largest training error of a run over that at its start.")


class Turned(Section):
    words: str = key("What the figure calls it.")
    at: Annotated[tuple[PositiveFloat, ...], Field(min_length=1, strict=False)] = key("The notches: its values.")
    training: dict[str, OptionValue] = key("What each notch has besides: keys of `training`.")


class DialParameters(Section):
    dataset: Name = key("The data set: one of `multiverse.places`; largest width, seeds and length are those there.")
    reading: Name = key("The reading of which one setting is turned.")
    turned: dict[Choice, Turned] = key("The settings that are turned, keys of `training`.")


class MultiverseParameters(Section):
    crossed: dict[Choice, Options] = key("Options that are combined, every one with every other, by choice.")
    alone: dict[Choice, Options] = key("Options that are tried one at a time, with each start of the generator.")
    places: dict[Name, PlaceParameters] = key("Data sets on which every reading is trained.")
    scales: ScalesParameters = key("The phase diagram: scale of the initial weights against the width.")
    at_no_loss: AtNoLossParameters = key(
        "The rule for the reading that goes farthest at no loss ([readings](readings.md#the-rule-for-a-third-reading))."
    )
    least_gain: Count = key("How many more readings each condition of a rule must classify correctly.", "readings")
    dial: DialParameters = key("How strong the critic is: runs beside those of the readings, not counted among them.")


class CriterionParameters(Section):
    at_least: float | None = key("Smallest number that satisfies the criterion.", default=None)
    at_most: float | None = key("Largest number that satisfies the criterion.", default=None)

    @model_validator(mode="after")
    def _can_fail(self) -> "CriterionParameters":
        if self.at_least is None and self.at_most is None:
            raise ValueError("a criterion without at_least and at_most cannot fail: give one of them")
        return self


class LearnedParameters(Section):
    error: dict[Name, PositiveFloat] = key("By data set, the largest test error of a network that learned.")
    accuracy: dict[Name, Fraction] = key("By data set, the least test accuracy of a network that learned.")


class ClaimsParameters(Section):
    learned: LearnedParameters = key("Which networks have learned, as tables count them and the study's rule asks.")
    leaving_share: PositiveFloat = key(
        "A layer has left its start when its distance from it exceeds this share.", "of the start's norm"
    )
    criteria: dict[str, CriterionParameters] = key(
        "Criteria by name. Every number measured for a claim must satisfy the criterion of that claim."
    )


class Parameters(Section):
    """params.yaml with one preset applied."""

    preset: Name = key("Which of `presets` is used if the command line names none.")
    reading: Name = key("Which of `readings` is used if the command line names none.")
    datasets: dict[Name, DatasetParameters] = key("Data sets by name ([data](extend.md#data)).")
    training: TrainingParameters = key("How networks are trained (Training Details in the paper).")
    experiments: dict[Name, Experiment] = key("Which networks are trained, each with and without the critic.")
    beyond: BeyondParameters = key(
        "The same comparison with other networks and critics than the paper's. The paper has none of them, so the "
        "numbers are ours ([experiments](experiments.md#other-networks-and-critics))."
    )
    controls: ControlsParameters = key("Whether a larger step, noise or a constant push does what the critic does.")
    snapshots: SnapshotParameters = key("Which weights are stored during the first seed's run.")
    patterns: PatternParameters = key(
        "How maps of neurons are made (Figures 19-23, [experiments](experiments.md#maps-of-neurons))."
    )
    fits: FitParameters = key("Which part of a history Figures 4 and 5 fit with alpha (1 - exp(-beta t)).")
    interaction: InteractionParameters = key("Which neurons are joined in Figure 2.")
    features: FeatureParameters = key("Projected gradient ascent (60)-(62), Figures 11, 12 and 15.")
    turing: TuringParameters = key(
        "Turing's system (63), Figure 18: the printed constants, and those of the textbook that the section follows "
        "([experiments](experiments.md#reaction-and-diffusion))."
    )
    gray_scott: GrayScottParameters = key("Gray and Scott's system (64), Figures 24-27.")
    moving: MovingParameters = key(
        "Films. The paper has none, so the numbers are ours ([experiments](experiments.md#films))."
    )
    theory: TheoryParameters = key(
        "The setting of Theorems 1 and 2. The paper neither runs it nor gives numbers for it, so these are ours "
        "([theory](theory.md))."
    )
    choices: dict[Choice, ChoiceParameters] = key(
        "What the paper leaves open, by key of `training` ([readings](readings.md))."
    )
    readings: dict[Name, dict[Choice, OptionValue]] = key("Named readings: what each changes in `training`.")
    multiverse: MultiverseParameters = key("The study of all readings ([readings](readings.md)).")
    claims: ClaimsParameters = key("How claims are decided ([claims](claims.md)).")

    @model_validator(mode="after")
    def _names_are_known(self) -> "Parameters":
        study, beyond, moving, learned = self.multiverse, self.beyond, self.moving, self.claims.learned
        experiments = self.experiments.items()
        references: list[tuple[str, Iterable[str], str]] = [
            *((f"experiments.{name}.dataset", [experiment.dataset], "datasets") for name, experiment in experiments),
            ("controls.dataset", [self.controls.dataset], "datasets"),
            ("moving.neurons.dataset", [moving.neurons.dataset], "datasets"),
            ("moving.turing.constants", [moving.turing.constants], "turing.constants"),
            ("moving.gray_scott.pair", [moving.gray_scott.pair], "gray_scott.pairs"),
            ("multiverse.places", study.places, "datasets"),
            ("multiverse.scales.dataset", [study.scales.dataset], "datasets"),
            ("multiverse.dial.dataset", [study.dial.dataset], "multiverse.places"),
            ("multiverse.dial.reading", [study.dial.reading], "readings"),
            ("beyond.datasets", beyond.datasets, "datasets"),
            ("beyond.mapped", beyond.mapped, "beyond.cases"),
            ("claims.learned.error", learned.error, "datasets"),
            ("claims.learned.accuracy", learned.accuracy, "datasets"),
        ]
        for key, names, section in references:
            entries = attrgetter(section)(self)
            for name in names:
                if name not in entries:
                    raise ValueError(f"{key} = {name!r} is not in {section} ({', '.join(sorted(entries))})")
        if self.datasets[study.scales.dataset].source == "blobs":
            raise ValueError(f"multiverse.scales.dataset = {study.scales.dataset!r} has no images, hence no filters")
        return self

    @model_validator(mode="after")
    def _readings_are_made_of_options(self) -> "Parameters":
        for key, choice in self.choices.items():
            options = [option.option for option in choice.options]
            for index, option in enumerate(options):
                self._refuse_what_does_not_train(f"choices.{key}", {key: option})
                if among(option, options[:index]):
                    raise ValueError(f"choices.{key} names the option {option!r} twice")
        selections: dict[str, Mapping[str, Sequence[OptionValue]]] = {
            f"readings.{name}": {key: [option] for key, option in changes.items()}
            for name, changes in self.readings.items()
        }
        selections |= {"multiverse.crossed": self.multiverse.crossed, "multiverse.alone": self.multiverse.alone}
        for path, changes in selections.items():
            for key, values in changes.items():
                if key not in self.choices:
                    raise ValueError(f"{path}.{key} is not in choices ({', '.join(self.choices)})")
                options = [option.option for option in self.choices[key].options]
                unknown = [value for value in values if not among(value, options)]
                if unknown:
                    allowed = ", ".join(map(str, options))
                    raise ValueError(f"{path}.{key} = {unknown[0]!r} is not in choices.{key} ({allowed})")
        return self

    @model_validator(mode="after")
    def _what_is_trained_otherwise_trains(self) -> "Parameters":
        beyond = self.beyond
        for name, case in beyond.cases.items():
            self._refuse_what_does_not_train(f"beyond.cases.{name}", {**beyond.training, **case.training})
            if case.without and case.without not in beyond.own:
                raise ValueError(f"beyond.cases.{name}.without = {case.without!r} has no runs without the critic")
            if case.without and beyond.without_critic(name) != beyond.without_critic(case.without):
                raise ValueError(f"beyond.cases.{name} and its {case.without} must differ in the critic alone")
        for name, case in self.controls.cases.items():
            self._refuse_what_does_not_train(f"controls.cases.{name}", case.training)
        for name, setting in self.multiverse.dial.turned.items():
            for value in setting.at:
                self._refuse_what_does_not_train(f"multiverse.dial.turned.{name}", {**setting.training, name: value})
        return self

    def _refuse_what_does_not_train(self, path: str, changes: Mapping[str, OptionValue]) -> None:
        """Raise ValueError where `training` has no such key, or would not take a value of it."""
        try:
            TrainingParameters.model_validate({**self.training.model_dump(), **changes})
        except ValidationError as error:
            detail = error.errors()[0]
            key, value = one_line_key(detail["loc"][0]), one_line(detail["input"])
            raise ValueError(f"{path}: training.{key} = {value}: {detail['msg']}") from None

    @model_validator(mode="after")
    def _films_keep_to_the_simulations(self) -> "Parameters":
        for name, system in (("turing", self.turing), ("gray_scott", self.gray_scott)):
            interval, end = getattr(self.moving, name).interval, system.times[-1]
            steps = interval / system.time_step
            if interval > end or not isclose(steps, max(1, round(steps)), rel_tol=1e-9):
                raise ValueError(
                    f"moving.{name}.interval = {interval} must be a multiple of {name}.time_step = {system.time_step}, "
                    f"up to the last of {name}.times, {end}"
                )
        return self

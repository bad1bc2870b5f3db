"""params.yaml, typed: what is allowed, what a preset changes, and one line for each mistake."""

import copy
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    model_validator,
)

from pseudo_rd.vocabulary import NAME_PATTERN, PRECISIONS, READINGS, SOURCES

Name = Annotated[str, Field(pattern=NAME_PATTERN)]
Fraction = Annotated[float, Field(ge=0, lt=1)]


class ParametersError(ValueError):
    """One line that names the key, its value and what is allowed."""


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class DatasetParameters(Section):
    source: Literal[SOURCES]
    inputs: Annotated[int, Field(ge=2)] | None = None
    train_samples: PositiveInt | None = None
    test_samples: PositiveInt | None = None
    blob_seed: NonNegativeInt | None = None
    scaling: Literal["unit", "standard"] | None = None
    batch_size: PositiveInt
    epochs: PositiveInt
    convergence_error: PositiveFloat | None = None

    @model_validator(mode="after")
    def _keys_of_the_source(self) -> "DatasetParameters":
        blobs = {"inputs", "train_samples", "test_samples", "blob_seed"}
        needed = blobs if self.source == "blobs" else {"scaling"}
        missing = sorted(name for name in needed if getattr(self, name) is None)
        if missing:
            raise ValueError(f"source {self.source} needs {', '.join(missing)}")
        return self


class TrainingParameters(Section):
    learning_rate: PositiveFloat
    momentum: Fraction
    gradient_penalty_weight: NonNegativeFloat
    reading: Literal[READINGS]
    bound: PositiveFloat
    precision: Literal[PRECISIONS]
    records: Annotated[int, Field(ge=4)]
    device: Literal["auto", "cpu", "cuda"]
    threads: PositiveInt


class Experiment(Section):
    dataset: Name
    widths: Annotated[tuple[PositiveInt, ...], Field(min_length=1)]
    seeds: Annotated[tuple[NonNegativeInt, ...], Field(min_length=1)]


class SnapshotParameters(Section):
    neurons: PositiveInt
    fractions: tuple[Fraction, ...]


class ClusteringParameters(Section):
    space: Literal["map", "components"]
    preference: float | None
    damping: Annotated[float, Field(ge=0.5, lt=1)]
    iterations: PositiveInt


class PatternParameters(Section):
    principal_components: Annotated[int, Field(ge=2)]
    perplexity: PositiveFloat
    iterations: Annotated[int, Field(ge=250)]
    clustering: ClusteringParameters


class FitParameters(Section):
    early_iterations: PositiveInt


class InteractionParameters(Section):
    edges: PositiveInt


class FeatureParameters(Section):
    radius: PositiveFloat
    step: PositiveFloat
    iterations: PositiveInt
    input_seed: NonNegativeInt


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
    grid: Annotated[int, Field(ge=8)]
    spacing: PositiveFloat
    time_step: PositiveFloat
    times: Annotated[tuple[NonNegativeFloat, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _times_ascend(self) -> "GridParameters":
        if any(later <= earlier for earlier, later in zip(self.times, self.times[1:], strict=False)):
            raise ValueError("times must ascend")
        return self


class TuringParameters(GridParameters):
    perturbation: PositiveFloat
    seed: NonNegativeInt
    constants: dict[Name, TuringConstants]


class GrayScottPair(Section):
    feed_rate: PositiveFloat
    kill_rate: PositiveFloat


class GrayScottParameters(GridParameters):
    patch: PositiveInt
    perturbation: Fraction
    seed: NonNegativeInt
    diffusion_u: NonNegativeFloat
    diffusion_v: NonNegativeFloat
    pairs: dict[Name, GrayScottPair]


class TheoryParameters(Section):
    samples: Annotated[int, Field(ge=2)]
    inputs: Annotated[int, Field(ge=2)]
    data_seed: NonNegativeInt
    widths: Annotated[tuple[PositiveInt, ...], Field(min_length=1)]
    seeds: Annotated[tuple[NonNegativeInt, ...], Field(min_length=1)]
    bound: PositiveFloat
    delta: Annotated[float, Field(gt=0, lt=1)]
    step: PositiveFloat
    end: PositiveFloat
    records: Annotated[int, Field(ge=2)]


class ReadingsParameters(Section):
    dataset: Name
    width: PositiveInt
    seeds: Annotated[tuple[NonNegativeInt, ...], Field(min_length=1)]


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
    theory: TheoryParameters
    readings: ReadingsParameters
    claims: ClaimsParameters

    @model_validator(mode="after")
    def _experiments_use_known_datasets(self) -> "Parameters":
        if self.readings.dataset not in self.datasets:
            known = ", ".join(sorted(self.datasets))
            raise ValueError(f"readings.dataset = {self.readings.dataset!r} is not in datasets ({known})")
        for name, experiment in self.experiments.items():
            if experiment.dataset not in self.datasets:
                known = ", ".join(sorted(self.datasets))
                raise ValueError(f"experiments.{name}.dataset = {experiment.dataset!r} is not in datasets ({known})")
        return self


def resolve(
    config: Mapping[str, Any], preset: str | None = None, overrides: Mapping[str, Any] | None = None
) -> Parameters:
    """Apply a preset to the paper's numbers and validate the outcome.

    Args:
        config: params.yaml as read, perhaps with values from the command line, which arrive as strings when nested.
        preset: overrides the key `preset`.
        overrides: laid over the preset: what a user types counts most.

    Raises:
        ParametersError: one line for the first mistake.
    """
    config = _parse_strings(copy.deepcopy(dict(config)))
    presets = config.pop("presets", {})
    preset = preset or config.get("preset")
    if not isinstance(presets, Mapping) or preset not in presets:
        allowed = ", ".join(map(str, presets)) if isinstance(presets, Mapping) else "nothing"
        raise ParametersError(f"preset = {preset!r} is not in presets: choose one of {allowed}")
    # Every preset is checked for keys that exist, not only the one in use.
    for name, changes in presets.items():
        _refuse_unknown(config, changes, f"presets.{name}")
    try:
        merged = merge(merge(config, presets[preset]), _parse_strings(dict(overrides or {})))
        return Parameters.model_validate({**merged, "preset": preset})
    except ValidationError as error:
        raise ParametersError(_one_line(error, preset)) from None


def merge(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with `changes` laid over it, mapping by mapping; lists are replaced whole."""
    merged = dict(base)
    for key, value in changes.items():
        both = isinstance(value, Mapping) and isinstance(base.get(key), Mapping)
        merged[key] = merge(base[key], value) if both else value
    return merged


def differences(base: Mapping[str, Any], other: Mapping[str, Any], path: str = "") -> list[tuple[str, Any, Any]]:
    """(dotted key, value in base, value in other) wherever the two differ."""
    found = []
    for key in sorted({*base, *other}):
        one, two = base.get(key), other.get(key)
        if isinstance(one, Mapping) and isinstance(two, Mapping):
            found += differences(one, two, f"{path}{key}.")
        elif one != two:
            found.append((f"{path}{key}", one, two))
    return found


def plain(section: Any) -> Any:
    """Sections as sorted plain values: Snakemake compares parameters with the order of their keys."""
    if isinstance(section, BaseModel):
        section = section.model_dump()
    if isinstance(section, Mapping):
        return {key: plain(section[key]) for key in sorted(section)}
    if isinstance(section, list | tuple):
        return [plain(value) for value in section]
    return section


def _parse_strings(value: Any) -> Any:
    # `--config training.records=8` nests through YAML flow style and leaves strings behind.
    if isinstance(value, str):
        try:
            parsed = yaml.safe_load(value)
        except yaml.YAMLError:
            return value
        return parsed if isinstance(parsed, bool | int | float) else value
    if isinstance(value, Mapping):
        return {key: _parse_strings(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_parse_strings(item) for item in value]
    return value


def _refuse_unknown(base: Any, changes: Any, path: str) -> None:
    if not isinstance(changes, Mapping):
        raise ParametersError(f"{path} = {changes!r} must be a mapping of the keys it changes")
    for key, value in changes.items():
        if key not in base:
            allowed = ", ".join(map(str, base))
            raise ParametersError(f"{path}.{key} is not a key that a preset can change: allowed are {allowed}")
        if isinstance(base[key], Mapping):
            _refuse_unknown(base[key], value, f"{path}.{key}")


def _one_line(error: ValidationError, preset: str) -> str:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        return f"{key} is not a known key of params.yaml: remove it or mend its spelling (preset {preset})"
    if first["type"] == "missing":
        return f"{key} is missing in params.yaml (preset {preset})"
    if first["type"] == "value_error":
        return f"{key}: {message} (preset {preset})" if key else f"{message} (preset {preset})"
    return f"{key} = {first['input']!r}: {message} (preset {preset})"

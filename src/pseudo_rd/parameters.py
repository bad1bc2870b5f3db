"""params.yaml, typed: what is allowed, what a preset changes, and one line for each mistake."""

import copy
import re
from collections.abc import Mapping
from pathlib import Path
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
Count = Annotated[PositiveInt, Field(lt=2**31)]
Seed = Annotated[NonNegativeInt, Field(lt=2**32)]  # what NumPy takes
Counts = Annotated[tuple[Count, ...], Field(min_length=1, strict=False)]  # lists of YAML are no tuples
Seeds = Annotated[tuple[Seed, ...], Field(min_length=1, strict=False)]
Fraction = Annotated[float, Field(ge=0, lt=1)]


class ParametersError(ValueError):
    """One line that names the key, its value and what is allowed."""


class Section(BaseModel):
    # Strict: true is no number.
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, strict=True)


class DatasetParameters(Section):
    source: Literal[SOURCES]
    inputs: Annotated[Count, Field(ge=2)] | None = None
    train_samples: Count | None = None
    test_samples: Count | None = None
    blob_seed: Seed | None = None
    scaling: Literal["unit", "standard"] | None = None
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
    reading: Literal[READINGS]
    bound: PositiveFloat
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


def read_parameters(path: Path | str) -> dict[str, Any]:
    """params.yaml as mappings, lists, numbers and words, and nothing else.

    To be called before Snakemake reads the file: its own reader runs the Python in a file with the key `__use_yte__`.

    Raises:
        ParametersError: one line that names the file and what is wrong with it.
    """
    try:
        config = _PlainLoader(Path(path).read_text(encoding="utf-8")).get_single_data()
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise ParametersError(f"{path}: {line}{' '.join(str(error.problem).split())}") from None
    except RecursionError:
        raise ParametersError(f"{path} is nested too deep") from None
    # ValueError: not UTF-8, or what looks like a date or number and is none.
    except (OSError, ValueError, yaml.YAMLError) as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise ParametersError(f"{path} cannot be read: {reason}") from None
    if not isinstance(config, dict):
        raise ParametersError(f"{path} must hold keys and their values, it holds {_shown(config)}")
    if "__use_yte__" in config:
        raise ParametersError(f"{path}: __use_yte__ would let the file run Python: remove it")
    return config


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
    try:
        return _resolve(config, preset, overrides or {})
    except RecursionError:
        raise ParametersError("the parameters are nested too deep") from None


def _resolve(config: Mapping[str, Any], preset: str | None, overrides: Mapping[str, Any]) -> Parameters:
    config = _parse_strings(copy.deepcopy(dict(config)))
    presets = config.pop("presets", {})
    preset = preset or config.get("preset")
    if not isinstance(presets, Mapping) or not isinstance(preset, str) or preset not in presets:
        allowed = ", ".join(map(_key, presets)) if isinstance(presets, Mapping) else "nothing"
        raise ParametersError(f"preset = {_shown(preset)} is not in presets: choose one of {allowed}")
    # Every preset is checked for keys that exist, not only the one in use.
    for name, changes in presets.items():
        _refuse_unknown(config, changes, f"presets.{_key(name)}")
    try:
        merged = merge(merge(config, presets[preset]), _parse_strings(dict(overrides)))
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
        if re.fullmatch(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)[eE][-+]?[0-9]+", value):  # 1e-3, a word to YAML 1.1
            return float(value)
        try:
            parsed = yaml.safe_load(value)
        except (yaml.YAMLError, ValueError, RecursionError):  # ValueError: the 13th month, a number without end
            return value
        return parsed if isinstance(parsed, bool | int | float) else value
    if isinstance(value, Mapping):
        return {key: _parse_strings(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_parse_strings(item) for item in value]
    return value


def _refuse_unknown(base: Any, changes: Any, path: str) -> None:
    if not isinstance(changes, Mapping):
        raise ParametersError(f"{path} = {_shown(changes)} must be a mapping of the keys it changes")
    for key, value in changes.items():
        if key not in base:
            allowed = ", ".join(map(_key, base))
            raise ParametersError(f"{path}.{_key(key)} is not a key that a preset can change: allowed are {allowed}")
        if isinstance(base[key], Mapping):
            _refuse_unknown(base[key], value, f"{path}.{_key(key)}")


def _one_line(error: ValidationError, preset: str) -> str:
    first = error.errors()[0]
    key = ".".join(_key(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        return f"{key} is not a known key of params.yaml: remove it or mend its spelling (preset {preset})"
    if first["type"] == "missing":
        return f"{key} is missing in params.yaml (preset {preset})"
    if first["type"] == "value_error":
        return f"{key}: {message} (preset {preset})" if key else f"{message} (preset {preset})"
    return f"{key} = {_shown(first['input'])}: {message} (preset {preset})"


def _shown(value: Any) -> str:
    """A value on one line that fits a screen."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # Python does not write integers of more than 4300 digits
        text = f"a {type(value).__name__} too long to show"
    return text if len(text) <= 100 else f"{text[:97]}..."


def _key(key: Any) -> str:
    """A key on one line: as it is where it is a plain word."""
    return key if isinstance(key, str) and key.isprintable() and len(key) <= 100 else _shown(key)


class _PlainLoader(yaml.SafeLoader):
    """Refuses keys given twice, of which the first would be lost, and aliases, whose copies multiply."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.MarkedYAMLError(problem="an alias is not read here: write the value out", problem_mark=mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{_key(key.value)} is given twice", problem_mark=key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)

"""A preset and a reading laid over the paper's numbers, and one line for each mistake."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from pseudo_rd.parameters.plain_yaml import ParametersError, one_line, one_line_key
from pseudo_rd.parameters.schema import Parameters


def resolve(
    config: Mapping[str, Any],
    preset: str | None = None,
    reading: str | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Parameters:
    """Apply a preset and a reading to the paper's numbers and validate the outcome.

    Args:
        config: params.yaml as read, perhaps with values from the command line, which arrive as strings when nested.
        preset, reading: override the keys of these names.
        overrides: laid over both: what a user types counts most.

    Raises:
        ParametersError: one line for the first mistake.
    """
    try:
        base = {key: _parse_strings(value) for key, value in config.items()}
        presets, readings = base.pop("presets", {}), base.get("readings", {})
        preset = _one_of("preset", preset or base.get("preset"), presets)
        reading = _one_of("reading", reading or base.get("reading"), readings)
        if not isinstance(presets[preset], Mapping):
            raise ParametersError(
                f"presets.{preset} = {one_line(presets[preset])} must be a mapping of the keys it changes"
            )
        # The file as it is first, so that a mistake in a reading is reported under the reading's own key.
        Parameters.model_validate({**base, "preset": preset, "reading": reading})
        values = merge(merge(base, presets[preset]), {"training": readings[reading]})
        values = merge(values, _parse_strings(dict(overrides or {})))
        return Parameters.model_validate({**values, "preset": preset, "reading": reading})
    except ValidationError as error:
        raise ParametersError(f"{_mistake(error)} (preset {preset})") from None
    except RecursionError:
        raise ParametersError("the parameters are nested too deep") from None


def _one_of(key: str, name: Any, options: Any) -> str:
    """The name, if it is one of the options: the presets or the readings of params.yaml."""
    if not isinstance(options, Mapping) or not isinstance(name, str) or name not in options:
        allowed = ", ".join(map(one_line_key, options)) if isinstance(options, Mapping) else "nothing"
        raise ParametersError(f"{key} = {one_line(name)} is not in {key}s: choose one of {allowed}")
    return name


def merge(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with `changes` laid over it, mapping by mapping; lists are replaced whole."""
    merged = dict(base)
    for key, value in changes.items():
        nested = isinstance(value, Mapping) and isinstance(base.get(key), Mapping)
        merged[key] = merge(base[key], value) if nested else value
    return merged


def differences(base: Mapping[str, Any], other: Mapping[str, Any], path: str = "") -> list[tuple[str, Any, Any]]:
    """(dotted key, value in base, value in other) wherever the two differ."""
    changes: list[tuple[str, Any, Any]] = []
    for key in sorted({*base, *other}):
        base_value, other_value = base.get(key), other.get(key)
        if isinstance(base_value, Mapping) and isinstance(other_value, Mapping):
            changes += differences(base_value, other_value, f"{path}{key}.")
        elif base_value != other_value:
            changes.append((f"{path}{key}", base_value, other_value))
    return changes


def plain(section: Any) -> Any:
    """Sections as sorted plain values: Snakemake compares parameters with the order of their keys."""
    if isinstance(section, BaseModel):
        section = section.model_dump()
    if isinstance(section, Mapping):
        return {key: plain(section[key]) for key in sorted(section)}
    if isinstance(section, (list, tuple)):
        return [plain(value) for value in section]
    return section


def _parse_strings(value: Any) -> Any:
    # `--config training="{records: 8}"` leaves strings behind.
    if isinstance(value, str):
        return _parse(value)
    if isinstance(value, Mapping):
        return {key: _parse_strings(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_parse_strings(item) for item in value]
    return value


@cache
def _parse(text: str) -> bool | int | float | str:
    if re.fullmatch(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)[eE][-+]?[0-9]+", text):  # 1e-3, a word to YAML 1.1
        return float(text)
    try:
        value = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):  # ValueError: the 13th month, a number without end
        return text
    return value if isinstance(value, bool | int | float) else text


def _mistake(error: ValidationError) -> str:
    detail = error.errors()[0]
    key = ".".join(one_line_key(part) for part in detail["loc"])
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        return f"{key} is not a known key of params.yaml: remove it or correct its spelling"
    if detail["type"] == "missing":
        return f"{key} is missing from params.yaml: add it; docs/parameters.md explains it"
    if detail["type"] == "value_error":
        return f"{key}: {message}" if key else message
    return f"{key} = {one_line(detail['input'])}: {message}"

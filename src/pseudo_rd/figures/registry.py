"""The registry of figures, workflow/figures.yaml: one entry is one figure."""

import re
from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator


class Entry(BaseModel):
    """A figure: what draws it, what it is handed, and what is said about it.

    Attributes:
        draw: dotted name, within pseudo_rd.figures, of a function (FigureInputs, **options) -> Figure.
        options: its keyword arguments.
        section: where the report shows the figure.
        must_show: what a reader must see in it.
        caption: reStructuredText; {name} is filled in from `values`, with a format as in Python ({name:.3f}).
        values: by name in the caption, a dotted key of params.yaml; the preset shown gives its value.
        experiments: whose runs it is handed, keys of `experiments` in params.yaml.
        seeds: which of their seeds, the first or all.
        weights: whether the runs come with their snapshots.
        patterns: instead of runs, maps and clusters of the first seed's runs: of the first neurons or all of them.
        datasets, simulations: by name.
        parameters: sections of params.yaml.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    draw: str = Field(pattern=r"^\w+(\.\w+)+$")
    options: dict[str, Any] = {}
    section: str = Field(min_length=1)
    must_show: str = Field(min_length=1)
    caption: str = Field(min_length=60)
    values: dict[str, str] = {}
    experiments: list[str] = []
    seeds: Literal["first", "all"] = "all"
    weights: bool = False
    patterns: Literal["first", "all"] | None = None
    datasets: list[str] = []
    simulations: list[str] = []
    parameters: list[str] = []

    @model_validator(mode="after")
    def _values_fill_the_caption(self) -> "Entry":
        named = {name for _, name, _, _ in Formatter().parse(self.caption) if name is not None}
        if named != {*self.values}:
            odd = ", ".join(sorted(named ^ {*self.values}))
            raise ValueError(f"caption and values must have the same names, they differ in {odd}")
        return self

    @property
    def module(self) -> str:
        """The module that draws it, within pseudo_rd.figures."""
        return self.draw.rpartition(".")[0]


def read_registry(path: Path | str) -> dict[str, Entry]:
    """The entries by number.

    Raises:
        ValueError: one line that names the figure, the key, and what is allowed.
    """
    try:
        content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ValueError(f"{path} cannot be read: {' '.join(str(error).split())}") from None
    entries = {}
    for number, entry in content.items():
        if not isinstance(number, str) or not re.fullmatch("[0-9]{2}", number):
            raise ValueError(f'{path}: {number!r} must be two digits in quotes, such as "28"')
        try:
            entries[number] = Entry.model_validate(entry)
        except ValidationError as error:
            raise ValueError(f"{path}: figure {number}: {_one_line(error)}") from None
    return entries


def caption_of(entry: Entry, parameters: Mapping[str, Any]) -> str:
    """The caption with the values of `parameters`, params.yaml as resolved for one preset.

    Raises:
        ValueError: if a value's key is not there.
    """
    values = {}
    for name, key in entry.values.items():
        value: Any = parameters
        for part in key.split("."):
            if not isinstance(value, Mapping) or part not in value:
                raise ValueError(f"caption of {entry.draw}: params.yaml has no {key}: correct `values` in figures.yaml")
            value = value[part]
        values[name] = value
    return entry.caption.format(**values)


def _one_line(error: ValidationError) -> str:
    first = error.errors()[0]
    key = ".".join(map(str, first["loc"]))
    if first["type"] == "extra_forbidden":
        return f"{key} is not a key of a figure: allowed are {', '.join(Entry.model_fields)}"
    return f"{key}: {first['msg']}".removeprefix(": ").replace("Value error, ", "")

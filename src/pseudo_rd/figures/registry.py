"""The registry of figures, workflow/figures.yaml: one entry is one figure or film of any kind.

`python -m pseudo_rd.figures.registry` writes docs/results/figures.md, the table of them all.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pseudo_rd.claims.claim import value_at
from pseudo_rd.parameters.plain_yaml import read_parameters
from pseudo_rd.parameters.presets import resolve


class Entry(BaseModel):
    """A figure: what draws it, what it is handed, and what is said about it. The claims that it shows name it.

    Attributes:
        draw: dotted name, within pseudo_rd.figures, of a function (FigureInputs, **options) -> Figure, or Film.
        options: its keyword arguments.
        title: its name; "Figure 3" if not given and its key is "03".
        section: where the report, the companion and docs/results/figures.md show it.
        target: what `snakemake <target>` makes it; where it lies and in which formats follows
            (workflow/rules/figures.smk). `make figures` makes the target `figures`.
        must_show: what a reader must see in it.
        caption: reStructuredText; {name} is filled in from `values`, with a format as in Python ({name:.3f}).
        values: by name in the caption, a dotted key of params.yaml; the preset shown gives its value.
        experiments: whose runs it is handed, keys of `experiments` in params.yaml.
        seeds: which of their seeds, the first or all.
        widths: whether it draws one width of each experiment or all.
        cases: whether it is handed the runs of the cases of `beyond` on its data sets, by "<case>/<dataset>".
        weights: whether the runs come with their snapshots.
        patterns: instead of runs, maps and clusters of the first seed's runs: of the first neurons or all of them.
        datasets, simulations: by name.
        flow: whether it is handed the study of the theorems' own setting.
        tables: of the study of all readings, its dial beside it, or the controls.
        frames: what a film shows, by name: fields of a system, or maps of an objective's neurons.
        parameters: dotted keys of params.yaml.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    draw: str = Field(pattern=r"^\w+(\.\w+)+$")
    options: dict[str, Any] = {}
    title: str = Field(min_length=1)
    section: str = Field(min_length=1)
    target: Literal["figures", "theory", "multiverse", "moving", "beyond", "controls"] = "figures"
    must_show: str = Field(min_length=1)
    caption: str = Field(min_length=60)
    values: dict[str, str] = {}
    experiments: list[str] = []
    seeds: Literal["first", "all"] = "all"
    widths: Literal["one", "all"] = "one"
    cases: bool = False
    weights: bool = False
    patterns: Literal["first", "all"] | None = None
    datasets: list[str] = []
    simulations: list[str] = []
    flow: bool = False
    tables: list[Literal["outcomes", "verdicts", "scales", "dial", "controls"]] = []
    frames: list[Literal["turing", "gray_scott", "maps_supervised", "maps_augmented"]] = []
    parameters: list[str] = []

    @model_validator(mode="after")
    def _values_fill_the_caption(self) -> "Entry":
        caption_names = {name for _, name, _, _ in Formatter().parse(self.caption) if name is not None}
        if caption_names != {*self.values}:
            mismatches = ", ".join(sorted(caption_names ^ {*self.values}))
            raise ValueError(f"caption and values must have the same names, they differ in {mismatches}")
        return self

    @property
    def module(self) -> str:
        """The module that draws it."""
        return f"pseudo_rd.figures.{self.draw.rpartition('.')[0]}"

    @property
    def film_sections(self) -> list[str]:
        """What its frames are of: keys of `moving` in params.yaml."""
        return list(dict.fromkeys("neurons" if name.startswith("maps") else name for name in self.frames))


def read_registry(path: Path | str) -> dict[str, Entry]:
    """The entries by name, as the claims name them: the paper's by number ("03").

    Raises:
        ValueError: one line that names the figure, the key, and what is allowed.
    """
    try:
        content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ValueError(f"{path} cannot be read: {' '.join(str(error).split())}") from None
    entries = {}
    for name, entry in content.items():
        if not isinstance(name, str) or not re.fullmatch("[0-9]{2}|(?!fig[0-9])[a-z][a-z0-9_-]*", name):
            raise ValueError(f'{path}: {name!r} must be two digits in quotes, such as "28", or a name in small letters')
        title = {"title": f"Figure {int(name)}"} if name.isdigit() else {}
        try:
            entries[name] = Entry.model_validate(title | entry)
        except ValidationError as error:
            raise ValueError(f"{path}: figure {name}: {_message(error)}") from None
    return entries


def stem_of(name: str) -> str:
    """What a figure's files are called, without their ending."""
    return f"fig{name}" if name.isdigit() else name


def label_of(name: str, entry: Entry) -> str:
    """How menus show it; they are sorted by name."""
    return f"{name}: {entry.must_show}" if name.isdigit() else entry.title


def caption_of(entry: Entry, parameters: Mapping[str, Any]) -> str:
    """The caption with the values of `parameters`, params.yaml as resolved for one preset.

    Raises:
        ValueError: if a value's key is not there.
    """
    return entry.caption.format(**{name: value_at(parameters, key) for name, key in entry.values.items()})


def to_markdown(registry: Mapping[str, Entry], parameters: Mapping[str, Any]) -> str:
    """docs/results/figures.md: every figure by section, with its caption in the preset of `parameters`."""
    lines = [
        "# All figures and films",
        "",
        "Made from `workflow/figures.yaml` by `make parameters`; a [figure](../extend.md#a-figure) is one entry there. "
        f"Numbers are those of the preset {parameters['preset']}.",
    ]
    for section in dict.fromkeys(entry.section for entry in registry.values()):
        entries = {name: entry for name, entry in registry.items() if entry.section == section}
        lines += ["", f"## {section.lstrip('0123456789 ')}", "", "| file | what to see in it | what it shows |"]
        lines += ["| --- | --- | --- |"]
        for name, entry in entries.items():
            lines.append(f"| `{stem_of(name)}` | {entry.must_show} | {caption_of(entry, parameters)} |")
    return "\n".join(lines) + "\n"


def _message(error: ValidationError) -> str:
    detail = error.errors()[0]
    key = ".".join(map(str, detail["loc"]))
    if detail["type"] == "extra_forbidden":
        return f"{key} is not a key of a figure: allowed are {', '.join(Entry.model_fields)}"
    return f"{key}: {detail['msg']}".removeprefix(": ").replace("Value error, ", "")


if __name__ == "__main__":
    parameters = resolve(read_parameters("params.yaml"), "full").model_dump()
    table = to_markdown(read_registry("workflow/figures.yaml"), parameters)
    Path("docs", "results", "figures.md").write_text(table, encoding="utf-8")

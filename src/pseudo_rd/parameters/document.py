"""Writes docs/parameters.md, params.schema.json and the tables of docs/readings.md out of the schema and params.yaml.

Run it as `python -m pseudo_rd.parameters.document`.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from math import prod
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo

from pseudo_rd.parameters.plain_yaml import ParametersError, read_parameters
from pseudo_rd.parameters.presets import merge, resolve
from pseudo_rd.parameters.schema import Parameters, Section
from pseudo_rd.parameters.vocabulary import NAME_PATTERN

INTRODUCTION = """# All parameters

What each key of `params.yaml` means. Made by `python -m pseudo_rd.parameters.document` from
`src/pseudo_rd/parameters/schema.py` and `params.yaml`; a test keeps them in step.

- **Values** are those of the preset `full`: the paper's own where it gives one, ours where it is silent
  ([readings](readings.md)).
- **Brackets** show what another preset changes.
- A value **without a unit** is a pure number or a word.

To change a value, edit `params.yaml`; for one call, `snakemake --cores all figures --config 'training={records: 50}'`.
"""
READINGS_PAGE = "docs/readings.md"


def documents(config: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """The text of each document by its path; `config` is params.yaml as read, `folder` the project's."""
    page = (folder / READINGS_PAGE).read_text(encoding="utf-8")
    tables = {
        "choices": table_of_choices(config),
        "readings": table_of_readings(config),
        "study": table_of_study(config),
    }
    return {
        "docs/parameters.md": table_of_parameters(config),
        READINGS_PAGE: fill_marked(page, tables),
        "params.schema.json": json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n",
    }


def fill_marked(page: str, texts: Mapping[str, str]) -> str:
    """The page with each text between its marks, `<!-- begin NAME -->` and `<!-- end NAME -->`, each on a line.

    Raises:
        ValueError: if a page has not exactly one such place for a text.
    """
    for name, text in texts.items():
        begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->\n"
        if page.count(begin) != 1 or page.count(end) != 1 or page.index(begin) > page.index(end):
            raise ValueError(f"one place for {name} is needed, between {begin.strip()} and {end.strip()}")
        head, tail = page.split(begin)
        page = head + begin + text + end + tail.split(end)[1]
    return page


def table_of_choices(config: Mapping[str, Any]) -> str:
    """Each choice: its question, and its options with how the paper stands to them and the sentence they rest on."""
    page = []
    for name, choice in config["choices"].items():
        rows = [
            (f"`{_text(option['option'])}`", option["standing"], option["sentence"].replace("|", r"\|"))
            for option in choice["options"]
        ]
        page.append(f"**`{name}`**: {choice['question']}\n\n{_table(('option', 'standing', 'the paper'), rows)}")
    return "\n".join(page)


def table_of_readings(config: Mapping[str, Any]) -> str:
    """The named readings and what each changes."""
    rows = [
        (
            f"`{name}`",
            ", ".join(f"`{key}: {_text(option)}`" for key, option in changes.items()) or "nothing: all as printed",
        )
        for name, changes in config["readings"].items()
    ]
    return _table(("reading", "what it changes of the printed options"), rows)


def table_of_study(config: Mapping[str, Any]) -> str:
    """How large the study of all readings is in each preset; options changed one at a time are so from every start."""
    rows = []
    for preset, changes in config["presets"].items():
        study = merge(config, changes)["multiverse"]
        starts = len(study["crossed"]["generator_start"])
        single_count = sum(len(options) for options in study["alone"].values())
        counts = [len(options) for options in study["crossed"].values()]
        places = [
            f"{name}: widths {_text(place['widths'])}; seeds {_text(place['seeds'])}; epochs {place['epochs']}"
            for name, place in study["places"].items()
        ]
        rows.append(
            (
                f"`{preset}`",
                f"{' x '.join(map(str, counts))} = {prod(counts)}",
                f"{starts} x {single_count} = {starts * single_count}",
                "<br>".join(places),
                f"{len(study['scales']['scales'])} scales x {len(study['scales']['widths'])} widths",
            )
        )
    names = " x ".join(config["multiverse"]["crossed"])
    return _table(("preset", f"crossed: {names}", "one at a time", "places", "phase diagram"), rows)


def table_of_parameters(config: Mapping[str, Any]) -> str:
    """A page with the keys of each section: meaning, unit, the paper's value, and what the presets change."""
    presets = {name: merge(config, changes) for name, changes in config["presets"].items()}
    page = [INTRODUCTION]
    for name, field in Parameters.model_fields.items():
        page.append(f"## `{name}`\n{field.description}\n")
        values = {preset: parameters[name] for preset, parameters in presets.items()}
        model, by_name = _model_of(field)
        if name in ("choices", "readings"):
            page.append("Listed in [readings](readings.md).\n")
        elif model is None:
            page.append(f"Value: `{config[name]}`.\n")
        elif by_name:
            page += _tables(model, config[name], values)
        else:
            page += _section_tables(model, config[name], values)
    return "\n".join(page)


def json_schema() -> dict[str, Any]:
    """The JSON schema of params.yaml, for editors: every key with its meaning, no other, presets as overlays of parts.

    `resolve` checks more: which keys a source of data needs, and that names refer to something.
    """
    schema = Parameters.model_json_schema()
    sections: dict[str, Any] = schema.pop("$defs")
    for section in (schema, *sections.values()):
        _add_units(section)
    overlays = {f"{name}Overlay": _overlay(section) for name, section in sections.items()}
    overlay = _overlay(schema)
    del overlay["properties"]["preset"]
    schema["properties"]["presets"] = {
        "description": "What a preset changes. Everything else stays the paper's.",
        "type": "object",
        "patternProperties": {NAME_PATTERN: overlay},
        "additionalProperties": False,
    }
    return {
        **schema,
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "params.yaml",
        "required": [*schema["required"], "presets"],
        "$defs": {**sections, **overlays},
    }


def _model_of(field: FieldInfo) -> tuple[type[Section] | None, bool]:
    """The section that a key holds, if any, and whether it holds several by name."""
    by_name = get_origin(field.annotation) is dict
    model = get_args(field.annotation)[1] if by_name else field.annotation
    return (model if isinstance(model, type) and issubclass(model, Section) else None), by_name


def _leaves(model: type[Section], prefix: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], FieldInfo]]:
    """The path of each key down to plain values and to sections by name."""
    for name, field in model.model_fields.items():
        submodel, by_name = _model_of(field)
        if submodel is None or by_name:
            yield (*prefix, name), field
        else:
            yield from _leaves(submodel, (*prefix, name))


def _section_tables(model: type[Section], base: Any, presets: Mapping[str, Any]) -> list[str]:
    """A table of the section's plain keys, then those of its sections by name."""
    leaves = list(_leaves(model))
    rows = [
        (f"`{'.'.join(path)}`", field.description, _unit(field), _cell(path, base, presets))
        for path, field in leaves
        if _model_of(field)[0] is None
    ]
    page = [_table(("key", "meaning", "unit", "value"), rows)]
    for path, field in leaves:
        submodel, _ = _model_of(field)
        if submodel is not None:
            page.append(f"`{'.'.join(path)}`: {field.description}\n")
            page += _tables(submodel, _get(path, base), {name: _get(path, values) for name, values in presets.items()})
    return page


def _tables(model: type[Section], base: Any, presets: Mapping[str, Any]) -> list[str]:
    """A table of the keys, then one of their values, a row for each name."""
    leaves = list(_leaves(model))
    keys = [(f"`{'.'.join(path)}`", field.description, _unit(field)) for path, field in leaves]
    values = [(f"`{name}`", *(_cell((name, *path), base, presets) for path, _ in leaves)) for name in base]
    return [_table(("key", "meaning", "unit"), keys), _table(("name", *(key for key, *_ in keys)), values)]


def _cell(path: Sequence[str], base: Any, presets: Mapping[str, Any]) -> str:
    """A value, and in brackets what presets make of it."""
    value = _get(path, base)
    values = {name: _get(path, section) for name, section in presets.items()}
    changes = [f"{name}: {_text(preset_value)}" for name, preset_value in values.items() if preset_value != value]
    return f"{_text(value)} [{'; '.join(changes)}]" if changes else _text(value)


def _get(path: Sequence[str], section: Any) -> Any:
    for key in path:
        section = section.get(key, "")
    return section


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key} ({_text(item)})" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(map(_text, value)) or "none"
    return json.dumps(value) if value is None or isinstance(value, bool) else str(value)


def _unit(field: FieldInfo) -> str:
    extra = field.json_schema_extra
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


def _table(head: Sequence[str], rows: Sequence[Sequence[str | None]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell or "" for cell in line) + " |" for line in lines) + "\n"


def _add_units(section: dict[str, Any]) -> None:
    """Units as part of the descriptions, which are all that editors show; links as the files they lead to."""
    del section["title"]
    section.pop("description", None)  # a docstring, for readers of the code
    for key in section["properties"].values():
        key.pop("title", None)
        key["description"] = re.sub(r"\[[^]]*\]\(([^)]*)\)", r"docs/\1", key["description"])
        if unit := key.pop("unit", ""):
            key["description"] += f" Unit: {unit}."
        if "patternProperties" in key:
            key["additionalProperties"] = False


def _overlay(schema: Any) -> Any:
    """The same keys, none of them required, all the way down."""
    if isinstance(schema, dict):
        overlay = {key: _overlay(value) for key, value in schema.items() if key != "required"}
        return overlay | ({"$ref": f"{overlay['$ref']}Overlay"} if "$ref" in overlay else {})
    return schema


if __name__ == "__main__":
    try:
        config = read_parameters("params.yaml")
        resolve(config)
    except ParametersError as error:
        sys.exit(str(error))
    for path, text in documents(config, Path()).items():
        Path(path).write_text(text, encoding="utf-8")

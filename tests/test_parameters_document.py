import copy
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from projects import CONFIG, ROOT, changed

from pseudo_rd.parameters.document import documents, json_schema, table_of_parameters
from pseudo_rd.parameters.schema import Parameters

EDITORS = Draft202012Validator(json.loads((ROOT / "params.schema.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", documents(CONFIG, ROOT))
def test_schema_and_parameters_are_documented_as_they_are(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == documents(CONFIG, ROOT)[path], (
        "run python -m pseudo_rd.parameters.document"
    )


def test_params_yaml_names_its_schema_and_keeps_to_it() -> None:
    first = (ROOT / "params.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=params.schema.json"
    Draft202012Validator.check_schema(json_schema())
    EDITORS.validate(CONFIG)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("training.learning_rat", 0.1, "'learning_rat' was unexpected"),
        ("training.learning_rate", 0, "0 is less than or equal to the minimum of 0"),
        ("training.bound_reading", "lipschitz", "'lipschitz' is not one of"),
        ("datasets.Mnist", {}, "'Mnist' does not match any of the regexes"),
        ("presets.smoke.preset", "quick", "'preset' was unexpected"),
        ("presets.quick.moving", {"neurons": {"width": -1}}, "-1 is less than or equal to the minimum of 0"),
        ("presets.Huge", {}, "'Huge' does not match any of the regexes"),
    ],
)
def test_an_editor_underlines_a_mistake(key: str, value: Any, message: str) -> None:
    errors = [error.message for error in EDITORS.iter_errors(changed(key, value))]
    assert len(errors) == 1
    assert message in errors[0]


def test_a_key_may_lack_in_a_preset_but_not_in_the_paper() -> None:
    without = copy.deepcopy(CONFIG)
    del without["gray_scott"]["patch"]
    assert [error.message for error in EDITORS.iter_errors(without)] == ["'patch' is a required property"]
    assert EDITORS.is_valid(changed("presets.smoke", {"gray_scott": {"patch": 3}}))


def test_hovering_over_a_key_shows_its_meaning_and_unit() -> None:
    schema = json_schema()
    patch = schema["$defs"]["GrayScottParameters"]["properties"]["patch"]["description"]
    assert patch == "Side of the central square in which u and v are exchanged at the start. Unit: cells."
    assert schema["properties"]["datasets"]["description"] == "Data sets by name (docs/extend.md#data)."


def test_a_table_shows_the_papers_value_and_what_presets_change() -> None:
    page = table_of_parameters(changed("presets.smoke.gray_scott.patch", 3))
    meaning = "Side of the central square in which u and v are exchanged at the start."
    assert f"| `patch` | {meaning} | cells | 5 [smoke: 3] |" in page
    assert "| `fig25` | 0.025 | 0.06 |" in page
    assert "| `clustering.preference` |" in page


def test_the_page_has_a_section_for_each_of_the_file() -> None:
    page = table_of_parameters(CONFIG)
    assert [line for line in page.splitlines() if line.startswith("## ")] == [
        f"## `{name}`" for name in Parameters.model_fields
    ]

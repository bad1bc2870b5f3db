from pathlib import Path

import pytest

from pseudo_rd.parameters.plain_yaml import ParametersError, read_parameters


def written(folder: Path, text: str) -> Path:
    path = folder / "params.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_mappings_lists_numbers_and_words_are_read(tmp_path: Path) -> None:
    text = "a: {b: [1, 0.5, word], c: null} # said aside\nd: true\n"
    assert read_parameters(written(tmp_path, text)) == {"a": {"b": [1, 0.5, "word"], "c": None}, "d": True}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2\n", "line 2: a is given twice"),
        ("a: &x [1]\nb: *x\n", "line 2: an alias is not read here: write the value out"),
        ("a: [1\nb: 2\n", "line 2: .*expected"),
        ("a: !!python/name:os.system\n", "line 1: could not determine a constructor"),
        ("a: 2001-13-45\n", "cannot be read: month must be in 1..12"),
        ("", "must be a mapping of keys to values, it holds None"),
        ("__use_yte__: true\n", "__use_yte__ would let the file run Python: remove it"),
        ("a: " + "[" * 3000, "is nested too deep"),
    ],
)
def test_what_cannot_be_read_gets_one_line_with_file_and_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ParametersError, match=message) as caught:
        read_parameters(written(tmp_path, text))
    assert str(tmp_path / "params.yaml") in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ParametersError, match=r"params\.yaml cannot be read: No such file"):
        read_parameters(tmp_path / "params.yaml")

"""docs/tutorial.md, run block by block in an empty folder with params.yaml; the notebooks, run cell by cell."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from notebooks import NOTEBOOKS, run_notebook
from pages import blocks
from projects import ROOT

import pseudo_rd

PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_page_runs_from_its_first_block_to_its_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(ROOT / "params.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for code in blocks(PAGE, "python"):
        exec(code, names)  # noqa: S102, our own page
    assert [(run.objective, run.seed) for run in names["runs"]] == [
        ("supervised", 1),
        ("augmented", 1),
        ("supervised", 2),
        ("augmented", 2),
    ]
    for run in (*names["runs"], *names["my_runs"]):
        assert run.history["distance_hidden"].iloc[-1] > 0
        # Within a few epochs only those without the critic have learned something.
        assert run.objective == "augmented" or run.history["test_error"].iloc[-1] < run.history["test_error"].iloc[0]
    assert names["deeper"][0].layers == ("hidden", "hidden2", "top")
    assert (tmp_path / "distances.png").stat().st_size > 10_000
    assert len(names["row"]["values"]) == 2, "a number for each seed"
    assert names["row"]["verdict"] in capsys.readouterr().out.splitlines()
    assert names["my_row"]["name"] == "my-claim"
    assert len(names["my_row"]["values"]) == 2


def test_the_page_names_all_that_is_public() -> None:
    (table,) = [part for part in PAGE.split("\n\n") if "| name |" in part]
    assert all(f"`{name}`" in table for name in pseudo_rd.__all__)


def kinds_of(notebook: dict[str, Any]) -> list[list[list[str]]]:
    """For each cell of code, what its outputs are: a stream of text, or the formats of its last value."""
    codes = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return [[sorted(output.get("data", ["text"])) for output in cell["outputs"]] for cell in codes]


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_as_it_is_stored_and_ends_in_a_picture(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    stored = json.loads(path.read_text(encoding="utf-8"))
    ran = run_notebook(path)
    assert kinds_of(ran) == kinds_of(stored)
    assert kinds_of(ran)[-1] == [["image/png", "text/plain"]]

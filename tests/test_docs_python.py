"""docs/python.md, run block by block in an empty folder with params.yaml."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from pages import blocks
from projects import ROOT

PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")


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
        assert run.history["test_error"].iloc[-1] < 0.9 * run.history["test_error"].iloc[0]
    assert (tmp_path / "distances.png").stat().st_size > 10_000
    assert len(names["row"]["values"]) == 2, "a number for each seed"
    assert names["row"]["verdict"] in capsys.readouterr().out.splitlines()
    assert names["my_row"]["name"] == "my-claim"
    assert len(names["my_row"]["values"]) == 2

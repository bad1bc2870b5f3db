"""What a shell, a container or a copied folder hands over: this folder's code runs all the same."""

import sys
from pathlib import Path

import pytest
from pages import insert
from projects import MAKE, ROOT, copy_project, output, rewrite, run, snakemake

NAME = "my dépôt (a) & b's [c] $HOME"  # of a folder, as people have them


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project beside the installed one, with an environment that is the installed one's."""
    folder = copy_project(tmp_path / NAME)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def make(folder: Path, *arguments: str, **variables: str) -> str:
    """What a target says."""
    return output(run(folder, *MAKE, "--silent", *arguments, **variables)).strip()


def test_make_hands_on_this_folder_s_code_and_nothing_that_was_set_for_another_python(tmp_path: Path) -> None:
    show = "--eval=show: ; env"
    foreign = {"PYTHONPATH": "/other/src", "PYTHONHOME": "/other", "PYTHONSTARTUP": "/other.py", "PYTHONOPTIMIZE": "2"}
    said = dict(line.split("=", 1) for line in make(ROOT, show, "show", **foreign).splitlines() if "=" in line)
    kept = {name: value for name, value in said.items() if name.startswith("PYTHON")}
    assert kept == {"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"}


def test_a_home_that_cannot_be_written_is_not_asked_for_a_cache() -> None:
    show = "--eval=show: ; echo $$XDG_CACHE_HOME"
    assert make(ROOT, show, "show", HOME="/proc/none", XDG_CACHE_HOME="") == str(ROOT / ".cache")


@pytest.mark.parametrize("written", ["smoke", '"smoke"', "'smoke' # tiny"])
def test_make_reads_a_preset_as_the_workflow_does(written: str, project: Path) -> None:
    rewrite(project / "params.yaml", "preset: quick", f"preset: {written}")
    assert make(project, "--eval=show: ; echo $(call named,preset)", "show") == "smoke"


@pytest.mark.slow
def test_a_copied_folder_of_any_name_runs_its_own_code(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/proc/none")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    monkeypatch.setenv("MPLBACKEND", "TkAgg")
    target = "data/processed/smoke/synthetic-784.safetensors"
    output(snakemake(project, target, "--config", "preset=smoke", afresh=True))
    insert(project / "src/pseudo_rd/data/sources.py", "\nraise ValueError('the code of the copy')\n")
    changed = snakemake(project, target, "--config", "preset=smoke", afresh=True)
    assert changed.returncode == 1
    assert "the code of the copy" in changed.stdout

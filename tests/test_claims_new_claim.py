"""docs/new-claim.md, followed word by word in a copy of the project."""

import shutil
import sys
import textwrap
from pathlib import Path

import pytest
from pages import blocks, in_copy, insert
from projects import ROOT, copy_project

pytestmark = pytest.mark.slow
PAGE = (ROOT / "docs" / "new-claim.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_project(tmp_path_factory.mktemp("new-claim"))
    entry, measure = blocks(PAGE, "python")
    (criterion,) = blocks(PAGE, "yaml")
    insert(folder / "src/pseudo_rd/claims/images.py", f"{textwrap.indent(entry.rstrip(), '    ')},\n", before=")\n")
    insert(folder / "src/pseudo_rd/claims/measures.py", f"\n\n{measure}")
    insert(folder / "params.yaml", criterion, before="    farther: ")
    (folder / "tests").mkdir()
    for name in ("test_claims.py", "made_up.py"):
        shutil.copy(ROOT / "tests" / name, folder / "tests")
    return folder


def test_the_page_fits_a_screen() -> None:
    assert len(PAGE.splitlines()) <= 60


def test_the_new_claim_is_decided_by_made_up_evidence(project: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_claims.py", "-k"]
    finished = in_copy(project, *command, "figure-9-test-error or criterion")
    assert finished.returncode == 0, finished.stdout
    assert "4 passed" in finished.stdout  # decided both ways, called as written, its criterion used


def test_the_workflow_plans_the_verdict_with_it(project: Path) -> None:
    command = [sys.executable, "-m", *blocks(PAGE, "sh")[0].split()]
    finished = in_copy(project, *command, "--dry-run", "--config", "preset=smoke")
    assert finished.returncode == 0, finished.stdout
    assert "judge_claims" in finished.stdout

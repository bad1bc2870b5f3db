"""docs/new-reading.md, followed word by word in a copy of the project."""

import re
import shutil
import sys
from pathlib import Path

import pytest
from pages import blocks, in_copy, insert
from projects import ROOT, copy_project

PAGE = (ROOT / "docs" / "new-reading.md").read_text(encoding="utf-8")
NEEDED = ("docs/readings.md", "benchmarks/textbook.py", "tests/conftest.py", "tests/projects.py", "pyproject.toml")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with all that the page adds."""
    folder = copy_project(tmp_path_factory.mktemp("new-reading"))
    for name in (*NEEDED, "tests/test_training_closed_form_steps.py"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    word, step, plainly = blocks(PAGE, "python")
    option, reading = blocks(PAGE, "yaml")

    vocabulary = folder / "src/pseudo_rd/parameters/vocabulary.py"
    text, count = re.subn(r"^BoundReading = .*\n", word, vocabulary.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count == 1
    vocabulary.write_text(text, encoding="utf-8")
    insert(folder / "src/pseudo_rd/training/objectives.py", step)
    insert(folder / "benchmarks/textbook.py", plainly, before="\n\ndef generator_loss")
    insert(folder / "params.yaml", option, before="  critic_optimizer:\n    question")
    insert(folder / "params.yaml", reading, before="\n# All readings side by side")
    return folder


def test_the_page_fits_a_screen() -> None:
    assert len(PAGE.splitlines()) <= 60


def test_every_file_that_the_page_names_is_the_one_that_is_changed(project: Path) -> None:
    for name in re.findall(r"`([\w/.]+\.(?:py|yaml))`", PAGE):
        assert (ROOT / name).is_file()
        changed = (project / name).read_text(encoding="utf-8") != (ROOT / name).read_text(encoding="utf-8")
        assert changed or name.endswith(
            ("training/closed_form/steps.py", "training/weights.py", "test_training_closed_form_steps.py")
        )


@pytest.mark.slow
def test_the_new_option_is_held_to_the_textbook(project: Path) -> None:
    _, test, _ = blocks(PAGE, "sh")[0].splitlines()
    # Pairs with other options take half a minute; they are the same code.
    arguments = [*test.split()[1:], "-m", "not slow", "-x", "-n", "0", "-p", "no:cacheprovider"]
    held = in_copy(project, sys.executable, "-m", "pytest", *arguments)
    assert held.returncode == 0, held.stdout
    assert re.search(r"\b3 passed", held.stdout), (
        held.stdout
    )  # on two data sets; and that the option makes a difference

    # Were the two not the same, the tests would say so.
    textbook = project / "benchmarks/textbook.py"
    before = textbook.read_text(encoding="utf-8")
    textbook.write_text(before.replace("bound / row.norm()", "2 * bound / row.norm()"), encoding="utf-8")
    assert in_copy(project, sys.executable, "-m", "pytest", *arguments).returncode == 1
    textbook.write_text(before, encoding="utf-8")


def test_the_new_reading_is_documented_and_planned(project: Path) -> None:
    document, _, run = blocks(PAGE, "sh")[0].splitlines()
    made = in_copy(project, sys.executable, *document.split()[1:])
    assert made.returncode == 0, made.stdout
    page = (project / "docs/readings.md").read_text(encoding="utf-8")
    assert "| `framework-rows` | `generator_start: framework`, `bound_reading: rows` |" in page
    assert "| `rows` | unstated |" in page

    planned = in_copy(project, sys.executable, "-m", *run.split(), "preset=smoke", "--dry-run")
    assert planned.returncode == 0, planned.stdout
    assert "results/smoke/framework-rows/claims.json" in planned.stdout

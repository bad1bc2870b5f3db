"""docs/new-objective.md, followed word by word in a copy of the project."""

import math
import re
import shutil
import sys
from pathlib import Path

import pytest
from pages import blocks, in_copy, insert
from projects import ROOT, copy_project

PAGE = (ROOT / "docs" / "new-objective.md").read_text(encoding="utf-8")
NEEDED = ("benchmarks/textbook.py", "tests/conftest.py", "tests/projects.py", "pyproject.toml")
TRAINED = """
from pseudo_rd.data.sources import prepare
from pseudo_rd.parameters.plain_yaml import read_parameters
from pseudo_rd.parameters.presets import resolve
from pseudo_rd.training.pairs import train_under

config = read_parameters("params.yaml")
parameters = {resolve}
# Weights near zero: all outputs are equal at the start.
for run in train_under(parameters, prepare("mnist", "embedded"), 8, epochs=1, start_scale=1e-9):
    print(run.history["supervised_loss"].iloc[0])
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with all that the page adds."""
    folder = copy_project(tmp_path_factory.mktemp("new-objective"))
    for name in (*NEEDED, "tests/test_training_steps.py"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    word, divisors, slope, reaction, loss, plainly = blocks(PAGE, "python")

    vocabulary = folder / "src/pseudo_rd/parameters/vocabulary.py"
    text, count = re.subn(r"^Loss = .*\n", word, vocabulary.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count == 1
    vocabulary.write_text(text, encoding="utf-8")
    training = folder / "src/pseudo_rd/training"
    insert(training / "settings.py", divisors, before='        return {"batch": ')
    insert(training / "steps.py", slope, before="        if self.settings.adversarial:\n            slopes")
    measurements = training / "measurements.py"
    insert(measurements, reaction, before='    if settings.adversarial:\n        pulls["diffusion"]')
    insert(measurements, loss, before="    if not settings.adversarial:\n        names")
    insert(
        folder / "benchmarks/textbook.py", plainly, before='    else:\n        reduce = torch.mean if loss == "batch"'
    )
    return folder


def test_the_page_fits_a_screen() -> None:
    assert len(PAGE.splitlines()) <= 60


def test_every_file_that_the_page_names_is_the_one_that_is_changed(project: Path) -> None:
    for name in re.findall(r"`((?:src|benchmarks)/[\w/.]+\.py)`", PAGE):
        assert (project / name).read_text(encoding="utf-8") != (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_new_loss_is_held_to_the_textbook(project: Path) -> None:
    arguments = [*blocks(PAGE, "sh")[0].split()[1:], "-m", "not slow", "-x", "-n", "0", "-p", "no:cacheprovider"]
    held = in_copy(project, sys.executable, "-m", "pytest", *arguments)
    assert held.returncode == 0, held.stdout
    # On two data sets, without and with the critic; and that it makes a difference.
    assert re.search(r"\b5 passed", held.stdout), held.stdout

    # Were the two not the same, the tests would say so.
    steps = project / "src/pseudo_rd/training/steps.py"
    before = steps.read_text(encoding="utf-8")
    steps.write_text(before.replace("softmax(1) - targets", "softmax(0) - targets"), encoding="utf-8")
    assert in_copy(project, sys.executable, "-m", "pytest", *arguments).returncode == 1
    steps.write_text(before, encoding="utf-8")


@pytest.mark.slow
def test_the_recorded_loss_of_ten_equal_outputs_is_the_logarithm_of_ten(project: Path) -> None:
    (resolve,) = re.findall(r"`(resolve\(.*\))`", PAGE)
    trained = in_copy(project, sys.executable, "-c", TRAINED.format(resolve=resolve))
    assert trained.returncode == 0, trained.stdout
    assert [float(line) for line in trained.stdout.split()] == pytest.approx([math.log(10)] * 2, rel=1e-6)

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
NEEDED = (
    "tests/test_training_autograd.py",
    "tests/test_training_objectives.py",
    "tests/conftest.py",
    "tests/projects.py",
    "pyproject.toml",
)
TRAINED = """
import pseudo_rd as rd

reading = {reading}
# Weights near zero: all outputs are equal at the start.
for run in rd.train_pair(rd.prepare("mnist", "embedded"), reading, 8, epochs=1, start_scale=1e-9):
    print(run.history["supervised_loss"].iloc[0])
"""
STUDIED = """
from dataclasses import replace

import torch

from pseudo_rd.data.sources import prepare
from pseudo_rd.training.closed_form.batched import batches_of
from pseudo_rd.training.loop import outcome_of
from pseudo_rd.training.samples import samples_of
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.closed_form.together import outcomes_of

dataset = prepare("mnist", "embedded", train_samples=256, test_samples=64)
settings = Settings("augmented", 8, 1, batch_size=32, epochs=3, records=4, loss="likelihood")
wanted = [replace(settings, start_scale=scale, loss=loss) for scale in (1, 0.5) for loss in ("likelihood", "batch")]
batches = batches_of(wanted, torch.device("cpu"))
print(*map(len, batches))
for batch in batches:
    samples = samples_of(dataset, batch[0], torch.device("cpu"), torch.float32)
    for one, result in zip(batch, outcomes_of(dataset, batch, samples), strict=True):
        print(result.history["train_error"].iloc[-1], outcome_of(dataset, one).history["train_error"].iloc[-1])
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with all that the page adds."""
    folder = copy_project(tmp_path_factory.mktemp("new-objective"))
    for name in NEEDED:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    word, loss = blocks(PAGE, "python")

    vocabulary = folder / "src/pseudo_rd/parameters/vocabulary.py"
    text, count = re.subn(r"^Loss = .*\n", word, vocabulary.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count == 1
    vocabulary.write_text(text, encoding="utf-8")
    insert(folder / "src/pseudo_rd/training/objectives.py", loss)
    return folder


def test_the_page_fits_a_screen() -> None:
    assert len(PAGE.splitlines()) <= 60


def test_every_file_that_the_page_names_is_the_one_that_is_changed(project: Path) -> None:
    for name in re.findall(r"`(src/[\w/.]+\.py)`", PAGE):
        assert (project / name).read_text(encoding="utf-8") != (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.slow
def test_both_engines_descend_the_new_loss_and_a_wrong_slope_by_hand_is_noticed(project: Path) -> None:
    arguments = [*blocks(PAGE, "sh")[0].split()[1:], "-x", "-n", "0", "-p", "no:cacheprovider"]
    held = in_copy(project, sys.executable, "-m", "pytest", *arguments)
    assert held.returncode == 0, held.stdout
    # With every other option, for several numbers of classes, and the slope by itself.
    assert int(re.findall(r"\b(\d+) passed", held.stdout)[0]) > 20, held.stdout

    objectives = project / "src/pseudo_rd/training/objectives.py"
    before = objectives.read_text(encoding="utf-8")
    objectives.write_text(
        before.replace("(negative_log_likelihood)", "(negative_log_likelihood, derivative=torch.sub)")
    )
    assert in_copy(project, sys.executable, "-m", "pytest", *arguments).returncode == 1
    objectives.write_text(before, encoding="utf-8")


@pytest.mark.slow
def test_the_recorded_loss_of_ten_equal_outputs_is_the_logarithm_of_ten(project: Path) -> None:
    (reading,) = re.findall(r"`(rd\.reading\(.*\))`", PAGE)
    trained = in_copy(project, sys.executable, "-c", TRAINED.format(reading=reading))
    assert trained.returncode == 0, trained.stdout
    assert [float(line) for line in trained.stdout.split()] == pytest.approx([math.log(10)] * 2, rel=1e-6)


def test_in_the_study_networks_with_the_new_loss_are_those_trained_alone(project: Path) -> None:
    studied = in_copy(project, sys.executable, "-c", STUDIED)
    assert studied.returncode == 0, studied.stdout
    sizes, *lines = studied.stdout.splitlines()
    assert sizes == "2 2" and len(lines) == 4
    for line in lines:
        together, alone = map(float, line.split())
        assert together == pytest.approx(alone, rel=1e-4)

"""docs/extend.md, followed word by word: all that it adds stands in one copy of the project."""

import math
import re
import shutil
import subprocess
import textwrap
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
import yaml
from pages import blocks, in_copy, insert, section
from projects import CONFIG, ROOT, copy_project, output, rewrite, snakemake

from pseudo_rd.parameters.presets import merge, resolve

PAGE = ROOT / "docs" / "extend.md"
DATA, LOSS, FIGURE, CLAIM, READING = (
    section(PAGE, heading) for heading in ("Data", "A loss", "A figure", "A claim", "A reading")
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
from pseudo_rd.training.closed_form.batched import batches_of, outcomes_of
from pseudo_rd.training.loop import outcome_of
from pseudo_rd.training.samples import samples_of
from pseudo_rd.training.settings import Settings

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


def replace_line(path: Path, line: str) -> None:
    """Put a line of `NAME = ...` in the place of the one that is there."""
    name = line.split(" = ")[0]
    text, count = re.subn(rf"^{name} = .*\n", line, path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count == 1
    path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with all that the page adds."""
    folder = copy_project(tmp_path_factory.mktemp("extend"))
    shutil.copytree(ROOT / "tests", folder / "tests")
    for name in ("pyproject.toml", "benchmarks/textbook.py", "docs/readings.md"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    source = folder / "src/pseudo_rd"

    word, step, plainly = blocks(READING, "python")
    option, reading = blocks(READING, "yaml")
    replace_line(source / "parameters/vocabulary.py", word)
    insert(source / "training/objectives.py", step)
    insert(folder / "benchmarks/textbook.py", plainly, before="\n\ndef generator_loss")
    insert(folder / "params.yaml", option, before="  critic_optimizer:\n    question")
    insert(folder / "params.yaml", reading, before="\n# All readings side by side")

    word, loss = blocks(LOSS, "python")
    replace_line(source / "parameters/vocabulary.py", word)
    insert(source / "training/objectives.py", loss)

    entry, measure = blocks(CLAIM, "python")
    (criterion,) = blocks(CLAIM, "yaml")
    insert(source / "claims/images.py", f"{textwrap.indent(entry.rstrip(), '    ')},\n", before=")\n")
    insert(source / "claims/measures.py", f"\n\n{measure}")
    insert(folder / "params.yaml", criterion, before="    farther: ")
    return folder


def run_tests(project: Path, command: str, *options: str) -> subprocess.CompletedProcess[str]:
    """What a line of the page, `pytest ...`, gives in the copy."""
    return in_copy(project, *command.split(), *options, "-x", "-n", "0", "-p", "no:cacheprovider")


def commands(text: str) -> list[str]:
    return blocks(text, "sh")[0].splitlines()


@pytest.mark.parametrize("text", [LOSS, CLAIM, READING], ids=["loss", "claim", "reading"])
def test_every_file_that_a_step_names_is_the_one_that_is_changed(project: Path, text: str) -> None:
    for name in re.findall(r"`((?:src|benchmarks)/[\w/.]+\.py|params\.yaml)`", text):
        assert (project / name).read_text(encoding="utf-8") != (ROOT / name).read_text(encoding="utf-8"), name


# Data


def test_the_example_of_your_own_images_is_accepted() -> None:
    resolved = resolve(merge(CONFIG, yaml.safe_load(blocks(DATA, "yaml")[0])), "full")
    assert resolved.datasets["my-images"].source == "file"
    assert resolved.experiments["my-images"].seeds == (1, 2)


# A loss


@pytest.mark.slow
def test_both_engines_descend_the_new_loss(project: Path) -> None:
    [command] = commands(LOSS)
    held = output(run_tests(project, command))
    # With every other option, for several numbers of classes, and the slope by itself.
    assert int(re.findall(r"\b(\d+) passed", held)[0]) > 20, held


@pytest.mark.slow
def test_the_recorded_loss_of_ten_equal_outputs_is_the_logarithm_of_ten(project: Path) -> None:
    (reading,) = re.findall(r"`(rd\.reading\(.*\))`", LOSS)
    trained = output(in_copy(project, "python", "-c", TRAINED.format(reading=reading)))
    assert [float(line) for line in trained.split()] == pytest.approx([math.log(10)] * 2, rel=1e-6)


def test_in_the_study_networks_with_the_new_loss_are_those_trained_alone(project: Path) -> None:
    sizes, *lines = output(in_copy(project, "python", "-c", STUDIED)).splitlines()
    assert sizes == "2 2" and len(lines) == 4
    for line in lines:
        together, alone = map(float, line.split())
        assert together == pytest.approx(alone, rel=1e-4)


# A claim and a reading


@pytest.mark.slow
def test_the_new_claim_is_decided_by_made_up_evidence(project: Path) -> None:
    _, command = commands(CLAIM)
    held = output(run_tests(project, command, "-k", "figure-9-test-error or keys or criterion"))
    assert "3 passed" in held  # decided both ways, needs known keys, its criterion used


@pytest.mark.slow
def test_the_new_option_is_held_to_the_textbook(project: Path) -> None:
    _, command, _ = commands(READING)
    # Pairs with other options take half a minute; they are the same code.
    held = output(run_tests(project, command, "-m", "not slow"))
    # On two data sets; and that the option makes a difference.
    assert re.search(r"\b3 passed", held), held


@pytest.mark.slow
def test_the_new_reading_is_documented_and_the_workflow_plans_its_verdicts(project: Path) -> None:
    document, _, run = commands(READING)
    output(in_copy(project, *document.split()))
    page = (project / "docs/readings.md").read_text(encoding="utf-8")
    assert "| `framework-rows` | `generator_start: framework`, `bound_reading: rows` |" in page
    assert "| `rows` | unstated |" in page

    assert run.startswith(commands(CLAIM)[0])
    planned = output(in_copy(project, *run.split(), "preset=smoke", "--dry-run"))
    assert "judge_claims" in planned
    assert "results/smoke/framework-rows/claims.json" in planned


# A figure


def follow(page: str, folder: Path) -> None:
    """Do what the page says: code goes to the end of the file that its step names first, commands are run."""
    steps = re.findall(r"^\d\. (.*?)^( *)```(\w+)\n(.*?)^\2```$", page, flags=re.MULTILINE | re.DOTALL)
    assert [kind for _, _, kind, _ in steps] == ["python", "yaml", "python", "sh"]
    for words, _, kind, indented in steps:
        code = textwrap.dedent(indented)
        if kind == "sh":
            output(in_copy(folder, "bash", "-euc", code))
        else:
            file, *_ = re.findall(r"`([\w/]+\.(?:py|yaml))`", words)
            (folder / file).parent.mkdir(exist_ok=True)
            with (folder / file).open("a", encoding="utf-8") as opened:
                opened.write(code)


@pytest.mark.slow
def test_a_figure_made_as_the_page_says_is_drawn_and_a_new_caption_draws_nothing(tmp_path: Path) -> None:
    folder = copy_project(tmp_path)
    follow(FIGURE, folder)
    [target] = re.findall(r"results/smoke/[a-z-]+/figures/growth\.png", FIGURE)
    reading = target.split("/")[2]
    assert np.ptp(plt.imread(folder / target)[..., :3]) > 0.5
    assert (folder / target).with_suffix(".pdf").exists()

    def asked(*arguments: str) -> str:
        return output(snakemake(folder, *arguments, "--config", "preset=smoke", f"reading={reading}"))

    registry = folder / "workflow" / "figures.yaml"
    rewrite(registry, "Standard deviation of u in Turing's", "How u spreads in Turing's")
    assert "Nothing to be done" in asked("--dry-run", target)
    # What came out is told by judging the claims, which would need every run.
    passages = "\n\n".join(f".. begin {name}\n\nNothing.\n\n.. end {name}" for name in ("front", "growth"))
    (folder / "results" / "smoke" / reading / "outcomes.rst").write_text(passages, encoding="utf-8")
    asked("--report", "report.html", target)
    assert "How u spreads in Turing's system (63) over time, with the printed constants (c = 3)" in (
        folder / "report.html"
    ).read_text(encoding="utf-8")

    rewrite(registry, "scale: log", "scale: linear")
    assert re.search(r"^draw_figure +1$", asked("--dry-run", target), flags=re.MULTILINE)

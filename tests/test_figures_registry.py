"""The registry of figures: in step with parameters and claims, its captions, and what an edit of it plans."""

import inspect
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from pkgutil import resolve_name

import matplotlib.pyplot as plt
import numpy as np
import pytest
import yaml
from docutils.core import publish_parts
from projects import ROOT, copy_project

from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.registry import caption_of, read_registry
from pseudo_rd.parameters.plain_yaml import read_parameters
from pseudo_rd.parameters.presets import resolve

REGISTRY_FILE = ROOT / "workflow" / "figures.yaml"
REGISTRY = read_registry(REGISTRY_FILE)
PARAMETERS = read_parameters(ROOT / "params.yaml")
PRESETS = {name: resolve(PARAMETERS, name).model_dump() for name in PARAMETERS["presets"]}
PAPER = PRESETS["paper"]
ENTRY = {
    "draw": "curves.distances_figure",
    "section": "3 MNIST",
    "must_show": "both layers",
    "caption": "Distance from initialization on MNIST in both layers, without and with diffusion.",
}


# In step


def test_the_papers_figures_are_all_there_and_none_is_given_twice() -> None:
    numbers = re.findall(r'^"(\d\d)":', REGISTRY_FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert numbers == list(REGISTRY)
    assert {f"{number:02}" for number in range(1, 28)} <= {*REGISTRY}


@pytest.mark.parametrize("number", REGISTRY)
def test_a_figure_is_drawn_by_a_function_that_takes_its_options(number: str) -> None:
    entry = REGISTRY[number]
    draw = resolve_name(f"pseudo_rd.figures.{entry.draw}")
    inspect.signature(draw).bind(FigureInputs(), **entry.options)
    assert draw.__module__ == f"pseudo_rd.figures.{entry.module}", "its sources are those of the module it names"
    assert draw.__doc__


@pytest.mark.parametrize("number", REGISTRY)
def test_a_figure_is_handed_what_params_yaml_knows(number: str) -> None:
    entry = REGISTRY[number]
    simulations = {f"turing_{name}" for name in PAPER["turing"]["constants"]}
    simulations |= {f"gray_scott_{name}" for name in PAPER["gray_scott"]["pairs"]}
    assert {*entry.experiments} <= {*PAPER["experiments"]}
    assert {*entry.datasets} <= {*PAPER["datasets"]}
    assert {*entry.parameters} <= {*PAPER}
    assert {*entry.simulations} <= simulations
    assert entry.experiments or entry.datasets or entry.simulations


def test_no_drawing_module_is_left_out() -> None:
    folder = ROOT / "src" / "pseudo_rd" / "figures"
    texts = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.py")}
    drawing = {name for name, text in texts.items() if re.search(r"^def \w+_figure\(inputs", text, re.MULTILINE)}
    assert drawing == {entry.module for entry in REGISTRY.values()}


@pytest.mark.parametrize("claim", [each for each in CLAIMS if each.figures], ids=lambda claim: claim.name)
def test_a_claims_figures_exist_and_show_its_experiment(claim) -> None:
    numbered = [figure for figure in claim.figures if figure.isdecimal()]
    assert {*numbered} <= {*REGISTRY}
    for figure in numbered:
        if claim.where == f"Figure {int(figure)}" and claim.experiments:
            assert claim.experiments[0] in REGISTRY[figure].experiments


# Captions


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("number", REGISTRY)
def test_a_caption_is_whole_in_every_preset(number: str, preset: str) -> None:
    text = caption_of(REGISTRY[number], PRESETS[preset])
    assert "{" not in text
    publish_parts(text, writer="html", settings_overrides={"report_level": 1, "halt_level": 1})


@pytest.mark.parametrize(
    ("number", "feed_rate", "kill_rate"),
    [("24", "0.025", "0.055"), ("25", "0.025", "0.060"), ("26", "0.040", "0.060"), ("27", "0.035", "0.065")],
)
def test_one_caption_serves_four_figures_each_with_its_own_rates(number: str, feed_rate: str, kill_rate: str) -> None:
    assert REGISTRY[number].simulations == [f"gray_scott_fig{number}"]
    assert f"F = {feed_rate}, k = {kill_rate} on a" in caption_of(REGISTRY[number], PAPER)


def test_a_caption_has_the_value_of_the_preset_shown() -> None:
    other = resolve(PARAMETERS, "quick", overrides={"fits": {"early_iterations": 1234}}).model_dump()
    assert caption_of(REGISTRY["04"], other).startswith("First 1,234 iterations of the hidden layer")
    assert caption_of(REGISTRY["04"], PAPER).startswith("First 200 iterations of the hidden layer")


# Mistakes


@pytest.mark.parametrize(
    ("number", "change", "message"),
    [
        (
            "28",
            {"experiment": ["mnist"]},
            "figure 28: experiment is not a key of a figure: allowed are draw, ",
        ),
        ("28", {"seeds": "some"}, "figure 28: seeds: Input should be 'first' or 'all'"),
        ("28", {"draw": "distances_figure"}, "figure 28: draw: String should match pattern"),
        (
            "28",
            {"values": {"F": "moving"}},
            "figure 28: caption and values must have the same names, they differ in F",
        ),
        (28, {}, '28 must be two digits in quotes, such as "28"'),
    ],
)
def test_a_mistake_in_an_entry_is_told_in_one_line(tmp_path: Path, number: object, change: dict, message: str) -> None:
    path = tmp_path / "figures.yaml"
    path.write_text(yaml.safe_dump({number: ENTRY | change}), encoding="utf-8")
    with pytest.raises(ValueError) as caught:
        read_registry(path)
    assert str(caught.value).startswith(f"{path}: {message}")
    assert "\n" not in str(caught.value)


def test_a_value_that_params_yaml_does_not_have_is_named() -> None:
    entry = REGISTRY["24"].model_copy(update={"values": {"feed": "gray_scott.pairs.fig42.feed_rate"}})
    with pytest.raises(ValueError, match=r"params\.yaml has no gray_scott\.pairs\.fig42\.feed_rate: correct `values`"):
        caption_of(entry, PAPER)


# docs/new-figure.md, word by word


def follow(page: Path, folder: Path, **environment: str) -> None:
    """Do what a page says: code goes to the end of the file that its step names first, commands are run."""
    steps = re.findall(r"^\d\. (.*?)^( *)```(\w+)\n(.*?)^\2```$", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    assert [kind for _, _, kind, _ in steps] == ["python", "yaml", "python", "sh"]
    for words, _, kind, indented in steps:
        code = textwrap.dedent(indented)
        if kind == "sh":
            command = ["bash", "-euc", code]
            done = subprocess.run(command, cwd=folder, env=os.environ | environment, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout + done.stderr
        else:
            file, *_ = re.findall(r"`([\w/]+\.(?:py|yaml))`", words)
            (folder / file).parent.mkdir(exist_ok=True)
            with (folder / file).open("a", encoding="utf-8") as opened:
                opened.write(code)


@pytest.mark.slow
def test_a_figure_made_as_the_page_says_is_drawn_and_a_new_caption_draws_nothing(tmp_path: Path) -> None:
    folder = copy_project(tmp_path)
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(folder / "src"),
    }
    page = ROOT / "docs" / "new-figure.md"
    follow(page, folder, **environment)
    [target] = re.findall(r"results/smoke/[a-z-]+/figures/fig28\.png", page.read_text(encoding="utf-8"))
    reading = target.split("/")[2]
    assert np.ptp(plt.imread(folder / target)[..., :3]) > 0.5
    assert (folder / target).with_suffix(".pdf").exists()

    def asked(*arguments: str) -> str:
        command = [sys.executable, "-m", "snakemake", "--cores", "2", *arguments]
        command += ["--config", "preset=smoke", f"reading={reading}"]
        done = subprocess.run(command, cwd=folder, env=os.environ | environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    registry = folder / "workflow" / "figures.yaml"
    entered = registry.read_text(encoding="utf-8")

    registry.write_text(entered.replace("Standard deviation of u in Turing's", "How u spreads in Turing's"))
    assert "Nothing to be done" in asked("--dry-run", target)
    # What came out is told by judging the claims, which would need every run.
    passages = "\n\n".join(f".. begin {name}\n\nNothing.\n\n.. end {name}" for name in ("front", "28"))
    (folder / "results" / "smoke" / reading / "outcomes.rst").write_text(passages, encoding="utf-8")
    asked("--report", "report.html", target)
    assert "How u spreads in Turing's system (63) over time, with the printed constants (c = 3)" in (
        folder / "report.html"
    ).read_text(encoding="utf-8")

    registry.write_text(entered.replace("scale: log", "scale: linear"))
    assert re.search(r"^draw_figure +1$", asked("--dry-run", target), flags=re.MULTILINE)

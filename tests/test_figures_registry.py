"""The registry of figures: in step with parameters and claims, its captions, and what an edit of it plans."""

import inspect
import re
from pathlib import Path
from pkgutil import resolve_name

import pytest
import yaml
from docutils.core import publish_parts
from projects import CONFIG, ROOT

from pseudo_rd.claims.claim import value_at
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.registry import caption_of, read_registry, stem_of, to_markdown
from pseudo_rd.parameters.presets import resolve

REGISTRY_FILE = ROOT / "workflow" / "figures.yaml"
REGISTRY = read_registry(REGISTRY_FILE)
PRESETS = {name: resolve(CONFIG, name).model_dump() for name in CONFIG["presets"]}
PAPER = PRESETS["full"]
ENTRY = {
    "draw": "curves.distances_figure",
    "section": "3 MNIST",
    "must_show": "both layers",
    "caption": "Distance from initialization on MNIST in both layers, without and with the critic.",
}


# In step


def test_the_papers_figures_are_all_there_and_none_is_given_twice() -> None:
    names = re.findall(r'^"?([\w-]+)"?:', REGISTRY_FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert names == list(REGISTRY)
    assert {f"{number:02}" for number in range(1, 28)} <= {*REGISTRY}


@pytest.mark.parametrize("name", REGISTRY)
def test_a_figure_is_drawn_by_a_function_that_takes_its_options(name: str) -> None:
    entry = REGISTRY[name]
    draw = resolve_name(f"pseudo_rd.figures.{entry.draw}")
    inspect.signature(draw).bind(FigureInputs(), **entry.options)
    assert draw.__module__ == entry.module, "its sources are those of the module it names"
    assert draw.__doc__
    films = inspect.signature(draw).return_annotation.__name__ == "Film"
    assert films == (entry.target == "moving"), "only films are saved as films"


@pytest.mark.parametrize("name", REGISTRY)
def test_a_figure_is_handed_what_params_yaml_knows(name: str) -> None:
    entry = REGISTRY[name]
    simulations = {f"turing_{constants}" for constants in PAPER["turing"]["constants"]}
    simulations |= {f"gray_scott_{pair}" for pair in PAPER["gray_scott"]["pairs"]}
    assert {*entry.experiments} <= {*PAPER["experiments"]}
    assert {*entry.datasets} <= {*PAPER["datasets"]}
    assert all(value_at(PAPER, key) is not None for key in entry.parameters)
    assert {*entry.simulations} <= simulations
    assert {*entry.film_sections} <= {*PAPER["moving"]}
    assert entry.experiments or entry.datasets or entry.simulations or entry.flow or entry.tables or entry.frames


def test_every_drawing_function_has_an_entry() -> None:
    drawing = {
        f"{path.stem}.{function}"
        for path in (ROOT / "src" / "pseudo_rd" / "figures").glob("*.py")
        for function in re.findall(
            r"^def (\w+)\(\s*inputs: FigureInputs[^)]*\) -> (?:Figure|Film):", path.read_text(), flags=re.MULTILINE
        )
    }
    assert drawing == {entry.draw for entry in REGISTRY.values()}


@pytest.mark.parametrize("claim", [each for each in CLAIMS if each.figures], ids=lambda claim: claim.name)
def test_a_claims_figures_exist_and_show_its_experiment(claim) -> None:
    assert {*claim.figures} <= {*REGISTRY}
    for figure in claim.figures:
        assert REGISTRY[figure].target in ("figures", "theory"), "the captions of these alone say what came out"
        if claim.where.startswith("Figure ") and figure == f"{int(claim.where[7:]):02}" and claim.experiments:
            assert claim.experiments[0] in REGISTRY[figure].experiments


def test_every_picture_that_is_published_has_an_entry() -> None:
    published = {path.stem for path in (ROOT / "docs" / "results").glob("**/figures/*.png")}
    assert len(published) > 30
    assert published <= {stem_of(name) for name in REGISTRY}


def test_the_table_in_docs_is_made_from_the_registry() -> None:
    page = (ROOT / "docs" / "results" / "figures.md").read_text(encoding="utf-8")
    assert page == to_markdown(REGISTRY, PAPER), "run make parameters"


# Captions


@pytest.mark.parametrize("preset", PRESETS)
def test_captions_are_whole_in_every_preset(preset: str) -> None:
    text = "\n\n".join(caption_of(entry, PRESETS[preset]) for entry in REGISTRY.values())
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
    other = resolve(CONFIG, "quick", overrides={"fits": {"early_iterations": 1234}}).model_dump()
    assert caption_of(REGISTRY["04"], other).startswith("First 1,234 iterations of the hidden layer")
    assert caption_of(REGISTRY["04"], PAPER).startswith("First 200 iterations of the hidden layer")


# Mistakes


@pytest.mark.parametrize(
    ("number", "change", "message"),
    [
        ("28", {"experiment": ["mnist"]}, "figure 28: experiment is not a key of a figure: allowed are draw, "),
        ("28", {"seeds": "some"}, "figure 28: seeds: Input should be 'first' or 'all'"),
        ("28", {"values": {"F": "moving"}}, "figure 28: caption and values must have the same names, they differ in F"),
        (28, {}, '28 must be two digits in quotes, such as "28", or a name in small letters'),
        ("fig28", {}, "'fig28' must be two digits in quotes"),
        ("chain", {}, "figure chain: title: Field required"),
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
    with pytest.raises(ValueError, match=r"params\.yaml has no gray_scott\.pairs\.fig42\.feed_rate: correct the key"):
        caption_of(entry, PAPER)

"""Whole trainings that are published: the tables say what the histories hold."""

from dataclasses import replace
from pathlib import Path

import pytest
from projects import ROOT
from scipy.interpolate import PchipInterpolator

from pseudo_rd.claims.answer import count_learned
from pseudo_rd.claims.whole import (
    at_the_papers_time,
    early_table,
    ends,
    ends_table,
    kind_of,
    misfit_table,
    outcome_of,
    predictions_table,
    whole_trainings,
)
from pseudo_rd.parameters.plain_yaml import read_parameters
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.results.files import read_json, read_table
from pseudo_rd.results.runs import Run

PUBLISHED = ROOT / "docs" / "results"
FOLDER = PUBLISHED / "full" / "pytorch"
RESULTS = ROOT / "docs" / "results.md"
NIGHT = whole_trainings(PUBLISHED / "night" / "pytorch")
LEARNED = read_parameters(ROOT / "params.yaml")["claims"]["learned"]
PREDICTIONS = read_json(FOLDER / "predictions.json")


@pytest.fixture(scope="module")
def runs() -> list[Run]:
    return whole_trainings(FOLDER)


def test_ends_are_means_over_the_starts_of_which_both_ways_are_there(runs: list[Run]) -> None:
    row = next(row for row in ends(runs) if (row["dataset"], row["width"]) == ("mnist", 64))
    for place, objective in enumerate(("supervised", "augmented")):
        found = [
            read_table(FOLDER / "runs" / "mnist" / objective / "m64" / f"seed{seed}" / "history.parquet").iloc[-1]
            for seed in range(1, row["seeds"] + 1)
        ]
        assert row["distance_hidden"][place] == pytest.approx(sum(end["distance_hidden"] for end in found) / len(found))
    alone = [run for run in runs if (run.width, run.objective) != (64, "augmented")]
    assert ("mnist", 64) not in [(each["dataset"], each["width"]) for each in ends(alone)]


def test_a_prediction_is_a_hit_where_the_wider_network_ends_within_its_interval(runs: list[Run]) -> None:
    told = PREDICTIONS[0]
    pair = [run for run in runs if (run.dataset, run.width, run.seed) == ("mnist", 256, 1)]
    # A history of m = 256, taken for one of the wider network on the same clock.
    stretch = (told["width"] / 256) ** 0.5
    factors = {"iteration": stretch, "distance_hidden": stretch**0.5, "distance_top": stretch**0.5}
    wider = [
        replace(
            run,
            width=told["width"],
            history=run.history.assign(**{key: run.history[key] * by for key, by in factors.items()}),
        )
        for run in pair
    ]
    others = [run for run in runs if run.width != told["width"]]
    for side in ("without", "over"):
        assert outcome_of(told, "distance_hidden", side, others) is None
        low, high = told["predicted"]["distance_hidden"][side][1:]
        assert low < outcome_of(told, "distance_hidden", side, wider) < high
    table = predictions_table([told], [*others, *wider])
    assert "| hidden distance |" in table
    assert table.count("hit") + table.count("miss") == 12
    short = [replace(run, history=run.history[:-3]) for run in wider]
    assert outcome_of({**told, "iterations": wider[0].history["iteration"].iloc[-1]}, "moran", "over", short) is None


def test_published_tables_are_those_of_the_published_runs(runs: list[Run]) -> None:
    whole = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert ends_table(runs, LEARNED) in whole
    assert ends_table(at_the_papers_time(runs, PREDICTIONS), LEARNED) in whole
    page = (ROOT / "docs" / "experiments.md").read_text(encoding="utf-8")
    assert misfit_table(runs) in page
    assert predictions_table(PREDICTIONS, runs) in page
    assert early_table(runs, NIGHT) in page


def test_what_is_said_of_the_papers_own_width_is_so(runs: list[Run]) -> None:
    pair = [run for objective in OBJECTIVES for run in runs if kind_of(run) == ("mnist", objective, 1)]
    pair = [run for run in pair if run.width == 8192]
    early = [run for run in NIGHT if run.dataset == "mnist"]
    changes = [f"{run.at_end('moran_change'):.2f}" for run in pair]
    assert f"ends at {changes[0]} without the critic, {changes[1]} with it" in words_of(FOLDER / "README.md")
    assert "at iterations 2,936 and 5,426 distances and error are those of the float32 runs" in words_of(
        FOLDER / "README.md"
    )
    for run, float32 in zip(pair, sorted(early, key=lambda run: OBJECTIVES.index(run.objective)), strict=True):
        assert (run.at_end("epoch"), run.summary["training"]["precision"]) == (1000, "bfloat16")
        rows = run.history[run.history["iteration"].between(2000, 5850)]
        assert [*rows["iteration"]] == [2936, 5426]
        for name in ("distance_hidden", "distance_top", "train_error"):
            curve = PchipInterpolator(float32.history["iteration"], float32.history[name])  # no row is shared
            assert rows[name].to_numpy() == pytest.approx(curve(rows["iteration"]), rel=0.001)
    ends = [[run.at_end(name) for run in pair] for name in ("distance_hidden", "variance", "moran", "test_error")]
    farther, varied, morans, error = ends
    numbers = [with_critic / without for without, with_critic in (farther, varied, error)]
    told = "{:.2f} times as far, variance {:.2f} times, Moran's I {:.2f} against {:.2f}, "
    told = told.format(*numbers[:2], *morans[::-1])
    assert f"(8,192 neurons, 1,000 epochs, one start): {told}{numbers[2]:.2f} times the error." in words_of(RESULTS)
    accuracy = "accuracy {:.1f} % without and {:.1f} % with the critic, "
    accuracy = accuracy.format(*(100 * run.at_end("test_accuracy") for run in pair))
    assert f"1,000 epochs: {told}{accuracy}{numbers[2]:.2f} times the error." in words_of(ROOT / "docs/experiments.md")


def words_of(path: Path) -> str:
    return " ".join(path.read_text(encoding="utf-8").split())


def test_what_the_page_on_widths_says_in_words_is_so(runs: list[Run]) -> None:
    page = words_of(ROOT / "docs" / "experiments.md")
    width, epochs, batches = 8192, 1000, 60_000 // 512
    time = epochs * batches / width**0.5
    assert f"{epochs * batches:,} iterations, {time:,.0f} on the clock. So is m = 64 after {time * 8:,.0f}" in page
    assert f"trains 64 neurons on 4,000 digits for {1500 * (4000 // 512):,}" in page
    lines = misfit_table(runs).splitlines()[2:]
    apart = [[float(cell.strip(" %")) for cell in line.split("|")[4:6]] for line in lines]
    times = [by_width / by_root for by_root, by_width in apart]
    assert (round(min(times)), round(max(times))) == (3, 13)
    assert "is three to thirteen times as far off" in page
    errors = [row["test_error"] for row in ends(runs) if row["dataset"] == "synthetic-784"]
    without, diffused = (sorted({f"{each:.3f}" for each in side}) for side in zip(*errors, strict=True))
    assert f"{without[0]} to {without[-1]} without the critic, {diffused[0]} to {diffused[-1]} with it" in page
    cells = [line.split("|")[2:5] for line in predictions_table(PREDICTIONS, runs).splitlines() if "came" in line]
    hits = [sum("hit" in row[number] for row in cells) for number in range(3)]
    assert (len(cells), hits) == (12, [10, 8, 8])
    assert "Of m = 2,048 ten of twelve numbers came within, of m = 4,096 eight, of m = 8,192 eight." in page
    early = [run for run in NIGHT if "mnist" in run.dataset]
    assert {run.seed for run in early} == {1}
    assert {tuple(run.history[["iteration", "epoch"]].iloc[-1]) for run in early} == {(5850, 50)}
    assert "50 epochs of images (5,850 iterations, one start)" in page
    assert "On MNIST the training error is that of m = 1,024 at that time, within 4 %" in page
    assert count_learned(early, LEARNED) == (0, len(early))
    assert "None has learned by then." in page
    for line in early_table(runs, NIGHT).splitlines()[2:]:
        *narrower, paper = (float(cell.strip(" %")) for cell in line.split("|")[2:-1] if "–" not in cell)
        if "training error" in line:
            assert "FashionMNIST" in line or narrower[3] == pytest.approx(paper, rel=0.04)
        elif "hidden distance" in line:
            assert min(narrower) >= paper

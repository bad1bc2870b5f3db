"""docs/experiments.md says what the published table says."""

import re
from statistics import fmean

import numpy as np
from pages import section
from projects import ROOT

from pseudo_rd.claims.judge import REPRODUCED
from pseudo_rd.results.digits import in_digits
from pseudo_rd.results.files import read_json, read_table

PAGE = section(ROOT / "docs/experiments.md", "Other networks and critics")
TOLD = read_json(ROOT / "docs/results/quick/pytorch/beyond/beyond.json")
NIGHT = read_json(ROOT / "docs/results/night/pytorch/beyond/beyond.json")
DATASETS = ("mnist", "fashion-mnist")


ROWS = {(row["case"], row["name"], row["dataset"]): row for row in TOLD["statements"]}
ENDS = {(each["case"], each["dataset"]): each["final"] for each in TOLD["finals"]}


def in_short(row: dict) -> str:
    """The mean of a statement's numbers, bold where it holds."""
    mean = in_digits(fmean(row["values"]))
    return f"**{mean}**" if row["verdict"] == REPRODUCED else mean


def accuracies(final: dict) -> str:
    return ", ".join(f"{100 * final[key]['test_accuracy']:.0f}" for key in ("supervised", "augmented")) + " %"


def table() -> list[str]:
    """The lines of the page's table."""
    lines = []
    for case, words in {each["case"]: each["words"] for each in TOLD["finals"]}.items():
        cells = [words]
        for name in ("first", "variance", "organized"):
            cells.append(" / ".join(in_short(ROWS[case, name, dataset]) for dataset in DATASETS))
        cells.append(" / ".join(accuracies(ENDS[case, dataset]) for dataset in DATASETS))
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def counts(told: dict) -> dict[str, str]:
    """Of each statement, in how many cases and data sets it is reproduced."""
    names = dict.fromkeys(row["name"] for row in told["statements"])
    held = {name: [row["verdict"] == REPRODUCED for row in told["statements"] if row["name"] == name] for name in names}
    return {name: f"{sum(each)} of {len(each)}" for name, each in held.items()}


def test_the_table_is_that_of_the_published_verdicts() -> None:
    assert [line for line in PAGE.splitlines() if line.startswith("| ") and "/" in line] == table()


def test_the_answer_counts_what_was_published() -> None:
    assert re.findall(r"\b\d+ of \d+\b", PAGE.split("| network")[0]) == [
        *counts(TOLD).values(),
        *counts(NIGHT).values(),
    ]


def test_accuracy_is_as_good_when_the_paper_s_training_ends_as_the_page_says() -> None:
    table, time = read_table(ROOT / "docs/results/night/pytorch/beyond/runs.parquet"), 10_341
    as_good = []
    for _, rows in table[table["width"] == 64].groupby(["case", "dataset"]):
        wrong = {
            run: 1 - np.interp(time, each["iteration"], each["test_accuracy"])
            for run, each in rows.groupby(["seed", "objective"])
        }
        as_good.append(all(wrong[seed, "augmented"] <= 1.05 * wrong[seed, "supervised"] for seed in (1, 2, 3)))
    words = f"(iteration {time:,}), it is as good for {sum(as_good)} of the {len(as_good)} networks of that width"
    assert words in " ".join(PAGE.split())
    table = read_table(ROOT / "docs/results/quick/pytorch/beyond/runs.parquet")
    ends = table[(table["width"] == 64) & (table["case"] != "four-layers")].groupby("dataset")["iteration"].agg(max)
    assert f"end at {ends['mnist'] / time:.2f} (MNIST) and {ends['fashion-mnist'] / time:.2f} (FashionMNIST)" in PAGE


def test_the_price_in_accuracy_is_the_largest_published() -> None:
    ends = [{key: end["test_accuracy"] for key, end in each["final"].items()} for each in NIGHT["finals"]]
    lost = max(end["supervised"] - end["augmented"] for end in ends)
    assert f"the critic costs {100 * lost:.1f} points at most" in PAGE


def test_where_it_fails_is_said() -> None:
    failed = {
        (row["case"], row["dataset"]): [f"{value:.2f}" for value in row["values"]]
        for row in TOLD["statements"]
        if row["name"] == "first" and row["verdict"] != REPRODUCED
    }
    assert {*failed} == {("four-layers", "mnist"), ("convolution", "fashion-mnist")}
    assert f"one of three starts ({min(failed['four-layers', 'mnist'])})" in PAGE
    ends = failed["convolution", "fashion-mnist"]
    assert f"on FashionMNIST from two ({min(ends)} to {max(ends)})" in PAGE

"""The answer: what the paper mainly says against what was measured, once for README, the companion and the terminal."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import fmean
from typing import Any

from pseudo_rd.claims.evidence import Evidence
from pseudo_rd.claims.judge import (
    NOT_TESTABLE,
    VERDICTS,
    Criterion,
    count_verdicts,
    judge_all,
    objectives_of,
    reproduced_in,
)
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.claims.table import markdown_table
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.results.digits import in_digits
from pseudo_rd.results.runs import Limits, Run, has_learned, learned_in_words

Page = Mapping[str, Any]  # the content of claims.json
DATA = ("synthetic-784", "mnist", "fashion-mnist")  # experiments that a cell tells of, in this order
NOTHING = 0.002  # of shares and differences: two digits say 0.00
SIGNS = dict(zip(VERDICTS, "✓✗?", strict=True))
LEGEND = (
    "✓ reproduced from every start, ✗ not, ? not judged (too narrow or short), * left out: the error first rose over "
    "tenfold{larger}. {data}Gradient and fit: both layers, synthetic data. Neighbours: the ten nearest in a "
    "map, one start."
)
# A page of one data set says it above its table.
NUMBERS = "Numbers: synthetic data, MNIST, FashionMNIST; of filters the images. "


@dataclass(frozen=True)
class Statement:
    """One of the paper's main statements.

    Attributes:
        says: what it says of training with the critic.
        number: what a cell's numbers are.
        claims: names of the claims that check it.
    """

    says: str
    number: str
    claims: tuple[str, ...]


STATEMENTS = (
    Statement(
        "the hidden layer ends farther from its start",
        "ratio",
        ("figure-3-hidden-farther", "figure-6-hidden-farther", "figure-13-hidden-farther"),
    ),
    Statement(
        "so does the top layer",
        "ratio",
        ("figure-3-top-farther", "figure-6-top-farther", "figure-13-top-farther"),
    ),
    Statement(
        "the test error is similar or smaller",
        "ratio",
        ("discussion-synthetic-784-as-good", "discussion-mnist-as-good", "discussion-fashion-mnist-as-good"),
    ),
    Statement("filters vary more", "ratio of variances", ("figure-10-variance", "figure-14-variance")),
    Statement("filters organize in space", "Moran's I, higher by", ("figure-10-organized", "figure-14-organized")),
    Statement(
        "neurons lose their neighbours",
        "share kept, lower by",
        ("figure-19-hidden-broken-with", "figure-21-hidden-broken-with", "figure-22-hidden-broken-with"),
    ),
    Statement(
        "without the critic they keep them",
        "share kept",
        ("figure-19-hidden-kept-without", "figure-21-hidden-kept-without", "figure-22-hidden-kept-without"),
    ),
    Statement(
        "the critic's part of the gradient stays small", "share", ("diffusion-small-hidden", "diffusion-small-top")
    ),
    Statement(
        "distances first saturate exponentially",
        "R² of the fit",
        ("figure-4-synthetic-784-augmented", "figure-5-synthetic-784-augmented"),
    ),
)

EXPERIMENTS = {claim.name: {*claim.experiments} for claim in CLAIMS}


def page_of(preset: str, reading: str, evidence: Evidence) -> dict[str, Any]:
    """The content of claims.json; the criteria are among the parameters of the evidence."""
    rows = judge_all(evidence, criteria_of(evidence.parameters["claims"]))
    summary = {"counts": count_verdicts(rows), "sizes": sizes(evidence), **ends(evidence)}
    summary["limits"] = evidence.parameters["claims"]["learned"]
    return {"preset": preset, "reading": reading, **summary, "claims": rows}


def criteria_of(claims: Mapping[str, Any]) -> dict[str, Criterion]:
    """The criteria in the section `claims` of params.yaml."""
    return {name: Criterion(**limits) for name, limits in claims["criteria"].items()}


def ends(evidence: Evidence) -> dict[str, dict[str, dict[str, Any]]]:
    """By experiment of `DATA` and objective the mean test accuracy at the end, and of which runs learned: [2, 3]."""
    means: dict[str, dict[str, dict[str, Any]]] = {"accuracy": {}, "learned": {}}
    limits = evidence.parameters["claims"]["learned"]
    for name, objective in product(DATA, OBJECTIVES):
        runs = [run for run in evidence.runs.get(name, ()) if run.objective == objective]
        if runs:
            means["accuracy"].setdefault(name, {})[objective] = fmean(run.at_end("test_accuracy") for run in runs)
            means["learned"].setdefault(name, {})[objective] = count_learned(runs, limits)
    return means


def count_learned(runs: Sequence[Run], limits: Limits) -> tuple[int, int] | None:
    """How many of the runs of one data set have learned, and how many there are; None where it has no limits."""
    learned = [has_learned(run.dataset, run.at_end("test_error"), run.at_end("test_accuracy"), limits) for run in runs]
    return None if None in learned else (sum(map(bool, learned)), len(runs))


def sizes(evidence: Evidence) -> dict[str, dict[str, int]]:
    """Neurons and epochs of the experiments of `DATA`, of the widest network and the longest run."""
    by_experiment = {name: evidence.runs[name] for name in DATA if evidence.runs.get(name)}
    return {
        name: {"neurons": max(run.width for run in runs), "epochs": round(max(run.at_end("epoch") for run in runs))}
        for name, runs in by_experiment.items()
    }


def one_a_reading(pages: Sequence[Page]) -> list[Page]:
    """Of each reading the first page that decides enough claims, in the order of these pages.

    Args:
        pages: the largest preset first.
    """
    by_reading: dict[str, Page] = {}
    for page in pages:
        if decides_enough(page):
            by_reading.setdefault(page["reading"], page)
    return [*by_reading.values()]


def with_larger(page: Page, pages: Sequence[Page]) -> Page:
    """A page of `one_a_reading` in which data sets that a larger page of its reading has are as they are there.

    Returns:
        The page; sizes, accuracy and learned of those data sets, and the claims on them alone that the larger page
        decides, are that one's. Such sizes and claims have its `preset`.
    """
    for larger in pages[: [*pages].index(page)]:
        if larger["reading"] == page["reading"] and larger["sizes"]:
            sizes = {name: {**size, "preset": larger["preset"]} for name, size in larger["sizes"].items()}
            merged = {name: page[name] | larger[name] for name in ("accuracy", "learned")}
            merged["sizes"] = page["sizes"] | sizes
            rows = {
                row["name"]: {**row, "preset": larger["preset"]}
                for row in larger["claims"]
                if row["verdict"] != NOT_TESTABLE and set() < EXPERIMENTS[row["name"]] <= {*larger["sizes"]}
            }
            return {**page, **merged, "claims": [rows.get(row["name"], row) for row in page["claims"]]}
    return page


def decides_enough(page: Page) -> bool:
    """Whether a page decides a third of the claims, in either way."""
    return 3 * sum(int(page["counts"][verdict]) for verdict in VERDICTS[:2]) >= len(page["claims"])


def main_statements(pages: Sequence[Page], data: Sequence[str] = DATA) -> list[tuple[str, str, list[str]]]:
    """A row for each main statement: what it says, what its numbers are, and a cell for each page.

    Args:
        pages: the columns.
        data: experiments of `DATA` that cells tell of. A statement that none of its claims checks on them is told of
            all its claims.
    """
    rows = []
    for statement in STATEMENTS:
        claims = [name for name in statement.claims if EXPERIMENTS[name] & {*data}] or statement.claims
        number = f"{statement.number}; {criterion_in_words(pages, claims[0])}"
        rows.append((statement.says, number, [cell_of(page, claims) for page in pages]))
    sizes_of = [{name: page["sizes"][name] for name in data if name in page["sizes"]} for page in pages]
    marks = [{name: "†" for name, size in sizes.items() if "preset" in size} for sizes in sizes_of]
    trained = [
        ", ".join(f"{size['neurons']:,} × {size['epochs']:,}{mark.get(name, '')}" for name, size in sizes.items())
        for sizes, mark in zip(sizes_of, marks, strict=True)
    ]
    accuracy = [
        ", ".join(accuracy_in_words(page["accuracy"].get(name, {})) + mark.get(name, "") for name in data)
        for page, mark in zip(pages, marks, strict=True)
    ]
    learned = [
        ", ".join(
            without_to_with(page["learned"].get(name, {}), lambda counts: "/".join(map(str, counts))) for name in data
        )
        for page in pages
    ]
    limits = ", ".join(in_signs(learned_in_words(page["limits"], name)) for page in pages[:1] for name in data)
    printed = {claim.name for claim in CLAIMS if not objectives_of(claim) and not claim.corrected}
    counts = [reproduced_in(row["verdict"] for row in page["claims"] if row["name"] in printed) for page in pages]
    theorems = [f"{reproduced} of {of}" for reproduced, of in counts]
    return [
        ("trained", "neurons × epochs", trained),
        *rows[:3],
        ("accuracy, without → with", "%; ratio of wrong answers", accuracy),
        *([("networks that have learned, without → with", limits, learned)] if len(data) > 1 else []),  # else see above
        *rows[3:],
        ("theorems and simulated systems", "printed claims reproduced", theorems),
    ]


def criterion_in_words(pages: Sequence[Page], name: str) -> str:
    """A claim's criterion: "≥ 1.05"."""
    return in_signs(next((row["criterion"] for page in pages for row in page["claims"] if row["name"] == name), ""))


def in_signs(words: str) -> str:
    return words.replace("at least", "≥").replace("at most", "≤")


def means_of(page: Page) -> dict[str, float]:
    """By claim that was measured the mean of its numbers."""
    return {row["name"]: fmean(row["values"]) for row in page["claims"] if row["values"]}


def cell_of(page: Page, names: Sequence[str]) -> str:
    """Of each claim its verdict, * where a run overshot, the mean of its numbers, † of `with_larger`: "✓ 1.4, * 1†"."""
    rows, means = {row["name"]: row for row in page["claims"]}, means_of(page)
    cells: list[str] = []
    for name in names:
        if name not in means:
            cells.append("-")
            continue
        row, mean = rows[name], means[name]
        number = in_digits(mean) if abs(mean) >= NOTHING else "0.00"
        if number == row["criterion"].split()[-1]:
            number = f"{mean:.4g}"  # on which side of the limit it lies
        mark = "†" if "preset" in row else ""
        cells.append(f"{'*' if row['overshot'] else SIGNS[row['verdict']]} {number}{mark}")
    return ", ".join(cells)


def without_to_with(values: Mapping[str, Any], in_words: Callable[[Any], str]) -> str:
    """The values of both objectives, without and with the critic: "2/3→3/3"; "-" where one is missing."""
    both = [values.get(objective) for objective in OBJECTIVES]
    return "-" if None in both else "→".join(map(in_words, both))


def accuracy_in_words(values: Mapping[str, float]) -> str:
    """Accuracies of both objectives, and how many times as many wrong answers: "89→88 (1.09)"."""
    if len(values) < len(OBJECTIVES):
        return "-"
    supervised, augmented = (1 - values[objective] for objective in OBJECTIVES)
    wrong = f" ({augmented / supervised:.2f})" if supervised else ""
    return without_to_with(values, lambda share: f"{100 * share:.0f}") + wrong


def to_markdown(pages: Sequence[Page], data: Sequence[str] = DATA) -> str:
    """The main statements as a table, a column for each reading.

    Args:
        pages: as for `one_a_reading`.
        data: as for `main_statements`.
    """
    shown = [with_larger(page, pages) for page in one_a_reading(pages)]
    heads = ["the paper: with the critic ...", *(f"`{page['reading']}`, `{page['preset']}`" for page in shown)]
    rows = [(f"{says} ({number})", *cells) for says, number, cells in main_statements(shown, data)]
    larger = {row["preset"] for page in shown for row in page["claims"] if "preset" in row}
    larger_presets = "".join(f", † preset `{name}`" for name in sorted(larger))
    legend = LEGEND.format(data=NUMBERS if len(data) > 1 else "", larger=larger_presets)
    return "\n".join([*markdown_table(heads, rows), "", legend])


def in_a_line(page: Page) -> str:
    """What the critic does on MNIST, for the terminal."""
    sentences = {
        "figure-6-hidden-farther": "the hidden layer ends {} times as far from its start",
        "figure-10-variance": "filters vary {} times as much",
    }
    means = means_of(page)
    parts = [words.format(in_digits(means[name])) for name, words in sentences.items() if name in means]
    accuracy = page.get("accuracy", {}).get("mnist", {})
    if len(accuracy) == len(OBJECTIVES):
        parts.append("accuracy goes from {:.1%} to {:.1%}".format(*(accuracy[objective] for objective in OBJECTIVES)))
    return f"with the critic, on MNIST: {', '.join(parts)}" if parts else ""

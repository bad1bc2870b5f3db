"""Whole trainings that are published: where they end, how they scale over the width, what was predicted of them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from math import isfinite
from operator import attrgetter
from pathlib import Path
from statistics import fmean
from typing import Any

from pseudo_rd.claims.answer import count_learned
from pseudo_rd.claims.evidence import NotTestable
from pseudo_rd.claims.measures import matched
from pseudo_rd.claims.table import markdown_table
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.results.digits import in_digits
from pseudo_rd.results.gather import gather_runs
from pseudo_rd.results.runs import Limits, Run
from pseudo_rd.results.scaling import CLOCK, MOVEMENT, SCALED, at_time, longest, misfit

DATA = {
    "synthetic-784": "synthetic, 784 inputs",
    "synthetic-1024": "synthetic, 1,024 inputs",
    "mnist": "MNIST",
    "fashion-mnist": "FashionMNIST",
    "cifar10": "CIFAR10, 8 %",
}
Format = Callable[[float], str]
Pair = tuple[Run, Run]  # without the critic, with it
MEASURED: dict[str, tuple[str, Format]] = {  # a history's column in words, and its format
    "distance_hidden": ("hidden distance", "{:.1f}".format),
    "distance_top": ("top distance", "{:.1f}".format),
    "train_error": ("training error", "{:.4f}".format),
    "test_error": ("test error", "{:.4f}".format),
    "test_accuracy": ("test accuracy", "{:.1%}".format),
    "variance": ("filters' variance", "{:.4f}".format),
    "moran": ("Moran's I", "{:.2f}".format),
    "neighbors_hidden": ("hidden neighbours kept", "{:.0%}".format),
}
AT_THE_END = {name: wording for name, wording in MEASURED.items() if name != "train_error"}
DIFFERENCES: dict[str, Format] = {"test_accuracy": "{:+.1%}".format, "moran": "{:+.3f}".format}  # else a ratio is told
PREDICTED = ("distance_hidden", "distance_top", "train_error", "test_accuracy", "variance", "moran")
IMAGES = ("mnist", "fashion-mnist")
CRITIC = dict(zip(OBJECTIVES, ("without the critic", "with it"), strict=True))
SIDES = {"without": "without the critic", "over": "with the critic over, or less, without it"}


def whole_trainings(folder: Path) -> list[Run]:
    """The published runs, by data set, width and seed.

    Args:
        folder: docs/results/full/<reading>.
    """
    paths = sorted(path.parent for path in (folder / "runs").glob("*/*/*/*/summary.json"))
    (runs,) = gather_runs({"": [str(path) for path in paths]}).values()
    return sorted(runs, key=lambda run: ([*DATA].index(run.dataset), run.width, run.seed))


def ends(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """Of each data set and width the pairs' runs, their epochs, and the means at the end, without and with."""
    rows = []
    for (dataset, width), group in groupby(runs, attrgetter("dataset", "width")):
        with suppress(NotTestable):  # no start has both runs
            sides = [*zip(*matched([*group]), strict=True)]
            first = sides[0]
            row = {"dataset": dataset, "width": width, "seeds": len(first), "sides": sides}
            row["epochs"] = max(run.at_end("epoch") for run in first)
            recorded = [name for name in AT_THE_END if name in first[0].history]
            means = {name: tuple(fmean(run.at_end(name) for run in side) for side in sides) for name in recorded}
            rows.append({**row, **{name: both for name, both in means.items() if all(map(isfinite, both))}})
    return rows


def ends_table(runs: Sequence[Run], limits: Limits) -> str:
    """Where whole trainings end, and of how many starts networks learn: each cell without the critic, with it."""
    heads = ["without, with", "m", "epochs", "starts", "learned", *(words for words, _ in AT_THE_END.values())]
    rows = []
    for row in ends(runs):
        learned = [count_learned(side, limits) for side in row["sides"]]
        cells = [DATA[row["dataset"]], f"{row['width']:,}", f"{row['epochs']:,.0f}", str(row["seeds"])]
        cells.append(", ".join(str(counts[0]) if counts else "–" for counts in learned))
        cells += [", ".join(map(form, row[name])) if name in row else "–" for name, (_, form) in AT_THE_END.items()]
        rows.append(cells)
    return "\n".join(markdown_table(heads, rows))


def misfit_table(runs: Sequence[Run]) -> str:
    """How far the curves of all widths lie apart on three clocks, on MNIST."""
    clocks = {0.0: "iterations", CLOCK: "iterations / sqrt(m)", 1.0: "iterations / m"}
    rows = []
    for objective, critic in CRITIC.items():
        histories = longest({run.width: run.history for run in runs if kind_of(run) == ("mnist", objective, 1)})
        widths = ", ".join(f"{width:,}" for width in histories)
        for name in ("distance_hidden", "train_error"):
            apart = [f"{misfit(histories, name, clock):.1%}" for clock in clocks]
            rows.append([f"{MEASURED[name][0]}, {critic}", widths, *apart])
    return "\n".join(markdown_table(["apart, MNIST", "widths", *clocks.values()], rows))


def predictions_table(predictions: Sequence[Mapping[str, Any]], runs: Sequence[Run]) -> str:
    """What narrow networks predict of wider ones, without the critic and with it against that; and what came of it.

    Args:
        predictions: the content of predictions.json.
        runs: of `whole_trainings`; a wider network's counts where it is as long as predicted.
    """
    headings = [f"m = {training['width']:,}, {training['epochs']:,} epochs" for training in predictions]
    tables = []
    for side, heading in SIDES.items():
        rows = []
        for name in PREDICTED:
            words, form = MEASURED[name]
            if side == "over":
                form = DIFFERENCES.get(name, in_digits)
            cells = []
            for prediction in predictions:
                middle, low, high = prediction["predicted"][name][side]
                cell = f"{form(middle)} ({form(low)} to {form(high)})"
                outcome = outcome_of(prediction, name, side, runs)
                if outcome is not None:
                    cell += f"; came **{form(outcome)}**, {'hit' if low <= outcome <= high else 'miss'}"
                cells.append(cell)
            rows.append([words, *cells])
        tables.append("\n".join(markdown_table([heading, *headings], rows)))
    return "\n\n".join(tables)


def outcome_of(prediction: Mapping[str, Any], name: str, side: str, runs: Sequence[Run]) -> float | None:
    """What was predicted, of the wider network as it was trained; None where it has not been trained so long."""
    width, time = prediction["width"], prediction["iterations"] / prediction["width"] ** CLOCK
    pair = [run for run in runs if (run.dataset, run.width, run.seed) == (prediction["dataset"], width, 1)]
    numbers = {run.objective: at_time(run.history, width, name, time) for run in pair}
    scale = width**MOVEMENT if name in SCALED else 1.0
    without, with_critic = (numbers.get(objective, float("nan")) for objective in OBJECTIVES)
    value = scale * without if side == "without" else compared(without, with_critic, name)
    return value if isfinite(value) else None


def early_table(runs: Sequence[Run], wide: Sequence[Run]) -> str:
    """Images learned at the paper's width for as long as a night allows, beside narrower networks at the same time.

    Args:
        runs: of `whole_trainings`.
        wide: the same of the preset `night`.
    """
    wide = sorted((run for run in wide if run.dataset in IMAGES), key=lambda run: run.objective == OBJECTIVES[1])
    widths = sorted({run.width for run in (*runs, *wide) if run.dataset == "mnist"})
    rows = []
    for run in wide:
        end, scale = on_clock(run), run.width**MOVEMENT
        same_kind = [other for other in (*runs, run) if kind_of(other) == kind_of(run)]
        for name in ("distance_hidden", "train_error", "test_accuracy"):
            words, form = MEASURED[name]
            cells = dict.fromkeys(widths, "–")
            for other in same_kind:
                number = at_time(other.history, other.width, name, end)
                cells[other.width] = form(number * scale if name in SCALED else number)
            rows.append([f"{DATA[run.dataset]}, {words}, {CRITIC[run.objective]}", *cells.values()])
    return "\n".join(markdown_table(["at one time", *(f"m = {width:,}" for width in widths)], rows))


def kind_of(run: Run) -> tuple[str, str, int]:
    """What runs of several widths share."""
    return run.dataset, run.objective, run.seed


def papers_time(predictions: Sequence[Mapping[str, Any]]) -> float:
    """Iterations / sqrt(m) when the paper's training on images ends, which the last prediction is of."""
    return predictions[-1]["iterations"] / predictions[-1]["width"] ** CLOCK


def on_clock(run: Run) -> float:
    """Iterations / sqrt(m) at a run's end."""
    return run.at_end("iteration") / run.width**CLOCK


def lasting(runs: Sequence[Run], time: float) -> list[Run]:
    """Runs on images that reach a time iterations / sqrt(m)."""
    return [run for run in runs if run.dataset in IMAGES and on_clock(run) >= time]


def at_the_papers_time(runs: Sequence[Run], predictions: Sequence[Mapping[str, Any]]) -> list[Run]:
    """Runs on images that are as long as the paper's training or longer, up to their last row by its end."""
    time = papers_time(predictions)
    return [run.until(round(time * run.width**CLOCK, 3)) for run in lasting(runs, time)]


def critics_effect(pair: Pair, name: str, time: float) -> float:
    """With the critic over without it, or less that, at a time iterations / sqrt(m); NaN where it was not recorded."""
    if any(name not in run.history for run in pair):
        return float("nan")
    without, with_critic = (at_time(run.history, run.width, name, time) for run in pair)
    return compared(without, with_critic, name)


def compared(without: float, with_critic: float, name: str) -> float:
    """What is told of a pair: the difference of what `DIFFERENCES` names, the ratio of all else."""
    return with_critic - without if name in DIFFERENCES else with_critic / without

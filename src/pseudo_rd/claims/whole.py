"""Whole trainings that are published: where they end, how they scale over the width, what was predicted of them."""

from collections.abc import Callable, Mapping, Sequence
from math import fsum, isfinite
from pathlib import Path
from statistics import fmean
from typing import Any

from pseudo_rd.claims.answer import count_learned, one_a_reading
from pseudo_rd.parameters.vocabulary import LAYERS, OBJECTIVES
from pseudo_rd.results.digits import in_digits
from pseudo_rd.results.gather import gather_runs
from pseudo_rd.results.runs import Limits, Run
from pseudo_rd.results.scaling import CLOCK, MOVEMENT, POSITIVE, SCALED, at_time, longest, misfit

DATA = {
    "synthetic-784": "synthetic, 784 inputs",
    "synthetic-1024": "synthetic, 1,024 inputs",
    "mnist": "MNIST",
    "fashion-mnist": "FashionMNIST",
    "cifar10": "CIFAR10, 8 %",
}
Format = Callable[[float], str]
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
AT_THE_END = {name: told for name, told in MEASURED.items() if name != "train_error"}
DIFFERENCES: dict[str, Format] = {"test_accuracy": "{:+.1%}".format, "moran": "{:+.3f}".format}  # else a ratio is told
PREDICTED = ("distance_hidden", "distance_top", "train_error", "test_accuracy", "variance", "moran")
FARTHER = [f"figure-{figure}-{layer}-farther" for figure in (3, 6, 13) for layer in LAYERS]
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
    pairs = {(run.dataset, run.width, run.seed) for run in runs if run.objective == OBJECTIVES[1]}
    runs = [run for run in runs if (run.dataset, run.width, run.seed) in pairs]
    for dataset, width in dict.fromkeys((run.dataset, run.width) for run in runs):
        group = [run for run in runs if (run.dataset, run.width) == (dataset, width)]
        sides = [[run for run in group if run.objective == objective] for objective in OBJECTIVES]
        means = {
            name: tuple(fsum(run.at_end(name) for run in side) / len(side) for side in sides)
            for name in AT_THE_END
            if name in group[0].history
        }
        epochs = max(run.at_end("epoch") for run in sides[0])
        seeds = len(sides[0])
        rows.append({"dataset": dataset, "width": width, "seeds": seeds, "epochs": epochs, "sides": sides, **means})
    return rows


def ends_table(runs: Sequence[Run], limits: Limits) -> str:
    """Where whole trainings end, and of how many starts networks learn: each cell without the critic, with it."""
    names = " | ".join(words for words, _ in AT_THE_END.values())
    lines = [f"| without, with | m | epochs | starts | learned | {names} |", "|" + " --- |" * (5 + len(AT_THE_END))]
    for row in ends(runs):
        learned = [count_learned(side, limits) for side in row["sides"]]
        cells = [", ".join(str(each[0]) if each else "–" for each in learned)]
        cells += [", ".join(map(how, row[name])) if name in row else "–" for name, (_, how) in AT_THE_END.items()]
        first = f"{DATA[row['dataset']]} | {row['width']:,} | {row['epochs']:,.0f} | {row['seeds']}"
        lines.append(f"| {first} | {' | '.join(cells)} |")
    return "\n".join(lines)


def misfit_table(runs: Sequence[Run]) -> str:
    """How far the curves of all widths lie apart on three clocks, on MNIST."""
    clocks = {0.0: "iterations", CLOCK: "iterations / sqrt(m)", 1.0: "iterations / m"}
    lines = [f"| apart, MNIST | widths | {' | '.join(clocks.values())} |", "| --- | --- |" + " --- |" * len(clocks)]
    for objective, words in zip(OBJECTIVES, ("without the critic", "with it"), strict=True):
        histories = {
            run.width: run.history for run in runs if (run.dataset, run.seed, run.objective) == ("mnist", 1, objective)
        }
        histories = longest(histories)
        for name, of in (("distance_hidden", "hidden distance"), ("train_error", "training error")):
            cells = " | ".join(f"{misfit(histories, name, clock):.1%}" for clock in clocks)
            lines.append(f"| {of}, {words} | {', '.join(f'{width:,}' for width in histories)} | {cells} |")
    return "\n".join(lines)


def predictions_table(predictions: Sequence[Mapping[str, Any]], runs: Sequence[Run]) -> str:
    """What narrow networks predict of wider ones, without the critic and with it against that; and what came of it.

    Args:
        predictions: the content of predictions.json.
        runs: of `whole_trainings`; a wider network's counts where it is as long as predicted.
    """
    headings = [f"m = {each['width']:,}, {each['epochs']:,} epochs" for each in predictions]
    lines: list[str] = []
    for side, of in SIDES.items():
        lines += ["", f"| {of} | {' | '.join(headings)} |", "| --- |" + " --- |" * len(predictions)]
        for name in PREDICTED:
            words, value = MEASURED[name]
            how = value if side == "without" else DIFFERENCES.get(name, in_digits)
            cells = []
            for each in predictions:
                middle, low, high = each["predicted"][name][side]
                cell = f"{how(middle)} ({how(low)} to {how(high)})"
                found = came(each, name, side, runs)
                if found is not None:
                    cell += f"; came **{how(found)}**, {'hit' if low <= found <= high else 'miss'}"
                cells.append(cell)
            lines.append(f"| {words} | {' | '.join(cells)} |")
    return "\n".join(lines[1:])


def came(prediction: Mapping[str, Any], name: str, side: str, runs: Sequence[Run]) -> float | None:
    """What the wider network came to, as its prediction is told; None where it has not been trained so long."""
    width, time = prediction["width"], prediction["iterations"] / prediction["width"] ** CLOCK
    there = [run for run in runs if (run.dataset, run.width, run.seed) == (prediction["dataset"], width, 1)]
    found = {run.objective: at_time(run.history, width, name, time) for run in there}
    scale = width**MOVEMENT if name in SCALED else 1.0
    without, with_critic = (found.get(objective, float("nan")) for objective in OBJECTIVES)
    if side == "without":
        value = scale * without
    else:
        value = with_critic / without if name in POSITIVE else with_critic - without
    return value if isfinite(value) else None


def early_table(runs: Sequence[Run], wide: Sequence[Run]) -> str:
    """Images learned at the paper's width for as long as a night allows, beside narrower networks at the same time.

    Args:
        runs: of `whole_trainings`.
        wide: the same of the preset `night`.
    """
    wide = [run for data in ("mnist", "fashion-mnist") for run in wide if run.dataset == data]
    wide.sort(key=lambda run: run.objective == OBJECTIVES[1])
    widths = sorted({run.width for run in (*runs, *wide) if run.dataset == "mnist"})
    headings = " | ".join(f"m = {width:,}" for width in widths)
    lines = [f"| at one time | {headings} |", "|" + " --- |" * (1 + len(widths))]
    for run in wide:
        end, scale = run.at_end("iteration") / run.width**CLOCK, run.width**MOVEMENT
        same = [each for each in (*runs, run) if kind_of(each) == kind_of(run)]
        critic = "with it" if run.objective == OBJECTIVES[1] else "without the critic"
        for name in ("distance_hidden", "train_error", "test_accuracy"):
            words, how = MEASURED[name]
            cells = dict.fromkeys(widths, "–")
            for each in same:
                found = at_time(each.history, each.width, name, end)
                cells[each.width] = how(found * scale if name in SCALED else found)
            lines.append(f"| {DATA[run.dataset]}, {words}, {critic} | {' | '.join(cells.values())} |")
    return "\n".join(lines)


def kind_of(run: Run) -> tuple[str, str, int]:
    """What runs of several widths share."""
    return run.dataset, run.objective, run.seed


def in_short(runs: Sequence[Run], pages: Sequence[Mapping[str, Any]]) -> str:
    """The short answer: MNIST under each named reading, and the widest network that was trained whole.

    Args:
        runs: of `whole_trainings`.
        pages: the content of claims.json of each preset and reading, the largest preset first.
    """
    row = max((row for row in ends(runs) if row["dataset"] == "mnist"), key=lambda row: (row["epochs"], row["width"]))
    before, after = row["test_accuracy"]
    shown = {page["reading"]: page for page in one_a_reading(pages)}
    means = {
        reading: {each["name"]: fmean(each["values"]) for each in page["claims"] if each["values"]}
        for reading, page in shown.items()
    }
    farther, varied = (in_digits(means["pytorch"][name]) for name in ("figure-6-hidden-farther", "figure-10-variance"))
    least, most = (in_digits(of(means["gentle"][name] for name in FARTHER)) for of in (min, max))
    letters = [f"{shown['printed']['accuracy']['mnist'][objective]:.0%}" for objective in OBJECTIVES]
    neurons = shown["pytorch"]["sizes"]["mnist"]["neurons"]
    starts = "one start" if row["seeds"] == 1 else f"{row['seeds']} starts"
    return (
        f"**In part.** In a plain PyTorch reimplementation the critic drives the hidden layer {farther} times as far "
        f"from its start and makes filters vary {varied} times as much (MNIST, {neurons} neurons). Filters grow smooth "
        f"sooner with it, but end alike without it: after {row['epochs']:,.0f} epochs of {row['width']:,} neurons "
        f"({starts}) Moran's I, 0 for noise, 1 for smooth, is {row['moran'][0]:.2f} without and {row['moran'][1]:.2f} "
        f"with the critic, accuracy {before:.1%} and {after:.1%}. By the equations to the letter filters stay as they "
        f"were, and images are learned slowly ({letters[0]} without, {letters[1]} with, after "
        f"{shown['printed']['sizes']['mnist']['epochs']} epochs). With a weak critic (`gentle`) layers end {least} to "
        f"{most} times as far, at nearly the same error."
    )

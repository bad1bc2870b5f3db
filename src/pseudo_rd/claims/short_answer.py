"""The answer in five lines, for README and docs/results.md: made of published evidence, no number is typed."""

from collections.abc import Mapping, Sequence
from math import isfinite
from statistics import fmean
from typing import Any

import numpy as np
import pandas as pd

from pseudo_rd.claims.answer import one_a_reading
from pseudo_rd.claims.judge import Criterion
from pseudo_rd.claims.measures import matched
from pseudo_rd.claims.whole import IMAGES, Pair, critics_effect, lasting, on_clock, papers_time
from pseudo_rd.multiverse.controls import at_equal_distance
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.results.runs import Run
from pseudo_rd.results.scaling import at_time

HEADLINE = (
    "In part. Weights go farther, as they also do at a larger learning rate, where filters are rougher. Plain training "
    "makes patterns, too."
)


def in_short(
    runs: Sequence[Run],
    printed: Sequence[Run],
    pages: Sequence[Mapping[str, Any]],
    predictions: Sequence[Mapping[str, Any]],
    controls: pd.DataFrame,
    as_good: Criterion,
) -> str:
    """The short answer: when the paper's training ends, later, to the letter, and under the start that favours it.

    Args:
        runs: of `whole_trainings` under `pytorch`.
        printed: the same under `printed`.
        pages: the content of claims.json of each preset and reading, the largest preset first.
        predictions: the content of predictions.json, that of the paper's training last.
        controls: the published ways of training under `glorot`, with columns case and seed.
        as_good: how many times as many wrong answers are similar.
    """
    time = papers_time(predictions)
    mnist, fashion_mnist = (matched([run for run in lasting(runs, time) if run.dataset == name]) for name in IMAGES)
    by_reading = {page["reading"]: page for page in one_a_reading(pages)}
    return "\n".join(
        (
            f"**{HEADLINE}** With the critic:",
            "",
            at_its_end(mnist, fashion_mnist, time),
            after_its_end([*mnist, *fashion_mnist], time),
            to_the_letter(by_reading["printed"], matched([run for run in printed if run.dataset == "mnist"])),
            under_glorot(by_reading["glorot"], controls, as_good),
        )
    )


def at_its_end(mnist: Sequence[Pair], fashion_mnist: Sequence[Pair], time: float) -> str:
    """What the critic does to these pairs under `pytorch` by the time that the paper's training ends."""
    farther, varied = (
        from_to([critics_effect(pair, name, time) for pair in mnist], form)
        for name, form in (("distance_hidden", "{:.2f}"), ("variance", "{:.1f}"))
    )
    error = from_to([critics_effect(pair, "test_error", time) for pair in fashion_mnist], "{:.1f}")
    smooth = means_at(mnist, "moran", time)
    digits, clothes = (means_at(pairs, "test_accuracy", time) for pairs in (mnist, fashion_mnist))
    widths = [supervised.width for supervised, _ in mnist]
    own, narrower = max(widths), {*widths} - {max(widths)}
    return (
        f"- **When the paper's training ends** ({own:,} neurons from one start, {min(widths)} to "
        f"{max(narrower):,} with time scaled) a plain PyTorch reimplementation moves its hidden layer {farther} times "
        f"as far on MNIST; its nine largest filters (input weights) vary {varied} times as much and are slightly "
        f"smoother (Moran's I, 0 for noise, 1 for smooth: {smooth[0]:.2f} without, {smooth[1]:.2f} with). Accuracy: "
        f"{digits[0]:.1%} without, {digits[1]:.1%} with ({len(mnist)} pairs). FashionMNIST: {clothes[0]:.1%}, "
        f"{clothes[1]:.1%}, {error} times the squared error."
    )


def means_at(pairs: Sequence[Pair], name: str, time: float) -> tuple[float, float]:
    """Means without and with the critic at a time iterations / sqrt(m), over the pairs that recorded the column."""
    recorded = [pair for pair in pairs if all(name in run.history for run in pair)]
    numbers = [[at_time(run.history, run.width, name, time) for run in pair] for pair in recorded]
    without, with_critic = np.nanmean(numbers, axis=0)
    return float(without), float(with_critic)


def after_its_end(pairs: Sequence[Pair], time: float) -> str:
    """What the critic has done to those of these pairs that go on after the paper's training, where they end."""
    pairs = [pair for pair in pairs if on_clock(pair[0]) > time]
    longer = from_to([on_clock(run) / time for pair in pairs for run in pair], "{:.0f}")
    lost = [100 * (supervised.at_end("test_accuracy") - other.at_end("test_accuracy")) for supervised, other in pairs]
    rougher = [augmented.at_end("moran") < supervised.at_end("moran") for supervised, augmented in pairs]
    return (
        f"- **Trained {longer} times longer**, it costs {from_to(lost, '{:.1f}')} points of accuracy, and filters end "
        f"less smooth ({sum(rougher)} of {len(rougher)} pairs)."
    )


def to_the_letter(page: Mapping[str, Any], pairs: Sequence[Pair]) -> str:
    """What comes of MNIST under `printed`.

    Args:
        page: the content of its claims.json.
        pairs: narrower networks, trained to the end.
    """
    size, early = page["sizes"]["mnist"], page["accuracy"]["mnist"]
    late = [fmean(run.at_end("test_accuracy") for run in side) for side in zip(*pairs, strict=True)]
    farther = [
        augmented.at_end("distance_hidden") / supervised.at_end("distance_hidden") for supervised, augmented in pairs
    ]
    widths = [supervised.width for supervised, _ in pairs]
    return (
        f"- **To the letter** (`printed`) filters look as without it. {size['epochs']} epochs are too few for "
        f"{size['neurons']:,} neurons ({early[OBJECTIVES[0]]:.0%}, {early[OBJECTIVES[1]]:.0%}); {min(widths)} to "
        f"{max(widths):,} neurons reach {late[0]:.0%}, {late[1]:.0%} in 1,000 and go {from_to(farther, '{:.2f}')} "
        "times as far."
    )


def under_glorot(page: Mapping[str, Any], controls: pd.DataFrame, as_good: Criterion) -> str:
    """What the critic does on MNIST under `glorot`, and what a larger step does; arguments as `in_short`."""
    size, critic, larger = page["sizes"]["mnist"], "with", "step-4"
    wrong = 1 - controls.pivot_table("test_accuracy", ["iteration", "seed"], "case")
    ratios = (wrong[critic] / wrong["without"]).unstack("seed")
    time = ratios.index[[as_good.holds([*row]) for row in ratios.to_numpy()]].max()
    means = controls[controls["iteration"] == time].groupby("case").mean(numeric_only=True)
    farther = means["distance_hidden"] / means["distance_hidden"]["without"]
    smoother = means["moran"] - means["moran"]["without"]
    accuracy = means["test_accuracy"].map("{:.1%}".format)
    error = means["test_error"][critic] / means["test_error"]["without"]
    rougher = fmean(at_equal_distance(controls, (larger, critic), "moran"))
    return (
        f"- **Under Glorot's start** (`glorot`, MNIST, {size['neurons']} neurons) it moves {farther[critic]:.2f} times "
        f"as far by epoch {size['epochs'] * time / controls['iteration'].max():.0f} of {size['epochs']}, and Moran's "
        f"I is {smoother[critic]:.2f} higher, at equal accuracy ({accuracy['without']}, {accuracy[critic]}) and "
        f"{error:.1f} times the squared error. Four times the learning rate instead: {farther[larger]:.2f} "
        f"times, {smoother[larger]:.2f} higher, {accuracy[larger]}; but at equal distance Moran's I is {rougher:.2f} "
        "below the critic's."
    )


def from_to(values: Sequence[float], form: str) -> str:
    """The least and the largest of those that were recorded: "1.38 to 1.53"."""
    recorded = [value for value in values if isfinite(value)]
    return f"{form.format(min(recorded))} to {form.format(max(recorded))}"

"""The answer in five lines, for README and docs/results.md: made of published evidence, no number is typed."""

from collections.abc import Mapping, Sequence
from math import isfinite
from statistics import fmean
from typing import Any

import pandas as pd

from pseudo_rd.claims.answer import means_of, one_a_reading
from pseudo_rd.claims.measures import matched
from pseudo_rd.claims.whole import IMAGES, Pair, critics_effect, lasting, on_clock, papers_time
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.results.runs import Run
from pseudo_rd.results.scaling import at_time

HEADLINE = (
    "In part: weights go farther, as at a larger learning rate, and at first filters look smoother for it. Their "
    "change is no smoother."
)


def in_short(
    runs: Sequence[Run],
    pages: Sequence[Mapping[str, Any]],
    predictions: Sequence[Mapping[str, Any]],
    controls: pd.DataFrame,
) -> str:
    """The short answer: when the paper's training ends, later, to the letter, and under the start that favours it.

    Args:
        runs: of `whole_trainings`.
        pages: the content of claims.json of each preset and reading, the largest preset first.
        predictions: the content of predictions.json, that of the paper's training last.
        controls: the published ways of training under `glorot`, with columns case and seed.
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
            to_the_letter(by_reading["printed"]),
            under_glorot(by_reading["glorot"], controls),
        )
    )


def at_its_end(mnist: Sequence[Pair], fashion_mnist: Sequence[Pair], time: float) -> str:
    """What the critic does to these pairs under `pytorch` by the time that the paper's training ends."""
    farther, varied, smoother = (
        from_to([critics_effect(pair, name, time) for pair in mnist], form)
        for name, form in (("distance_hidden", "{:.2f}"), ("variance", "{:.1f}"), ("moran", "{:.2f}"))
    )
    error = from_to([critics_effect(pair, "test_error", time) for pair in fashion_mnist], "{:.1f}")
    digits, clothes = (
        [f"{fmean(at_time(run.history, run.width, 'test_accuracy', time) for run in side):.1%}" for side in sides]
        for sides in (zip(*mnist, strict=True), zip(*fashion_mnist, strict=True))
    )
    widths = [supervised.width for supervised, _ in mnist]
    return (
        f"- **When the paper's training ends** ({min(widths)} to {max(widths):,} neurons, time scaled to width) a "
        f"plain PyTorch reimplementation moves its hidden layer {farther} times as far on MNIST; filters (input "
        f"weights) vary {varied} times as much and are slightly smoother (Moran's I, 0 for noise, 1 for smooth, "
        f"{smoother} higher). Accuracy: {digits[0]} without, {digits[1]} with ({len(mnist)} pairs); FashionMNIST "
        f"{clothes[0]}, {clothes[1]}, at {error} times the squared error."
    )


def after_its_end(pairs: Sequence[Pair], time: float) -> str:
    """What the critic has done to these pairs where they end, after the paper's training."""
    longer = from_to([on_clock(run) / time for pair in pairs for run in pair], "{:.0f}")
    lost = [100 * (supervised.at_end("test_accuracy") - other.at_end("test_accuracy")) for supervised, other in pairs]
    rougher = [augmented.at_end("moran") < supervised.at_end("moran") for supervised, augmented in pairs]
    return (
        f"- **Trained {longer} times longer**, it costs {from_to(lost, '{:.1f}')} points of accuracy, and filters end "
        f"less smooth than without it ({sum(rougher)} of {len(rougher)} pairs)."
    )


def to_the_letter(page: Mapping[str, Any]) -> str:
    """What comes of MNIST under `printed`, from the content of its claims.json."""
    supervised, augmented = (f"{page['accuracy']['mnist'][objective]:.0%}" for objective in OBJECTIVES)
    return (
        f"- **To the letter** ({page['sizes']['mnist']['epochs']} of 1,000 epochs) filters end as without it; images "
        f"are hardly learned ({supervised} without, {augmented} with)."
    )


def under_glorot(page: Mapping[str, Any], controls: pd.DataFrame) -> str:
    """What the critic does on MNIST under `glorot`, and what a larger step does; arguments as `in_short`."""
    means = means_of(page)
    supervised, augmented = (f"{page['accuracy']['mnist'][objective]:.1%}" for objective in OBJECTIVES)
    ends = controls.groupby(["case", "seed"]).last().groupby("case").mean(numeric_only=True)
    change = ends.moran_change - ends.moran_change["without"]
    larger = ends.distance_hidden["step-4"] / ends.distance_hidden["without"]
    return (
        f"- **Under Glorot's start** (`glorot`, MNIST, {page['sizes']['mnist']['neurons']} neurons) it moves "
        f"{means['figure-6-hidden-farther']:.2f} times as far and Moran's I is {means['figure-10-organized']:.2f} "
        f"higher; four times the learning rate: {larger:.2f} times, "
        f"{ends.moran['step-4'] - ends.moran['without']:.2f} higher. Without the initial noise, the change is "
        f"less smooth: {-change['with']:.2f} lower, {-change['step-4']:.2f} at that rate. Accuracy: {supervised} "
        f"without, {augmented} with, {ends.test_accuracy['step-4']:.1%} at that rate."
    )


def from_to(values: Sequence[float], form: str) -> str:
    """The least and the largest of those that were recorded: "1.38 to 1.53"."""
    recorded = [value for value in values if isfinite(value)]
    return f"{form.format(min(recorded))} to {form.format(max(recorded))}"

"""Universes: one option for every choice that the paper leaves open (docs/readings.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # for its types alone: a reworded description there makes no job run again
    from pseudo_rd.parameters.schema import ChoiceParameters

Option = str | float | bool
Universe = dict[str, Option]  # choice -> option

BASE_CHOICE = "generator_start"  # the choice from whose every option the others are tried one at a time
# What a run without a critic depends on: universes that agree in these share their supervised run.
GENERATOR_CHOICES = ("generator_start", "start_scale", "loss", "biases", "pixels")


def printed_options(choices: Mapping[str, ChoiceParameters]) -> Universe:
    """The first option of every choice, which is that of the reading `printed`."""
    return {name: choice.options[0].option for name, choice in choices.items()}


def universes_of(
    printed: Universe, crossed: Mapping[str, Sequence[Option]], alone: Mapping[str, Sequence[Option]]
) -> list[Universe]:
    """Every universe of a study, each once.

    All combinations of the options in `crossed`, the others as printed; and from each start of the generator that is
    crossed (else from the printed one), one choice at a time changed to each of its options in `alone`.

    Args:
        printed: the printed option of every choice.
        crossed: the options that are combined, by choice.
        alone: the options that are tried one at a time, by choice.
    """
    universes = [{**printed, **dict(zip(crossed, options, strict=True))} for options in product(*crossed.values())]
    universes += [
        {**printed, BASE_CHOICE: start, choice: option}
        for start in crossed.get(BASE_CHOICE, [printed[BASE_CHOICE]])
        for choice, options in alone.items()
        for option in options
    ]
    return [dict(items) for items in dict.fromkeys(tuple(universe.items()) for universe in universes)]


def as_trained(universe: Universe, printed: Universe, objective: str, images: bool) -> dict[str, Any]:
    """The universe with every choice as printed that makes no difference to this run.

    Args:
        universe, printed: options of all choices.
        objective: a supervised run depends on nothing that concerns the critic alone.
        images: whether the samples are images; points have no pixels.
    """
    relevant_choices = {*universe} if objective == "augmented" else {*GENERATOR_CHOICES}
    if not images:
        relevant_choices -= {"pixels"}
    return {choice: option if choice in relevant_choices else printed[choice] for choice, option in universe.items()}

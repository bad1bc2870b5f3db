"""Universes: one option for every choice that the paper leaves open (docs/readings.md)."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

Option = str | float | bool
Universe = dict[str, Option]  # choice -> option

# What a run without a critic depends on: universes that agree in these share their supervised run.
OF_THE_GENERATOR = ("generator_start", "start_scale", "loss", "biases", "pixels")


def universes_of(
    printed: Mapping[str, Option],
    factorial: Mapping[str, Sequence[Option]],
    one_at_a_time: Mapping[str, Sequence[Option]],
    *,
    images: bool,
) -> list[Universe]:
    """Every universe of a study, each once.

    All combinations of the options in `factorial`, the others as printed; and from each option of the first of these
    choices (the generator's start), one choice at a time changed to each of its options.

    Args:
        printed: the option of every choice that the paper prints, or that stands for its silence.
        factorial: the options that are combined, by choice.
        one_at_a_time: the options that are tried alone, by choice.
        images: whether the samples are images; without, pixels are no choice.

    Raises:
        ValueError: if a choice is not one of `printed`.
    """
    unknown = sorted({*factorial, *one_at_a_time} - {*printed})
    if unknown:
        raise ValueError(f"{', '.join(unknown)} is no choice: choose from {', '.join(printed)}")
    found = [{**printed, **dict(zip(factorial, options, strict=True))} for options in product(*factorial.values())]
    first = next(iter(factorial))
    found += [
        {**printed, first: start, choice: option}
        for start in factorial[first]
        for choice, options in one_at_a_time.items()
        if images or choice != "pixels"
        for option in options
    ]
    return each_once(found)


def each_once(universes: Iterable[Universe]) -> list[Universe]:
    """The same universes in the same order, repeated ones left out."""
    return [dict(items) for items in dict.fromkeys(tuple(universe.items()) for universe in universes)]


def without_critic(universe: Universe, printed: Mapping[str, Option]) -> Universe:
    """The universe as its supervised run sees it: what concerns the critic alone is as printed."""
    return {choice: universe[choice] if choice in OF_THE_GENERATOR else option for choice, option in printed.items()}


def in_words(universe: Universe, printed: Mapping[str, Option]) -> str:
    """What departs from the printed options, or "as printed"."""
    departures = [f"{choice} {option}" for choice, option in universe.items() if option != printed[choice]]
    return ", ".join(departures) or "as printed"

"""The line below a figure that says under which reading it was made, and what its preset shrank or replaced."""

from collections.abc import Mapping, Sequence
from typing import Any

from pseudo_rd.claims.evidence import part_of


def preset_note(
    preset: str,
    changes: Sequence[tuple[str, Any, Any]],
    lacking: Mapping[str, str],
    reading: Mapping[str, Any] | None = None,
    overshot: Mapping[str, str] | None = None,
) -> str:
    """One paragraph, or nothing where all is as in the preset full.

    Args:
        preset: its name.
        changes: (what, the value of the preset full, the value here).
        lacking: by data set, what `said_of_data` says of it; they are named first.
        reading: `name` of the reading that the networks were trained under, and its options that depart from the
            printed ones, by choice; None where the figure shows no network.
        overshot: by experiment, what `results.runs.overshot` says of its runs.
    """
    replaced = [f"{name} is {what}." for name, what in sorted(lacking.items())]
    if reading:
        departures = [f"{choice} {option}" for choice, option in reading.items() if choice != "name"]
        replaced.append(f"Reading {reading['name']}: {', '.join(departures) or 'every choice as printed'}.")
    shrunk = [f"{what} {_short(here)} ({_short(paper)})" for what, paper, here in changes]
    if shrunk:
        replaced.append(f"Preset {preset} (in brackets: preset full): {'; '.join(shrunk)}.")
    replaced += [f"Overshot: {name}, {words}." for name, words in sorted((overshot or {}).items()) if words]
    return " ".join(replaced)


def said_of_data(stand_in: str, source: str) -> str:
    """That data are a stand-in for the paper's or a part of them, from how they were prepared; else nothing."""
    part = part_of(source)
    return f"a stand-in: {stand_in}" if stand_in else f"a part: {part}" if part else ""


def _short(value: Any) -> str:
    if value is None:
        return "all"
    return ", ".join(map(_short, value)) if isinstance(value, Sequence) and not isinstance(value, str) else str(value)

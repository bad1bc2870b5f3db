"""The line below a figure that says under which reading it was made, and what its preset shrank or replaced."""

from collections.abc import Mapping, Sequence
from typing import Any


def preset_note(
    preset: str,
    changes: Sequence[tuple[str, Any, Any]],
    stand_ins: Mapping[str, str],
    reading: Mapping[str, Any] | None = None,
) -> str:
    """One paragraph, or nothing where all is as in the preset paper.

    Args:
        preset: its name.
        changes: (what, the value of the preset paper, the value here).
        stand_ins: by data set, what stands in for it; they are named first.
        reading: `name` of the reading that the networks were trained under, and its options that depart from the
            printed ones, by choice; None where the figure shows no network.
    """
    replaced = [f"{name} is a stand-in: {what}." for name, what in sorted(stand_ins.items())]
    if reading:
        departures = [f"{choice} {option}" for choice, option in reading.items() if choice != "name"]
        replaced.append(f"Reading {reading['name']}: {', '.join(departures) or 'every choice as printed'}.")
    shrunk = [f"{what} {_short(here)} ({_short(paper)})" for what, paper, here in changes]
    if shrunk:
        replaced.append(f"Preset {preset} (in brackets: preset paper): {'; '.join(shrunk)}.")
    return " ".join(replaced)


def _short(value: Any) -> str:
    if value is None:
        return "all"
    return ", ".join(map(_short, value)) if isinstance(value, Sequence) and not isinstance(value, str) else str(value)

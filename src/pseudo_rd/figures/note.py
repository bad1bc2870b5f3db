"""The line below a figure that says under which reading it was made, and what its preset shrank or replaced."""

from collections.abc import Mapping, Sequence
from typing import Any

from pseudo_rd.claims.evidence import part_of


def preset_note(
    preset: str,
    changes: Sequence[tuple[str, Any, Any]],
    lacking: Mapping[str, str],
    reading: str | None = None,
    overshot: Mapping[str, str] | None = None,
) -> str:
    """A plain sentence or a few, or nothing where all is as in the preset full.

    It names the preset, not all that the preset shrinks: verdicts list that (results/<preset>/<reading>/claims.md).

    Args:
        preset: its name.
        changes: (what, the value of the preset full, the value here).
        lacking: by data set, what `said_of_data` says of it; they are named first.
        reading: name of the reading that the networks were trained under; None where the figure shows no network.
        overshot: by experiment, what `results.runs.overshot` says of its runs.
    """
    parts = [f"preset {preset}"] if changes else []
    parts += [f"reading {reading}"] if reading else []
    widths = sorted({width for what, _, here in changes if what.endswith("widths") for width in here})
    if widths:
        parts.append(f"{' to '.join(f'{width:,}' for width in dict.fromkeys((widths[0], widths[-1])))} neurons")
    said = [f"{', '.join(parts).capitalize()}."] if parts else []
    said += [f"{name} is {what}." for name, what in sorted(lacking.items())]
    said += [f"Overshot: {name}, {words}." for name, words in sorted((overshot or {}).items()) if words]
    return " ".join(said)


def said_of_data(stand_in: str, source: str) -> str:
    """That data are a stand-in for the paper's or a part of them, from how they were prepared; else nothing."""
    part = part_of(source)
    return f"a stand-in: {stand_in}" if stand_in else f"a part: {part}" if part else ""

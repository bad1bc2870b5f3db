"""The line below a figure: its preset and reading, its networks' widths and epochs, and what its data lack."""

from collections.abc import Mapping, Sequence

from pseudo_rd.claims.evidence import part_of


def preset_note(
    preset: str,
    reading: str | None,
    widths: Sequence[int],
    epochs: Sequence[int],
    lacking: Mapping[str, str],
    overshot: Mapping[str, str],
) -> str:
    """A plain sentence or a few.

    It names the preset, not all that the preset shrinks: verdicts list that (results/<preset>/<reading>/claims.md).

    Args:
        preset: its name.
        reading: name of the reading that the networks were trained under; None where the figure shows no network.
        widths, epochs: of the networks that the figure shows, ascending.
        lacking: by data set, what `said_of_data` says of it.
        overshot: by experiment, what `results.runs.overshot` says of its runs.
    """
    parts = [f"Preset {preset}"]
    parts += [f"reading {reading}"] if reading else []
    for numbers, unit in ((widths, "neurons"), (epochs, "epochs")):
        if numbers:
            parts.append(f"{' to '.join(f'{number:,}' for number in dict.fromkeys((numbers[0], numbers[-1])))} {unit}")
    said = [f"{', '.join(parts)}."]
    said += [f"{name} is {what}." for name, what in sorted(lacking.items())]
    said += [f"Overshot: {name}, {words}." for name, words in sorted(overshot.items()) if words]
    return " ".join(said)


def said_of_data(stand_in: str, source: str) -> str:
    """That data are a stand-in for the paper's or a part of them, from how they were prepared; else nothing."""
    part = part_of(source)
    return f"a stand-in: {stand_in}" if stand_in else f"a part: {part}" if part else ""

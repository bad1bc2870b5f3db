"""From the files that a figure was promised to what draws it is handed, and to the line below it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pseudo_rd.claims.evidence import part_of
from pseudo_rd.data.dataset import load
from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.results.files import read_npz, read_run, read_table
from pseudo_rd.results.gather import gather_patterns, gather_runs
from pseudo_rd.results.runs import overshot

NONE: Mapping[str, Any] = {}


def gather_inputs(
    *,
    runs: Mapping[str, Sequence[str]] = NONE,
    weights: bool = False,
    patterns: Mapping[str, Sequence[Mapping[str, str]]] = NONE,
    datasets: Mapping[str, str] = NONE,
    simulations: Mapping[str, str] = NONE,
    flow: str = "",
    tables: Mapping[str, Sequence[str]] = NONE,
    frames: Mapping[str, str] = NONE,
    parameters: Mapping[str, Any] = NONE,
) -> tuple[FigureInputs, list[int], dict[str, str], dict[str, str]]:
    """Read it all.

    Args:
        runs: folders of runs by experiment.
        weights: whether the runs come with their snapshots.
        patterns: by experiment, for each run its folder ("run") and its files ("maps", "clusters").
        datasets, simulations, frames: files by name.
        flow: the file of the theorems' own setting.
        tables: files by name; rows of several are joined.
        parameters: values of params.yaml by dotted key.

    Returns:
        The inputs; for the line below the figure the numbers of epochs that its runs took, ascending; by data set what
        it says of data that are not all of the paper's; by experiment what it says of runs that overshot.

    Raises:
        ValueError: naming a file that cannot be read.
    """
    inputs = FigureInputs(
        runs=gather_runs(runs, weights),
        patterns=gather_patterns(patterns),
        datasets={name: load(path) for name, path in datasets.items()},
        simulations={name: read_npz(path) for name, path in simulations.items()},
        flow=read_npz(flow) if flow else {},
        tables={name: pd.concat(map(read_table, paths), ignore_index=True) for name, paths in tables.items()},
        frames={name: read_npz(path) for name, path in frames.items()},
        parameters=parameters,
    )
    shown = {name: tuple(read_run(files["run"]) for files in group) for name, group in patterns.items()}
    shown |= inputs.runs
    runs_shown = [run for group in shown.values() for run in group]
    epochs = sorted({round(run.at_end("epoch")) for run in runs_shown})
    data = [run.summary["dataset"] for run in runs_shown]
    lacking = {each["name"]: said_of_data(each["stand_in"], each["source"]) for each in data}
    lacking |= {name: said_of_data(each.stand_in, each.source) for name, each in inputs.datasets.items()}
    filmed = [frames for frames in inputs.frames.values() if "dataset" in frames]
    lacking |= {str(each["dataset"]): said_of_data(str(each["stand_in"]), "") for each in filmed}
    rises = {name: overshot(group) for name, group in shown.items()}
    return inputs, epochs, {name: what for name, what in lacking.items() if what}, rises


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

"""Reads what a figure is drawn from, and writes the line below it that names its preset, reading and data."""

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
    """Read all files of a figure.

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
    groups = {name: tuple(read_run(files["run"]) for files in group) for name, group in patterns.items()}
    groups |= inputs.runs
    all_runs = [run for group in groups.values() for run in group]
    epochs = sorted({round(run.at_end("epoch")) for run in all_runs})
    summaries = [run.summary["dataset"] for run in all_runs]
    data_notes = {dataset["name"]: data_note(dataset["stand_in"], dataset["source"]) for dataset in summaries}
    data_notes |= {name: data_note(data.stand_in, data.source) for name, data in inputs.datasets.items()}
    films = [frames for frames in inputs.frames.values() if "dataset" in frames]
    data_notes |= {str(film["dataset"]): data_note(str(film["stand_in"]), "") for film in films}
    overshoots = {name: overshot(group) for name, group in groups.items()}
    return inputs, epochs, {name: note for name, note in data_notes.items() if note}, overshoots


def preset_note(
    preset: str,
    reading: str | None,
    widths: Sequence[int],
    epochs: Sequence[int],
    data_notes: Mapping[str, str],
    overshoots: Mapping[str, str],
) -> str:
    """The sentences below a figure: preset, reading, widths, epochs, and what is not as in the paper.

    It names the preset, not all that the preset shrinks: verdicts list that (results/<preset>/<reading>/claims.md).

    Args:
        preset: its name.
        reading: name of the reading that the networks were trained under; None where the figure shows no network.
        widths, epochs: of the networks that the figure shows, ascending.
        data_notes: by data set, what `data_note` says of it.
        overshoots: by experiment, what `results.runs.overshot` says of its runs.
    """
    parts = [f"Preset {preset}"]
    parts += [f"reading {reading}"] if reading else []
    for numbers, unit in ((widths, "neurons"), (epochs, "epochs")):
        if numbers:
            parts.append(f"{' to '.join(f'{number:,}' for number in dict.fromkeys((numbers[0], numbers[-1])))} {unit}")
    sentences = [f"{', '.join(parts)}."]
    sentences += [f"{name} is {note}." for name, note in sorted(data_notes.items())]
    sentences += [f"Overshot: {name}, {note}." for name, note in sorted(overshoots.items()) if note]
    return " ".join(sentences)


def data_note(stand_in: str, source: str) -> str:
    """Whether data are a stand-in for the paper's or a part of them, in words; empty where they are all of them."""
    part = part_of(source)
    return f"a stand-in: {stand_in}" if stand_in else f"a part: {part}" if part else ""

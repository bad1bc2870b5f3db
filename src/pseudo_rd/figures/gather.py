"""From the files that a figure was promised to what draws it is handed."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pseudo_rd.data.dataset import load
from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.note import said_of_data
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

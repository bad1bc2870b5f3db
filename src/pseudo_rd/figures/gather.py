"""From the files that a figure was promised to what draws it is handed."""

from collections.abc import Mapping, Sequence
from typing import Any

from pseudo_rd.data.dataset import load
from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.note import said_of_data
from pseudo_rd.results.files import read_run
from pseudo_rd.results.gather import gather_patterns, gather_runs, gather_simulations
from pseudo_rd.results.runs import overshot


def gather_inputs(
    runs: Mapping[str, Sequence[str]],
    weights: bool,
    patterns: Mapping[str, Sequence[Mapping[str, str]]],
    datasets: Mapping[str, str],
    simulations: Mapping[str, str],
    parameters: Mapping[str, Any],
) -> tuple[FigureInputs, dict[str, str], dict[str, str]]:
    """Read it all.

    Args:
        runs: folders of runs by experiment.
        weights: whether the runs come with their snapshots.
        patterns: by experiment, for each run its folder ("run") and its files ("maps", "clusters").
        datasets, simulations: files by name.
        parameters: sections of params.yaml by name.

    Returns:
        The inputs; by data set what the line below the figure says of data that are not all of the paper's; by
        experiment what it says of runs that overshot.

    Raises:
        ValueError: naming a file that cannot be read.
    """
    inputs = FigureInputs(
        runs=gather_runs(runs, weights),
        patterns=gather_patterns(patterns),
        datasets={name: load(path) for name, path in datasets.items()},
        simulations=gather_simulations(simulations),
        parameters=parameters,
    )
    shown = {name: tuple(read_run(files["run"]) for files in group) for name, group in patterns.items()}
    shown |= inputs.runs
    data = [run.summary["dataset"] for group in shown.values() for run in group]
    lacking = {each["name"]: said_of_data(each["stand_in"], each["source"]) for each in data}
    lacking |= {name: said_of_data(each.stand_in, each.source) for name, each in inputs.datasets.items()}
    rises = {name: overshot(group) for name, group in shown.items()}
    return inputs, {name: what for name, what in lacking.items() if what}, rises

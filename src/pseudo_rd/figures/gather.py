"""From the files that a figure was promised to what its `draw` is handed."""

from collections.abc import Mapping, Sequence
from typing import Any

from pseudo_rd.data.dataset import load
from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.results.files import read_npz, read_run, read_summary
from pseudo_rd.results.runs import Pattern

LAYERS = ("hidden", "top")


def gather_inputs(
    runs: Mapping[str, Sequence[str]],
    weights: bool,
    patterns: Mapping[str, Sequence[Mapping[str, str]]],
    datasets: Mapping[str, str],
    simulations: Mapping[str, str],
    parameters: Mapping[str, Any],
) -> tuple[FigureInputs, dict[str, str]]:
    """Read it all.

    Args:
        runs: folders of runs by experiment.
        weights: whether the runs come with their snapshots.
        patterns: by experiment, for each run its folder ("run") and its files ("maps", "clusters").
        datasets, simulations: files by name.
        parameters: sections of params.yaml by name.

    Returns:
        What `draw` is handed, and by data set the sentence that says what stands in for it.

    Raises:
        ValueError: naming a file that cannot be read.
    """
    read = {
        name: tuple(
            sorted(
                (read_run(folder, weights) for folder in folders), key=lambda run: (run.objective, run.width, run.seed)
            )
        )
        for name, folders in runs.items()
    }
    drawn = {name: tuple(read_pattern(**files) for files in group) for name, group in patterns.items()}
    data = {name: load(path) for name, path in datasets.items()}
    summaries = [run.summary for group in read.values() for run in group]
    summaries += [read_summary(files["run"]) for group in patterns.values() for files in group]
    stand_ins = {summary["dataset"]["name"]: summary["dataset"]["stand_in"] for summary in summaries}
    stand_ins |= {name: dataset.stand_in for name, dataset in data.items()}
    inputs = FigureInputs(
        runs=read,
        patterns=drawn,
        datasets=data,
        simulations={name: read_npz(path) for name, path in simulations.items()},
        parameters=parameters,
    )
    return inputs, {name: what for name, what in stand_ins.items() if what}


def read_pattern(run: str, maps: str, clusters: str) -> Pattern:
    """One run's maps and clusters, with the run's own name."""
    summary, placed, grouped = read_summary(run), read_npz(maps), read_npz(clusters)
    return Pattern(
        dataset=summary["dataset"]["name"],
        objective=summary["training"]["objective"],
        width=summary["training"]["width"],
        seed=summary["training"]["seed"],
        iterations=placed["iterations"],
        maps={layer: placed[layer] for layer in LAYERS},
        clusters={layer: grouped[layer] for layer in LAYERS},
        converged={layer: grouped[f"{layer}_converged"] for layer in LAYERS},
    )

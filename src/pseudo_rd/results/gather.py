"""Finished work by name: from the files that a stage was handed to runs and patterns."""

from collections.abc import Mapping, Sequence
from operator import attrgetter

from pseudo_rd.results.files import read_npz, read_run, read_summary
from pseudo_rd.results.runs import Pattern, Run


def gather_runs(folders: Mapping[str, Sequence[str]], weights: bool = False) -> dict[str, tuple[Run, ...]]:
    """Runs by experiment, sorted by objective, width and seed.

    Args:
        folders: of the runs, by experiment.
        weights: whether the runs come with their snapshots.

    Raises:
        ValueError: naming a file that cannot be read.
    """
    order = attrgetter("objective", "width", "seed")
    return {
        name: tuple(sorted((read_run(folder, weights) for folder in group), key=order))
        for name, group in folders.items()
    }


def gather_patterns(files: Mapping[str, Sequence[Mapping[str, str]]]) -> dict[str, tuple[Pattern, ...]]:
    """Patterns by experiment, in the order given.

    Args:
        files: by experiment, for each run its folder ("run") and its files ("maps", "clusters").

    Raises:
        ValueError: naming a file that cannot be read.
    """
    return {name: tuple(read_pattern(**pattern) for pattern in group) for name, group in files.items()}


def read_pattern(run: str, maps: str, clusters: str) -> Pattern:
    """The maps and clusters of the run in the folder `run`, with its data set, objective, width and seed."""
    summary, coordinates, labels = read_summary(run), read_npz(maps), read_npz(clusters)
    layers = [name.removesuffix("_converged") for name in labels if name.endswith("_converged")]
    return Pattern(
        dataset=summary["dataset"]["name"],
        objective=summary["training"]["objective"],
        width=summary["training"]["width"],
        seed=summary["training"]["seed"],
        iterations=coordinates["iterations"],
        maps={layer: coordinates[layer] for layer in layers},
        clusters={layer: labels[layer] for layer in layers},
        converged={layer: labels[f"{layer}_converged"] for layer in layers},
    )

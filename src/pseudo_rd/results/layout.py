"""Where results lie: the one place that spells their paths, in results/ and, published, in docs/results/."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pseudo_rd.parameters.vocabulary import OBJECTIVES

if TYPE_CHECKING:  # for its types alone: a reworded description there makes no job run again
    from pseudo_rd.parameters.schema import BeyondParameters

RUN_FILES = ("history.parquet", "summary.json")  # its weights lie beside them: snapshots.safetensors
OF_A_PATTERN = ("maps", "clusters")


@dataclass(frozen=True)
class Layout:
    """The paths of a preset's results under one reading, as text.

    Attributes:
        preset, reading: their names.
        root: results/ or docs/results/, which holds what is published at the same places.
    """

    preset: str
    reading: str
    root: str = "results"

    @classmethod
    def of(cls, folder: Path) -> Layout:
        """The layout of a reading's folder."""
        return cls(folder.parent.name, folder.name, str(folder.parents[1]))

    @property
    def shared(self) -> str:
        """The folder of what depends on no reading."""
        return f"{self.root}/{self.preset}"

    @property
    def folder(self) -> str:
        """The folder of what depends on the reading."""
        return f"{self.shared}/{self.reading}"

    @property
    def flow(self) -> str:
        """The theorems' own setting."""
        return f"{self.shared}/theory/flow.npz"

    def simulation(self, name: str) -> str:
        return f"{self.shared}/simulations/{name}.npz"

    def universes(self, study: str, dataset: str, widths: Iterable[int], seeds: Iterable[int]) -> list[str]:
        """Histories of the study "readings", "scales" or "dial" on one data set, the widths one after the other."""
        folder, seeds = f"{self.shared}/multiverse/{study}/{dataset}", [*seeds]
        return [f"{folder}/m{width}/seed{seed}.parquet" for width in widths for seed in seeds]

    def run(self, run: str) -> str:
        """The folder of a run of `runs_of`."""
        return f"{self.folder}/runs/{run}"

    def pattern(self, run: str, neurons: str = "first") -> dict[str, str]:
        """The folder of a run, and the files of its neurons' maps and clusters."""
        files = {kind: f"{self.folder}/patterns/{run}/{neurons}_{kind}.npz" for kind in OF_A_PATTERN}
        return {"run": self.run(run), **files}

    def filters(self, experiment: str) -> str:
        return f"{self.folder}/filters/{experiment}.parquet"

    def beyond(self, name: str) -> str:
        """A file, or the folder of a run of `runs_beyond`."""
        return f"{self.folder}/beyond/{name}"


def runs_of(experiment: Mapping[str, Any], seeds: Literal["all", "first"] = "all") -> list[str]:
    """Names of the runs of an experiment of params.yaml, objective by objective: their folders below that of all."""
    run_seeds = experiment["seeds"] if seeds == "all" else experiment["seeds"][:1]
    return [
        run_name(experiment["dataset"], objective, width, seed)
        for objective in OBJECTIVES
        for width in experiment["widths"]
        for seed in run_seeds
    ]


def runs_beyond(beyond: BeyondParameters, case: str, dataset: str) -> list[str]:
    """Names of the runs that a case beyond the paper's pair compares, objective by objective."""
    baseline = beyond.cases[case].without or case
    return [
        f"{name}/{run_name(dataset, objective, beyond.cases[name].width, seed)}"
        for objective, name in zip(OBJECTIVES, (baseline, case), strict=True)
        for seed in beyond.seeds
    ]


def run_name(dataset: str, objective: str, width: int, seed: int) -> str:
    return f"{dataset}/{objective}/m{width}/seed{seed}"


def run_files(folders: Iterable[str], *extra_files: str) -> list[str]:
    """History and summary of each run, and extra files of its folder."""
    return [f"{folder}/{name}" for folder in folders for name in (*RUN_FILES, *extra_files)]

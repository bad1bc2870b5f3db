"""What the claims are measured on: finished work by name, never a path."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pseudo_rd.claims.claim import Source
from pseudo_rd.results.runs import Pattern, Run
from pseudo_rd.theory.statements import Array

PART = re.compile(r"(?<![\d,])([\d,]+) of (?!\1 )[\d,]+ images to train")  # in the source of prepared data


class NotTestable(Exception):
    """The evidence at hand cannot decide the claim; the message says why."""


@dataclass(frozen=True)
class Evidence:
    """Everything a claim may ask for; what is not there makes the claims that read it not testable.

    Attributes:
        runs: by experiment of params.yaml, both objectives, all widths and seeds.
        patterns: by experiment, the first seed's maps and clusters of both objectives.
        simulations: by name, the arrays that the simulation wrote.
        flow: arrays of `theory.flow.study`.
        filters: by experiment, rows of `filters.filter_statistics` with columns objective and seed.
        changes: (dotted key, the paper's value, the preset's) wherever the preset differs from the paper.
        parameters: sections of params.yaml as resolved, by name.
    """

    runs: Mapping[str, Sequence[Run]] = field(default_factory=dict)
    patterns: Mapping[str, Sequence[Pattern]] = field(default_factory=dict)
    simulations: Mapping[str, Mapping[str, Array]] = field(default_factory=dict)
    flow: Mapping[str, Array] = field(default_factory=dict)
    filters: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    changes: Sequence[tuple[str, Any, Any]] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def read(self, source: Source) -> Any:
        """What a claim declares to read; `NotTestable` if it is not there."""
        content = self.flow if source.kind == "flow" else getattr(self, source.kind).get(source.name, ())
        if len(content) == 0:
            raise NotTestable(f"no {source.kind} of {source.name or 'the theorems'}")
        return content

    def data_gaps(self, experiment: str) -> tuple[str, str]:
        """What stands in for an experiment's data, and how much of them was there, in words; nothing where all was."""
        metadata = [run.summary["dataset"] for run in self.runs.get(experiment, ())[:1]]
        return (metadata[0]["stand_in"], part_of(metadata[0]["source"])) if metadata else ("", "")

    def changes_below(self, *prefixes: str) -> list[str]:
        """The changes of keys that are one of `prefixes` or lie below it, in words."""
        prefixes = tuple(f"{prefix}." for prefix in prefixes)
        changes = [change for change in self.changes if f"{change[0]}.".startswith(prefixes)]
        return [f"{key} = {value} (preset full: {paper})" for key, paper, value in changes]

    def scale_keys(self, experiments: Sequence[str]) -> list[str]:
        """Dotted keys that say at what scale the experiments run: their own, then those of their data sets."""
        sections = self.parameters.get("experiments", {})
        datasets = sorted({sections[name]["dataset"] for name in experiments if name in sections})
        return [*(f"experiments.{name}" for name in experiments), *(f"datasets.{name}" for name in datasets)]


def part_of(source: str) -> str:
    """How many of a data set's images were there, from the source that prepared data name; nothing where all were."""
    part = PART.search(source)
    return part[0] if part else ""

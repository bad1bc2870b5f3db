"""What the claims are measured on: finished work by name, never a path."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from pseudo_rd.results.runs import Pattern, Run


class NotTestable(Exception):
    """The evidence at hand cannot decide the claim; the message says why."""


@dataclass(frozen=True)
class Evidence:
    """Everything a claim may ask for.

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
    simulations: Mapping[str, Mapping[str, np.ndarray]] = field(default_factory=dict)
    flow: Mapping[str, np.ndarray] = field(default_factory=dict)
    filters: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    changes: Sequence[tuple[str, Any, Any]] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def stand_in(self, experiment: str) -> str | None:
        """What stands in for the experiment's data, in a sentence; None where the data are real."""
        return next((run.summary["dataset"]["stand_in"] for run in self.runs.get(experiment, ())), None)

    def changed(self, *prefixes: str) -> list[tuple[str, Any, Any]]:
        """The changes of keys that are one of `prefixes` or lie below it."""
        return [
            change for change in self.changes if any(f"{change[0]}.".startswith(f"{prefix}.") for prefix in prefixes)
        ]

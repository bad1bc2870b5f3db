"""What a figure's `draw` is handed: finished work by name, never a path."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.results.runs import Pattern, Run


@dataclass(frozen=True)
class FigureInputs:
    """Everything a figure may ask for; what its registry entry does not name is empty.

    Attributes:
        runs: by experiment (a key of `experiments` in params.yaml), sorted by objective, width, seed; with
            snapshots where the registry asks for weights.
        patterns: by experiment, sorted by objective.
        datasets: prepared data by name.
        simulations: by name, the arrays that the simulation wrote.
        parameters: sections of params.yaml as resolved, by name.
    """

    runs: Mapping[str, tuple[Run, ...]] = field(default_factory=dict)
    patterns: Mapping[str, tuple[Pattern, ...]] = field(default_factory=dict)
    datasets: Mapping[str, Dataset] = field(default_factory=dict)
    simulations: Mapping[str, Mapping[str, np.ndarray]] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)

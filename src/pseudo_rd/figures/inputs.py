"""What a drawing function is handed, and how it picks from it: finished work by name, never a path."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.results.runs import Pattern, Run

Work = TypeVar("Work")


@dataclass(frozen=True)
class FigureInputs:
    """Everything a figure may ask for, in the order of its registry entry; what the entry does not name is empty.

    Attributes:
        runs: by experiment (a key of `experiments` in params.yaml), sorted by objective, width, seed; with
            snapshots where the entry asks for weights.
        patterns: by experiment, supervised first.
        datasets: prepared data by name.
        simulations: by name, the arrays that the simulation wrote.
        flow: arrays of the theorems' own setting (`theory.flow.study`).
        tables: of the study of all readings (outcomes, verdicts, histories of the start scales and of the dial), and of
            the controls.
        frames: by name, what a film shows: fields or maps, their first axis time.
        parameters: values of params.yaml as resolved, by dotted key.
    """

    runs: Mapping[str, tuple[Run, ...]] = field(default_factory=dict)
    patterns: Mapping[str, tuple[Pattern, ...]] = field(default_factory=dict)
    datasets: Mapping[str, Dataset] = field(default_factory=dict)
    simulations: Mapping[str, Mapping[str, np.ndarray]] = field(default_factory=dict)
    flow: Mapping[str, np.ndarray] = field(default_factory=dict)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    frames: Mapping[str, Mapping[str, np.ndarray]] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)


def only(works: Mapping[str, Work]) -> Work:
    """The one finished work (runs, a data set, a simulation ...) that the figure's entry names.

    Raises:
        ValueError: if it names none or several.
    """
    if len(works) != 1:
        names = ", ".join(works) or "none"
        raise ValueError(f"one was expected, its entry in workflow/figures.yaml names {names}: name one there")
    return next(iter(works.values()))


def by_objective(runs: Sequence[Run]) -> dict[str, list[Run]]:
    """The runs of each objective that has any, supervised first."""
    groups = {objective: [run for run in runs if run.objective == objective] for objective in OBJECTIVES}
    return {objective: group for objective, group in groups.items() if group}


def first_runs(runs: Sequence[Run]) -> dict[str, Run]:
    """The run of the smallest seed of each objective: the one whose weights are kept."""
    return {objective: min(group, key=lambda run: run.seed) for objective, group in by_objective(runs).items()}


def image_shape(dataset: Dataset) -> tuple[int, ...]:
    """(height, width[, 1 or 3]) of its samples.

    Raises:
        ValueError: if they are no images, or none that can be shown.
    """
    if dataset.image_shape is None:
        raise ValueError(f"{dataset.name} holds no images: name a data set of images in workflow/figures.yaml")
    if (*dataset.image_shape, 1)[2] not in (1, 3):
        raise ValueError(f"{dataset.name} has images of shape {dataset.image_shape}: a figure shows 1 or 3 channels")
    return dataset.image_shape

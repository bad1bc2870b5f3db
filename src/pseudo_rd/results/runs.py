"""Finished work as figures and claims meet it: a trained network, and its neurons as points of the plane."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

OVERSHOT = 10  # times the training error at the start, far beyond what a batch does to it
FIRST_STEPS = 100  # iterations; momentum 0.9 remembers about ten

Limits = Mapping[str, Mapping[str, float]]  # `claims.learned` of params.yaml


@dataclass(frozen=True)
class Run:
    """A finished run.

    Attributes:
        dataset, objective, width, seed: which run; objective is "supervised" or "augmented".
        history: a row per recorded iteration: iteration, epoch, distance_hidden, distance_top, train_error,
            test_error, train_accuracy, test_accuracy, the norms and losses of docs/files.md.
        summary: resolved parameters, provenance, final figures.
        snapshots: weights by name, empty unless asked for. hidden_<iteration> (neurons, inputs) and
            top_<iteration> (neurons, outputs) hold the first neurons at start, during and at the end;
            hidden_end (width, inputs) and top_end (width, outputs) hold all of them at the end.
    """

    dataset: str
    objective: str
    width: int
    seed: int
    history: pd.DataFrame
    summary: Mapping[str, Any]
    snapshots: Mapping[str, np.ndarray] = field(default_factory=dict)

    @property
    def layers(self) -> tuple[str, ...]:
        """The trained layers from the inputs to the outputs: hidden, top, or those of another network."""
        columns = map(str, self.history)
        return tuple(name.removeprefix("distance_") for name in columns if name.startswith("distance_"))

    def at_end(self, column: str) -> float:
        """The last value of a column of the history."""
        return float(self.history[column].iloc[-1])

    def until(self, iteration: float) -> "Run":
        """The same run as it was at an iteration: its history up to there."""
        return replace(self, history=self.history[self.history["iteration"] <= iteration])


def has_learned(dataset: str, error: float, accuracy: float, limits: Limits) -> bool | None:
    """Whether test error and accuracy are within the limits of the data set; None where it has none."""
    if dataset not in {*limits["error"], *limits["accuracy"]}:
        return None
    return error <= limits["error"].get(dataset, np.inf) and accuracy >= limits["accuracy"].get(dataset, 0)


def learned_in_words(limits: Limits, dataset: str) -> str:
    """What a network must reach on the data set: "error at most 0.0165"."""
    error, accuracy = (limits[name].get(dataset) for name in ("error", "accuracy"))
    words = [f"error at most {error:g}"] if error else []
    words += [f"accuracy at least {accuracy:.0%}"] if accuracy else []
    return " and ".join(words) or "anything"


def overshot(runs: Iterable[Run]) -> str:
    """By how much the first steps of the worst run raised its training error, in words; nothing below `OVERSHOT`.

    Such a run has thrown its weights far off and coasts on its momentum; distances and maps show mainly that. A run
    whose error does not come down again has diverged instead.
    """
    errors = [run.history.set_index("iteration")["train_error"] for run in runs]
    ratios = [error.loc[:FIRST_STEPS] / error.iloc[0] for error in errors if error.iloc[-1] < error.iloc[0]]
    rise = max((float(error.max()) for error in ratios), default=0.0)
    return f"the training error first rises to as much as {rise:,.0f} times its start" if rise >= OVERSHOT else ""


@dataclass(frozen=True)
class Pattern:
    """The neurons of one run as points of the plane, over time (Figures 19-23).

    Attributes:
        dataset, objective, width, seed: of the run.
        iterations: of the snapshots, ascending; the first is 0 unless only the end was embedded.
        maps: by layer (`Run.layers`), t-SNE coordinates, (snapshots, neurons, 2).
        clusters: by layer, the number of each neuron's cluster, (snapshots, neurons).
        converged: by layer, whether affinity propagation converged, (snapshots,).
    """

    dataset: str
    objective: str
    width: int
    seed: int
    iterations: np.ndarray
    maps: Mapping[str, np.ndarray]
    clusters: Mapping[str, np.ndarray]
    converged: Mapping[str, np.ndarray]

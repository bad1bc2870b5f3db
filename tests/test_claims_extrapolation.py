"""Extrapolations that are known in closed form, and an interval that covers as often as it says."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import torch

from pseudo_rd.claims.evidence import Evidence
from pseudo_rd.claims.extrapolation import convergence, cut_to, epochs_until, interval_of_deviation, spreads
from pseudo_rd.results.runs import Run
from pseudo_rd.theory.flow import recording_times, study, unit_problem


def history(error: Callable[[np.ndarray], np.ndarray], epochs: int = 50) -> pd.DataFrame:
    epoch = np.linspace(0, epochs, 26)
    return pd.DataFrame({"epoch": epoch, "train_error": error(epoch)})


def test_an_error_that_was_reached_is_read_off_and_a_power_law_is_prolonged_exactly() -> None:
    assert epochs_until(history(lambda epoch: 0.02 - 0.0005 * epoch), 0.0105) == 20
    assert epochs_until(history(lambda epoch: 0.1 * np.maximum(epoch, 1) ** -0.5), 0.001) == pytest.approx(10_000)


def test_an_error_that_rises_is_never_reached_and_too_short_a_history_says_nothing() -> None:
    assert epochs_until(history(lambda epoch: 0.01 + 0.0001 * epoch), 0.001) == np.inf
    assert np.isnan(epochs_until(history(lambda epoch: 0.1 / (1 + epoch)).iloc[:2], 0.001))


def test_the_interval_covers_the_deviation_as_often_as_it_says(random: np.random.Generator) -> None:
    draws = random.normal(10, 2, size=(20_000, 5)).std(axis=1, ddof=1)
    lowest, highest = interval_of_deviation(1.0, 5)
    assert ((lowest * draws <= 2) & (highest * draws >= 2)).mean() == pytest.approx(0.95, abs=0.005)


def test_rows_are_by_experiment_width_and_objective() -> None:
    runs = tuple(
        Run("mnist", objective, 8, seed, history(lambda epoch, seed=seed: 0.05 * seed / (1 + 0 * epoch)), {})
        for objective in ("supervised", "augmented")
        for seed in (1, 2)
    )
    evidence = Evidence(runs={"mnist": runs}, parameters={"datasets": {"mnist": {"convergence_error": 0.06}}})
    rows = convergence(evidence, ("mnist", "cifar10"))
    assert [row["objective"] for row in rows] == ["supervised", "augmented"]
    assert [(row["reached"], row["seeds"]) for row in rows] == [(1, 2), (1, 2)]
    assert spreads(evidence, "mnist") == []  # two starts are too few


def test_long_runs_are_looked_at_when_they_were_as_long_as_short_ones() -> None:
    def run(iterations: list[int]) -> Run:
        return Run("mnist", "supervised", 8, 1, pd.DataFrame({"iteration": iterations}), {})

    long = Evidence(runs={"mnist": (run([0, 10, 20, 40]),), "cifar10": (run([0, 40]),)}, filters={"mnist": 1})
    found = cut_to(long, Evidence(runs={"mnist": (run([0, 25]),), "fashion-mnist": (run([0]),)}))
    assert {*found.runs} == {"mnist"}
    assert found.runs["mnist"][0].history["iteration"].tolist() == [0, 10, 20]
    assert found.filters == {}


def test_the_theorems_setting_at_some_widths_is_the_study_of_these_alone() -> None:
    inputs, targets = unit_problem(4, 3, torch.Generator().manual_seed(0))
    times = recording_times(1, 0.1, 4)
    large, small = (study(inputs, targets, widths, [1, 2], 0.1, 0.1, 0.1, times) for widths in ([4, 8, 16], [4, 16]))
    found = cut_to(Evidence(flow=large), Evidence(flow=small)).flow
    assert {*found} == {*small}
    for name, array in small.items():
        np.testing.assert_array_equal(found[name], array)

"""Runs looked at when they were shorter, and an interval that covers as often as it says."""

import numpy as np
import pandas as pd
import pytest
import torch

from pseudo_rd.claims.evidence import Evidence
from pseudo_rd.claims.extrapolation import cut_to, interval_of_deviation, spreads
from pseudo_rd.results.runs import Run
from pseudo_rd.theory.flow import recording_times, study, unit_problem


def test_the_interval_covers_the_deviation_as_often_as_it_says(random: np.random.Generator) -> None:
    draws = random.normal(10, 2, size=(20_000, 5)).std(axis=1, ddof=1)
    lowest, highest = interval_of_deviation(1.0, 5)
    assert ((lowest * draws <= 2) & (highest * draws >= 2)).mean() == pytest.approx(0.95, abs=0.005)


def test_two_starts_are_too_few_for_a_spread() -> None:
    history = pd.DataFrame({"iteration": [0, 1], "distance_hidden": [0.0, 1.0], "distance_top": [0.0, 1.0]})
    runs = tuple(Run("mnist", "supervised", 8, seed, history, {}) for seed in (1, 2))
    assert spreads(Evidence(runs={"mnist": runs}), "mnist") == []


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

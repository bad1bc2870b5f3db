"""Whole runs side by side: each ends as it would alone, whatever becomes of the others."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.training.closed_form.batched_runs import outcomes_of
from pseudo_rd.training.loop import outcome_of
from pseudo_rd.training.recorder import Result
from pseudo_rd.training.samples import samples_of
from pseudo_rd.training.settings import Settings

SETTINGS = Settings("augmented", width=16, seed=3, batch_size=32, epochs=20, learning_rate=0.03, records=12)
SPECTRAL = replace(SETTINGS, bound_reading="spectral")


def side_by_side(dataset: Dataset, settings: list[Settings]) -> list[Result]:
    return outcomes_of(dataset, settings, samples_of(dataset, settings[0], torch.device("cpu"), torch.float32))


def assert_alike(one: Result, other: Result) -> None:
    assert one.ended == other.ended
    assert one.trained_dimensions == other.trained_dimensions
    columns = [name for name in other.history if name != "seconds"]
    assert [*one.history] == [*other.history]
    pd.testing.assert_frame_equal(one.history[columns], other.history[columns], rtol=1e-3)
    assert one.snapshots.keys() == other.snapshots.keys()
    for name, array in other.snapshots.items():
        np.testing.assert_allclose(one.snapshots[name], array, rtol=1e-3, atol=1e-5)


def test_each_run_ends_as_it_would_alone(digits: Dataset) -> None:
    settings = [SETTINGS, SPECTRAL, replace(SETTINGS, generator_start="framework", loss="element")]
    for one, each in zip(side_by_side(digits, settings), settings, strict=True):
        assert_alike(one, outcome_of(digits, each, device="cpu"))


@pytest.mark.parametrize("bound_reading", ["penalty", "spectral", "frobenius", "clip"])
def test_a_network_that_diverges_ends_early_and_disturbs_no_other(bound_reading: str, blobs: Dataset) -> None:
    diverging = replace(SETTINGS, loss="sum", bound_reading=bound_reading)
    first, diverged, last = side_by_side(blobs, [SETTINGS, diverging, SPECTRAL])
    assert diverged.ended == "diverged"
    finite = np.isfinite(diverged.history[["train_error", "distance_hidden", "reaction_hidden", "diffusion_hidden"]])
    assert not finite.iloc[-1].all()
    assert finite.iloc[:-1].all(axis=None)
    assert outcome_of(blobs, diverging, device="cpu").ended == "diverged"
    calm, _, calm_last = side_by_side(blobs, [SETTINGS, replace(SETTINGS, bound_reading=bound_reading), SPECTRAL])
    for beside_it, other in ((first, calm), (last, calm_last)):
        assert np.isfinite(other.history["train_error"]).all()
        pd.testing.assert_frame_equal(
            beside_it.history.drop(columns="seconds"), other.history.drop(columns="seconds"), check_exact=True
        )


def test_where_all_diverge_nothing_more_is_trained(blobs: Dataset) -> None:
    diverging = [replace(SETTINGS, loss="sum", bound_reading=reading) for reading in ("penalty", "clip")]
    results = side_by_side(blobs, diverging)
    assert {result.ended for result in results} == {"diverged"}


def test_a_network_that_dies_is_told_apart(digits: Dataset) -> None:
    dying = replace(SETTINGS, loss="sum", epochs=2, learning_rate=0.01)
    settings = [replace(SETTINGS, epochs=2, learning_rate=0.01), dying]
    assert [result.ended for result in side_by_side(digits, settings)] == ["epoch limit", "died"]


def test_a_network_that_converges_stops_alone(blobs: Dataset) -> None:
    first = side_by_side(blobs, [SETTINGS, SPECTRAL])[0].history["train_error"]
    enough = [replace(each, convergence_error=first.iloc[4]) for each in (SETTINGS, replace(SPECTRAL, start_scale=3.0))]
    for one, each in zip(side_by_side(blobs, enough), enough, strict=True):
        assert_alike(one, outcome_of(blobs, each, device="cpu"))


def test_batches_larger_than_the_data_are_refused(blobs: Dataset) -> None:
    with pytest.raises(ValueError, match="batch_size = 500 is more than the 192 training samples"):
        side_by_side(blobs, [replace(SETTINGS, batch_size=500)] * 2)

import numpy as np
import pytest
from changed_parameters import CONFIG

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.parameters.presets import resolve
from pseudo_rd.results.runs import Run
from pseudo_rd.training.train_pair import train_pair

LEARNS = "pytorch"


@pytest.fixture(scope="module")
def runs(digits: Dataset) -> tuple[Run, ...]:
    smaller = {"datasets": {"mnist": {"batch_size": 64}}}
    return train_pair(digits, resolve(CONFIG, "smoke", LEARNS, smaller), width=16, seeds=[3, 4], epochs=2)


def test_both_objectives_are_trained_for_each_seed(runs: tuple[Run, ...]) -> None:
    names = [(run.dataset, run.objective, run.width, run.seed) for run in runs]
    assert names == [("mnist", objective, 16, seed) for seed in (3, 4) for objective in ("supervised", "augmented")]


def test_both_runs_of_a_seed_share_their_start_and_other_seeds_do_not(runs: tuple[Run, ...]) -> None:
    starts = [run.snapshots["hidden_0"] for run in runs]
    assert np.array_equal(starts[0], starts[1])
    assert np.array_equal(starts[2], starts[3])
    assert not np.array_equal(starts[0], starts[2])
    assert runs[0].history["train_error"][0] == runs[1].history["train_error"][0]


def test_the_runs_are_under_the_reading_with_the_changes(runs: tuple[Run, ...]) -> None:
    for run in runs:
        told = run.summary["training"]
        assert CONFIG["readings"][LEARNS].items() <= told.items()
        assert (told["epochs"], told["batch_size"]) == (2, 64)
        assert run.history["epoch"].iloc[-1] == 2


def test_a_data_set_that_the_parameters_do_not_know_is_refused_in_one_line(blobs: Dataset) -> None:
    with pytest.raises(ValueError, match=r"^datasets has no synthetic-small \(cifar10, .*\): add it"):
        train_pair(blobs, resolve(CONFIG, "smoke"), width=8)

"""Results on other numbers of threads and other devices: not the same bits, but how far off (docs/performance.md)."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.training.loop import train
from pseudo_rd.training.recorder import Result
from pseudo_rd.training.settings import Settings

# Largest relative difference of weights after 20 steps. An adversary enlarges what rounding begins.
TOLERANCE = {"supervised": 1e-5, "augmented": 1e-3}


@pytest.fixture(autouse=True)
def one_thread_afterwards() -> Iterator[None]:
    yield
    torch.set_num_threads(1)


def trained(dataset: Dataset, objective: str, threads: int = 1, seed: int = 1, device: str = "cpu") -> Result:
    torch.set_num_threads(threads)
    settings = Settings(objective, 1500, seed, batch_size=64, epochs=5, records=4, snapshot_neurons=1500)
    return train(dataset, settings, device)


def difference(one: Result, other: Result) -> float:
    """Largest difference of a weight at the end, in units of the layer's largest."""
    ends = [(run.snapshots["hidden_end"], run.snapshots["top_end"]) for run in (one, other)]
    return max(float(np.abs(first - second).max() / np.abs(first).max()) for first, second in zip(*ends, strict=True))


@pytest.mark.parametrize("objective", TOLERANCE)
def test_threads_change_little_beside_what_a_seed_changes(digits: Dataset, objective: str) -> None:
    one, two = (trained(digits, objective, threads) for threads in (1, 2))
    spread = difference(one, trained(digits, objective, seed=2))
    assert difference(one, two) < TOLERANCE[objective] < spread / 100
    distances = [run.history["distance_hidden"].iloc[-1] for run in (one, two)]
    assert distances[0] == pytest.approx(distances[1], rel=TOLERANCE[objective])


@pytest.mark.gpu
@pytest.mark.parametrize("objective", TOLERANCE)
def test_a_gpu_changes_little_beside_what_a_seed_changes(digits: Dataset, objective: str) -> None:
    here, there = (trained(digits, objective, device=device) for device in ("cpu", "cuda"))
    assert difference(here, there) < 10 * TOLERANCE[objective]

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from traces import Trace
from trainings import CPU

from pseudo_rd.training.batches import batches_from, epochs_of_batches
from pseudo_rd.training.settings import Settings

SETTINGS = Settings("augmented", width=20, seed=1, batch_size=32, epochs=3)  # six iterations an epoch out of 200


def test_an_incomplete_batch_is_dropped() -> None:
    # 6,000 / 256: the paper's 2,300 iterations are 100 epochs (Reading R3).
    rows, mixing = next(epochs_of_batches(6000, 256, 1, 1))
    assert rows.shape == mixing.shape == (23, 256)


def test_an_epoch_sees_each_sample_at_most_once_and_each_epoch_another_order() -> None:
    epochs = [rows for rows, _ in epochs_of_batches(100, 10, 3, 1)]
    assert all(sorted(rows.flatten().tolist()) == list(range(100)) for rows in epochs)
    assert not torch.equal(epochs[0], epochs[1])


def test_mixtures_lie_between_label_and_prediction() -> None:
    _, mixing = next(epochs_of_batches(1000, 10, 1, 1))
    assert mixing.min() >= 0
    assert mixing.max() < 1
    assert abs(mixing.mean().item() - 0.5) < 0.05


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("iteration", [0, 1, 5, 6, 11, 17, 18])
def test_batches_drawn_ahead_are_those_of_the_epochs_from_an_iteration_on(iteration: int, dtype: torch.dtype) -> None:
    whole = [pair for epoch in epochs_of_batches(200, 32, 3, 1) for pair in zip(*epoch, strict=True)]
    found = [*batches_from(iteration, 200, SETTINGS, CPU, dtype)]
    assert len(found) == 18 - iteration
    for (rows, mixing), (expected_rows, expected_mixing) in zip(found, whole[iteration:], strict=True):
        assert torch.equal(rows, expected_rows)
        assert torch.equal(mixing, expected_mixing.to(dtype))
        assert mixing.dtype == dtype


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_gpu_gets_an_epoch_in_two_copies_that_nothing_waits_for(dtype: torch.dtype) -> None:
    with FakeTensorMode(), Trace() as trace:
        pairs = [*batches_from(0, 200, SETTINGS, torch.device("cuda:0"), dtype)]
    assert len(pairs) == 18
    assert {(rows.device.type, mixing.device.type, mixing.dtype) for rows, mixing in pairs} == {("cuda", "cuda", dtype)}
    # A copy that changes the type would go through memory that is not pinned.
    copies = [kernel for kernel in trace.kernels if len(kernel.devices) > 1]
    assert [copy.dtypes for copy in copies] == 3 * [{torch.int64}, {torch.float32}]
    assert all("non_blocking" in copy.asked for copy in copies)
    drawn = [kernel for kernel in trace.kernels if kernel.name in ("randperm", "rand")]
    assert ["pin_memory" in draw.asked for draw in drawn] == 6 * [True]


@pytest.mark.gpu
def test_a_gpu_gets_the_bits_of_the_processor() -> None:
    here, there = ([*batches_from(4, 200, SETTINGS, torch.device(device), torch.float64)] for device in ("cpu", "cuda"))
    for one, other in zip(here, there, strict=True):
        assert all(torch.equal(*pair) for pair in zip(one, (each.cpu() for each in other), strict=True))

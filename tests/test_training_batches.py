import torch

from pseudo_rd.training.batches import epochs_of_batches


def test_an_incomplete_batch_is_dropped() -> None:
    # 6,000 / 256: the paper's 2,300 iterations are 100 epochs (Reading R3).
    rows, mixing = next(epochs_of_batches(6000, 256, 1, 1))
    assert rows.shape == mixing.shape == (23, 256)


def test_an_epoch_sees_each_sample_at_most_once_and_each_epoch_another_order() -> None:
    epochs = [rows for rows, _ in epochs_of_batches(100, 10, 3, 1)]
    assert all(sorted(rows.flatten().tolist()) == list(range(100)) for rows in epochs)
    assert not torch.equal(epochs[0], epochs[1])


def test_the_seed_decides() -> None:
    one, again, other = (next(epochs_of_batches(100, 10, 1, seed)) for seed in (1, 1, 2))
    assert torch.equal(one[0], again[0])
    assert torch.equal(one[1], again[1])
    assert not torch.equal(one[0], other[0])


def test_mixtures_lie_between_label_and_prediction() -> None:
    _, mixing = next(epochs_of_batches(1000, 10, 1, 1))
    assert mixing.min() >= 0
    assert mixing.max() < 1
    assert abs(mixing.mean().item() - 0.5) < 0.05

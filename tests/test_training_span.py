import torch
from trainings import batches, relative

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.training.closed_form.steps import Trainer
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.span import span_basis
from pseudo_rd.training.weights import draw_weights


def test_blobs_span_three_directions(blobs: Dataset) -> None:
    inputs = torch.from_numpy(blobs.inputs()[0])
    basis = span_basis(inputs)
    assert basis.shape == (3, 24)
    torch.testing.assert_close(basis @ basis.T, torch.eye(3, dtype=torch.float64))
    torch.testing.assert_close(inputs.double() @ basis.T @ basis, inputs.double())


def test_few_samples_span_few_directions() -> None:
    few = torch.randn(5, 40, generator=torch.Generator().manual_seed(1))
    assert span_basis(few).shape == (5, 40)
    assert span_basis(few[:, :8]) is None


def test_a_thin_direction_of_the_data_is_kept() -> None:
    stream = torch.Generator().manual_seed(1)
    samples = torch.randn(100, 3, generator=stream) * torch.tensor([1.0, 1.0, 1e-3])
    spread = torch.nn.functional.pad(samples, (0, 17))
    assert len(span_basis(spread)) == 3


def test_a_direction_that_only_the_last_sample_has_is_kept(blobs: Dataset) -> None:
    inputs = torch.from_numpy(blobs.inputs()[0])
    assert len(span_basis(inputs)) == 3
    apart = torch.eye(24)[-1:] * inputs.norm() * 1e-3
    basis = span_basis(torch.cat([inputs, apart]))
    assert len(basis) == 4
    torch.testing.assert_close(apart.double() @ basis.T @ basis, apart.double())


def test_samples_of_nothing_but_zeros_come_first() -> None:
    samples = torch.zeros(20, 24)
    samples[10:, 3] = 1
    torch.testing.assert_close(span_basis(samples).abs(), torch.eye(24, dtype=torch.float64)[3:4])


def test_training_in_the_span_is_training(blobs: Dataset) -> None:
    inputs = torch.from_numpy(blobs.inputs()[0]).double()
    targets = torch.nn.functional.one_hot(torch.from_numpy(blobs.y_train), 10).double()
    moved = []
    for basis in (torch.eye(24, dtype=torch.float64), span_basis(inputs)):
        weights = draw_weights(50, 24, 10, 1, torch.float64)
        start = weights.hidden = basis @ weights.hidden
        samples = inputs @ basis.T
        trainer = Trainer(weights.clone(), Settings("augmented", width=50, seed=1, batch_size=32, epochs=9))
        for rows, mixing in batches(len(samples), 32, 54, 1):
            trainer.step(samples[rows], targets[rows], mixing.double())
        moved.append(basis.T @ (trainer.weights.hidden - start))
    assert moved[0].norm() > 0.1
    assert relative(moved[1], moved[0]) < 1e-9

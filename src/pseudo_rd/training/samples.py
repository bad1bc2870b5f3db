"""Samples as networks meet them: tensors on one device."""

from dataclasses import dataclass

import torch
from torch import Tensor

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.span import span_basis


@dataclass(frozen=True)
class Samples:
    """What a network meets. Runs with the same data, pixels and biases may share it: none changes it.

    Attributes:
        train_inputs, test_inputs: (samples, trained): the inputs that are not 0 everywhere, with biases a constant 1
            behind them, or their coordinates in the inputs' span.
        train_targets, test_targets: one-hot labels, (samples, outputs).
        inputs: d_in, without the constant.
        nonzero: which inputs, with biases the constant as well, are trained (`nonzero_inputs`); None: all of them.
        basis: Q of these inputs' span, (trained, nonzero), on the CPU; None where they are trained on themselves.
    """

    train_inputs: Tensor
    train_targets: Tensor
    test_inputs: Tensor
    test_targets: Tensor
    inputs: int
    nonzero: Tensor | None
    basis: Tensor | None


def samples_of(
    dataset: Dataset, settings: Settings, device: torch.device, dtype: torch.dtype, reduced: bool = True
) -> Samples:
    """Inputs that are not 0 everywhere, in their span where that pays, and targets.

    Of the settings, pixels and biases matter. With `reduced=False` inputs are as they come.
    """
    inputs = [torch.from_numpy(samples).to(dtype) for samples in dataset.inputs(settings.pixels)]
    targets = [
        torch.nn.functional.one_hot(torch.from_numpy(labels), len(dataset.classes)).to(device, dtype)
        for labels in (dataset.y_train, dataset.y_test)
    ]
    dimensions = inputs[0].shape[1]
    if settings.biases and reduced:
        inputs = [torch.nn.functional.pad(samples, (0, 1), value=1) for samples in inputs]
    nonzero = nonzero_inputs(torch.cat(inputs)) if reduced else None
    if nonzero is not None:
        inputs = [samples[:, nonzero] for samples in inputs]
    basis = span_basis(torch.cat(inputs)) if reduced else None
    if basis is not None:
        basis = basis.to(dtype)
        inputs = [samples @ basis.T for samples in inputs]
    train_inputs, test_inputs = (samples.to(device) for samples in inputs)
    train_targets, test_targets = targets
    return Samples(train_inputs, train_targets, test_inputs, test_targets, dimensions, nonzero, basis)


def nonzero_inputs(inputs: Tensor) -> Tensor | None:
    """Which inputs are not 0 in all samples: the weights of the others never move and add nothing to any output.

    Of MNIST's 784 pixels 719 are such, two of them in test images only. As many dark inputs are kept as make the
    number a multiple of 16, with which matrix products are faster.

    Args:
        inputs: all samples that the network will meet (train and test), (samples, inputs).

    Returns:
        Their indices, ascending; None where leaving the others out would not pay.
    """
    dark = (inputs == 0).all(0)
    count = -(int((~dark).sum()) // -16) * 16
    if count >= len(dark):
        return None
    return dark.int().argsort(stable=True)[:count].sort().values

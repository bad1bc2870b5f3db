"""What one network learns from and starts with, as tensors on one device."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.parameters.vocabulary import OUTPUTS
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.span import span_basis
from pseudo_rd.training.weights import Weights, draw_weights


@dataclass(frozen=True)
class Problem:
    """Samples, and the weights that learn them.

    Attributes:
        train_inputs, test_inputs: (samples, trained): the inputs, or their coordinates in the inputs' span.
        train_targets, test_targets: one-hot labels, (samples, outputs).
        weights: what is trained, in place; `hidden` is (trained, neurons).
        start: the weights at the start.
        drawn_hidden: U(0) transposed, (inputs, neurons), on the CPU.
        basis: Q of the inputs' span, (trained, inputs), on the CPU; None where the inputs are trained on themselves.
    """

    train_inputs: Tensor
    train_targets: Tensor
    test_inputs: Tensor
    test_targets: Tensor
    weights: Weights
    start: Weights
    drawn_hidden: Tensor
    basis: Tensor | None

    def hidden_rows(self) -> np.ndarray:
        """U now, (neurons, inputs), float32: U(t) = U(0) + (S(t) - S(0)) Q where the span shortcut is used."""
        hidden = self.weights.hidden.cpu()
        if self.basis is not None:
            hidden = self.drawn_hidden + self.basis.T @ (hidden - self.basis @ self.drawn_hidden)
        return neuron_rows(hidden)

    def top_rows(self) -> np.ndarray:
        """V transposed now, (neurons, outputs), float32."""
        return neuron_rows(self.weights.top)


def problem_of(dataset: Dataset, settings: Settings, device: torch.device, dtype: torch.dtype) -> Problem:
    """Inputs, in coordinates of their span where that pays, targets and a random start."""
    inputs = [torch.from_numpy(samples).to(dtype) for samples in (dataset.train_inputs, dataset.test_inputs)]
    targets = [
        torch.nn.functional.one_hot(torch.from_numpy(labels), OUTPUTS).to(device, dtype)
        for labels in (dataset.y_train, dataset.y_test)
    ]
    weights = draw_weights(settings.width, inputs[0].shape[1], OUTPUTS, settings.seed, dtype)
    drawn_hidden = weights.hidden
    basis = span_basis(torch.cat(inputs))
    if basis is None:
        weights.hidden = drawn_hidden.clone()
    else:
        basis = basis.to(dtype)
        inputs = [samples @ basis.T for samples in inputs]
        weights.hidden = basis @ drawn_hidden
    weights = weights.to(device)
    return Problem(
        train_inputs=inputs[0].to(device),
        train_targets=targets[0],
        test_inputs=inputs[1].to(device),
        test_targets=targets[1],
        weights=weights,
        start=weights.clone(),
        drawn_hidden=drawn_hidden,
        basis=basis,
    )


def neuron_rows(weights: Tensor) -> np.ndarray:
    """A copy with a row per neuron, float32."""
    return np.ascontiguousarray(weights.T.cpu().numpy(), dtype=np.float32).copy()

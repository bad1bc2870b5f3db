"""What one network learns from and starts with, as tensors on one device."""

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from pseudo_rd.data.dataset import Dataset, scaled
from pseudo_rd.parameters.vocabulary import LAYERS
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.span import span_basis
from pseudo_rd.training.terms import distances, predict, reaction_and_diffusion
from pseudo_rd.training.weights import Weights, draw_weights


@dataclass(frozen=True)
class Samples:
    """What a network meets. Runs with the same data, pixels and biases may share it: none changes it.

    Attributes:
        train_inputs, test_inputs: (samples, trained): the lit inputs, with biases a constant 1 behind them, or their
            coordinates in the inputs' span.
        train_targets, test_targets: one-hot labels, (samples, outputs).
        inputs: d_in, without the constant.
        lit: which inputs, with biases the constant as well, are trained (`lit_inputs`); None: all of them.
        basis: Q of the lit inputs' span, (trained, lit), on the CPU; None where they are trained on themselves.
    """

    train_inputs: Tensor
    train_targets: Tensor
    test_inputs: Tensor
    test_targets: Tensor
    inputs: int
    lit: Tensor | None
    basis: Tensor | None


@dataclass(frozen=True)
class Problem:
    """Samples, and the weights that learn them.

    Attributes:
        samples: what they learn.
        weights: what is trained, in place; `hidden` is (trained, neurons).
        start: the weights at the start.
        drawn_hidden: U(0) transposed as drawn, (inputs, neurons), on the CPU.
    """

    samples: Samples
    weights: Weights
    start: Weights
    drawn_hidden: Tensor

    @property
    def layers(self) -> tuple[str, ...]:
        return LAYERS

    def predict(self, inputs: Tensor) -> Tensor:
        return predict(self.weights, inputs)

    def critic(self, points: Tensor) -> Tensor:
        return self.weights.critic(points)

    def critic_slopes(self, points: Tensor) -> Tensor:
        return self.weights.critic_slopes(points)

    def distances(self) -> dict[str, float]:
        return distances(self.weights, self.start)

    def terms(self, inputs: Tensor, targets: Tensor, settings: Settings) -> dict[str, float]:
        return reaction_and_diffusion(self.weights, inputs, targets, settings)

    def started_from(self) -> dict[str, Tensor]:
        return self.start.tensors()

    def rows(self, first: int | None = None) -> dict[str, np.ndarray]:
        """The generator now, neuron by neuron, float32 (`engine.Learner`).

        Returns:
            hidden, U (neurons, inputs), where the span shortcut is used U(t) = U(0) + (S(t) - S(0)) Q, weights of
            inputs that are not lit as drawn; top, V transposed (neurons, outputs); with biases also hidden_bias,
            b (neurons,), and top_bias, c (outputs,).
        """
        lit, basis = self.samples.lit, self.samples.basis
        if first is not None and first < len(self.weights.top.T):
            found = first_neurons(self, first).rows()
            # Copies: views would keep all neurons in memory.
            return {name: rows[:first].copy() if name in LAYERS else rows for name, rows in found.items()}
        hidden = self.weights.hidden.cpu()
        drawn = self.drawn_hidden if lit is None else self.drawn_hidden[lit]
        if basis is not None:
            hidden = drawn + basis.T @ (hidden - basis @ drawn)
        if lit is not None:
            hidden = self.drawn_hidden.index_copy(0, lit, hidden)
        if self.weights.top_bias is None:
            return {"hidden": neuron_rows(hidden), "top": neuron_rows(self.weights.top)}
        return {
            "hidden": neuron_rows(hidden[:-1]),
            "top": neuron_rows(self.weights.top),
            "hidden_bias": neuron_rows(hidden[-1]),
            "top_bias": neuron_rows(self.weights.top_bias),
        }


def samples_of(
    dataset: Dataset, settings: Settings, device: torch.device, dtype: torch.dtype, whole: bool = False
) -> Samples:
    """Lit inputs, in their span where that pays, and targets; of the settings, pixels and biases matter.

    Where they are asked for whole, inputs are as they come.
    """
    dataset, outputs = scaled(dataset, settings.pixels), len(dataset.classes)
    inputs = [torch.from_numpy(samples).to(dtype) for samples in (dataset.train_inputs, dataset.test_inputs)]
    targets = [
        torch.nn.functional.one_hot(torch.from_numpy(labels), outputs).to(device, dtype)
        for labels in (dataset.y_train, dataset.y_test)
    ]
    dimensions = inputs[0].shape[1]
    if settings.biases and not whole:
        inputs = [torch.nn.functional.pad(samples, (0, 1), value=1) for samples in inputs]
    lit = None if whole else lit_inputs(torch.cat(inputs))
    if lit is not None:
        inputs = [samples[:, lit] for samples in inputs]
    basis = None if whole else span_basis(torch.cat(inputs))
    if basis is not None:
        basis = basis.to(dtype)
        inputs = [samples @ basis.T for samples in inputs]
    return Samples(
        train_inputs=inputs[0].to(device),
        train_targets=targets[0],
        test_inputs=inputs[1].to(device),
        test_targets=targets[1],
        inputs=dimensions,
        lit=lit,
        basis=basis,
    )


def lit_inputs(inputs: Tensor) -> Tensor | None:
    """Which inputs are not 0 in all samples: the weights of the others never move and add nothing to any output.

    Of MNIST's 784 pixels 719 are lit, two of them in test images only. As many dark ones are kept as make their
    number a multiple of 16, with which matrix products are faster.

    Args:
        inputs: all samples that the network will meet (train and test), (samples, inputs).

    Returns:
        Their indices, ascending; None where leaving the others out would not pay.
    """
    dark = (inputs == 0).all(0)
    kept = -(int((~dark).sum()) // -16) * 16
    if kept >= len(dark):
        return None
    return dark.int().argsort(stable=True)[:kept].sort().values


def problem_of(samples: Samples, settings: Settings) -> Problem:
    """The samples with a random start, in their dtype and where they are."""
    weights = draw_weights(
        settings.width,
        samples.inputs,
        samples.train_targets.shape[1],
        settings.seed,
        samples.train_inputs.dtype,
        **settings.starts,
    )
    drawn_hidden = weights.hidden
    weights.hidden = drawn_hidden.clone() if samples.lit is None else drawn_hidden[samples.lit]
    if samples.basis is not None:
        weights.hidden = samples.basis @ weights.hidden
    weights = weights.to(samples.train_inputs.device)
    return Problem(samples, weights, start=weights.clone(), drawn_hidden=drawn_hidden)


def first_neurons(problem: Problem, count: int) -> Problem:
    """The problem with the generator's first neurons alone, as views; the whole one where they are made of a basis.

    A product of fewer columns might differ in its last bits.
    """
    if problem.samples.basis is not None:
        return problem
    weights = problem.weights
    return replace(
        problem,
        weights=replace(weights, hidden=weights.hidden[:, :count], top=weights.top[:, :count]),
        drawn_hidden=problem.drawn_hidden[:, :count],
    )


def neuron_rows(weights: Tensor) -> np.ndarray:
    """A copy with a row (or number) per neuron, float32."""
    return np.array(weights.cpu().numpy().T, dtype=np.float32, order="C")

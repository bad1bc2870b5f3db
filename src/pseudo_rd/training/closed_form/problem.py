"""What one network learns from and starts with, as tensors on one device."""

from dataclasses import dataclass, replace

import numpy as np
from torch import Tensor

from pseudo_rd.parameters.vocabulary import LAYERS
from pseudo_rd.training.closed_form.terms import distances, predict, reaction_and_diffusion
from pseudo_rd.training.samples import Samples
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.weights import Weights, draw_weights


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
            inputs that are 0 everywhere as drawn; top, V transposed (neurons, outputs); with biases also hidden_bias,
            b (neurons,), and top_bias, c (outputs,).
        """
        nonzero, basis = self.samples.nonzero, self.samples.basis
        if first is not None and first < len(self.weights.top.T):
            found = first_neurons(self, first).rows()
            # Copies: views would keep all neurons in memory.
            return {name: rows[:first].copy() if name in LAYERS else rows for name, rows in found.items()}
        hidden = self.weights.hidden.cpu()
        drawn = self.drawn_hidden if nonzero is None else self.drawn_hidden[nonzero]
        if basis is not None:
            hidden = drawn + basis.T @ (hidden - basis @ drawn)
        if nonzero is not None:
            hidden = self.drawn_hidden.index_copy(0, nonzero, hidden)
        if self.weights.top_bias is None:
            return {"hidden": neuron_rows(hidden), "top": neuron_rows(self.weights.top)}
        return {
            "hidden": neuron_rows(hidden[:-1]),
            "top": neuron_rows(self.weights.top),
            "hidden_bias": neuron_rows(hidden[-1]),
            "top_bias": neuron_rows(self.weights.top_bias),
        }


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
    weights.hidden = drawn_hidden.clone() if samples.nonzero is None else drawn_hidden[samples.nonzero]
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

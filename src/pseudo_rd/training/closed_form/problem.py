"""The paper's pair of networks with the samples that it learns, measured by the formulas."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import pad

from pseudo_rd.parameters.vocabulary import LAYERS
from pseudo_rd.training.closed_form.steps import tile_width
from pseudo_rd.training.engine import BLOCK, CLOSED_FORM
from pseudo_rd.training.objectives import LOSSES, divisors
from pseudo_rd.training.samples import Samples
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.weights import Weights, draw_weights


@dataclass
class Problem:
    """Samples, and the weights that learn them: a `Learner` (`engine.py`).

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
    engine: str = CLOSED_FORM
    layers: tuple[str, ...] = LAYERS

    def predict(self, inputs: Tensor) -> Tensor:
        """Outputs of the generator (1), (samples, outputs)."""
        weights = self.weights
        tile = tile_width(BLOCK, weights.top.shape[1], inputs.device)
        predictions = inputs.new_zeros(len(weights.top), len(inputs))
        for rows, result in zip(inputs.split(BLOCK), predictions.split(BLOCK, dim=1), strict=True):
            for hidden, top in zip(weights.hidden.split(tile, dim=1), weights.top.split(tile, dim=1), strict=True):
                result.addmm_(top, torch.mm(rows, hidden).clamp_(min=0).T, alpha=weights.generator_scale)
        if weights.top_bias is not None:
            predictions.add_(weights.top_bias[:, None], alpha=weights.generator_scale)
        return predictions.T

    def critic(self, points: Tensor) -> Tensor:
        hidden = self._preactivations(points).clamp_(min=0)
        return hidden @ self.weights.critic_top * self.weights.critic_scale

    def critic_slopes(self, points: Tensor) -> Tensor:
        """grad g = scale W^T (a 1{W y > 0}) at each of the points, (points, outputs)."""
        weights, active = self.weights, self._preactivations(points).gt_(0)
        return active @ (weights.critic_top * weights.critic_hidden[: points.shape[1]]).T * weights.critic_scale

    def _preactivations(self, points: Tensor) -> Tensor:
        """W y + e, (points, critic's neurons)."""
        critic_hidden = self.weights.critic_hidden
        return pad(points, (0, len(critic_hidden) - points.shape[1]), value=1) @ critic_hidden

    def distances(self) -> dict[str, float]:
        """Frobenius norms of U(t) - U(0) and V(t) - V(0); a layer's biases are weights of it."""
        weights, start = self.weights, self.start
        top = (weights.top - start.top).norm().item()
        if weights.top_bias is not None and start.top_bias is not None:
            top = math.hypot(top, (weights.top_bias - start.top_bias).norm().item())
        return {"distance_hidden": (weights.hidden - start.hidden).norm().item(), "distance_top": top}

    def terms(self, inputs: Tensor, targets: Tensor, settings: Settings) -> dict[str, float]:
        """Mean over the neurons of the norms of the terms (55)-(58), as the mean over a probe batch.

        The reaction is minus the gradient of the supervised loss, the diffusion minus that of the adversarial part:
        together they are the update of (u_j, v_j). A neuron's bias is one of its weights; the outputs' biases are no
        neuron's.
        """
        weights, scale = self.weights, self.weights.generator_scale
        supervised_divisor, adversarial_divisor = divisors(settings, targets.shape[1])
        hidden = torch.mm(inputs, weights.hidden).clamp_(min=0)
        predictions = hidden @ weights.top.T * scale
        if weights.top_bias is not None:
            predictions += weights.top_bias * scale
        signals = {"reaction": LOSSES[settings.loss].slopes(predictions, targets) * (-scale / supervised_divisor)}
        if settings.adversarial:
            signals["diffusion"] = self.critic_slopes(predictions) * (scale / adversarial_divisor)
        active = hidden > 0
        norms = {"diffusion_hidden": 0.0, "diffusion_top": 0.0}
        for term, signal in signals.items():
            norms[f"{term}_hidden"] = (inputs.T @ (signal @ weights.top).mul_(active)).norm(dim=0).mean().item()
            norms[f"{term}_top"] = (signal.T @ hidden).norm(dim=0).mean().item()
        return norms

    def rows(self, count: int | None = None) -> dict[str, np.ndarray]:
        """The generator now, neuron by neuron, float32.

        Returns:
            hidden, U (neurons, inputs), where the span shortcut is used U(t) = U(0) + (S(t) - S(0)) Q, weights of
            inputs that are 0 everywhere as drawn; top, V transposed (neurons, outputs); with biases also hidden_bias,
            b (neurons,), and top_bias, c (outputs,).
        """
        nonzero, basis = self.samples.nonzero, self.samples.basis
        hidden, drawn_hidden = self.weights.hidden, self.drawn_hidden
        if basis is None:  # else a product of fewer columns might differ in its last bits
            hidden, drawn_hidden = hidden[:, :count], drawn_hidden[:, :count]
        hidden = hidden.cpu()
        if basis is not None:
            start = drawn_hidden if nonzero is None else drawn_hidden[nonzero]
            hidden = start + basis.T @ (hidden - basis @ start)
        if nonzero is not None:
            hidden = drawn_hidden.index_copy(0, nonzero, hidden)
        arrays = {"hidden": hidden[:, :count], "top": self.weights.top[:, :count]}
        if self.weights.top_bias is not None:
            arrays |= {"hidden": hidden[:-1, :count], "hidden_bias": hidden[-1, :count]}
            arrays["top_bias"] = self.weights.top_bias
        # Copies: views would keep all neurons in memory.
        return {name: np.array(array.cpu().numpy().T, np.float32, order="C") for name, array in arrays.items()}


def problem_of(samples: Samples, settings: Settings) -> Problem:
    """The samples with networks at their random start, in the samples' dtype and on their device."""
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

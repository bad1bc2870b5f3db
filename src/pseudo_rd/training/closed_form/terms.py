"""Outputs, distances and terms of the paper's pair from its weights, by the formulas."""

import math

import torch
from torch import Tensor

from pseudo_rd.training.closed_form.steps import tile_width
from pseudo_rd.training.objectives import LOSSES, divisors
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.weights import Weights


def predict(weights: Weights, inputs: Tensor, block: int = 512) -> Tensor:
    """Outputs of the generator (1), (samples, outputs), in blocks that stay in the cache."""
    tile = tile_width(block, weights.top.shape[1], inputs.device)
    predictions = inputs.new_zeros(len(weights.top), len(inputs))
    for rows, result in zip(inputs.split(block), predictions.split(block, dim=1), strict=True):
        for hidden, top in zip(weights.hidden.split(tile, dim=1), weights.top.split(tile, dim=1), strict=True):
            result.addmm_(top, torch.mm(rows, hidden).clamp_(min=0).T, alpha=weights.generator_scale)
    if weights.top_bias is not None:
        predictions.add_(weights.top_bias[:, None], alpha=weights.generator_scale)
    return predictions.T


def distances(weights: Weights, start: Weights) -> dict[str, float]:
    """Frobenius norms of U(t) - U(0) and V(t) - V(0); a layer's biases are weights of it."""
    top = (weights.top - start.top).norm().item()
    if weights.top_bias is not None and start.top_bias is not None:
        top = math.hypot(top, (weights.top_bias - start.top_bias).norm().item())
    return {"distance_hidden": (weights.hidden - start.hidden).norm().item(), "distance_top": top}


def reaction_and_diffusion(weights: Weights, inputs: Tensor, targets: Tensor, settings: Settings) -> dict[str, float]:
    """Mean over the neurons of the norms of the terms (55)-(58), as the mean over a probe batch.

    The reaction is minus the gradient of the supervised loss, the diffusion minus that of the adversarial part:
    together they are the update of (u_j, v_j). Without a critic there is no diffusion: 0. A neuron's bias is one of its
    weights; the outputs' biases are no neuron's.
    """
    scale = weights.generator_scale
    supervised_divisor, adversarial_divisor = divisors(settings, targets.shape[1])
    hidden = torch.mm(inputs, weights.hidden).clamp_(min=0)
    predictions = hidden @ weights.top.T * scale
    if weights.top_bias is not None:
        predictions += weights.top_bias * scale
    signals = {"reaction": LOSSES[settings.loss].slopes(predictions, targets) * (-scale / supervised_divisor)}
    if settings.adversarial:
        signals["diffusion"] = weights.critic_slopes(predictions) * (scale / adversarial_divisor)
    active = hidden > 0
    norms = {"diffusion_hidden": 0.0, "diffusion_top": 0.0}
    for term, signal in signals.items():
        norms[f"{term}_hidden"] = (inputs.T @ (signal @ weights.top).mul_(active)).norm(dim=0).mean().item()
        norms[f"{term}_top"] = (signal.T @ hidden).norm(dim=0).mean().item()
    return norms

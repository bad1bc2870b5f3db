"""Exact t-SNE (van der Maaten and Hinton 2008) for a GPU, where all pairs cost less than an approximation elsewhere.

Schedule, gains and momenta are scikit-learn's, whose method "exact" the tests hold this against; it never stops early.
"""

import math

import numpy as np
import torch
from torch import Tensor

EXPLORATION = 250  # iterations with exaggeration and the lower momentum
LEAST_GAIN = 0.01
BISECTIONS = 60  # of each point's precision: to the last bits of float64 after some 50


def descend(
    points: np.ndarray,
    start: np.ndarray,
    exaggeration: float,
    perplexity: float,
    learning_rate: float,
    iterations: int,
    device: str,
) -> np.ndarray:
    """Gradient descent on the divergence of Student's t-distributions in the plane from Gaussians among the points.

    Args:
        points: (neurons, dimensions).
        start: of the map, (neurons, 2).
        exaggeration: of the Gaussians in the first EXPLORATION iterations.
        perplexity: about how many neighbours count, less than the number of neurons.
        learning_rate: in scikit-learn's units, which leave the gradient's factor 4 in.
        iterations: of gradient descent.
        device: of the work, "cuda" or "cpu".

    Returns:
        Map, (neurons, 2), in the type of `start`.
    """
    place = torch.tensor(start, device=device)
    targets = joint_probabilities(torch.from_numpy(points).to(device, torch.float64), perplexity).to(place.dtype)
    early = min(iterations, EXPLORATION)
    for repeats, factor, momentum in ((early, exaggeration, 0.5), (iterations - early, 1.0, 0.8)):
        update, gains = torch.zeros_like(place), torch.ones_like(place)
        for _ in range(repeats):
            gradient = divergence_gradient(place, targets, factor)
            gains = torch.where(update * gradient < 0, gains + 0.2, gains * 0.8).clamp_(min=LEAST_GAIN)
            update = momentum * update - learning_rate * gains * gradient
            place += update
    return place.cpu().numpy()


def joint_probabilities(points: Tensor, perplexity: float) -> Tensor:
    """P, (neurons, neurons), of sum 1: Gaussians of entropy log(perplexity) about each neuron, averaged both ways."""
    squared = torch.cdist(points, points).square_().fill_diagonal_(math.inf)
    squared -= squared.min(dim=1, keepdim=True).values  # factors that cancel: else all of a far point's underflow
    finite = squared.clone().fill_diagonal_(0)
    low, high = points.new_zeros(len(points), 1), points.new_full((len(points), 1), math.inf)
    precision = torch.ones_like(low)
    for _ in range(BISECTIONS):
        weights = torch.exp(-precision * squared)
        total = weights.sum(dim=1, keepdim=True)
        entropy = total.log() + precision * (weights * finite).sum(dim=1, keepdim=True) / total
        wide = entropy > math.log(perplexity)
        low, high = torch.where(wide, precision, low), torch.where(wide, high, precision)
        precision = torch.where(high.isinf(), 2 * precision, (low + high) / 2)
    conditional = torch.softmax(-precision * squared, dim=1)
    return (conditional + conditional.T) / (2 * len(points))


def divergence_gradient(place: Tensor, targets: Tensor, exaggeration: float) -> Tensor:
    """4 sum over j of (exaggeration p_ij - q_ij) (y_i - y_j) / (1 + ||y_i - y_j||^2), (neurons, 2)."""
    x, y = place[:, :1], place[:, 1:]
    kernel = ((x - x.T).square_() + (y - y.T).square_()).add_(1).reciprocal_().fill_diagonal_(0)
    forces = (exaggeration * targets).sub_(kernel / kernel.sum()).mul_(kernel)
    return 4 * (forces.sum(dim=1, keepdim=True) * place - forces @ place)

"""Gram matrices of the hidden layer: expected (Definition 1) and along training (20)."""

import math

import torch
from torch import Tensor
from torch.nn.functional import normalize


def gram_infinity(inputs: Tensor) -> Tensor:
    """Expected Gram matrix of the hidden layer at initialization (Definition 1).

    For Gaussian rows the expectation is x_i.x_j (pi - angle_ij) / (2 pi).

    Args:
        inputs: samples X, shape (samples, inputs). The theorems want unit norms, the formula does not. Prefer
            float64: the arc cosine of nearly parallel rows loses half of the digits.

    Returns:
        H_inf, shape (samples, samples), symmetric, in the dtype of `inputs`.
    """
    directions = normalize(inputs)
    angle = torch.arccos((directions @ directions.T).clamp(-1, 1))
    # A row's angle to itself is zero; rounding would make it the square root of the precision.
    angle.fill_diagonal_(0)
    return (inputs @ inputs.T) * (math.pi - angle) / (2 * math.pi)


def gram(inputs: Tensor, hidden: Tensor) -> Tensor:
    """Gram matrix of given hidden weights (20): x_i.x_j (1/m) sum_r 1{u_r.x_i >= 0, u_r.x_j >= 0}.

    Args:
        inputs: samples X, shape (samples, inputs).
        hidden: weights U, shape (width, inputs).

    Returns:
        H, shape (samples, samples), symmetric positive semi-definite, of rank at most width * inputs.
    """
    active = (inputs @ hidden.T >= 0).to(inputs.dtype)  # (samples, width)
    return (inputs @ inputs.T) * (active @ active.T) / len(hidden)


def spectrum(inputs: Tensor) -> tuple[float, float]:
    """lambda_0 and lambda_1^inf, the extreme eigenvalues of H_inf for samples X, shape (samples, inputs).

    Raises:
        ValueError: if H_inf is singular: Assumption 1 fails.
    """
    eigenvalues = torch.linalg.eigvalsh(gram_infinity(inputs))
    smallest, largest = float(eigenvalues[0]), float(eigenvalues[-1])
    if not smallest > 0:
        raise ValueError(f"the smallest eigenvalue of H_inf is {smallest}, must be positive: drop parallel samples")
    return smallest, largest

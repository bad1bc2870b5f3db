"""Gram matrices of the hidden layer, expected (Definition 1), sampled, along training (20); their extreme eigenvalues.

Small problems get the matrix itself. Where only extreme eigenvalues are wanted, an operator multiplies by the matrix
block by block, so that 60,000 samples never need 60,000 x 60,000 numbers.
"""

import math
from collections.abc import Callable

import numpy as np
import torch
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh
from torch import Generator, Tensor

# Lanczos vectors: with SciPy's default of 20 the small end of the spectrum needs several times as many products.
LANCZOS_VECTORS = 64


def gram_infinity(inputs: Tensor) -> Tensor:
    """Expected Gram matrix of the hidden layer at initialization (Definition 1).

    For Gaussian rows the expectation is x_i.x_j (pi - angle_ij) / (2 pi).

    Args:
        inputs: samples X, shape (samples, inputs). The theorems want unit norms, the formula does not. Prefer
            float64: the arc cosine of nearly parallel rows loses half of the digits.

    Returns:
        H_inf, shape (samples, samples), symmetric, in the dtype of `inputs`.

    Raises:
        ValueError: if a row is zero: its angle is undefined.
    """
    return _gram_infinity_rows(inputs, _directions(inputs), 0, len(inputs))


def gram_monte_carlo(inputs: Tensor, neurons: int, generator: Generator) -> Tensor:
    """Estimate of H_inf from `neurons` Gaussian rows (Definition 1): H(0) of a network that wide.

    Args:
        inputs: samples X, shape (samples, inputs).
        neurons: number of draws u ~ N(0, I), at least 1.
        generator: source of the draws, on the device of `inputs`.

    Returns:
        Mean over the draws, shape (samples, samples); each entry is off by at most |x_i.x_j| / (2 sqrt(neurons))
        standard deviations.

    Raises:
        ValueError: if `neurons` is below 1 or a row of `inputs` is zero.
    """
    if neurons < 1:
        raise ValueError(f"neurons is {neurons}, must be at least 1: ask for more draws")
    _directions(inputs)
    shape = (neurons, inputs.shape[1])
    return gram(inputs, torch.randn(shape, generator=generator, dtype=inputs.dtype, device=inputs.device))


def gram(inputs: Tensor, hidden: Tensor) -> Tensor:
    """Gram matrix of given hidden weights (20): x_i.x_j (1/m) sum_r 1{u_r.x_i >= 0, u_r.x_j >= 0}.

    Args:
        inputs: samples X, shape (samples, inputs).
        hidden: weights U, shape (width, inputs).

    Returns:
        H, shape (samples, samples), symmetric positive semi-definite, of rank at most width * inputs.

    Raises:
        ValueError: if the two do not have the same number of inputs.
    """
    active = _active(inputs, hidden)  # (samples, width)
    return (inputs @ inputs.T) * (active @ active.T) / len(hidden)


def gram_infinity_operator(inputs: Tensor, block: int = 1024) -> LinearOperator:
    """Multiplication by H_inf (Definition 1), `block` rows at a time.

    A product costs samples^2 * inputs operations and block * samples numbers of memory.

    Args:
        inputs: samples X, shape (samples, inputs).
        block: rows of H_inf that exist at one time.

    Returns:
        SciPy operator of shape (samples, samples) in float64; the products run in the dtype and on the device of
        `inputs`.

    Raises:
        ValueError: if a row of `inputs` is zero.
    """
    directions = _directions(inputs)
    starts = range(0, len(inputs), block)

    def multiply(vector: Tensor) -> Tensor:
        return torch.cat([_gram_infinity_rows(inputs, directions, start, start + block) @ vector for start in starts])

    return _operator(multiply, inputs)


def gram_operator(inputs: Tensor, hidden: Tensor, block: int = 1024) -> LinearOperator:
    """Multiplication by H(t) of given hidden weights (20), `block` samples at a time.

    H = J J^T / m, where row i of J holds 1{u_r.x_i >= 0} x_i for every neuron r. So a product is a sum over samples
    into one matrix like U and back: 2 samples * width * inputs operations, and no pair of samples ever meets.

    Args:
        inputs: samples X, shape (samples, inputs).
        hidden: weights U, shape (width, inputs).
        block: samples treated at one time.

    Returns:
        SciPy operator of shape (samples, samples) in float64.

    Raises:
        ValueError: if the two do not have the same number of inputs.
    """
    _active(inputs[:1], hidden)
    blocks = inputs.split(block)

    def multiply(vector: Tensor) -> Tensor:
        pieces = zip(blocks, vector.split(block), strict=True)
        summed = sum(_active(rows, hidden).T @ (piece[:, None] * rows) for rows, piece in pieces)  # (width, inputs)
        return torch.cat([((_active(rows, hidden) @ summed) * rows).sum(1) for rows in blocks]) / len(hidden)

    return _operator(multiply, inputs)


def extreme_eigenvalues(operator: LinearOperator, tolerance: float = 1e-6, seed: int = 0) -> tuple[float, float]:
    """Smallest and largest eigenvalue of a symmetric operator by Lanczos iterations (ARPACK).

    Args:
        operator: from `gram_infinity_operator` or `gram_operator`, shape (samples, samples), samples >= 3.
        tolerance: of each eigenvalue, relative to itself.
        seed: of the first Lanczos vector.

    Returns:
        lambda_min and lambda_max.

    Raises:
        ValueError: if the operator is smaller than 3 x 3.
        RuntimeError: if Lanczos did not converge: a smallest eigenvalue at zero has no relative precision.
    """
    samples = operator.shape[0]
    if samples < 3:
        raise ValueError(f"operator has {samples} samples, Lanczos needs at least 3: use torch.linalg.eigvalsh")
    start = np.random.default_rng(seed).standard_normal(samples)
    vectors = min(samples, LANCZOS_VECTORS)
    try:
        # Both ends of the spectrum come out of the same Lanczos basis.
        low, high = eigsh(
            operator, k=2, which="BE", v0=start, ncv=vectors, tol=tolerance, return_eigenvectors=False
        )  # ascending
    except ArpackNoConvergence as error:
        raise RuntimeError(
            f"tolerance {tolerance} was not reached within {10 * samples} restarts: raise it, or drop repeated samples"
        ) from error
    return float(low), float(high)


def _operator(multiply: Callable[[Tensor], Tensor], inputs: Tensor) -> LinearOperator:
    def product(vector: np.ndarray) -> np.ndarray:
        moved = torch.as_tensor(vector.ravel(), dtype=inputs.dtype, device=inputs.device)
        return multiply(moved).double().cpu().numpy()

    # The matrix is symmetric, so that it is its own adjoint.
    return LinearOperator((len(inputs), len(inputs)), matvec=product, rmatvec=product, dtype=np.float64)


def _directions(inputs: Tensor) -> Tensor:
    norms = inputs.norm(dim=1, keepdim=True)
    if not bool((norms > 0).all()):
        row = int((norms.ravel() == 0).nonzero()[0])
        raise ValueError(f"inputs: row {row} is zero, its angle to other rows is undefined: drop it")
    return inputs / norms


def _gram_infinity_rows(inputs: Tensor, directions: Tensor, start: int, stop: int) -> Tensor:
    angle = torch.arccos((directions[start:stop] @ directions.T).clamp(-1, 1))
    # A row's angle to itself is zero; rounding would make it the square root of the precision.
    angle[:, start:stop].fill_diagonal_(0)
    return (inputs[start:stop] @ inputs.T) * (math.pi - angle) / (2 * math.pi)


def _active(inputs: Tensor, hidden: Tensor) -> Tensor:
    if inputs.shape[1] != hidden.shape[1]:
        raise ValueError(f"hidden has {hidden.shape[1]} inputs, the samples have {inputs.shape[1]}: both must agree")
    return (inputs @ hidden.T >= 0).to(inputs.dtype)  # (samples, width)

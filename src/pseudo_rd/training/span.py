"""The exact shortcut: rows of U move only inside the span of the inputs, so train their coordinates there."""

import torch
from torch import Tensor


def span_basis(inputs: Tensor) -> Tensor | None:
    """Orthonormal basis Q of the span of the samples, where it has at most a quarter of the dimensions.

    Gradient steps with momentum add multiples of samples to the rows of U. With S = U Q^T, forward pass, gradients,
    momentum and distances are the same in exact arithmetic, and U(t) = U(0) + (S(t) - S(0)) Q.

    Args:
        inputs: all samples that the network will meet (train and test), (samples, inputs).

    Returns:
        Q, (rank, inputs) in float64, or None where the shortcut would not pay.
    """
    quarter = inputs.shape[1] // 4  # beyond it the decomposition costs more than a run can save
    basis = _row_space(inputs[: quarter + 1].double())
    if len(basis) > quarter:
        return None  # a few samples already show it: most image data ends here, before all of it is copied
    inputs = inputs.double()
    coordinates = inputs @ basis.T
    residual = (coordinates @ basis).sub_(inputs).norm()
    if residual > _tolerance(coordinates.norm() / max(1, len(basis)) ** 0.5, inputs):  # <= the largest singular value
        basis = _row_space(torch.linalg.qr(inputs, mode="r").R)
    return basis if len(basis) <= quarter else None


def _row_space(inputs: Tensor) -> Tensor:
    """Orthonormal basis of the span of the rows, (rank, columns)."""
    _, singular_values, directions = torch.linalg.svd(inputs, full_matrices=False)
    rank = int((singular_values > _tolerance(singular_values[0], inputs)).sum())
    return directions[:rank].contiguous()


def _tolerance(largest: Tensor, inputs: Tensor) -> Tensor:
    """Samples come in float32: what is smaller than their rounding is not a direction of the data."""
    return largest * inputs.shape[1] * torch.finfo(torch.float32).eps / 8

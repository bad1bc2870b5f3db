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
    samples, dimensions = inputs.shape
    quarter = dimensions // 4  # beyond it the decomposition costs more than a run can save
    if samples > quarter and _rank(torch.linalg.svdvals(inputs[: quarter + 1].double()), dimensions) > quarter:
        return None  # a few samples already show it: most image data ends here, before all of it is copied
    inputs = inputs.double()
    if samples > dimensions:
        inputs = torch.linalg.qr(inputs, mode="r").R  # the same row space
    _, singular_values, directions = torch.linalg.svd(inputs, full_matrices=False)
    rank = _rank(singular_values, dimensions)
    return directions[:rank].contiguous() if rank <= quarter else None


def _rank(singular_values: Tensor, dimensions: int) -> int:
    # Samples come in float32: what is smaller than their rounding is not a direction of the data.
    tolerance = singular_values.max() * dimensions * torch.finfo(torch.float32).eps / 8
    return int((singular_values > tolerance).sum())

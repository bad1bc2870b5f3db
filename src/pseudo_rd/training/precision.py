"""Whether a precision is the device's own, or emulated many times slower."""

from timeit import repeat

import torch

from pseudo_rd.training.pace import one_thread

SIZE = 256  # of the compared matrices: large enough to show the processor's rate


def product_seconds(dtype: torch.dtype) -> float:
    """Seconds of the processor for a product of two (SIZE, SIZE) matrices, the best of five."""
    left, right = (torch.rand(SIZE, SIZE).to(dtype) for _ in range(2))
    return min(repeat(lambda: left @ right, number=1, repeat=5))


def bfloat16_is_emulated(device: torch.device | str = "cpu") -> bool:
    """Whether bfloat16 products are slower than float32 ones here, so that they gain nothing.

    A processor without bfloat16 instructions computes them up to some hundred times slower, and PyTorch does not say
    so. It is therefore measured, with one thread: on a busy machine two wait for each other a hundred times longer
    than a product takes. A CUDA device names its instructions.
    """
    if torch.device(device).type == "cuda":
        return not torch.cuda.is_bf16_supported(including_emulation=False)
    with one_thread():
        return product_seconds(torch.bfloat16) >= product_seconds(torch.float32)

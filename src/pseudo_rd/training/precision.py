"""Whether a precision is the device's own, or emulated many times slower."""

import time
from itertools import count

import torch

from pseudo_rd.training.pace import one_thread

SIZE = 256  # of the compared matrices: large enough to show the processor's rate, seconds where it is a thousandth
LIMIT = 0.3  # seconds of comparing


def product_seconds(dtype: torch.dtype) -> float:
    """Wall seconds of the processor for a product of two (SIZE, SIZE) matrices, after one that chooses its kernel."""
    one, other = (torch.rand(SIZE, SIZE).to(dtype) for _ in range(2))
    one @ other
    began = time.perf_counter()
    one @ other
    return time.perf_counter() - began


def bfloat16_is_emulated(device: torch.device | str = "cpu") -> bool:
    """Whether bfloat16 products are slower than float32 ones here, so that they gain nothing.

    A processor without bfloat16 instructions computes them up to some hundred times slower, and PyTorch does not say
    so. It is therefore measured: in some ten milliseconds where they are fast, in LIMIT seconds or two products where
    not. Both take turns, and the best of each counts. One thread does it: on a busy machine two wait for each other a
    hundred times longer than a product takes. A CUDA device names its instructions.
    """
    if torch.device(device).type == "cuda":
        return not torch.cuda.is_bf16_supported(including_emulation=False)
    began = time.perf_counter()
    float32 = bfloat16 = float("inf")
    with one_thread():
        for tries in count(1):
            float32 = min(float32, product_seconds(torch.float32))
            bfloat16 = min(bfloat16, product_seconds(torch.bfloat16))
            if (tries >= 5 and bfloat16 < float32) or time.perf_counter() - began > LIMIT:
                break
    return bfloat16 >= float32

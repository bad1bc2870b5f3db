"""What the machine can do at best: the rates behind every limit."""

import time
from dataclasses import dataclass

import torch
from engine import bfloat16_is_emulated, product_seconds
from timing import timed

TRIES = 10  # the best counts: a limit must not depend on who else is working


@dataclass(frozen=True)
class Machine:
    """Rates measured in this run.

    Attributes:
        float32, bfloat16: products, in operations a second.
        copy: large copies, in bytes (read and written) a second.
        float32_size, bfloat16_size: rows and columns of the matrices that were multiplied.
        emulates_bfloat16: bfloat16 products are slower than float32 ones.
    """

    float32: float
    bfloat16: float
    copy: float
    float32_size: int = 0
    bfloat16_size: int = 0
    emulates_bfloat16: bool = False

    def __str__(self) -> str:
        emulated = ", emulated" if self.emulates_bfloat16 else ""
        return (
            f"products: {self.float32 / 1e9:.3g} GFLOP/s in float32 ({self.float32_size:,} a side), "
            f"{self.bfloat16 / 1e9:.3g} in bfloat16 ({self.bfloat16_size:,} a side{emulated}); "
            f"a large copy: {self.copy / 1e9:.0f} GB/s"
        )


def product_rate(dtype: torch.dtype, device: str, largest: int, limit: float = 10) -> tuple[float, int]:
    """Operations a second of a product of square matrices, and their size.

    The size doubles up to `largest` while the next one can be expected to end within `limit` seconds in all.
    """
    began = time.perf_counter()
    size = 128
    seconds = product_seconds(size, dtype, device, TRIES)
    while size < largest and time.perf_counter() - began + 8 * seconds * (TRIES + 1) < limit:
        size *= 2
        seconds = product_seconds(size, dtype, device, TRIES)
    return 2 * size**3 / seconds, size


def measure_machine(device: str) -> Machine:
    """The rates of the processor (with the threads that PyTorch has) or of the GPU, in half a minute at most."""
    largest = 2048 if device == "cpu" else 8192
    float32, float32_size = product_rate(torch.float32, device, largest)
    bfloat16, bfloat16_size = product_rate(torch.bfloat16, device, largest)
    source = torch.rand(2**26, device=device)
    target = torch.empty_like(source)
    copy = 8 * source.numel() / min(timed(lambda: target.copy_(source))[0] for _ in range(TRIES))
    return Machine(float32, bfloat16, copy, float32_size, bfloat16_size, bfloat16_is_emulated(device))

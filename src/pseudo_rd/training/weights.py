"""The four weight arrays of generator and critic, neuron by neuron, and their random start."""

from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor


@dataclass
class Weights:
    """Generator (1), f(x) = V relu(U x) / sqrt(d_out m), and critic, g(y) = a^T relu(W y) / sqrt(m).

    One column per neuron: matrix products that end in ten outputs run four times as fast on a CPU where the long
    axis of neurons comes last (docs/performance.md).

    Attributes:
        hidden: U transposed, (inputs, neurons).
        top: V, (outputs, neurons).
        critic_hidden: W transposed, (outputs, neurons).
        critic_top: a, (neurons,).
    """

    hidden: Tensor
    top: Tensor
    critic_hidden: Tensor
    critic_top: Tensor

    @property
    def generator_scale(self) -> float:
        """1 / sqrt(d_out m)."""
        return self.top.numel() ** -0.5

    @property
    def critic_scale(self) -> float:
        """1 / sqrt(m)."""
        return self.critic_top.numel() ** -0.5

    def clone(self) -> "Weights":
        return Weights(*(getattr(self, item.name).clone() for item in fields(self)))

    def zeros_like(self) -> "Weights":
        return Weights(*(torch.zeros_like(getattr(self, item.name)) for item in fields(self)))

    def to(self, *args: torch.device | torch.dtype) -> "Weights":
        return Weights(*(getattr(self, item.name).to(*args) for item in fields(self)))


def random_stream(seed: int, purpose: int) -> torch.Generator:
    """An independent stream of random numbers for each purpose of one seed, always drawn on the CPU.

    So both objectives of a seed share start and batches, on every device.
    """
    (state,) = np.random.SeedSequence([seed, purpose]).generate_state(1, np.uint64)
    return torch.Generator().manual_seed(int(state) >> 1)


def draw_weights(width: int, inputs: int, outputs: int, seed: int, dtype: torch.dtype = torch.float32) -> Weights:
    """Random start: U, V, W i.i.d. N(0, 1), a uniform on {-1, +1} (Theoretical Analysis of the paper)."""
    generator_stream, critic_stream = random_stream(seed, 0), random_stream(seed, 1)
    return Weights(
        hidden=torch.randn(inputs, width, generator=generator_stream, dtype=dtype),
        top=torch.randn(outputs, width, generator=generator_stream, dtype=dtype),
        critic_hidden=torch.randn(outputs, width, generator=critic_stream, dtype=dtype),
        critic_top=torch.randint(0, 2, (width,), generator=critic_stream).to(dtype) * 2 - 1,
    )

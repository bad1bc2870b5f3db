"""The weights of generator and critic, neuron by neuron, and their random start."""

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor


@dataclass
class Weights:
    """Generator (1), f(x) = scale (V relu(U x + b) + c), and critic, g(y) = scale a^T relu(W y + e).

    Biases are weights like others: b is a row of U for an input that is constantly 1, e likewise a row of W, and c is
    V's column for a hidden unit that is constantly 1. The critic has no output bias: it would shift g everywhere
    alike, so neither its loss nor its slope depends on it and it would never move.

    One column per neuron: matrix products that end in ten outputs run four times as fast on a CPU where the long
    axis of neurons comes last (docs/performance.md).

    Attributes:
        hidden: U transposed, (inputs, neurons); with biases b is its last row.
        top: V, (outputs, neurons).
        critic_hidden: W transposed, (outputs, critic's neurons); with biases e is its last row.
        critic_top: a, (critic's neurons,).
        generator_scale, critic_scale: the factors in front; 1 / sqrt(d_out m_gen) and 1 / sqrt(m_dis) as printed.
        top_bias: c, (outputs,); None without biases.
    """

    hidden: Tensor
    top: Tensor
    critic_hidden: Tensor
    critic_top: Tensor
    generator_scale: float
    critic_scale: float
    top_bias: Tensor | None = None

    def tensors(self) -> dict[str, Tensor]:
        """The arrays by name, themselves and not copies."""
        return {name: value for name, value in vars(self).items() if isinstance(value, Tensor)}

    def clone(self) -> "Weights":
        return replace(self, **{name: tensor.clone() for name, tensor in self.tensors().items()})

    def to(self, device: torch.device) -> "Weights":
        return replace(self, **{name: tensor.to(device) for name, tensor in self.tensors().items()})


def random_stream(seed: int, purpose: int) -> torch.Generator:
    """An independent stream of random numbers for each purpose of one seed, always drawn on the CPU.

    So both objectives of a seed share start and batches, on every device.
    """
    (state,) = np.random.SeedSequence([seed, purpose]).generate_state(1, np.uint64)
    return torch.Generator().manual_seed(int(state) >> 1)


def draw_weights(
    width: int,
    inputs: int,
    outputs: int,
    seed: int,
    dtype: torch.dtype = torch.float32,
    *,
    critic_width: int | None = None,
    generator_start: str = "normal",
    start_scale: float = 1.0,
    critic_start: str = "normal",
    biases: bool = False,
) -> Weights:
    """Random start.

    Args:
        width, inputs, outputs: m of the generator, d_in and d_out.
        seed: of generator and critic, in streams of their own.
        dtype: of the weights.
        critic_width: m of the critic; None: as the generator's.
        generator_start, start_scale, critic_start: keys of `training` (docs/parameters.md). "xavier" is Glorot's normal
            distribution, of variance 2 / (fan_in + fan_out).
        biases: whether there are any. They start as nn.Linear's do; under "normal" from N(0, 1) as weights do.
    """
    stream = random_stream(seed, 0)
    hidden = draw(generator_start, (inputs, width), inputs, stream, dtype)
    top = draw(generator_start, (outputs, width), width, stream, dtype)
    top_bias = None
    if biases:  # drawn last: the weights are those of the same seed without biases
        hidden = torch.cat([hidden, draw_biases(generator_start, width, inputs, stream, dtype)[None]])
        top_bias = draw_biases(generator_start, outputs, width, stream, dtype)
    neurons = critic_width or width
    stream = random_stream(seed, 1)
    critic_hidden = draw(critic_start, (outputs, neurons), outputs, stream, dtype)
    if critic_start == "normal":
        critic_top = torch.randint(0, 2, (neurons,), generator=stream).to(dtype) * 2 - 1
    else:
        critic_top = draw(critic_start, (1, neurons), neurons, stream, dtype)[0]
    if biases:
        critic_hidden = torch.cat([critic_hidden, draw_biases(critic_start, neurons, outputs, stream, dtype)[None]])
    scaled = ("normal", "framework-scaled")
    return Weights(
        hidden=hidden * start_scale,
        top=top,
        critic_hidden=critic_hidden,
        critic_top=critic_top,
        generator_scale=(outputs * width) ** -0.5 if generator_start in scaled else 1.0,
        critic_scale=neurons**-0.5 if critic_start in scaled else 1.0,
        top_bias=top_bias,
    )


def draw(kind: str, shape: tuple[int, ...], fan_in: int, stream: torch.Generator, dtype: torch.dtype) -> Tensor:
    """A layer's weights by kind of start; `shape` is fan-in and fan-out, in either order."""
    if kind.startswith("framework"):  # uniform within 1 / sqrt(fan_in)
        return (torch.rand(shape, generator=stream, dtype=dtype) * 2 - 1) * fan_in**-0.5
    drawn = torch.randn(shape, generator=stream, dtype=dtype)
    return drawn * (2 / sum(shape)) ** 0.5 if kind == "xavier" else drawn


def draw_biases(kind: str, count: int, fan_in: int, stream: torch.Generator, dtype: torch.dtype) -> Tensor:
    # nn.init's Glorot leaves a layer's biases as nn.Linear drew them.
    return draw("framework" if kind == "xavier" else kind, (count,), fan_in, stream, dtype)

"""The weights of generator and critic, neuron by neuron, and their random start."""

from collections.abc import Sequence
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
    neurons = critic_width or width
    layers, stream = [(inputs, width, biases), (width, outputs, biases)], random_stream(seed, 0)
    (hidden, *hidden_bias), (top, *top_bias) = draw_layers(generator_start, layers, stream, dtype, start_scale)
    layers, stream = [(outputs, neurons, biases), (neurons, 1, False)], random_stream(seed, 1)
    signs = critic_start == "normal"
    (critic_hidden, *critic_bias), (critic_top,) = draw_layers(critic_start, layers, stream, dtype, signs=signs)
    factor_starts = ("normal", "framework-scaled")
    return Weights(
        hidden=torch.vstack([hidden, *hidden_bias]),
        top=top,
        critic_hidden=torch.vstack([critic_hidden, *critic_bias]),
        critic_top=critic_top[0],
        generator_scale=(outputs * width) ** -0.5 if generator_start in factor_starts else 1.0,
        critic_scale=neurons**-0.5 if critic_start in factor_starts else 1.0,
        top_bias=top_bias[0] if biases else None,
    )


def draw_layers(
    kind: str,
    layers: Sequence[tuple[int, int, bool]],
    stream: torch.Generator,
    dtype: torch.dtype,
    scale: float = 1.0,
    signs: bool = False,
) -> list[list[Tensor]]:
    """Weights of all layers, then biases, so that the weights are those of the same seed without biases.

    Args:
        kind: of start, one of `vocabulary.STARTS`.
        layers: fan-in, fan-out, and whether there are biases, of each layer from the inputs to the outputs.
        stream, dtype: of the draws.
        scale: multiplies all layers but the last, biases included (`start_scale`).
        signs: whether the last one's weights are -1 and +1, as printed of the critic's.

    Returns:
        [weights] or [weights, biases] of each layer: weights (fan-in, fan-out), of the last layer (fan-out, fan-in).
    """
    parameters = [[draw(kind, (fan_in, fan_out), fan_in, stream, dtype)] for fan_in, fan_out, _ in layers[:-1]]
    fan_in, fan_out, _ = layers[-1]
    if signs:
        parameters.append([torch.randint(0, 2, (fan_out, fan_in), generator=stream).to(dtype) * 2 - 1])
    else:
        parameters.append([draw(kind, (fan_out, fan_in), fan_in, stream, dtype)])
    for tensors, (fan_in, fan_out, biased) in zip(parameters, layers, strict=True):
        if biased:  # nn.init's Glorot leaves them as nn.Linear drew them
            tensors.append(draw("framework" if kind == "xavier" else kind, (fan_out,), fan_in, stream, dtype))
    return [*([tensor * scale for tensor in tensors] for tensors in parameters[:-1]), parameters[-1]]


def draw(kind: str, shape: tuple[int, ...], fan_in: int, stream: torch.Generator, dtype: torch.dtype) -> Tensor:
    """A layer's weights by kind of start; `shape` is fan-in and fan-out, in either order."""
    if kind.startswith("framework"):  # uniform within 1 / sqrt(fan_in)
        return (torch.rand(shape, generator=stream, dtype=dtype) * 2 - 1) * fan_in**-0.5
    normal = torch.randn(shape, generator=stream, dtype=dtype)
    return normal * (2 / sum(shape)) ** 0.5 if kind == "xavier" else normal

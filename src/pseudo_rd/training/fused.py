"""Steps on a GPU with fewer trips to its memory: kernels in Triton. No device has run them yet (docs/performance.md).

What is fused: relu into the product before it; mask and momentum into the gradient's product; the critic's masks into
the products on both sides of them, so that they are never in memory. Sums have a fixed order: the same start gives the
same bits.
"""

from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor

from pseudo_rd.training.settings import Settings
from pseudo_rd.training.steps import Group, Trainer
from pseudo_rd.training.weights import Weights

FEW = 16  # at least as many as outputs and a constant; the least that Triton multiplies
# Tiles that fit a Hopper's registers, as its assembler says: without rounding threads hold whole rows of both factors.
THIN = {"POINTS": 64, "NEURONS": 64, "FEW": FEW}
# By whether factors are rounded: of U x, and of its gradient.
LARGE = {
    False: {"BATCH": 128, "NEURONS": 128, "INPUTS": 16},
    True: {"BATCH": 128, "NEURONS": 128, "INPUTS": 32},
}
UPDATE = {
    False: {"INPUTS": 64, "NEURONS": 128, "BATCH": 16, "OUTPUTS": FEW},
    True: {"INPUTS": 128, "NEURONS": 128, "BATCH": 32, "OUTPUTS": FEW},
}
SHARES = 16  # programs among which the neurons are divided, for each tile of points
HOW = {"num_warps": 8, "enable_fp_fusion": True}


class FusedTrainer(Trainer):
    """The same steps as `Trainer`, for one tile of float32 neurons.

    Raises:
        ValueError: if the precision is not one that the kernels know, or the weights are not float32.
    """

    def __init__(self, weights: Weights, settings: Settings) -> None:
        if settings.precision not in ("float32", "bfloat16") or weights.top.dtype != torch.float32:
            raise ValueError(
                f"fused kernels know float32 weights and the precisions float32 and bfloat16, not "
                f"{weights.top.dtype} and {settings.precision}"
            )
        super().__init__(weights, settings)

    def _activate(self, group: Group, inputs: Tensor) -> None:
        hidden, _ = group.weights
        batch, count = inputs.shape
        width = hidden.shape[1]
        tiles = LARGE[self._rounded]
        grid = triton.cdiv(batch, tiles["BATCH"]), triton.cdiv(width, tiles["NEURONS"])
        arrays = inputs, hidden, group.active
        launch(active_kernel, grid, *arrays, batch, count, width, ROUNDED=self._rounded, **tiles)

    def _update_hidden(self, group: Group, inputs: Tensor, pull: Tensor) -> None:
        (hidden, top), (velocity, _) = group.weights, group.velocity
        batch, count = inputs.shape
        outputs, width = top.shape
        tiles = UPDATE[self._rounded]
        grid = triton.cdiv(count, tiles["INPUTS"]), triton.cdiv(width, tiles["NEURONS"])
        arrays = inputs, pull, top, group.active, velocity, hidden
        numbers = batch, count, outputs, width, self.settings.momentum, self.settings.learning_rate
        launch(update_kernel, grid, *arrays, *numbers, ROUNDED=self._rounded, **tiles)

    def _slope_sums(self, points: Tensor) -> Tensor:
        (group,) = self.groups
        critic_hidden, signed, _ = group.critic
        (count, rows), (outputs, width) = points.shape, signed.shape
        sums = signed.new_empty(SHARES, outputs, count)
        sizes = count, rows, outputs, width, self.weights.critic_scale
        grid = triton.cdiv(count, THIN["POINTS"]), SHARES
        launch(slopes_kernel, grid, points, critic_hidden, signed, sums, *sizes, **THIN)
        return sums

    def _sum_critic_gradient(self) -> None:
        (group,) = self.groups
        critic_hidden, _, gradient = group.critic
        (count, rows), width = self.points.shape, critic_hidden.shape[1]
        grid = (triton.cdiv(width, THIN["NEURONS"]),)
        arrays = self.points, critic_hidden, self.pull, gradient
        launch(gradient_kernel, grid, *arrays, count, rows, width, **THIN)


def launch(kernel: Any, grid: tuple[int, ...], *given: Tensor | float, **constants: int) -> None:
    """Start a kernel; Triton compiles it for these constants first."""
    kernel[grid](*given, **constants, **HOW)


@triton.jit
def product(one: tl.tensor, other: tl.tensor) -> tl.tensor:
    """One tile times another, in float32 without tensor cores."""
    return tl.dot(one, other, input_precision="ieee")


@triton.jit
def large_product(one: tl.tensor, other: tl.tensor, ROUNDED: tl.constexpr) -> tl.tensor:
    """The same, if told so with factors rounded to bfloat16."""
    if ROUNDED:
        return tl.dot(one.to(tl.bfloat16), other.to(tl.bfloat16))
    return product(one, other)


@triton.jit
def tile(array: tl.tensor, rows: tl.tensor, columns: tl.tensor, height: int, width: int) -> tl.tensor:
    """A tile of a (height, width) array, 0 outside of it."""
    inside = (rows[:, None] < height) & (columns[None, :] < width)
    return tl.load(array + rows[:, None] * width + columns[None, :], mask=inside, other=0.0).to(tl.float32)


@triton.jit
def put(array: tl.tensor, rows: tl.tensor, columns: tl.tensor, height: int, width: int, values: tl.tensor) -> None:
    """Write a tile of a (height, width) array."""
    inside = (rows[:, None] < height) & (columns[None, :] < width)
    tl.store(array + rows[:, None] * width + columns[None, :], values, mask=inside)


@triton.jit
def active_kernel(
    inputs: tl.tensor,
    hidden: tl.tensor,
    active: tl.tensor,
    batch: int,
    count: int,
    width: int,
    ROUNDED: tl.constexpr,
    BATCH: tl.constexpr,
    NEURONS: tl.constexpr,
    INPUTS: tl.constexpr,
) -> None:
    """active = relu(inputs @ hidden), (batch, width) from (batch, count) and (count, width)."""
    samples = tl.program_id(0) * BATCH + tl.arange(0, BATCH)
    neurons = tl.program_id(1) * NEURONS + tl.arange(0, NEURONS)
    total = tl.zeros((BATCH, NEURONS), tl.float32)
    for first in range(0, count, INPUTS):
        some = first + tl.arange(0, INPUTS)
        one, other = tile(inputs, samples, some, batch, count), tile(hidden, some, neurons, count, width)
        total += large_product(one, other, ROUNDED)
    put(active, samples, neurons, batch, width, tl.where(total < 0, 0.0, total))  # NaN stays


@triton.jit
def update_kernel(
    inputs: tl.tensor,
    pull: tl.tensor,
    top: tl.tensor,
    active: tl.tensor,
    velocity: tl.tensor,
    hidden: tl.tensor,
    batch: int,
    count: int,
    outputs: int,
    width: int,
    momentum: float,
    learning_rate: float,
    ROUNDED: tl.constexpr,
    BATCH: tl.constexpr,
    NEURONS: tl.constexpr,
    INPUTS: tl.constexpr,
    OUTPUTS: tl.constexpr,
) -> None:
    """velocity = momentum velocity + inputs^T ((pull @ top) 1{active > 0}); hidden -= learning_rate velocity."""
    some = tl.program_id(0) * INPUTS + tl.arange(0, INPUTS)
    neurons = tl.program_id(1) * NEURONS + tl.arange(0, NEURONS)
    few = tl.arange(0, OUTPUTS)
    last = tile(top, few, neurons, outputs, width)
    total = tl.zeros((INPUTS, NEURONS), tl.float32)
    for first in range(0, batch, BATCH):
        samples = first + tl.arange(0, BATCH)
        backward = product(tile(pull, samples, few, batch, outputs), last)
        backward = tl.where(tile(active, samples, neurons, batch, width) <= 0, 0.0, backward)
        total += large_product(tl.trans(tile(inputs, samples, some, batch, count)), backward, ROUNDED)
    total += momentum * tile(velocity, some, neurons, count, width)
    put(velocity, some, neurons, count, width, total)
    put(hidden, some, neurons, count, width, tile(hidden, some, neurons, count, width) - learning_rate * total)


@triton.jit
def slopes_kernel(
    points: tl.tensor,
    critic_hidden: tl.tensor,
    signed: tl.tensor,
    sums: tl.tensor,
    count: int,
    rows: int,
    outputs: int,
    width: int,
    scale: float,
    POINTS: tl.constexpr,
    NEURONS: tl.constexpr,
    FEW: tl.constexpr,
) -> None:
    """sums[share] = scale signed @ 1{points @ critic_hidden > 0}^T over its tiles of neurons, (outputs, count)."""
    some, few = tl.program_id(0) * POINTS + tl.arange(0, POINTS), tl.arange(0, FEW)
    share, shares = tl.program_id(1), tl.num_programs(1)
    at = tile(points, some, few, count, rows)
    total = tl.zeros((FEW, POINTS), tl.float32)
    for first in range(share * NEURONS, width, shares * NEURONS):
        neurons = first + tl.arange(0, NEURONS)
        before = product(at, tile(critic_hidden, few, neurons, rows, width))
        mask = tl.where(before > 0, 1.0, 0.0)
        total += product(tile(signed, few, neurons, outputs, width), tl.trans(mask))
    put(sums + share * outputs * count, few, some, outputs, count, scale * total)


@triton.jit
def gradient_kernel(
    points: tl.tensor,
    critic_hidden: tl.tensor,
    pull: tl.tensor,
    gradient: tl.tensor,
    count: int,
    rows: int,
    width: int,
    POINTS: tl.constexpr,
    NEURONS: tl.constexpr,
    FEW: tl.constexpr,
) -> None:
    """gradient = pull^T @ 1{points @ critic_hidden > 0}, (rows, width)."""
    neurons, few = tl.program_id(0) * NEURONS + tl.arange(0, NEURONS), tl.arange(0, FEW)
    critic = tile(critic_hidden, few, neurons, rows, width)
    total = tl.zeros((FEW, NEURONS), tl.float32)
    for first in range(0, count, POINTS):
        some = first + tl.arange(0, POINTS)
        mask = tl.where(product(tile(points, some, few, count, rows), critic) > 0, 1.0, 0.0)
        total += product(tl.trans(tile(pull, some, few, count, rows)), mask)
    put(gradient, few, neurons, rows, width, total)

"""One iteration of training with closed-form gradients, of generator and critic in turn (WGAN-GP, Algorithm 1)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from types import EllipsisType
from typing import TypeVar

import torch
from torch import Tensor

from pseudo_rd.training.objectives import LOSSES, divisors, hold_bound, penalty_excess
from pseudo_rd.training.pace import Pace, one_thread
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.weights import Weights

LEAST_NEURONS = 64  # that are worth a thread of their own


def accepts(settings: Settings) -> bool:
    """Whether networks, losses and optimizer that are asked for are those of these steps; autograd trains any other."""
    choices = settings.network, settings.critic_depth, settings.adversary, settings.critic_optimizer
    return choices == ("paper", 1, "wgan-gp", "sgd")


@dataclass(frozen=True)
class Group:
    """Neighbouring tiles of the generator's neurons, one for each thread, as views and work space.

    Arrays are (tiles, rows, tile), or (rows, tile) where the tile is alone. A batched product gives each thread a
    tile of its own; a thin one, which ends in ten outputs, would gain nothing from threads inside. A tile alone goes
    through plain products, which cost less to start.

    Attributes:
        hidden, top, hidden_velocity, top_velocity: weights and their momenta.
        active: relu(U x).
        scratch: for any array of this shape with other rows, flat; all groups share it.
        networks: which of several networks the tiles are of; one network is whole.
    """

    hidden: Tensor
    top: Tensor
    hidden_velocity: Tensor
    top_velocity: Tensor
    active: Tensor
    scratch: Tensor
    networks: slice | EllipsisType = ...


@dataclass(frozen=True)
class CriticGroup:
    """The same of the critic's neurons.

    Attributes:
        hidden, signed: W, a W; then `signed` is scratch.
        gradient: R^T M of `Steps._update_critic`, dL/dW before its factor a.
        scratch, networks: as in `Group`.
    """

    hidden: Tensor
    signed: Tensor
    gradient: Tensor
    scratch: Tensor
    networks: slice | EllipsisType = ...

    def mask(self, points: Tensor) -> Tensor:
        """1{W y > 0} as numbers, (..., points, tile); made anew where needed: faster than fetching it again."""
        mask = rows_like(self.hidden, points.shape[-2], self.scratch)
        add_product(mask, points, self.hidden, beta=0)
        return mask.gt_(0)


AnyGroup = TypeVar("AnyGroup", Group, CriticGroup)


def rows_like(array: Tensor, count: int, scratch: Tensor) -> Tensor:
    """Scratch as an array of these tiles with so many rows, (..., count, tile)."""
    *tiles, _, neurons = array.shape
    return scratch[: prod(tiles) * count * neurons].view(*tiles, count, neurons)


class Steps:
    """What steps of one network (`Trainer`) and of several (`batched.BatchTrainer`) share; several add a leading axis.

    Attributes:
        arrays, velocity: weights by name as in `Weights`, changed in place, and their momenta.
        points: at which the critic is asked, (..., points, outputs): predictions, mixtures, and the few distinct
            labels; with biases a 1 behind each. Without a critic the predictions alone.
        critic_scale, penalty_weight, slope_target: a number, or (networks, 1, 1).
    """

    groups: list[Group]
    critic_groups: list[CriticGroup]
    critic_scale: float | Tensor
    penalty_weight: float | Tensor
    slope_target: float | Tensor
    _bounds: list[tuple[Tensor, str, float]]  # of each critic: W without its biases, `bound_reading` and `bound`

    def __init__(self, arrays: dict[str, Tensor], settings: Settings) -> None:
        self.arrays, self.settings = arrays, settings
        self.velocity = {name: torch.zeros_like(array) for name, array in arrays.items()}
        rounded = settings.precision == "bfloat16"
        self._add_large_product: Callable[..., None] = add_rounded_product if rounded else add_product
        *networks, self._outputs, _ = arrays["top"].shape
        batch, critic_hidden = settings.batch_size, arrays["critic_hidden"]
        count = 2 * batch + self._outputs if settings.adversarial else batch
        self.points = critic_hidden.new_empty(*networks, count, critic_hidden.shape[-2])
        self.points[..., self._outputs :] = 1
        self.predictions = self.points[..., :batch, : self._outputs]
        self._critic_weights = critic_hidden[..., : self._outputs, :]
        self._layers = arrays["hidden"], arrays["top"], self.velocity["hidden"], self.velocity["top"]
        if settings.adversarial:
            self.points[..., 2 * batch :, : self._outputs] = torch.eye(self._outputs, dtype=self.points.dtype)
            self.critic_rows = torch.zeros_like(self.points)
            self.critic_gradient, self.signed = (torch.empty_like(critic_hidden) for _ in range(2))
            self._critics = critic_hidden, self.signed[..., : self._outputs, :], self.critic_gradient

    def step(self, inputs: Tensor, targets: Tensor, mixing: Tensor) -> None:
        """One update of the generator and, if adversarial, one of the critic on the same batch (`engine.Trainer`)."""
        self._predict(inputs)
        if self.settings.adversarial and self.settings.update_order == "critic-first":
            self._update_critic(targets, mixing)
        self._update_generator(inputs, self._output_gradient(targets))
        if self.settings.adversarial and self.settings.update_order == "generator-first":
            self._predict(inputs)
            self._update_critic(targets, mixing)

    def _walk(self, groups: Sequence[AnyGroup]) -> Iterator[AnyGroup]:
        yield from groups

    def _predict(self, inputs: Tensor) -> None:
        """Activations and predictions of the generator as it is now."""
        raise NotImplementedError

    def _output_gradient(self, targets: Tensor) -> Tensor:
        """dL/dz times the factor in front of the generator, (..., batch, outputs)."""
        raise NotImplementedError

    def _critic_slopes(self, rows: slice) -> Tensor:
        """grad g = scale W^T (a 1{W y > 0}) at some of the points, (..., batch, outputs)."""
        raise NotImplementedError

    def _update_generator(self, inputs: Tensor, output_gradient: Tensor) -> None:
        """Step down the gradient."""
        momentum, learning_rate = self.settings.momentum, self.settings.learning_rate
        for group in self._walk(self.groups):
            gradient = output_gradient[group.networks]
            backward = rows_like(group.active, len(inputs), group.scratch)
            add_product(backward, gradient, group.top, beta=0)
            # 1{u_j . x > 0}
            torch.ops.aten.threshold_backward.grad_input(backward, group.active, 0, grad_input=backward)
            self._add_large_product(group.hidden_velocity, inputs.T, backward, beta=momentum)
            group.hidden.sub_(group.hidden_velocity, alpha=learning_rate)
            add_product(group.top_velocity, gradient.mT, group.active, beta=momentum)
        self.arrays["top"].sub_(self.velocity["top"], alpha=learning_rate)
        if "top_bias" in self.arrays:
            self.velocity["top_bias"].mul_(momentum).add_(output_gradient.sum(-2))
            self.arrays["top_bias"].sub_(self.velocity["top_bias"], alpha=learning_rate)

    def _update_critic(self, targets: Tensor, mixing: Tensor) -> None:
        """Step down mean g(fake) - mean g(real) + weight * mean (||grad g(mixture)|| - target)^2.

        With M the masks 1{W y > 0} of all points, every part of the gradient is R^T M for some rows R of the points:
        dW^T = (R^T M) a, neuron by neuron, and da = sum over the outputs of W^T (R^T M). A 1 behind the points makes
        the same true of biases; the slopes have nothing there.
        """
        batch, outputs = targets.shape
        fake, mixture, real = slice(batch), slice(batch, 2 * batch), slice(2 * batch, None)
        points, rows, scale = self.points, self.critic_rows, self.critic_scale
        torch.lerp(self.predictions, targets, mixing[:, None], out=points[..., mixture, :outputs])
        slopes = self._critic_slopes(mixture)
        torch.mul(points[..., fake, :], scale / batch, out=rows[..., fake, :])
        excess = penalty_excess(slopes, self.slope_target)
        torch.mul(slopes, excess, out=rows[..., mixture, :outputs]).mul_(2 * self.penalty_weight * scale / batch)
        torch.mul(points[..., real, :], targets.sum(0)[:, None], out=rows[..., real, :]).mul_(-scale / batch)
        for group in self._walk(self.critic_groups):
            mask = group.mask(points[group.networks])
            add_product(group.gradient, rows[group.networks].mT, mask, beta=0)

        hidden, top = self.arrays["critic_hidden"], self.arrays["critic_top"]
        hidden_velocity, top_velocity = self.velocity["critic_hidden"], self.velocity["critic_top"]
        momentum, learning_rate = self.settings.momentum, self.settings.learning_rate
        top_velocity.mul_(momentum).add_(torch.mul(self.critic_gradient, hidden, out=self.signed).sum(-2))
        hidden_velocity.mul_(momentum).addcmul_(top.unsqueeze(-2), self.critic_gradient)
        top.sub_(top_velocity, alpha=learning_rate)
        hidden.sub_(hidden_velocity, alpha=learning_rate)
        for critic_hidden, reading, bound in self._bounds:
            hold_bound(critic_hidden, reading, bound)


class Trainer(Steps):
    """Weights, momenta and work space of one network on one device.

    Neurons are walked through in tiles: the (batch, tile) arrays of activations and masks then stay in the
    processor's cache. On a CPU as many tiles are worked on at once as torch.get_num_threads() says when the trainer
    is made, or one after the other while the machine is busy (`pace`): both give the same bits. All else is done by
    one thread. A step never waits for the device.

    Args:
        weights: start, changed in place; `hidden` may hold coordinates in the span of the inputs.
        settings: objective, batch size, method.
    """

    def __init__(self, weights: Weights, settings: Settings) -> None:
        super().__init__(weights.tensors(), settings)
        self.weights, self.critic_scale = weights, weights.critic_scale
        self.penalty_weight, self.slope_target = settings.penalty_weight, settings.slope_target
        self._bounds = [(self._critic_weights, settings.bound_reading, settings.bound)]

        width, critic_width = weights.top.shape[1], len(weights.critic_top)
        batch, device, empty = settings.batch_size, weights.top.device, weights.top.new_empty
        threads = torch.get_num_threads() if device.type == "cpu" else 1
        self._threads, self._pace = 1, Pace(threads)
        tile, critic_tile = (tile_width(batch, neurons, device) for neurons in (width, critic_width))
        scratch = empty(threads * max(batch * tile, len(self.points) * critic_tile if settings.adversarial else 0))
        self.groups = [
            Group(
                *(view_of_tiles(array, first, tiles, size) for array in self._layers),
                active=empty((batch, size) if tiles == 1 else (tiles, batch, size)),
                scratch=scratch,
            )
            for first, tiles, size in group_tiles(width, tile, threads)
        ]
        if settings.adversarial:
            self.critic_groups = [
                CriticGroup(*(view_of_tiles(array, *tiles) for array in self._critics), scratch=scratch)
                for tiles in group_tiles(critic_width, critic_tile, threads)
            ]

    def tensors(self) -> dict[str, Tensor]:
        parts = {"weights": self.arrays, "velocity": self.velocity}
        return {f"{part}.{name}": tensor for part, tensors in parts.items() for name, tensor in tensors.items()}

    def step(self, inputs: Tensor, targets: Tensor, mixing: Tensor) -> None:
        if self.settings.precision == "bfloat16":
            inputs = inputs.bfloat16()
        with self._pace.step() as self._threads, one_thread():
            super().step(inputs, targets, mixing)

    def _walk(self, groups: Sequence[AnyGroup]) -> Iterator[AnyGroup]:
        """The groups; the step's threads share the tiles of each, while a tile alone is not split."""
        for group in groups:
            torch.set_num_threads(self._threads if group.hidden.dim() == 3 else 1)
            yield group
        torch.set_num_threads(1)

    def _predict(self, inputs: Tensor) -> None:
        scale, bias = self.weights.generator_scale, self.weights.top_bias
        predictions = self._sums(self.groups[0], len(inputs))
        for group in self._walk(self.groups):
            self._add_large_product(group.active, inputs, group.hidden, beta=0)
            group.active.clamp_(min=0)
            add_product(share_of(group.active, predictions), group.top, group.active.mT, alpha=scale)
        self.predictions.copy_(predictions.sum(0).T)
        if bias is not None:
            self.predictions.add_(bias, alpha=scale)

    def _output_gradient(self, targets: Tensor) -> Tensor:
        supervised_divisor, adversarial_divisor = divisors(self.settings, targets.shape[1])
        output_gradient = LOSSES[self.settings.loss].slopes(self.predictions, targets)
        if self.settings.adversarial:
            slopes = self._critic_slopes(slice(len(targets)))
            output_gradient.sub_(slopes, alpha=supervised_divisor / adversarial_divisor)
        return output_gradient.mul_(self.weights.generator_scale / supervised_divisor)

    def _critic_slopes(self, rows: slice) -> Tensor:
        points = self.points[rows]
        torch.mul(self.weights.critic_top, self._critic_weights, out=self.signed[: self._outputs])
        slopes = self._sums(self.critic_groups[0], len(points))
        for group in self._walk(self.critic_groups):
            share = share_of(group.hidden, slopes)
            add_product(share, group.signed, group.mask(points).mT, alpha=self.weights.critic_scale)
        return slopes.sum(0).T.contiguous()

    def _sums(self, largest: AnyGroup, columns: int) -> Tensor:
        """Zeros, one (outputs, columns) matrix for each tile of a group; the first group has the most."""
        tiles = largest.hidden
        return self.points.new_zeros(1 if tiles.dim() == 2 else len(tiles), self._outputs, columns)


def share_of(tiles: Tensor, sums: Tensor) -> Tensor:
    """A group's part of (threads, outputs, columns): a matrix for each of its tiles."""
    return sums[0] if tiles.dim() == 2 else sums[: len(tiles)]


def add_product(total: Tensor, left: Tensor, right: Tensor, beta: float = 1, alpha: float = 1) -> None:
    """total = beta total + alpha left @ right, in place, for one tile or several, which may share `left`."""
    if total.dim() == 2:
        total.addmm_(left, right, beta=beta, alpha=alpha)
    elif total.is_contiguous():
        total.baddbmm_(left.expand(len(total), -1, -1), right, beta=beta, alpha=alpha)
    else:  # a batched product into it would go tile by tile
        result = product(left, right)
        total.copy_(result) if beta == 0 else total.mul_(beta).add_(result, alpha=alpha)


def add_rounded_product(total: Tensor, left: Tensor, right: Tensor, beta: float) -> None:
    """total = beta total + left @ right, in place; `left` is in bfloat16, `right` is rounded to it.

    A GPU's product stays in float32. The processor's is itself rounded: PyTorch has no other.
    """
    right = right.bfloat16()
    if total.is_cuda and total.dtype == torch.float32:  # one tile: a plain product
        torch.addmm(total, left, right, out_dtype=torch.float32, beta=beta, out=total)
    elif beta == 0:
        total.copy_(product(left, right))
    else:
        total.mul_(beta).add_(product(left, right))


def product(left: Tensor, right: Tensor) -> Tensor:
    """left @ right for one tile or several, which may share `left`, in their own precision."""
    return torch.mm(left, right) if right.dim() == 2 else torch.bmm(left.expand(len(right), -1, -1), right)


def view_of_tiles(array: Tensor, first: int, tiles: int, size: int) -> Tensor:
    """Some tiles out of (rows, neurons) as (tiles, rows, size); one alone as (rows, size)."""
    part = array[:, first : first + tiles * size]
    return part if tiles == 1 else part.unflatten(1, (tiles, size)).movedim(1, 0)


def group_tiles(width: int, tile: int, threads: int) -> list[tuple[int, int, int]]:
    """(first neuron, tiles, neurons of each tile) of groups of as many tiles as there are threads; the rest alone."""
    groups: list[tuple[int, int, int]] = []
    first = 0
    while rest := width - first:
        tiles = threads if rest >= threads * min(tile, LEAST_NEURONS) else 1
        groups.append((first, tiles, min(tile, rest // tiles)))
        first += tiles * groups[-1][-1]
    return groups


def tile_width(batch_size: int, width: int, device: torch.device) -> int:
    """Neurons per tile: 0.7 MB of float32 activations on a CPU (docs/performance.md), all on a GPU."""
    # 704 for a batch of 256, not a power of two: the rows of a tile then do not fall on the same few sets of a cache.
    return width if device.type != "cpu" else min(width, max(LEAST_NEURONS, 11 * 2**14 // batch_size))

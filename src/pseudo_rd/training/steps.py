"""One iteration of training with closed-form gradients: critic first, then generator (WGAN-GP, Algorithm 1)."""

from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from pseudo_rd.training.weights import Weights
from pseudo_rd.vocabulary import PRECISIONS, READINGS


@dataclass(frozen=True)
class Group:
    """Neighbouring tiles of neurons, one for each thread, as views and work space (tiles, rows, tile).

    A batched product gives each thread a tile of its own; a thin one, which ends in ten outputs, would gain nothing
    from threads inside (docs/performance.md).

    Attributes:
        weights, velocity: (hidden, top) of the generator.
        active: relu(U x).
        scratch: for any (tiles, rows, tile) array, flat; all groups share it.
        critic: (W, a W, dL/dW / a); empty without a critic.
    """

    weights: tuple[Tensor, Tensor]
    velocity: tuple[Tensor, Tensor]
    active: Tensor
    scratch: Tensor
    critic: tuple[Tensor, ...]

    def rows(self, count: int) -> Tensor:
        """Scratch as (tiles, count, tile)."""
        tiles, _, tile = self.active.shape
        return self.scratch[: tiles * count * tile].view(tiles, count, tile)

    def mask(self, points: Tensor) -> Tensor:
        """1{W y > 0} as numbers, (tiles, points, tile); made anew where needed: faster than fetching it again."""
        return product(points, self.critic[0], out=self.rows(len(points))).gt_(0)


class Trainer:
    """Weights, momenta and work space of one network on one device.

    Neurons are walked through in tiles: the (batch, tile) arrays of activations and masks then stay in the
    processor's cache. On a CPU as many tiles are worked on at once as torch.get_num_threads() says when the trainer
    is made; the same number gives the same bits. Nothing here waits for the device.

    Args:
        weights: start, changed in place; `hidden` may hold coordinates in the span of the inputs.
        adversarial: train against the critic (the augmented objective (3)) or without it ((2)).
        batch_size: samples per iteration.
        learning_rate, momentum: of SGD, for generator and critic alike.
        gradient_penalty_weight: in front of mean (||grad g|| - 1)^2.
        reading, bound: what "L" means (READINGS) and its value.
        precision: of the two large products, U x and its gradient: "float32" (that of the weights) or "bfloat16"
            (factors and result rounded to 8 bits; weights, momenta and all else stay as they are).

    Raises:
        ValueError: if `reading` or `precision` is unknown.
    """

    def __init__(
        self,
        weights: Weights,
        *,
        adversarial: bool,
        batch_size: int,
        learning_rate: float,
        momentum: float,
        gradient_penalty_weight: float,
        reading: str,
        bound: float,
        precision: str = "float32",
    ) -> None:
        if reading not in READINGS:
            raise ValueError(f"reading = {reading!r} is not one of {', '.join(READINGS)}")
        if precision not in PRECISIONS:
            raise ValueError(f"precision = {precision!r} is not one of {', '.join(PRECISIONS)}")
        self.weights = weights
        self.velocity = weights.zeros_like()
        self.adversarial = adversarial
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.gradient_penalty_weight = gradient_penalty_weight
        self.slope_target = bound if reading == "target" else 1.0
        self.reading = reading
        self.bound = bound
        self.rounded = precision == "bfloat16"

        outputs, width = weights.top.shape
        device = weights.top.device
        points = 2 * batch_size + outputs if adversarial else batch_size
        new = weights.top.new_empty
        if adversarial:
            # Points at which the critic is asked: predictions, mixtures, and the few distinct labels.
            self.points = new(points, outputs)
            self.points[2 * batch_size :] = torch.eye(outputs, dtype=weights.top.dtype)
            self.pull = torch.zeros_like(self.points)
            self.critic_gradient, self.signed = new(outputs, width), new(outputs, width)
        critic_arrays = (weights.critic_hidden, self.signed, self.critic_gradient) if adversarial else ()
        tile = tile_width(batch_size, width, device)
        threads = torch.get_num_threads() if device.type == "cpu" else 1
        scratch = new(points * tile * threads)
        self.groups = [
            Group(
                weights=(part(weights.hidden), part(weights.top)),
                velocity=(part(self.velocity.hidden), part(self.velocity.top)),
                active=new(tiles, batch_size, size),
                scratch=scratch,
                critic=tuple(part(array) for array in critic_arrays),
            )
            for first, tiles, size in group_tiles(width, tile, threads)
            for part in [partial(view_of_tiles, first=first, tiles=tiles, size=size)]
        ]

    def step(self, inputs: Tensor, targets: Tensor, mixing: Tensor) -> None:
        """One update of the critic (if adversarial), then one of the generator, on the same batch.

        Args:
            inputs: (batch, inputs), or (batch, rank) coordinates in the span.
            targets: one-hot labels, (batch, outputs).
            mixing: share of the label in the critic's mixtures, (batch,).
        """
        if self.rounded:
            inputs = inputs.bfloat16()
        predictions = self._predict(inputs)
        pull = predictions - targets  # dL_sup / dz, times the batch
        if self.adversarial:
            self._update_critic(predictions, targets, mixing)
            pull -= self._critic_slopes(predictions)  # dL_adv / dz, times the batch
        self._update_generator(inputs, pull.mul_(self.weights.generator_scale / len(inputs)))

    def _predict(self, inputs: Tensor) -> Tensor:
        predictions = self._sums(len(inputs))
        for group in self.groups:
            hidden, top = group.weights
            if self.rounded:
                group.active.copy_(product(inputs, hidden.bfloat16()))
            else:
                product(inputs, hidden, out=group.active)
            group.active.clamp_(min=0)
            add_product(predictions, top, group.active.mT, self.weights.generator_scale)
        return predictions.sum(0).T.contiguous()

    def _update_generator(self, inputs: Tensor, pull: Tensor) -> None:
        """Step down the gradient; `pull` is dL/dz / sqrt(d_out m), (batch, outputs)."""
        for group in self.groups:
            _, top = group.weights
            backward = product(pull, top, out=group.rows(len(pull)))
            # 1{u_j . x > 0}
            torch.ops.aten.threshold_backward.grad_input(backward, group.active, 0, grad_input=backward)
            factor = backward.bfloat16() if self.rounded else backward
            gradients = product(inputs.T, factor), product(pull.T, group.active)
            for weights, velocity, gradient in zip(group.weights, group.velocity, gradients, strict=True):
                velocity.mul_(self.momentum).add_(gradient)
                weights.sub_(velocity, alpha=self.learning_rate)

    def _update_critic(self, predictions: Tensor, targets: Tensor, mixing: Tensor) -> None:
        """Step down mean g(fake) - mean g(real) + weight * mean (||grad g(mixture)|| - target)^2.

        With M the masks 1{W y > 0} of all points, every part of the gradient is R^T M for some rows R of the points:
        dW^T = (R^T M) a, neuron by neuron, and da = sum over the outputs of W^T (R^T M).
        """
        weights, velocity = self.weights, self.velocity
        batch, scale = len(predictions), weights.critic_scale
        fake, mixture, real = slice(batch), slice(batch, 2 * batch), slice(2 * batch, None)
        self.points[fake] = predictions
        torch.lerp(predictions, targets, mixing[:, None], out=self.points[mixture])

        slopes = self._critic_slopes(self.points[mixture])
        norms = slopes.norm(dim=1, keepdim=True).clamp_(min=torch.finfo(slopes.dtype).tiny)
        excess = (norms - self.slope_target) / norms

        torch.mul(predictions, scale / batch, out=self.pull[fake])
        torch.mul(slopes, excess, out=self.pull[mixture]).mul_(2 * self.gradient_penalty_weight * scale / batch)
        torch.mul(targets.sum(0), -scale / batch, out=self.pull[real].diagonal())
        for group in self.groups:
            _, _, gradient = group.critic
            gradient.copy_(product(self.pull.T, group.mask(self.points)))

        velocity.critic_top.mul_(self.momentum).add_((self.critic_gradient * weights.critic_hidden).sum(0))
        velocity.critic_hidden.mul_(self.momentum).addcmul_(weights.critic_top, self.critic_gradient)
        weights.critic_top.sub_(velocity.critic_top, alpha=self.learning_rate)
        weights.critic_hidden.sub_(velocity.critic_hidden, alpha=self.learning_rate)
        hold_bound(weights.critic_hidden, self.reading, self.bound)

    def _critic_slopes(self, points: Tensor) -> Tensor:
        """grad g = W^T (a 1{W y > 0}) / sqrt(m) at the points, (points, outputs)."""
        torch.mul(self.weights.critic_top, self.weights.critic_hidden, out=self.signed)
        slopes = self._sums(len(points))
        for group in self.groups:
            _, signed, _ = group.critic
            add_product(slopes, signed, group.mask(points).mT, self.weights.critic_scale)
        return slopes.sum(0).T.contiguous()

    def _sums(self, columns: int) -> Tensor:
        """Zeros, one (outputs, columns) matrix for each tile of a group."""
        top = self.weights.top
        return top.new_zeros(len(self.groups[0].active), len(top), columns)


def product(shared: Tensor, each: Tensor, out: Tensor | None = None) -> Tensor:
    """shared (rows, inner) times each of (tiles, inner, tile), (tiles, rows, tile)."""
    if len(each) == 1:  # starts sooner
        if out is None:
            return torch.mm(shared, each[0]).unsqueeze(0)
        torch.mm(shared, each[0], out=out[0])
        return out
    return torch.bmm(shared.expand(len(each), *shared.shape), each, out=out)


def add_product(sums: Tensor, one: Tensor, other: Tensor, scale: float) -> None:
    """Add scale * one @ other, tile by tile, to the first of `sums`."""
    if len(one) == 1:
        sums[0].addmm_(one[0], other[0], alpha=scale)
    else:
        sums[: len(one)].baddbmm_(one, other, alpha=scale)


def view_of_tiles(array: Tensor, first: int, tiles: int, size: int) -> Tensor:
    """Some tiles out of (rows, neurons) as (tiles, rows, size)."""
    return array[:, first : first + tiles * size].unflatten(1, (tiles, size)).movedim(1, 0)


def group_tiles(width: int, tile: int, threads: int) -> list[tuple[int, int, int]]:
    """(first neuron, tiles, neurons of each tile) of groups of as many tiles as there are threads; the rest alone."""
    groups, first = [], 0
    for tiles, size in ((threads, tile), (1, tile), (1, width % tile)):
        while size and first + tiles * size <= width:
            groups.append((first, tiles, size))
            first += tiles * size
    return groups


def tile_width(batch_size: int, width: int, device: torch.device) -> int:
    """Neurons per tile: about half a megabyte of activations on a CPU (docs/performance.md), all on a GPU."""
    return width if device.type != "cpu" else min(width, max(64, 2**17 // batch_size))


def hold_bound(critic_hidden: Tensor, reading: str, bound: float) -> None:
    """Bring W back inside the bound L, in place: its entries (clip) or its norm (spectral, frobenius)."""
    if reading == "clip":
        critic_hidden.clamp_(-bound, bound)
    elif reading in ("spectral", "frobenius"):
        # The spectral norm through the small (outputs, outputs) product.
        norm = (
            torch.linalg.eigvalsh(critic_hidden @ critic_hidden.T)[-1].clamp(min=0).sqrt()
            if reading == "spectral"
            else critic_hidden.norm()
        )
        critic_hidden.mul_((bound / norm).clamp(max=1))

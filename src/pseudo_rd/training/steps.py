"""One iteration of training with closed-form gradients: critic first, then generator (WGAN-GP, Algorithm 1)."""

from dataclasses import dataclass
from functools import partial
from math import prod

import torch
from torch import Tensor

from pseudo_rd.training.settings import Settings
from pseudo_rd.training.weights import Weights

LEAST = 64  # neurons that are worth a thread of their own


@dataclass(frozen=True)
class Group:
    """Neighbouring tiles of neurons, one for each thread, as views and work space.

    Arrays are (tiles, rows, tile), or (rows, tile) where the tile is alone. A batched product gives each thread a
    tile of its own; a thin one, which ends in ten outputs, would gain nothing from threads inside. A tile alone goes
    through plain products, which cost less to start (docs/performance.md).

    Attributes:
        weights, velocity: (hidden, top) of the generator.
        active: relu(U x).
        scratch: for any array of this shape with other rows, flat; all groups share it.
        critic: (W, a W, dL/dW / a); empty without a critic.
    """

    weights: tuple[Tensor, Tensor]
    velocity: tuple[Tensor, Tensor]
    active: Tensor
    scratch: Tensor
    critic: tuple[Tensor, ...]

    def rows(self, count: int) -> Tensor:
        """Scratch as (..., count, tile)."""
        *several, _, tile = self.active.shape
        return self.scratch[: prod(several) * count * tile].view(*several, count, tile)

    def mask(self, points: Tensor) -> Tensor:
        """1{W y > 0} as numbers, (..., points, tile); made anew where needed: faster than fetching it again."""
        mask = self.rows(len(points))
        add_product(mask, points, self.critic[0], beta=0)
        return mask.gt_(0)

    def share(self, sums: Tensor) -> Tensor:
        """Its part of (threads, outputs, columns): a matrix for each of its tiles."""
        return sums[0] if self.active.dim() == 2 else sums[: len(self.active)]


class Trainer:
    """Weights, momenta and work space of one network on one device.

    Neurons are walked through in tiles: the (batch, tile) arrays of activations and masks then stay in the
    processor's cache. On a CPU as many tiles are worked on at once as torch.get_num_threads() says when the trainer
    is made; the same number gives the same bits. A step never waits for the device, but for the spectral reading's
    eigenvalues.

    Args:
        weights: start, changed in place; `hidden` may hold coordinates in the span of the inputs.
        settings: objective, batch size, method.
    """

    def __init__(self, weights: Weights, settings: Settings) -> None:
        self.weights = weights
        self.velocity = weights.zeros_like()
        self.settings = settings
        self._rounded = settings.precision == "bfloat16"

        outputs, width = weights.top.shape
        device = weights.top.device
        adversarial, batch_size = settings.adversarial, settings.batch_size
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
                active=new((batch_size, size) if tiles == 1 else (tiles, batch_size, size)),
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
        if self._rounded:
            inputs = inputs.bfloat16()
        predictions = self._predict(inputs)
        pull = predictions - targets  # dL_sup / dz, times the batch
        if self.settings.adversarial:
            self._update_critic(predictions, targets, mixing)
            pull -= self._critic_slopes(predictions)  # dL_adv / dz, times the batch
        self._update_generator(inputs, pull.mul_(self.weights.generator_scale / len(inputs)))

    def tensors(self) -> dict[str, Tensor]:
        """All that later steps depend on, by name: weights and momenta themselves, not copies."""
        parts = {"weights": self.weights, "velocity": self.velocity}
        return {f"{part}.{name}": array for part, arrays in parts.items() for name, array in vars(arrays).items()}

    def _predict(self, inputs: Tensor) -> Tensor:
        predictions = self._sums(len(inputs))
        for group in self.groups:
            hidden, top = group.weights
            if self._rounded:
                group.active.copy_(product(inputs, hidden.bfloat16()))
            else:
                add_product(group.active, inputs, hidden, beta=0)
            group.active.clamp_(min=0)
            add_product(group.share(predictions), top, group.active.mT, alpha=self.weights.generator_scale)
        return predictions.sum(0).T.contiguous()

    def _update_generator(self, inputs: Tensor, pull: Tensor) -> None:
        """Step down the gradient; `pull` is dL/dz / sqrt(d_out m), (batch, outputs)."""
        for group in self.groups:
            hidden, top = group.weights
            hidden_velocity, top_velocity = group.velocity
            backward = group.rows(len(pull))
            add_product(backward, pull, top, beta=0)
            # 1{u_j . x > 0}
            torch.ops.aten.threshold_backward.grad_input(backward, group.active, 0, grad_input=backward)
            if self._rounded:
                hidden_velocity.mul_(self.settings.momentum).add_(product(inputs.T, backward.bfloat16()))
            else:
                add_product(hidden_velocity, inputs.T, backward, beta=self.settings.momentum)
            add_product(top_velocity, pull.T, group.active, beta=self.settings.momentum)
            hidden.sub_(hidden_velocity, alpha=self.settings.learning_rate)
        self.weights.top.sub_(self.velocity.top, alpha=self.settings.learning_rate)

    def _update_critic(self, predictions: Tensor, targets: Tensor, mixing: Tensor) -> None:
        """Step down mean g(fake) - mean g(real) + weight * mean (||grad g(mixture)|| - target)^2.

        With M the masks 1{W y > 0} of all points, every part of the gradient is R^T M for some rows R of the points:
        dW^T = (R^T M) a, neuron by neuron, and da = sum over the outputs of W^T (R^T M).
        """
        weights, velocity = self.weights, self.velocity
        batch, scale = len(predictions), weights.critic_scale
        fake, mixture, real = slice(batch), slice(batch, 2 * batch), slice(2 * batch, None)
        penalty_weight = self.settings.gradient_penalty_weight
        self.points[fake] = predictions
        torch.lerp(predictions, targets, mixing[:, None], out=self.points[mixture])

        slopes = self._critic_slopes(self.points[mixture])
        norms = slopes.norm(dim=1, keepdim=True).clamp_(min=torch.finfo(slopes.dtype).tiny)
        excess = (norms - self.settings.slope_target) / norms

        torch.mul(predictions, scale / batch, out=self.pull[fake])
        torch.mul(slopes, excess, out=self.pull[mixture]).mul_(2 * penalty_weight * scale / batch)
        torch.mul(targets.sum(0), -scale / batch, out=self.pull[real].diagonal())
        for group in self.groups:
            _, _, gradient = group.critic
            add_product(gradient, self.pull.T, group.mask(self.points), beta=0)

        products = torch.mul(self.critic_gradient, weights.critic_hidden, out=self.signed)
        velocity.critic_top.mul_(self.settings.momentum).add_(products.sum(0))
        velocity.critic_hidden.mul_(self.settings.momentum).addcmul_(weights.critic_top, self.critic_gradient)
        weights.critic_top.sub_(velocity.critic_top, alpha=self.settings.learning_rate)
        weights.critic_hidden.sub_(velocity.critic_hidden, alpha=self.settings.learning_rate)
        hold_bound(weights.critic_hidden, self.settings.reading, self.settings.bound)

    def _critic_slopes(self, points: Tensor) -> Tensor:
        """grad g = W^T (a 1{W y > 0}) / sqrt(m) at the points, (points, outputs)."""
        torch.mul(self.weights.critic_top, self.weights.critic_hidden, out=self.signed)
        slopes = self._sums(len(points))
        for group in self.groups:
            _, signed, _ = group.critic
            add_product(group.share(slopes), signed, group.mask(points).mT, alpha=self.weights.critic_scale)
        return slopes.sum(0).T.contiguous()

    def _sums(self, columns: int) -> Tensor:
        """Zeros, one (outputs, columns) matrix for each tile of a group; the first group has the most."""
        top, active = self.weights.top, self.groups[0].active
        return top.new_zeros(1 if active.dim() == 2 else len(active), len(top), columns)


def add_product(total: Tensor, one: Tensor, other: Tensor, beta: float = 1, alpha: float = 1) -> None:
    """total = beta total + alpha one @ other, in place, for one tile or several; `one` may be shared by several."""
    if total.dim() == 2:
        total.addmm_(one, other, beta=beta, alpha=alpha)
    elif total.is_contiguous():
        total.baddbmm_(one.expand(len(total), -1, -1), other, beta=beta, alpha=alpha)
    else:  # a batched product into it would go tile by tile
        result = product(one, other)
        total.copy_(result) if beta == 0 else total.mul_(beta).add_(result, alpha=alpha)


def product(one: Tensor, other: Tensor) -> Tensor:
    """one @ other for one tile or several, in their own precision; `one` may be shared by several."""
    return torch.mm(one, other) if other.dim() == 2 else torch.bmm(one.expand(len(other), -1, -1), other)


def view_of_tiles(array: Tensor, first: int, tiles: int, size: int) -> Tensor:
    """Some tiles out of (rows, neurons) as (tiles, rows, size); one alone as (rows, size)."""
    part = array[:, first : first + tiles * size]
    return part if tiles == 1 else part.unflatten(1, (tiles, size)).movedim(1, 0)


def group_tiles(width: int, tile: int, threads: int) -> list[tuple[int, int, int]]:
    """(first neuron, tiles, neurons of each tile) of groups of as many tiles as there are threads; the rest alone."""
    groups: list[tuple[int, int, int]] = []
    first = 0
    while left := width - first:
        tiles = threads if left >= threads * min(tile, LEAST) else 1
        groups.append((first, tiles, min(tile, left // tiles)))
        first += tiles * groups[-1][-1]
    return groups


def tile_width(batch_size: int, width: int, device: torch.device) -> int:
    """Neurons per tile: 0.7 MB of float32 activations on a CPU (docs/performance.md), all on a GPU."""
    # 704 for a batch of 256, not a power of two: the rows of a tile then do not fall on the same few sets of a cache.
    return width if device.type != "cpu" else min(width, max(LEAST, 11 * 2**14 // batch_size))


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

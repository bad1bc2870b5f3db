"""One iteration of training with closed-form gradients: critic first, then generator (WGAN-GP, Algorithm 1)."""

import torch
from torch import Tensor

from pseudo_rd.training.weights import Weights
from pseudo_rd.vocabulary import READINGS


class Trainer:
    """Weights, momenta and work space of one network on one device.

    Neurons are walked through in tiles: the (batch, tile) arrays of activations and masks then stay in the
    processor's cache. Nothing here waits for the device.

    Args:
        weights: start, changed in place; `hidden` may hold coordinates in the span of the inputs.
        adversarial: train against the critic (the augmented objective (3)) or without it ((2)).
        batch_size: samples per iteration.
        learning_rate, momentum: of SGD, for generator and critic alike.
        gradient_penalty_weight: in front of mean (||grad g|| - 1)^2.
        reading, bound: what "L" means (READINGS) and its value.
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
    ) -> None:
        if reading not in READINGS:
            raise ValueError(f"reading = {reading!r} is not one of {', '.join(READINGS)}")
        self.weights = weights
        self.velocity = weights.zeros_like()
        self.adversarial = adversarial
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.gradient_penalty_weight = gradient_penalty_weight
        self.slope_target = bound if reading == "target" else 1.0
        self.reading = reading
        self.bound = bound

        outputs, width = weights.top.shape
        tile = tile_width(batch_size, width, weights.top.device)
        self.tiles = [slice(first, min(first + tile, width)) for first in range(0, width, tile)]
        new = weights.top.new_empty
        self.hidden = [new(batch_size, part.stop - part.start) for part in self.tiles]  # relu(U x)
        sizes = {hidden.shape[1] for hidden in self.hidden}
        self.backward = {size: new(batch_size, size) for size in sizes}
        if adversarial:
            # Points at which the critic is asked: predictions, mixtures, and the few distinct labels.
            self.points = new(2 * batch_size + outputs, outputs)
            self.points[2 * batch_size :] = torch.eye(outputs, dtype=weights.top.dtype)
            self.pull = torch.zeros_like(self.points)
            self.masks = {size: new(len(self.points), size) for size in sizes}
            self.critic_gradient = torch.empty_like(weights.critic_hidden)

    def step(self, inputs: Tensor, targets: Tensor, mixing: Tensor) -> None:
        """One update of the critic (if adversarial), then one of the generator, on the same batch.

        Args:
            inputs: (batch, inputs), or (batch, rank) coordinates in the span.
            targets: one-hot labels, (batch, outputs).
            mixing: share of the label in the critic's mixtures, (batch,).
        """
        predictions = self._predict(inputs)
        pull = predictions - targets  # dL_sup / dz, times the batch
        if self.adversarial:
            self._update_critic(predictions, targets, mixing)
            pull -= self._critic_slopes(predictions)  # dL_adv / dz, times the batch
        self._update_generator(inputs, pull.mul_(self.weights.generator_scale / len(inputs)))

    def _predict(self, inputs: Tensor) -> Tensor:
        weights = self.weights
        predictions = inputs.new_zeros(len(weights.top), len(inputs))
        for part, hidden in zip(self.tiles, self.hidden, strict=True):
            torch.mm(inputs, weights.hidden[:, part], out=hidden).clamp_(min=0)
            predictions.addmm_(weights.top[:, part], hidden.T, alpha=weights.generator_scale)
        return predictions.T.contiguous()

    def _update_generator(self, inputs: Tensor, pull: Tensor) -> None:
        """Step down the gradient; `pull` is dL/dz / sqrt(d_out m), (batch, outputs)."""
        weights, velocity = self.weights, self.velocity
        for part, hidden in zip(self.tiles, self.hidden, strict=True):
            backward = self.backward[hidden.shape[1]]
            torch.mm(pull, weights.top[:, part], out=backward)
            torch.ops.aten.threshold_backward.grad_input(backward, hidden, 0, grad_input=backward)  # 1{u_j . x > 0}
            velocity.top[:, part].addmm_(pull.T, hidden, beta=self.momentum)
            velocity.hidden[:, part].addmm_(inputs.T, backward, beta=self.momentum)
        weights.top.sub_(velocity.top, alpha=self.learning_rate)
        weights.hidden.sub_(velocity.hidden, alpha=self.learning_rate)

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
        for part in self.tiles:
            torch.mm(self.pull.T, self._mask(self.points, part), out=self.critic_gradient[:, part])

        velocity.critic_top.mul_(self.momentum).add_((self.critic_gradient * weights.critic_hidden).sum(0))
        velocity.critic_hidden.mul_(self.momentum).addcmul_(weights.critic_top, self.critic_gradient)
        weights.critic_top.sub_(velocity.critic_top, alpha=self.learning_rate)
        weights.critic_hidden.sub_(velocity.critic_hidden, alpha=self.learning_rate)
        hold_bound(weights.critic_hidden, self.reading, self.bound)

    def _critic_slopes(self, points: Tensor) -> Tensor:
        """grad g = W^T (a 1{W y > 0}) / sqrt(m) at the points, (points, outputs)."""
        weights = self.weights
        signed = weights.critic_top * weights.critic_hidden
        slopes = signed.new_zeros(points.T.shape)
        for part in self.tiles:
            slopes.addmm_(signed[:, part], self._mask(points, part).T, alpha=weights.critic_scale)
        return slopes.T.contiguous()

    def _mask(self, points: Tensor, part: slice) -> Tensor:
        """1{W y > 0} as numbers, (points, tile); made anew where needed, which is faster than fetching it again."""
        mask = self.masks[part.stop - part.start][: len(points)]
        return torch.mm(points, self.weights.critic_hidden[:, part], out=mask).gt_(0)


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

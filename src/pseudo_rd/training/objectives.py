"""What generator and critic are trained by: each loss, penalty and bound once, for every engine and for the history."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import softplus

from pseudo_rd.training.settings import Settings
from pseudo_rd.training.spectrum import largest_eigenvalue


@dataclass(frozen=True)
class SupervisedLoss:
    """The error l(z, y) that the generator minimises, sample by sample, and how a batch of them is averaged.

    Attributes:
        values: l from outputs z and one-hot labels y, both (..., batch, outputs); (..., batch).
        divisors: from the numbers of samples and outputs, what the batch's sums of l and of the adversarial loss are
            divided by.
        derivative: dl/dz, from and in the shape of z and y; None: autograd finds it from `values`.
    """

    values: Callable[[Tensor, Tensor], Tensor]
    divisors: Callable[[int, int], tuple[float, float]] = lambda batch, outputs: (batch, batch)
    derivative: Callable[[Tensor, Tensor], Tensor] | None = None

    def slopes(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """dl/dz, a new tensor (..., batch, outputs)."""
        if self.derivative:
            return self.derivative(outputs, targets)
        with torch.enable_grad():
            outputs = outputs.detach().requires_grad_()
            return torch.autograd.grad(self.values(outputs, targets).sum(), outputs)[0]


def half_squared_error(outputs: Tensor, targets: Tensor) -> Tensor:
    """1/2 ||z - y||^2, (..., batch): the error of (2) and (3)."""
    return (outputs - targets).square().sum(-1) / 2


# The critic's own loss is a mean over the batch in all of them.
LOSSES = {
    "batch": SupervisedLoss(half_squared_error, derivative=torch.sub),
    # The mean over batch and outputs of (z - y)^2, as PyTorch's MSELoss.
    "element": SupervisedLoss(half_squared_error, lambda batch, outputs: (batch * outputs / 2, batch), torch.sub),
    "sum": SupervisedLoss(half_squared_error, lambda batch, outputs: (1, 1), torch.sub),  # (3) as printed
}


@dataclass(frozen=True)
class Adversary:
    """What generator and critic minimise beside l and the penalty, from the critic's values g, point by point.

    Attributes:
        generator: of g at predictions, for the generator.
        fake, real: of g at predictions and at labels, for the critic.
    """

    generator: Callable[[Tensor], Tensor]
    fake: Callable[[Tensor], Tensor]
    real: Callable[[Tensor], Tensor]


ADVERSARIES = {
    "wgan-gp": Adversary(torch.neg, lambda g: g, torch.neg),
    "hinge": Adversary(torch.neg, lambda g: (1 + g).relu(), lambda g: (1 - g).relu()),
    # Binary cross-entropy of sigmoid(g), for the generator in its form that does not saturate.
    "cross-entropy": Adversary(lambda g: softplus(-g), softplus, lambda g: softplus(-g)),
}


def divisors(settings: Settings, outputs: int) -> tuple[float, float]:
    """What the sums over a batch of the supervised and of the adversarial loss are divided by."""
    return LOSSES[settings.loss].divisors(settings.batch_size, outputs)


def gradient_penalties(norms: Tensor, target: float) -> Tensor:
    """(||grad g|| - target)^2 from the norms of the critic's slopes (WGAN-GP; the usual target is 1)."""
    return (norms - target).square()


def penalty_excess(slopes: Tensor, target: float | Tensor) -> Tensor:
    """What the critic's slopes, (..., batch, outputs), are multiplied by in half the penalty's derivative by them."""
    norms = slopes.norm(dim=-1, keepdim=True).clamp_(min=torch.finfo(slopes.dtype).tiny)
    return (norms - target) / norms


def hold_bound(critic_hidden: Tensor, reading: str, bound: float) -> None:
    """Bring W back inside the bound L, in place: its entries (clip) or its norm (spectral, frobenius)."""
    if reading == "clip":
        critic_hidden.clamp_(-bound, bound)
    elif reading in ("spectral", "frobenius"):
        # The spectral norm through the small (outputs, outputs) product.
        norm = (
            largest_eigenvalue(critic_hidden @ critic_hidden.T).sqrt()
            if reading == "spectral"
            else critic_hidden.norm()
        )
        critic_hidden.mul_((bound / norm).clamp(max=1))

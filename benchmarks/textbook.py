"""The plain way to train, as a textbook has it: modules, DataLoader, torch.optim, autograd twice for the penalty.

Slow and simple on purpose: the oracle that the tests hold the engine against, and the base line of its timings.
"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset


class Generator(nn.Module):
    """f(x) = scale (V relu(U x + b) + c), equation (1) where no biases and no other scale are given.

    Args:
        hidden, top: U (m, d_in) and V (d_out, m).
        scale: None: 1 / sqrt(d_out m).
        hidden_bias, top_bias: b (m,) and c (d_out,).
    """

    def __init__(
        self,
        hidden: Tensor,
        top: Tensor,
        scale: float | None = None,
        hidden_bias: Tensor | None = None,
        top_bias: Tensor | None = None,
    ) -> None:
        super().__init__()
        self.hidden = nn.Parameter(hidden.clone())
        self.top = nn.Parameter(top.clone())
        self.scale = 1 / top.numel() ** 0.5 if scale is None else scale
        self.hidden_bias = None if hidden_bias is None else nn.Parameter(hidden_bias.clone())
        self.top_bias = None if top_bias is None else nn.Parameter(top_bias.clone())

    def forward(self, x: Tensor) -> Tensor:
        active = torch.relu(functional.linear(x, self.hidden, self.hidden_bias))
        return self.scale * functional.linear(active, torch.atleast_2d(self.top), self.top_bias)


class Critic(Generator):
    """g(y) = scale (a^T relu(W y + e) + h), a network of one output: W (m, d_out), a (m,), e (m,), h (1,)."""

    def forward(self, y: Tensor) -> Tensor:
        return super().forward(y).squeeze(1)


def gradient_penalty(critic: nn.Module, mixture: Tensor, target: float) -> Tensor:
    """mean (||grad g(mixture)|| - target)^2, differentiable in the critic's weights (WGAN-GP)."""
    mixture = mixture.detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(mixture).sum(), mixture, create_graph=True)
    return (slope.norm(dim=1) - target).square().mean()


@torch.no_grad()
def hold_bound(critic: Any, bound_reading: str, bound: float) -> None:
    """The readings of "L" that bound W itself."""
    if bound_reading == "clip":
        critic.hidden.clamp_(-bound, bound)
    elif bound_reading == "spectral":
        critic.hidden.mul_(min(1.0, bound / torch.linalg.matrix_norm(critic.hidden, 2).item()))
    elif bound_reading == "frobenius":
        critic.hidden.mul_(min(1.0, bound / torch.linalg.matrix_norm(critic.hidden).item()))


def generator_loss(prediction: Tensor, y: Tensor, critic: nn.Module | None, loss: str) -> Tensor:
    """The generator's loss; "element" as someone writes it who takes PyTorch's MSELoss as it comes."""
    if loss == "element":
        supervised, reduce = functional.mse_loss(prediction, y), torch.mean
    else:
        reduce = torch.mean if loss == "batch" else torch.sum
        supervised = reduce(0.5 * (prediction - y).square().sum(1))
    return supervised if critic is None else supervised - reduce(critic(prediction))


def textbook_step(
    generator: nn.Module,
    critic: nn.Module | None,
    *,
    learning_rate: float = 0.01,
    momentum: float = 0.9,
    loss: str = "batch",
    gradient_penalty_weight: float = 10.0,
    bound_reading: str = "penalty",
    bound: float = 0.01,
    update_order: str = "critic-first",
) -> Callable[[Tensor, Tensor, Tensor], None]:
    """A function of samples, labels and mixing that updates critic and generator in place (WGAN-GP, Algorithm 1).

    Args:
        generator, critic: the networks; without a critic the objective is the supervised one.
        learning_rate, ...: as in the package's `Settings`; readings of L that bound W itself take a `Critic`.
    """
    generator_step = torch.optim.SGD(generator.parameters(), lr=learning_rate, momentum=momentum)
    if critic is not None:
        critic_step = torch.optim.SGD(critic.parameters(), lr=learning_rate, momentum=momentum)
    slope_target = bound if bound_reading == "target" else 1.0
    penalty_weight = bound if bound_reading == "weight" else gradient_penalty_weight

    def update_critic(x: Tensor, y: Tensor, mixing: Tensor) -> None:
        with torch.no_grad():
            fake = generator(x)
        mixture = mixing[:, None] * y + (1 - mixing[:, None]) * fake
        critic_loss = critic(fake).mean() - critic(y).mean()
        critic_loss = critic_loss + penalty_weight * gradient_penalty(critic, mixture, slope_target)
        critic_step.zero_grad()
        critic_loss.backward()
        critic_step.step()
        hold_bound(critic, bound_reading, bound)

    def update_generator(x: Tensor, y: Tensor) -> None:
        objective = generator_loss(generator(x), y, critic, loss)
        generator_step.zero_grad()
        objective.backward()
        generator_step.step()

    def step(x: Tensor, y: Tensor, mixing: Tensor) -> None:
        if critic is not None and update_order == "critic-first":
            update_critic(x, y, mixing)
        update_generator(x, y)
        if critic is not None and update_order == "generator-first":
            update_critic(x, y, mixing)

    return step


def train_textbook(
    generator: Generator,
    critic: Critic | None,
    inputs: Tensor,
    targets: Tensor,
    batches: Iterable[tuple[list[int], Tensor]],
    **options: Any,
) -> None:
    """Train in place.

    Args:
        generator, critic, options: as for `textbook_step`.
        inputs, targets: (samples, inputs) and one-hot (samples, outputs), on the CPU.
        batches: rows of samples and shares of the label in the critic's mixtures (batch,), for each iteration.
    """
    rows, mixings = zip(*batches, strict=True)
    loader = DataLoader(TensorDataset(inputs, targets), batch_sampler=list(rows))
    step, device = textbook_step(generator, critic, **options), generator.top.device
    for (x, y), mixing in zip(loader, mixings, strict=True):
        step(x.to(device), y.to(device), mixing)

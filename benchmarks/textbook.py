"""The plain way to train, as a textbook has it: modules, DataLoader, torch.optim.SGD, autograd twice for the penalty.

Slow and simple on purpose: the oracle that the tests hold the engine against, and the base line of its timings.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset


class Generator(nn.Module):
    """f(x) = V relu(U x) / sqrt(d_out m), equation (1)."""

    def __init__(self, hidden: Tensor, top: Tensor) -> None:
        super().__init__()
        self.hidden = nn.Parameter(hidden.clone())  # U (m, d_in)
        self.top = nn.Parameter(top.clone())  # V (d_out, m)

    def forward(self, x: Tensor) -> Tensor:
        outputs, width = self.top.shape
        return torch.relu(x @ self.hidden.T) @ self.top.T / (outputs * width) ** 0.5


class Critic(nn.Module):
    """g(y) = a^T relu(W y) / sqrt(m)."""

    def __init__(self, hidden: Tensor, top: Tensor) -> None:
        super().__init__()
        self.hidden = nn.Parameter(hidden.clone())  # W (m, d_out)
        self.top = nn.Parameter(top.clone())  # a (m,)

    def forward(self, y: Tensor) -> Tensor:
        return torch.relu(y @ self.hidden.T) @ self.top / len(self.top) ** 0.5


def gradient_penalty(critic: Critic, mixture: Tensor, target: float) -> Tensor:
    """mean (||grad g(mixture)|| - target)^2, differentiable in the critic's weights (WGAN-GP)."""
    mixture = mixture.detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(mixture).sum(), mixture, create_graph=True)
    return (slope.norm(dim=1) - target).square().mean()


@torch.no_grad()
def hold_bound(critic: Critic, reading: str, bound: float) -> None:
    """The readings of "L" that bound W itself."""
    if reading == "clip":
        critic.hidden.clamp_(-bound, bound)
    elif reading == "spectral":
        critic.hidden.mul_(min(1.0, bound / torch.linalg.matrix_norm(critic.hidden, 2).item()))
    elif reading == "frobenius":
        critic.hidden.mul_(min(1.0, bound / torch.linalg.matrix_norm(critic.hidden).item()))


def train_textbook(
    generator: Generator,
    critic: Critic | None,
    inputs: Tensor,
    targets: Tensor,
    batches: Iterable[tuple[list[int], Tensor]],
    *,
    learning_rate: float = 0.01,
    momentum: float = 0.9,
    gradient_penalty_weight: float = 10.0,
    reading: str = "penalty",
    bound: float = 0.01,
) -> None:
    """Train in place: for each batch the critic first, then the generator (WGAN-GP, Algorithm 1).

    Args:
        generator, critic: the networks; without a critic the objective is the supervised one.
        inputs, targets: (samples, inputs) and one-hot (samples, outputs), on the CPU.
        batches: rows of samples and shares of the label in the critic's mixtures (batch,), for each iteration.
    """
    rows, mixings = zip(*batches, strict=True)
    loader = DataLoader(TensorDataset(inputs, targets), batch_sampler=list(rows))
    generator_step = torch.optim.SGD(generator.parameters(), lr=learning_rate, momentum=momentum)
    if critic is not None:
        critic_step = torch.optim.SGD(critic.parameters(), lr=learning_rate, momentum=momentum)
    for (x, y), mixing in zip(loader, mixings, strict=True):
        x, y = x.to(generator.top.device), y.to(generator.top.device)
        if critic is not None:
            fake = generator(x).detach()
            mixture = mixing[:, None] * y + (1 - mixing[:, None]) * fake
            slope_target = bound if reading == "target" else 1.0
            critic_loss = critic(fake).mean() - critic(y).mean()
            critic_loss = critic_loss + gradient_penalty_weight * gradient_penalty(critic, mixture, slope_target)
            critic_step.zero_grad()
            critic_loss.backward()
            critic_step.step()
            hold_bound(critic, reading, bound)
        prediction = generator(x)
        loss = 0.5 * (prediction - y).square().sum(1).mean()
        if critic is not None:
            loss = loss - critic(prediction).mean()
        generator_step.zero_grad()
        loss.backward()
        generator_step.step()

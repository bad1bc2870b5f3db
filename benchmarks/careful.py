"""The careful way to train: samples stay on the device, no DataLoader, one function for the whole step to compile.

Autograd still finds the gradients. The engine's peer on a GPU, beside the textbook loop.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.func import grad, vjp

Layers = tuple[Tensor, Tensor]  # U (m, d_in) and V (d_out, m), or W (m, d_out) and a (m,)
LEARNING_RATE, MOMENTUM, GRADIENT_PENALTY_WEIGHT = 0.01, 0.9, 10.0


def generate(layers: Layers, x: Tensor) -> Tensor:
    """f(x) = V relu(U x) / sqrt(d_out m), equation (1)."""
    hidden, top = layers
    return torch.relu(x @ hidden.T) @ top.T / top.numel() ** 0.5


def criticize(layers: Layers, y: Tensor) -> Tensor:
    """g(y) = a^T relu(W y) / sqrt(m)."""
    hidden, top = layers
    return torch.relu(y @ hidden.T) @ top / len(top) ** 0.5


def critic_loss(critic: Layers, fake: Tensor, real: Tensor, mixing: Tensor) -> Tensor:
    """mean g(fake) - mean g(real) + weight * mean (||grad g(mixture)|| - 1)^2 (WGAN-GP)."""
    mixture = torch.lerp(fake, real, mixing[:, None])
    slopes = grad(lambda points: criticize(critic, points).sum())(mixture)
    penalty = (slopes.norm(dim=1) - 1).square().mean()
    return criticize(critic, fake).mean() - criticize(critic, real).mean() + GRADIENT_PENALTY_WEIGHT * penalty


def careful_step(
    generator: Layers, critic: Layers | None, inputs: Tensor, targets: Tensor
) -> Callable[[Tensor, Tensor], None]:
    """A function of rows (batch,) and mixing (batch,) that updates the critic, then the generator, in place.

    Args:
        generator, critic: the layers; without a critic the objective is the supervised one.
        inputs, targets: all samples, (samples, inputs) and one-hot (samples, outputs), where the layers are.
    """
    generator_velocity = [torch.zeros_like(layer) for layer in generator]
    critic_velocity = [torch.zeros_like(layer) for layer in critic or ()]

    def generator_loss(prediction: Tensor, y: Tensor) -> Tensor:
        loss = 0.5 * (prediction - y).square().sum(1).mean()
        return loss if critic is None else loss - criticize(critic, prediction).mean()

    def descend(layers: Layers, velocities: list[Tensor], gradients: Layers) -> None:
        for layer, velocity, gradient in zip(layers, velocities, gradients, strict=True):
            velocity.mul_(MOMENTUM).add_(gradient)
            layer.sub_(velocity, alpha=LEARNING_RATE)

    def step(rows: Tensor, mixing: Tensor) -> None:
        x, y = inputs[rows], targets[rows]
        prediction, pull_back = vjp(lambda layers: generate(layers, x), generator)
        if critic is not None:
            descend(critic, critic_velocity, grad(critic_loss)(critic, prediction, y, mixing))
        (gradients,) = pull_back(grad(generator_loss)(prediction, y))
        descend(generator, generator_velocity, gradients)

    return step

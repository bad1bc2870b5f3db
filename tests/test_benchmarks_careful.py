"""The careful loop, a peer on a GPU."""

import pytest
import torch
from careful import careful_step
from textbook import Critic, Generator, train_textbook


@pytest.mark.parametrize("objective", ["supervised", "augmented"])
def test_the_careful_loop_agrees_with_the_textbook(objective: str) -> None:
    stream = torch.Generator().manual_seed(1)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=stream, dtype=torch.float64)

    inputs, targets = normal(96, 24), torch.eye(10, dtype=torch.float64)[torch.arange(96) % 10]
    layers, critic_layers = (normal(70, 24), normal(10, 70)), (normal(70, 10), normal(70).sign())
    generator, critic = Generator(*layers), Critic(*critic_layers)
    batches = [
        (torch.randperm(96, generator=stream)[:32], torch.rand(32, generator=stream, dtype=torch.float64))
        for _ in range(50)
    ]
    adversarial = objective == "augmented"
    step = careful_step(layers, critic_layers if adversarial else None, inputs, targets)
    for rows, mixing in batches:
        step(rows, mixing)
    train_textbook(
        generator,
        critic if adversarial else None,
        inputs,
        targets,
        [(rows.tolist(), mixing) for rows, mixing in batches],
    )
    ends = (*layers, *critic_layers)
    expected = (generator.hidden, generator.top, critic.hidden, critic.top)
    for one, other in zip(ends, expected, strict=True):
        torch.testing.assert_close(one, other.detach(), rtol=1e-9, atol=1e-9)

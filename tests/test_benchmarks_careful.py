"""The peers of the engine: the careful loop on a GPU, the textbook's step for any networks."""

import pytest
import torch
from careful import careful_step
from textbook import Critic, Generator, textbook_step

from pseudo_rd.training.autograd import AutogradEngine
from pseudo_rd.training.networks import build, perceptron
from pseudo_rd.training.samples import Samples
from pseudo_rd.training.settings import Settings


@pytest.mark.parametrize("objective", ["supervised", "augmented"])
def test_the_careful_loop_agrees_with_the_textbook(objective: str) -> None:
    stream = torch.Generator().manual_seed(1)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=stream, dtype=torch.float64)

    inputs, targets = normal(96, 24), torch.eye(10, dtype=torch.float64)[torch.arange(96) % 10]
    layers, critic_layers = (normal(70, 24), normal(10, 70)), (normal(70, 10), normal(70).sign())
    generator, critic = Generator(*layers), Critic(*critic_layers)
    adversarial = objective == "augmented"
    careful = careful_step(layers, critic_layers if adversarial else None, inputs, targets)
    textbook = textbook_step(generator, critic if adversarial else None)
    for _ in range(50):
        rows, mixing = torch.randperm(96, generator=stream)[:32], normal(32).sigmoid()
        careful(rows, mixing)
        textbook(inputs[rows], targets[rows], mixing)
    expected = [*generator.state_dict().values(), *critic.state_dict().values()]
    torch.testing.assert_close([*layers, *critic_layers], expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("objective", ["supervised", "augmented"])
def test_the_textbook_and_the_engine_for_any_networks_end_alike(objective: str) -> None:
    dtype, batch = torch.float64, 16
    settings = Settings(objective, 9, 1, batch, epochs=1, network="perceptron", depth=2, generator_start="framework")
    x = torch.randn(batch, 7, generator=torch.Generator().manual_seed(1), dtype=dtype)
    y, mixing = torch.eye(4, dtype=dtype)[torch.arange(batch) % 4], torch.linspace(0, 1, batch, dtype=dtype)
    samples = Samples(x, y, x, y, inputs=7, nonzero=None, basis=None)
    pair, own = (build(perceptron, (7,), 4, settings, dtype) for _ in range(2))
    engine, textbook = AutogradEngine(own, samples, settings), textbook_step(pair.generator, pair.critic)
    for _ in range(30):
        textbook(x, y, mixing)
        engine.step(x, y, mixing)
    assert max(engine.distances().values()) > 0.01
    for name, network in (("generator", pair.generator), ("critic", pair.critic)):
        for key, tensor in network.state_dict().items() if network is not None else ():
            torch.testing.assert_close(tensor, engine.tensors()[f"{name}.{key}"], rtol=1e-9, atol=1e-12)

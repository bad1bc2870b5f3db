"""Builders of networks: what they give, what is refused, and a user's own."""

import runpy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from pages import blocks, section
from projects import CONFIG, ROOT
from torch import nn

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.parameters.presets import resolve
from pseudo_rd.training.loop import train
from pseudo_rd.training.networks import Pair, build, builder_of, critic_of, layers_of, perceptron
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.train_pair import train_pair
from pseudo_rd.training.weights import random_stream

SETTINGS = Settings("augmented", width=6, seed=1, batch_size=32, epochs=1, records=4)
PAGE = section(ROOT / "docs" / "extend.md", "A network")


@pytest.fixture
def own(tmp_path: Path) -> str:
    """The page's builder, as `network` names it."""
    path = tmp_path / "mine.py"
    path.write_text(blocks(PAGE, "python")[0], encoding="utf-8")
    return f"{path}:narrow"


def built(network: str, shape: tuple[int, ...] = (7,), **choices: Any) -> Pair:
    settings = replace(SETTINGS, network=network, **choices)
    return build(builder_of(network), shape, 3, settings, torch.float64)


def test_an_unknown_network_is_refused_in_one_line(tmp_path: Path) -> None:
    for network in ("percepton", "nowhere.py:function"):
        with pytest.raises(ValueError, match=f"network = {network} is none of paper, perceptron, convolutional, nor"):
            builder_of(network)
    path = tmp_path / "empty.py"
    path.write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match=r"empty\.py has no function wide"):
        builder_of(f"{path}:wide")


def test_a_convolution_needs_images() -> None:
    with pytest.raises(ValueError, match=r"network = convolutional needs images of 16 x 16 pixels .*\(7,\)"):
        built("convolutional")


def test_a_convolution_of_six_channels_has_about_the_size_of_lenet() -> None:
    generator = built("convolutional", (28, 28), width=6, biases=True).generator
    assert 15_000 < sum(parameter.numel() for parameter in generator.parameters()) < 60_000
    colour = built("convolutional", (32, 32, 3), width=6).generator
    assert [tuple(layer[0].shape[:2]) for layer in layers_of(colour).values()] == [(6, 3), (12, 6), (96, 300), (3, 96)]


def test_starts_act_on_every_layer() -> None:
    usual, larger = (layers_of(built("perceptron", depth=3, start_scale=scale).generator) for scale in (1, 3))
    assert [*usual] == ["hidden", "hidden2", "hidden3", "top"]
    for layer, (weight,) in usual.items():
        torch.testing.assert_close(larger[layer][0], weight * (1 if layer == "top" else 3))
    uniform = layers_of(built("perceptron", depth=3, width=50, generator_start="framework").generator)
    for weight, *_ in uniform.values():
        limit = weight.shape[1] ** -0.5
        assert 0.8 * limit < weight.abs().max() <= limit


def test_deep_networks_as_printed_neither_grow_nor_fade() -> None:
    inputs = torch.randn(64, 7, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    with torch.no_grad():
        sizes = [built("perceptron", depth=depth, width=400).generator(inputs).std().item() for depth in (1, 4)]
    assert 0.1 < sizes[1] / sizes[0] < 10


class Noisy(nn.Sequential):
    """Its outputs are drawn anew in each call."""

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return super().forward(inputs) + torch.rand(1)


def two_layers(outputs: int = 3) -> nn.Sequential:
    """As nn.Linear draws them, from the global stream."""
    return nn.Sequential(nn.Linear(7, 5), nn.ReLU(), nn.Linear(5, outputs))


def drawn(random: torch.Generator, outputs: int = 3, kind: type[nn.Sequential] = nn.Sequential) -> nn.Sequential:
    network = kind(*two_layers(outputs))
    for parameter in network.parameters():
        nn.init.normal_(parameter, generator=random)
    return network


def filled(value: float) -> nn.Sequential:
    network = two_layers()
    for parameter in network.parameters():
        nn.init.constant_(parameter, value)
    return network


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda random: drawn(random, outputs=4), r"the generator gives \(3, 4\) for .*, needed is \(3, 3\)"),
        (lambda random: drawn(random).requires_grad_(False), "needs two layers of trainable weights or more, it has 0"),
        (lambda random: nn.Linear(7, 3), "needs two layers of trainable weights or more, it has 1"),
        (lambda random: filled(float("nan")), "the generator gives NaN or infinity at its start"),
        (lambda random: two_layers(), "the generator is not reproducible: draw from the random stream"),
        (lambda random: drawn(random, kind=Noisy), "the generator is not reproducible"),
    ],
)
def test_a_generator_that_cannot_be_trained_is_refused_in_one_line(
    make: Callable[[torch.Generator], nn.Module], message: str
) -> None:
    settings = replace(SETTINGS, network="mine.py:mine")
    with pytest.raises(ValueError, match=f"network = mine.py:mine.* {message}") as refused:
        build(lambda *given: Pair(make(given[3]), critic_of(3, settings)), (7,), 3, settings, torch.float32)
    assert "\n" not in str(refused.value)


def test_a_builder_without_a_critic_and_one_of_a_wrong_shape_are_refused() -> None:
    settings = replace(SETTINGS, network="mine.py:mine")
    with pytest.raises(ValueError, match=r"must give a networks\.Pair, with a critic if objective = augmented"):
        build(lambda *given: Pair(drawn(given[3]), None), (7,), 3, settings, torch.float32)
    with pytest.raises(ValueError, match=r"must give a networks\.Pair"):
        build(lambda *given: drawn(given[3]), (7,), 3, settings, torch.float32)
    with pytest.raises(ValueError, match=r"the critic gives \(3, 3\) for three samples, needed is \(3,\)"):
        builder = lambda *given: Pair(drawn(given[3]), perceptron((3,), 3, settings, random_stream(1, 1)).generator)  # noqa: E731
        build(builder, (7,), 3, settings, torch.float32)


def test_a_users_own_network_is_trained_from_its_file_and_from_python(own: str, blobs: Dataset) -> None:
    settings = replace(SETTINGS, network=own)
    result = train(blobs, settings, "cpu")
    assert result.engine == "autograd"
    assert result.snapshots["hidden2_end"].shape == (4, 6)
    narrow = runpy.run_path(own.rpartition(":")[0])["narrow"]
    again = train(blobs, SETTINGS, "cpu", builder=narrow)
    assert again.history.drop(columns="seconds").equals(result.history.drop(columns="seconds"))


def test_networks_of_another_kind_are_a_matter_of_params_yaml(digits: Dataset) -> None:
    chosen = {"network": "perceptron", "depth": 2, "critic_depth": 2, "critic_width": 3, "adversary": "hinge"}
    changed = {"training": {**chosen, "generator_start": "framework", "records": 4}}
    parameters = resolve(CONFIG, "smoke", "printed", changed)
    supervised, augmented = train_pair(digits, parameters, 8, epochs=1, batch_size=64)
    assert augmented.summary["engine"] == supervised.summary["engine"] == "autograd"
    assert chosen.items() <= augmented.summary["training"].items()
    assert augmented.history["distance_hidden2"].iloc[-1] > 0
    assert np.array_equal(augmented.snapshots["hidden_0"], supervised.snapshots["hidden_0"])

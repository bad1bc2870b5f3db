"""Generators and critics as plain modules: built-in ones by name, and a user's own out of a file."""

import math
import runpy
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import torch
from torch import Tensor, nn

from pseudo_rd.training.settings import Settings
from pseudo_rd.training.weights import draw_layers, random_stream

Layer = nn.Linear | nn.Conv2d


@dataclass(frozen=True)
class Pair:
    """What a builder gives.

    Attributes:
        generator: from samples (batch, inputs), images flattened, to (batch, outputs).
        critic: from (batch, outputs) to (batch,); None without a critic.
    """

    generator: nn.Module
    critic: nn.Module | None


# From the shape of a sample, the number of outputs, settings, and the random stream of the start. It is called twice:
# the same stream must give the same weights.
Builder = Callable[[tuple[int, ...], int, Settings, torch.Generator], Pair]


class ScaledLayer(nn.Module):
    """A layer with a factor in front: of its outputs, biases included."""

    def __init__(self, layer: Layer, factor: float) -> None:
        super().__init__()
        self.layer, self.factor = layer, factor

    def forward(self, inputs: Tensor) -> Tensor:
        return self.factor * self.layer(inputs)


class ChannelsFirst(nn.Module):
    """Flattened images, (batch, inputs), as (batch, channels, height, width)."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape = shape if len(shape) > 2 else (*shape, 1)

    def forward(self, inputs: Tensor) -> Tensor:
        return inputs.unflatten(1, self.shape).movedim(3, 1)


def paper(shape: tuple[int, ...], outputs: int, settings: Settings, random: torch.Generator) -> Pair:
    """The paper's pair: a perceptron with one hidden layer (1)."""
    return perceptron(shape, outputs, replace(settings, depth=1), random)


def perceptron(shape: tuple[int, ...], outputs: int, settings: Settings, random: torch.Generator) -> Pair:
    """`depth` hidden layers of `width` neurons with ReLU; with one of them it is the paper's pair."""
    sizes = [math.prod(shape), *[settings.width] * settings.depth, outputs]
    layers: list[Layer] = [nn.Linear(*fans, bias=settings.biases) for fans in pairwise(sizes)]
    start(layers, settings.generator_start, random, settings.start_scale)
    scaled_layers = with_factors(layers, settings.generator_start, outputs * settings.width)
    return Pair(stack(scaled_layers), critic_of(outputs, settings))


def convolutional(shape: tuple[int, ...], outputs: int, settings: Settings, random: torch.Generator) -> Pair:
    """Two convolutions of 5 x 5 with m and 2 m channels, each averaged over 2 x 2, and 16 m neurons; all with ReLU.

    With m = 6 it has about the size of LeNet-5 (LeCun et al., 1998).
    """
    if len(shape) < 2 or min(shape[:2]) < 16:
        raise ValueError(f"network = convolutional needs images of 16 x 16 pixels or more, not samples of {shape}")
    width, biases = settings.width, settings.biases
    height, breadth = (((side - 4) // 2 - 4) // 2 for side in shape[:2])
    layers: list[Layer] = [
        nn.Conv2d(math.prod(shape[2:]), width, 5, bias=biases),
        nn.Conv2d(width, 2 * width, 5, bias=biases),
        nn.Linear(2 * width * height * breadth, 16 * width, bias=biases),
        nn.Linear(16 * width, outputs, bias=biases),
    ]
    start(layers, settings.generator_start, random, settings.start_scale)
    first, second, third, top = with_factors(layers, settings.generator_start, outputs * 16 * width)
    relu, mean = nn.ReLU(), nn.AvgPool2d(2)
    convolutions = ChannelsFirst(shape), first, relu, mean, second, relu, mean
    return Pair(nn.Sequential(*convolutions, nn.Flatten(), third, relu, top), critic_of(outputs, settings))


def critic_of(outputs: int, settings: Settings) -> nn.Module | None:
    """`critic_depth` hidden layers with ReLU and one output; its start comes out of a stream of its own."""
    if not settings.adversarial:
        return None
    kind = settings.critic_start
    width = settings.critic_width or settings.width
    sizes = [outputs, *[width] * settings.critic_depth]
    layers: list[Layer] = [nn.Linear(*fans, bias=settings.biases) for fans in pairwise(sizes)]
    layers.append(nn.Linear(width, 1, bias=False))  # a bias would shift g everywhere alike: it would never move
    start(layers, kind, random_stream(settings.seed, 1), signs=kind == "normal")
    return nn.Sequential(stack(with_factors(layers, kind, width)), nn.Flatten(0))


@torch.no_grad()
def start(layers: list[Layer], kind: str, random: torch.Generator, scale: float = 1.0, signs: bool = False) -> None:
    """Draw weights and biases of all layers, from the inputs to the outputs, in place (`weights.draw_layers`)."""
    fans = [(layer.weight[0].numel(), len(layer.weight), layer.bias is not None) for layer in layers]
    parameters = draw_layers(kind, fans, random, layers[0].weight.dtype, scale, signs)
    for layer, (weight, *biases) in zip(layers, parameters, strict=True):
        layer.weight.flatten(1).copy_(weight if layer is layers[-1] else weight.T)  # a view, (neurons, inputs)
        if layer.bias is not None:
            layer.bias.copy_(biases[0])


def with_factors(layers: list[Layer], kind: str, last: int) -> list[ScaledLayer]:
    """The layers with the factors of their start: 1 / sqrt(`last`) before the last one where those are printed.

    Weights from N(0, 1) would grow from hidden layer to hidden layer: those after the first have 1 / sqrt(fan-in).
    """
    factors = [1.0] * len(layers)
    if kind == "normal":
        factors[1:] = [layer.weight[0].numel() ** -0.5 for layer in layers[1:]]
    if kind in ("normal", "framework-scaled"):
        factors[-1] = last**-0.5
    return [ScaledLayer(*pair) for pair in zip(layers, factors, strict=True)]


def stack(layers: list[ScaledLayer]) -> nn.Sequential:
    """The layers with ReLU between them."""
    first_layer, *next_layers = layers
    return nn.Sequential(first_layer, *(part for layer in next_layers for part in (nn.ReLU(), layer)))


BUILDERS: dict[str, Builder] = {"paper": paper, "perceptron": perceptron, "convolutional": convolutional}


def builder_of(network: str) -> Builder:
    """The builder that `network` names.

    Raises:
        ValueError: if there is none.
    """
    if network in BUILDERS:
        return BUILDERS[network]
    path, _, name = network.rpartition(":")
    if not path.endswith(".py") or not Path(path).is_file():
        raise ValueError(f"network = {network} is none of {', '.join(BUILDERS)}, nor file.py:function of a file here")
    if not callable(builder := runpy.run_path(path).get(name)):
        raise ValueError(f"network = {network}: {path} has no function {name}")
    return builder


def layers_of(network: nn.Module) -> dict[str, list[nn.Parameter]]:
    """Weight and, if there is one, bias of each module that holds a trained weight of two or more dimensions.

    Returns:
        In the modules' order, named "hidden", "hidden2", ..., "top".
    """
    layers = []
    for module in network.modules():
        parameters = [parameter for parameter in module.parameters(recurse=False) if parameter.requires_grad]
        weights = [parameter for parameter in parameters if parameter.dim() > 1]
        if weights:
            vectors = [parameter for parameter in parameters if parameter.dim() == 1]
            biases = [vector for vector in vectors if len(vector) == len(weights[0])]
            layers.append([weights[0], *biases[:1]])
    names = [f"hidden{number}" if number > 1 else "hidden" for number in range(1, len(layers))]
    return dict(zip([*names, "top"][: len(layers)], layers, strict=True))


def build(builder: Builder, shape: tuple[int, ...], outputs: int, settings: Settings, dtype: torch.dtype) -> Pair:
    """The pair of a builder at its start, checked, on the CPU.

    Raises:
        ValueError: in one line, if it cannot be trained or is not the same when it is built again.
    """
    default_dtype = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        pair, second_pair = (builder(shape, outputs, settings, random_stream(settings.seed, 0)) for _ in range(2))
    finally:
        torch.set_default_dtype(default_dtype)
    for answer in (pair, second_pair):
        if not isinstance(answer, Pair) or (answer.critic is None and settings.adversarial):
            raise ValueError(
                f"network = {settings.network}: its builder must give a networks.Pair, with a critic if objective = "
                "augmented"
            )
    inputs = torch.linspace(-1, 1, 3 * math.prod(shape), dtype=dtype).view(3, -1)
    check(f"network = {settings.network}: the generator", pair.generator, second_pair.generator, inputs, (3, outputs))
    if settings.adversarial and pair.critic and second_pair.critic:
        points = torch.eye(outputs, dtype=dtype)[[0, 1, 1]]
        check(f"network = {settings.network}: the critic", pair.critic, second_pair.critic, points, (3,))
    return pair


@torch.no_grad()
def check(title: str, network: nn.Module, rebuilt: nn.Module, points: Tensor, shape: tuple[int, ...]) -> None:
    """Check a network at its start: the shape of its outputs, and against the same one built again.

    Raises:
        ValueError: in one line that begins with `title`.
    """
    if len(layers_of(network)) < 2:
        raise ValueError(f"{title} needs two layers of trainable weights or more, it has {len(layers_of(network))}")
    outputs = network(points)
    if tuple(outputs.shape) != shape:
        raise ValueError(f"{title} gives {tuple(outputs.shape)} for three samples, needed is {shape}")
    if not outputs.isfinite().all():
        raise ValueError(f"{title} gives NaN or infinity at its start")
    if not all(torch.equal(outputs, copy(points)) for copy in (network, rebuilt)):
        raise ValueError(f"{title} is not reproducible: draw from the random stream that the builder is given, alone")

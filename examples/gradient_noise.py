"""The paper's generator with noise in the gradient by its outputs: a push of a critic's size that knows nothing.

Name it in params.yaml as `training.network: examples/gradient_noise.py:of_samples` (docs/extend.md#a-network).
"""

import torch
from torch import Tensor, nn

from pseudo_rd.training.networks import Pair, paper
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.weights import random_stream


class Noise(nn.Module):
    """A random direction for each sample, new at each step, as long as a critic's slope: the penalty holds it at 1."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.random = random_stream(seed, 2)

    def forward(self, outputs: Tensor) -> Tensor:
        if self.training:
            noise = torch.randn(outputs.shape, generator=self.random, dtype=outputs.dtype)
            # The loss is a mean over the batch, and so is the critic's part of it.
            push = noise / noise.norm(dim=1, keepdim=True) / len(outputs)
            outputs = outputs.view_as(outputs)
            if outputs.requires_grad:
                outputs.register_hook(lambda gradient: gradient + push)
        return outputs


def of_samples(shape: tuple[int, ...], outputs: int, settings: Settings, random: torch.Generator) -> Pair:
    """The paper's pair, its generator with noise."""
    pair = paper(shape, outputs, settings, random)
    return Pair(nn.Sequential(pair.generator, Noise(settings.seed)), pair.critic)

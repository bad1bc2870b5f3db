"""Which samples each iteration sees, and where between label and prediction the critic's slope is taken."""

from collections.abc import Iterator
from itertools import islice

import torch
from torch import Tensor

from pseudo_rd.training.settings import Settings
from pseudo_rd.training.weights import random_stream


def batches_from(
    iteration: int, samples: int, settings: Settings, device: torch.device, dtype: torch.dtype
) -> Iterator[tuple[Tensor, Tensor]]:
    """The batches of a run from an iteration on; an epoch's go to the device at once.

    A resumed run draws the epochs behind it and throws them away: the random streams are then where they were.

    Yields:
        rows, (batch,) indices of samples, and mixing, (batch,), as in `epochs_of_batches`.
    """
    epochs = epochs_of_batches(samples, settings.batch_size, settings.epochs, settings.seed)
    passed, done = divmod(iteration, samples // settings.batch_size)
    for rows, mixing in islice(epochs, passed, None):
        yield from zip(rows[done:].to(device), mixing[done:].to(device, dtype), strict=True)
        done = 0


def epochs_of_batches(samples: int, batch_size: int, epochs: int, seed: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Shuffle anew for each epoch; an incomplete last batch is dropped (Reading R3).

    Yields:
        rows, (iterations, batch) indices of samples, and mixing, (iterations, batch) uniform on [0, 1): the
        critic's slope is taken at mixing * label + (1 - mixing) * prediction (WGAN-GP, Algorithm 1).
    """
    iterations = samples // batch_size
    order, mixture = random_stream(seed, 2), random_stream(seed, 3)
    for _ in range(epochs):
        rows = torch.randperm(samples, generator=order)[: iterations * batch_size]
        mixing = torch.rand(iterations, batch_size, generator=mixture)
        yield rows.view(iterations, batch_size), mixing

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

    A GPU is never waited for: an epoch is copied from pinned memory, and drawn when half of the one before has been
    handed out, while the device works on that half. A resumed run draws the epochs behind it and throws them away: the
    random streams are then where they were.

    Yields:
        rows, (batch,) indices of samples, and mixing, (batch,), as in `epochs_of_batches`.
    """
    first_epoch, first_batch = divmod(iteration, samples // settings.batch_size)
    on_gpu = device.type == "cuda"
    epochs = epochs_of_batches(samples, settings.batch_size, settings.epochs, settings.seed, pinned=on_gpu)
    epochs_on_device = (
        # Changed to another dtype on the device: before, the copy would go through memory that is not pinned.
        (rows.to(device, non_blocking=on_gpu), mixing.to(device, non_blocking=on_gpu).to(dtype))
        for rows, mixing in islice(epochs, first_epoch, None)
    )
    epoch = next(epochs_on_device, None)
    while epoch:
        batches = zip(epoch[0][first_batch:], epoch[1][first_batch:], strict=True)
        yield from islice(batches, (len(epoch[0]) - first_batch) // 2)
        epoch = next(epochs_on_device, None)
        yield from batches
        first_batch = 0


def epochs_of_batches(
    samples: int, batch_size: int, epochs: int, seed: int, pinned: bool = False
) -> Iterator[tuple[Tensor, Tensor]]:
    """Shuffle anew for each epoch; an incomplete last batch is dropped (Reading R3).

    Args:
        samples, batch_size, epochs, seed: of the run.
        pinned: draw into memory that a GPU can copy from while the host goes on. PyTorch reuses it when the copy is
            done. Not for use while a CUDA graph is recorded.

    Yields:
        rows, (iterations, batch) indices of samples, and mixing, (iterations, batch) uniform on [0, 1): the
        critic's slope is taken at mixing * label + (1 - mixing) * prediction (WGAN-GP, Algorithm 1).
    """
    iterations = samples // batch_size
    order, mixture = random_stream(seed, 2), random_stream(seed, 3)
    for _ in range(epochs):
        rows = torch.randperm(samples, generator=order, pin_memory=pinned)[: iterations * batch_size]
        mixing = torch.rand(iterations, batch_size, generator=mixture, pin_memory=pinned)
        yield rows.view(iterations, batch_size), mixing

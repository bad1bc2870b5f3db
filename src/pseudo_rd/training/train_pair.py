"""A network trained without and with a critic in one call, in memory, as a notebook wants it (docs/tutorial.md)."""

from collections.abc import Sequence
from copy import deepcopy
from functools import partial
from typing import Any

import torch
from torch import nn

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.parameters.schema import Parameters
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.results.runs import Run
from pseudo_rd.training.loop import train
from pseudo_rd.training.networks import Builder, Pair, critic_of
from pseudo_rd.training.settings import Settings, settings_of
from pseudo_rd.training.summary import summarize


def train_pair(
    dataset: Dataset,
    reading: Parameters,
    width: int,
    seeds: Sequence[int] = (1,),
    network: Builder | Pair | nn.Module | None = None,
    **changes: Any,
) -> tuple[Run, ...]:
    """Train a network without and with the critic, objectives (2) and (3), once for each seed.

    The two runs of a seed share their start and the order of their batches, so what differs is the critic's doing.

    Args:
        dataset: what is learned; `datasets` of the reading has its name, with batch size and epochs.
        reading: params.yaml with a preset and a reading applied (`face.reading`).
        width: neurons m of the hidden layer, and of the critic's.
        seeds: of start, order of samples and mixtures; a pair of runs each.
        network: None: what `training.network` of the reading names. A module: the generator, from flattened samples
            (batch, inputs) to (batch, outputs), trained against the reading's critic; a `Pair` brings its own, from
            (batch, outputs) to (batch,). Both are copied, so that all seeds start from the same weights. A builder
            (docs/extend.md) draws a start for each seed.
        changes: fields of `Settings` to replace, such as `epochs`.

    Returns:
        The runs with their histories and snapshots, seed by seed, supervised before augmented.

    Raises:
        ValueError: if the reading does not know the data set, or a network or a setting cannot work.
        Diverged: when the weights or losses of a run turn non-finite.
    """
    if dataset.name not in reading.datasets:
        names = ", ".join(sorted(reading.datasets))
        raise ValueError(f"datasets has no {dataset.name} ({names}): add it, with its batch_size and epochs")
    if isinstance(network, nn.Module):
        network = Pair(network, None)
    builder = partial(copy_pair, network) if isinstance(network, Pair) else network
    if builder is not None:
        changes = {**changes, "network": "your own"}  # what summaries and errors call it
    runs = []
    for seed in seeds:
        for objective in OBJECTIVES:
            settings = settings_of(reading, dataset.name, objective, width, seed, **changes)
            result = train(dataset, settings, reading.training.device, builder=builder)
            summary = summarize(dataset, settings, result, torch.get_num_threads())
            runs.append(Run(dataset.name, objective, width, seed, result.history, summary, result.snapshots))
    return tuple(runs)


def copy_pair(pair: Pair, shape: tuple[int, ...], outputs: int, settings: Settings, random: torch.Generator) -> Pair:
    """A builder's answer out of finished modules: copies of them; where there is no critic, the built-in one."""
    return Pair(deepcopy(pair.generator), deepcopy(pair.critic) or critic_of(outputs, settings))

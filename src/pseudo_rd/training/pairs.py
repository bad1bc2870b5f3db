"""Train under a reading of the paper in one call, in memory, as a notebook wants it (docs/python.md)."""

from collections.abc import Sequence
from typing import Any

import torch

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.parameters.schema import Parameters
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.results.runs import Run
from pseudo_rd.training.loop import train
from pseudo_rd.training.settings import settings_of
from pseudo_rd.training.summary import summarize


def train_under(
    parameters: Parameters, dataset: Dataset, width: int, seeds: Sequence[int] = (1,), **changes: Any
) -> tuple[Run, ...]:
    """Train a network by both objectives, (2) and (3), once for each seed.

    The two runs of a seed share their start and the order of their batches, so what differs is the critic's doing.

    Args:
        parameters: params.yaml with a preset and a reading applied (`parameters.presets.resolve`).
        dataset: what is learned; `datasets` of the parameters has its name, with batch size and epochs.
        width: neurons m of the hidden layer.
        seeds: of start, order of samples and mixtures; a pair of runs each.
        changes: fields of `Settings` to replace, such as `epochs`.

    Returns:
        The runs with their histories and snapshots, seed by seed, supervised before augmented.

    Raises:
        ValueError: if the parameters do not know the data set, or a setting cannot work.
        Diverged: when the weights or losses of a run turn non-finite.
    """
    if dataset.name not in parameters.datasets:
        known = ", ".join(sorted(parameters.datasets))
        raise ValueError(f"datasets has no {dataset.name} ({known}): add it, with its batch_size and epochs")
    runs = []
    for seed in seeds:
        for objective in OBJECTIVES:
            settings = settings_of(parameters, dataset.name, objective, width, seed, **changes)
            result = train(dataset, settings, parameters.training.device)
            summary = summarize(dataset, settings, result, torch.get_num_threads())
            runs.append(Run(dataset.name, objective, width, seed, result.history, summary, result.snapshots))
    return tuple(runs)

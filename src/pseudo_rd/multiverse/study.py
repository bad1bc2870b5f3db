"""A study of universes: in each a network learns without and with the critic from one start, and what comes of it."""

import hashlib
import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.multiverse.effects import DIED, DIVERGED, FINISHED
from pseudo_rd.multiverse.universes import Option, Universe, as_trained
from pseudo_rd.neurons import features, filters, neighbors
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.results.files import read_table, write_history
from pseudo_rd.results.runs import LAYERS
from pseudo_rd.training.checkpoint import code_version
from pseudo_rd.training.loop import choose_device, outcome_of
from pseudo_rd.training.problem import Samples, samples_of
from pseudo_rd.training.settings import Settings

OF_FILTERS = ("variance", "moran", "full_perturbation")  # means over the nine filters of largest norm
OF_NEIGHBORS = tuple(f"neighbors_{layer}" for layer in LAYERS)
COSTS = {"supervised": 1, "augmented": 2}  # of a run, about, for the progress
RunName = tuple[str, tuple[tuple[str, Option], ...]]  # objective, and the options that the run depends on


def study(
    dataset: Dataset,
    settings: Settings,
    universes: Sequence[Universe],
    printed: Universe,
    ascent: Mapping[str, Any],
    device: str = "auto",
    on_run: Callable[[int, int], None] = lambda done, total: None,
    kept: Path | None = None,
) -> pd.DataFrame:
    """Train every universe; runs that coincide are trained once.

    Args:
        dataset: what is learned.
        settings: of all runs; the objective and what the universes choose are replaced.
        universes: what to train.
        printed: the printed option of every choice.
        ascent: radius, step and iterations of the features (60)-(62).
        device: "auto", "cpu" or "cuda".
        on_run: called after each run with (work done, work in all), in units of a supervised run.
        kept: a folder in which finished runs stay until the study is whole; a study that was killed resumes from them.

    Returns:
        Both runs of every universe one below the other, as `one_run` gives them, with a column for each choice.
    """
    images = dataset.image_shape is not None
    wanted: list[tuple[Universe, RunName]] = [
        (universe, (objective, tuple(as_trained(universe, printed, objective, images).items())))
        for universe in universes
        for objective in OBJECTIVES
    ]
    planned = {run: settings_of_run(settings, run) for _, run in wanted}
    total = sum(COSTS[objective] for objective, _ in planned)
    done = 0
    histories: dict[RunName, pd.DataFrame] = {}
    shared: tuple[tuple[str, bool], Samples] | None = None
    # Runs that meet the same samples follow each other: the span of the inputs is then found once.
    for run, chosen in sorted(planned.items(), key=lambda item: same_samples(item[1])):
        path = kept / f"{digest(chosen, dataset, ascent)}.parquet" if kept else None
        if path and path.exists():
            histories[run] = read_table(path)
        else:
            if shared is None or shared[0] != same_samples(chosen):
                samples = samples_of(dataset, chosen, choose_device(device), torch.float32)
                shared = same_samples(chosen), samples
            histories[run] = one_run(dataset, chosen, shared[1], ascent, device)
            if path:
                write_history(path, histories[run])
        done += COSTS[chosen.objective]
        on_run(done, total)
    return pd.concat([histories[run].assign(**universe) for universe, run in wanted], ignore_index=True)


def settings_of_run(settings: Settings, run: RunName) -> Settings:
    """The settings with the run's objective and options; the weights of all neurons are kept, at the start and end."""
    objective, options = run
    return replace(
        settings, objective=objective, snapshot_neurons=settings.width, snapshot_fractions=(), **dict[str, Any](options)
    )


def same_samples(settings: Settings) -> tuple[str, bool]:
    """What the samples depend on, as the network meets them, within one data set."""
    return settings.pixels, settings.biases


def one_run(
    dataset: Dataset, settings: Settings, samples: Samples, ascent: Mapping[str, Any], device: str
) -> pd.DataFrame:
    """Train one network.

    Returns:
        Its history with columns dataset, objective, width, seed, inputs, `start_hidden` (the norm of U at the start),
        `start_error` (the training error there), fate ("finished", "diverged" or "died") and, in the last row alone:
        neighbors_hidden and neighbors_top, the share of nearest neighbours in the space of the weights that are those
        of the start; on images variance, moran and full_perturbation as in `filters.filter_statistics`, means over the
        nine filters. These are NaN where the run diverged.
    """
    result = outcome_of(dataset, settings, device=device, samples=samples)
    fate = result.ended if result.ended in (DIED, DIVERGED) else FINISHED
    history = result.history.assign(
        dataset=dataset.name,
        objective=settings.objective,
        width=settings.width,
        seed=settings.seed,
        inputs=samples.inputs,
        start_hidden=float(np.linalg.norm(result.snapshots["hidden_0"])),
        start_error=result.history["train_error"].iloc[0],
        fate=fate,
        **dict.fromkeys((*OF_NEIGHBORS, *OF_FILTERS), np.nan),
    )
    if fate == DIVERGED:
        return history
    end = len(history) - 1
    for layer in LAYERS:
        history.loc[end, f"neighbors_{layer}"] = neighbors.neighbors_kept(
            result.snapshots[f"{layer}_0"], result.snapshots[f"{layer}_end"]
        )
    if dataset.image_shape:
        statistics = filters.filter_statistics(result.snapshots["hidden_end"], dataset.image_shape, **ascent)
        history.loc[end, [*OF_FILTERS]] = statistics[[*OF_FILTERS]].mean()
    return history


def digest(settings: Settings, dataset: Dataset, ascent: Mapping[str, Any]) -> str:
    """A name for the run that depends on all that its numbers depend on: settings, data, and code."""
    measured_by = [inspect.getsource(module) for module in (features, filters, neighbors)]
    told = [asdict(settings), dataset.name, dataset.checksum, {**ascent}, code_version(), *measured_by]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

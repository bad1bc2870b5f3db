"""A study of universes: in each a network learns without and with the critic from one start, and what comes of it."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.multiverse.universes import Universe, each_once, without_critic
from pseudo_rd.neurons.filters import filter_statistics
from pseudo_rd.neurons.neighbors import neighbors_kept
from pseudo_rd.results.files import read_table, write_history
from pseudo_rd.training.checkpoint import code_version
from pseudo_rd.training.loop import train
from pseudo_rd.training.recorder import Diverged
from pseudo_rd.training.settings import Settings

OF_FILTERS = ("variance", "moran", "full_perturbation")  # means over the nine filters of largest norm


def study(
    dataset: Dataset,
    settings: Settings,
    universes: Sequence[Universe],
    printed: Universe,
    ascent: Mapping[str, float],
    device: str = "auto",
    on_run: Callable[[int, int], None] = lambda done, total: None,
    kept: Path | None = None,
) -> pd.DataFrame:
    """Train every universe; those that differ in the critic alone share their supervised run.

    Args:
        dataset: what is learned.
        settings: of all runs; the objective and what the universes choose are replaced.
        universes: what to train.
        printed: the printed option of every choice.
        ascent: radius, step and iterations of the features (60)-(62).
        device: "auto", "cpu" or "cuda".
        on_run: called with (runs done, runs in all).
        kept: a folder in which finished runs stay until the study is whole; a study that was killed resumes from them.

    Returns:
        The runs' histories one below the other, as `one_run` gives them, with a column for each choice.
    """
    runs = [("supervised", universe) for universe in each_once(without_critic(each, printed) for each in universes)]
    runs += [("augmented", universe) for universe in universes]
    histories = []
    for done, (objective, universe) in enumerate(runs):
        chosen = replace(settings, objective=objective, snapshot_neurons=settings.width, **universe)
        path = kept / f"{digest(chosen, dataset)}.parquet" if kept else None
        if path and path.exists():
            history = read_table(path)
        else:
            history = one_run(dataset, chosen, ascent, device)
            if path:
                write_history(path, history)
        histories.append(history.assign(**universe))
        on_run(done + 1, len(runs))
    return pd.concat(histories, ignore_index=True)


def one_run(dataset: Dataset, settings: Settings, ascent: Mapping[str, float], device: str) -> pd.DataFrame:
    """Train one network.

    Returns:
        Its history with columns objective, width, seed, inputs, fate ("finished", "diverged" or "died") and, of the
        start (first row) and the end (last row): neighbors_hidden and neighbors_top, the share of nearest neighbours
        in the space of the weights that are those of the start; on images variance, moran and full_perturbation, as in
        `filters.filter_statistics`, means over the nine filters. NaN elsewhere, and where the run diverged.
    """
    try:
        result = train(dataset, settings, device)
        history, snapshots = result.history, result.snapshots
        fate = "died" if result.died else "finished"
    except Diverged as error:
        history, snapshots, fate = error.history, {}, "diverged"
    history = history.assign(
        objective=settings.objective,
        width=settings.width,
        seed=settings.seed,
        inputs=dataset.train_inputs.shape[1],
        fate=fate,
        **dict.fromkeys(("neighbors_hidden", "neighbors_top", *OF_FILTERS), np.nan),
    )
    for row, moment in ((0, "0"), (len(history) - 1, "end")) if snapshots else ():
        for layer in ("hidden", "top"):
            share = neighbors_kept(snapshots[f"{layer}_0"], snapshots[f"{layer}_{moment}"])
            history.loc[row, f"neighbors_{layer}"] = share
        if dataset.image_shape:
            statistics = filter_statistics(snapshots[f"hidden_{moment}"], dataset.image_shape, **ascent)
            for name in OF_FILTERS:
                history.loc[row, name] = statistics[name].mean()
    return history


def digest(settings: Settings, dataset: Dataset) -> str:
    """A name for the run that depends on all that it does."""
    told = json.dumps([asdict(settings), dataset.checksum, code_version()], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()

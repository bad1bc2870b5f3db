"""A study of universes: in each a network learns without and with the critic from one start, and what comes of it."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.multiverse.effects import DIED, DIVERGED, FINISHED
from pseudo_rd.multiverse.universes import Universe, as_trained
from pseudo_rd.neurons.filters import filter_statistics
from pseudo_rd.neurons.neighbors import neighbors_kept
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.results.files import read_table, write_history
from pseudo_rd.results.runs import LAYERS
from pseudo_rd.training.checkpoint import code_version
from pseudo_rd.training.loop import outcome_of
from pseudo_rd.training.settings import Settings

OF_FILTERS = ("variance", "moran", "full_perturbation")  # means over the nine filters of largest norm
OF_NEIGHBORS = tuple(f"neighbors_{layer}" for layer in LAYERS)


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
    """Train every universe; runs that coincide are trained once.

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
        Both runs of every universe one below the other, as `one_run` gives them, with a column for each choice.
    """
    images = dataset.image_shape is not None
    wanted = [
        (universe, (objective, tuple(as_trained(universe, printed, objective, images).items())))
        for universe in universes
        for objective in OBJECTIVES
    ]
    total = len({run for _, run in wanted})
    histories: dict[tuple[str, tuple], pd.DataFrame] = {}
    for _, run in wanted:
        if run in histories:
            continue
        objective, options = run
        chosen = replace(settings, objective=objective, snapshot_neurons=settings.width, **dict(options))
        path = kept / f"{digest(chosen, dataset)}.parquet" if kept else None
        if path and path.exists():
            histories[run] = read_table(path)
        else:
            histories[run] = one_run(dataset, chosen, ascent, device)
            if path:
                write_history(path, histories[run])
        on_run(len(histories), total)
    return pd.concat([histories[run].assign(**universe) for universe, run in wanted], ignore_index=True)


def one_run(dataset: Dataset, settings: Settings, ascent: Mapping[str, float], device: str) -> pd.DataFrame:
    """Train one network.

    Returns:
        Its history with columns dataset, objective, width, seed, inputs, `start_hidden` (the norm of U at the start),
        fate ("finished", "diverged" or "died") and, at the start (first row) and the end (last row): neighbors_hidden
        and neighbors_top, the share of nearest neighbours in the space of the weights that are those of the start; on
        images variance, moran and full_perturbation as in `filters.filter_statistics`, means over the nine filters.
        NaN elsewhere, and where the run diverged.
    """
    result = outcome_of(dataset, settings, device=device)
    fate = result.ended if result.ended in (DIED, DIVERGED) else FINISHED
    history = result.history.assign(
        dataset=dataset.name,
        objective=settings.objective,
        width=settings.width,
        seed=settings.seed,
        inputs=dataset.train_inputs.shape[1],
        start_hidden=float(np.linalg.norm(result.snapshots["hidden_0"])),
        fate=fate,
        **dict.fromkeys((*OF_NEIGHBORS, *OF_FILTERS), np.nan),
    )
    for row, moment in ((0, "0"), (len(history) - 1, "end")) if fate != DIVERGED else ():
        for layer in LAYERS:
            share = neighbors_kept(result.snapshots[f"{layer}_0"], result.snapshots[f"{layer}_{moment}"])
            history.loc[row, f"neighbors_{layer}"] = share
        if dataset.image_shape:
            statistics = filter_statistics(result.snapshots[f"hidden_{moment}"], dataset.image_shape, **ascent)
            for name in OF_FILTERS:
                history.loc[row, name] = statistics[name].mean()
    return history


def digest(settings: Settings, dataset: Dataset) -> str:
    """A name for the run that depends on all that it does."""
    told = json.dumps([asdict(settings), dataset.checksum, code_version()], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()

"""A study of universes: in each a network learns without and with the critic from one start, and what comes of it."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from joblib import Parallel, delayed, parallel_config

from pseudo_rd.code_digest import code_digest
from pseudo_rd.data.dataset import Dataset
from pseudo_rd.multiverse.effects import DIED, DIVERGED, FILTER_COLUMNS, FINISHED, NEIGHBOR_COLUMNS
from pseudo_rd.multiverse.universes import Universe, as_trained
from pseudo_rd.neurons import filters, neighbors
from pseudo_rd.parameters.vocabulary import LAYERS, OBJECTIVES
from pseudo_rd.results.files import read_table, write_history
from pseudo_rd.training.closed_form.batched import batches_of, outcomes_of
from pseudo_rd.training.loop import choose_device, outcome_of
from pseudo_rd.training.recorder import Result
from pseudo_rd.training.samples import Samples, samples_of
from pseudo_rd.training.settings import Settings

COSTS = {"supervised": 1, "augmented": 2}  # of a run, about, for the progress
sample_key = attrgetter("pixels", "biases")  # what samples depend on, as a network meets them, within one data set


def study(
    dataset: Dataset,
    settings: Settings,
    universes: Sequence[Universe],
    printed: Universe,
    ascent: Mapping[str, Any],
    device: str = "auto",
    on_batch: Callable[[int, int], None] = lambda done, total: None,
    folder: Path | None = None,
    processes: int = 1,
) -> pd.DataFrame:
    """Train every universe; runs that coincide are trained once, small networks of one kind side by side.

    Args:
        dataset: what is learned.
        settings: of all runs; the objective and what the universes choose are replaced.
        universes: what to train.
        printed: the printed option of every choice.
        ascent: radius, step and iterations of the features (60)-(62).
        device: "auto", "cpu" or "cuda".
        on_batch: called after each batch of runs with (work done, work in all), in units of a supervised run.
        folder: where finished runs stay until all are; a study that was killed resumes from them. Runs that are trained
            together are finished together.
        processes: how many share the batches, each with the threads of this one; the table does not depend on it.

    Returns:
        Both runs of every universe one below the other, as `run_table` gives them, with a column for each choice.

    Raises:
        ValueError: if the data are a stand-in, which the table does not say: universes are judged as on real data.
    """
    if dataset.stand_in:
        raise ValueError(
            f"multiverse.places.{dataset.name} (or multiverse.scales.dataset) names a stand-in: {dataset.stand_in}; "
            "name another data set"
        )
    pairs = runs_of(universes, printed, settings, dataset.image_shape is not None)
    # Runs that meet the same samples follow each other: the span of the inputs is then found once.
    runs = sorted({run: None for _, run in pairs}, key=sample_key)
    cost = {run: COSTS[run.objective] for run in runs}
    total, done = sum(cost.values()), 0
    tables: dict[Settings, pd.DataFrame] = {}
    torch_device = choose_device(device)
    missing: list[tuple[list[Settings], list[Path]]] = []  # batches, and the files of their runs
    for batch in batches_of(runs, torch_device):
        names = [digest(run, batch, dataset, ascent, torch_device.type) for run in batch]
        paths = [folder / f"{name}.parquet" for name in names] if folder else []
        if paths and all(path.exists() for path in paths):
            tables.update(zip(batch, map(read_table, paths), strict=True))
            done += sum(cost[run] for run in batch)
        else:
            missing.append((batch, paths))

    def work() -> Iterator[Any]:
        samples: dict[tuple[str, bool], Samples] = {}  # those of the last batch
        for batch, _ in missing:
            key = sample_key(batch[0])
            if key not in samples:
                samples = {key: samples_of(dataset, batch[0], torch_device, torch.float32)}
            yield delayed(train_batch)(dataset, batch, samples[key], ascent, device)

    with parallel_config("loky", n_jobs=processes, inner_max_num_threads=torch.get_num_threads()):
        trained = Parallel(return_as="generator", pre_dispatch=processes)(work())
    for (batch, paths), finished in zip(missing, trained, strict=True):
        tables.update(zip(batch, finished, strict=True))
        for run, path in zip(batch, paths, strict=False):
            write_history(path, tables[run])
        done += sum(cost[run] for run in batch)
        on_batch(done, total)
    return pd.concat([tables[run].assign(**universe) for universe, run in pairs], ignore_index=True)


def runs_of(
    universes: Sequence[Universe], printed: Universe, settings: Settings, images: bool
) -> list[tuple[Universe, Settings]]:
    """Both runs of each universe; those that differ in nothing that matters to them are equal (`as_trained`)."""
    common = replace(settings, snapshot_neurons=settings.width, snapshot_fractions=())  # all neurons, at start and end
    return [
        (universe, replace(common, objective=objective, **as_trained(universe, printed, objective, images)))
        for universe in universes
        for objective in OBJECTIVES
    ]


def train_batch(
    dataset: Dataset, batch: Sequence[Settings], samples: Samples, ascent: Mapping[str, Any], device: str
) -> list[pd.DataFrame]:
    """Train the networks of a batch of `batches_of`; the table of each as in `run_table`."""
    if len(batch) == 1:
        results = [outcome_of(dataset, batch[0], device=device, samples=samples)]
    else:
        results = outcomes_of(dataset, batch, samples)
    pairs = zip(batch, results, strict=True)
    return [run_table(dataset, run, result, samples.inputs, ascent) for run, result in pairs]


def run_table(
    dataset: Dataset, settings: Settings, result: Result, inputs: int, ascent: Mapping[str, Any]
) -> pd.DataFrame:
    """What a run left.

    Returns:
        Its history with columns dataset, objective, width, seed, inputs, `start_hidden` (the norm of U at the start),
        `start_error` (the training error there), fate ("finished", "diverged" or "died") and, in the last row alone:
        neighbors_hidden and neighbors_top, the share of nearest neighbours in the space of the weights that are those
        of the start; on images variance, moran and full_perturbation as in `filters.filter_statistics`, means over the
        nine filters. These are NaN where the run diverged.
    """
    fate = result.ended if result.ended in (DIED, DIVERGED) else FINISHED
    history = result.history.assign(
        dataset=dataset.name,
        objective=settings.objective,
        width=settings.width,
        seed=settings.seed,
        inputs=inputs,
        start_hidden=float(np.linalg.norm(result.snapshots["hidden_0"])),
        start_error=result.history["train_error"].iloc[0],
        fate=fate,
        **dict.fromkeys((*NEIGHBOR_COLUMNS, *FILTER_COLUMNS), np.nan),
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
        history.loc[end, [*FILTER_COLUMNS]] = statistics[[*FILTER_COLUMNS]].mean()
    return history


def digest(
    settings: Settings, batch: Sequence[Settings], dataset: Dataset, ascent: Mapping[str, Any], device: str
) -> str:
    """A name for the run that depends on all that its table depends on: settings, data, code, and kind of device.

    The last digits depend on the networks that are trained beside it, the threads and torch, too.
    """
    runs = [asdict(run) for run in (settings, *batch)]
    machine = [device, torch.get_num_threads(), torch.__version__]
    code = code_digest(Path(__file__), Path(__file__).parents[1])
    content = [runs, dataset.name, dataset.checksum, {**ascent}, *machine, code]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

import multiprocessing
import os
import signal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.multiverse.readings import WITHOUT, runs_of, study
from pseudo_rd.parameters.vocabulary import BOUND_READINGS
from pseudo_rd.results.files import read_table, write_history
from pseudo_rd.training.checkpoint import Checkpoints
from pseudo_rd.training.loop import train
from pseudo_rd.training.settings import Settings

SETTINGS = Settings(objective="supervised", width=32, seed=2, batch_size=32, epochs=4, records=6)


@pytest.fixture(scope="module")
def histories(blobs: Dataset) -> pd.DataFrame:
    return study(blobs, SETTINGS, "cpu")


def test_each_reading_is_the_run_that_train_gives(blobs: Dataset, histories: pd.DataFrame) -> None:
    settings = {WITHOUT: SETTINGS} | {
        reading: Settings(**{**vars(SETTINGS), "objective": "augmented", "bound_reading": reading})
        for reading in BOUND_READINGS
    }
    assert list(histories["reading"].unique()) == [*settings]
    for reading, chosen in settings.items():
        alone = train(blobs, chosen, "cpu").history
        together = histories[histories["reading"] == reading].reset_index(drop=True)[alone.columns]
        pd.testing.assert_frame_equal(together.drop(columns="seconds"), alone.drop(columns="seconds"))


def test_readings_part_but_start_alike(histories: pd.DataFrame) -> None:
    augmented = histories[histories["reading"] != WITHOUT].groupby("reading")
    assert augmented["test_error"].first().nunique() == 1
    ends = augmented["distance_hidden"].last()
    assert ends["penalty"] != ends["clip"] != ends["target"]


def test_runs_of_a_reading_are_those_with_it_and_those_without_adversary(histories: pd.DataFrame) -> None:
    other = histories.assign(seed=3)
    runs = runs_of([histories, other], "clip", "blobs")
    assert [(run.objective, run.seed) for run in runs] == [
        ("supervised", 2),
        ("augmented", 2),
        ("supervised", 3),
        ("augmented", 3),
    ]
    assert {tuple(run.history["reading"].unique()) for run in runs} == {(WITHOUT,), ("clip",)}
    assert runs[0].summary["dataset"]["inputs"] == 24
    assert np.isfinite(runs[1].history["distance_hidden"]).all()


def study_with_checkpoints(dataset: Dataset, folder: Path, die_in: str | None) -> None:
    """The study with a checkpoint at each record; killed in the middle of one of its runs."""
    torch.set_num_threads(1)
    said = []

    def checkpoints(reading: str) -> Checkpoints:
        chosen = Checkpoints(folder / f"{reading}.safetensors", 0, said.append)
        if reading == die_in:
            chosen.offer = lambda fingerprint, state: state.iteration < 12 or os.kill(os.getpid(), signal.SIGKILL)
        return chosen

    histories = study(dataset, SETTINGS, "cpu", checkpoints=checkpoints)
    write_history(folder / "histories.parquet", histories)
    (folder / "said").write_text("\n".join(said))


def test_a_killed_study_goes_on_and_ends_in_the_same_numbers(
    blobs: Dataset, histories: pd.DataFrame, tmp_path: Path
) -> None:
    context = multiprocessing.get_context("spawn")
    for die_in in ("clip", None):
        process = context.Process(target=study_with_checkpoints, args=(blobs, tmp_path, die_in))
        process.start()
        process.join()
        assert process.exitcode == (0 if die_in is None else -signal.SIGKILL)
    said = (tmp_path / "said").read_text()
    assert [name for name in (WITHOUT, *BOUND_READINGS) if f"{name}.safetensors" in said] == [WITHOUT, "penalty"]
    found = read_table(tmp_path / "histories.parquet").drop(columns="seconds")
    pd.testing.assert_frame_equal(found, histories.drop(columns="seconds"), check_exact=True)


def test_progress_ends_at_the_end(blobs: Dataset) -> None:
    seen = []
    study(blobs, SETTINGS, "cpu", lambda done, total: seen.append(done / total))
    assert seen == sorted(seen)
    assert seen[-1] == 1

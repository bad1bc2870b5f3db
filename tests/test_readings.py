import numpy as np
import pandas as pd
import pytest

from pseudo_rd.data import Dataset
from pseudo_rd.readings import WITHOUT, runs_of, study
from pseudo_rd.training import Settings, train
from pseudo_rd.vocabulary import READINGS

SETTINGS = Settings(objective="supervised", width=32, seed=2, batch_size=32, epochs=4, records=6)


@pytest.fixture(scope="module")
def histories(blobs: Dataset) -> pd.DataFrame:
    return study(blobs, SETTINGS, "cpu")


def test_each_reading_is_the_run_that_train_gives(blobs: Dataset, histories: pd.DataFrame) -> None:
    settings = {WITHOUT: SETTINGS} | {
        reading: Settings(**{**vars(SETTINGS), "objective": "augmented", "reading": reading}) for reading in READINGS
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


def test_progress_ends_at_the_end(blobs: Dataset) -> None:
    seen = []
    study(blobs, SETTINGS, "cpu", lambda done, total: seen.append(done / total))
    assert seen == sorted(seen)
    assert seen[-1] == 1

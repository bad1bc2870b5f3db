import numpy as np
import pandas as pd
import pytest

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.data.sources import prepare
from pseudo_rd.multiverse.controls import OF_THE_HISTORY, along_training, kept
from pseudo_rd.training.recorder import Result


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return prepare("mnist", source="embedded")


def test_each_snapshot_is_a_row_with_the_history_between_its_rows(digits: Dataset) -> None:
    history = pd.DataFrame({"iteration": [0, 10], **{name: [0.0, 1.0] for name in OF_THE_HISTORY}})
    noise = np.random.default_rng(1).standard_normal((12, 784)).astype(np.float32)
    snapshots = {"hidden_0": noise, "hidden_5": 2 * noise, "hidden_10": 3 * noise, "hidden_end": noise, "top_0": noise}
    assert kept(snapshots) == [0, 5, 10]
    found = along_training(digits, Result(history, snapshots, "epoch limit", "cpu", 784, "closed form"))
    assert found["distance_hidden"].tolist() == [0, 0.5, 1]
    assert np.allclose(found["variance"] / found["variance"][0], [1, 4, 9])
    assert found["moran"].abs().max() < 0.1, "noise has no order in space"

import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.multiverse.controls import HISTORY_COLUMNS, along_training, at_equal_distance
from pseudo_rd.training.recorder import Result

EXAMPLE = Path(__file__).parents[1] / "examples" / "gradient_noise.py"


def test_each_snapshot_is_a_row_with_the_history_between_its_rows(digits: Dataset) -> None:
    history = pd.DataFrame({"iteration": [0, 10], **{name: [0.0, 1.0] for name in HISTORY_COLUMNS}})
    noise = np.random.default_rng(1).standard_normal((12, 784)).astype(np.float32)
    smooth = np.ones((28, 28)).cumsum(0).ravel()[None] * np.linspace(0.1, 1, 12, dtype=np.float32)[:, None]
    later = {"hidden_5": 2 * noise, "hidden_10": 3 * noise, "hidden_15": noise + smooth, "hidden_end": noise}
    snapshots = {"hidden_0": noise, **later, "top_0": noise}
    found = along_training(digits, Result(history, snapshots, "epoch limit", "cpu", 784, "closed form"))
    assert found["iteration"].tolist() == [0, 5, 10, 15]
    assert found["distance_hidden"].tolist() == [0, 0.5, 1, 1]
    assert np.allclose(found["variance"][:3] / found["variance"][0], [1, 4, 9])
    assert found["moran"][:3].abs().max() < 0.1, "noise has no order in space"
    assert np.isnan(found["moran_change"][0])
    assert found["moran_change"][1:3].abs().max() < 0.1
    assert found["moran_change"][3] > 0.9, "what was added is a ramp"


def test_two_ways_are_compared_where_the_nearer_one_ends() -> None:
    def rows(case: str, seed: int, distances: list[float], numbers: list[float]) -> pd.DataFrame:
        return pd.DataFrame({"case": case, "seed": seed, "distance_hidden": distances, "moran": numbers})

    near, far = rows("near", 1, [0, 1, 2], [0, 0.1, 0.2]), rows("far", 1, [0, 4], [0, 1.0])
    other = [rows("near", 2, [0, 3], [0, 0.9]), rows("far", 2, [0, 2], [0, 0.2])]
    table = pd.concat([near, far, *other, rows("third", 1, [9], [9])])
    assert np.allclose(at_equal_distance(table, ("near", "far"), "moran"), [0.5 - 0.2, 0.2 - 0.6])


def test_noise_pushes_each_sample_by_a_length_of_one_and_leaves_predictions_as_they_are() -> None:
    noise = runpy.run_path(str(EXAMPLE))["Noise"](seed=1)
    outputs = torch.ones(8, 10, requires_grad=True)
    (gradient,) = torch.autograd.grad(noise(outputs).mean(1).mean(), outputs)
    pushed = 8 * gradient - 1 / 10  # the loss is a mean over the batch
    assert torch.allclose(pushed.norm(dim=1), torch.ones(8))
    assert not torch.allclose(pushed[0], pushed[1])
    assert torch.equal(noise(outputs), outputs)
    assert noise.eval()(outputs) is outputs

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pseudo_rd.data.dataset import Dataset, save
from pseudo_rd.data.sources import prepare
from pseudo_rd.figures.gather import gather_inputs
from pseudo_rd.parameters.vocabulary import LAYERS
from pseudo_rd.results.files import write_arrays, write_history, write_json, write_npz
from pseudo_rd.training.loop import Settings, train
from pseudo_rd.training.summary import summarize


def keep_run(folder: Path, dataset: Dataset, objective: str, seed: int) -> str:
    settings = Settings(objective=objective, width=6, seed=seed, batch_size=16, epochs=1, records=4)
    result = train(dataset, settings, "cpu")
    write_history(folder / "history.parquet", result.history)
    write_arrays(folder / "snapshots.safetensors", result.snapshots)
    write_json(folder / "summary.json", summarize(dataset, settings, result, 1))
    return str(folder)


@pytest.fixture(scope="module")
def patches() -> Dataset:
    return prepare("cifar10", "embedded", train_samples=32, test_samples=10)


def test_runs_come_without_weights_unless_asked_and_stand_ins_are_told(tmp_path: Path, patches: Dataset) -> None:
    folders = [keep_run(tmp_path / "run", patches, "augmented", 1)]
    inputs, lacking, rises = gather_inputs(runs={"cifar10": folders}, parameters={"features": {"radius": 0.1}})
    assert rises == {"cifar10": ""}
    assert inputs.runs["cifar10"][0].snapshots == {}
    assert inputs.parameters["features"] == {"radius": 0.1}
    assert list(lacking) == ["cifar10"]
    assert "in place of CIFAR10" in lacking["cifar10"]


def test_weights_patterns_data_and_simulations_come_where_asked(
    tmp_path: Path, patches: Dataset, blobs: Dataset
) -> None:
    folder = keep_run(tmp_path / "run", blobs, "augmented", 1)
    maps = {"iterations": np.array([0, 12]), "hidden": np.zeros((2, 6, 2)), "top": np.ones((2, 6, 2))}
    labels = {layer: np.zeros((2, 6), int) for layer in LAYERS}
    flags = {f"{layer}_converged": np.array([True, False]) for layer in LAYERS}
    write_npz(tmp_path / "maps.npz", maps)
    write_npz(tmp_path / "clusters.npz", labels | flags)
    save(patches, tmp_path / "cifar10.safetensors")
    write_npz(tmp_path / "turing.npz", {"u": np.zeros((2, 4, 4))})
    files = {"run": folder, "maps": str(tmp_path / "maps.npz"), "clusters": str(tmp_path / "clusters.npz")}
    inputs, lacking, rises = gather_inputs(
        runs={"some": [folder]},
        weights=True,
        patterns={"some": [files]},
        datasets={"cifar10": str(tmp_path / "cifar10.safetensors")},
        simulations={"turing_printed": str(tmp_path / "turing.npz")},
    )
    assert rises == {"some": ""}
    assert inputs.runs["some"][0].snapshots["hidden_end"].shape == (6, 24)
    (pattern,) = inputs.patterns["some"]
    assert pattern.maps["top"].shape == (2, 6, 2)
    assert inputs.datasets["cifar10"].checksum == patches.checksum
    assert inputs.simulations["turing_printed"]["u"].shape == (2, 4, 4)
    assert list(lacking) == ["cifar10"]


def test_flow_tables_and_frames_come_where_asked_and_stand_ins_of_films_are_told(tmp_path: Path) -> None:
    write_npz(tmp_path / "flow.npz", {"times": np.array([0.0, 0.1])})
    for seed in (1, 2):
        write_history(tmp_path / f"{seed}.parquet", pd.DataFrame({"seed": [seed]}))
    maps = {"iterations": np.array([0]), "dataset": np.array("cifar10"), "stand_in": np.array("tiles")}
    write_npz(tmp_path / "maps.npz", maps)
    inputs, lacking, _ = gather_inputs(
        flow=str(tmp_path / "flow.npz"),
        tables={"scales": [str(tmp_path / f"{seed}.parquet") for seed in (1, 2)]},
        frames={"maps_augmented": str(tmp_path / "maps.npz")},
    )
    assert inputs.flow["times"].tolist() == [0, 0.1]
    assert inputs.tables["scales"]["seed"].tolist() == [1, 2]
    assert [*inputs.frames] == ["maps_augmented"]
    assert lacking == {"cifar10": "a stand-in: tiles"}

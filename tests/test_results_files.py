from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pseudo_rd.results.files import (
    SUMMARY_FORMAT,
    read_arrays,
    read_npz,
    read_run,
    read_summary,
    write_arrays,
    write_history,
    write_json,
    write_npz,
    write_whole,
)


def test_arrays_come_back(tmp_path: Path, random: np.random.Generator) -> None:
    arrays = {"points": random.normal(size=(4, 2)), "count": np.array(3), "converged": np.array([True, False])}
    write_npz(tmp_path / "new" / "folder" / "some.npz", arrays)
    again = read_npz(tmp_path / "new" / "folder" / "some.npz")
    assert list(again) == list(arrays)
    assert all(np.array_equal(again[name], arrays[name]) for name in arrays)


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "some.txt"
    path.write_text("before")

    def fail(temporary: Path) -> None:
        temporary.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_whole(path, fail)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_objects_are_never_unpickled(tmp_path: Path) -> None:
    np.savez(tmp_path / "some.npz", objects=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match=r"some\.npz cannot be read"):
        read_npz(tmp_path / "some.npz")


def test_nan_is_no_json(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "some.json", {"value": float("nan")})
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def folder(tmp_path: Path, random: np.random.Generator) -> Path:
    write_history(tmp_path / "history.parquet", pd.DataFrame({"iteration": [0, 1], "train_error": [1.0, 0.5]}))
    write_arrays(tmp_path / "snapshots.safetensors", {"hidden_0": random.normal(size=(3, 2)).astype(np.float32)})
    training = {"objective": "augmented", "width": 3, "seed": 7}
    summary = {"format": SUMMARY_FORMAT, "dataset": {"name": "mnist"}, "training": training}
    write_json(tmp_path / "summary.json", summary)
    return tmp_path


def test_a_run_is_read_with_its_weights_only_where_asked(folder: Path) -> None:
    run = read_run(folder)
    assert (run.dataset, run.objective, run.width, run.seed) == ("mnist", "augmented", 3, 7)
    assert run.history["train_error"].tolist() == [1.0, 0.5]
    assert run.snapshots == {}
    assert read_run(folder, weights=True).snapshots["hidden_0"].shape == (3, 2)


@pytest.mark.parametrize("name", ["history.parquet", "snapshots.safetensors", "summary.json"])
@pytest.mark.parametrize("damage", ["missing", "truncated"])
def test_a_damaged_run_names_the_file(name: str, damage: str, folder: Path) -> None:
    path = folder / name
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(ValueError, match=rf"{name} cannot be read .*remove it and run snakemake again") as caught:
        read_run(folder, weights=True)
    assert "\n" not in str(caught.value)


def test_the_parts_can_be_read_alone(folder: Path) -> None:
    assert read_summary(folder)["dataset"]["name"] == "mnist"
    assert list(read_arrays(folder / "snapshots.safetensors")[0]) == ["hidden_0"]

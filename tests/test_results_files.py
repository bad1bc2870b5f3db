from pathlib import Path

import numpy as np
import pytest
from kept import keep_run

from pseudo_rd.results.files import read_npz, read_run, write_json, write_npz, write_whole


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


def test_nan_is_no_json(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "some.json", {"value": float("nan")})
    assert list(tmp_path.iterdir()) == []


def test_a_run_is_read_with_its_weights_only_where_asked(tmp_path: Path) -> None:
    run = read_run(keep_run(tmp_path))
    assert (run.dataset, run.objective, run.width, run.seed) == ("mnist", "augmented", 6, 1)
    assert run.history["train_error"].tolist() == [1.0, 0.5]
    assert run.snapshots == {}
    assert read_run(tmp_path, weights=True).snapshots["hidden_end"].shape == (6, 3)


@pytest.mark.parametrize("name", ["history.parquet", "snapshots.safetensors", "summary.json"])
@pytest.mark.parametrize("damage", ["missing", "truncated"])
def test_a_damaged_run_names_the_file(name: str, damage: str, tmp_path: Path) -> None:
    path = Path(keep_run(tmp_path)) / name
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(ValueError, match=rf"{name} cannot be read .*remove it and run snakemake again") as caught:
        read_run(tmp_path, weights=True)
    assert "\n" not in str(caught.value)

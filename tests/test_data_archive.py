import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pseudo_rd.data.archive import class_names, read_archive
from pseudo_rd.data.dataset import DataError


@pytest.fixture
def good(random: np.random.Generator) -> dict[str, np.ndarray]:
    return {
        "x_train": random.integers(0, 256, (20, 8, 8), dtype=np.uint8),
        "y_train": np.arange(20, dtype=np.uint8) % 10,
        "x_test": random.integers(0, 256, (10, 8, 8), dtype=np.uint8),
        "y_test": np.arange(10, dtype=np.uint8),
    }


def written(folder: Path, arrays: dict[str, Any]) -> Path:
    np.savez(folder / "mine.npz", **arrays)
    return folder / "mine.npz"


def test_labels_in_a_column_as_keras_gives_cifar10_are_accepted(good: dict[str, np.ndarray], tmp_path: Path) -> None:
    arrays = read_archive(written(tmp_path, {**good, "y_train": good["y_train"][:, None]}))
    assert (arrays["y_train"].shape, arrays["y_train"].dtype) == ((20,), np.int64)


MISTAKES = {
    "whole numbers": ({"x_train": np.zeros((20, 8, 8), int)}, "x_train has type int64, it must be uint8"),
    "floats beside bytes": ({"x_train": np.zeros((20, 8, 8))}, "x_train and x_test hold float32 .* and uint8"),
    "not finite": ({"x_test": np.r_[np.zeros((7, 4)), np.full((3, 4), np.nan)]}, "x_test is not finite in row 7"),
    "too large": ({"x_train": np.full((20, 4), 1e300)}, "x_train is not finite in row 0"),
    "flat images": ({"x_train": np.zeros((20, 64), np.uint8)}, r"x_train has shape \(20, 64\)"),
    "four colours": ({"x_train": np.zeros((20, 8, 8, 4), np.uint8)}, r"x_train has shape \(20, 8, 8, 4\)"),
    "no images": ({"x_test": np.zeros((0, 8, 8), np.uint8), "y_test": np.zeros(0, np.uint8)}, "x_test is empty"),
    "another size": ({"x_test": np.zeros((10, 9, 9), np.uint8)}, r"shape \(8, 8\) and uint8 of shape \(9, 9\)"),
    "float labels": ({"y_train": np.zeros(20)}, "y_train has type float64, it must hold integers"),
    "too few labels": ({"y_train": np.zeros(19, np.uint8)}, r"y_train has shape \(19,\), it must be \(20,\)"),
    "spans of time": ({"y_train": np.zeros(20, "m8[s]")}, r"y_train has type timedelta64\[s\], it must hold integers"),
    "label -1": ({"y_test": np.full(10, -1)}, "y_test holds the label -1, labels count from 0"),
    "objects": ({"y_train": np.array([{}] * 20, dtype=object)}, "y_train: Object arrays cannot be loaded"),
    "one class": ({"y_train": np.zeros(20, int), "y_test": np.zeros(10, int)}, "there is one class, there must be 2"),
    "a gap": ({"y_train": np.arange(20) % 2 * 2}, r"y_train holds 2 labels up to 2, it must hold each of 0 \.\. 9"),
    "only tested": ({"y_test": np.full(10, 10)}, r"y_train holds 10 labels up to 9, it must hold each of 0 \.\. 10"),
    "too few names": (
        {"classes": np.array(["cat", "dog"])},
        r"y_train holds 10 labels .* each of 0 \.\. 1",
    ),
    "no name": ({"y_test": np.full(10, 10), "classes": np.array([*"abcdefghij"])}, r"names only 0 \.\. 9"),
    "numbers as names": ({"classes": np.arange(10)}, "classes has type int64"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gets_one_line_with_file_and_array(mistake: str, good: dict[str, np.ndarray], tmp_path: Path) -> None:
    changed, message = MISTAKES[mistake]
    path = written(tmp_path, {**good, **changed})
    with pytest.raises(DataError, match=rf"mine\.npz.*{message}") as caught:
        class_names(read_archive(path), path)
    assert "\n" not in str(caught.value)


def test_a_missing_array_is_named(good: dict[str, np.ndarray], tmp_path: Path) -> None:
    del good["y_test"]
    with pytest.raises(DataError, match=r"lacks y_test\): it must hold x_train, y_train, x_test, y_test"):
        read_archive(written(tmp_path, good))


def test_a_member_that_is_no_array_is_named(good: dict[str, np.ndarray], tmp_path: Path) -> None:
    path = written(tmp_path, {name: array for name, array in good.items() if name != "y_train"})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("y_train", "0 1 2 3")
    with pytest.raises(DataError, match=r"mine\.npz .*y_train: it is not a NumPy array"):
        read_archive(path)

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pseudo_rd.data.dataset import DataError, Dataset, load, save
from pseudo_rd.results.files import write_arrays


def test_what_is_saved_is_loaded(digits: Dataset, tmp_path: Path) -> None:
    save(digits, tmp_path / "digits.safetensors")
    again = load(tmp_path / "digits.safetensors")
    assert again.checksum == digits.checksum
    for name in ("name", "classes", "source", "licence", "stand_in"):
        assert getattr(again, name) == getattr(digits, name)


def test_the_same_data_give_the_same_bytes(digits: Dataset, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.safetensors" for number in range(6)]
    for path in paths:
        save(digits, path)
    assert len({path.read_bytes() for path in paths}) == 1


def test_the_checksum_sees_every_array_and_shape(digits: Dataset) -> None:
    flipped = digits.y_test.copy()
    flipped[0] = (flipped[0] + 1) % 10
    assert replace(digits, y_test=flipped).checksum != digits.checksum
    assert replace(digits, x_train=digits.x_train.reshape(-1, 14, 56)).checksum != digits.checksum


@pytest.mark.parametrize(
    ("pixels", "scale"),
    [
        ("unit", lambda pixels: pixels),
        ("symmetric", lambda pixels: 2 * pixels - 1),
        ("standard", lambda pixels: (pixels - 0.1307) / 0.3081),  # MNIST's published numbers
    ],
)
def test_pixels_are_scaled_as_asked(pixels: str, scale: Callable, digits: Dataset) -> None:
    inputs = digits.inputs(pixels)[1]
    assert inputs.dtype == np.float32
    np.testing.assert_allclose(inputs, scale(digits.x_test.reshape(64, 784) / 255), rtol=1e-4, atol=1e-6)


def test_standard_scaling_of_other_images_uses_their_own_training_pixels(digits: Dataset) -> None:
    inputs = replace(digits, name="my-digits").inputs("standard")[0]
    assert abs(inputs.mean(dtype=np.float64)) < 1e-5
    assert abs(inputs.std(dtype=np.float64) - 1) < 1e-5


def test_other_arrays_are_no_data_set(tmp_path: Path) -> None:
    write_arrays(tmp_path / "weights.safetensors", {"hidden_0": np.zeros(3)})
    with pytest.raises(DataError, match=r"weights\.safetensors does not hold samples with their labels: remove it"):
        load(tmp_path / "weights.safetensors")


def test_arrays_alone_make_a_data_set_whose_floats_are_not_scaled() -> None:
    images, labels = np.full((3, 4, 4), 7, np.float32), np.array([0, 1, 2])
    mine = Dataset("mine", images, labels, images, labels)
    assert mine.classes == ("0", "1", "2")
    assert np.array_equal(mine.inputs("standard")[0], images.reshape(3, 16))

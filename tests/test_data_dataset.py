from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from pseudo_rd.data.dataset import DataError, Dataset, load, save, scaled


def test_what_is_saved_is_loaded(digits: Dataset, tmp_path: Path) -> None:
    save(digits, tmp_path / "digits.safetensors")
    again = load(tmp_path / "digits.safetensors")
    assert again.checksum == digits.checksum
    for name in ("name", "classes", "scaling", "source", "licence", "stand_in", "image_shape"):
        assert getattr(again, name) == getattr(digits, name)
    assert np.array_equal(again.train_inputs, digits.train_inputs)


def test_the_same_data_give_the_same_bytes(digits: Dataset, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.safetensors" for number in range(6)]
    for path in paths:
        save(digits, path)
    assert len({path.read_bytes() for path in paths}) == 1


def test_a_failed_save_leaves_the_old_file_and_nothing_else(
    digits: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "digits.safetensors"
    save(digits, path)
    before = path.read_bytes()

    def half_written(target: Path, content: bytes) -> None:
        with target.open("wb") as file:
            file.write(content[:100])
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "write_bytes", half_written)
    with pytest.raises(OSError, match="no space left"):
        save(replace(digits, name="other"), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_the_checksum_sees_every_array_and_shape(digits: Dataset) -> None:
    flipped = digits.y_test.copy()
    flipped[0] = (flipped[0] + 1) % 10
    assert replace(digits, y_test=flipped).checksum != digits.checksum
    assert replace(digits, x_train=digits.x_train.reshape(-1, 14, 56)).checksum != digits.checksum


def test_unit_scaling_brings_pixels_into_the_unit_interval(digits: Dataset) -> None:
    inputs = digits.train_inputs
    assert inputs.shape == (256, 784)
    assert inputs.dtype == np.float32
    assert inputs.min() == 0
    assert inputs.max() == 1
    assert inputs[3, 400] == np.float32(digits.x_train[3].flat[400]) / np.float32(255)


def test_without_scaling_pixels_are_floats_too(digits: Dataset) -> None:
    inputs = replace(digits, scaling="none").test_inputs
    assert inputs.dtype == np.float32
    assert np.array_equal(inputs, digits.x_test.reshape(64, 784))


def test_an_unknown_scaling_is_refused(digits: Dataset) -> None:
    with pytest.raises(DataError, match="mnist: scaling = 'half' is not one of unit, symmetric, standard, none"):
        replace(digits, scaling="half")


def test_symmetric_scaling_brings_pixels_into_minus_one_to_one(digits: Dataset) -> None:
    inputs = replace(digits, scaling="symmetric").train_inputs
    assert inputs.dtype == np.float32
    assert (inputs.min(), inputs.max()) == (-1, 1)
    np.testing.assert_allclose(inputs, 2 * digits.train_inputs - 1, atol=1e-6)


def test_standard_scaling_of_mnist_uses_its_published_numbers(digits: Dataset) -> None:
    standard = replace(digits, scaling="standard")
    np.testing.assert_allclose(standard.train_inputs, (digits.train_inputs - 0.1307) / 0.3081, rtol=1e-4, atol=1e-5)


def test_standard_scaling_of_other_images_uses_their_own_training_pixels(digits: Dataset) -> None:
    inputs = replace(digits, name="my-digits", scaling="standard").train_inputs
    assert abs(inputs.mean(dtype=np.float64)) < 1e-5
    assert abs(inputs.std(dtype=np.float64) - 1) < 1e-5


def test_a_truncated_file_is_refused_in_one_line(digits: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "digits.safetensors"
    save(digits, path)
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(
        DataError, match=r"digits.safetensors is not a whole prepared data set .*prepare it again"
    ) as caught:
        load(path)
    assert "\n" not in str(caught.value)


def test_a_changed_byte_is_noticed(digits: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "digits.safetensors"
    save(digits, path)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(DataError, match="does not match the checksum"):
        load(path)


def test_a_missing_or_foreign_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is not there"):
        load(tmp_path / "none.safetensors")
    save_file({"weights": np.zeros(3, np.float32)}, tmp_path / "weights.safetensors")
    with pytest.raises(DataError, match=r"not a whole prepared data set \(it does not say which data set it holds\)"):
        load(tmp_path / "weights.safetensors")
    (tmp_path / "text.safetensors").write_text("not a tensor")
    with pytest.raises(DataError, match="not a whole prepared data set"):
        load(tmp_path / "text.safetensors")


def test_arrays_alone_make_a_data_set() -> None:
    features, labels = np.full((3, 4), 7, np.float32), np.array([0, 1, 2])
    mine = Dataset("mine", features, labels, features, labels)
    assert mine.classes == ("0", "1", "2")
    assert np.array_equal(scaled(mine, "standard").train_inputs, features)
    with pytest.raises(DataError, match="mine: labels up to 9 for 3 samples"):
        Dataset("mine", features, labels + 7, features, labels)


def test_float_images_are_not_scaled() -> None:
    images = np.full((2, 3, 3), 7, np.float32)
    mine = scaled(Dataset("mine", images, np.arange(2), images, np.arange(2)), "unit")
    assert np.array_equal(mine.train_inputs, images.reshape(2, 9))

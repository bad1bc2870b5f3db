"""One prepared data set, in memory and as a checked file."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from pseudo_rd.parameters.vocabulary import SCALINGS
from pseudo_rd.results.files import checksum_of, read_arrays, write_arrays

ARRAYS = ("x_train", "y_train", "x_test", "y_test")
TEXTS = ("name", "scaling", "source", "licence", "stand_in")
MNIST_MEAN, MNIST_DEVIATION = 0.1307, 0.3081  # of the training pixels in [0, 1], as commonly published


class DataError(ValueError):
    """One line that names the file or data set, what is wrong, and the way out."""


@dataclass(frozen=True)
class Dataset:
    """Samples with labels 0 .. k - 1.

    Attributes:
        name: as in params.yaml.
        x_train, x_test: uint8 images (samples, height, width[, 3]), or float32: images of any number of channels, or
            features (samples, inputs).
        y_train, y_test: int64 labels, (samples,).
        classes: the names of the k labels; if left out, the labels themselves.
        scaling: of uint8 images, floats stay as they are: "unit" (pixels in [0, 1]), "symmetric" (in [-1, 1]),
            "standard" (mean 0, deviation 1 over the training pixels; for MNIST its published numbers) or "none".
        source: where it comes from, in a sentence.
        licence: under which the data are.
        stand_in: what the data are when they only hold another set's place; else empty.
    """

    name: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    classes: tuple[str, ...] = ()
    scaling: str = "unit"
    source: str = "not stated"
    licence: str = "not stated"
    stand_in: str = ""

    def __post_init__(self) -> None:
        if self.scaling not in (*SCALINGS, "none"):
            raise DataError(f"{self.name}: scaling = {self.scaling!r} is not one of {', '.join(SCALINGS)}, none")
        if not self.classes:
            count = max(self.y_train.max(), self.y_test.max()) + 1
            object.__setattr__(self, "classes", tuple(map(str, range(count))))

    @property
    def image_shape(self) -> tuple[int, ...] | None:
        """(height, width[, channels]), or None where the samples are no images."""
        return self.x_train.shape[1:] if self.x_train.ndim > 2 else None

    @property
    def train_inputs(self) -> np.ndarray:
        """What the network meets, float32 (samples, inputs)."""
        return self._inputs(self.x_train)

    @property
    def test_inputs(self) -> np.ndarray:
        """What the network meets, float32 (samples, inputs)."""
        return self._inputs(self.x_test)

    @cached_property
    def checksum(self) -> str:
        """SHA-256 over the arrays: names, types, shapes and bytes."""
        return checksum_of({name: getattr(self, name) for name in ARRAYS})

    def _inputs(self, samples: np.ndarray) -> np.ndarray:
        flat = samples.reshape(len(samples), -1)
        if self.scaling == "none" or samples.dtype != np.uint8:
            return flat.astype(np.float32, copy=False)
        pixels = flat / np.float32(255)
        if self.scaling == "symmetric":
            pixels = 2 * pixels - 1
        elif self.scaling == "standard":
            if self.name == "mnist":
                mean, deviation = MNIST_MEAN, MNIST_DEVIATION
            else:
                mean, deviation = self.x_train.mean(dtype=np.float64) / 255, self.x_train.std(dtype=np.float64) / 255
            pixels = (pixels - np.float32(mean)) / np.float32(deviation)
        return pixels


def scale_pixels(dataset: Dataset, pixels: str) -> Dataset:
    """The same data set with its pixels scaled as `Dataset.scaling` says; floats stay as they are."""
    return dataset if dataset.x_train.dtype != np.uint8 else replace(dataset, scaling=pixels)


def save(dataset: Dataset, path: Path | str) -> None:
    """Write the data set with its provenance and checksum, whole or not at all; the same data give the same bytes."""
    metadata = {name: getattr(dataset, name) for name in (*TEXTS, "classes")}
    write_arrays(path, {name: getattr(dataset, name) for name in ARRAYS}, metadata)


def load(path: Path | str) -> Dataset:
    """Read what `save` wrote.

    Raises:
        ValueError: if the file is missing, not whole, or not what was written.
        DataError: if it is no data set.
    """
    arrays, metadata = read_arrays(path)
    try:
        fields: dict[str, Any] = {name: metadata[name] for name in TEXTS} | {name: arrays[name] for name in ARRAYS}
        return Dataset(**fields, classes=tuple(metadata["classes"]))
    except (KeyError, TypeError, ValueError):  # a file that is not ours
        raise DataError(f"{path} does not hold samples with their labels: remove it and run snakemake again") from None

"""One prepared data set, in memory and as a checked file."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from pseudo_rd.results.files import checksum_of, read_arrays, write_arrays

ARRAYS = ("x_train", "y_train", "x_test", "y_test")
TEXTS = ("name", "source", "licence", "stand_in")
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
    source: str = "not stated"
    licence: str = "not stated"
    stand_in: str = ""

    def __post_init__(self) -> None:
        if not self.classes:
            count = max(self.y_train.max(), self.y_test.max()) + 1
            object.__setattr__(self, "classes", tuple(map(str, range(count))))

    @property
    def image_shape(self) -> tuple[int, ...] | None:
        """(height, width[, channels]), or None where the samples are no images."""
        return self.x_train.shape[1:] if self.x_train.ndim > 2 else None

    @cached_property
    def checksum(self) -> str:
        """SHA-256 over the arrays: names, types, shapes and bytes."""
        return checksum_of({name: getattr(self, name) for name in ARRAYS})

    def inputs(self, pixels: str = "unit") -> list[np.ndarray]:
        """x_train and x_test as a network meets them, each float32 (samples, inputs).

        Args:
            pixels: of uint8 images, floats stay as they are: "unit" (in [0, 1]), "symmetric" (in [-1, 1]) or "standard"
                (mean 0, deviation 1 over the training pixels; for MNIST its published numbers).
        """
        halves = [samples.reshape(len(samples), -1) for samples in (self.x_train, self.x_test)]
        if self.x_train.dtype != np.uint8:
            return [half.astype(np.float32, copy=False) for half in halves]
        mean, deviation = 0.0, 1.0
        if pixels == "symmetric":
            mean, deviation = 0.5, 0.5
        elif pixels == "standard" and self.name == "mnist":
            mean, deviation = MNIST_MEAN, MNIST_DEVIATION
        elif pixels == "standard":
            mean, deviation = self.x_train.mean(dtype=np.float64) / 255, self.x_train.std(dtype=np.float64) / 255
        return [(half / np.float32(255) - np.float32(mean)) / np.float32(deviation) for half in halves]


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

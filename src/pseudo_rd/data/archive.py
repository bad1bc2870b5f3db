"""Images and features as NumPy archives in Keras's layout, with every check that a stranger's file needs."""

import zipfile
from pathlib import Path

import numpy as np

from pseudo_rd.data.dataset import ARRAYS, DataError
from pseudo_rd.results.files import unpack

CLASSES = "classes"  # an array that may be left out


def read_archive(path: Path) -> dict[str, np.ndarray]:
    """x_train, y_train, x_test, y_test (uint8 images or float32 samples, int64 labels), and classes if it names them.

    Raises:
        DataError: one line that names the file, the array and what is wrong with it.
    """
    if not path.exists():
        raise DataError(f"{path} is not there: put the archive there (docs/extend.md)")
    try:
        with zipfile.ZipFile(path) as archive:
            optional = (CLASSES,) if f"{CLASSES}.npy" in archive.namelist() else ()
        arrays = unpack(path, (*ARRAYS, *optional))
    except Exception as error:  # what parsers raise at a hostile file knows no bounds
        reason = " ".join(str(error).split()) or type(error).__name__
        raise DataError(
            f"{path} is not a whole .npz archive ({reason}): it must hold {', '.join(ARRAYS)}: fetch it again, or save "
            "it with numpy.savez"
        ) from None
    return check_arrays(arrays, path)


def check_arrays(arrays: dict[str, np.ndarray], path: Path) -> dict[str, np.ndarray]:
    """The same dictionary, labels now int64 (samples,), floats float32, or a DataError that says what is wrong."""
    for half in ("train", "test"):
        arrays[f"x_{half}"] = _samples(arrays[f"x_{half}"], f"{path}: x_{half}")
        labels, count = arrays[f"y_{half}"], len(arrays[f"x_{half}"])
        if labels.dtype.kind not in "iu":  # np.issubdtype would take spans of time for integers
            raise DataError(f"{path}: y_{half} has type {labels.dtype}, it must hold integers")
        if labels.shape not in ((count,), (count, 1)):
            raise DataError(f"{path}: y_{half} has shape {labels.shape}, it must be ({count},) as x_{half}")
        if labels.min() < 0:
            raise DataError(f"{path}: y_{half} holds the label {labels.min()}, labels count from 0")
        arrays[f"y_{half}"] = labels.reshape(-1).astype(np.int64)
    train, test = arrays["x_train"], arrays["x_test"]
    if train.dtype != test.dtype or train.shape[1:] != test.shape[1:]:
        kinds = " and ".join(f"{samples.dtype} of shape {samples.shape[1:]}" for samples in (train, test))
        raise DataError(f"{path}: x_train and x_test hold {kinds}, they must be the same")
    return arrays


def class_names(arrays: dict[str, np.ndarray], path: Path) -> tuple[str, ...]:
    """The names of a user's own classes: the array `classes`, or the labels 0 .. k - 1, all of them trained on."""
    labels, largest = np.unique(arrays["y_train"]), arrays["y_test"].max()
    names = arrays.get(CLASSES)
    if names is not None and (names.dtype.kind != "U" or names.ndim != 1):
        raise DataError(f"{path}: {CLASSES} has type {names.dtype} and shape {names.shape}, it must list strings")
    count = int(max(labels[-1], largest)) + 1 if names is None else len(names)
    if count < 2:
        raise DataError(f"{path}: there is one class, there must be 2 or more")
    if len(labels) != count or labels[-1] != count - 1:
        content = f"y_train holds {len(labels)} labels up to {labels[-1]}"
        raise DataError(f"{path}: {content}, it must hold each of 0 .. {count - 1} without a gap")
    if largest >= count:
        raise DataError(f"{path}: y_test holds the label {largest}, but {CLASSES} names only 0 .. {count - 1}")
    return tuple(map(str, range(count) if names is None else names))


def _samples(samples: np.ndarray, title: str) -> np.ndarray:
    """uint8 images as they are, floats as float32 and finite."""
    floats = samples.dtype.kind == "f"
    if samples.dtype != np.uint8 and not floats:
        raise DataError(f"{title} has type {samples.dtype}, it must be uint8 (images) or float")
    image = samples.ndim == 3 or (samples.ndim == 4 and (floats or samples.shape[3] == 3))
    if not image and not (floats and samples.ndim == 2):
        allowed = "(n, height, width[, channels]) or (n, inputs)" if floats else "(n, height, width[, 3])"
        raise DataError(f"{title} has shape {samples.shape}, it must be {allowed}")
    if samples.size == 0:
        raise DataError(f"{title} is empty")
    if floats:
        with np.errstate(over="ignore"):
            samples = samples.astype(np.float32)
        finite = np.isfinite(samples.reshape(len(samples), -1)).all(axis=1)
        if not finite.all():
            raise DataError(f"{title} is not finite in row {finite.argmin()}: all values must be float32 numbers")
    return samples

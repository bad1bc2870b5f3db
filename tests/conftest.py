"""Shared by all tests: one thread each, so that results do not depend on the machine's load or cores."""

import os

os.environ["OMP_NUM_THREADS"] = "1"

import shutil
from collections.abc import Callable, Generator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
import torch
from projects import TARGETS, copy_project, made_once, output, preloaded, snakemake

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.data.sources import prepare

torch.set_num_threads(1)


@pytest.hookimpl(wrapper=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One more than cores: some tests wait for most of their time, for SLURM's queue, a server, a browser."""
    return (yield) + 1


def pytest_configure(config: pytest.Config) -> None:
    """Start the server of preloaded.py, one for all workers and tests of tests; it ends with this process."""
    if "PRELOADED_PYTHON" not in os.environ:
        server = ExitStack()
        os.environ["PRELOADED_PYTHON"] = f"{server.enter_context(preloaded())}/python"
        config.add_cleanup(server.close)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not torch.cuda.is_available():
        for item in items:
            if item.get_closest_marker("gpu"):
                item.add_marker(pytest.mark.skip(reason="needs a CUDA device"))


@pytest.fixture(scope="session")
def blobs() -> Dataset:
    """A small synthetic data set: 24 inputs of which three directions are used."""
    return prepare("synthetic-small", source="blobs", inputs=24, train_samples=192, test_samples=64, blob_seed=1)


@pytest.fixture(scope="session")
def digits() -> Dataset:
    """A few hundred real digits out of the embedded sample."""
    return prepare("mnist", source="embedded", train_samples=256, test_samples=64)


@pytest.fixture(scope="session")
def theory_study() -> dict[str, np.ndarray]:
    """The theorems' own setting, small: of its widths the largest keeps most of the bounds."""
    from pseudo_rd.theory.flow import recording_times, study, unit_problem

    inputs, targets = unit_problem(10, 6, torch.Generator().manual_seed(0))
    return study(inputs, targets, [16, 64, 2048], [1, 2], 0.3, 0.1, 0.05, recording_times(8.0, 0.05, 12))


@pytest.fixture
def set_threads() -> Generator[Callable[[int], None], None, None]:
    """Gives PyTorch another number of threads until the test ends."""
    yield torch.set_num_threads
    torch.set_num_threads(1)


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(1)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made-up results of the preset quick, for the companion; its tests share the xdist group "site"."""
    from made_up_site import results  # here: no other test needs what it loads

    return results(tmp_path_factory.mktemp("companion") / "results")


@pytest.fixture(scope="session")
def site(made: Path) -> Path:
    """The companion of these results."""
    from made_up_site import companion

    return companion(made)


@pytest.fixture(scope="session")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with the whole smoke preset made."""

    def walk(folder: Path) -> None:
        shown = output(snakemake(copy_project(folder), *TARGETS, "--config", "preset=smoke"))
        (folder / "output.txt").write_text(shown, encoding="utf-8")  # what a person would have seen

    return made_once("smoke", walk, tmp_path_factory)


@pytest.fixture
def copied(walked: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(walked, tmp_path / "copy"))

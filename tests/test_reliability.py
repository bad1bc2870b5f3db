"""Faults from outside: what each promises stands in docs/performance.md."""

import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from projects import MAKE, READING, copy_project, output, rewrite, run, snakemake, wait_until

from pseudo_rd.data.dataset import Dataset, load, save
from pseudo_rd.results import files
from pseudo_rd.stages.stage import stage_log
from pseudo_rd.training.checkpoint import Checkpoints, State, write_checkpoint
from pseudo_rd.training.loop import Settings, train

NOISE = np.random.default_rng(1).normal(size=(300, 10)).astype(np.float32)  # 12 kB that no compression makes small

WRITERS: dict[str, Callable[[Path, Dataset], None]] = {
    "some.npz": lambda path, blobs: files.write_npz(path, {"points": NOISE}),
    "some.md": lambda path, blobs: files.write_text(path, str(NOISE.tolist())),
    "some.json": lambda path, blobs: files.write_json(path, {"points": NOISE.tolist()}),
    "some.csv": lambda path, blobs: files.write_csv(path, pd.DataFrame(NOISE)),
    "history.parquet": lambda path, blobs: files.write_history(path, pd.DataFrame(NOISE).add_prefix("x")),
    "snapshots.safetensors": lambda path, blobs: files.write_arrays(path, {"hidden_0": NOISE}),
    "checkpoint.safetensors": lambda path, blobs: write_checkpoint(
        path, {}, State(0, [], {}, {"hidden": torch.from_numpy(NOISE)})
    ),
    "data.safetensors": lambda path, blobs: save(blobs, path),
}


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """A small file system of its own at `folder`."""
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("only root may mount a file system, and not everywhere")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def limited(resource_of: int, most: int) -> Iterator[None]:
    """This process may have no more bytes of a resource, which anyone may ask for."""
    soft, hard = resource.getrlimit(resource_of)
    resource.setrlimit(resource_of, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource_of, (soft, hard))


def assert_refused(name: str, folder: Path, blobs: Dataset, reason: str) -> None:
    line = rf"(?i){re.escape(name)} cannot be written \(.*{reason}.*\): check free space"
    with pytest.raises(OSError, match=line) as caught:
        WRITERS[name](folder / name, blobs)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize(("options", "reason"), [("size=8k", "no space left"), ("ro", "read-only file system")])
def test_a_disk_that_is_full_or_read_only_is_told_and_gets_no_file_that_counts(
    options: str, reason: str, name: str, blobs: Dataset, tmp_path: Path
) -> None:
    with mounted(tmp_path, options):
        assert_refused(name, tmp_path, blobs, reason)
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_over_the_limit_leaves_the_old_one(name: str, blobs: Dataset, tmp_path: Path) -> None:
    (tmp_path / name).write_text("before")
    with limited(resource.RLIMIT_FSIZE, 8192):
        assert_refused(name, tmp_path, blobs, "file too large")
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "before"


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_is_for_those_whom_the_umask_lets_read(name: str, blobs: Dataset, tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        WRITERS[name](tmp_path / name, blobs)
    finally:
        os.umask(before)
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def read_data(path: Path) -> dict[str, object]:
    data = load(path)
    return {"data": data.checksum, **{name: getattr(data, name) for name in ("name", "source", "licence", "classes")}}


READERS: dict[str, Callable[[Path], object]] = {
    "some.npz": files.read_npz,
    "history.parquet": lambda path: files.read_table(path).to_dict("list"),
    "snapshots.safetensors": files.read_arrays,
    "data.safetensors": read_data,
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("damage", ["flipped", "truncated"])
def test_damage_is_noticed_in_one_line_or_does_no_harm(
    name: str, damage: str, blobs: Dataset, tmp_path: Path, random: np.random.Generator
) -> None:
    path, read = tmp_path / name, READERS[name]
    WRITERS[name](path, blobs)
    whole, expected = path.read_bytes(), read(path)
    noticed = 0
    for _ in range(200):
        damaged = bytearray(whole)
        if damage == "flipped":
            damaged[random.integers(len(whole))] ^= 1 << int(random.integers(8))
        else:
            del damaged[random.integers(len(whole)) :]
        path.write_bytes(damaged)
        try:
            found = read(path)
        except ValueError as error:
            assert "\n" not in str(error)
            assert name in str(error)
            noticed += 1
        else:  # dates, names of programs and the like
            np.testing.assert_equal(found, expected)
    assert noticed >= (200 if damage == "truncated" or name.endswith("safetensors") else 80)


def test_a_run_of_an_older_version_is_refused_in_one_line(tmp_path: Path) -> None:
    files.write_history(tmp_path / "history.parquet", pd.DataFrame({"iteration": [0]}))
    files.write_json(tmp_path / "summary.json", {"dataset": {"name": "mnist"}})
    with pytest.raises(ValueError, match=r"summary\.json cannot be read \(its format is None, .*remove it and run"):
        files.read_run(tmp_path)
    files.write_json(tmp_path / "summary.json", {"format": files.SUMMARY_FORMAT, "dataset": {}})
    with pytest.raises(ValueError, match=r"summary\.json cannot be read \(it lacks 'name'\)"):
        files.read_run(tmp_path)
    pd.DataFrame({"iteration": [0]}).to_parquet(tmp_path / "history.parquet")
    with pytest.raises(ValueError, match=r"history\.parquet cannot be read \(.*older version wrote it"):
        files.read_run(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux how much memory is used")
def test_too_little_memory_ends_in_one_line(blobs: Dataset, tmp_path: Path) -> None:
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    snakemake = SimpleNamespace(rule="train", log=[str(tmp_path / "train.log")], wildcards={})
    settings = Settings(objective="supervised", width=10**8, seed=1, batch_size=32, epochs=1)
    with (
        limited(resource.RLIMIT_AS, used + 2**28),
        pytest.raises(SystemExit, match=r"^train: not enough memory \(.*\): run fewer jobs at once .*$"),
        stage_log(snakemake),
    ):
        train(blobs, settings, "cpu")


# The workflow in a copy of the project, step by step.

RUN = f"results/smoke/{READING}/runs/mnist/supervised/m64/seed1"
OTHER = f"results/smoke/{READING}/runs/mnist/augmented/m64/seed1"
WORDS = r"(?i)\block|unlock|incomplete"


def wanted(*runs: str) -> list[str]:
    return [*(f"{run}/summary.json" for run in runs), "--config", "preset=smoke"]


def start(folder: Path, *command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )


def stages_of(folder: Path) -> list[int]:
    """Process ids of the stages that run in a copy of the project."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
            if b".snakemake/scripts/" in command and (entry / "cwd").resolve() == folder.resolve():
                found.append(int(entry.name))
        except OSError:  # it has just ended
            continue
    return found


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_project(tmp_path_factory.mktemp("reliability"))
    rewrite(folder / "params.yaml", "preset: quick", "preset: smoke")
    return folder


@pytest.mark.slow
@pytest.mark.xdist_group("reliability")
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
class TestWorkflow:
    def test_a_killed_snakemake_is_followed_by_the_next_without_a_word(self, project: Path) -> None:
        process = start(project, sys.executable, "-m", "snakemake", "--cores", "2", *wanted(RUN))
        wait_until(lambda: [*project.glob(f"logs/smoke/{READING}/train/**/seed1.log")], process)
        process.kill()
        process.communicate()
        wait_until(lambda: not stages_of(project), seconds=10)  # they die with it
        assert list((project / ".snakemake/locks").iterdir())
        assert not (project / RUN / "summary.json").exists()
        shown = output(snakemake(project, *wanted(RUN)))
        assert not re.search(WORDS, shown), shown
        assert (project / RUN / "summary.json").exists()

    def test_a_killed_worker_is_an_error_and_the_next_run_goes_on(self, project: Path) -> None:
        process = start(project, sys.executable, "-m", "snakemake", "--cores", "2", *wanted(OTHER))
        wait_until(lambda: stages_of(project), process)
        os.kill(stages_of(project)[0], signal.SIGKILL)
        shown, _ = process.communicate()
        assert process.returncode != 0
        assert re.search("Error in rule (prepare_data|train)", shown)
        assert "Traceback" not in shown
        assert not list((project / OTHER).glob("*"))
        output(snakemake(project, *wanted(OTHER)))

    def test_a_run_goes_on_from_its_checkpoint_and_removes_it(self, project: Path) -> None:
        expected = files.read_run(project / OTHER, weights=True)
        path = project / OTHER.replace("results", "checkpoints").replace("/runs", "")
        path = path.with_name(path.name + ".safetensors")
        settings = Settings(**expected.summary["training"])

        def stop(done: int, total: int, row: dict[str, float]) -> None:
            if done > total / 2:
                raise KeyboardInterrupt

        data = load(project / "data/processed/smoke/mnist.safetensors")
        with pytest.raises(KeyboardInterrupt):
            train(data, settings, "cpu", on_record=stop, checkpoints=Checkpoints(path, 0))
        output(snakemake(project, *wanted(OTHER), "--forcerun", "train"))
        log = (project / f"logs/smoke/{READING}/train/mnist/augmented/m64/seed1.log").read_text(encoding="utf-8")
        assert re.search(rf"from iteration [1-9]\d*: checkpoints/smoke/{READING}/mnist/augmented/m64/seed1", log), log
        assert not path.exists()
        again = files.read_run(project / OTHER, weights=True)
        assert all(np.array_equal(again.snapshots[name], array) for name, array in expected.snapshots.items())
        columns = expected.history.columns.drop("seconds")
        pd.testing.assert_frame_equal(again.history[columns], expected.history[columns], check_exact=True)

    def test_a_run_that_diverges_is_one_line_and_leaves_no_results(self, project: Path) -> None:
        other = RUN.replace("seed1", "seed2")
        finished = snakemake(project, *wanted(other), "training={learning_rate: 1e30}")
        assert finished.returncode != 0
        assert re.search(r"^train mnist supervised 64 2: .* NaN or infinite by .*kept in .*\)$", finished.stdout, re.M)
        assert "Traceback" not in finished.stdout
        assert not list((project / other).glob("*"))
        assert not list((project / "checkpoints").rglob("*.safetensors"))
        kept = project / f"logs/smoke/{READING}/train/mnist/supervised/m64/seed2.diverged.parquet"
        assert len(files.read_table(kept)) >= 1

    def test_the_second_of_two_makes_is_refused_and_the_first_goes_on(self, project: Path) -> None:
        (project / ".venv").symlink_to(sys.prefix)  # whose path may hold a space
        command = [*MAKE, "experiments", "CORES=1"]
        first = start(project, *command)
        try:
            wait_until(lambda: [*project.glob(".snakemake/locks/*")], first)
            second = run(project, *command)
            assert second.returncode != 0
            # Snakemake's own words where the command flock is missing.
            assert re.search("another make is running|Directory cannot be locked", second.stdout), second.stdout
            assert "Traceback" not in second.stdout
            assert list((project / ".snakemake/locks").iterdir())
            assert first.poll() is None
        finally:
            os.killpg(first.pid, signal.SIGKILL)
            first.communicate()

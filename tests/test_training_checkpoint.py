"""Runs that are killed with SIGKILL and started again, and checkpoints that must not be used."""

import multiprocessing
import os
import random
import re
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from trainings import CPU, Options, assert_alike

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.data.sources import prepare
from pseudo_rd.results import files
from pseudo_rd.training.checkpoint import Checkpoints, State, fingerprint_of, read_checkpoint, write_checkpoint
from pseudo_rd.training.closed_form.problem import problem_of
from pseudo_rd.training.loop import train
from pseudo_rd.training.recorder import Result
from pseudo_rd.training.samples import samples_of
from pseudo_rd.training.settings import Settings

SETTINGS = Settings(
    "augmented", 300, 1, batch_size=32, epochs=40, records=40, snapshot_fractions=(0.3, 0.6), snapshot_neurons=16
)
SHORT = replace(SETTINGS, epochs=6)
KILLS = 20
WRITING = ("write_bytes", "chmod", "replace")  # the parts of a checkpoint's write


def run(settings: Settings, folder: Path, **more: object) -> Result:
    """One run with a checkpoint at each record; its lines go to a file."""
    dataset = prepare("synthetic-small", source="blobs", inputs=24, train_samples=192, test_samples=64, blob_seed=1)
    with (folder / "said").open("a") as said:
        checkpoints = Checkpoints(folder / "run.safetensors", 0, lambda line: print(line, file=said, flush=True))
        return train(dataset, settings, "cpu", checkpoints=checkpoints, **more)


def run_and_write(settings: Settings, folder: Path) -> None:
    torch.set_num_threads(1)
    result = run(settings, folder)
    files.write_arrays(folder / "end" / "snapshots.safetensors", result.snapshots)
    files.write_history(folder / "end" / "history.parquet", result.history)


def die_in_a_write(settings: Settings, folder: Path, writes: int, part: str) -> None:
    """Run until the given write of the checkpoint, and kill the process in the middle of it."""
    seen = 0

    def dying(name: str, original: Callable) -> Callable:
        def wrapped(*arguments: object) -> object:
            nonlocal seen
            seen += name == "write_bytes"
            if name == part and seen == writes:
                if name == "write_bytes":
                    original(arguments[0], arguments[1][: len(arguments[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return original(*arguments)

        return wrapped

    for name in WRITING:
        setattr(Path, name, dying(name, getattr(Path, name)))
    run_and_write(settings, folder)


@pytest.fixture(scope="module")
def processes() -> multiprocessing.context.BaseContext:
    """Processes forked from one that has PyTorch loaded already: a start takes milliseconds."""
    context = multiprocessing.get_context("forkserver")
    # Not this module: Python 3.11 does not look for it in the folder of the tests, and says nothing.
    context.set_forkserver_preload(["pytest", "sklearn.datasets", "pseudo_rd.training.loop"])
    return context


def assert_same_end(folder: Path, expected: Path) -> None:
    one, other = (files.read_arrays(run / "end" / "snapshots.safetensors")[0] for run in (folder, expected))
    assert one.keys() == other.keys()
    assert all(np.array_equal(one[name], other[name]) for name in one)
    one, other = (files.read_table(run / "end" / "history.parquet") for run in (folder, expected))
    assert one["seconds"].is_monotonic_increasing
    pd.testing.assert_frame_equal(one.drop(columns="seconds"), other.drop(columns="seconds"), check_exact=True)
    # The last checkpoint holds critic and momenta too.
    one, other = (files.read_arrays(run / "run.safetensors") for run in (folder, expected))
    assert {"weights.critic_hidden", "velocity.hidden", "velocity.critic_top"} < one[0].keys()
    assert all(np.array_equal(one[0][name], array) for name, array in other[0].items())
    assert one[1]["iteration"] == other[1]["iteration"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [{"objective": "supervised"}, {}, {"biases": True, "update_order": "generator-first"}],
    ids=["supervised", "augmented", "biases"],
)
def test_a_run_killed_again_and_again_ends_in_the_same_bits(
    changes: Options, tmp_path: Path, processes: multiprocessing.context.BaseContext
) -> None:
    settings = replace(SETTINGS, **changes)
    expected, folder = tmp_path / "never killed", tmp_path / "killed"
    expected.mkdir()
    folder.mkdir()

    def exit_code(work: Callable[..., None], *arguments: object, seconds: float | None = None) -> int | None:
        """Of a process that is killed after so many seconds."""
        process = processes.Process(target=work, args=(settings, *arguments))
        process.start()
        process.join(seconds)
        process.kill()
        process.join()
        return process.exitcode

    assert exit_code(run_and_write, expected) == 0
    began = time.monotonic()
    assert exit_code(run_and_write, folder) == 0
    lasted = time.monotonic() - began
    assert_same_end(folder, expected)

    moments, kills = random.Random(1), 0
    while kills < KILLS:
        if moments.random() < 0.3:
            writes, part = moments.randint(1, 4), moments.choice(WRITING)
            code = exit_code(die_in_a_write, folder, writes, part)
        else:
            code = exit_code(run_and_write, folder, seconds=moments.uniform(0, lasted / 3))
        if code == 0:
            assert_same_end(folder, expected)
            (folder / "run.safetensors").unlink()
        else:
            assert code == -signal.SIGKILL
            kills += 1
    assert exit_code(run_and_write, folder) == 0
    assert_same_end(folder, expected)
    said = (folder / "said").read_text().splitlines()
    assert len({line for line in said if line.startswith("resuming from iteration")}) >= 3
    assert not any(line.startswith("starting from iteration 0") for line in said)  # no kill left a broken checkpoint
    assert {path.name for path in folder.iterdir()} == {"run.safetensors", "said", "end"}


class Killed(Exception):
    pass


def stop(settings: Settings, folder: Path) -> None:
    """Leave the checkpoint of a run that stopped in the middle."""

    def die(done: int, total: int, row: dict[str, float]) -> None:
        if done > total / 2:
            raise Killed

    with pytest.raises(Killed):
        run(settings, folder, on_record=die)
    assert (folder / "run.safetensors").exists()
    (folder / "said").unlink()


def said(folder: Path) -> str:
    (line,) = (folder / "said").read_text().splitlines()
    return line


@pytest.fixture
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Settings], Result]:
    """A run that begins at the start."""
    return lambda settings: run(settings, tmp_path_factory.mktemp("fresh"))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"objective": "supervised", "biases": True},
        {"network": "perceptron", "depth": 3, "width": 11, "generator_start": "framework"},
        {"adversary": "cross-entropy", "critic_optimizer": "adam", "width": 11},
    ],
    ids=["plain", "supervised", "four layers", "adam"],
)
def test_a_stopped_run_resumes_where_it_was(
    changes: Options, tmp_path: Path, fresh: Callable[[Settings], Result]
) -> None:
    settings = replace(SHORT, **changes)
    stop(settings, tmp_path)
    told: list[int] = []
    result = run(settings, tmp_path, on_record=lambda done, total, row: told.append(done))
    resumed = int(re.match(r"resuming from iteration (\d+): ", said(tmp_path))[1])
    assert 0 < resumed < told[0]
    assert result.history["iteration"].iloc[0] == 0
    assert result.history["iteration"].iloc[-1] == 36
    assert_alike(result, fresh(settings))


def test_a_checkpoint_of_other_settings_is_not_used(tmp_path: Path, fresh: Callable[[Settings], Result]) -> None:
    stop(SHORT, tmp_path)
    settings = replace(SHORT, learning_rate=0.02)
    result = run(settings, tmp_path)
    assert said(tmp_path).startswith("starting from iteration 0:")
    assert said(tmp_path).endswith("belongs to a run with other settings")
    assert_alike(result, fresh(settings))


def test_a_file_of_other_arrays_is_not_used_as_a_checkpoint(tmp_path: Path) -> None:
    files.write_arrays(tmp_path / "run.safetensors", {"hidden_0": np.zeros((2, 2), np.float32)})
    run(SHORT, tmp_path)
    assert said(tmp_path).startswith("starting from iteration 0:")


def small_state() -> State:
    random = torch.Generator().manual_seed(1)
    return State(
        iteration=5,
        history=[{"iteration": 0, "train_error": 0.1 + 0.2, "wasserstein": float("nan")}],
        snapshots={"hidden_0": np.ones((2, 3), np.float32)},
        tensors={name: torch.randn(3, 2, generator=random) for name in ("weights.hidden", "velocity.hidden")},
    )


def test_every_flipped_bit_is_noticed(tmp_path: Path, random: np.random.Generator) -> None:
    path, fingerprint = tmp_path / "some.safetensors", {"code": "x"}
    write_checkpoint(path, fingerprint, small_state())
    whole = path.read_bytes()
    for position in range(len(whole)):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << int(random.integers(8))
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"some\.safetensors"):
            read_checkpoint(path, fingerprint)


def test_a_fingerprint_tells_what_a_run_starts_from(blobs: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    def fingerprint(dtype: torch.dtype = torch.float32, **changes: object) -> dict[str, object]:
        settings = replace(SETTINGS, **changes)
        samples = samples_of(blobs, settings, CPU, dtype)
        return fingerprint_of(settings, samples, problem_of(samples, settings).weights.tensors())

    def other(changed: dict[str, object]) -> set[str]:
        return {name for name, value in changed.items() if fingerprint()[name] != value}

    assert other(fingerprint()) == set()
    assert other(fingerprint(learning_rate=0.02)) == {"settings"}
    assert other(fingerprint(seed=2)) == {"settings", "start"}
    assert other(fingerprint(dtype=torch.float64)) == {"data", "start"}
    usual = fingerprint()
    monkeypatch.setattr("pseudo_rd.training.checkpoint.code_digest", lambda file, package: "other")
    assert other(usual) == {"code"}


def test_checkpoints_are_written_only_so_often(blobs: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    train(blobs, replace(SETTINGS, epochs=2), "cpu", checkpoints=Checkpoints(path, seconds=1000))
    assert not path.exists()
    checkpoints = Checkpoints(path, seconds=0)
    train(blobs, replace(SETTINGS, epochs=2), "cpu", checkpoints=checkpoints)
    assert path.exists()
    checkpoints.remove()
    checkpoints.remove()
    assert not path.exists()


def test_a_checkpoint_that_cannot_be_written_does_not_end_the_run(blobs: Dataset, tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file where the folder should be")
    lines: list[str] = []
    checkpoints = Checkpoints(tmp_path / "folder" / "run.safetensors", 0, lines.append)
    result = train(blobs, replace(SETTINGS, epochs=2), "cpu", checkpoints=checkpoints)
    assert result.ended == "epoch limit"
    assert lines[0].startswith("training continues without a checkpoint: ")

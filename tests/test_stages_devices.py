"""Processes share several GPUs evenly; none is needed here: what is shared are names."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import torch
from projects import READING, copy_project, output, snakemake

from pseudo_rd.stages.devices import count_holders, take, take_gpu

# Takes one of the devices named in the arguments, says which, and keeps it until its input ends.
HOLDER = """
import sys
from pathlib import Path
from pseudo_rd.stages.devices import take
print(take(sys.argv[2:], Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""

Start = Callable[[int], list[tuple[subprocess.Popen[str], int]]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts processes at the same time that share three devices; each comes with the place that it took."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "locks"), "0", "GPU-1", "MIG-2/1/0"]
    with ExitStack() as stack:

        def holder() -> subprocess.Popen[str]:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            stack.enter_context(process)
            stack.callback(process.kill)
            return process

        yield lambda count: [(process, int(process.stdout.readline())) for process in [holder() for _ in range(count)]]


def test_processes_that_start_at_once_spread_evenly(start: Start) -> None:
    for count, places in ((3, [0, 1, 2]), (3, [0, 1, 2]), (2, [0, 1])):
        assert sorted(place for _, place in start(count)) == places


def test_a_killed_process_gives_its_device_back(start: Start, tmp_path: Path) -> None:
    held = start(3)
    killed, place = held[1]
    killed.kill()
    killed.wait()
    assert [other for _, other in start(1)] == [place]
    assert sum(count_holders(folder) for folder in (tmp_path / "locks").iterdir() if folder.is_dir()) == 3
    assert len([path for path in (tmp_path / "locks").glob("*/*") if path.is_file()]) == 3


@pytest.mark.parametrize(
    ("device", "count", "visible", "expected"),
    [
        ("cpu", 2, None, []),
        ("auto", 0, None, []),
        ("auto", 1, None, []),  # what SLURM gives a job
        ("auto", 2, None, [0]),
        ("cuda", 2, "3,5", [1]),
    ],
)
def test_only_where_there_is_a_choice_a_gpu_is_taken(
    device: str,
    count: int,
    visible: str | None,
    expected: list[int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chosen: list[int] = []
    monkeypatch.setattr(torch.cuda, "device_count", lambda: count)
    monkeypatch.setattr(torch.cuda, "set_device", chosen.append)
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    if visible is None:
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    else:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
        take(["3"], tmp_path / f"pseudo-rd-gpus-{os.getuid()}")  # by another process, which sees one of the two
    take_gpu(device, min(count, 1))
    assert chosen == expected


@pytest.mark.slow
def test_training_jobs_ask_for_a_gpu_where_the_machine_has_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copy_project(tmp_path / "project")
    command = tmp_path / "bin" / "nvidia-smi"
    command.parent.mkdir()
    shutil.copy(shutil.which("true"), command)
    plan = ["--dry-run", "--resources", "gpu=2", "--config", "preset=smoke"]
    target = "results/smoke/multiverse/readings/mnist/m8/seed1.parquet", f"results/smoke/{READING}/figures/fig17.png"
    asked = {}
    for path in (f"{command.parent}:{os.environ['PATH']}", os.environ["PATH"]):
        monkeypatch.setenv("PATH", path)
        asked[path] = output(snakemake(folder, *target, *plan)).count("gpu=1")
    assert list(asked.values()) == [3, 0]  # two trainings and a study of the readings


def test_a_granted_gpu_that_is_not_seen_is_an_error_not_a_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    for device in ("auto", "cuda"):
        with pytest.raises(ValueError, match=r"^this job was granted gpu = 1, but [^\n]*$"):
            take_gpu(device, 1)
    take_gpu("cpu", 1)  # asked for
    take_gpu("auto", 0)

"""Copies of the project in which the workflow really runs."""

import copy
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from pseudo_rd.parameters.plain_yaml import read_parameters
from pseudo_rd.results.files import read_table

ROOT = Path(__file__).parents[1]
TARGETS = "figures", "study", "experiments", "metrics", "moving", "beyond"  # all that a preset makes
CONFIG = read_parameters(ROOT / "params.yaml")
READING = CONFIG["reading"]  # under which a copy of the project works
RULES = {  # the workflow's, by name: what stands below it
    name: body
    for path in (ROOT / "workflow" / "rules").glob("*.smk")
    for name, body in re.findall(
        r"^(?:use rule \w+ as|rule) (\w+)(?: with)?:\n(.*?)(?=^\S|\Z)",
        path.read_text(encoding="utf-8"),
        flags=re.MULTILINE | re.DOTALL,
    )
}


MAKE = "make", "--old-file", ".venv/.installed"  # with the environment taken as installed


def changed(dotted: str, value: Any) -> dict[str, Any]:
    """params.yaml as read, with another value at a key, which need not exist."""
    config = copy.deepcopy(CONFIG)
    *path, last = dotted.split(".")
    section = config
    for key in path:
        section = section[key]
    section[last] = value
    return config


def copy_project(folder: Path) -> Path:
    for name in ("workflow", "scripts", "src", ".dvc"):
        ignored = shutil.ignore_patterns("tmp", "cache", "config.local")  # what Python compiled is good there too
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in ("Makefile", "params.yaml", "dvc.yaml", ".dvcignore", ".gitignore"):
        shutil.copy(ROOT / name, folder)
    return folder


def rewrite(path: Path, before: str, after: str) -> None:
    """Put other words in the place of some, where they first stand."""
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def copy_slow_project(folder: Path) -> Path:
    """A copy whose trainings in the preset smoke take some seconds, with a checkpoint at every recorded row."""
    copy_project(folder)
    rewrite(folder / "src/pseudo_rd/training/checkpoint.py", "seconds: float = 60.0", "seconds: float = 0.0")
    rewrite(folder / "params.yaml", "mnist: {source: embedded, epochs: 1}", "mnist: {source: embedded, epochs: 200}")
    rewrite(folder / "params.yaml", "training: {records: 8}", "training: {records: 60}")
    return folder


def made_once(name: str, make: Callable[[Path], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of a folder that takes minutes to make: one worker makes it, the others wait."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    made, whole = shared / name, shared / f"{name}.whole"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            make(made)
            whole.touch()
    assert whole.exists(), "another worker could not make it"
    return Path(shutil.copytree(made, tmp_path_factory.mktemp(name) / "copy"))


def wait_until(met: Callable[[], object], process: subprocess.Popen | None = None, seconds: float = 120) -> None:
    """Wait while the process lives."""
    end = time.monotonic() + seconds
    while not met():
        assert process is None or process.poll() is None, process.stdout and process.stdout.read()
        assert time.monotonic() < end
        time.sleep(0.02)


@contextmanager
def preloaded(**environment: str) -> Iterator[Path]:
    """The folder of a server of preloaded.py, with environment variables that count from Python's start."""
    with TemporaryDirectory(prefix="preloaded-") as folder:
        command = [sys.executable, str(Path(__file__).with_name("preloaded.py")), folder]
        server = subprocess.Popen(command, env=os.environ | environment)
        try:
            wait_until(Path(folder, "ready").exists, server)
            yield Path(folder)
        finally:
            server.terminate()
            server.wait()


def run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command; what it prints is in `stdout`: a dry run of Snakemake reports there, a real one as errors."""
    return subprocess.run(
        command,
        cwd=folder,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def output(finished: subprocess.CompletedProcess[str]) -> str:
    """What a command printed, which succeeded."""
    assert finished.returncode == 0, finished.stdout[-3000:]
    return finished.stdout


def snakemake(folder: Path, *arguments: str, afresh: bool = False) -> subprocess.CompletedProcess[str]:
    """Snakemake on two cores; `afresh`, it and its scripts start as a user's do, else sooner (preloaded.py)."""
    python = sys.executable if afresh else os.environ["PRELOADED_PYTHON"]
    return run(folder, python, "-m", "snakemake", "--cores", "2", *arguments)


def contents(folder: Path, preset: str) -> dict[str, str]:
    """A digest of each file of data and results: whole, but for the seconds and the commit of the runs."""
    found = {}
    for path in sorted([*folder.glob(f"data/processed/{preset}/**/*"), *folder.glob(f"results/{preset}/**/*")]):
        if not path.is_file() or "benchmarks" in path.parts or path.name in (".gitignore", "report.html"):
            continue
        if path.suffix == ".parquet":
            content = read_table(path).drop(columns="seconds", errors="ignore").to_csv().encode()
        elif path.name == "summary.json":
            summary = json.loads(path.read_text(encoding="utf-8"))
            del summary["machine"]["git_commit"], summary["final"]["seconds"]
            content = json.dumps(summary).encode()
        elif path.name == "outcomes.rst":
            lines = path.read_text(encoding="utf-8").splitlines()
            content = "\n".join(
                line for line in lines if "of training on" not in line and "git commit" not in line
            ).encode()
        else:
            content = path.read_bytes()
        found[str(path.relative_to(folder))] = hashlib.sha256(content).hexdigest()
    return found

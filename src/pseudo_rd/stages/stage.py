"""What every stage of the workflow shares: its log file, its progress, and errors of one line."""

import ctypes
import logging
import math
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

PROGRESS_SECONDS = 1.0  # between two writes of how far a stage is


def __getattr__(name: str) -> Any:
    """`from pseudo_rd.stages.stage import snakemake`: what Snakemake hands to its script, or one line."""
    if name != "snakemake":
        raise AttributeError(f"module {__name__} has no attribute {name}")
    job = getattr(sys.modules["__main__"], "snakemake", None)
    if job is None:
        sys.exit(f"{sys.argv[0]} is a stage of the workflow: run snakemake in the project's folder (README.md)")
    return job


class StageLog(logging.Logger):
    """Lines go to the stage's log file; progress to a file beside it, which Snakemake's terminal shows."""

    def __init__(self, name: str, path: Path) -> None:
        super().__init__(name)
        # A full disk shows where results are written; Python would print a traceback for each line of the log, too.
        logging.raiseExceptions = False
        handler = logging.FileHandler(path, mode="w", encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s", datefmt="%Y-%m-%d %H:%M:%S"))
        self.addHandler(handler)
        self._progress = progress_file(path)
        self._last_write = -math.inf
        self._points: list[tuple[float, float]] = []  # of progress: when, and how much was done

    def progress(self, done: float, total: float, text: str = "") -> None:
        """Say how far the stage is, and what it will still take at the pace of the second half of what is done.

        The first half is left out: a run records its first iterations densely.
        """
        now = time.monotonic()
        self._points.append((now, done))
        if now - self._last_write < PROGRESS_SECONDS:
            return
        self._last_write = now
        start_time, start = next(point for point in self._points if point[1] >= done / 2)
        rest = f"{in_words((now - start_time) * (total - done) / (done - start))} left" if done > start else ""
        with suppress(OSError):  # nobody's result
            self._progress.write_text(" ".join(filter(None, [f"{done / total:.0%}", rest, text])), encoding="utf-8")

    def record(self, done: float, total: float, row: Mapping[Any, float]) -> None:
        """The same of a training that has recorded a row of its history."""
        self.progress(done, total, progress_line(row))

    def close(self) -> None:
        with suppress(OSError):
            self._progress.unlink(missing_ok=True)
        with suppress(OSError):
            self.handlers[0].close()


@contextmanager
def stage_log(snakemake: Any) -> Iterator[StageLog]:
    """Run a stage: log what it says, and end with one line where it fails.

    `snakemake` is the object that Snakemake hands to a script. An error becomes one line on standard error; its
    traceback stands in the log.
    """
    die_with_parent()
    path = Path(snakemake.log[0])
    name = job_name(snakemake.rule, snakemake.wildcards)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        log = StageLog(name, path)
    except OSError as error:
        sys.exit(f"{name}: {path} cannot be written ({error.strerror}): check the permissions of its folder")
    try:
        yield log
    except BaseException as error:
        log.exception("%s failed", name)
        if not isinstance(error, Exception):
            raise
        sys.exit(f"{name}: {in_one_line(error)} (log: {path})")
    finally:
        log.close()


def job_name(rule: str, wildcards: Mapping[str, Any]) -> str:
    """A job as its log and its errors name it: rule and wildcards, without preset and reading, which all share."""
    return " ".join([rule, *(str(value) for name, value in wildcards.items() if name not in ("preset", "reading"))])


def in_words(seconds: float) -> str:
    """A duration as a person says it."""
    minutes, seconds = divmod(round(seconds), 60)
    if not minutes:
        return f"{seconds} s"
    return f"{minutes} min {seconds} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def progress_line(row: Mapping[Any, float]) -> str:
    """A row of a training's history: errors and distances in one short line."""
    distances = (f"{row[name]:.2f} {name.removeprefix('distance_')}" for name in row if name.startswith("distance_"))
    return f"error {row['train_error']:.4f} train {row['test_error']:.4f} test, distance {' '.join(distances)}"


def progress_file(log: str | Path) -> Path:
    """Where a running stage says how far it is: beside its log."""
    return Path(f"{log}.progress")


def in_one_line(error: Exception) -> str:
    """What a user is told of an error: printable, since it may quote a file, and of a length that can be read."""
    text = " ".join(str(error).split()) or type(error).__name__
    text = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
    if len(text) > 1000:
        text = f"{text[:700]} ... {text[-250:]}"
    if not isinstance(error, ValueError | OSError | ArithmeticError | RuntimeError | MemoryError):
        return f"unexpected {type(error).__name__}: {text}"  # these alone say what happened
    if isinstance(error, MemoryError) or "allocate memory" in text or "out of memory" in text:
        return f"not enough memory ({text}): run fewer jobs at once (make CORES=1) or choose smaller widths"
    return text


def die_with_parent() -> None:
    """Ask Linux to end this process when Snakemake is killed: nobody else writes the outputs while it runs again."""
    if sys.platform == "linux":
        set_parent_death_signal = 1  # PR_SET_PDEATHSIG of prctl(2)
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)

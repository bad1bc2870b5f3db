"""What every stage of the workflow shares: its log file, its progress, its threads, and errors of one line."""

import ctypes
import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tqdm import tqdm


def __getattr__(name: str) -> Any:
    """`from pseudo_rd.workflow.stage import snakemake`: what Snakemake hands to its script, or one line."""
    if name != "snakemake":
        raise AttributeError(f"module {__name__} has no attribute {name}")
    handed = getattr(sys.modules["__main__"], "snakemake", None)
    if handed is None:
        sys.exit(f"{sys.argv[0]} is a stage of the workflow: run snakemake in the project's folder (README.md)")
    return handed


class StageLog:
    """Lines go to the stage's log file; progress to a bar where a person watches, else nowhere."""

    def __init__(self, name: str, logger: logging.Logger) -> None:
        self._name = name
        self._logger = logger
        self._bar: tqdm | None = None

    def info(self, text: str) -> None:
        self._logger.info(text)

    def warning(self, text: str) -> None:
        self._logger.warning(text)

    def progress(self, done: float, total: float, text: str = "") -> None:
        if self._bar is None:
            # disable=None: quiet when standard error is not a terminal.
            self._bar = tqdm(total=total, desc=self._name, disable=None, leave=False, dynamic_ncols=True)
        self._bar.set_postfix_str(text, refresh=False)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


@contextmanager
def stage_log(snakemake: Any) -> Iterator[StageLog]:
    """Run a stage: log what it says, and end with one line where it fails.

    `snakemake` is the object that Snakemake hands to a script. An error becomes one line on standard error; its
    traceback stands in the log.
    """
    die_with_parent()
    path = Path(snakemake.log[0])
    wildcards = " ".join(str(value) for name, value in snakemake.wildcards.items() if name != "preset")
    name = f"{snakemake.rule} {wildcards}".strip()
    logger = logging.Logger(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(path, mode="w", encoding="utf-8")
    except OSError as error:
        sys.exit(f"{name}: {path} cannot be written ({error.strerror}): see that its folder can be written to")
    handler.handleError = lambda record: None  # a full disk shows where results are written, not at each line here
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s", datefmt="%Y-%m-%d %H:%M:%S"))
    logger.addHandler(handler)
    log = StageLog(name, logger)
    try:
        yield log
    except Exception as error:
        logger.exception("%s failed", name)
        log.close()
        sys.exit(f"{name}: {in_one_line(error)} (log: {path})")
    except BaseException:
        logger.exception("%s failed", name)
        raise
    finally:
        log.close()
        with suppress(OSError):
            handler.close()


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

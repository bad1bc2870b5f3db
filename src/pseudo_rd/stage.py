"""What every stage of the workflow shares: its log file, its progress, its threads, and errors of one line."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm


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
    """Run a stage: log what it says, and end with one line instead of a traceback where the mistake is the input's.

    `snakemake` is the object that Snakemake hands to a script. A ValueError or OSError becomes one line on standard
    error and in the log; anything else is a defect of ours and keeps its traceback, in the log too.
    """
    path = Path(snakemake.log[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    wildcards = " ".join(str(value) for name, value in snakemake.wildcards.items() if name != "preset")
    name = f"{snakemake.rule} {wildcards}".strip()
    logger = logging.Logger(name)
    handler = logging.FileHandler(path, mode="w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s", datefmt="%Y-%m-%d %H:%M:%S"))
    logger.addHandler(handler)
    log = StageLog(name, logger)
    try:
        yield log
    except (ValueError, OSError, ArithmeticError, RuntimeError) as error:
        logger.exception("%s failed", name)
        log.close()
        sys.exit(f"{name}: {error} (log: {path})")
    except BaseException:
        logger.exception("%s failed", name)
        raise
    finally:
        log.close()
        handler.close()

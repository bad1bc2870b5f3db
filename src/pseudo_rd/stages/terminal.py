"""What Snakemake shows on the terminal: a line for each finished job, what runs now, errors. Its log file has all.

With --dry-run, --verbose, --printshellcmds or --quiet Snakemake's own lines are shown.
"""

import json
import shutil
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from logging import WARNING, Handler, LogRecord
from pathlib import Path

from snakemake.logging import ColorizingTextHandler, DefaultFilter, DefaultFormatter
from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from pseudo_rd.stages.stage import in_words, job_name, progress_file

SILENCE = 300  # seconds after which plain lines say what runs
REFRESH = 0.5  # seconds between two looks at what runs, on a terminal
# Messages without an event that say nothing about the work.
NOISE = (
    "Assuming unrestricted shared filesystem",
    "Building DAG of jobs",
    "Config file",
    "Elapsed time",
    "Execute ",
    "Removing temporary output",
    "Select jobs",
    "Touching output",
    "Using shell",
    "Using workflow specific profile",
)


@dataclass(frozen=True)
class Job:
    """A job that runs: its name, when it began (seconds of a steady clock), and its log file, where it has one."""

    name: str
    start_time: float
    log: str | None


class LogHandler(LogHandlerBase):
    """Snakemake's events as lines on standard error; on a terminal the last line says what runs and is drawn anew."""

    writes_to_stream = has_filter = has_formatter = True
    writes_to_file = needs_rulegraph = False

    def __post_init__(self) -> None:
        options = self.common_settings
        self._default_handler: Handler | None = None
        if options.dryrun or options.verbose or options.printshellcmds or options.debug_dag or options.quiet:
            quiet = set(options.quiet or ())
            self._default_handler = ColorizingTextHandler(
                nocolor=options.nocolor,
                stream=sys.stdout if options.stdout else sys.stderr,
                formatter=DefaultFormatter(quiet, options.show_failed_logs),
                # pyrefly: ignore[bad-argument-type]  # declared a logging.Filter, which Snakemake's own is not
                filter=DefaultFilter(quiet, options.debug_dag, options.verbose, options.dryrun, options.printshellcmds),
            )
        self._stream = sys.stderr
        self._draws = self._stream.isatty()
        self._jobs: dict[int, Job] = {}
        self._done = self._total = 0
        self._failed = False
        self._line_time = time.monotonic()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._refresher = threading.Thread(target=self._refresh, daemon=True)

    def emit(self, record: LogRecord) -> None:
        if self._default_handler:
            self._default_handler.handle(record)
            return
        fields = vars(record)  # of the event
        event = fields.get("event")
        with self._lock:
            if event == LogEvent.RUN_INFO:
                self._start(fields["stats"])
            elif event == LogEvent.JOB_INFO:
                name = job_name(fields["rule_name"], fields["wildcards"])
                self._jobs[fields["jobid"]] = Job(name, time.monotonic(), next(iter(fields["log"]), None))
            elif event == LogEvent.JOB_FINISHED:
                self._finish(fields["job_id"])
            elif event == LogEvent.JOB_ERROR:
                self._failed = True
                job = self._jobs.pop(fields["jobid"], Job(fields["rule_name"], 0, None))
                self._say(f"Error in rule {job.name}" + (f" (log: {job.log})" if job.log else ""))
            elif event in (None, LogEvent.ERROR):
                self._pass_on(record)
            self._draw()

    def close(self) -> None:
        self._ended.set()
        with self._lock:
            self._write("")
        super().close()

    def _start(self, counts: Mapping[str, int]) -> None:
        self._total = counts["total"]
        rules = sorted((name for name in counts if name != "total"), key=lambda name: (-counts[name], name))
        self._say(f"{self._total} jobs: {', '.join(f'{counts[name]} {name}' for name in rules)}")
        if not self._refresher.is_alive():
            self._refresher.start()

    def _finish(self, job_id: int) -> None:
        self._done += 1
        if job := self._jobs.pop(job_id, None):
            width = len(str(self._total))
            duration = in_words(time.monotonic() - job.start_time)
            self._say(f"[{self._done:{width}} of {self._total}] {job.name}: {duration}")

    def _pass_on(self, record: LogRecord) -> None:
        text = record.getMessage().strip()
        self._failed |= record.levelno > WARNING
        if text.startswith("Complete log"):
            if self._failed:
                self._say(text)
        elif text and text != "None" and (record.levelno >= WARNING or not text.startswith(NOISE)):
            self._say(text)

    def _refresh(self) -> None:
        while not self._ended.wait(REFRESH if self._draws else SILENCE / 10):
            with self._lock:
                if self._draws:
                    self._draw()
                elif self._jobs and time.monotonic() - self._line_time >= SILENCE:
                    self._say(self._status())

    def _status(self, columns: int | None = None) -> str:
        """How much is done and what runs; in so many columns each running job has its share of them."""
        count = f"{self._done} of {self._total} done; now "
        share = None if columns is None else max((columns - len(count)) // len(self._jobs) - 2, 0)
        jobs = [
            " ".join([job.name, in_words(time.monotonic() - job.start_time), progress_of(job.log)]).strip()[:share]
            for job in self._jobs.values()
        ]
        return f"{count}{', '.join(jobs)}"[:columns]

    def _say(self, text: str) -> None:
        self._line_time = time.monotonic()
        self._write(f"{text}\n")

    def _draw(self) -> None:
        if self._draws and self._jobs:
            # The cursor stays at the start: what a job writes itself goes over it.
            self._write(self._status(shutil.get_terminal_size().columns - 1) + "\r")

    def _write(self, text: str) -> None:
        with suppress(OSError, ValueError):  # whoever read it has gone
            self._stream.write(f"\x1b[2K{text}" if self._draws else text)
            self._stream.flush()


def progress_of(log: str | None) -> str:
    """What a running stage said last of how far it is; nothing where it says nothing."""
    with suppress(OSError, ValueError):
        return progress_file(log).read_text(encoding="utf-8") if log else ""
    return ""


def closing_lines(figures: Sequence[str | Path], claims: str | Path) -> list[str]:
    """Where to look, what came out, what to do next; nothing where a figure or claims.json is not there."""
    if not all(Path(file).exists() for file in (*figures, claims)):
        return []
    from pseudo_rd.claims.answer import in_a_line  # every start of Snakemake would wait for what it imports

    page = json.loads(Path(claims).read_text(encoding="utf-8"))
    answer = in_a_line(page)
    pictures = len({Path(file).stem for file in figures})
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in page["counts"].items())
    reasons = Path(claims).with_suffix(".md")
    return [
        *([f"Answer:   {answer}"] if answer else []),
        f"Figures:  {Path(figures[0]).parent} ({pictures} pictures, each as png and pdf)",
        f"Verdicts: {verdicts}; the reasons: {reasons}",
        f"Next:     read {reasons}; make site makes pages of it all, claims first",
    ]

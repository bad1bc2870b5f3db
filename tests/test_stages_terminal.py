"""What a person sees of a run: a line for each job, what runs now, the end."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from snakemake_interface_logger_plugins.common import LogEvent

from pseudo_rd.stages.stage import in_words, progress_file
from pseudo_rd.stages.terminal import LogHandler, closing_lines

USUAL = {"dryrun": False, "verbose": False, "printshellcmds": False, "debug_dag": False, "quiet": None}
OTHER = {"nocolor": True, "show_failed_logs": False, "stdout": False}


class Run:
    """A handler and what it has written, fed with events as Snakemake sends them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, watched: bool = False, **options: Any) -> None:
        self.screen = io.StringIO()
        self.screen.isatty = lambda: watched
        monkeypatch.setattr("sys.stderr", self.screen)
        self.handler = LogHandler(SimpleNamespace(**{**USUAL, **OTHER, **options}), None)

    def send(self, event: LogEvent | None, message: str = "", level: int = logging.INFO, **facts: Any) -> None:
        self.handler.handle(logging.makeLogRecord({"event": event, "msg": message, "levelno": level, **facts}))

    def start(self, number: int, log: Path | None = None, **wildcards: str) -> None:
        logs = [str(log)] if log else []
        self.send(LogEvent.JOB_INFO, jobid=number, rule_name="train", wildcards=wildcards, log=logs)

    def lines(self) -> list[str]:
        return self.screen.getvalue().splitlines()


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    run = Run(monkeypatch)
    yield run
    run.handler.close()


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    monkeypatch.setenv("COLUMNS", "60")
    run = Run(monkeypatch, watched=True)
    yield run
    run.handler.close()


def test_a_run_is_a_line_for_what_there_is_to_do_and_one_for_each_finished_job(plain: Run) -> None:
    plain.send(LogEvent.RUN_INFO, stats={"train": 2, "figures": 9, "total": 11})
    plain.send(None, "Select jobs to execute...")
    plain.start(5, preset="smoke", dataset="mnist", seed="1")
    plain.start(6, preset="smoke", dataset="mnist", seed="2")
    plain.send(LogEvent.JOB_FINISHED, job_id=6)
    plain.send(LogEvent.PROGRESS, done=1, total=11)
    assert plain.lines() == ["11 jobs: 9 figures, 2 train", "[ 1 of 11] train mnist 2: 0 s"]


def test_a_failed_job_is_named_with_its_log_and_so_is_the_log_of_all(plain: Run, tmp_path: Path) -> None:
    plain.start(5, log=tmp_path / "train.log", dataset="mnist")
    plain.send(LogEvent.JOB_ERROR, jobid=5, rule_name="train", level=logging.ERROR)
    plain.send(None, "Complete log(s): all.log")
    assert plain.lines() == [f"Error in rule train mnist (log: {tmp_path / 'train.log'})", "Complete log(s): all.log"]


def test_messages_and_errors_pass_but_for_what_says_nothing(plain: Run) -> None:
    plain.send(None, "Nothing to be done (all requested files are present and up to date).")
    plain.send(None, "Building DAG of jobs...")
    plain.send(None, "Complete log(s): all.log")
    plain.send(LogEvent.ERROR, "WorkflowError: params.yaml: preset = 'huge'", logging.ERROR)
    plain.send(None, "Execute with care", logging.WARNING)
    assert plain.lines() == [
        "Nothing to be done (all requested files are present and up to date).",
        "WorkflowError: params.yaml: preset = 'huge'",
        "Execute with care",
    ]


def test_after_a_long_silence_plain_lines_say_what_runs(
    monkeypatch: pytest.MonkeyPatch, plain: Run, tmp_path: Path
) -> None:
    monkeypatch.setattr("pseudo_rd.stages.terminal.SILENCE", 0.1)
    progress_file(tmp_path / "train.log").write_text("43% error 0.01", encoding="utf-8")
    plain.start(5, log=tmp_path / "train.log", dataset="mnist")
    plain.send(LogEvent.RUN_INFO, stats={"train": 1, "total": 1})
    for _ in range(200):
        if len(plain.lines()) > 1:
            break
        plain.handler._ended.wait(0.02)
    assert plain.lines()[1] == "0 of 1 done; now train mnist 0 s 43% error 0.01"


def test_on_a_terminal_the_last_line_says_what_runs_and_gives_way(watched: Run, tmp_path: Path) -> None:
    progress_file(tmp_path / "train.log").write_text("43% error 0.01", encoding="utf-8")
    watched.start(5, log=tmp_path / "train.log", dataset="mnist")
    assert watched.screen.getvalue() == "\x1b[2K0 of 0 done; now train mnist 0 s 43% error 0.01\r"
    watched.send(LogEvent.JOB_FINISHED, job_id=5)
    assert watched.screen.getvalue().endswith("\r\x1b[2K[1 of 0] train mnist: 0 s\n")


def test_what_runs_never_takes_more_than_one_line_of_the_terminal(watched: Run) -> None:
    for number in range(30):
        watched.start(number, dataset="a-data-set-of-a-long-name")
    shown = watched.screen.getvalue().split("\x1b[2K")
    assert all(len(line.strip("\r")) < 60 for line in shown)


@pytest.mark.parametrize("option", [{"dryrun": True}, {"verbose": True}, {"printshellcmds": True}])
def test_who_asks_for_more_sees_what_snakemake_always_shows(monkeypatch: pytest.MonkeyPatch, option: dict) -> None:
    run = Run(monkeypatch, **option)
    run.send(None, "Building DAG of jobs...")
    assert run.lines() == ["Building DAG of jobs..."]
    run.handler.close()


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (59.4, "59 s"), (59.9, "1 min 0 s"), (151, "2 min 31 s"), (7500, "2 h 5 min")]
)
def test_durations_are_said_as_a_person_says_them(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


def test_the_end_says_where_the_figures_are_what_came_out_and_what_is_next(tmp_path: Path) -> None:
    figures = [tmp_path / "figures" / f"fig0{number}.{kind}" for number in (1, 2) for kind in ("png", "pdf")]
    claims = tmp_path / "claims.json"
    figures[0].parent.mkdir()
    for file in figures[:3]:
        file.touch()
    rows = [{"name": "figure-10-variance", "values": [2.0, 2.5]}]
    page = {"counts": {"reproduced": 3, "not reproduced": 1}, "claims": rows}
    claims.write_text(json.dumps(page), encoding="utf-8")
    assert closing_lines(figures, claims) == []  # one is not there: the run was for something else
    figures[3].touch()
    answer, first, second, third = closing_lines(figures, claims)
    assert answer == "Answer:   with the critic, on MNIST: filters vary 2.25 times as much"
    assert first == f"Figures:  {figures[0].parent} (2 pictures, each as png and pdf)"
    assert second == f"Verdicts: 3 reproduced, 1 not reproduced; the reasons: {tmp_path / 'claims.md'}"
    assert third.startswith("Next:     read ")

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from pseudo_rd.stages.stage import in_one_line, progress_file, progress_line, stage_log
from pseudo_rd.training.recorder import record_iterations


@pytest.fixture
def snakemake(tmp_path: Path) -> SimpleNamespace:
    wildcards = {"preset": "smoke", "reading": "literal", "dataset": "mnist"}
    return SimpleNamespace(rule="train", log=[str(tmp_path / "logs" / "train.log")], wildcards=wildcards)


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("width = 0"), "width = 0"),
        (OSError("disk full"), "disk full"),
        (KeyError("oops"), "unexpected KeyError: 'oops'"),
        (
            MemoryError(),
            "not enough memory (MemoryError): run fewer jobs at once (make CORES=1)",
        ),
        (RuntimeError("Allocator:\n can't allocate memory: 8 bytes"), "not enough memory (Allocator: can't allocate"),
    ],
)
def test_a_failure_is_one_line_with_its_traceback_in_the_log(
    snakemake: SimpleNamespace, error: Exception, line: str
) -> None:
    with pytest.raises(SystemExit) as caught, stage_log(snakemake):
        raise error
    assert str(caught.value).startswith(f"train mnist: {line}")
    assert str(caught.value).endswith(f" (log: {snakemake.log[0]})") and "\n" not in str(caught.value)
    assert "Traceback" in Path(snakemake.log[0]).read_text()


def test_a_log_that_cannot_be_made_is_one_line(snakemake: SimpleNamespace, tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    with pytest.raises(SystemExit, match=r"train mnist: .*train\.log cannot be written"), stage_log(snakemake):
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for it")
def test_a_stage_dies_with_the_process_that_started_it(tmp_path: Path) -> None:
    stage = "import time; from pseudo_rd.stages.stage import die_with_parent; die_with_parent(); print(1, flush=True)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {stage + '; time.sleep(60)'!r}])"
    process = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"1\n"
    process.kill()
    assert process.stdout.read() == b""  # the pipe ends when the last process that holds it does
    process.wait()
    process.stdout.close()


def test_what_an_error_quotes_is_made_printable_and_short() -> None:
    assert in_one_line(ValueError("its format is \x1b[31m\0ä, remove it")) == "its format is \\x1b[31m\\x00ä, remove it"
    told = in_one_line(ValueError(f"its format is {'x' * 5000}: remove it and run snakemake again"))
    assert len(told) < 1000
    assert told.startswith("its format is xxx")
    assert told.endswith("x: remove it and run snakemake again")


def test_an_interrupt_stays_one(snakemake: SimpleNamespace) -> None:
    with pytest.raises(KeyboardInterrupt), stage_log(snakemake):
        raise KeyboardInterrupt
    assert "KeyboardInterrupt" in Path(snakemake.log[0]).read_text()


def test_the_remaining_time_is_right_although_the_first_iterations_are_recorded_densely(
    snakemake: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a night's run on MNIST: 0.16 s an iteration, 7 s a row; rows as the recorder chooses them."""
    rows = record_iterations(5850, 40)
    seconds = {iteration: 0.16 * iteration + 7 * (place + 1) for place, iteration in enumerate(rows)}
    now = 0.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    told = []
    with stage_log(snakemake) as log:
        for iteration in rows:
            now = seconds[iteration]
            log.progress(iteration, 5850)
            if 0.1 <= iteration / 5850 < 0.5:
                text = progress_file(snakemake.log[0]).read_text()
                minutes, rest = re.search(r"% (?:(\d+) min )?(\d+) s left", text).groups()
                told.append((int(minutes or 0) * 60 + int(rest)) / (seconds[5850] - now))
    assert len(told) >= 8
    assert all(1 / 1.25 < ratio < 1.25 for ratio in told)


def test_progress_stands_beside_the_log_until_the_stage_ends(
    snakemake: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = iter([100.0, 100.5, 102.0])  # the second comes too soon to be written
    monkeypatch.setattr("time.monotonic", lambda: next(seconds))
    file = progress_file(snakemake.log[0])
    with stage_log(snakemake) as log:
        log.progress(1, 8, "error 0.5")
        assert file.read_text() == "12% error 0.5"
        log.progress(2, 8, "error 0.4")
        assert file.read_text() == "12% error 0.5"
        log.progress(4, 8)
        assert file.read_text() == "50% 3 s left"  # two eighths in 1.5 s
    assert not file.exists()
    assert capsys.readouterr() == ("", "")


def test_the_progress_line_holds_errors_and_distances() -> None:
    row = {"train_error": 0.1, "test_error": 0.2, "distance_hidden": 3.0, "distance_top": 4.0}
    assert progress_line(row) == "error 0.1000 train 0.2000 test, distance 3.00 hidden 4.00 top"

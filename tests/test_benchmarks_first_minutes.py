"""The first minutes on a GPU, as far as a processor allows."""

import runpy
import sys

import first_minutes
import pytest
import torch
from first_minutes import CASES, STEPS_BY_NAME, Failed, bits, command, nothing_waits, replay, run, waits


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"BATCH": 16, "SAMPLES": 128}.items():
        monkeypatch.setattr(first_minutes, name, value)


def test_without_a_gpu_it_stops_with_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(sys, "argv", ["first_minutes.py"])
    with pytest.raises(SystemExit) as stopped:
        runpy.run_path(first_minutes.__file__, run_name="__main__")
    assert stopped.value.code == "first_minutes: PyTorch sees no CUDA device here: nothing to do"
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("step", [waits, bits, replay])
def test_its_checks_pass_on_a_processor(step, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_minutes, "CASES", (CASES[0], CASES[4]))
    assert step("cpu", 20)


def test_runs_that_differ_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = first_minutes.train, []

    def nudged(*arguments):
        result = real(*arguments)
        calls.append(1)
        result.snapshots["top_end"][0, 0] += len(calls) * 1e-6
        return result

    monkeypatch.setattr(first_minutes, "train", nudged)
    with pytest.raises(Failed, match="supervised: two runs differ in top_end"):
        bits("cpu", 20)


def test_a_replay_that_goes_elsewhere_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def half(trainer, inputs, targets):
        return first_minutes.plain_step_on_rows(trainer, inputs / 2, targets)

    monkeypatch.setattr(first_minutes, "step_on_rows", half)
    with pytest.raises(Failed, match=r"weights.hidden, .*differ by more than 0.0001"):
        replay("cpu", 20)


def test_waiting_is_an_error_for_an_epoch_and_allowed_again_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    modes = []
    monkeypatch.setattr(torch.cuda, "set_sync_debug_mode", modes.append)
    with pytest.raises(KeyError), nothing_waits("cuda"):
        raise KeyError
    assert modes == ["error", "default"]


def test_each_step_says_how_it_went_and_the_paper_waits_for_all(capsys: pytest.CaptureFixture[str]) -> None:
    def fails(device: str) -> str:
        raise Failed("two\nlines")

    steps = {"good": lambda device: f"on {device}", "bad": fails, "paper": lambda device: "all"}
    assert run(["good"], "cuda", steps)
    assert not run(["bad", "good", "paper"], "cuda", steps)
    said = [line.split("  ") for line in capsys.readouterr().out.splitlines()]
    assert [" ".join(line[:2]) for line in said] == ["PASS good", "FAIL bad", "PASS good", "SKIP paper"]
    assert said[0][3] == "on cuda"
    assert said[1][3] == "Failed: two lines"
    assert said[3][2] == "after bad"


def test_a_command_that_fails_tells_its_last_line(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_minutes, "LOGS", tmp_path / "logs")
    assert command("good", "-c", "print('well')").endswith("good.log")
    assert (tmp_path / "logs" / "good.log").read_text() == "well\n"
    with pytest.raises(Failed, match=r"ended with status 1: ZeroDivisionError: .*bad.log"):
        command("bad", "-c", "1 / 0")


def test_the_steps_are_those_it_tells_of() -> None:
    told = [line.split()[0] for line in first_minutes.__doc__.splitlines() if line[:1].islower() and "  " in line]
    assert told == [*STEPS_BY_NAME]

"""The table of the benchmarks, with its parts made small."""

import re
import runpy
import time

import bench
import pytest
import torch
from bench import OTHERS, TOGETHER, WORKS, in_turns, other_row, row, timed, together_row, training_row


def test_timing_makes_no_cuda_context(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be made inside the timed work."""
    waits: list[str] = []
    monkeypatch.setattr(torch.cuda, "synchronize", lambda: waits.append("synchronize"))
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: False)
    timed(lambda: None)
    assert waits == []
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    timed(lambda: waits.append("work"))
    assert waits == ["work", "synchronize"]


@pytest.mark.parametrize(("limit", "rounds"), [(60, 5), (0, 3)])
def test_peer_and_ours_take_turns_and_slow_ones_take_fewer(limit: float, rounds: int) -> None:
    done = []
    measured = in_turns(lambda: done.append("peer"), lambda: (done.append("ours"), time.sleep(0.01)), 5, limit)
    assert len(measured) == rounds
    assert done == ["peer", "ours"] * (1 + rounds)  # the first pair warms up
    assert all(ours >= 0.01 > ours_processor for _, _, ours, ours_processor in measured)


@pytest.mark.parametrize(("target", "told"), [(2, "2 x, reached"), (2.5, "2.5 x, missed"), (None, "-")])
def test_a_row_holds_medians_of_a_step_and_the_median_of_the_rounds_ratios(target: float | None, told: str) -> None:
    rounds = [(8.0, 4.0, 4.0, 2.0), (6.0, 3.0, 6.0, 4.0), (20.0, 9.0, 4.0, 2.0)]
    assert row("work", "peer", rounds, 2, target) == (
        f"| work | peer | 4000 | 2000 | 2.00 (1.00-5.00) | {told} | 2000 / 1000 |"
    )


@pytest.mark.parametrize("work", ["synthetic-784, supervised, batch 256", "MNIST, augmented, bfloat16 products"])
def test_training_is_held_against_the_textbook_loop(work: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "WIDTH", 64)
    assert training_row(work, "cpu", 1.3, 1).startswith(f"| {work} | textbook loop | ")


def test_universes_together_are_held_against_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TOGETHER, "20 universes", (3, 8, 6, 3))
    assert together_row("20 universes", 1).startswith("| 20 universes | one after the other | ")


def test_other_networks_are_held_against_a_plain_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OTHERS, "some", (1600, "augmented"))
    assert other_row("some", 1).startswith("| some | plain loop | ")


@pytest.mark.parametrize("emulated", [True, False])
def test_rows_that_the_processor_lacks_are_left_out_with_a_line(
    emulated: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "training_row", lambda name, device, target: f"| {name} |")
    monkeypatch.setattr(bench, "together_row", lambda name: f"| {name} |")
    monkeypatch.setattr(bench, "other_row", lambda name: f"| {name} |")
    monkeypatch.setattr(bench, "bfloat16_is_emulated", lambda device: emulated)
    bench.bench("cpu", 2)
    said = capsys.readouterr().out
    trained = [work for work in WORKS if not (emulated and "bfloat16" in work)]
    assert re.findall(r"^\| (.+) \|$", said, re.MULTILINE)[2:] == [*trained, *TOGETHER, *OTHERS]
    assert ("only emulates bfloat16" in said) == emulated


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--threads", "0"], "error: --threads: 0 is not a number from 1 to 1024"),
        (["--device", "cuda"], "error: --device cuda: PyTorch sees no CUDA device here"),
    ],
)
def test_the_command_refuses_what_is_not_there_in_one_line(
    arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["bench.py", *arguments])
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(SystemExit):
        runpy.run_path(bench.__file__, run_name="__main__")
    assert message in "".join(capsys.readouterr())

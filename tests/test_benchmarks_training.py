"""Training's rows: their limit, and what they are held against."""

import pytest
import torch
import training
from engine import step_operations
from rates import Machine
from training import GPU_TARGETS, TOGETHER, jobs_rows, together_row, training_limit, training_rows


def test_the_limit_is_arithmetic_or_bytes_whichever_takes_longer() -> None:
    slow_products = Machine(float32=1.0, bfloat16=4.0, copy=1e30)
    slow_memory = Machine(float32=1e30, bfloat16=1e30, copy=1.0)
    thick, thin = step_operations(5, 10, 7, 3, "augmented")
    assert training_limit(slow_products, 5, 3, True, "float32", 7) == thick + thin
    assert training_limit(slow_products, 5, 3, True, "bfloat16", 7) == thick / 4 + thin
    values = 7 * (5 + 10 + 10 + 1)  # U, V, W, a
    assert training_limit(slow_memory, 5, 3, True, "float32", 7) == 4 * 4 * values


@pytest.mark.parametrize("work", ["synthetic-784, supervised, batch 256", "MNIST, augmented, bfloat16 products"])
def test_training_can_be_held_against_the_careful_loop_and_the_limit(
    work: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "WIDTH", 64)
    monkeypatch.setattr(torch, "compile", lambda step, dynamic: step)
    rows = training_rows(work, Machine(1e12, 2e12, 1e12), "cpu", GPU_TARGETS, 1)
    expected = list(GPU_TARGETS.items())[: 3 if work.startswith("MNIST") else 2]
    assert [(one.peer, one.target) for one in rows] == expected
    if work.startswith("MNIST"):
        limit = rows[-1]
        assert limit.ratio == pytest.approx(limit.limit_ms / limit.ours_ms)


@pytest.mark.slow
def test_jobs_at_once_are_held_against_one_after_the_other() -> None:
    (one,) = jobs_rows(16, Machine(1e12, 2e12, 1e12), "cpu", (2,), steps=20)
    assert one.work == "MNIST, augmented, m = 16, 2 jobs at once"
    assert one.target is None
    assert one.ratio > 0
    assert one.peer_ms == pytest.approx(one.ours_ms * one.ratio)


def test_universes_together_are_held_against_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TOGETHER, "20 universes", (3, 8, 6, 3))
    machine = Machine(1e12, 2e12, 1e12)
    one = together_row("20 universes", machine, 1)
    assert (one.peer, one.target) == ("one after the other", 3)
    assert one.limit_ms == pytest.approx(20e3 * training_limit(machine, 3, 8, True, "float32", 6))
    assert one.ratio > 0

"""What the benchmarks measure with."""

import time

import pytest
import torch
from timing import in_turns, timed


def test_timing_makes_no_cuda_context(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be made inside the timed work, and count as its memory."""
    waits = []
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
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

"""Rows of clusters and maps."""

import patterns
import pytest
from rates import Machine


def test_maps_of_the_device_are_timed_against_scikit_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(patterns, "embed_snapshots", lambda points, **how: asked.append((points.shape, how)))
    one = patterns.embedding_row(200, Machine(1e12, 2e12, 1e12), "cuda")
    assert [shape for shape, _ in asked] == [(1, 100, 10), (1, 200, 10), (1, 200, 10)]
    assert [how.get("device", "cpu") for _, how in asked] == ["cuda", "cpu", "cuda"]
    assert one.limit_ms == pytest.approx(1e3 * 2 * 250 * 4 * 200**2 / 1e12)

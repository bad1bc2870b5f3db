"""The table of the benchmarks and its picture."""

from pathlib import Path

import pytest
from report import draw, row, table


def test_a_row_holds_medians_per_repeat_and_the_median_of_the_rounds_ratios() -> None:
    rounds = [(8.0, 4.0, 2.0, 1.0), (6.0, 3.0, 3.0, 2.0), (20.0, 9.0, 2.0, 1.0)]
    one = row("work", "peer", rounds, (2, 1), 1.5, 0.5)
    assert (one.peer_ms, one.peer_cpu_ms, one.ours_ms, one.ours_cpu_ms) == (4000, 2000, 2000, 1000)
    assert one.ratio == 2  # of 4 / 2, 3 / 3, 10 / 2
    assert one.spread == (1, 5)
    assert one.limit_ms == 500


@pytest.mark.parametrize(("target", "verdict"), [(2, "reached"), (2.5, "missed: 80% of it"), (None, "-")])
def test_the_verdict_compares_ratio_and_target(target: float | None, verdict: str) -> None:
    one = row("work", "peer", [(4.0, 1.0, 2.0, 1.0)], (1, 1), target, 0.5)
    assert one.verdict == verdict
    assert f"| {verdict} |" in table([one])


def test_the_picture_and_the_table_hold_every_row(tmp_path: Path) -> None:
    rows = [
        row(f"work {number}", "peer", [(4.0, 1.0, 2.0, 1.0)], (1, 1), 1.5, 0.5, note=f"note {number}")
        for number in range(3)
    ]
    draw(rows, "here", tmp_path / "bench.png")
    assert (tmp_path / "bench.png").stat().st_size > 1000
    assert all(f"work {number}" in table(rows) and f"note {number}" in table(rows) for number in range(3))

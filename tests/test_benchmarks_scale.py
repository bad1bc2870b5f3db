"""Costs against width, inputs, samples and seeds."""

from pathlib import Path

from scale import draw_scale, run_cost, scale_table, step_cost


def test_costs_are_those_of_the_work_asked_for() -> None:
    step = step_cost(5, 16, 32, True, "cpu", 1)
    one, two = (run_cost(5, 16, 512, seeds, "cpu", 1) for seeds in (1, 2))
    for cost in (step, one, two):
        assert cost.keys() == {"seconds", "cpu", "bytes"}
        assert cost["seconds"] > 0
        assert cost["bytes"] >= 0  # this process may have held more before


def some_curves() -> dict[str, dict[str, list]]:
    at = [8, 16, 64]
    grows = {"at": at, "seconds": at, "cpu": [each**2 for each in at], "bytes": [1e6 * each for each in at]}
    return {f"{axis}, a step": grows for axis in ("m", "d_in", "n", "seeds")}


def test_the_table_of_scales_holds_slopes() -> None:
    _, _, first, second, third, *_ = scale_table(some_curves()).splitlines()
    assert first == "| m, a step | 8 | 8e+03 | 6.4e+04 | 8 | - | - |"
    assert second.endswith("| 16 | 1.6e+04 | 2.56e+05 | 16 | 2.00 | 1.00 |")
    assert third.endswith("| 2.00 | 1.00 |")


def test_the_picture_of_scales_is_drawn(tmp_path: Path) -> None:
    draw_scale(some_curves(), "here", tmp_path / "scale.png")
    assert (tmp_path / "scale.png").stat().st_size > 1000

import numpy as np
import pandas as pd
import pytest

from pseudo_rd.multiverse.held_out import PREDICTED, effects_of, predictions, read_off

CRITERIA = {criterion: {"at_least": 2.0, "at_most": None} for _, _, criterion in PREDICTED.values()}


def outcomes(start: list[float], width: list[int], ratio: list[float]) -> pd.DataFrame:
    """Rows in which every quantity is 1 without the critic and `ratio` with it; losses are negative."""
    table = pd.DataFrame({"start_scale": start, "width": width, "dataset": "mnist", "generator_start": "normal"})
    table["start_hidden_supervised"] = 28 * table["start_scale"] * np.sqrt(table["width"])
    for quantity, _, _ in PREDICTED.values():
        table[f"{quantity}_supervised"] = 1.0
        table[f"{quantity}_augmented"] = ratio
    return table


@pytest.fixture
def scales() -> pd.DataFrame:
    """The ratio is 1 - log10 of the scale, whatever the width."""
    return outcomes([1, 0.1, 0.01] * 2, [32] * 3 + [128] * 3, [1, 2, 3] * 2)


def test_effects_are_read_off_between_the_scales_that_were_run(scales: pd.DataFrame) -> None:
    ratios = effects_of(scales, "distance_hidden", "ratio")
    assert read_off(scales, ratios, 0.1, 64) == pytest.approx(2)
    assert read_off(scales, ratios, 10**-1.5, 64) == pytest.approx(2.5)
    assert read_off(scales, ratios, 100, 64) == pytest.approx(1)  # the edge


def test_widths_between_those_that_were_run_are_read_off_too(scales: pd.DataFrame) -> None:
    ratios = effects_of(scales, "distance_hidden", "ratio") + (scales["width"] == 128)
    assert read_off(scales, ratios, 1, 64) == pytest.approx(1.5)


def test_a_held_out_start_is_placed_by_its_size_and_its_verdict_is_a_hit_or_a_miss(scales: pd.DataFrame) -> None:
    found = outcomes([10**-1.5], [64], [1.5]).assign(generator_start="xavier")
    rows = predictions(found, scales, {"xavier": {"generator_start": "xavier"}}, CRITERIA)
    assert [row["scale"] for row in rows] == pytest.approx([10**-1.5] * 4)
    distance = rows[0]
    assert distance["universe"] == "xavier, m = 64"
    assert distance["predicted"] == pytest.approx(2.5)
    assert distance["measured"] == 1.5
    assert distance["expects"]
    assert not distance["hit"]
    loss = rows[-1]
    assert loss["predicted"] == pytest.approx(-1.5)
    assert loss["measured"] == -0.5
    assert loss["hit"]

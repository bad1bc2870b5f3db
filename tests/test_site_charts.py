"""Charts show what they are given: places, colours, and words for those who do not see them."""

import math
import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from markupsafe import Markup

from pseudo_rd.claims.judge import Criterion
from pseudo_rd.site import charts
from pseudo_rd.site.charts import Axis, cells, curve, limits_of, runs_of, seed_dots, specification_curve

CHOICES = {"start": ["normal", "framework"], "biases": [False, True]}


def parsed(picture: Markup) -> ElementTree.Element:
    return ElementTree.fromstring(str(picture))  # noqa: S314, our own


def of_class(picture: Markup, kind: str) -> list[ElementTree.Element]:
    return [each for each in parsed(picture).iter() if each.get("class") == kind]


@pytest.mark.parametrize(
    "criterion", [Criterion(at_least=1.05), Criterion(at_most=-0.25), Criterion(at_least=1.5, at_most=2.5)]
)
def test_limits_are_those_of_the_criterion_in_words(criterion: Criterion) -> None:
    low, high = limits_of(str(criterion))
    assert low == (-math.inf if criterion.at_least is None else criterion.at_least)
    assert high == (math.inf if criterion.at_most is None else criterion.at_most)


@pytest.mark.parametrize("values", [[1, 1.2], [-0.2, 0.01], [1e-3, 1e5], [0, 7], [3, 3], [1, 9]])
def test_an_axis_keeps_order_and_stays_within_its_pixels(values: list[float]) -> None:
    axis = Axis(values, 10, 110)
    places = [axis(value) for value in [-math.inf, *sorted(values), math.inf]]
    assert places == sorted(places)
    assert places[0] == pytest.approx(10)
    assert places[-1] == pytest.approx(110)
    assert 2 <= len(axis.ticks) <= 12
    assert all(10 <= axis(tick) <= 110 for tick in axis.ticks)


def test_an_axis_is_logarithmic_where_values_are_positive_and_of_several_sizes() -> None:
    assert Axis([1, 1000], 0, 1).logarithmic
    assert not Axis([1, 2], 0, 1).logarithmic
    assert not Axis([-1, 1000], 0, 1).logarithmic


def test_a_value_within_the_criterion_is_a_disk_and_one_outside_a_cross() -> None:
    picture = seed_dots({"printed": [1.0, 1.1, 1.2], "other": [0.9]}, "at least 1.05")
    assert len(of_class(picture, "reproduced")) == 2
    assert len(of_class(picture, "line not-reproduced")) == 2
    label = str(parsed(picture).get("aria-label"))
    assert "the criterion is at least 1.05" in label
    assert "printed: 1.00, 1.10, 1.20; other: 0.900" in label


def test_stretches_cover_all_true_values_once() -> None:
    flags = np.random.default_rng(1).random(50) > 0.4
    again = np.zeros(50, int)
    for start, length in runs_of(flags.tolist()):
        again[start : start + length] += 1
    assert (again == flags).all()


def test_cells_of_a_row_have_each_column_in_one_colour() -> None:
    verdicts = ["reproduced", "reproduced", "not reproduced", "reproduced", "not testable"]
    parts = cells(verdicts, 0, 2, 8)
    width = {
        re.search('class="([^"]*)"', part)[1]: sum(map(float, re.findall(r"h([\d.]+)", part)))  # type: ignore[index]
        for part in parts
    }
    assert width == {"reproduced": 6, "not-reproduced": 2, "not-testable": 2}


def universes(values: list[float], verdicts: list[str]) -> pd.DataFrame:
    number = len(values)
    return pd.DataFrame(
        {
            "start": [CHOICES["start"][place % 2] for place in range(number)],
            "biases": [place >= number / 2 for place in range(number)],
            "value": values,
            "verdict": verdicts,
        }
    )


def test_a_specification_curve_has_a_mark_for_each_value_and_names_the_readings() -> None:
    table = universes([1.2, 0.9, math.nan, 1e9], ["reproduced", "not reproduced", "diverged", "died"])
    picture = specification_curve(table, "at least 1.05", CHOICES, {"printed": {"start": "normal", "biases": False}})
    assert len(of_class(picture, "reproduced")) == len(of_class(picture, "line not-reproduced")) == 1
    assert len(of_class(picture, "line died")) == 1
    assert len(of_class(picture, "frame")) == 1
    assert "printed" in [each.text for each in parsed(picture).iter() if each.tag == "text"]
    assert "1 reproduced, 1 not reproduced, 1 died, 1 diverged" in str(parsed(picture).get("aria-label"))


def test_what_did_not_survive_does_not_stretch_the_axis() -> None:
    table = universes([1.2, 0.9, 1.0, 1e9], ["reproduced", "not reproduced", "not reproduced", "died"])
    picture = specification_curve(table, "at least 1.05", CHOICES, {})
    heights = [float(each.get("cy", 0)) for each in of_class(picture, "reproduced")]
    crosses = of_class(picture, "line not-reproduced")
    heights += [float(re.search(r"M[\d.]+ ([\d.]+)", each.get("d", ""))[1]) for each in crosses]  # type: ignore[index]
    assert max(heights) - min(heights) > 60


def test_where_no_value_is_known_the_curve_is_a_row_of_verdicts() -> None:
    table = universes([math.nan] * 4, ["not reproduced", "reproduced", "reproduced", "not testable"])
    picture = specification_curve(table, "at least 1.05", CHOICES, {})
    assert not [each for each in parsed(picture).iter() if each.tag == "circle"]
    assert {"reproduced", "not-reproduced", "not-testable"} <= {each.get("class") for each in parsed(picture).iter()}


def test_words_in_a_picture_are_no_markup() -> None:
    picture = seed_dots({"<b>&": [1.0, 2.0]}, "at least 1")
    assert "<b>&" in [each.text for each in parsed(picture).iter() if each.tag == "text"]


def test_a_curve_leaves_out_what_is_not_finite() -> None:
    (line,) = of_class(curve([0, 1, 2], {"hidden": [0.0, math.nan, 4.0]}, "words"), "line hidden")
    assert line.get("d") == "M0.0 29.0L120.0 1.0"


def test_shares_are_as_wide_as_they_are() -> None:
    picture = charts.shares_bar({"a": 0.75, "b": 0.25}, "words", 200)
    assert [float(each.get("width", 0)) for each in parsed(picture)] == [150, 50]

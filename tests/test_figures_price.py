from typing import Any

import numpy as np
import pandas as pd

from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.price import price_figure, prices
from pseudo_rd.multiverse.verdicts import END_COLUMNS, outcomes_of

OF_A_RUN = [name for name in END_COLUMNS if name != "rise"]
PARAMETERS: dict[str, Any] = {
    "choices": {"bound_reading": {"options": [{"option": "penalty"}, {"option": "target"}]}},
    "multiverse.crossed": {},
    "multiverse.dial": {
        "dataset": "mnist",
        "reading": "printed",
        "turned": {"bound": {"words": "L", "at": [0.1, 1], "training": {"bound_reading": "target"}}},
    },
    "readings": {"printed": {}},
}


def pair(bound_reading: str, farther: float, accuracy: float, **others: Any) -> list[dict[str, Any]]:
    """Histories of one row of a run without and with the critic; without it the accuracy is 0.9."""
    common = {"dataset": "mnist", "width": 8, "inputs": 4, "seed": 1, "fate": "finished"}
    common |= dict.fromkeys(OF_A_RUN, 1.0) | {"bound_reading": bound_reading} | others
    runs = {"supervised": (1.0, 0.9, 0.1), "augmented": (farther, accuracy, 0.4)}
    return [
        {**common, "objective": objective, "distance_hidden": distance, "test_accuracy": correct, "moran": moran}
        for objective, (distance, correct, moran) in runs.items()
    ]


def outcomes() -> pd.DataFrame:
    return outcomes_of(pd.DataFrame([*pair("penalty", 1.5, 0.85), *pair("target", 40.0, 0.1)]), ["bound_reading"])


def test_a_price_is_accuracy_lost_in_points_for_so_many_times_the_distance() -> None:
    first = prices(outcomes(), ["bound_reading"]).iloc[0]
    assert np.isclose(first["farther"], 1.5)
    assert np.isclose(first["lost"], 5)
    assert np.isclose(first["moran"], 0.3)
    assert first["accuracy"] == 0.85, "the lower of the two"


def test_readings_that_do_not_learn_are_grey_and_those_beyond_the_frame_are_counted() -> None:
    dial = pd.DataFrame([*pair("target", 1.2, 0.89, bound=0.1), *pair("target", 1.4, 0.8, bound=1.0)])
    figure = price_figure(FigureInputs(tables={"outcomes": outcomes(), "dial": dial}, parameters=PARAMETERS), 0.5, 1)
    lines = {str(line.get_label()): line for line in figure.axes[0].lines}
    grey, blue, notches = (
        next(line for label, line in lines.items() if words in label)
        for words in ("below 50%", "both reach 50%", "another L")
    )
    assert np.isclose(grey.get_xdata()[0], 40)
    assert figure.axes[0].get_xlim()[1] < 40
    assert "points beyond the frame: 1" in [text.get_text() for text in figure.axes[0].texts]
    assert np.allclose(blue.get_xydata(), [[1.5, 5]])
    assert np.allclose(notches.get_xydata(), [[1.4, 10], [1.2, 1]]), "joined in the order of their values"


def test_names_of_readings_that_lie_together_stand_apart() -> None:
    readings = {"printed": {"bound_reading": "penalty"}, "another": {"bound_reading": "target"}}
    table = outcomes_of(pd.DataFrame([*pair("penalty", 1.5, 0.85), *pair("target", 1.49, 0.85)]), ["bound_reading"])
    dial = pd.DataFrame([*pair("target", 1.2, 0.89, bound=0.1), *pair("target", 1.4, 0.8, bound=1.0)])
    parameters = PARAMETERS | {"readings": readings}
    figure = price_figure(FigureInputs(tables={"outcomes": table, "dial": dial}, parameters=parameters), 0.5, 1)
    first, second = (text.get_window_extent() for text in figure.axes[0].texts if text.get_text() in readings)
    assert not first.overlaps(second)

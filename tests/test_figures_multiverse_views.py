"""Every figure of all readings from a small made-up study, in the columns of a real one."""

from dataclasses import replace
from itertools import product
from pkgutil import resolve_name

import numpy as np
import pandas as pd
import pytest
from made_up import CRITERIA, PARAMETERS
from made_up_histories import pair
from matplotlib.figure import Figure
from matplotlib.text import Text
from projects import ROOT
from styled import style as style

from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.multiverse import named_readings, named_scales
from pseudo_rd.figures.registry import read_registry
from pseudo_rd.multiverse.phases import phase_table
from pseudo_rd.multiverse.verdicts import outcomes_of, verdicts_of

REGISTRY = read_registry(ROOT / "workflow" / "figures.yaml")
VIEWS = {name: entry for name, entry in REGISTRY.items() if entry.target == "multiverse"}
CROSSED = {"generator_start": ["normal", "framework"], "loss": ["batch", "element"]}
CHOICES = {**CROSSED, "loss": ["batch", "element", "sum"], "biases": [False, True]}
PRINTED = {choice: options[0] for choice, options in CHOICES.items()}
UNIVERSES = [
    {**PRINTED, "generator_start": start, **changed}
    for start in CROSSED["generator_start"]
    for changed in ({}, {"loss": "element"}, {"loss": "sum"}, {"biases": True})
]
PLACES = (("synthetic-784", 16), ("synthetic-784", 64), ("mnist", 16), ("mnist", 64))


def universe(dataset: str, width: int, options: dict) -> pd.DataFrame:
    """Holds from the framework's start; a sum diverges, and so does all of MNIST at the narrow width."""
    fates = {}
    if options["loss"] == "sum" or (dataset, width) == ("mnist", 16):
        fates = {"supervised": "diverged", "augmented": "diverged"}
    elif options["biases"]:
        fates = {"augmented": "died"}
    kind = options["generator_start"] == "framework"
    return pair(dataset, (1,), for_paper=kind, options=options, width=width, **fates)


@pytest.fixture(scope="module")
def study() -> FigureInputs:
    made_up = [universe(*place, options) for place in PLACES for options in UNIVERSES]
    histories = pd.concat(made_up, ignore_index=True)
    dial = [pair("mnist", (1,), options={**PRINTED, "bound": bound}, width=64) for bound in (0.1, 1.0)]
    scales = [
        pair("mnist", (1,), options={**PRINTED, "start_scale": scale}, width=width, **fates).assign(
            start_hidden=scale * np.sqrt(784 * width), start_error=0.05 if scale < 1 else 2.0
        )
        for scale, width in product((0.01, 0.1, 1.0), (16, 64))
        for fates in [{"augmented": "diverged"} if (scale, width) == (0.01, 64) else {}]
    ]
    return FigureInputs(
        tables={
            "outcomes": outcomes_of(histories, [*CHOICES]),
            "verdicts": verdicts_of(histories, [*CHOICES], CRITERIA, PARAMETERS),
            "scales": pd.concat(scales, ignore_index=True),
            "dial": pd.concat(dial, ignore_index=True),
        },
        parameters={
            "choices": {name: {"options": [{"option": each} for each in tried]} for name, tried in CHOICES.items()},
            "claims.criteria": PARAMETERS["claims"]["criteria"],
            "claims.learned": {"error": {}, "accuracy": {"mnist": 0.9}},
            "multiverse.crossed": CROSSED,
            "multiverse.dial": {
                "dataset": "mnist",
                "reading": "printed",
                "turned": {"bound": {"words": "slope", "at": [0.1, 1], "training": {"loss": "batch"}}},
            },
            "multiverse.least_gain": 1,
            "readings": {"printed": {}, "framework": {"generator_start": "framework"}},
        },
    )


def drawn(view: str, inputs: FigureInputs) -> Figure:
    entry = VIEWS[view]
    tables = {name: inputs.tables[name] for name in entry.tables}
    parameters = {key: inputs.parameters[key] for key in entry.parameters}
    handed = replace(inputs, tables=tables, parameters=parameters)
    return resolve_name(f"pseudo_rd.figures.{entry.draw}")(handed, **entry.options)


def texts_of(figure: Figure) -> str:
    """All words of a figure."""
    return " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_drawn_also_where_the_widest_runs_of_a_data_set_all_diverged(
    study: FigureInputs, view: str
) -> None:
    drawn(view, study).draw_without_rendering()  # a warning of the layout would be an error
    tables = {name: study.tables[name] for name in ("outcomes", "verdicts")}
    kept = {name: table[(table["dataset"] != "mnist") | (table["width"] == 16)] for name, table in tables.items()}
    drawn(view, replace(study, tables={**study.tables, **kept})).draw_without_rendering()


def test_the_choice_that_decides_has_the_whole_variance(study: FigureInputs) -> None:
    figure = drawn("claim_rules", study)
    said = texts_of(figure)
    assert "2 of 3 where biases is no, and generator start is framework;" in said.replace("  ", " ")
    cells = np.ma.asarray(figure.axes[0].collections[0].get_array())
    np.testing.assert_allclose(cells.reshape(-1, 2), [[1, 0]] * (cells.size // 2), atol=1e-12)


def test_where_no_verdict_varies_the_figure_says_so(study: FigureInputs) -> None:
    outcomes, verdicts = study.tables["outcomes"], study.tables["verdicts"]
    same = replace(study, tables={"outcomes": outcomes, "verdicts": verdicts.assign(verdict="reproduced")})
    assert "No claim is reproduced under some readings" in texts_of(drawn("claim_rules", same))
    diverged = outcomes.assign(distance_hidden_augmented=np.nan, variance_augmented=np.nan)
    none_left = replace(study, tables={"outcomes": diverged, "verdicts": verdicts})
    assert "No effect varies" in texts_of(drawn("deciding_choices", none_left))


def test_what_is_tried_alone_is_no_part_of_the_grid_and_not_called_diverged(study: FigureInputs) -> None:
    assert "Left out" not in texts_of(drawn("deciding_choices", study))


def test_a_curve_says_where_it_was_measured_and_does_not_count_the_dead(study: FigureInputs) -> None:
    said = texts_of(drawn("farther_synthetic-784", study))
    assert "synthetic-784, m = 64: 2 of 8 readings reproduce it" in said


def phases_of(study: FigureInputs) -> pd.DataFrame:
    return phase_table(outcomes_of(study.tables["scales"], [*CHOICES, "start_scale"]))


def test_phases_are_ratios_and_differences_of_a_pair(study: FigureInputs) -> None:
    changes = {"distance_ratio": 2, "variance_ratio": 2, "moran_difference": 0.5, "neighbors_lost": 0.65}
    for name, values in phases_of(study)[[*changes]].items():
        assert values.dropna().tolist() == [pytest.approx(changes[name])] * 5


def test_named_readings_stand_at_the_size_of_their_start(study: FigureInputs) -> None:
    xavier = {**PRINTED, "generator_start": "xavier"}
    found = named_scales(phases_of(study), {**named_readings(study), "glorot": xavier})
    assert found["printed"].to_dict() == {16: 1, 64: 1}
    assert found["framework"].to_dict() == {16: pytest.approx((3 * 784) ** -0.5), 64: pytest.approx((3 * 784) ** -0.5)}
    assert found["glorot"].to_dict() == {16: pytest.approx((2 / 800) ** 0.5), 64: pytest.approx((2 / 848) ** 0.5)}

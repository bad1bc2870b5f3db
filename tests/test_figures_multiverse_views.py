"""Every figure of all readings from a small made-up study, in the columns of a real one."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_up import CRITERIA, PARAMETERS
from made_up_histories import pair
from matplotlib.figure import Figure

from pseudo_rd.figures.multiverse import VIEWS, Study, named_scales, phase_table
from pseudo_rd.figures.style import paper_style, save_figure
from pseudo_rd.multiverse.scores import Charity
from pseudo_rd.multiverse.verdicts import outcomes_of, verdicts_of

CROSSED = {"generator_start": ["normal", "framework"], "loss": ["batch", "element"]}
CHOICES = {**CROSSED, "loss": ["batch", "element", "sum"], "biases": [False, True]}
PRINTED = {choice: options[0] for choice, options in CHOICES.items()}
UNIVERSES = [dict(zip(CROSSED, options, strict=True)) | {"biases": False} for options in product(*CROSSED.values())] + [
    {**PRINTED, "generator_start": start, **alone}
    for start in CROSSED["generator_start"]
    for alone in ({"loss": "sum"}, {"biases": True})
]
PLACES = (("synthetic-784", 16), ("synthetic-784", 64), ("mnist", 16), ("mnist", 64))


def universe(dataset: str, width: int, options: dict, all_diverged: bool) -> pd.DataFrame:
    """Holds from the framework's start; a sum diverges, and so does all of MNIST at the narrow width if asked."""
    fates = {}
    if options["loss"] == "sum" or (all_diverged and (dataset, width) == ("mnist", 16)):
        fates = {"supervised": "diverged", "augmented": "diverged"}
    elif options["biases"]:
        fates = {"augmented": "died"}
    kind = options["generator_start"] == "framework"
    return pair(dataset, (1,), for_paper=kind, options=options, width=width, **fates)


def study_of(all_diverged: bool = True) -> Study:
    histories = pd.concat(
        [universe(*place, options, all_diverged) for place in PLACES for options in UNIVERSES], ignore_index=True
    )
    scales = [
        pair("mnist", (1,), options={**PRINTED, "start_scale": scale}, width=width, **fates).assign(
            start_hidden=scale * np.sqrt(784 * width), start_error=0.05 if scale < 1 else 2.0
        )
        for scale, width in product((0.01, 0.1, 1.0), (16, 64))
        for fates in [{"augmented": "diverged"} if (scale, width) == (0.01, 64) else {}]
    ]
    return Study(
        outcomes=outcomes_of(histories, [*CHOICES]),
        verdicts=verdicts_of(histories, [*CHOICES], CRITERIA, PARAMETERS),
        scales=outcomes_of(pd.concat(scales, ignore_index=True), [*CHOICES, "start_scale"]),
        choices=CHOICES,
        crossed=CROSSED,
        readings={"printed": PRINTED, "framework": {**PRINTED, "generator_start": "framework"}},
        charity=Charity("synthetic-784", (64,), 0.0165),
        least_gain=1,
        criteria=PARAMETERS["claims"]["criteria"],
    )


@pytest.fixture(scope="module")
def study() -> Study:
    return study_of()


@pytest.fixture(autouse=True)
def style() -> Iterator[None]:
    with paper_style():
        yield


def texts_of(figure: Figure) -> str:
    texts = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    labels = [label for axes in figure.axes for label in (*axes.get_yticklabels(), axes.xaxis.label, axes.title)]
    return " ".join(text.get_text() for text in [*texts, *labels]).replace("\n", " ")


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_drawn_and_saved(study: Study, view: str, tmp_path: Path) -> None:
    png, pdf = tmp_path / "view.png", tmp_path / "view.pdf"
    save_figure(VIEWS[view](study), png, pdf, "a note")  # a warning of the layout would be an error
    assert png.stat().st_size > 5000
    assert pdf.stat().st_size > 5000


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_drawn_where_the_widest_runs_of_a_data_set_all_diverged(study: Study, view: str) -> None:
    outcomes, verdicts = study.outcomes, study.verdicts
    kept = [table[(table["dataset"] != "mnist") | (table["width"] == 16)] for table in (outcomes, verdicts)]
    figure = VIEWS[view](replace(study, outcomes=kept[0], verdicts=kept[1]))
    figure.draw_without_rendering()


def test_the_choice_that_decides_has_the_whole_variance(study: Study) -> None:
    figure = VIEWS["claim_rules"](study)
    said = texts_of(figure)
    assert "where biases is no, and generator start is framework, in 2 of" in said.replace("  ", " ")
    cells = np.ma.asarray(figure.axes[0].collections[0].get_array())
    np.testing.assert_allclose(cells.reshape(-1, 2), [[1, 0]] * (cells.size // 2), atol=1e-12)


def test_where_no_verdict_varies_the_figure_says_so(study: Study) -> None:
    same = study.verdicts.assign(verdict="reproduced")
    assert "No claim is reproduced in some universes" in texts_of(VIEWS["claim_rules"](replace(study, verdicts=same)))
    diverged = study.outcomes.assign(distance_hidden_augmented=np.nan, variance_augmented=np.nan)
    assert "No effect varies" in texts_of(VIEWS["deciding_choices"](replace(study, outcomes=diverged)))


def test_what_is_tried_alone_is_no_part_of_the_grid_and_not_called_diverged(study: Study) -> None:
    assert "Left out" not in texts_of(VIEWS["deciding_choices"](study))


def test_a_curve_says_where_it_was_measured_and_does_not_count_the_dead(study: Study) -> None:
    said = texts_of(VIEWS["farther_synthetic-784"](study))
    assert "synthetic-784, m = 64: reproduced in 2 of 8 universes" in said


def test_phases_are_ratios_and_differences_of_a_pair(study: Study) -> None:
    phases = phase_table(study.scales)
    assert phases["distance_ratio"].dropna().tolist() == [pytest.approx(2)] * 5
    assert phases["variance_ratio"].dropna().tolist() == [pytest.approx(2)] * 5
    assert phases["moran_difference"].dropna().tolist() == [pytest.approx(0.5)] * 5
    assert phases["neighbors_lost"].dropna().tolist() == [pytest.approx(0.65)] * 5


def test_named_readings_stand_at_the_size_of_their_start(study: Study) -> None:
    xavier = {**PRINTED, "generator_start": "xavier"}
    found = named_scales(phase_table(study.scales), {**study.readings, "glorot": xavier})
    assert found["printed"].to_dict() == {16: 1, 64: 1}
    assert found["framework"].to_dict() == {16: pytest.approx((3 * 784) ** -0.5), 64: pytest.approx((3 * 784) ** -0.5)}
    assert found["glorot"].to_dict() == {16: pytest.approx((2 / 800) ** 0.5), 64: pytest.approx((2 / 848) ** 0.5)}


def test_the_workflow_draws_every_view() -> None:
    rules = (Path(__file__).parents[1] / "workflow" / "rules" / "multiverse.smk").read_text(encoding="utf-8")
    listed = rules.split("MULTIVERSE_VIEWS = [")[1].split("]")[0]
    assert [name.strip().strip('"') for name in listed.split(",") if name.strip()] == [*VIEWS]

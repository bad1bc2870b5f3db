"""Figures of the study of readings, drawn from a made-up one as large as a real one and read back from the axes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations, product
from pkgutil import resolve_name
from typing import Any

import made_up_universes as made_up
import numpy as np
import pandas as pd
import pytest
from made_up import PARAMETERS
from made_up_histories import pair
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text
from projects import ROOT
from styled import style as style

from pseudo_rd.claims.judge import REPRODUCED
from pseudo_rd.figures import claims_matrix, phase_diagram, specification_curve
from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.multiverse import choices_of, named_readings
from pseudo_rd.figures.registry import read_registry
from pseudo_rd.multiverse.effects import matching, paired_effects
from pseudo_rd.multiverse.matrix import verdict_matrix
from pseudo_rd.multiverse.phases import phase_table, predicted_scale
from pseudo_rd.multiverse.rules import shallow_rule
from pseudo_rd.multiverse.summary import effect_decomposition, order_by_influence, verdict_decomposition
from pseudo_rd.multiverse.verdicts import claims_of, outcomes_of

REGISTRY = read_registry(ROOT / "workflow" / "figures.yaml")
VIEWS = {name: entry for name, entry in REGISTRY.items() if entry.target == "multiverse"}
WIDEST = max(width for _, width in made_up.PLACES)
CHARITABLE = {"generator_start": "framework", "loss": "element", "bound_reading": "clip"}
FARTHER = {"synthetic-784": "figure-3-hidden-farther", "mnist": "figure-6-hidden-farther"}


def study_of(outcomes: pd.DataFrame) -> FigureInputs:
    """The study with those outcomes; the made-up claims are called after those of each data set, and many vary."""
    names = [(dataset, number, claim.name) for dataset in FARTHER for number, claim in enumerate(claims_of(dataset))]
    verdicts = made_up.verdicts(outcomes, claims=1 + max(number for _, number, _ in names))
    called = {(dataset, f"claim_{number}"): name for dataset, number, name in names}
    verdicts["claim"] = [called.get(key) for key in zip(verdicts["dataset"], verdicts["claim"], strict=True)]
    dial = [pair("mnist", (1,), options={**made_up.PRINTED, "bound": bound}, width=WIDEST) for bound in (0.1, 1.0)]
    scales = [
        pair("mnist", (1,), options={**made_up.PRINTED, "start_scale": scale}, width=width, **fates).assign(
            start_hidden=scale * np.sqrt(784 * width), start_error=0.05 if scale < 1 else 2.0
        )
        for scale, width in product((0.01, 0.1, 1.0), (16, 64))
        for fates in [{"augmented": "diverged"} if (scale, width) == (0.01, 64) else {}]
    ]
    choices = {name: {"options": [{"option": each} for each in tried]} for name, tried in made_up.CHOICES.items()}
    turned = {"bound": {"words": "slope", "at": [0.1, 1], "training": {"loss": "batch"}}}
    return FigureInputs(
        tables={
            "outcomes": outcomes,
            "verdicts": verdicts.dropna(subset="claim"),
            "scales": pd.concat(scales, ignore_index=True),
            "dial": pd.concat(dial, ignore_index=True),
        },
        parameters={
            "choices": choices,
            "claims.criteria": PARAMETERS["claims"]["criteria"],
            "claims.learned": {"error": dict.fromkeys(FARTHER, 0.016), "accuracy": {}},
            "multiverse.crossed": made_up.CROSSED,
            "multiverse.dial": {"dataset": "mnist", "reading": "printed", "turned": turned},
            "multiverse.least_gain": 1,
            "readings": {"printed": {}, "charitable": CHARITABLE},
        },
    )


@pytest.fixture(scope="module")
def study() -> FigureInputs:
    return study_of(made_up.outcomes())


def at_widest(study: FigureInputs, table: str, dataset: str) -> pd.DataFrame:
    return study.tables[table][matching(study.tables[table], {"dataset": dataset, "width": WIDEST})]


def effects_at(study: FigureInputs, dataset: str) -> pd.DataFrame:
    """The smallest first."""
    effects = paired_effects(at_widest(study, "outcomes", dataset), made_up.CHOICES, "distance_hidden")
    return effects.sort_values("effect", kind="stable", ignore_index=True)


def changed(study: FigureInputs, **tables: pd.DataFrame) -> FigureInputs:
    return replace(study, tables={**study.tables, **tables})


def drawn(view: str, study: FigureInputs) -> Figure:
    """Handed what its entry names and no more."""
    entry = VIEWS[view]
    tables = {name: study.tables[name] for name in entry.tables}
    parameters = {key: study.parameters[key] for key in entry.parameters}
    handed = replace(study, tables=tables, parameters=parameters)
    return resolve_name(f"pseudo_rd.figures.{entry.draw}")(handed, **entry.options)


def texts_of(figure: Figure) -> str:
    """All words of a figure."""
    return " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")


def overlapping(texts: Sequence[Text]) -> list[tuple[str, str]]:
    """Pairs of texts that stand on each other, of a figure that has been laid out."""
    boxes = [(text.get_window_extent(), text.get_text()) for text in texts if text.get_text()]
    return [(one, other) for (box, one), (beside, other) in combinations(boxes, 2) if box.overlaps(beside)]


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_drawn_where_the_widest_runs_of_a_data_set_all_diverged(study: FigureInputs, view: str) -> None:
    tables = {name: study.tables[name].copy() for name in ("outcomes", "verdicts")}
    lost = {name: matching(table, {"dataset": "mnist", "width": WIDEST}) for name, table in tables.items()}
    measured = [name for name in tables["outcomes"].filter(regex="_(supervised|augmented)$") if "fate" not in name]
    tables["outcomes"].loc[lost["outcomes"], measured] = np.nan
    tables["outcomes"].loc[lost["outcomes"], ["fate_supervised", "fate_augmented"]] = "diverged"
    tables["verdicts"].loc[lost["verdicts"], "verdict"] = "diverged"
    drawn(view, changed(study, **tables)).draw_without_rendering()  # a warning of the layout would be an error


# The specification curve


def far_out(study: FigureInputs, ratios: Mapping[int, float]) -> FigureInputs:
    """On MNIST the universes at some places of the curve have other ratios."""
    outcomes, effects = study.tables["outcomes"].copy(), effects_at(study, "mnist")
    for place, ratio in ratios.items():
        universe: dict[str, Any] = effects.loc[place, ["dataset", "width", *made_up.CHOICES]].to_dict()
        there = matching(outcomes, universe)
        outcomes.loc[there, "distance_hidden_augmented"] = ratio * outcomes.loc[there, "distance_hidden_supervised"]
    return changed(study, outcomes=outcomes)


def test_the_curve_rises_and_diverged_universes_stand_at_its_end(study: FigureInputs) -> None:
    effects = effects_at(study, "mnist")
    curve, _ = drawn("farther_mnist", study).axes
    places, ratios = np.ma.getdata(curve.collections[1].get_offsets()).T
    np.testing.assert_allclose(ratios, np.clip(np.exp(effects["effect"].dropna()), *specification_curve.EDGES))
    assert len(places) == len(effects) - 4 * 2  # starts, losses
    assert "diverged" in [text.get_text() for text in curve.texts]


def test_universes_far_out_stand_at_the_edge_with_their_numbers_and_leave_the_axis_to_the_others(
    study: FigureInputs,
) -> None:
    finite = effects_at(study, "mnist")["effect"].last_valid_index()
    figure = drawn("farther_mnist", far_out(study, {0: 2e-6, 1: 3e-5, finite - 1: 4e6, finite: 5e7}))
    curve = figure.axes[0]
    ratios = np.ma.getdata(curve.collections[1].get_offsets())[:, 1]
    assert (ratios[[0, -1]] == specification_curve.EDGES).all()
    assert 0.1 < curve.get_ylim()[0] < 0.2 and curve.get_ylim()[1] < 10
    figure.draw_without_rendering()
    assert {"2e-06", "3e-05", "4e+06", "5e+07"} <= {text.get_text() for text in curve.texts}
    assert not overlapping(curve.texts)


def test_universes_that_did_not_learn_are_grey_and_named_readings_ringed_at_their_effect(study: FigureInputs) -> None:
    effects = effects_at(study, "mnist")
    curve, _ = drawn("farther_mnist", study).axes
    colors = [to_hex(color) for color in curve.collections[1].get_edgecolors()]
    fits = effects.loc[effects["effect"].notna(), "generator_start"].map(made_up.ERROR) <= 0.016
    assert colors == [to_hex(specification_curve.FIT if each else specification_curve.MISFIT) for each in fits]
    rings = [line for line in curve.lines if line.get_markersize() == 8]
    for ring, options in zip(rings, named_readings(study).values(), strict=True):
        expected = np.exp(effects.loc[matching(effects, options), "effect"].to_numpy())
        assert ring.get_ydata() == pytest.approx(expected)


def test_what_is_counted_are_verdicts_and_a_dead_network_reproduces_nothing(study: FigureInputs) -> None:
    verdicts = at_widest(study, "verdicts", "synthetic-784")
    verdicts = verdicts[verdicts["claim"] == FARTHER["synthetic-784"]]
    judged = effects_at(study, "synthetic-784").merge(verdicts, on=[*made_up.CHOICES])
    reproduced = judged["verdict"] == REPRODUCED
    curve, ticks = drawn("farther_synthetic-784", study).axes
    said = f"synthetic-784, m = 1,024: {reproduced.sum()} of {len(judged)} readings reproduce it; intervals: 95 %"
    assert ticks.get_xlabel().startswith(said)
    filled = [to_hex(color) != to_hex("white") for color in curve.collections[1].get_facecolors()]
    assert filled == reproduced[judged["fate"] == "finished"].tolist()
    assert len(curve.collections[2].get_offsets()) == 2  # crosses: both critics' starts


def test_ticks_say_which_universe_has_which_option_and_how_many_reproduce_the_claim(study: FigureInputs) -> None:
    effects = effects_at(study, "mnist")
    figure = drawn("farther_mnist", study)
    _, ticks = figure.axes
    labels = [label.get_text() for label in ticks.get_yticklabels()]
    assert labels[:4] == made_up.CHOICES["generator_start"]
    assert labels[-4:] == ["no", "yes", "10", "1"]
    first = np.array([segment[0, 0] for segment in ticks.collections[0].get_segments()])
    np.testing.assert_array_equal(first, np.flatnonzero(effects["generator_start"] == "normal"))
    verdicts = at_widest(study, "verdicts", "mnist")
    there = matching(verdicts, {"claim": FARTHER["mnist"], "generator_start": "normal"})
    counted = (verdicts.loc[there, "verdict"] == REPRODUCED).sum()
    assert f"{counted} of 27" in [text.get_text() for text in ticks.texts]
    figure.draw_without_rendering()
    assert not overlapping([*ticks.texts[::2], *ticks.get_yticklabels()])


def test_one_seed_has_no_interval() -> None:
    assert "none (one seed)" in texts_of(drawn("farther_mnist", study_of(made_up.outcomes(seeds=1))))


# Claims against readings, and what decides


def test_a_matrix_of_many_claims_is_readable(study: FigureInputs) -> None:
    verdicts = study.tables["verdicts"]
    verdicts = verdicts[verdicts["width"] == WIDEST]
    matrix = verdict_matrix(verdicts, order_by_influence(verdicts, choices_of(study)))
    untested = verdicts.assign(claim="figure-9-error-falls", verdict="not testable")
    figure = drawn("claims_matrix", changed(study, verdicts=pd.concat([verdicts, untested])))
    scores, _, cells, share, ticks, _ = figure.axes
    assert [bar.get_height() for bar in scores.patches] == (matrix.verdicts == REPRODUCED).sum(axis=0).tolist()
    assert len(scores.lines[0].get_xdata()), "a diamond for each that no other beats"
    mesh = np.asarray(cells.collections[0].get_array())
    assert mesh.shape == (len(matrix.statements), len(made_up.readings()))
    assert len(mesh) > 20
    assert ((mesh == 0) == (matrix.verdicts == REPRODUCED)).all()
    np.testing.assert_allclose([bar.get_width() for bar in share.patches], matrix.statements["share"])
    figure.draw_without_rendering()
    for texts in (cells.get_yticklabels(), ticks.get_yticklabels(), share.texts, scores.texts):
        assert not overlapping(texts)
    names = [text.get_text().replace("\n", " ") for text in scores.texts]
    assert names == ["generator start", *made_up.CHOICES["generator_start"]]
    assert cells.get_xlabel().startswith("left out: 1 statements")


def test_claims_at_several_places_are_told_apart() -> None:
    places = pd.DataFrame(made_up.PLACES, columns=["dataset", "width"]).assign(claim=FARTHER["mnist"])
    labels = claims_matrix.statement_labels(places)
    assert len(set(labels)) == 4
    assert any(label.endswith("m = 1,024)") for label in labels)


def test_each_factor_has_its_three_shares_and_the_largest_comes_first(study: FigureInputs) -> None:
    there = at_widest(study, "outcomes", "mnist")
    effects, left_out = effect_decomposition(there, choices_of(study), "distance_hidden")
    assert left_out == {"bound_reading": ["weight"]}
    panel = next(
        axes
        for axes in drawn("deciding_choices", study).axes
        if "hidden distance" in axes.get_title() and "mnist" in axes.get_title()
    )
    effects = effects.sort_values("shapley", ascending=False)
    names = [label.get_text().replace(" ", "_") for label in panel.get_yticklabels()]
    assert names == effects["factor"].tolist()
    for line, name in zip(panel.lines, ("first", "total", "shapley"), strict=True):
        np.testing.assert_allclose(line.get_xdata(), effects[name])
    assert panel.get_xlabel() == "Left out, since runs there diverged: bound reading weight."


def test_rules_stand_beside_the_shares_of_their_claim(study: FigureInputs) -> None:
    figure = drawn("claim_rules", study)
    (axes,) = figure.axes
    texts = [text.get_text().replace("\n", " ") for text in axes.texts]
    verdicts = study.tables["verdicts"]
    first = verdicts[verdicts["width"] == WIDEST].groupby(["claim", "dataset"], sort=False)
    varied = [group for _, group in first if 0 < (group["verdict"] == REPRODUCED).mean() < 1]
    shares = verdict_decomposition(varied[0], choices_of(study))["shapley"]
    rule = shallow_rule(varied[0], [*made_up.CHOICES]).sentence
    assert texts[:5] == [*(f"{100 * share:.0f}" for share in shares), rule]
    assert len(texts) == 5 * len(varied)
    figure.draw_without_rendering()
    for group in (axes.get_yticklabels(), axes.texts[::5], axes.texts[4::5]):
        assert not overlapping(group)


def test_where_nothing_varies_the_figure_says_so(study: FigureInputs) -> None:
    same = changed(study, verdicts=study.tables["verdicts"].assign(verdict="reproduced"))
    assert "No claim is reproduced under some readings" in texts_of(drawn("claim_rules", same))
    diverged = study.tables["outcomes"].assign(distance_hidden_augmented=np.nan, variance_augmented=np.nan)
    assert "No effect varies" in texts_of(drawn("deciding_choices", changed(study, outcomes=diverged)))


# The phase diagram


def phases_of(study: FigureInputs) -> pd.DataFrame:
    return phase_table(outcomes_of(study.tables["scales"], [*made_up.CHOICES, "start_scale"]))


def test_phases_are_ratios_and_differences_of_a_pair(study: FigureInputs) -> None:
    changes = {"distance_ratio": 2, "variance_ratio": 2, "moran_difference": 0.5, "neighbors_lost": 0.65}
    for name, values in phases_of(study)[[*changes]].items():
        assert values.dropna().tolist() == [pytest.approx(changes[name])] * 5


def test_phases_have_a_cell_for_each_width_and_scale_and_both_lines(study: FigureInputs) -> None:
    figure = drawn("phase_diagram", study)
    panel = figure.axes[0]
    cells = np.ma.asarray(panel.collections[0].get_array())
    assert cells.shape == (3, 2)
    assert np.ma.count_masked(cells) == 1
    for line, objective in zip(panel.lines, ("supervised", "augmented"), strict=False):
        np.testing.assert_allclose(line.get_ydata(), predicted_scale(phases_of(study), objective))
    assert [axes.get_title() for axes in figure.axes if axes.get_title()] == [*phase_diagram.PHASES.values()]
    assert "diverged" in texts_of(figure)


def test_named_readings_stand_at_the_size_of_their_start(study: FigureInputs) -> None:
    xavier = {**made_up.PRINTED, "generator_start": "xavier"}
    found = phase_diagram.named_scales(phases_of(study), {**named_readings(study), "glorot": xavier})
    assert found["printed"].to_dict() == {16: 1, 64: 1}
    assert found["charitable"].to_dict() == dict.fromkeys((16, 64), pytest.approx((3 * 784) ** -0.5))
    assert found["glorot"].to_dict() == {16: pytest.approx((2 / 800) ** 0.5), 64: pytest.approx((2 / 848) ** 0.5)}


@pytest.mark.parametrize(("centers", "edges"), [([1, 4, 16], [0.5, 2, 8, 32]), ([3], [1.5, 6])])
def test_edges_of_cells_lie_halfway_on_a_logarithmic_axis(centers: list[float], edges: list[float]) -> None:
    np.testing.assert_allclose(phase_diagram.geometric_edges(np.array(centers)), edges)

"""Figures of the study of readings, drawn from a made-up one as large as a real one."""

from collections.abc import Sequence
from itertools import combinations, product

import made_up_universes as made_up
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text
from styled import style as style

from pseudo_rd.claims.judge import NOT_REPRODUCED, REPRODUCED
from pseudo_rd.figures import claim_rules, claims_matrix, deciding_choices, phase_diagram, specification_curve
from pseudo_rd.figures.choice_ticks import wrap_rows
from pseudo_rd.multiverse.decomposition import decompose
from pseudo_rd.multiverse.effects import matching, paired_effects
from pseudo_rd.multiverse.matrix import verdict_matrix
from pseudo_rd.multiverse.phases import predicted_scale

CHARITABLE = {"generator_start": "framework", "loss": "element", "bound_reading": "clip"}
NAMED = {"printed": made_up.PRINTED, "charitable": {**made_up.PRINTED, **CHARITABLE}}
SENTENCE = "On synthetic data of some dimension, a layer ends farther from its start with the critic, number {}."


@pytest.fixture(scope="module")
def outcomes() -> pd.DataFrame:
    return made_up.outcomes()


def effects_at(outcomes: pd.DataFrame, dataset: str) -> pd.DataFrame:
    choices = [*made_up.CHOICES]
    there = outcomes[matching(outcomes, {"dataset": dataset, "width": 256})]
    learned = (there["test_error_supervised"] <= 0.016).groupby([there[name] for name in choices]).all()
    effects = paired_effects(there, choices, "distance_hidden").merge(learned.rename("learned"), on=choices)
    verdicts = np.where(mean_reaches(effects), REPRODUCED, NOT_REPRODUCED)
    verdicts[np.flatnonzero(mean_reaches(effects))[:3]] = NOT_REPRODUCED  # a seed falls short
    return effects.assign(verdict=verdicts)


def mean_reaches(effects: pd.DataFrame) -> pd.Series:
    return (np.exp(effects["effect"]) >= 1.3) & (effects["fate"] == "finished")


def curve_of(effects: pd.DataFrame) -> Figure:
    words = "hidden distance", "error at most 0.016", "there"
    return specification_curve.draw(effects, made_up.CHOICES, 1.3, NAMED, *words)


@pytest.fixture
def effects(outcomes: pd.DataFrame) -> pd.DataFrame:
    """On MNIST, the smallest first."""
    return effects_at(outcomes, "mnist").sort_values("effect", kind="stable", ignore_index=True)


def overlapping(texts: Sequence[Text]) -> list[tuple[str, str]]:
    """Pairs of texts that stand on each other, of a figure that has been laid out."""
    boxes = [(text.get_window_extent(), text.get_text()) for text in texts if text.get_text()]
    return [(one, other) for (box, one), (beside, other) in combinations(boxes, 2) if box.overlaps(beside)]


def test_the_curve_rises_and_diverged_universes_stand_at_its_end(effects: pd.DataFrame) -> None:
    curve, _ = curve_of(effects.sample(frac=1, random_state=0)).axes
    places, ratios = np.ma.getdata(curve.collections[1].get_offsets()).T
    np.testing.assert_allclose(ratios, np.exp(effects["effect"].dropna()))
    assert len(places) == len(effects) - 4 * 2  # starts, losses
    assert "diverged" in [text.get_text() for text in curve.texts]


def test_one_universe_far_out_stands_at_the_edge_with_its_number_and_leaves_the_axis_to_the_others(
    effects: pd.DataFrame,
) -> None:
    limits = curve_of(effects).axes[0].get_ylim()
    effects.loc[0, "effect"] = np.log(2e-6)
    curve, _ = curve_of(effects).axes
    lowest = np.ma.getdata(curve.collections[1].get_offsets())[0, 1]
    assert lowest == specification_curve.EDGES[0]
    assert [text.get_text() for text in curve.texts] == ["2.0e-06", "diverged"]
    assert 0.05 < curve.get_ylim()[0] < 0.1
    assert curve.get_ylim()[1] == pytest.approx(limits[1], rel=0.2)


def test_the_numbers_of_neighbours_beyond_the_edge_do_not_stand_on_each_other(effects: pd.DataFrame) -> None:
    effects.loc[[0, 1], "effect"] = np.log([2e-6, 3e-5])
    finite = effects["effect"].last_valid_index()
    effects.loc[[finite - 1, finite], "effect"] = np.log([4e6, 5e7])
    figure = curve_of(effects)
    figure.draw_without_rendering()
    texts = figure.axes[0].texts
    assert [text.get_text() for text in texts][:4] == ["2.0e-06", "3.0e-05", "4.0e+06", "5.0e+07"]
    assert not overlapping(texts)


def test_universes_that_did_not_learn_are_grey(effects: pd.DataFrame) -> None:
    curve, _ = curve_of(effects).axes
    colors = [to_hex(color) for color in curve.collections[1].get_edgecolors()]
    fits = effects.loc[effects["effect"].notna(), "learned"]
    expected = {True: to_hex(specification_curve.FIT), False: to_hex(specification_curve.MISFIT)}
    assert colors == [expected[bool(each)] for each in fits]
    assert set(fits) == {True, False}


def test_named_readings_are_ringed_at_their_effect(effects: pd.DataFrame) -> None:
    curve, _ = curve_of(effects).axes
    rings = [line for line in curve.lines if line.get_markersize() == 8]
    for ring, options in zip(rings, NAMED.values(), strict=True):
        expected = np.exp(effects.loc[matching(effects, options), "effect"].to_numpy())
        assert ring.get_ydata() == pytest.approx(expected)


def test_what_is_counted_are_verdicts_and_not_means_over_seeds(outcomes: pd.DataFrame) -> None:
    effects = effects_at(outcomes, "synthetic-784")
    reproduced = effects["verdict"] == REPRODUCED
    assert reproduced.sum() == mean_reaches(effects).sum() - 3
    curve, ticks = curve_of(effects).axes
    assert ticks.get_xlabel().startswith(f"there: {reproduced.sum()} of {len(effects)} readings reproduce it;")
    filled = [to_hex(color) != to_hex("white") for color in curve.collections[1].get_facecolors()]
    alive = effects.sort_values("effect").query("fate == 'finished'")
    assert filled == (alive["verdict"] == REPRODUCED).tolist()


def test_ticks_say_which_universe_has_which_option_and_how_many_reproduce_the_claim(effects: pd.DataFrame) -> None:
    figure = curve_of(effects)
    _, ticks = figure.axes
    labels = [label.get_text() for label in ticks.get_yticklabels()]
    assert labels[:4] == made_up.CHOICES["generator_start"]
    assert labels[-4:] == ["no", "yes", "10", "1"]
    first = np.array([segment[0, 0] for segment in ticks.collections[0].get_segments()])
    np.testing.assert_array_equal(first, np.flatnonzero(effects["generator_start"] == "normal"))
    counted = (effects["verdict"] == REPRODUCED) & (effects["generator_start"] == "normal")
    assert f"{counted.sum()} of 27" in [text.get_text() for text in ticks.texts]
    figure.draw_without_rendering()
    assert not overlapping([*ticks.texts[::2], *ticks.get_yticklabels()])


def test_dead_networks_are_crossed_and_one_seed_has_no_interval() -> None:
    effects = effects_at(made_up.outcomes(seeds=1), "synthetic-784")
    curve, ticks = curve_of(effects).axes
    assert len(curve.collections[2].get_offsets()) == 2  # both critics' starts
    assert "none (one seed)" in ticks.get_xlabel()


def test_a_matrix_of_forty_claims_is_readable(outcomes: pd.DataFrame) -> None:
    there = outcomes[matching(outcomes, {"dataset": "synthetic-784", "width": 256})]
    matrix = verdict_matrix(made_up.verdicts(there, claims=40), made_up.CHOICES)
    words = {claim: SENTENCE.format(claim) for claim in matrix.statements["claim"]}
    front = np.zeros(len(matrix.readings), dtype=bool)
    front[5] = True
    figure = claims_matrix.draw(matrix, made_up.CHOICES, front, NAMED, words, undecided=4)
    scores, _, cells, share, ticks, _ = figure.axes
    assert [bar.get_height() for bar in scores.patches] == (matrix.verdicts == REPRODUCED).sum(axis=0).tolist()
    assert scores.lines[0].get_xdata().tolist() == [5]
    mesh = np.asarray(cells.collections[0].get_array())
    assert mesh.shape == (40, len(made_up.readings()))
    assert ((mesh == 0) == (matrix.verdicts == REPRODUCED)).all()
    np.testing.assert_allclose([bar.get_width() for bar in share.patches], matrix.statements["share"].fillna(0))
    figure.draw_without_rendering()
    for texts in (cells.get_yticklabels(), ticks.get_yticklabels(), share.texts, scores.texts):
        assert not overlapping(texts)
    names = [text.get_text().replace("\n", " ") for text in scores.texts]
    assert names == ["generator start", *made_up.CHOICES["generator_start"]]
    assert cells.get_xlabel().startswith("left out: 4 statements")


def test_claims_at_several_places_are_told_apart(outcomes: pd.DataFrame) -> None:
    matrix = verdict_matrix(made_up.verdicts(outcomes, claims=2), made_up.CHOICES)
    labels = claims_matrix.statement_labels(matrix.statements, {"claim_0": "It moves.", "claim_1": "It stays."})
    assert len(set(labels)) == 8
    assert "It moves (mnist, m = 1,024)" in labels


def test_each_factor_has_its_three_shares_and_the_largest_comes_first() -> None:
    table = pd.DataFrame(product((0, 1), repeat=3), columns=["a", "b", "c"])
    table["value"] = table["a"] + 3 * table["b"] * table["c"]
    decomposition = decompose(table, ["a", "b", "c"], "value")
    panels = {name: decomposition for name in ("one", "two", "three")}
    figure = deciding_choices.draw(panels, dict.fromkeys(panels, "Why."))
    one, *_, last = figure.axes
    effects = decomposition.set_index("factor").loc[[label.get_text() for label in one.get_yticklabels()]]
    assert list(effects.index) == ["b", "c", "a"]
    for line, name in zip(one.lines, ("first", "total", "shapley"), strict=True):
        np.testing.assert_allclose(line.get_xdata(), effects[name])
    assert one.get_xlabel() == "Why."
    assert not last.axison


def test_rules_stand_beside_the_shares_of_their_claim() -> None:
    claims = [SENTENCE.format(number) for number in range(40)]
    shapley = np.random.default_rng(0).dirichlet(np.ones(4), size=40)
    shapley[7] = np.nan
    rule = "23 of 108 readings reproduce it: 22 of 24 where generator start is framework or framework scaled, and "
    rule += "loss is element; 1 of the other 84"
    figure = claim_rules.draw(claims, made_up.CROSSED, shapley, [rule] * 40)
    (axes,) = figure.axes
    texts = [text.get_text().replace("\n", " ") for text in axes.texts]
    assert texts[:5] == [*(f"{100 * share:.0f}" for share in shapley[0]), rule]
    assert texts[35:39] == ["·"] * 4
    figure.draw_without_rendering()
    assert not overlapping(axes.get_yticklabels())
    assert not overlapping(axes.texts[::5])
    assert not overlapping(axes.texts[4::5])


def test_rows_are_as_high_as_their_longest_text_has_lines() -> None:
    (left, right), edges = wrap_rows((["a b", "c"], 1), (["d e f", "g"], 1))
    assert (left, right) == (["a\nb", "c"], ["d\ne\nf", "g"])
    assert np.diff(edges).tolist() == [3.5, 1.5]


def test_phases_have_a_cell_for_each_width_and_scale_and_both_lines() -> None:
    phases = made_up.phases()
    named = {"printed": pd.Series(1.0, index=[32, 512])}
    figure = phase_diagram.draw(phases, {"morans_i": "I", "test_error": "error"}, named)
    panel = figure.axes[0]
    cells = np.ma.asarray(panel.collections[0].get_array())
    assert cells.shape == (9, 5)
    assert np.ma.count_masked(cells) == 2
    low, high = panel.get_ylim()
    for line, objective in zip(panel.lines, ("supervised", "augmented"), strict=False):
        predicted = predicted_scale(phases, objective)
        np.testing.assert_allclose(line.get_ydata(), predicted)
        assert predicted.between(low, high).all()
    assert [axes.get_title() for axes in figure.axes[:2]] == ["I", "error"]
    assert "diverged" in [text.get_text() for text in figure.legends[0].get_texts()]


@pytest.mark.parametrize(("centers", "edges"), [([1, 4, 16], [0.5, 2, 8, 32]), ([3], [1.5, 6])])
def test_edges_of_cells_lie_halfway_on_a_logarithmic_axis(centers: list[float], edges: list[float]) -> None:
    np.testing.assert_allclose(phase_diagram.geometric_edges(np.array(centers)), edges)

"""Measures with an answer known beforehand."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from pseudo_rd.claims import measures
from pseudo_rd.claims.evidence import NotTestable
from pseudo_rd.claims.measures import MEASURES, measure
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.parameters.vocabulary import LAYERS
from pseudo_rd.results.runs import Run


def history_run(
    objective: str = "augmented", width: int = 8, seed: int = 1, start: str = "normal", scale: float = 1, **columns
) -> Run:
    summary = {"dataset": {"inputs": 2}, "training": {"generator_start": start, "start_scale": scale}}
    return Run("made up", objective, width, seed, pd.DataFrame(columns), summary)


def test_every_measure_is_named_by_a_claim_or_stands_in_for_one_among_the_weights() -> None:
    named = {claim.measure for claim in CLAIMS}
    assert {*MEASURES} == named | {measure.among_weights for measure in MEASURES.values() if measure.among_weights}


@pytest.mark.parametrize(("function", "of"), [(measures.converged, ("augmented",)), (measures.growth_rate, None)])
def test_a_measure_says_once_whose_runs_it_looks_at(function: Callable, of: tuple[str, ...] | None) -> None:
    with pytest.raises(TypeError, match=f"measure {function.__name__}: give it an argument `objective`, or @measure"):
        measure(of=of)(function)


def test_a_straight_line_gains_half_of_its_distance_late() -> None:
    times = np.arange(11)
    run = history_run(iteration=times, distance_hidden=3.0 * times)
    assert measures.late_growth([run], "augmented", "distance_hidden") == [pytest.approx(0.5)]
    assert measures.late_slopes([run], "augmented", "distance_hidden") == {8: [pytest.approx(3.0)]}


def test_the_critic_s_late_slope_is_compared_with_that_of_the_same_start_without_it() -> None:
    times = np.arange(11)
    settled = np.minimum(times, 2.0)
    rates = {"augmented": 0.3, "supervised": 0.1}
    pair = [history_run(each, iteration=times, distance_top=settled + rate * times) for each, rate in rates.items()]
    assert measures.late_gain_ratio(pair, "distance_top") == [pytest.approx(3.0)]
    still = history_run("supervised", iteration=times, distance_top=settled)
    with pytest.raises(NotTestable, match="does not grow any more"):
        measures.late_gain_ratio([pair[0], still], "distance_top")


def test_a_power_law_gives_its_exponent() -> None:
    assert measures.width_exponent({8: [2.0, 4.0], 32: [1.5], 128: [0.75]}) == pytest.approx(-0.5)
    with pytest.raises(NotTestable, match="only 2 widths"):
        measures.width_exponent({8: [1.0], 16: [1.0]})


def test_what_the_critic_adds_to_the_slope_has_an_exponent_of_its_own() -> None:
    times = np.arange(11)
    runs = [
        history_run(each, width, seed, iteration=times, distance_hidden=(width + added * width**-0.5) * times)
        for width in (4, 16, 64)
        for seed in (1, 2)
        for each, added in (("supervised", 0.0), ("augmented", float(seed)))
    ]
    assert measures.added_slope_exponent(runs, "distance_hidden") == [pytest.approx(-0.5)]


def test_the_rates_of_both_layers_are_compared_row_by_row() -> None:
    run = history_run(iteration=[0, 1, 2], diffusion_hidden=[1.0, 1.0, 9.0], diffusion_top=[1.0, 2.0, 3.0])
    assert measures.hidden_over_top_diffusion([run]) == [1.0]


def test_runs_that_end_apart_are_compared_where_both_were_recorded() -> None:
    short = history_run("supervised", iteration=[0, 1, 2], distance_top=[0.0, 1.0, 2.0])
    long = history_run("augmented", iteration=[0, 2, 9], distance_top=[0.0, 3.0, 50.0])
    assert measures.augmented_over_supervised([long, short], "distance_top") == [1.5]


def test_one_width_does_not_speak_for_every_width() -> None:
    def pair(width: int, ratio: float) -> list[Run]:
        ends = {"supervised": 1.0, "augmented": ratio}
        return [history_run(each, width, iteration=[0, 1], distance_top=[0.0, end]) for each, end in ends.items()]

    several = [*pair(8, 1.5), *pair(16, 2.0)]
    assert measures.augmented_over_supervised_at_widths(several, "distance_top") == [1.5, 2.0]
    with pytest.raises(NotTestable, match="only one width: m = 8"):
        measures.augmented_over_supervised_at_widths(pair(8, 1.5), "distance_top")


def test_a_dead_network_is_no_reference() -> None:
    dead = history_run("supervised", iteration=[0, 1], distance_top=[0.0, 0.0])
    alive = history_run(iteration=[0, 1], distance_top=[0.0, 1.0])
    with pytest.raises(NotTestable, match="died"):
        measures.augmented_over_supervised([dead, alive], "distance_top")
    with pytest.raises(NotTestable, match="distance_top of the supervised run of seed 1 is zero"):
        measures.late_growth([dead], "supervised", "distance_top")


def test_layers_leave_when_they_pass_their_share() -> None:
    # Norms at the start: sqrt(8 * 2) = 4 and sqrt(8 * 10) = 8.94.
    distances = {"distance_hidden": [0, 0.3, 0.39, 0.41], "distance_top": [0.0, 0.9, 1.0, 1.0]}
    run = history_run(iteration=[0, 10, 20, 30], **distances)
    assert measures.leaving_iteration(run, "hidden", 0.1) == 30
    assert measures.leaving_iteration(run, "top", 0.1) == 10
    assert measures.hidden_leaves_after_top([run], 0.1) == [3.0]
    assert measures.hidden_leaves_after_top([run], 0.11) == [1.5]  # never leaves: counts as the last iteration
    with pytest.raises(NotTestable, match="the top layer never moves"):
        measures.hidden_leaves_after_top([run], 0.5)
    both = history_run(iteration=[0, 1, 2], distance_hidden=[0, 3, 4], distance_top=[0, 5, 6])
    with pytest.raises(NotTestable, match=r"both layers move by 0\.1 of their norm by iteration 1"):
        measures.hidden_leaves_after_top([both], 0.1)


def test_the_top_layer_s_start_is_as_large_as_the_data_have_classes() -> None:
    run = history_run(iteration=[0, 10, 20], distance_top=[0, 0.9, 2.9])
    assert measures.leaving_iteration(run, "top", 0.1) == 10  # sqrt(8 * 10) = 8.94
    run.summary["dataset"]["classes"] = 100
    assert measures.leaving_iteration(run, "top", 0.1) == 20  # sqrt(8 * 100) = 28.3


def test_a_smaller_start_is_left_by_a_smaller_step() -> None:
    # nn.Linear's start: 4 / sqrt(3 * 2) times the scale for the hidden layer, sqrt(80 / (3 * 8)) for the top layer.
    moved = {"iteration": [0, 10, 20], "distance_hidden": [0, 0.15, 0.17], "distance_top": [0, 0.18, 0.19]}
    for scale, hidden in ((1, 20), (0.5, 10)):
        run = history_run(start="framework", scale=scale, **moved)
        assert [measures.leaving_iteration(run, layer, 0.1) for layer in LAYERS] == [hidden, 20]


def test_neighbours_among_weights_are_those_of_the_last_row() -> None:
    kept = {"iteration": [0, 1], "neighbors_top": [np.nan, 0.9]}
    lost = {"iteration": [0, 1], "neighbors_top": [np.nan, 0.3]}
    runs = [history_run("supervised", **kept), history_run("augmented", **lost)]
    assert measures.kept_among_weights(runs, "supervised", "top") == [0.9]
    assert measures.lost_among_weights(runs, "top") == [pytest.approx(0.6)]
    with pytest.raises(NotTestable, match="share width and seed"):
        measures.lost_among_weights([runs[0], history_run("augmented", seed=2, **lost)], "top")
    with pytest.raises(NotTestable, match="no augmented run"):
        measures.lost_among_weights(runs[:1], "top")


def test_the_spread_is_the_sample_deviation_over_the_mean() -> None:
    # At the last iteration that all recorded, the second row.
    runs = [
        history_run(seed=seed, iteration=[0, 1, last], distance_top=[0.0, distance, 50.0 * seed])
        for seed, distance, last in ((1, 9.0, 5), (2, 10.0, 5), (3, 11.0, 7))
    ]
    assert measures.spread_between_starts(runs, "augmented", "distance_top") == [pytest.approx(0.1)]
    with pytest.raises(NotTestable, match="too few"):
        measures.spread_between_starts(runs[:2], "augmented", "distance_top")


def test_several_widths_are_not_averaged() -> None:
    runs = [
        history_run(each, width, seed, iteration=[0, 1], distance_top=[0.0, 1.0])
        for each in ("supervised", "augmented")
        for width in (8, 16)
        for seed in (1, 2, 3)
    ]
    narrow = [run for run in runs if run.width == 8]
    assert measures.spread_between_starts(narrow, "augmented", "distance_top") == [0.0]
    assert measures.between_experiments(narrow, narrow, "augmented", "distance_top") == [1.0]
    columns = ["objective", "width", "seed"]
    rows = pd.DataFrame([[getattr(run, column) for column in columns] for run in runs], columns=columns).assign(moran=1)
    assert measures.filter_mean(rows[rows["width"] == 8], "augmented", "moran") == [1.0] * 3
    for refused in (
        lambda: measures.spread_between_starts(runs, "augmented", "distance_top"),
        lambda: measures.between_experiments(runs, runs, "augmented", "distance_top"),
        lambda: measures.between_experiments(narrow, runs, "augmented", "distance_top"),
        lambda: measures.filter_mean(rows, "augmented", "moran"),
        lambda: measures.filter_ratio(rows, "moran"),
    ):
        with pytest.raises(NotTestable, match=r" has several widths, m = 8, 16: name one under experiments"):
            refused()


def test_short_runs_do_not_tell_a_late_error() -> None:
    run = history_run(iteration=[0, 100], test_error=[1.0, 0.0])
    assert measures.at_iteration([run], "augmented", "test_error", 25) == [pytest.approx(0.75)]
    with pytest.raises(NotTestable, match="100, the claim is about 2,300"):
        measures.at_iteration([run], "augmented", "test_error", 2300)


def test_an_error_that_halves_at_every_step_converges_linearly_and_one_that_rises_does_not() -> None:
    steps = np.arange(9)
    falling = history_run(iteration=steps, train_error=0.25 + 0.5**steps)
    # The last row's excess is zero, so that the level has to be the smallest value; the others lie on a line.
    assert measures.error_decay([falling], "augmented")[0] > 0.99
    rising = history_run(iteration=steps, train_error=2.0**steps)
    assert measures.error_decay([rising], "augmented") == [0.0]

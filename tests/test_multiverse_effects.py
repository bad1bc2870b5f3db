import made_up_universes as made_up
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from pseudo_rd.multiverse.effects import interval, log_ratios, matching, paired_effects


def pairs(ratios: dict[str, list[float]]) -> pd.DataFrame:
    """One universe for each start, one seed for each ratio of augmented to supervised."""
    rows = [
        {"dataset": "mnist", "width": 8, "start": start, "seed": seed, "distance_supervised": 2.0 + seed}
        | {"distance_augmented": (2.0 + seed) * ratio, "fate_supervised": "finished", "fate_augmented": "finished"}
        for start, group in ratios.items()
        for seed, ratio in enumerate(group)
    ]
    return pd.DataFrame(rows)


def test_an_effect_is_the_logarithm_of_the_geometric_mean_ratio_of_pairs() -> None:
    table = paired_effects(pairs({"a": [2.0, 8.0], "b": [1.0, 1.0]}), ["start"], "distance")
    np.testing.assert_allclose(table["effect"], [np.log(4), 0], atol=1e-15)
    assert list(table["start"]) == ["a", "b"]


def test_three_seeds_have_students_interval_two_their_range_and_one_none() -> None:
    values = np.log([1.5, 2.0, 3.0, 1.8])
    theirs = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    np.testing.assert_allclose(interval(values), (theirs.low, theirs.high))
    assert interval(values[:2]) == (values[0], values[1])
    assert np.isnan(interval(values[:1])).all()
    assert np.isnan(interval(values[:0])).all()


def test_a_seed_without_a_pair_does_not_count_and_its_fate_is_told() -> None:
    table = pairs({"a": [2.0, np.nan, 8.0], "b": [np.nan] * 3})
    table.loc[[1, 3, 4, 5], "fate_augmented"] = "diverged"
    table.loc[0, "fate_supervised"] = "died"
    effects = paired_effects(table, ["start"], "distance").set_index("start")
    assert effects.loc["a", "seeds"] == 2
    assert effects.loc["a", "effect"] == pytest.approx(np.log(4))
    assert list(effects["fate"]) == ["diverged", "diverged"]
    assert effects.loc["b", "seeds"] == 0
    assert np.isnan(effects.loc["b", "effect"])


def test_distances_of_zero_have_no_logarithm() -> None:
    table = pairs({"a": [0.0, 1.0, np.inf]})
    assert log_ratios(table, "distance").isna().tolist() == [True, False, True]


def test_matching_takes_rows_with_all_options() -> None:
    table = made_up.outcomes(seeds=1)
    chosen = table[matching(table, {"loss": "element", "biases": False, "width": 256})]
    assert len(chosen) == 2 * 4 * 2 * 6
    assert set(chosen["loss"]) == {"element"}
    assert matching(table, {}).all()

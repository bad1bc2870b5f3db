from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from pseudo_rd.multiverse.inference import sign_flips


def study(ratios: np.ndarray) -> pd.DataFrame:
    """Log-ratios, shape (universes, seeds)."""
    table = pd.DataFrame(product(*map(range, ratios.shape)), columns=["start", "seed"])
    distances = {"distance_supervised": 1.0, "distance_augmented": np.exp(ratios.ravel())}
    return table.assign(dataset="mnist", width=8, **distances)


@pytest.mark.parametrize("seeds", [5, 8])
def test_an_effect_of_one_sign_in_all_seeds_has_the_smallest_p(seeds: int) -> None:
    ratios = 1 + 0.1 * np.random.default_rng(0).random((7, seeds))
    test = sign_flips(study(ratios), ["start"], "distance")
    smallest_p, median = 2 / 2**seeds, pytest.approx(np.median(ratios.mean(axis=1)))
    counts = {"seeds": seeds, "universes": 7, "left_out": 0}
    assert test == {"median": median, "p": smallest_p, "smallest_p": smallest_p, **counts}


def test_of_one_universe_the_p_is_that_of_a_permutation_test_of_the_mean() -> None:
    ratios = np.random.default_rng(3).normal(0.4, 1, size=(1, 9))
    theirs = stats.permutation_test(
        (ratios[0],), lambda values, axis: np.mean(values, axis=axis), permutation_type="samples", n_resamples=np.inf
    )
    assert sign_flips(study(ratios), ["start"], "distance")["p"] == pytest.approx(theirs.pvalue)


def test_under_the_null_p_is_at_most_alpha_in_a_share_alpha_of_all_flips() -> None:
    ratios = np.random.default_rng(5).normal(size=(5, 6))
    flips = list(product((1, -1), repeat=6))
    found = np.array([sign_flips(study(ratios * flip), ["start"], "distance")["p"] for flip in flips])
    for alpha in (1 / 32, 1 / 8, 1 / 2):
        assert (found <= alpha).mean() <= alpha
    assert (found <= 1 / 32).mean() == 1 / 32


def test_universes_without_a_seed_are_left_out_and_counted() -> None:
    ratios = np.ones((4, 5))
    ratios[2, 3] = np.nan
    test = sign_flips(study(ratios), ["start"], "distance")
    assert (test["universes"], test["left_out"]) == (3, 1)
    with pytest.raises(ValueError, match="no universe has distance of all 5 seeds"):
        sign_flips(study(np.full((2, 5), np.nan)), ["start"], "distance")


def test_fewer_than_five_seeds_are_refused_with_the_smallest_p() -> None:
    with pytest.raises(ValueError, match=r"3 seeds: the smallest p .* 0\.25; the test takes 5 to 20"):
        sign_flips(study(np.ones((4, 3))), ["start"], "distance")

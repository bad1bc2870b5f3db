"""Fits recover known curves."""

import numpy as np
import pytest

from pseudo_rd.results.fits import fit_saturating, saturating_curve

# Rows as in a history: dense at the start, then regular.
ITERATIONS = np.unique(np.concatenate([[0], np.geomspace(1, 2300, 40).round(), np.linspace(0, 2300, 40).round()]))
ALPHA, BETA = 5.4, 0.006


def noisy(curve: np.ndarray, seed: int, deviation: float = 0.05) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, deviation, curve.shape)
    return curve + noise * (ITERATIONS > 0)


def test_the_saturating_curve_starts_at_zero_with_slope_alpha_beta_and_settles_at_alpha():
    assert saturating_curve(np.array([0.0]), ALPHA, BETA) == 0
    assert saturating_curve(np.array([1e-6]), ALPHA, BETA) / 1e-6 == pytest.approx(ALPHA * BETA, rel=1e-6)
    assert saturating_curve(np.array([1e5]), ALPHA, BETA) == pytest.approx(ALPHA)
    assert saturating_curve(np.array([np.log(2) / BETA]), ALPHA, BETA) == pytest.approx(ALPHA / 2)


@pytest.mark.parametrize("alpha", [0.02, 5.4, 300.0])
@pytest.mark.parametrize("beta", [2e-4, 0.006, 0.4])
def test_a_curve_without_noise_gives_its_parameters_back(alpha, beta):
    fit = fit_saturating(ITERATIONS, saturating_curve(ITERATIONS, alpha, beta))
    assert fit.alpha == pytest.approx(alpha, rel=1e-5)
    assert fit.beta == pytest.approx(beta, rel=1e-5)
    assert fit.residual < 1e-6 * alpha


def test_residual_is_the_root_mean_square():
    distances = noisy(saturating_curve(ITERATIONS, ALPHA, BETA), seed=1)
    fit = fit_saturating(ITERATIONS, distances)
    misses = (distances - fit.curve(ITERATIONS))[1:]
    assert fit.residual == pytest.approx(np.sqrt(np.mean(misses**2)))


def test_a_straight_line_has_its_slope_and_no_settling_point_of_its_own():
    fit = fit_saturating(ITERATIONS, noisy(0.002 * ITERATIONS, seed=0, deviation=0.01))
    assert fit.alpha * fit.beta == pytest.approx(0.002, rel=0.05)
    assert fit.alpha > 10 * 0.002 * ITERATIONS.max()


def test_a_jump_before_the_first_row_leaves_beta_open():
    fit = fit_saturating(ITERATIONS, np.where(ITERATIONS > 0, 2.0, 0.0))
    assert fit.alpha == pytest.approx(2.0)
    assert fit.beta > 1


def test_parameters_stay_positive_on_noise_without_a_curve():
    for seed in range(5):
        fit = fit_saturating(ITERATIONS, noisy(0 * ITERATIONS, seed))
        assert fit.alpha > 0 and fit.beta > 0


def test_the_shortest_history_has_one_row_more_than_parameters():
    iterations = np.arange(4)
    distances = saturating_curve(iterations, 2.0, 0.5)
    fit_saturating(iterations, distances)
    with pytest.raises(ValueError, match=r"2 rows after iteration 0.*needs 3"):
        fit_saturating(iterations[:-1], distances[:-1])


@pytest.mark.parametrize("distance, message", [(0.0, "all zero"), (np.nan, "not finite")])
def test_what_cannot_be_fitted_is_refused_in_one_line(distance, message):
    with pytest.raises(ValueError, match=message) as refused:
        fit_saturating(np.arange(8), np.full(8, distance))
    assert "\n" not in str(refused.value)

"""The Bernoulli equation: closed form against a Runge-Kutta solution and against its limits."""

import numpy as np
import pytest

from pseudo_rd.theory.bernoulli import factors, residual_bound, residual_numerical

TIMES = np.linspace(0, 30, 61)


@pytest.mark.parametrize("residual", [5.0, 1.2, 0.3])  # above, near and below the level kappa mu = 1.2
def test_the_closed_form_solves_the_equation_from_above_and_from_below(residual: float):
    constants = {"lambda_0": 0.2, "lambda_1": 2.4, "mu": 0.1}
    closed = residual_bound(TIMES, residual, **constants)
    np.testing.assert_allclose(closed, residual_numerical(TIMES, residual, **constants), rtol=1e-7)
    assert closed[-1] == pytest.approx(1.2, rel=0.2)


def test_without_adversary_the_bound_is_the_exponential_of_remark_3():
    np.testing.assert_allclose(residual_bound(TIMES, 3.0, 0.2, 2.4, 0.0), 3 * np.exp(-0.1 * TIMES))


def test_in_the_long_run_the_error_settles_at_kappa_mu():
    assert residual_bound(1e4, 3.0, 0.2, 2.4, 0.1) == pytest.approx(1.2)


def test_the_two_factors_multiply_to_the_solution_and_solve_their_own_equations():
    constants = {"lambda_0": 0.2, "lambda_1": 2.4, "mu": 0.1}
    nu, zeta = factors(first=1.7, second=(5.0 - 1.2) / 1.7, **constants)
    np.testing.assert_allclose(nu(TIMES) * zeta(TIMES), residual_bound(TIMES, 5.0, **constants))
    small = 1e-6
    for time in (0.5, 4.0):
        assert (nu(time + small) - nu(time - small)) / (2 * small) == pytest.approx(-0.1 * nu(time), rel=1e-6)
        growth = (zeta(time + small) - zeta(time - small)) / (2 * small)
        assert nu(time) * growth == pytest.approx(2.4 * 0.1 / 2, rel=1e-6)


def test_singular_cases_are_refused():
    with pytest.raises(ValueError, match="lambda_0 is 0"):
        residual_bound(1.0, 1.0, 0, 1.0, 0.1)
    with pytest.raises(ValueError, match="residual is 0"):
        residual_numerical(TIMES, 0.0, 0.2, 2.4, 0.1)
    with pytest.raises(ValueError, match="C_1"):
        factors(0.0, 1.0, 0.2, 2.4, 0.1)

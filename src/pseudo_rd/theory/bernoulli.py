"""The Bernoulli equation (28)-(31) that bounds the error under the adversary, in closed form and numerically.

With psi = ||z(t) - y||^2 and the sign of equality: d psi/dt = -lambda_0 psi + lambda_1 mu sqrt(psi).
"""

from collections.abc import Callable

import numpy as np
from scipy.integrate import solve_ivp


def residual_bound(
    times: np.ndarray | float, residual: float, lambda_0: float, lambda_1: float, mu: float
) -> np.ndarray | float:
    """Right side of (31): (residual - kappa mu) exp(-lambda_0 t / 2) + kappa mu, kappa = lambda_1 / lambda_0.

    With mu = 0 it is the right side of Remark 3.

    Args:
        times: t >= 0, any shape, in units of the gradient flow of the summed loss.
        residual: ||z(0) - y||_2 >= 0.
        lambda_0: smallest eigenvalue of H_inf, positive (Assumption 1).
        lambda_1: 2 lambda_max(H_inf) + lambda_0 (Lemma 4).
        mu: strength of the adversary (27), >= 0.

    Returns:
        Bound on ||z(t) - y||_2, in the shape of `times`.

    Raises:
        ValueError: if lambda_0 is not positive.
    """
    level = _level(lambda_0, lambda_1, mu)
    return (residual - level) * np.exp(-lambda_0 / 2 * np.asarray(times)) + level


def residual_numerical(times: np.ndarray, residual: float, lambda_0: float, lambda_1: float, mu: float) -> np.ndarray:
    """Solve (29) for psi with SciPy's Runge-Kutta method of order 8 and return its square root.

    Args:
        times: ascending, starting at 0, shape (times,).
        residual: ||z(0) - y||_2. At 0 the equation has more than one solution, so it must be positive.
        lambda_0, lambda_1, mu: as in `residual_bound`.

    Returns:
        sqrt(psi), shape (times,).

    Raises:
        ValueError: if lambda_0 or residual is not positive.
        RuntimeError: if the solver gives up.
    """
    _level(lambda_0, lambda_1, mu)
    if residual <= 0:
        raise ValueError(f"residual is {residual}, must be positive: from 0 the equation has two solutions")

    def slope(_: float, psi: np.ndarray) -> np.ndarray:
        return -lambda_0 * psi + lambda_1 * mu * np.sqrt(np.maximum(psi, 0))

    solution = solve_ivp(
        slope, (times[0], times[-1]), [residual**2], method="DOP853", t_eval=times, rtol=1e-10, atol=1e-14
    )
    if not solution.success:
        raise RuntimeError(f"the solver stopped at t = {solution.t[-1]}: {solution.message}")
    return np.sqrt(solution.y[0])


def factors(
    first: float, second: float, lambda_0: float, lambda_1: float, mu: float
) -> tuple[Callable[[float], float], Callable[[float], float]]:
    """The factors nu and zeta of (30), whose product is sqrt(psi), for the constants C_1 != 0 and C_2.

    nu = C_1 exp(-lambda_0 t / 2), zeta = C_2 + (kappa mu / C_1) exp(lambda_0 t / 2).

    Args:
        first, second: C_1 and C_2; the solution that starts at `residual` has C_1 C_2 = residual - kappa mu.
        lambda_0, lambda_1, mu: as in `residual_bound`.

    Returns:
        nu and zeta as functions of time.

    Raises:
        ValueError: if lambda_0 is not positive or `first` is zero.
    """
    level = _level(lambda_0, lambda_1, mu)
    if first == 0:
        raise ValueError("first (C_1) is 0, zeta divides by it: choose another constant, only C_1 C_2 matters")
    return (
        lambda time: first * np.exp(-lambda_0 * time / 2),
        lambda time: second + level / first * np.exp(lambda_0 * time / 2),
    )


def _level(lambda_0: float, lambda_1: float, mu: float) -> float:
    if lambda_0 <= 0:
        raise ValueError(f"lambda_0 is {lambda_0}, Assumption 1 wants it positive: drop parallel samples")
    return lambda_1 / lambda_0 * mu

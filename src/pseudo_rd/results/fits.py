"""Fits of the weights' distance from initialization over iterations, as the paper sees it in Figures 4 and 5."""

import warnings
from dataclasses import dataclass

import numpy as np

# alpha (in units of the largest distance) and beta (in units of one over the last iteration) are sought in this range:
# a curve without a bend has no alpha of its own, and would send it to infinity.
SMALLEST, LARGEST = 1e-5, 1e5
BETA_STARTS = (0.3, 3.0, 30.0, 300.0)  # in the unit above; of the fits from them the best is kept


@dataclass(frozen=True)
class Fit:
    """A fitted curve alpha (1 - exp(-beta t)).

    Attributes:
        alpha: settling point, in the unit of the distances.
        beta: rate, per iteration.
        residual: root mean square of distance minus curve.
    """

    alpha: float
    beta: float
    residual: float

    def curve(self, iterations: np.ndarray) -> np.ndarray:
        """The fitted distances at `iterations`, in their shape."""
        return saturating_curve(iterations, self.alpha, self.beta)


def saturating_curve(iterations: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """alpha (1 - exp(-beta t)), without loss of digits at small beta t."""
    return -alpha * np.expm1(-beta * np.asarray(iterations, dtype=float))


def fit_saturating(iterations: np.ndarray, distances: np.ndarray) -> Fit:
    """Least squares of alpha (1 - exp(-beta t)), alpha > 0 and beta > 0.

    Every recorded row weighs the same, so a history that is dense at the start is fitted best there. Rows of
    iteration 0 are left out: curve and distance both are zero. alpha and beta are estimated through their logarithms.

    Args:
        iterations: t, shape (rows,), not negative.
        distances: ||U(t) - U(0)||_F or the like, shape (rows,).

    Raises:
        ValueError: if the arrays hold something not finite, never leave zero, have fewer than three rows after
            iteration 0, or no curve of this form comes near.
    """
    from scipy.optimize import OptimizeWarning, curve_fit  # here, since most jobs do without

    times, values = _rows_to_fit(iterations, distances)
    time_unit, distance_unit = times.max(), np.abs(values).max()  # in these units both parameters are of order one
    times, values = times / time_unit, values / distance_unit

    def model(t: np.ndarray, log_alpha: float, log_beta: float) -> np.ndarray:
        return saturating_curve(t, np.exp(log_alpha), np.exp(log_beta))

    def jacobian(t: np.ndarray, log_alpha: float, log_beta: float) -> np.ndarray:
        alpha, beta = np.exp(log_alpha), np.exp(log_beta)
        return np.stack([saturating_curve(t, alpha, beta), alpha * beta * t * np.exp(-beta * t)], axis=1)

    bounds = (np.log(SMALLEST), np.log(LARGEST))
    fits: list[tuple[float, np.ndarray]] = []
    for beta in BETA_STARTS:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", OptimizeWarning)  # the data do not determine both: nothing rests on it
            try:
                start = [0.0, np.log(beta)]
                parameters, _ = curve_fit(
                    model, times, values, start, bounds=bounds, jac=jacobian, x_scale=1.0, max_nfev=2000
                )
            except RuntimeError:  # lost from this start
                continue
        fits.append((float(np.sum((model(times, *parameters) - values) ** 2)), parameters))
    if not fits:
        raise ValueError("no curve of this form comes near the distances: they do not saturate")
    squares, parameters = min(fits, key=lambda fit: fit[0])
    alpha, beta = np.array([distance_unit, 1 / time_unit]) * np.exp(parameters)
    return Fit(float(alpha), float(beta), residual=float(distance_unit * np.sqrt(squares / len(times))))


def _rows_to_fit(iterations: np.ndarray, distances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rows after iteration 0; refuses those that a curve cannot be fitted to."""
    times, values = np.asarray(iterations, dtype=float), np.asarray(distances, dtype=float)
    if not (np.isfinite(times).all() and np.isfinite(values).all()):
        raise ValueError("iterations or distances hold a value that is not finite: fit the rows before it")
    after_start = times > 0
    times, values = times[after_start], values[after_start]
    if len(times) < 3:
        raise ValueError(
            f"history has {len(times)} rows after iteration 0, a fit of 2 parameters needs 3: record more rows"
        )
    if not values.any():
        raise ValueError("distances are all zero: nothing moved, there is no curve to fit")
    return times, values

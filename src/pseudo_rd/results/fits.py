"""Fits of the weights' distance from initialization over iterations: saturation alone, and with a linear slope."""

import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from pseudo_rd.parameters.vocabulary import LAYERS
from pseudo_rd.results.runs import Run

CONFIDENCE = 0.95
# alpha (in units of the largest distance) and beta (in units of one over the last iteration) are sought in this range:
# a curve without a bend has no alpha of its own, and would send it to infinity.
SMALLEST, LARGEST = 1e-5, 1e5
BETA_STARTS = (0.3, 3.0, 30.0, 300.0)  # in the unit above; of the fits from them the best is kept
# Distances are norms of float32 weights: below one rounding of the largest, residuals are no evidence for a shape.
# Fits to an exact curve leave 1e-17 to 2e-8 of the largest, and which of two leaves less depends on the processor.
ROUNDING = float(np.finfo(np.float32).eps)


@dataclass(frozen=True)
class Estimate:
    """A fitted parameter with its 95 % confidence interval from low to high."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Fit:
    """A fitted curve alpha (1 - exp(-beta t)) + slope t.

    Attributes:
        alpha: settling point, in the unit of the distances.
        beta: rate, per iteration.
        slope: per iteration; None where the curve has none.
        residual: root mean square of distance minus curve.
        aic: Akaike's information criterion, rows * log(residual^2) + 2 * parameters, of a residual that is at least
            ROUNDING of the largest distance. Only differences between fits to the same rows mean something; the
            smaller is the better.
    """

    alpha: Estimate
    beta: Estimate
    slope: Estimate | None
    residual: float
    aic: float

    def curve(self, iterations: np.ndarray) -> np.ndarray:
        """The fitted distances at `iterations`, in their shape."""
        slope = 0.0 if self.slope is None else self.slope.value
        return saturating(iterations, self.alpha.value, self.beta.value, slope)


def saturating(iterations: np.ndarray, alpha: float, beta: float, slope: float = 0.0) -> np.ndarray:
    """alpha (1 - exp(-beta t)), as the paper sees in Figures 4 and 5; + slope t, as in the upper bound of Theorem 2."""
    t = np.asarray(iterations, dtype=float)
    return slope * t - alpha * np.expm1(-beta * t)


def fit_saturating(iterations: np.ndarray, distances: np.ndarray, with_slope: bool = False) -> Fit:
    """Least squares of alpha (1 - exp(-beta t)), alpha > 0 and beta > 0, or of that plus slope t, of either sign.

    Every recorded row weighs the same, so a history that is dense at the start is fitted best there. Rows of
    iteration 0 are left out: curve and distance both are zero. alpha and beta are estimated through their
    logarithms, so their intervals are positive and not symmetric. The intervals take the residuals for independent
    noise; where the curve has another shape than the model they are too narrow.

    Args:
        iterations: t, shape (rows,), not negative.
        distances: ||U(t) - U(0)||_F or the like, shape (rows,).
        with_slope: whether the curve has one.

    Raises:
        ValueError: if the arrays hold something not finite, never leave zero, have no more rows after iteration 0
            than the curve has parameters, or no curve of this form comes near.
    """
    from scipy.special import stdtrit  # here, since most jobs do without

    parameters = 3 if with_slope else 2
    times, values = _rows_to_fit(iterations, distances, parameters)
    # In these units every parameter is of order one, which the optimiser and its covariance need.
    last, largest = times.max(), np.abs(values).max()
    squares, best, covariance = _best_fit(times / last, values / largest, parameters)

    margins = stdtrit(len(times) - parameters, (1 + CONFIDENCE) / 2) * np.sqrt(np.diag(covariance))
    residual = largest * np.sqrt(squares / len(times))
    best_low_high = np.stack([best, best - margins, best + margins])
    # An undetermined alpha or beta spans 0 to infinity; the exponential may overflow to just that.
    with np.errstate(over="ignore"):
        best_low_high[:, :2] = np.exp(best_low_high[:, :2])
    units = np.array([largest, 1 / last, largest / last])[:parameters]
    estimates = [Estimate(*column) for column in (units * best_low_high).T.tolist()]
    return Fit(
        alpha=estimates[0],
        beta=estimates[1],
        slope=estimates[2] if with_slope else None,
        residual=float(residual),
        aic=float(2 * len(times) * np.log(max(residual, ROUNDING * largest)) + 2 * parameters),
    )


def _best_fit(times: np.ndarray, values: np.ndarray, parameters: int) -> tuple[float, np.ndarray, np.ndarray]:
    """Of several starts the least sum of squares, its logarithms of alpha and beta, perhaps slope, and covariance."""
    from scipy.optimize import OptimizeWarning, curve_fit

    def model(t: np.ndarray, log_alpha: float, log_beta: float, slope: float = 0.0) -> np.ndarray:
        return saturating(t, np.exp(log_alpha), np.exp(log_beta), slope)

    def jacobian(t: np.ndarray, log_alpha: float, log_beta: float, *_: float) -> np.ndarray:
        alpha, beta = np.exp(log_alpha), np.exp(log_beta)
        columns = [saturating(t, alpha, beta), alpha * beta * t * np.exp(-beta * t), t]
        return np.stack(columns[:parameters], axis=1)

    lower = [np.log(SMALLEST), np.log(SMALLEST), -np.inf][:parameters]
    upper = [np.log(LARGEST), np.log(LARGEST), np.inf][:parameters]
    options: dict[str, Any] = {"bounds": (lower, upper), "jac": jacobian, "x_scale": 1.0, "max_nfev": 2000}
    fits = []
    for beta in BETA_STARTS:
        start = [0.0, np.log(beta), 0.0][:parameters]
        with warnings.catch_warnings():
            # Where the data do not determine a parameter its interval comes out infinite, which says so.
            warnings.simplefilter("ignore", OptimizeWarning)
            try:
                best, covariance = curve_fit(model, times, values, start, **options)
            except RuntimeError:  # lost from this start
                continue
        squares = float(np.sum((model(times, *best) - values) ** 2))
        fits.append((squares, best, covariance))
    if not fits:
        raise ValueError("no curve of this form comes near the distances: they do not saturate")
    return min(fits, key=lambda fit: fit[0])


def _rows_to_fit(iterations: np.ndarray, distances: np.ndarray, parameters: int) -> tuple[np.ndarray, np.ndarray]:
    """The rows after iteration 0; refuses those that a curve of so many parameters cannot be fitted to."""
    times, values = np.asarray(iterations, dtype=float), np.asarray(distances, dtype=float)
    if not (np.isfinite(times).all() and np.isfinite(values).all()):
        raise ValueError("iterations or distances hold a value that is not finite: fit the rows before it")
    later = times > 0
    times, values = times[later], values[later]
    if len(times) < parameters + 1:
        needed = f"a fit of {parameters} parameters needs {parameters + 1}"
        raise ValueError(f"history has {len(times)} rows after iteration 0, {needed}: record more rows")
    if not values.any():
        raise ValueError("distances are all zero: nothing moved, there is no curve to fit")
    return times, values


def fit_table(runs: Sequence[Run]) -> pd.DataFrame:
    """Both fits to the distances of both layers over each whole run.

    Args:
        runs: with histories.

    Returns:
        A row for each run and layer: dataset, objective, width, seed, layer; of the fit without slope alpha, beta and
        plain_aic; of the fit with slope sloped_alpha, sloped_beta, slope (per iteration) and sloped_aic; for each
        parameter also its 95 % confidence interval, <name>_low and <name>_high. NaN where a run cannot be fitted.
    """
    rows = []
    for run, layer in product(runs, LAYERS):
        iterations, distances = run.history["iteration"].to_numpy(), run.history[f"distance_{layer}"].to_numpy()
        row: dict[str, str | float] = {"dataset": run.dataset, "objective": run.objective, "width": run.width}
        row |= {"seed": run.seed, "layer": layer}
        for prefix, with_slope in (("", False), ("sloped_", True)):
            # A run that died, is too short or does not saturate has no fit; its row says so by NaN.
            with suppress(ValueError):
                fit = fit_saturating(iterations, distances, with_slope)
                estimates = {f"{prefix}alpha": fit.alpha, f"{prefix}beta": fit.beta, "slope": fit.slope}
                for name, estimate in estimates.items():
                    if estimate is not None:
                        row |= {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}
                row[f"{prefix or 'plain_'}aic"] = fit.aic
        rows.append(row)
    return pd.DataFrame(rows)

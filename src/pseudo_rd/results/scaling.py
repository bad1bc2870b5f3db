"""Curves of narrow and wide networks on one clock, and what narrow ones predict of wider ones (docs/experiments.md).

Where every layer starts as nn.Linear's does, (1) with its factor 1/sqrt(d_out m): write v = m^(-1/4) a and
u = m^(-1/4) b, then f = (1/sqrt(d_out)) (1/m) sum a relu(b x), a mean over neurons, and gradient descent moves a and b
by m^(-1/2) times what depends on a, b and f alone. So networks of all widths follow one path on the clock
iterations / sqrt(m), with distances that grow as m^(1/4).
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtrit

CONFIDENCE = 0.95
CLOCK, MOVEMENT = 0.5, 0.25  # powers of m
SCALED = ("distance_hidden", "distance_top")  # what grows as m^MOVEMENT; else a quantity is the same in all widths
POSITIVE = (*SCALED, "train_error", "variance")  # whose logarithm is predicted


def on_the_clock(history: pd.DataFrame, width: int, quantity: str, clock: float = CLOCK) -> tuple[np.ndarray, ...]:
    """A curve of a history as networks of all widths m should have it.

    Args:
        history: with `iteration` and the quantity.
        width: m.
        quantity: a column; distances are divided by m^(clock / 2), which the same path asks for.
        clock: the power of m that iterations are divided by.

    Returns:
        Times iterations / m^clock, without the start, and the quantity there; both (rows,).
    """
    rows = history[history["iteration"] > 0]
    scale = width ** (clock / 2) if quantity in SCALED else 1.0
    return rows["iteration"].to_numpy() / width**clock, rows[quantity].to_numpy() / scale


def misfit(histories: Mapping[int, pd.DataFrame], quantity: str, clock: float = CLOCK) -> float:
    """How far curves of several widths lie from their mean: root mean square of logarithms, over a tenfold time.

    Args:
        histories: by width, of one seed; those of fewer epochs than others are left out.
        quantity, clock: as for `on_the_clock`; the quantity is positive.
    """
    curves = [on_the_clock(history, width, quantity, clock) for width, history in longest(histories).items()]
    end = min(times[-1] for times, _ in curves)
    grid = np.geomspace(end / 10, end, 60)
    logs = np.array([np.interp(np.log(grid), np.log(times), np.log(values)) for times, values in curves])
    return float(np.sqrt(((logs - logs.mean(axis=0)) ** 2).mean()))


def longest(histories: Mapping[int, pd.DataFrame]) -> dict[int, pd.DataFrame]:
    """Those of the histories, by width, that are of the most epochs."""
    epochs = max(history["epoch"].iloc[-1] for history in histories.values())
    return {width: history for width, history in histories.items() if history["epoch"].iloc[-1] == epochs}


def at_time(history: pd.DataFrame, width: int, quantity: str, time: float) -> float:
    """The quantity at a time iterations / sqrt(m), between rows of the history; NaN where it ends before."""
    times, values = on_the_clock(history, width, quantity)
    if time > times[-1] * (1 + 1e-9):
        return float("nan")
    if quantity in POSITIVE:
        return float(np.exp(np.interp(np.log(time), np.log(times), np.log(values))))
    return float(np.interp(np.log(time), np.log(times), values))


def interval(values: Sequence[float], positive: bool) -> tuple[float, float, float]:
    """Mean and 95 % prediction interval for one more run, by Student's t; of positive numbers by their logarithms.

    Raises:
        ValueError: for fewer than three values.
    """
    if len(values) < 3:
        raise ValueError(f"{len(values)} runs give no interval: three are needed")
    draws = np.log(values) if positive else np.asarray(values)
    margin = stdtrit(len(draws) - 1, (1 + CONFIDENCE) / 2) * draws.std(ddof=1) * np.sqrt(1 + 1 / len(draws))
    ends = draws.mean() + np.array([0, -margin, margin])
    mean, low, high = np.exp(ends) if positive else ends
    return float(mean), float(low), float(high)


def predict(
    histories: Mapping[tuple[str, int, int], pd.DataFrame], width: int, iterations: int
) -> dict[str, dict[str, tuple[float, float, float]]]:
    """What a wider network should come to: mean and interval of runs of narrower ones at the same time.

    Args:
        histories: by objective, width and seed; a run that ends before is left out.
        width, iterations: m of the wider network, and how long it is trained.

    Returns:
        By quantity: "without", "with" (of its critic), and "over", the ratio of the two for positive quantities, the
        difference for the others; each mean, low and high.
    """
    time = iterations / width**CLOCK
    predictions: dict[str, dict[str, tuple[float, float, float]]] = {}
    for quantity in (*POSITIVE, "test_accuracy", "moran"):
        positive, scale = quantity in POSITIVE, width**MOVEMENT if quantity in SCALED else 1.0
        supervised: dict[tuple[int, int], float] = {}
        augmented: dict[tuple[int, int], float] = {}
        for (objective, narrow_width, seed), history in histories.items():
            value = scale * at_time(history, narrow_width, quantity, time)
            if np.isfinite(value):
                (supervised if objective == "supervised" else augmented)[narrow_width, seed] = value
        pairs = [(value, augmented[start]) for start, value in supervised.items() if start in augmented]
        contrasts = [second / first if positive else second - first for first, second in pairs]
        samples = {"without": [*supervised.values()], "with": [*augmented.values()], "over": contrasts}
        predictions[quantity] = {name: interval(values, positive) for name, values in samples.items()}
    return predictions

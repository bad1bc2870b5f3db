"""Lazy or rich: the size of the start against the size of the movement, over start scale and width.

A network whose start is large against its movement stays near its linearisation and its neurons keep their shape
("lazy"); one that moves by its own size learns features ("rich": Chizat, Oyallon and Bach 2019). A phase table has one
row for each start scale, width and seed: `scale` (the factor on the hidden layer's start), `width`, `seed`,
`start_hidden` (Frobenius norm of its start) and `distance_hidden_supervised`, `distance_hidden_augmented`.
"""

import numpy as np
import pandas as pd

from pseudo_rd.multiverse.effects import column

START = "start_hidden"


def relative_movement(phases: pd.DataFrame, objective: str) -> pd.DataFrame:
    """||U(T) - U(0)|| / ||U(0)||, geometric mean over seeds: rows widths, columns scales, both ascending.

    NaN where a seed's distance is not finite or not positive.
    """
    ratios = (phases[column("distance_hidden", objective)] / phases[START]).to_numpy(dtype=float, copy=True)
    ratios[~(np.isfinite(ratios) & (ratios > 0))] = np.nan
    table = phases[["width", "scale"]].assign(logarithm=np.log(ratios))
    groups = table.groupby(["width", "scale"])["logarithm"]
    means = groups.mean().where(groups.count() == groups.size())
    return means.unstack("scale").map(np.exp)


def predicted_scale(phases: pd.DataFrame, objective: str, exponent: float = 0.0) -> pd.Series:
    """By width, the start scale at which the movement will equal the start, from the runs at the largest scale alone.

    Let the hidden layer start as s U0. A ReLU's gate does not change with s > 0, so the gradient (6) depends on s only
    through the outputs at the start. As long as those are small against the targets, gates flip seldom, and the run
    ends at the same time, the movement D does not depend on s to first order, while the start's norm is s ||U0||:

        s* = D / ||U0||.

    More generally, for D(s) = D(1) s^exponent the two are equal at s* = (D(1) / ||U0||)^(1 / (1 - exponent)). Where the
    top layer's start is scaled too, the hidden gradient is proportional to s: D grows like s while the error is still
    the start's (exponent 1: no line, the ratio does not depend on s), and like 1 / s once the data are fitted
    (exponent -1). `movement_exponent` measures it. The prediction fails where s* is far below the largest scale and
    gates flip, which is what "rich" means: it says where the lazy regime ends, not what comes after.

    Args:
        phases: a phase table.
        objective: whose movement.
        exponent: of the movement over the scale; below 1.

    Returns:
        s*, indexed by width; NaN where the run at the largest scale has no movement.

    Raises:
        ValueError: if the exponent is 1 or more.
    """
    if exponent >= 1:
        raise ValueError(f"exponent {exponent:g}: a movement that grows as fast as the start never meets it; below 1")
    ratios = relative_movement(phases, objective)
    largest = float(ratios.columns.max())
    return largest * ratios[largest] ** (1 / (1 - exponent))


def measured_scale(phases: pd.DataFrame, objective: str) -> pd.Series:
    """By width, the largest start scale at which the movement equals the start, between measured scales on log axes.

    Returns:
        s, indexed by width; NaN where the ratio does not cross one.
    """
    ratios = relative_movement(phases, objective)
    places, logarithms = np.log(ratios.columns.to_numpy(dtype=float)), np.log(ratios.to_numpy(dtype=float))
    crossings = []
    for row in logarithms:
        rich, lazy = row[:-1], row[1:]
        found = np.flatnonzero((rich >= 0) & (lazy < 0))
        if not len(found):
            crossings.append(np.nan)
            continue
        left = found[-1]
        part = rich[left] / (rich[left] - lazy[left])
        crossings.append(float(np.exp(places[left] + part * (places[left + 1] - places[left]))))
    return pd.Series(crossings, index=ratios.index)


def movement_exponent(phases: pd.DataFrame, objective: str, from_scale: float) -> float:
    """Slope of log movement over log scale, common to all widths, by least squares on the scales >= `from_scale`.

    Raises:
        ValueError: if fewer than two such scales have a finite movement at any width.
    """
    ratios = relative_movement(phases, objective)
    kept = ratios.loc[:, ratios.columns.to_numpy(dtype=float) >= from_scale]
    slopes, weights = 0.0, 0.0
    for _, row in kept.iterrows():
        there = row.dropna()
        scales = np.log(there.index.to_numpy(dtype=float))
        away = scales - scales.mean() if len(scales) else scales
        slopes += float(away @ (np.log(there.to_numpy(dtype=float)) + scales))  # of the movement, not of the ratio
        weights += float(away @ away)
    if weights == 0:
        raise ValueError(f"fewer than two scales from {from_scale:g} on have a movement: there is no slope")
    return slopes / weights

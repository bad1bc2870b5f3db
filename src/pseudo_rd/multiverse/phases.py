"""Lazy or rich: the size of the start against the size of the movement, over start scale and width.

A network whose start is large against its movement stays near its linearisation and its neurons keep their shape
("lazy"); one that moves by its own size learns features ("rich": Chizat, Oyallon and Bach 2019). A phase table has one
row for each start scale, width and seed: `scale` (the factor on the hidden layer's start alone), `width`, `seed`,
`start_hidden` (Frobenius norm of its start), `start_error` (training error there), and the hidden layer's distances.
"""

import numpy as np
import pandas as pd

from pseudo_rd.parameters.vocabulary import OBJECTIVES, OUTPUTS

# Half the squared error over the outputs of one-hot labels: 1 / (2 OUTPUTS) where all outputs are 0, twice that where
# independent outputs are as large as the targets.
SMALL_OUTPUTS = 1 / OUTPUTS


def relative_movement(phases: pd.DataFrame, objective: str) -> pd.DataFrame:
    """||U(T) - U(0)|| / ||U(0)||, geometric mean over seeds: rows widths, columns scales, both ascending.

    NaN where a seed's distance is not finite or not positive.
    """
    ratios = phases[f"distance_hidden_{objective}"] / phases["start_hidden"]
    logarithms = ratios.where((ratios > 0) & np.isfinite(ratios)).transform(np.log)
    means = logarithms.groupby([phases["width"], phases["scale"]]).mean(skipna=False)
    return means.unstack("scale").transform(np.exp)


def predicted_scale(phases: pd.DataFrame, objective: str) -> pd.Series:
    """By width, the start scale at which the movement will equal the start, from the runs at one larger scale alone.

    Let the hidden layer start as s U0, the top layer as ever. A ReLU's gate does not change with s > 0, so the gradient
    (6) depends on s only through the outputs at the start. As long as those are small against the targets, gates flip
    seldom, and the run ends at the same time, the movement D does not depend on s to first order, while the start's
    norm is s ||U0||:

        s* = D / ||U0||,

    with D of the largest scale at which the outputs are smaller than the targets at the start. The prediction fails
    where s* is far below that scale and gates flip, which is what "rich" means: it says where the lazy regime ends, not
    what comes after. (Were the top layer scaled too, the gradient would be proportional to s, and D / (s ||U0||) the
    same at every scale until the data are fitted.)

    Args:
        phases: a phase table.
        objective: whose movement.

    Returns:
        s*, indexed by width; NaN where outputs are large at every scale, or the run at that scale has no movement.
    """
    ratios = relative_movement(phases, objective)
    errors = phases.groupby(["width", "scale"])["start_error"].mean().unstack("scale")
    small = errors <= SMALL_OUTPUTS
    return pd.Series(
        {
            width: float(scales[-1] * ratios.loc[width, scales[-1]]) if len(scales) else np.nan
            for width in ratios.index
            for scales in [small.columns[small.loc[width]]]
        }
    )


def measured_scale(phases: pd.DataFrame, objective: str) -> pd.Series:
    """By width, the largest start scale at which the movement equals the start, between measured scales on log axes.

    Returns:
        s, indexed by width; NaN where the ratio does not cross one.
    """
    ratios = relative_movement(phases, objective)
    log_scales, logarithms = np.log(ratios.columns.to_numpy(dtype=float)), np.log(ratios.to_numpy(dtype=float))
    crossings = pd.Series(np.nan, index=ratios.index)
    for width, row in zip(ratios.index, logarithms, strict=True):
        rich, lazy = row[:-1], row[1:]
        indices = np.flatnonzero((rich >= 0) & (lazy < 0))
        if len(indices):
            index = indices[-1]
            fraction = rich[index] / (rich[index] - lazy[index])
            crossings[width] = np.exp(log_scales[index] + fraction * (log_scales[index + 1] - log_scales[index]))
    return crossings


def phase_table(scales: pd.DataFrame) -> pd.DataFrame:
    """Outcomes of the study of scales as a phase table, with the quantities of the panels."""
    names = ("start_hidden", "start_error", "distance_hidden", "variance", "moran", "neighbors_hidden")
    supervised, augmented = ({name: scales[f"{name}_{objective}"] for name in names} for objective in OBJECTIVES)
    return scales.rename(columns={"start_scale": "scale"}).assign(
        start_hidden=supervised["start_hidden"],  # of both: they start alike
        start_error=supervised["start_error"],
        distance_ratio=augmented["distance_hidden"] / supervised["distance_hidden"],
        variance_ratio=augmented["variance"] / supervised["variance"],
        moran_difference=augmented["moran"] - supervised["moran"],
        neighbors_lost=supervised["neighbors_hidden"] - augmented["neighbors_hidden"],
    )

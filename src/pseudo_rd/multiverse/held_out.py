"""A test that can fail: what the phase diagram says of options that it was not made with, against what they give.

The diagram holds the printed start at several scales. An option that it does not hold is placed on it by the size of
its hidden layer's start; the effects are read off there and compared with those that were measured.
"""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from pseudo_rd.multiverse.effects import column, matching
from pseudo_rd.parameters.vocabulary import OBJECTIVES

# What is predicted: how it is computed of a pair of runs, and the criterion of the claim that it decides.
PREDICTED = {
    "hidden distance, with over without": ("distance_hidden", "ratio", "farther"),
    "variance of filters, with over without": ("variance", "ratio", "higher_variance"),
    "Moran's I of filters, with less without": ("moran", "difference", "spatially_organized"),
    "neighbours kept, without less with": ("neighbors_hidden", "loss", "topology_broken"),
}


def effects_of(outcomes: pd.DataFrame, quantity: str, kind: str) -> pd.Series:
    """Ratio (augmented over supervised), difference, or loss (supervised less augmented) of each row."""
    supervised, augmented = (outcomes[column(quantity, objective)] for objective in OBJECTIVES)
    return {"ratio": augmented / supervised, "difference": augmented - supervised, "loss": supervised - augmented}[kind]


def read_off(scales: pd.DataFrame, effects: pd.Series, scale: float, width: int) -> float:
    """The effect at a start scale and width between those that were run, linear on logarithmic axes of both.

    Args:
        scales: outcomes of the study of scales, with `start_scale` and `width`.
        effects: of its rows.
        scale, width: where; outside the grid the nearest edge counts.
    """
    means = effects.groupby([scales["width"], scales["start_scale"]]).mean().unstack()
    places = np.log(means.columns.to_numpy(dtype=float))
    by_width = [np.interp(np.log(scale), places, row) for row in means.to_numpy()]
    return float(np.interp(np.log(width), np.log(means.index.to_numpy(dtype=float)), by_width))


def predictions(
    outcomes: pd.DataFrame,
    scales: pd.DataFrame,
    held_out: Mapping[str, Mapping[str, Hashable]],
    criteria: Mapping[str, Mapping[str, float | None]],
) -> list[dict[str, Any]]:
    """A row for each held-out option, width and quantity: predicted, measured, and whether the verdict was hit.

    Args:
        outcomes: of the study of readings.
        scales: of the study of scales, on one data set.
        held_out: by name, the options of all choices of a universe that was held out.
        criteria: limits by name, as in params.yaml.
    """
    rows = []
    dataset = scales["dataset"].iloc[0]
    # Norm of the printed start per unit of scale, the same at every scale: U(0) = scale x N(0, 1).
    unit = scales[column("start_hidden", OBJECTIVES[0])] / scales["start_scale"] / np.sqrt(scales["width"])
    for name, universe in held_out.items():
        there = outcomes[matching(outcomes, universe) & (outcomes["dataset"] == dataset)]
        for width, group in there.groupby("width"):
            scale = float((group[column("start_hidden", OBJECTIVES[0])] / np.sqrt(width)).mean() / unit.mean())
            for words, (quantity, kind, criterion) in PREDICTED.items():
                predicted = read_off(scales, effects_of(scales, quantity, kind), scale, int(width))
                measured = float(effects_of(group, quantity, kind).mean())
                least = criteria[criterion]["at_least"]
                expects = least is not None and predicted >= least
                rows.append(
                    {
                        "universe": f"{name}, m = {width:,}",
                        "quantity": words,
                        "scale": scale,
                        "predicted": predicted,
                        "measured": measured,
                        "expects": expects,
                        "hit": expects == (least is not None and measured >= least),
                    }
                )
    return rows

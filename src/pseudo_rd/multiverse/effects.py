"""How much farther the critic drives each universe: paired effects over seeds.

A *universe* is one option for every choice, on one data set at one width. Its supervised and augmented run of one seed
share start and batches: they are a pair.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from pseudo_rd.parameters.vocabulary import LAYERS, OBJECTIVES
from pseudo_rd.results.fits import CONFIDENCE

PLACE = ("dataset", "width")  # with one option for every choice they name a universe
FINISHED, DIED, DIVERGED = "finished", "died", "diverged"
FATES = (FINISHED, DIED, DIVERGED)  # from best to worst
OF_FILTERS = ("variance", "moran", "full_perturbation")  # means over the nine filters of largest norm
OF_NEIGHBORS = tuple(f"neighbors_{layer}" for layer in LAYERS)
FEWEST_SEEDS = 3  # for an interval by Student's t; two seeds have a range only


def column(quantity: str, objective: str) -> str:
    """The column of the outcomes that holds a quantity of one objective's run."""
    return f"{quantity}_{objective}"


def matching(table: pd.DataFrame, options: Mapping[str, Hashable]) -> pd.Series:
    """Which rows have all of `options`: booleans, indexed as `table`."""
    matches = pd.Series(True, index=table.index)
    for choice, option in options.items():
        matches &= table[choice] == option
    return matches


def paired_effects(outcomes: pd.DataFrame, choices: Iterable[str], quantity: str) -> pd.DataFrame:
    """Logarithm of augmented over supervised, mean over the seeds of each universe with a 95 % interval.

    A seed counts where both numbers of its pair are finite and positive. The interval is Student's t from three seeds
    on (it takes the seeds' log-ratios for normal), the range where there are two, and none where there is one.

    Args:
        outcomes: one row for each universe and seed: dataset, width, seed, the choices, `<quantity>_supervised`,
            `<quantity>_augmented`, `fate_supervised`, `fate_augmented`.
        choices: columns that name a universe, besides dataset and width.
        quantity: of positive numbers, for example `distance_hidden`.

    Returns:
        One row for each universe, in order of appearance: dataset, width, the choices, `effect`, `low`, `high` (NaN
        where there is no interval), `seeds` (pairs that count) and `fate`, the worst of all its runs.

    Raises:
        ValueError: if a universe holds a seed twice: its pairs would count twice.
    """
    keys = [*PLACE, *choices]
    refuse_doubles(outcomes, [*keys, "seed"])
    rows = []
    for key, group in outcomes.assign(effect=log_ratios(outcomes, quantity)).groupby(keys, sort=False):
        effects = group["effect"].dropna().to_numpy()
        low, high = interval(effects)
        rows.append(
            {
                **dict(zip(keys, key, strict=True)),
                "effect": effects.mean() if len(effects) else np.nan,
                "low": low,
                "high": high,
                "seeds": len(effects),
                "fate": worst_fate(group),
            }
        )
    return pd.DataFrame(rows)


def log_ratios(outcomes: pd.DataFrame, quantity: str) -> pd.Series:
    """log(augmented / supervised) of each row; NaN where one of the two is not finite or not positive."""
    supervised, augmented = (outcomes[column(quantity, objective)].to_numpy(dtype=float) for objective in OBJECTIVES)
    counts = np.isfinite(supervised) & np.isfinite(augmented) & (supervised > 0) & (augmented > 0)
    ratios = np.full(len(outcomes), np.nan)
    ratios[counts] = np.log(augmented[counts] / supervised[counts])
    return pd.Series(ratios, index=outcomes.index)


def interval(values: np.ndarray) -> tuple[float, float]:
    """Low and high end for the mean of `values`, shape (seeds,): Student's t, the range of two, NaN for fewer."""
    if len(values) < 2:
        return np.nan, np.nan
    if len(values) < FEWEST_SEEDS:
        return float(values.min()), float(values.max())
    margin = stdtrit(len(values) - 1, (1 + CONFIDENCE) / 2) * values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean() - margin), float(values.mean() + margin)


def worst_fate(outcomes: pd.DataFrame) -> str:
    """The worst that happened to any run of these rows, under either objective."""
    fates = pd.concat([outcomes[column("fate", objective)] for objective in OBJECTIVES])
    return FATES[max(FATES.index(fate) for fate in fates)]


def refuse_doubles(table: pd.DataFrame, keys: Sequence[str]) -> None:
    """Raise ValueError, naming the first, where two rows have the same keys."""
    doubles = table[table.duplicated(list(keys))]
    if len(doubles):
        raise ValueError(f"two rows hold {in_words(doubles.iloc[0][list(keys)].to_dict())}: keep one of them")


def in_words(options: Mapping[Any, object]) -> str:
    return ", ".join(f"{name} {option_in_words(option)}" for name, option in options.items())


def option_in_words(option: object) -> str:
    if isinstance(option, bool | np.bool_):
        return "yes" if option else "no"
    return f"{option:g}" if isinstance(option, float) else str(option)

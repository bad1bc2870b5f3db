"""How much farther the critic drives each universe: paired effects over seeds.

A *universe* is one option for every choice, on one data set at one width. Its supervised and augmented run of one seed
share start and batches: they are a pair.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from pseudo_rd.parameters.vocabulary import LAYERS, OBJECTIVES
from pseudo_rd.results.scaling import CONFIDENCE

DATA_AND_WIDTH = ("dataset", "width")  # with one option for every choice they name a universe
FINISHED, DIED, DIVERGED = "finished", "died", "diverged"
FATES = (FINISHED, DIED, DIVERGED)  # from best to worst
FILTER_COLUMNS = ("variance", "moran", "full_perturbation")  # means over the nine filters of largest norm
NEIGHBOR_COLUMNS = tuple(f"neighbors_{layer}" for layer in LAYERS)
QUANTITIES = {  # whose ratios, with the critic over without, are effects; in words
    "distance_hidden": "distance, hidden layer",
    "distance_top": "distance, top layer",
    "test_error": "test error",
    "variance": "variance of filters",
}
FEWEST_SEEDS = 3  # for an interval by Student's t; two seeds have a range only


def matching(table: pd.DataFrame, options: Mapping[str, Hashable]) -> pd.Series:
    """Which rows have all of `options`: booleans, indexed as `table`."""
    return (table[[*options]] == pd.Series(options, dtype=object)).all(axis=1)


def grouped(table: pd.DataFrame, keys: Sequence[str]) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    """Each group of rows with the values of its keys by name, in order of appearance."""
    for values, group in table.groupby([*keys], sort=False, dropna=False):
        yield dict(zip(keys, values, strict=True)), group


def paired_effects(outcomes: pd.DataFrame, choices: Iterable[str], quantity: str) -> pd.DataFrame:
    """Logarithm of augmented over supervised, mean over the seeds of each universe with a 95 % interval.

    A seed counts where both numbers of its pair are finite and positive.

    Args:
        outcomes: of `verdicts.outcomes_of`, one row for each universe and seed.
        choices: columns that name a universe, besides dataset and width.
        quantity: of positive numbers, for example `distance_hidden`.

    Returns:
        One row for each universe, in order of appearance: dataset, width, the choices, `effect`, `low` and `high` of
        `interval`, `seeds` (pairs that count) and `fate`, the worst of all its runs.
    """
    rows = []
    outcomes = outcomes.assign(effect=log_ratios(outcomes, quantity))
    for universe, group in grouped(outcomes, [*DATA_AND_WIDTH, *choices]):
        low, high = interval(group["effect"].dropna().to_numpy())
        effect = {"effect": group["effect"].mean(), "low": low, "high": high, "seeds": int(group["effect"].count())}
        fates = pd.concat([group[f"fate_{objective}"] for objective in OBJECTIVES])
        rows.append({**universe, **effect, "fate": worst_fate(fates)})
    return pd.DataFrame(rows)


def log_ratios(outcomes: pd.DataFrame, quantity: str) -> pd.Series:
    """log(augmented / supervised) of each row; NaN where one of the two is not finite or not positive."""
    pair = (outcomes[f"{quantity}_{objective}"].astype(float) for objective in OBJECTIVES)
    supervised, augmented = (values.where((values > 0) & np.isfinite(values)) for values in pair)
    return (augmented / supervised).transform(np.log)


def interval(values: np.ndarray) -> tuple[float, float]:
    """Low and high end for the mean of `values`, shape (seeds,).

    Student's t from three seeds on, which takes them for normal; the range of two; NaN for fewer.
    """
    if len(values) < 2:
        return np.nan, np.nan
    if len(values) < FEWEST_SEEDS:
        return float(values.min()), float(values.max())
    margin = stdtrit(len(values) - 1, (1 + CONFIDENCE) / 2) * values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean() - margin), float(values.mean() + margin)


def worst_fate(fates: Iterable[str]) -> str:
    return max(fates, key=FATES.index)


def options_in_words(options: Mapping[Any, object]) -> str:
    return ", ".join(f"{name} {option_in_words(option)}" for name, option in options.items())


def option_in_words(option: object) -> str:
    if isinstance(option, bool | np.bool_):
        return "yes" if option else "no"
    return f"{option:g}" if isinstance(option, float) else str(option)

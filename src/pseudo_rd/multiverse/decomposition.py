"""Which choice decides: exact decomposition of the variance over a balanced grid of choices (and seeds).

Every cell of the grid weighs the same, so options are independent and the variance splits without remainder into
one share for each set of factors (Hoeffding 1948; Sobol' 1993). Nothing is estimated: the shares are cell means.
"""

from collections.abc import Hashable, Iterator, Sequence
from itertools import chain, combinations, product
from math import prod

import numpy as np
import pandas as pd

from pseudo_rd.multiverse.effects import options_in_words


def decompose(table: pd.DataFrame, factors: Sequence[str], value: str) -> pd.DataFrame:
    """First-order, total and Shapley effects of each factor on `value`.

    Seeds are a factor like the others: their total effect is all that another draw of start and batches may change.

    Args:
        table: one row for each cell of a full factorial grid.
        factors: columns.
        value: column of finite numbers.

    Returns:
        Shares of the variance, one row for each factor: `factor`; `first`, its share alone; `total`, with all
        interactions that it takes part in; `shapley`, where each interaction is divided evenly among its factors (Owen
        2014). Always first <= shapley <= total, and the Shapley effects sum to one.

    Raises:
        ValueError: naming the cell that is missing or not finite; if one is there twice; if the value is the same in
            all cells.
    """
    cells, options = grid(table, factors, value)
    holes = np.argwhere(~np.isfinite(cells))
    if len(holes):
        cell = {factor: options[factor][index] for factor, index in zip(factors, holes[0], strict=True)}
        raise ValueError(
            f"the grid is not balanced: {value} is missing or not finite at {options_in_words(cell)} "
            f"({len(holes)} of {cells.size} cells): take a balanced part of it (balanced_part)"
        )
    if np.ptp(cells) == 0:
        raise ValueError(f"{value} is {cells.flat[0]:g} in all {cells.size} cells: there is no variance to share out")
    variance = float(cells.var())
    axes = range(len(factors))
    parts = {
        subset: float(np.square(component(cells, subset)).mean()) / variance
        for subset in chain.from_iterable(combinations(axes, size) for size in range(1, len(factors) + 1))
    }
    effects = [
        {
            "factor": factor,
            "first": parts[(axis,)],
            "shapley": sum(share / len(subset) for subset, share in parts.items() if axis in subset),
            "total": sum(share for subset, share in parts.items() if axis in subset),
        }
        for axis, factor in enumerate(factors)
    ]
    return pd.DataFrame(effects)


def component(cells: np.ndarray, subset: Sequence[int]) -> np.ndarray:
    """The part of `cells` that is due to the axes in `subset` together and to no fewer; 1 along the other axes."""
    for axis in range(cells.ndim):
        means = cells.mean(axis=axis, keepdims=True)
        cells = cells - means if axis in subset else means
    return cells


def grid(table: pd.DataFrame, factors: Sequence[str], value: str) -> tuple[np.ndarray, dict[str, list[Hashable]]]:
    """The values as an array with one axis for each factor, and the options along each axis.

    Returns:
        cells, shape (options of the first factor, ...), NaN where a cell is missing; options in order of appearance.

    Raises:
        ValueError: if a cell is there twice.
    """
    options = {factor: list(table[factor].unique()) for factor in factors}
    values = pd.Series(table[value].to_numpy(dtype=float), index=pd.MultiIndex.from_frame(table[[*factors]]))
    cells = values.reindex(pd.MultiIndex.from_product([*options.values()]))
    return cells.to_numpy().reshape([*map(len, options.values())]), options


def balanced_part(
    table: pd.DataFrame, factors: Sequence[str], value: str
) -> tuple[pd.DataFrame, dict[str, list[Hashable]]]:
    """The largest full factorial part of `table` without a hole, found by trying all sets of options.

    A run that diverged has no distance, and a grid with a hole has no exact decomposition. Of parts with equally many
    cells the first is taken that keeps most options of the first factors.

    Returns:
        The rows of that part, and by factor the options that were left out (none: the factor is not there).

    Raises:
        ValueError: if no cell is finite, or a cell is there twice.
    """
    cells, options = grid(table, factors, value)
    finite = np.isfinite(cells)
    if not finite.any():
        raise ValueError(f"{value} is finite in none of the {cells.size} cells: there is nothing to decompose")
    longest_axis = int(np.argmax(finite.shape))  # which of its options can stay follows from those of the others
    other_indices = [range(length) for axis, length in enumerate(finite.shape) if axis != longest_axis]
    rows = np.moveaxis(finite, longest_axis, -1)
    best_size, best_indices = 0, [list(range(length)) for length in finite.shape]
    for indices in product(*map(nonempty_subsets, other_indices)):
        complete = rows[np.ix_(*indices)].all(axis=tuple(range(len(indices)))) if indices else rows
        size = prod(map(len, indices)) * int(complete.sum())
        if size > best_size:
            best_size, best_indices = size, [*map(list, indices)]
            best_indices.insert(longest_axis, list(np.flatnonzero(complete)))
    mask = pd.Series(True, index=table.index)
    left_out = {}
    for factor, indices in zip(factors, best_indices, strict=True):
        kept_options = [options[factor][index] for index in indices]
        mask &= table[factor].isin(kept_options)
        if missing_options := [option for option in options[factor] if option not in kept_options]:
            left_out[factor] = missing_options
    return table[mask], left_out


def nonempty_subsets(items: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Largest first."""
    return chain.from_iterable(combinations(items, size) for size in range(len(items), 0, -1))

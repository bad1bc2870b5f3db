from collections.abc import Callable
from itertools import permutations, product

import numpy as np
import pandas as pd
import pytest

from pseudo_rd.multiverse.decomposition import balanced_part, decompose

FACTORS = ["a", "b", "c"]


def full(shape: tuple[int, ...], function: Callable[..., float]) -> pd.DataFrame:
    """Every cell of a grid over a, b, c, ... with the function's value, in an order of no meaning."""
    names = "abcdefghi"[: len(shape)]
    cells = [{**dict(zip(names, cell, strict=True)), "value": function(*cell)} for cell in product(*map(range, shape))]
    return pd.DataFrame(cells).sample(frac=1, random_state=1)


def effects_of(table: pd.DataFrame, factors: list[str]) -> pd.DataFrame:
    return decompose(table, factors, "value").set_index("factor")


def ishigami(a: int, b: int, c: int) -> float:
    x, y, z = (np.linspace(-np.pi, np.pi, 7)[place] for place in (a, b, c))
    return np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)


def explained(table: pd.DataFrame, factors: list[str]) -> float:
    """Variance of the conditional mean, by pandas."""
    means = table.groupby(factors)["value"].transform("mean") if factors else table["value"] * 0
    return float(means.var(ddof=0))


def test_effects_are_those_of_conditional_means_and_of_all_orders_of_the_factors() -> None:
    table = full((7, 7, 7), ishigami)
    effects = effects_of(table, FACTORS)
    whole = explained(table, FACTORS)
    for factor in FACTORS:
        rest = [other for other in FACTORS if other != factor]
        added = [
            explained(table, [*order[: order.index(factor) + 1]]) - explained(table, [*order[: order.index(factor)]])
            for order in permutations(FACTORS)
        ]
        expected = [explained(table, [factor]), np.mean(added), whole - explained(table, rest)]
        found = effects.loc[factor, ["first", "shapley", "total"]].to_numpy(dtype=float)
        np.testing.assert_allclose(found, np.array(expected) / whole, atol=1e-12)


@pytest.mark.parametrize("shape", [(5,), (2, 3), (2,) * 8, (4, 2, 2, 6, 3)])
def test_shares_sum_to_one_and_shapley_lies_between_first_and_total(shape: tuple[int, ...]) -> None:
    random = np.random.default_rng(len(shape))
    table = full(shape, lambda *_: random.normal() + random.exponential())
    effects = effects_of(table, list("abcdefgh"[: len(shape)]))
    assert effects["shapley"].sum() == pytest.approx(1)
    assert (effects["first"] <= effects["shapley"] + 1e-12).all()
    assert (effects["shapley"] <= effects["total"] + 1e-12).all()


def test_a_missing_cell_is_named() -> None:
    table = full((2, 3), lambda a, b: float(a * b))
    with pytest.raises(ValueError, match=r"missing or not finite at a 1, b 2 \(1 of 6 cells\)"):
        decompose(table[(table["a"] != 1) | (table["b"] != 2)], ["a", "b"], "value")
    table.loc[(table["a"] == 0) & (table["b"] == 1), "value"] = np.inf
    with pytest.raises(ValueError, match="missing or not finite at a 0, b 1"):
        decompose(table, ["a", "b"], "value")


def test_two_values_of_a_cell_and_no_variance_are_refused() -> None:
    with pytest.raises(ValueError, match="non-unique"):
        decompose(full((2, 3, 2), lambda a, b, c: float(a * b + c)), ["a", "b"], "value")
    with pytest.raises(ValueError, match="value is 2 in all 4 cells"):
        decompose(full((2, 2), lambda a, b: 2.0), ["a", "b"], "value")


def test_the_largest_balanced_part_leaves_out_the_fewest_cells() -> None:
    table = full((4, 2, 6), lambda a, b, c: np.nan if b == 1 and c == 5 else float(a + b + c))
    part, left_out = balanced_part(table, FACTORS, "value")
    assert left_out == {"c": [5]}  # 4 * 2 * 5 cells are more than 4 * 1 * 6
    assert len(part) == 40
    decompose(part, FACTORS, "value")
    holes = full((4, 2, 6), lambda a, b, c: np.nan if b == 1 and c > 1 else float(a))
    part, left_out = balanced_part(holes, FACTORS, "value")
    assert left_out == {"b": [1]}


def test_a_whole_grid_is_its_own_balanced_part() -> None:
    table = full((3,), lambda a: float(a))
    part, left_out = balanced_part(table, ["a"], "value")
    assert not left_out
    pd.testing.assert_frame_equal(part, table)
    with pytest.raises(ValueError, match="finite in none of the 3 cells"):
        balanced_part(table.assign(value=np.nan), ["a"], "value")


@pytest.mark.parametrize("seed", range(20))
def test_no_set_of_options_is_larger_than_the_balanced_part(seed: int) -> None:
    random = np.random.default_rng(seed)
    table = full((2, 3, 3), lambda *_: random.choice([1.0, np.nan], p=[0.8, 0.2]))
    part, _ = balanced_part(table, FACTORS, "value")
    masks = [[mask for mask in product((False, True), repeat=size) if any(mask)] for size in (2, 3, 3)]
    cells = table.set_index(FACTORS)["value"].sort_index().to_numpy().reshape(2, 3, 3)
    sizes = [chosen.size for each in product(*masks) if np.isfinite(chosen := cells[np.ix_(*each)]).all()]
    assert len(part) == max(sizes)
    assert part["value"].notna().all()

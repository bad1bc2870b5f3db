from collections.abc import Callable
from itertools import product

import numpy as np
import pandas as pd
import pytest

from pseudo_rd.multiverse.phases import measured_scale, predicted_scale, relative_movement


def phases(movement: Callable[[float, int], float], scales=(0.01, 0.1, 1.0), widths=(16, 64)) -> pd.DataFrame:
    rows = [
        (scale, width, seed, scale * width**0.5, 0.05 * (1 + scale**2), movement(scale, width) * factor)
        for scale, width in product(scales, widths)
        for seed, factor in ((1, 0.5), (2, 2.0))
    ]
    names = ["scale", "width", "seed", "start_hidden", "start_error", "distance_hidden_supervised"]
    return pd.DataFrame(rows, columns=names)


def test_a_movement_that_ignores_the_scale_meets_the_start_where_predicted() -> None:
    table = phases(lambda scale, width: 0.3 * width**0.25)
    expected = 0.3 * np.array([16.0, 64.0]) ** -0.25
    np.testing.assert_allclose(predicted_scale(table, "supervised"), expected)
    np.testing.assert_allclose(measured_scale(table, "supervised"), expected)


def test_the_prediction_starts_from_the_largest_scale_with_small_outputs() -> None:
    table = phases(lambda scale, width: 0.02 if scale < 1 else 7.0)
    table.loc[table["scale"] == 1, "start_error"] = 2.5
    expected = 0.02 * np.array([16.0, 64.0]) ** -0.5
    np.testing.assert_allclose(predicted_scale(table, "supervised"), expected)
    assert predicted_scale(table.assign(start_error=2.5), "supervised").isna().all()


def test_a_movement_that_grows_with_the_start_never_meets_it() -> None:
    table = phases(lambda scale, width: 0.3 * scale)
    assert measured_scale(table, "supervised").isna().all()


def test_the_ratio_is_the_geometric_mean_over_seeds_and_a_lost_seed_loses_it() -> None:
    table = phases(lambda scale, width: 1.0)
    ratios = relative_movement(table, "supervised")
    assert ratios.loc[16, 0.1] == pytest.approx(1 / 0.4)
    table.loc[0, "distance_hidden_supervised"] = np.inf
    assert np.isnan(relative_movement(table, "supervised").loc[16, 0.01])
    assert relative_movement(table, "supervised").notna().sum().sum() == 5

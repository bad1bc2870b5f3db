import numpy as np
import pandas as pd
import pytest

from pseudo_rd.neurons.filters import filter_shape, filter_statistics, morans_i, statistics_of_runs
from pseudo_rd.results.runs import Run

ASCENT = {"radius": 0.007, "step": 0.1, "iterations": 100}


def test_moran_is_what_a_library_of_spatial_statistics_says(random: np.random.Generator) -> None:
    from esda.moran import Moran
    from libpysal.weights import lat2W

    pictures = random.normal(size=(3, 6, 5, 2)).cumsum(axis=1).astype(np.float32)
    grid = lat2W(6, 5)
    expected = [[Moran(picture[..., c].ravel(), grid, "b", permutations=0).I for c in (0, 1)] for picture in pictures]
    np.testing.assert_allclose(morans_i(pictures), expected, rtol=1e-5)
    np.testing.assert_allclose(morans_i(pictures.astype(float)), expected, rtol=1e-5)


def test_a_flat_picture_has_no_moran() -> None:
    assert np.isnan(morans_i(np.ones((1, 4, 4, 1)))).all()


def test_colours_are_looked_at_one_by_one(random: np.random.Generator) -> None:
    picture = random.normal(size=(5, 4, 3))
    table = filter_statistics(picture.reshape(1, 60), (5, 4, 3), **ASCENT)
    assert table["moran"][0] == pytest.approx(morans_i(picture[None]).mean())


def test_the_rest_is_plain(random: np.random.Generator) -> None:
    filters = random.normal(size=(12, 16))
    filters[3, :4] = 0  # no gradient, hence no perturbation, at four of its sixteen pixels
    filters[3, 4:] = 9
    table = filter_statistics(filters, (4, 4), **ASCENT)
    assert len(table) == 9
    assert table["neuron"][0] == 3
    assert table["norm"].is_monotonic_decreasing
    assert table["full_perturbation"][0] == pytest.approx(12 / 16)
    np.testing.assert_allclose(table["variance"], filters[table["neuron"]].var(axis=1))


def test_filters_of_a_convolution_are_its_kernels_whatever_the_colours() -> None:
    assert filter_shape(np.zeros((4, 784)), (28, 28)) == (28, 28)
    assert filter_shape(np.zeros((4, 25)), (28, 28)) == (5, 5)
    assert filter_shape(np.zeros((4, 75)), (32, 32, 3)) == (5, 5, 3)
    for weights, image in ((26, (28, 28)), (50, (32, 32, 3))):
        with pytest.raises(ValueError, match=f"filters of {weights} weights are neither images of"):
            filter_shape(np.zeros((4, weights)), image)


def test_both_ends_of_every_run_are_measured(random: np.random.Generator) -> None:
    ends = {"hidden_0": random.normal(size=(12, 25)), "hidden_end": random.normal(size=(12, 25)).cumsum(axis=1)}
    runs = [Run("mnist", objective, 12, 1, pd.DataFrame(), {}, ends) for objective in ("supervised", "augmented")]
    table = statistics_of_runs(runs, (28, 28))
    assert len(table) == 2 * 2 * 9
    chosen = table[(table["time"] == "end") & (table["objective"] == "augmented")].set_index("neuron")
    for neuron, row in chosen.iterrows():
        picture = ends["hidden_end"][neuron]
        assert row["variance"] == pytest.approx(picture.var())
        assert row["moran"] == pytest.approx(morans_i(picture.reshape(1, 5, 5, 1)).item())

"""What the pictures of neurons hold, read back from the axes."""

import numpy as np
import pandas as pd
import pytest
from styled import style as style

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.figures.filters import features_figure, filters_figure, input_figure
from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.neurons.features import random_image
from pseudo_rd.results.runs import Run

SHAPE = (4, 5)
ASCENT = {"radius": 0.007, "step": 0.1, "iterations": 100, "input_seed": 1}


@pytest.fixture
def hidden() -> dict[str, np.ndarray]:
    """Weights of 16 neurons by objective; the scale makes the order of the norms known: 15, 14, ..."""
    generator = np.random.default_rng(5)
    scale = np.arange(1, 17)[:, None]
    signs = {objective: generator.choice([-1.0, 1.0], (16, 20)) for objective in ("supervised", "augmented")}
    return {"supervised": scale * signs["supervised"], "augmented": 2 * scale * signs["augmented"]}


@pytest.fixture
def runs(hidden) -> tuple[Run, ...]:
    history = pd.DataFrame({"iteration": [0]})
    others = {"hidden_end": np.zeros((16, 20))}
    first = [
        Run("mnist", objective, 16, 3, history, {}, {"hidden_end": weights}) for objective, weights in hidden.items()
    ]
    return *(Run("mnist", objective, 16, 7, history, {}, others) for objective in hidden), *first


def given(*runs: Run) -> FigureInputs:
    """Those runs, on images of SHAPE."""
    images, labels = np.zeros((2, *SHAPE), np.uint8), np.zeros(2, np.int64)
    data = Dataset("some", images, labels, images, labels, ("a",), "made up", "none")
    return FigureInputs(runs={"some": runs}, datasets={"some": data}, parameters={"features": ASCENT})


def tiles_of(panel):
    return [axes for axes in panel.axes if axes.images]


def test_filters_of_largest_norm_stand_in_descending_order_with_their_variance(runs, hidden):
    figure = filters_figure(given(*runs))
    for panel, objective in zip(figure.subfigs[:2], ("supervised", "augmented"), strict=True):
        tiles = tiles_of(panel)
        assert len(tiles) == 9
        for axes, neuron in zip(tiles, range(15, 6, -1), strict=True):
            weights = hidden[objective][neuron]
            np.testing.assert_array_equal(axes.images[0].get_array(), weights.reshape(SHAPE))
            assert axes.get_title() == f"{neuron}: {np.mean((weights - weights.mean()) ** 2):.3g}"


def test_all_filters_share_one_colour_scale_symmetric_about_zero(runs):
    figure = filters_figure(given(*runs))
    limits = {axes.images[0].get_clim() for panel in figure.subfigs[:2] for axes in tiles_of(panel)}
    assert limits == {(-32.0, 32.0)}
    assert figure.subfigs[2].axes[0].get_ylim() == (-32.0, 32.0)


def test_panels_name_objective_width_and_mean_variances(runs, hidden):
    figure = filters_figure(given(*runs))
    variances = hidden["supervised"].var(axis=1)
    title = figure.subfigs[0].get_suptitle()
    assert title.startswith("(a) without the critic, $m = 2^{4}$")
    assert f"{variances[-9:].mean():.3g} (all neurons: {variances.mean():.3g})" in title
    assert figure.subfigs[1].get_suptitle().startswith("(b) with the critic")


def test_features_are_the_signs_of_the_same_neurons_at_the_bound(runs, hidden):
    figure = features_figure(given(*runs))
    for panel, objective in zip(figure.subfigs[:2], ("supervised", "augmented"), strict=True):
        for axes, neuron in zip(tiles_of(panel), range(15, 6, -1), strict=True):
            expected = 0.007 * np.sign(hidden[objective][neuron]).reshape(SHAPE)
            np.testing.assert_allclose(axes.images[0].get_array(), expected)
            assert axes.get_title() == f"neuron {neuron}"
        assert "100.00 % of the pixels at the bound" in panel.get_suptitle()


def test_features_count_the_pixels_that_stay_inside_the_bound(runs):
    runs[-1].snapshots["hidden_end"][:, :5] = 0  # augmented, a quarter of the pixels
    assert "75.00 %" in features_figure(given(*runs)).subfigs[1].get_suptitle()


def test_fewer_than_nine_neurons_leave_tiles_empty(runs):
    few = tuple(
        Run("mnist", run.objective, 4, run.seed, run.history, {}, {"hidden_end": run.snapshots["hidden_end"][:4]})
        for run in runs
    )
    assert [len(tiles_of(panel)) for panel in filters_figure(given(*few)).subfigs[:2]] == [4, 4]


def test_the_input_image_is_the_random_image_of_the_parameters():
    axes = input_figure(given()).axes[0]
    np.testing.assert_array_equal(axes.images[0].get_array(), random_image(20, seed=1).reshape(SHAPE))
    assert axes.images[0].get_clim() == (0, 1)

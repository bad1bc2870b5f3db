"""What the figures of other networks hold, read back from the axes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from projects import CONFIG
from styled import style as style

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.figures import beyond
from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.neurons.neighbors import neighbors_kept
from pseudo_rd.results.runs import Run

NEURONS = 12
ACCURACY = {"supervised": 0.8, "augmented": 0.9}


def run(objective: str, seed: int, layers: int, weights: int) -> Run:
    stream = np.random.default_rng([seed, layers, len(objective)])
    names = ["hidden", *(f"hidden{number}" for number in range(2, layers)), "top"]
    columns = {f"distance_{name}": [0.0, seed + place] for place, name in enumerate(names)}
    history = pd.DataFrame({"iteration": [0, 7], **columns, "test_accuracy": [0.1, ACCURACY[objective]]})
    start = np.random.default_rng(seed).normal(size=(NEURONS, weights))
    rows = {name: start if name == "hidden" else start[:, :9] for name in names}
    snapshots = {f"{name}_0": array for name, array in rows.items()}
    snapshots |= {f"{name}_end": array + stream.normal(size=array.shape) for name, array in rows.items()}
    return Run("mnist", objective, NEURONS, seed, history, {}, snapshots)


@pytest.fixture
def inputs() -> FigureInputs:
    """Two cases on one data set: a pair of two layers, and kernels of a network of four."""
    images, labels = np.zeros((2, 6, 6), np.uint8), np.zeros(2, np.int64)
    data = Dataset("mnist", images, labels, images, labels, ("a",), "made up", "none")
    kinds = {"paper/mnist": (2, 36), "convolution/mnist": (4, 9)}
    runs = {
        name: tuple(run(objective, seed, *kind) for objective in ACCURACY for seed in (1, 2))
        for name, kind in kinds.items()
    }
    patterns = {"principal_components": 5, "perplexity": 30, "iterations": 250}
    given = {"beyond": {**CONFIG["beyond"], "mapped": ["convolution"]}, "patterns": patterns}
    return FigureInputs(runs=runs, datasets={"mnist": data}, parameters=given)


def test_every_layer_has_a_line_for_each_objective_and_accuracy_is_told(inputs: FigureInputs) -> None:
    drawn = [axes for axes in beyond.distances_figure(inputs).axes if axes.lines]
    for axes, layers, words in zip(drawn, (2, 4), ("the paper's pair", "convolutions"), strict=True):
        assert axes.get_title() == f"{words}\naccuracy 80.0% and 90.0%"
        assert [line.get_ydata()[-1] for line in axes.lines] == [1.5 + layer for layer in range(layers)] * 2
        assert len({line.get_color() for line in axes.lines}) == layers
        assert [line.get_linestyle() for line in axes.lines] == ["--"] * layers + ["-"] * layers


def test_statistics_have_a_point_for_each_seed_at_start_and_ends(inputs: FigureInputs) -> None:
    variance, moran, accuracy = beyond.statistics_figure(inputs).axes
    start = next(line for line in variance.lines if line.get_color() == beyond.AT_START)
    first = [each.snapshots["hidden_0"] for each in inputs.runs["paper/mnist"][:2]]
    largest = [rows[np.argsort(-np.linalg.norm(rows, axis=1))[:9]] for rows in first]
    assert start.get_xdata() == pytest.approx([rows.var(axis=1).mean() for rows in largest])
    assert [len(axes.lines) for axes in (variance, moran, accuracy)] == [6, 6, 4]
    assert {float(value) for line in accuracy.lines for value in line.get_xdata()} == {*ACCURACY.values()}
    assert [label.get_text() for label in variance.get_yticklabels()] == ["the paper's pair", "convolutions"]


def test_kernels_are_those_of_the_first_seed(inputs: FigureInputs) -> None:
    figure = beyond.kernels_figure(inputs, "convolution")
    [part] = figure.subfigs
    pictures = [axes.images[0].get_array() for axes in part.axes]
    first = {each.objective: each.snapshots for each in inputs.runs["convolution/mnist"] if each.seed == 1}
    rows = first["supervised"]["hidden_0"], *(each["hidden_end"] for each in first.values())
    np.testing.assert_array_equal(np.stack(pictures), np.concatenate(rows).reshape(-1, 3, 3))


def test_colours_of_a_kernel_are_averaged(inputs: FigureInputs) -> None:
    data = inputs.datasets["mnist"]
    pictures = np.zeros((2, 6, 6, 3), np.uint8)
    colours = replace(data, x_train=pictures, x_test=pictures)
    runs = {"convolution/mnist": tuple(run(objective, 1, 4, 27) for objective in ACCURACY)}
    figure = beyond.kernels_figure(replace(inputs, runs=runs, datasets={"mnist": colours}), "convolution")
    kernel = runs["convolution/mnist"][0].snapshots["hidden_0"][0].reshape(3, 3, 3)
    np.testing.assert_allclose(figure.subfigs[0].axes[0].images[0].get_array(), kernel.mean(axis=2))


def test_maps_show_mapped_cases_and_the_neighbours_that_stay(inputs: FigureInputs) -> None:
    axes = beyond.maps_figure(inputs).axes
    assert len(axes) == 3
    runs = {each.objective: each for each in inputs.runs["convolution/mnist"] if each.seed == 1}
    for place, each in zip(axes[1:], runs.values(), strict=True):
        kept = neighbors_kept(each.snapshots["hidden_0"], each.snapshots["hidden_end"])
        assert place.get_title().endswith(f"neighbours kept {kept:.0%}")
    assert all(len(each.collections[0].get_offsets()) == NEURONS for each in axes)
    assert axes[0].get_ylabel().startswith("convolutions, layer 1")

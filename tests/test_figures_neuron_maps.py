"""What the pictures of neurons hold, read back from the axes."""

import numpy as np
import pytest
from matplotlib.path import Path as Outline
from styled import style as style

from pseudo_rd.claims.words import WITH_OR_WITHOUT
from pseudo_rd.figures import neuron_maps
from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.neurons.clustering import NO_CLUSTER
from pseudo_rd.parameters.vocabulary import LAYERS
from pseudo_rd.results.runs import Pattern


def make_pattern(objective: str, snapshots: int = 3, **changes) -> Pattern:
    """Sixty neurons, five clusters by angle; the top layer is twice as wide; nothing settled in the last snapshot."""
    generator = np.random.default_rng(len(objective))
    maps = {layer: generator.standard_normal((snapshots, 60, 2)) * (1 + (layer == "top")) for layer in LAYERS}
    clusters = {
        layer: np.floor((np.arctan2(*np.moveaxis(points, -1, 0)) / np.pi + 1) / 2 * 4.999).astype(int)
        for layer, points in maps.items()
    }
    converged = {layer: np.arange(snapshots) < snapshots - 1 for layer in LAYERS}
    given = {"iterations": 100 * np.arange(snapshots), "maps": maps, "clusters": clusters, "converged": converged}
    return Pattern("data", objective, 256, 1, **(given | changes))


@pytest.fixture
def patterns() -> tuple[Pattern, ...]:
    return make_pattern("supervised"), make_pattern("augmented")


def given(patterns) -> FigureInputs:
    return FigureInputs(patterns={"some": patterns})


def points_of(axes) -> np.ndarray:
    scattered, _ = axes.collections
    return np.asarray(scattered.get_offsets())


def test_snapshots_stand_in_columns_and_layers_and_objectives_in_rows(patterns):
    figure = neuron_maps.over_time_figure(given(patterns))
    panels = np.array(figure.axes).reshape(4, 3)
    expected = [(layer, pattern) for layer in LAYERS for pattern in patterns]
    for row, (layer, pattern) in zip(panels, expected, strict=True):
        for snapshot, axes in enumerate(row):
            np.testing.assert_array_equal(points_of(axes), pattern.maps[layer][snapshot])
        assert f"{layer} layer" in row[0].get_ylabel()
        assert WITH_OR_WITHOUT[pattern.objective] in row[0].get_ylabel()


def test_panels_of_a_layer_share_limits_that_hold_every_neuron(patterns):
    panels = np.array(neuron_maps.over_time_figure(given(patterns)).axes).reshape(2, 6)
    limits = [{(*axes.get_xlim(), *axes.get_ylim()) for axes in layer} for layer in panels]
    assert [len(each) for each in limits] == [1, 1]
    assert limits[0] != limits[1]
    for layer in panels:
        assert all(np.abs(points_of(axes)).max() < axes.get_xlim()[1] for axes in layer)


def test_an_objective_that_ended_early_leaves_its_last_columns_empty():
    figure = neuron_maps.over_time_figure(given((make_pattern("supervised", 2), make_pattern("augmented"))))
    panels = np.array(figure.axes).reshape(4, 3)
    assert [axes.axison for axes in panels[0]] == [True, True, False]
    assert [axes.axison for axes in panels[1]] == [True, True, True]


@pytest.mark.parametrize("with_start", [True, False])
def test_the_ends_stand_beside_each_other_and_the_start_before_them_if_it_is_shown(patterns, with_start):
    figure = neuron_maps.start_and_ends_figure(given(patterns), with_start)
    panels = np.array(figure.axes).reshape(2, 2 + with_start)
    for row, layer in zip(panels, LAYERS, strict=True):
        shown = [patterns[0].maps[layer][0]] * with_start + [pattern.maps[layer][-1] for pattern in patterns]
        for axes, expected in zip(row, shown, strict=True):
            np.testing.assert_array_equal(points_of(axes), expected)
    headings = [text.get_text()[4:] for axes in panels[0] for text in axes.texts]
    assert headings == ["initialization"] * with_start + ["without the critic", "with the critic"]


def test_each_panel_says_how_many_clusters_and_whether_they_settled(patterns):
    panels = np.array(neuron_maps.over_time_figure(given(patterns)).axes).reshape(4, 3)
    titles = [[axes.get_title().splitlines()[0] for axes in row] for row in panels]
    assert titles == [["5 clusters", "5 clusters", "5 clusters, not converged"]] * 4


def test_neurons_without_cluster_have_no_outline_and_are_not_counted():
    nothing = {layer: np.full((1, 60), NO_CLUSTER) for layer in LAYERS}
    pattern = make_pattern("supervised", 1, clusters=nothing)
    assert neuron_maps.describe(pattern, "top", 0).startswith("0 clusters, not converged")
    assert neuron_maps.outlines(pattern.maps["top"][0], nothing["top"][0]) == []


def test_neurons_near_each_other_at_the_start_have_near_colours(random):
    start = random.standard_normal((400, 2))
    colors = neuron_maps.colors_of(start)
    assert ((colors >= 0) & (colors <= 1)).all()
    apart = np.linalg.norm(colors[:, None] - colors, axis=2)
    near = np.argsort(np.linalg.norm(start[:, None] - start, axis=2), axis=1)[:, 1:6]
    assert np.take_along_axis(apart, near, axis=1).mean() < apart.mean() / 3


def test_a_neuron_keeps_its_colour_through_all_panels(patterns):
    shared = {layer: patterns[0].maps[layer][:1] for layer in LAYERS}  # both objectives start from one map
    moved = {layer: np.concatenate([shared[layer], patterns[1].maps[layer][1:]]) for layer in LAYERS}
    figure = neuron_maps.start_and_ends_figure(given((patterns[0], make_pattern("augmented", maps=moved))))
    for row in np.array(figure.axes).reshape(2, 3):
        drawn = [axes.collections[0].get_facecolors() for axes in row]
        np.testing.assert_array_equal(drawn[1], drawn[0])
        np.testing.assert_array_equal(drawn[2], drawn[0])


def test_an_outline_holds_its_cluster_s_neurons(patterns):
    points, labels = patterns[0].maps["top"][0], patterns[0].clusters["top"][0]
    polygons = neuron_maps.outlines(points, labels)
    assert len(polygons) == 5
    for label, polygon in enumerate(polygons):
        either_way = Outline(polygon), Outline(polygon[::-1])
        assert any(each.contains_points(points[labels == label], radius=1e-6).all() for each in either_way)


@pytest.mark.parametrize("number", [1, 2, 3, 9])
def test_clusters_of_few_neurons_or_on_a_line_have_an_outline_too(number):
    line = np.stack([np.arange(float(number)), np.zeros(number)], axis=1)
    [polygon] = neuron_maps.outlines(line, np.zeros(number, dtype=int))
    assert polygon[:, 0].min() == 0
    assert polygon[:, 0].max() == number - 1

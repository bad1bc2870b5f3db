"""What the pictures of neurons and of their interaction hold, read back from the axes."""

from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba
from matplotlib.patches import FancyArrowPatch
from scipy.spatial import Delaunay

from pseudo_rd.figures import fig02_broken_symmetry as broken_symmetry
from pseudo_rd.figures import neuron_maps
from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.style import paper_style
from pseudo_rd.neurons.clustering import NO_CLUSTER
from pseudo_rd.results.runs import Pattern, Run

LAYERS = ("hidden", "top")


@pytest.fixture(autouse=True)
def style():
    with paper_style():
        yield


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


def draw(module: str, experiment: str, patterns):
    return import_module(f"pseudo_rd.figures.{module}").draw(FigureInputs(patterns={experiment: patterns}))


def points_of(axes) -> np.ndarray:
    [scattered] = axes.collections
    return np.asarray(scattered.get_offsets())


@pytest.mark.parametrize(
    ("module", "experiment"),
    [("fig19_patterns_synthetic_784", "synthetic-784"), ("fig20_patterns_synthetic_1024", "synthetic-1024")],
)
def test_snapshots_stand_in_columns_and_layers_and_objectives_in_rows(module, experiment, patterns):
    figure = draw(module, experiment, patterns)
    panels = np.array(figure.axes).reshape(4, 3)
    expected = [(layer, pattern) for layer in LAYERS for pattern in patterns]
    for row, (layer, pattern) in zip(panels, expected, strict=True):
        for snapshot, axes in enumerate(row):
            np.testing.assert_array_equal(points_of(axes), pattern.maps[layer][snapshot])
        assert f"{layer} layer" in row[0].get_ylabel()
        assert pattern.objective in row[0].get_ylabel()


def test_panels_of_a_layer_share_limits_that_hold_every_neuron(patterns):
    panels = np.array(draw("fig19_patterns_synthetic_784", "synthetic-784", patterns).axes).reshape(2, 6)
    limits = [{(*axes.get_xlim(), *axes.get_ylim()) for axes in layer} for layer in panels]
    assert [len(each) for each in limits] == [1, 1]
    assert limits[0] != limits[1]
    for layer in panels:
        assert all(np.abs(points_of(axes)).max() < axes.get_xlim()[1] for axes in layer)


def test_an_objective_that_ended_early_leaves_its_last_columns_empty():
    figure = draw(
        "fig19_patterns_synthetic_784", "synthetic-784", (make_pattern("supervised", 2), make_pattern("augmented"))
    )
    panels = np.array(figure.axes).reshape(4, 3)
    assert [axes.axison for axes in panels[0]] == [True, True, False]
    assert [axes.axison for axes in panels[1]] == [True, True, True]


@pytest.mark.parametrize(
    ("module", "experiment"), [("fig21_patterns_mnist", "mnist"), ("fig22_patterns_fashion_mnist", "fashion-mnist")]
)
def test_the_start_stands_beside_the_end_of_each_objective(module, experiment, patterns):
    panels = np.array(draw(module, experiment, patterns).axes).reshape(2, 3)
    supervised, augmented = patterns
    for row, layer in zip(panels, LAYERS, strict=True):
        for axes, expected in zip(
            row, (supervised.maps[layer][0], supervised.maps[layer][-1], augmented.maps[layer][-1]), strict=True
        ):
            np.testing.assert_array_equal(points_of(axes), expected)
    headings = [[text.get_text() for text in axes.texts] for axes in panels[0]]
    assert headings == [
        ["(a) initialization"],
        ["(b) without diffusion (supervised)"],
        ["(c) with diffusion (augmented)"],
    ]


def test_the_end_of_each_objective_stands_alone_in_the_figure_of_all_neurons(patterns):
    panels = np.array(draw("fig23_patterns_mnist_all_neurons", "mnist", patterns).axes).reshape(2, 2)
    for row, layer in zip(panels, LAYERS, strict=True):
        for axes, pattern in zip(row, patterns, strict=True):
            np.testing.assert_array_equal(points_of(axes), pattern.maps[layer][-1])


def test_each_panel_says_how_many_clusters_and_whether_they_settled(patterns):
    panels = np.array(draw("fig19_patterns_synthetic_784", "synthetic-784", patterns).axes).reshape(4, 3)
    titles = [[axes.get_title().splitlines()[0] for axes in row] for row in panels]
    assert titles == [["5 clusters", "5 clusters", "5 clusters, not converged"]] * 4


def test_neurons_without_cluster_are_grey_and_not_counted():
    nothing = {layer: np.full((1, 60), NO_CLUSTER) for layer in LAYERS}
    pattern = make_pattern("supervised", 1, clusters=nothing)
    assert neuron_maps.describe(pattern, "top", 0).startswith("0 clusters, not converged")
    assert set(neuron_maps.neuron_colors(pattern.maps["top"], nothing["top"]).flat) == {neuron_maps.WITHOUT_CLUSTER}


def test_neighbours_kept_is_one_for_equal_maps_and_their_chance_overlap_for_unrelated_ones(random):
    one, other = random.standard_normal((2, 400, 2))
    assert neuron_maps.neighbors_kept(one, -3 * one[:, ::-1]) == 1
    assert neuron_maps.neighbors_kept(one, other) == pytest.approx(neuron_maps.NEIGHBORS / 399, abs=0.01)


def test_neighbours_kept_counts_each_neuron_by_hand():
    # On a line, ten nearest of eleven others: leaving one out each time.
    before = np.stack([np.arange(12.0) ** 1.01, np.zeros(12)], axis=1)
    after = before.copy()
    after[[0, 11]] = after[[11, 0]]
    near = [np.argsort(np.linalg.norm(points[:, None] - points, axis=2), axis=1)[:, 1:11] for points in (before, after)]
    expected = np.mean([len(set(one) & set(two)) / 10 for one, two in zip(*near, strict=True)])
    assert expected < 1
    assert neuron_maps.neighbors_kept(before, after) == pytest.approx(expected)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 30, 300])
def test_neighbouring_clusters_never_share_a_colour(number, random):
    centers = random.standard_normal((number, 2))
    wished = [[0] for _ in range(number)]
    numbers = neuron_maps.color_neighbors(centers, wished)
    assert numbers.min() >= 0
    assert numbers.max() < len(neuron_maps.CLUSTER_COLORS)
    triangles = Delaunay(centers).simplices if number > 4 else [range(number)]
    for triangle in triangles:
        assert len({numbers[center] for center in triangle}) == len(triangle)


def test_centers_on_a_line_are_coloured_too():
    centers = np.stack([np.arange(9.0), np.zeros(9)], axis=1)
    numbers = neuron_maps.color_neighbors(centers, [[]] * 9)
    assert (numbers[1:] != numbers[:-1]).all()


def test_clusters_that_stay_keep_their_colours_when_their_numbers_change(patterns):
    maps = np.stack([patterns[0].maps["top"][0]] * 2)
    labels = patterns[0].clusters["top"][0]
    colors = neuron_maps.neuron_colors(maps, np.stack([labels, 4 - labels]))
    np.testing.assert_array_equal(colors[0], colors[1])
    assert len(set(colors[0])) == 5


@pytest.fixture
def interaction() -> dict[str, Run]:
    """Six neurons: without diffusion 0, 1 and 2 move alike; with it 2 turns round. Snapshots keep five of them."""
    start = np.random.default_rng(2).standard_normal((6, 4))
    moves = {"supervised": [[3, 0], [2, 0], [1, 0], [0, 0.1], [0, 0], [0, 9]]}
    moves["augmented"] = [[3, 0], [2, 0], [-1, 0], [0, 0.1], [0, 0], [0, 9]]
    return {
        objective: Run(
            "synthetic-784",
            objective,
            6,
            1,
            pd.DataFrame(),
            {},
            {
                "hidden_0": start[:5, :3],
                "top_0": start[:5, 3:],
                "hidden_end": start[:, :3] + np.array(moved)[:, [0, 0, 0]] / np.sqrt(3),
                "top_end": start[:, 3:] + np.array(moved)[:, [1]],
            },
        )
        for objective, moved in moves.items()
    }


def draw_interaction(interaction, edges):
    inputs = FigureInputs(
        runs={"interaction": (interaction["augmented"], interaction["supervised"])},
        parameters={"interaction": {"edges": edges}},
    )
    return broken_symmetry.draw(inputs)


def edges_of(axes) -> set[tuple[frozenset, str]]:
    edges = [patch for patch in axes.patches if isinstance(patch, FancyArrowPatch)]
    return {(frozenset(map(tuple, edge._posA_posB)), edge.get_linestyle()) for edge in edges}


def test_edges_join_the_pairs_that_moved_far_together(interaction):
    without, with_diffusion, change = draw_interaction(interaction, edges=3).axes[:3]
    places = [tuple(place) for place in points_of_nodes(without)]
    # Products without diffusion: 0-1: 6, 0-2: 3, 1-2: 2; so the threshold is 2.
    pairs = {frozenset((places[one], places[other])): (one, other) for one in range(5) for other in range(one)}
    assert {(pairs[ends], line) for ends, line in edges_of(without)} == {((1, 0), "-"), ((2, 0), "-"), ((2, 1), "-")}
    assert {(pairs[ends], line) for ends, line in edges_of(with_diffusion)} == {
        ((1, 0), "-"),
        ((2, 0), "--"),
        ((2, 1), "--"),
    }
    assert edges_of(change) == set()


def points_of_nodes(axes) -> np.ndarray:
    return np.asarray(axes.collections[-1].get_offsets())


def test_the_same_neuron_stands_at_the_same_place_and_is_coloured_by_its_displacement(interaction):
    panels = draw_interaction(interaction, edges=1).axes[:3]
    assert all(np.array_equal(points_of_nodes(axes), points_of_nodes(panels[0])) for axes in panels)
    assert len(np.unique(points_of_nodes(panels[0]), axis=0)) == 5
    norms = [np.asarray(axes.collections[-1].get_array()) for axes in panels]
    np.testing.assert_allclose(norms[0], [3, 2, 1, 0.1, 0], atol=1e-12)
    np.testing.assert_allclose(norms[2], [0, 0, 2, 0, 0], atol=1e-12)


def test_titles_hold_mean_displacement_and_number_of_pairs(interaction):
    titles = [axes.get_title() for axes in draw_interaction(interaction, edges=2).axes[:3]]
    assert [title.splitlines()[1] for title in titles] == [
        "mean displacement 1.22, 2 pairs",
        "mean displacement 1.22, 2 pairs",
        "mean displacement 0.4, 0 pairs",
    ]


def test_more_edges_than_pairs_that_moved_draw_no_pair_that_did_not(interaction):
    without = draw_interaction(interaction, edges=100).axes[0]
    assert len(edges_of(without)) == 3


def test_neurons_that_did_not_move_are_refused_in_one_line(interaction):
    still = interaction["supervised"]
    still.snapshots["hidden_end"][:5] = still.snapshots["hidden_0"]
    still.snapshots["top_end"][:5] = still.snapshots["top_0"]
    with pytest.raises(ValueError, match=r"^no two neurons of the experiment interaction moved[^\n]*$"):
        draw_interaction(interaction, edges=3)


def test_places_fill_a_grid_from_its_centre():
    places = broken_symmetry.grid_places(np.array([4, 0, 1, 2, 3, 5, 6, 7, 8]))
    assert tuple(places[4]) == (0, 0)
    radii = np.linalg.norm(places[[4, 0, 1, 2, 3, 5, 6, 7, 8]], axis=1)
    assert (np.diff(radii) >= 0).all()
    assert len(np.unique(places, axis=0)) == 9


def test_colours_are_what_is_drawn(patterns):
    panels = np.array(draw("fig23_patterns_mnist_all_neurons", "mnist", patterns).axes).reshape(2, 2)
    expected = neuron_maps.neuron_colors(patterns[1].maps["top"], patterns[1].clusters["top"])[-1]
    [scattered] = panels[1, 1].collections
    np.testing.assert_allclose(scattered.get_facecolors(), [to_rgba(color) for color in expected])

"""What Figure 2 holds, read back from its axes."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import FancyArrowPatch
from styled import style as style

from pseudo_rd.figures import broken_symmetry
from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.results.runs import Run


@pytest.fixture
def interaction() -> dict[str, Run]:
    """Six neurons: without diffusion 0, 1 and 2 move alike; with it 2 turns round. Snapshots keep five of them."""
    start = np.random.default_rng(2).standard_normal((6, 4))
    runs = {}
    for objective, third in (("supervised", 1), ("augmented", -1)):
        moved = np.array([[3, 0], [2, 0], [third, 0], [0, 0.1], [0, 0], [0, 9]])
        snapshots = {
            "hidden_0": start[:5, :3],
            "top_0": start[:5, 3:],
            "hidden_end": start[:, :3] + moved[:, [0, 0, 0]] / np.sqrt(3),
            "top_end": start[:, 3:] + moved[:, [1]],
        }
        runs[objective] = Run("synthetic-784", objective, 6, 1, pd.DataFrame(), {}, snapshots)
    return runs


def draw_interaction(interaction, edges):
    inputs = FigureInputs(
        runs={"interaction": (interaction["augmented"], interaction["supervised"])},
        parameters={"interaction": {"edges": edges}},
    )
    return broken_symmetry.broken_symmetry_figure(inputs)


def edges_of(axes) -> set[tuple[frozenset, str]]:
    edges = [patch for patch in axes.patches if isinstance(patch, FancyArrowPatch)]
    return {(frozenset(map(tuple, edge._posA_posB)), edge.get_linestyle()) for edge in edges}


def test_edges_join_the_pairs_that_moved_far_together(interaction):
    without, with_critic, change = draw_interaction(interaction, edges=3).axes[:3]
    places = [tuple(place) for place in points_of_nodes(without)]
    # Products without diffusion: 0-1: 6, 0-2: 3, 1-2: 2; so the threshold is 2.
    first, second, third = (frozenset((places[one], places[other])) for one, other in ((0, 1), (0, 2), (1, 2)))
    assert edges_of(without) == {(first, "-"), (second, "-"), (third, "-")}
    assert edges_of(with_critic) == {(first, "-"), (second, "--"), (third, "--")}
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
    moved, changed = "mean displacement 1.22, 2 pairs", "mean displacement 0.4, 0 pairs"
    assert [title.splitlines()[1] for title in titles] == [moved, moved, changed]


def test_more_edges_than_pairs_that_moved_draw_no_pair_that_did_not(interaction):
    without = draw_interaction(interaction, edges=100).axes[0]
    assert len(edges_of(without)) == 3

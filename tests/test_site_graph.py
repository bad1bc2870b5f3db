"""The picture of the workflow."""

import re

import pytest
from projects import ROOT

from pseudo_rd.site.graph import columns_of, draw_graph, rule_graph, without_shortcuts

EDGES = [("data", "train"), ("train", "draw"), ("data", "draw"), ("train", "judge"), ("judge", "compare")]


def test_every_rule_stands_to_the_right_of_those_that_feed_it_and_close_to_those_that_it_feeds() -> None:
    column = columns_of(EDGES)
    assert all(column[before] < column[after] for before, after in EDGES)
    assert column == {"data": 0, "train": 1, "draw": 3, "judge": 2, "compare": 3}


def test_an_arrow_that_another_way_makes_plain_is_left_out() -> None:
    assert without_shortcuts(EDGES) == [edge for edge in EDGES if edge != ("data", "draw")]


def test_every_rule_is_drawn_once_and_no_two_at_one_place() -> None:
    picture = str(draw_graph(EDGES))
    assert sorted(re.findall(r">(\w+)</text>", picture)) == sorted({name for edge in EDGES for name in edge})
    places = re.findall(r'<rect class="box" x="(\S+)" y="(\S+)"', picture)
    assert len({*places}) == len(places) == 5
    assert "train feeds judge" in picture


def test_without_rules_there_is_no_picture() -> None:
    assert draw_graph([]) == ""


@pytest.mark.slow
def test_snakemake_tells_which_rule_feeds_which() -> None:
    edges = rule_graph(ROOT, "figures")
    assert {("train", "embed_neurons"), ("embed_neurons", "cluster_neurons"), ("study_flow", "draw_figure")} <= {*edges}
    assert not [edge for edge in edges if "figures" in edge]
    with pytest.raises(ValueError, match="snakemake has no plan of nothing"):
        rule_graph(ROOT, "nothing")

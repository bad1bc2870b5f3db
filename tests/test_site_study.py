"""The data of the page "Try a reading" are those of the study."""

import json

import pytest
from made_up_site import PARAMETERS, READINGS

from pseudo_rd.multiverse.effects import matching, option_in_words
from pseudo_rd.site import content
from pseudo_rd.site.evidence import Evidence, collect
from pseudo_rd.site.study import study_data

pytestmark = pytest.mark.xdist_group("site")


@pytest.fixture(scope="module")
def evidence(made) -> Evidence:
    return collect(made, "quick", READINGS)


@pytest.fixture(scope="module")
def data(evidence: Evidence) -> dict:
    multiverse = content.multiverse_of(evidence, PARAMETERS["readings"])
    return study_data(evidence, multiverse, PARAMETERS)


def options_of(data: dict, reading: int) -> dict[str, str]:
    chosen = zip(data["choices"].items(), data["readings"][reading], strict=True)
    return {name: choice["options"][number] for (name, choice), number in chosen}


@pytest.mark.parametrize("reading", [0, 17, 119])
def test_a_pair_is_that_of_its_options(evidence: Evidence, data: dict, reading: int) -> None:
    place = data["places"][-1]
    assert place["name"] == "mnist-32"
    table = evidence.histories.map(option_in_words)
    there = table[matching(table, {"dataset": "mnist", "width": "32", **options_of(data, reading)})]
    for objective, number in zip(("supervised", "augmented"), place["pairs"][reading], strict=True):
        run, told = there[there["objective"] == objective], data["runs"][number]
        assert told["iteration"] == [int(each) for each in run["iteration"]]
        assert told["curves"]["hidden"] == pytest.approx(run["distance_hidden"].astype(float).tolist(), rel=1e-3)
        assert told["fate"] == run["fate"].iloc[-1]


def test_runs_without_the_critic_are_told_once_and_all_is_json(data: dict) -> None:
    without = {pair[0] for place in data["places"] for pair in place["pairs"]}
    assert len(without) < len(data["readings"]) < len(data["runs"])
    assert json.loads(json.dumps(data, allow_nan=False))["readings"] == data["readings"]


def test_the_named_readings_and_their_verdicts_are_found(evidence: Evidence, data: dict) -> None:
    assert options_of(data, data["named"]["pytorch"])["generator_start"] == "framework-scaled"
    assert {*data["readings"][data["named"]["printed"]]} == {0}
    for place in data["places"]:
        for statement in place["statements"]:
            told = [data["outcomes"][number] for number in statement["verdicts"]]
            rows = evidence.universes[evidence.universes["claim"] == statement["claim"]]
            rows = rows[rows["dataset"] + "-" + rows["width"].astype(str) == place["name"]]
            assert sorted(told) == sorted(rows["verdict"])

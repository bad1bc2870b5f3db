import json

import made_up_universes as made_up
import numpy as np
import pandas as pd
import pytest

from pseudo_rd.multiverse.effects import matching
from pseudo_rd.multiverse.scores import AtNoLoss
from pseudo_rd.multiverse.summary import effect_decomposition, order_by_influence, summarize, verdict_decomposition

RULE = AtNoLoss({"error": {"synthetic-784": 0.032}, "accuracy": {"mnist": 0.5}}, 2.1, 10)
MNIST = {"dataset": "mnist", "width": 256}


@pytest.fixture(scope="module")
def outcomes() -> pd.DataFrame:
    return made_up.outcomes()


@pytest.fixture(scope="module")
def verdicts(outcomes: pd.DataFrame) -> pd.DataFrame:
    table = made_up.verdicts(outcomes, claims=6)
    last = table[table["claim"] == "claim_5"]
    words = {"always": "reproduced", "never": "not reproduced", "untested": "not testable"}
    settled = [last.assign(claim=claim, verdict=verdict) for claim, verdict in words.items()]
    return pd.concat([table, *settled], ignore_index=True)


@pytest.fixture(scope="module")
def summary(outcomes: pd.DataFrame, verdicts: pd.DataFrame) -> dict:
    return summarize(outcomes, verdicts, made_up.STUDIED, RULE, ["distance_hidden"], 2)


def test_the_summary_is_json_and_whole(summary: dict) -> None:
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary
    assert len(summary["readings"]) == len(summary["scores"]) == len(made_up.readings())
    assert len(summary["statements"]) == len(summary["rules"]) == 9 * 4
    assert all(len(statement["verdicts"]) == len(summary["readings"]) for statement in summary["statements"])
    assert len(summary["effects"]["distance_hidden"]) == 4 * len(made_up.readings())
    assert summary["scores"][0]["eligible"]
    assert summary["scores"][0]["generator_start"] == "framework"


def test_what_cannot_be_said_has_a_reason(summary: dict) -> None:
    always = [rule for rule in summary["rules"] if rule["claim"] == "always"]
    whole = {"reproduced": len(made_up.readings()), "universes": len(made_up.readings())}
    assert all(rule["inside"] == whole and not rule["conditions"] for rule in always)
    assert all("no variance" in rule["decomposition"]["reason"] for rule in always)
    untested = [rule for rule in summary["rules"] if rule["claim"] == "untested"]
    assert all("testable in no universe" in rule["reason"] for rule in untested)
    assert all("not balanced" in rule["decomposition"]["reason"] for rule in untested)


def test_effects_that_add_are_found_on_the_balanced_part(outcomes: pd.DataFrame) -> None:
    table = outcomes[matching(outcomes, MNIST)]
    effects, left_out = effect_decomposition(table, made_up.STUDIED, "distance_hidden")
    assert left_out == {"bound_reading": ["weight"]}
    kept = [value for bound, value in made_up.BOUND.items() if bound != "weight"]
    variances = [np.var([*made_up.START.values()]), np.var(kept), np.var([*made_up.LOSS.values()])]
    expected = np.array(variances) / (sum(variances) + 0.05**2)
    first = effects.set_index("factor")["first"]
    np.testing.assert_allclose(first[["generator_start", "bound_reading", "loss"]], expected, atol=0.02)
    assert first["critic_start"] < 0.01
    assert "seed" in first.index


def test_an_option_that_is_tried_alone_lies_beside_the_grid(outcomes: pd.DataFrame, verdicts: pd.DataFrame) -> None:
    table = outcomes[matching(outcomes, MNIST)]
    judged = verdicts[matching(verdicts, {**MNIST, "claim": "claim_2"})]
    alone = [each[matching(each, made_up.PRINTED)].assign(loss="sum") for each in (table, judged)]
    assert len(alone[0]) == 3 * len(alone[1]) == 3
    both, left_out = effect_decomposition(pd.concat([table, alone[0]]), made_up.STUDIED, "distance_hidden")
    assert left_out == {"bound_reading": ["weight"]}
    pd.testing.assert_frame_equal(both, effect_decomposition(table, made_up.STUDIED, "distance_hidden")[0])
    of_verdict = verdict_decomposition(pd.concat([judged, alone[1]]), made_up.STUDIED)
    pd.testing.assert_frame_equal(of_verdict, verdict_decomposition(judged, made_up.STUDIED))


def test_the_choice_that_decides_comes_first(verdicts: pd.DataFrame) -> None:
    ordered = order_by_influence(verdicts, made_up.STUDIED)
    assert next(iter(ordered)) == "generator_start"
    assert list(ordered)[4:] == ["critic_optimizer", "biases", "gradient_penalty_weight"]
    assert dict(ordered) == made_up.CHOICES

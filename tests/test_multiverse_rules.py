import json
from functools import reduce
from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest

from pseudo_rd.claims.judge import NOT_REPRODUCED, NOT_TESTABLE, REPRODUCED
from pseudo_rd.multiverse.rules import Condition, read_rule, shallow_rule
from pseudo_rd.multiverse.summary import plain, rule_of

OPTIONS = {"start": ["framework", "normal", "xavier"], "loss": ["batch", "element"], "biases": [False, True]}


def universes(holds) -> pd.DataFrame:
    rows = [dict(zip(OPTIONS, options, strict=True)) for options in product(*OPTIONS.values())]
    return pd.DataFrame([row | {"verdict": REPRODUCED if holds(row) else NOT_REPRODUCED} for row in rows])


@pytest.mark.parametrize(
    ("holds", "sentence"),
    [
        (lambda row: row["start"] == "framework", "4 of 4 where start is framework; 0 of the other 8"),
        (lambda row: row["start"] != "normal", "8 of 8 where start is not normal; 0 of the other 4"),
        (
            lambda row: row["start"] == "xavier" and row["loss"] == "element",
            "2 of 2 where loss is element, and start is xavier; 0 of the other 10",
        ),
        (
            lambda row: row["start"] == "xavier" or row["loss"] == "element",
            "8 of 8 where loss is element, or start is xavier; 0 of the other 4",
        ),
    ],
)
def test_what_decides_is_found_counted_and_named_by_the_shorter_list_also_out_of_json(holds, sentence: str) -> None:
    table = universes(holds)
    rule = shallow_rule(table, [*OPTIONS])
    assert rule.sentence == f"{sentence.split()[0]} of 12 readings reproduce it: {sentence}"
    row = json.loads(json.dumps(plain(rule_of(table, [*OPTIONS], 1))))
    assert read_rule(row, table.to_dict("records")).sentence == rule.sentence


def test_two_options_that_a_condition_leaves_out_are_joined_by_nor() -> None:
    rule = Condition("bound_reading", ("clip", "penalty", "weight"), ("frobenius", "spectral"))
    assert str(rule) == "bound reading is neither frobenius nor spectral"


def test_where_no_rule_helps_there_is_none() -> None:
    for holds, number in ((lambda row: True, 12), (lambda row: False, 0)):
        assert shallow_rule(universes(holds), [*OPTIONS]).sentence == f"{number} of 12 readings reproduce it"
    table = pd.DataFrame({"start": ["a"] * 3, "verdict": [REPRODUCED, REPRODUCED, NOT_REPRODUCED]})
    told = "2 of 3 readings reproduce it; no rule was found that says where"
    assert shallow_rule(table, ["start"]).sentence == told


def test_of_equal_rules_the_one_with_fewer_conditions_and_then_the_first_by_name_is_taken() -> None:
    verdicts = [REPRODUCED, REPRODUCED, NOT_REPRODUCED, NOT_REPRODUCED]
    table = pd.DataFrame({"width": [1, 1, 2, 2], "loss": ["a", "a", "b", "b"], "verdict": verdicts})
    sentence = shallow_rule(table, ["width", "loss"]).sentence
    assert sentence == "2 of 4 readings reproduce it: 2 of 2 where loss is a; 0 of the other 2"


def test_a_condition_must_sort_enough_universes_right_to_be_worth_its_words() -> None:
    table = universes(lambda row: row["start"] == "framework" and (row["loss"] == "batch" or row["biases"]))
    assert len(shallow_rule(table, [*OPTIONS]).conditions) == 1  # 3 of 4; a second condition sorts no more right
    table = universes(lambda row: row["start"] == "framework" and row["loss"] == "batch")
    assert len(shallow_rule(table, [*OPTIONS], least_gain=1).conditions) == 2
    assert shallow_rule(table, [*OPTIONS], least_gain=3).conditions == ()
    table = pd.concat([table, universes(lambda row: row["start"] == "framework")], ignore_index=True)
    two = shallow_rule(table, [*OPTIONS], least_gain=2)
    assert two.sentence == "6 of 24 readings reproduce it: 6 of 8 where start is framework; 0 of the other 16"


def test_death_and_divergence_do_not_hold_and_what_is_not_testable_does_not_count() -> None:
    verdicts = [REPRODUCED, NOT_TESTABLE, "died", "diverged", NOT_TESTABLE]
    table = pd.DataFrame({"start": ["a", "a", "b", "b", "b"], "verdict": verdicts})
    rule = shallow_rule(table, ["start"])
    assert (rule.inside, rule.outside) == ((1, 1), (0, 2))
    with pytest.raises(ValueError, match="testable in no universe"):
        shallow_rule(table.assign(verdict=NOT_TESTABLE), ["start"])


@pytest.mark.parametrize("seed", range(10))
def test_counts_are_true_and_no_rule_errs_less(seed: int) -> None:
    random = np.random.default_rng(seed)
    table = universes(lambda row: random.random() < 0.4)
    table = pd.concat([table, universes(lambda row: random.random() < 0.4)], ignore_index=True)
    rule = shallow_rule(table, [*OPTIONS])
    holds = table["verdict"] == REPRODUCED
    masks = [table[each.choice].isin(each.options) for each in rule.conditions]
    joined = {"and": np.logical_and, "or": np.logical_or}[rule.joined]
    inside = reduce(joined, masks) if masks else pd.Series(True, index=table.index)
    assert rule.inside == ((holds & inside).sum(), inside.sum())
    assert rule.outside == ((holds & ~inside).sum(), (~inside).sum())

    every = [set(group) for name in OPTIONS for size in (1, 2) for group in combinations(OPTIONS[name], size)]
    candidates = [
        table[first].isin(one) & table[second].isin(other)
        if conjunction
        else table[first].isin(one) | table[second].isin(other)
        for first, second in combinations(OPTIONS, 2)
        for one in every
        for other in every
        for conjunction in (True, False)
    ]
    errors = int((inside != holds).sum()) if rule.conditions else int(min(holds.sum(), (~holds).sum()))
    assert errors == min(int((candidate != holds).sum()) for candidate in candidates)

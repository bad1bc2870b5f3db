from itertools import product

import made_up_universes as made_up
import numpy as np
import pandas as pd
import pytest

from pseudo_rd.multiverse.scores import AtNoLoss, count_statements, pareto_front, rank_readings, why_not_more
from pseudo_rd.parameters.vocabulary import LAYERS, OBJECTIVES

RULE = AtNoLoss({"error": {"blobs": 0.02}, "accuracy": {"digits": 0.9}}, error_ratio=1.05, rise=10)
GOOD = {"fate": "finished", "rise": 1.0, "test_error": 0.01, "test_accuracy": 0.95}
GOOD |= {"distance_hidden": 2.0, "distance_top": 2.0}


def study(farther: dict[str, float]) -> pd.DataFrame:
    """Two data sets, two seeds; with the critic both layers of start n end so many times as far."""
    table = pd.DataFrame(product(("blobs", "digits"), farther, (1, 2)), columns=["dataset", "start", "seed"])
    runs = {f"{name}_{objective}": value for name, value in GOOD.items() for objective in OBJECTIVES}
    runs |= {f"distance_{layer}_augmented": 2.0 * table["start"].map(farther) for layer in LAYERS}
    return table.assign(width=8, **runs)


def ranked(outcomes: pd.DataFrame) -> pd.DataFrame:
    verdicts = outcomes[["dataset", "width", "start"]].drop_duplicates().assign(claim="one", verdict="reproduced")
    return rank_readings(outcomes, verdicts, ["start"], RULE)


def chosen(outcomes: pd.DataFrame) -> str | None:
    eligible = ranked(outcomes).query("eligible")["start"]
    return None if eligible.empty else eligible.iloc[0]


def test_who_goes_farthest_wins_by_the_layer_and_data_that_gain_least() -> None:
    outcomes = study({"a": 1.5, "b": 2.0})
    assert chosen(outcomes) == "b"
    outcomes.loc[(outcomes["start"] == "b") & (outcomes["dataset"] == "digits"), "distance_top_augmented"] = 2.0
    found = ranked(outcomes)
    assert found["start"].tolist() == ["a", "b"]
    assert found["farther"].tolist() == pytest.approx([1.5, 1.0])


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize(
    ("dataset", "quantity", "value", "condition"),
    [
        ("blobs", "fate", "died", "finishes"),
        ("digits", "fate", "diverged", "finishes"),
        ("digits", "rise", 11.0, "steady"),
        ("blobs", "rise", np.nan, "steady"),
        ("blobs", "test_error", 0.021, "learns"),
        ("digits", "test_accuracy", 0.89, "learns"),
    ],
)
def test_one_run_that_misses_a_condition_turns_a_reading_down(
    objective: str, dataset: str, quantity: str, value: object, condition: str
) -> None:
    outcomes = study({"a": 1.5, "b": 2.0})
    one = outcomes.index[(outcomes["start"] == "b") & (outcomes["dataset"] == dataset)][1]
    outcomes.loc[one, f"{quantity}_{objective}"] = value
    found = ranked(outcomes).set_index("start")
    assert not found.loc["b", condition]
    assert chosen(outcomes) == "a"


def test_an_error_that_is_larger_on_the_mean_of_the_seeds_turns_a_reading_down() -> None:
    outcomes = study({"a": 1.5, "b": 2.0})
    there = (outcomes["start"] == "b") & (outcomes["dataset"] == "digits")
    outcomes.loc[there, "test_error_augmented"] = [0.0095, 0.0115]
    assert chosen(outcomes) == "b"  # 4.5 % larger
    outcomes.loc[there, "test_error_augmented"] = [0.0100, 0.0115]
    assert chosen(outcomes) == "a"


def test_who_was_not_run_everywhere_is_not_eligible() -> None:
    outcomes = study({"a": 1.5, "b": 2.0})
    assert chosen(outcomes[~((outcomes["start"] == "b") & (outcomes["dataset"] == "digits"))]) == "a"


def test_where_nobody_is_eligible_nobody_is_chosen_and_the_reasons_are_counted() -> None:
    outcomes = study({"a": 1.5, "b": 2.0})
    outcomes["rise_supervised"] = 20.0
    outcomes.loc[0, "fate_augmented"] = "died"
    assert chosen(outcomes) is None
    assert why_not_more(ranked(outcomes)) == (
        "0 of 2 readings qualify: 1 die or diverge, 2 raise their error, 0 do not learn, 0 were not run everywhere, "
        "0 end with a larger error (some do several)."
    )


def test_a_row_is_on_the_front_unless_another_beats_it() -> None:
    values = np.array([[3, 0], [0, 3], [1, 1], [0, 2], [1, 1], [2, 0]])
    assert pareto_front(values).tolist() == [True, True, True, False, True, False]


def test_scores_add_over_places_and_the_best_is_on_the_front() -> None:
    outcomes = made_up.outcomes()
    verdicts = made_up.verdicts(outcomes)
    scores = count_statements(verdicts, [*made_up.CHOICES])
    assert scores["reproduced"].sum() == (verdicts["verdict"] == "reproduced").sum()
    assert scores["testable"].sum() == (verdicts["verdict"] != "not testable").sum()
    assert scores.loc[scores["reproduced"].idxmax(), "on_front"]

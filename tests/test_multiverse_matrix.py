from itertools import product

import numpy as np
import pandas as pd

from pseudo_rd.multiverse.matrix import varied, verdict_matrix

CHOICES = {"start": ["normal", "framework"], "penalty": [10.0, 1.0]}


def table(words: dict[str, list[str]]) -> pd.DataFrame:
    """Verdicts of each claim under (framework, 1), (framework, 10), (normal, 1), (normal, 10)."""
    readings = product(words, ("framework", "normal"), (1.0, 10.0))
    verdicts = [verdict for of_claim in words.values() for verdict in of_claim]
    table = pd.DataFrame(readings, columns=["claim", "start", "penalty"])
    return table.assign(dataset="mnist", width=8, verdict=verdicts)


def test_claims_are_sorted_by_share_and_readings_by_the_first_choice() -> None:
    seldom = ["reproduced", "not reproduced", "died", "diverged"]
    often = ["reproduced", "reproduced", "not testable", "not reproduced"]
    matrix = verdict_matrix(table({"seldom": seldom, "often": often}), CHOICES)
    assert matrix.statements["claim"].tolist() == ["often", "seldom"]
    np.testing.assert_allclose(matrix.statements["share"], [2 / 3, 1 / 4])
    assert matrix.readings.to_dict("list") == {
        "start": ["normal", "normal", "framework", "framework"],
        "penalty": [10.0, 1.0, 10.0, 1.0],
    }
    assert matrix.verdicts.tolist() == [
        ["not reproduced", "not testable", "reproduced", "reproduced"],
        ["diverged", "died", "not reproduced", "reproduced"],
    ]


def test_a_claim_that_is_nowhere_testable_has_no_share_and_comes_last() -> None:
    matrix = verdict_matrix(table({"a": ["not testable"] * 4, "b": ["not reproduced"] * 4}), CHOICES)
    assert matrix.statements["claim"].tolist() == ["b", "a"]
    assert matrix.statements["share"].isna().tolist() == [False, True]


def test_choices_that_do_not_vary_are_left_out_and_so_are_options_that_were_not_tried() -> None:
    readings = pd.DataFrame({"start": ["a", "b"], "loss": ["x", "x"]})
    assert varied(readings, {"start": ["b", "c", "a"], "loss": ["x", "y"]}) == {"start": ["b", "a"]}

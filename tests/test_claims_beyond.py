"""Statements about other networks: numbers known beforehand, and verdicts that follow from every seed."""

import numpy as np
import pandas as pd
import pytest

from pseudo_rd.claims.beyond import STATEMENTS, judge_cases, tables_of, to_markdown
from pseudo_rd.claims.judge import Criterion
from pseudo_rd.results.runs import Run

CRITERIA = {
    "farther": Criterion(at_least=1.05),
    "higher_variance": Criterion(at_least=1.05),
    "spatially_organized": Criterion(at_least=0.05),
    "no_worse": Criterion(at_most=1.05),
}
WORDS = {"deep": "three layers", "paper": "the paper's pair"}
NOISE = np.random.default_rng(2).choice([-1.0, 1.0], (12, 6, 6))


def run(objective: str, seed: int, distances: tuple[float, ...], filters: np.ndarray, accuracy: float = 0.9) -> Run:
    names = ["hidden", "hidden2", "top"]
    columns = {f"distance_{name}": [0.0, far] for name, far in zip(names, distances, strict=True)}
    history = pd.DataFrame({"iteration": [0, 9], **columns, "test_accuracy": [0.1, accuracy], "test_error": [1, 0.2]})
    rows = filters.reshape(len(filters), -1)
    return Run("mnist", objective, 12, seed, history, {}, {"hidden_0": rows, "hidden_end": rows})


def judged(*pairs: tuple[Run, Run]) -> dict[str, dict]:
    tables = tables_of("deep", [each for pair in pairs for each in pair], (6, 6))
    rows = judge_cases(*tables, WORDS, CRITERIA)["statements"]
    assert [row["name"] for row in rows] == [*STATEMENTS]
    return {row["name"]: row for row in rows}


def test_numbers_are_those_of_each_seed_and_the_least_layer_speaks_for_every_layer() -> None:
    found = judged(
        (run("supervised", 1, (2, 4, 1), NOISE), run("augmented", 1, (3, 4.4, 5), 2 * NOISE, 0.92)),
        (run("supervised", 2, (2, 4, 1), NOISE), run("augmented", 2, (4, 4.0, 5), 2 * NOISE, 0.8)),
    )
    assert found["first"]["values"] == pytest.approx([1.5, 2])
    assert found["every"]["values"] == pytest.approx([1.1, 1])
    assert found["variance"]["values"] == pytest.approx([4, 4])
    assert found["organized"]["values"] == pytest.approx([0, 0])
    assert found["accuracy"]["values"] == pytest.approx([0.8, 2])
    reproduced = {name for name, row in found.items() if row["verdict"] == "reproduced"}
    assert reproduced == {"first", "variance"}, "one seed that fails is enough"


@pytest.mark.parametrize(("accuracy", "verdict"), [(1.0, "reproduced"), (0.999, "not reproduced")])
def test_only_a_perfect_network_is_as_good_as_a_perfect_one(accuracy: float, verdict: str) -> None:
    pair = run("supervised", 1, (2, 4, 1), NOISE, 1.0), run("augmented", 1, (3, 8, 5), 2 * NOISE, accuracy)
    assert judged(pair)["accuracy"]["verdict"] == verdict


def test_the_table_has_a_row_for_each_case_and_tells_every_verdict() -> None:
    pair = [run("supervised", 1, (2, 4, 1), NOISE), run("augmented", 1, (3, 8, 5), 2 * NOISE, 0.925)]
    histories, filters = tables_of("deep", pair, (6, 6))
    found = judge_cases(histories, filters, WORDS, CRITERIA)
    page = to_markdown(found["statements"], found["finals"], "tiny")
    [row] = [line for line in page.splitlines() if line.startswith("| mnist |")]
    assert "| three layers | 90.0% | 92.5% |" in row
    assert row.count("**reproduced**") == 4
    assert "4 of 5 statements are reproduced" in page
    assert {*histories["objective"]} == {"supervised", "augmented"}
    assert {*filters["time"]} == {"start", "end"}

import pandas as pd
import pytest

from pseudo_rd.results.metrics import collect_metrics, distance_curves
from pseudo_rd.results.runs import Run


def finished(objective: str, seed: int, iterations: list[int], distances: list[float], width: int = 8) -> Run:
    columns = dict.fromkeys(("distance_hidden", "distance_top", "train_error", "test_error"), distances)
    return Run("blobs", objective, width, seed, pd.DataFrame({"iteration": iterations, **columns}), {})


RUNS = [
    finished("supervised", 1, [0, 5, 10], [0.0, 1.0, 2.0]),
    finished("supervised", 2, [0, 10], [0.0, 4.0]),
    finished("augmented", 1, [0, 10], [0.0, 6.0]),
]


def test_final_figures_are_means_over_seeds() -> None:
    final = collect_metrics(RUNS, [])["final"]
    assert final["blobs"]["m8"]["supervised"]["distance_top"] == 3.0
    assert final["blobs"]["m8"]["augmented"]["test_error"] == 6.0


def test_claims_are_named_with_verdict_and_mean() -> None:
    rows = [
        {"name": "farther", "verdict": "reproduced", "values": [1.0, 2.0]},
        {"name": "absent", "verdict": "not testable", "values": []},
    ]
    claims = collect_metrics(RUNS, rows)["claims"]
    assert claims == {"farther": {"verdict": "reproduced", "mean": 1.5}, "absent": {"verdict": "not testable"}}


def test_curves_keep_the_iterations_that_all_seeds_recorded() -> None:
    curves = distance_curves(RUNS)
    assert curves["iteration"].tolist() == [0, 10]
    assert curves["hidden_supervised"].tolist() == [0.0, 3.0]
    assert curves["top_augmented"].tolist() == pytest.approx([0.0, 6.0])


def test_each_of_several_widths_has_its_own_curve() -> None:
    wide = [finished("supervised", 1, [0, 10], [0.0, 9.0], width=16)]
    curves = distance_curves([*RUNS, *wide])
    assert [*curves][:4] == ["iteration", "hidden_augmented_m8", "hidden_supervised_m8", "hidden_supervised_m16"]
    assert curves["hidden_supervised_m8"].tolist() == [0.0, 3.0]
    assert curves["top_supervised_m16"].tolist() == [0.0, 9.0]

"""The main statements: each cell is the verdict and the mean of its claim's numbers."""

import pandas as pd
import pytest

from pseudo_rd.claims.answer import STATEMENTS, cell_of, ends, in_a_line, main_statements, one_a_reading, to_markdown
from pseudo_rd.claims.evidence import Evidence
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.results.runs import Run

LIMITS = {"error": {"synthetic-784": 0.0165}, "accuracy": {"mnist": 0.85, "fashion-mnist": 0.8}}


def page(preset: str, reading: str, verdict: str = "reproduced", values: tuple[float, ...] = (1.2, 1.4)) -> dict:
    rows = [
        {"name": claim.name, "verdict": verdict, "values": [*values], "criterion": "at least 1.05", "overshot": []}
        for claim in CLAIMS
    ]
    counts = {"reproduced": 0, "not reproduced": 0, "not testable": 0, verdict: len(rows)}
    accuracy = {"mnist": {"supervised": 0.891, "augmented": 0.876}}
    told = {"counts": counts, "accuracy": accuracy, "sizes": {"mnist": {"neurons": 1024, "epochs": 50}}}
    told |= {"learned": {"mnist": {"supervised": [1, 3], "augmented": [0, 3]}}, "limits": LIMITS}
    return {"preset": preset, "reading": reading, "claims": rows, **told}


def test_every_statement_names_claims_that_exist() -> None:
    assert {name for each in STATEMENTS for name in each.claims} <= {claim.name for claim in CLAIMS}


def test_a_cell_has_the_sign_of_the_verdict_and_the_mean() -> None:
    names = ("figure-10-variance", "figure-14-variance")
    assert cell_of(page("quick", "printed"), names[:1]) == "✓ 1.30"
    assert cell_of(page("quick", "printed", "not reproduced"), names) == "✗ 1.30, ✗ 1.30"
    assert cell_of(page("quick", "printed", values=()), names) == "-, -"
    differing = page("quick", "printed", "not testable")
    next(row for row in differing["claims"] if row["name"] == names[0])["verdict"] = "reproduced"
    next(row for row in differing["claims"] if row["name"] == names[1])["overshot"] = ["mnist: its error"]
    assert cell_of(differing, names) == "✓ 1.30, * 1.30"


def test_each_reading_is_told_of_its_largest_preset_that_decides_enough() -> None:
    pages = [
        page("full", "printed", "not testable"),
        page("night", "printed"),
        page("quick", "printed"),
        page("quick", "pytorch"),
    ]
    assert [(each["preset"], each["reading"]) for each in one_a_reading(pages)] == [
        ("night", "printed"),
        ("quick", "pytorch"),
    ]
    lines = to_markdown(pages).splitlines()
    assert lines[0].endswith("| `printed`, `night` | `pytorch`, `quick` |")
    assert "| trained (neurons × epochs) | 1,024 × 50† | 1,024 × 50 |" in lines  # of full, which has a size
    assert any(line.startswith("| filters vary more (ratio of variances; ≥ 1.05) | ✓ 1.30") for line in lines)
    accuracy = "| accuracy, without → with (%; ratio of wrong answers) |"
    assert f"{accuracy} -, 89→88 (1.14)†, - | -, 89→88 (1.14), - |" in lines
    limits = "error ≤ 0.0165, accuracy ≥ 85%, accuracy ≥ 80%"
    assert f"| networks that have learned, without → with ({limits}) | -, 1/3→0/3, - | -, 1/3→0/3, - |" in lines
    assert len(main_statements(one_a_reading(pages))) == len(STATEMENTS) + 4
    of_mnist = to_markdown(pages, ("mnist",)).splitlines()
    assert f"{accuracy} 89→88 (1.14)† | 89→88 (1.14) |" in of_mnist
    assert "| filters vary more (ratio of variances; ≥ 1.05) | ✓ 1.30 | ✓ 1.30 |" in of_mnist
    assert not any("have learned" in line for line in of_mnist)
    (gradient,) = (line for line in of_mnist if line.startswith("| the critic's part"))
    assert gradient.endswith("| ✓ 1.30, ✓ 1.30 | ✓ 1.30, ✓ 1.30 |")  # both layers: no claim on it is of MNIST


def test_a_data_set_that_a_larger_preset_has_is_told_as_it_is_there() -> None:
    larger = page("full", "pytorch", "not testable", (2.0,))
    larger |= {"sizes": {"mnist": {"neurons": 8192, "epochs": 1000}}, "accuracy": {"mnist": {"supervised": 1.0}}}
    for row in larger["claims"]:
        if row["name"] in ("figure-6-hidden-farther", "figure-3-hidden-farther"):
            row["verdict"] = "not reproduced"
    pages = [larger, page("quick", "pytorch"), page("quick", "printed")]
    lines = to_markdown(pages).splitlines()
    assert "| trained (neurons × epochs) | 8,192 × 1,000† | 1,024 × 50 |" in lines
    farther = "| the hidden layer ends farther from its start (ratio; ≥ 1.05) |"
    assert f"{farther} ✓ 1.30, ✗ 2.00†, ✓ 1.30 | ✓ 1.30, ✓ 1.30, ✓ 1.30 |" in lines  # synthetic data are not in full
    assert "| so does the top layer (ratio; ≥ 1.05) | ✓ 1.30, ✓ 1.30, ✓ 1.30 | ✓ 1.30, ✓ 1.30, ✓ 1.30 |" in lines
    assert pages[1] == page("quick", "pytorch")


def test_accuracy_is_the_mean_of_the_ends_and_those_within_the_limits_have_learned() -> None:
    def run(dataset: str, objective: str, seed: int, accuracy: float, error: float = 1.0) -> Run:
        history = pd.DataFrame({"test_accuracy": [0.1, accuracy], "test_error": [2.0, error]})
        return Run(dataset, objective, 8, seed, history, {})

    runs = {
        "mnist": [
            run("mnist", "supervised", 1, 0.8),
            run("mnist", "supervised", 2, 0.9),
            run("mnist", "augmented", 1, 0.7),
        ],
        "synthetic-784": [run("synthetic-784", "supervised", 1, 0.5, error) for error in (0.016, 0.017)],
        "fashion-mnist": [run("letters", "augmented", 1, 0.9)],  # one's own data in the place of the paper's
    }
    found = ends(Evidence(runs=runs, parameters={"claims": {"learned": LIMITS}}))
    assert found["accuracy"]["mnist"] == {"supervised": pytest.approx(0.85), "augmented": pytest.approx(0.7)}
    assert found["learned"] == {
        "synthetic-784": {"supervised": (1, 2)},
        "mnist": {"supervised": (1, 2), "augmented": (0, 1)},
        "fashion-mnist": {"augmented": None},
    }


def test_the_line_for_the_terminal_says_what_the_critic_does_on_mnist() -> None:
    assert in_a_line(page("quick", "pytorch")) == (
        "with the critic, on MNIST: the hidden layer ends 1.30 times as far from its start, filters vary 1.30 times as "
        "much, accuracy goes from 89.1% to 87.6%"
    )
    assert in_a_line({"claims": []}) == ""

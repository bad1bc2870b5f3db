"""Paths of results are spelled once, and lie where docs/files.md says."""

from pathlib import Path

from projects import ROOT

from pseudo_rd.results.layout import Layout, run_files, runs_of

EXPERIMENT = {"dataset": "mnist", "widths": [8, 16], "seeds": [2, 1]}


def test_the_published_layout_is_that_of_results() -> None:
    folder = ROOT / "docs" / "results" / "quick" / "printed"
    layout = Layout.of(folder)
    assert layout == Layout("quick", "printed", str(ROOT / "docs" / "results"))
    (run, *_) = runs_of({"dataset": "mnist", "widths": [64], "seeds": [1]})
    files = [*run_files([layout.run(run)]), layout.pattern(run)["maps"], layout.filters("mnist"), layout.flow]
    assert all(Path(file).exists() for file in [*files, layout.simulation("turing_printed")])


def test_runs_come_objective_by_objective_and_the_first_seed_is_the_one_named_first() -> None:
    assert len(runs_of(EXPERIMENT)) == 8
    assert runs_of(EXPERIMENT, "first") == [
        f"mnist/{objective}/m{width}/seed2" for objective in ("supervised", "augmented") for width in (8, 16)
    ]

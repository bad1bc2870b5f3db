"""What histories say of a run as a whole."""

from collections.abc import Sequence

import pandas as pd

from pseudo_rd.results.runs import Run, overshot


def run(*errors: float, iterations: Sequence[int] = (0, 2, 1000)) -> Run:
    history = pd.DataFrame({"iteration": iterations, "train_error": errors})
    return Run("made up", "supervised", 8, 1, history, {})


def test_a_run_whose_error_rises_and_falls_again_overshot() -> None:
    assert overshot([run(0.1, 0.9, 0.05), run(0.1, 1234.0, 0.05)]) == (
        "the training error first rises to as much as 12,340 times its start"
    )


def test_a_late_spike_is_not_of_the_first_steps() -> None:
    assert overshot([run(0.1, 5.0, 0.05)])
    assert overshot([run(0.1, 5.0, 0.05, iterations=(0, 500, 1000))]) == ""


def test_a_small_rise_is_none_and_an_error_that_stays_high_is_another_thing() -> None:
    assert overshot([]) == ""
    assert overshot([run(0.1, 0.9, 0.05)]) == ""
    assert overshot([run(0.1, 5.0, 4.0)]) == ""
    assert overshot([run(0.1, float("nan"), float("nan"))]) == ""

"""One clock for all widths: the law against training, intervals against draws, predictions against files."""

import numpy as np
import pandas as pd
import pytest
import torch
from projects import ROOT

from pseudo_rd.results.files import read_json, read_table
from pseudo_rd.results.scaling import at_time, interval, misfit, on_the_clock, predict

WHOLE = ROOT / "docs" / "results" / "full" / "pytorch"


def law(width: int, end: int = 100_000, clock: float = 0.5) -> pd.DataFrame:
    """A history whose error and distance depend on iterations / m^clock."""
    iterations = np.unique(np.geomspace(1, end, 200).astype(int))
    time = iterations / width**clock
    return pd.DataFrame(
        {
            "iteration": [0, *iterations],
            "epoch": [0, *iterations / 100],
            "train_error": [0.05, *0.05 / (1 + time / 50)],
            "distance_hidden": [0.0, *width ** (clock / 2) * np.log1p(time)],
            "test_accuracy": [0.1, *time / (time + 100)],
        }
    )


@pytest.mark.parametrize("quantity", ["train_error", "distance_hidden"])
def test_curves_meet_on_their_own_clock_alone(quantity: str) -> None:
    histories = {width: law(width) for width in (64, 256, 1024)}
    assert misfit(histories, quantity) < 0.002
    assert misfit(histories, quantity, clock=1.0) > 0.05
    assert misfit({**histories, 32: law(16, end=500)}, quantity) == misfit(histories, quantity)  # a shorter run
    assert misfit({width: law(width, clock=1.0) for width in (64, 256)}, quantity, clock=1.0) < 0.002


def trained(copies: int, steps: int = 40) -> tuple[np.ndarray, float]:
    """Outputs along the training of (1) with each of three neurons `copies` times, and the distance at the end.

    Copies have the same a and b (docs/experiments.md); the step is sqrt(copies) times as large, as the clock asks.
    """
    random = torch.Generator().manual_seed(1)
    inputs = torch.randn(7, 5, generator=random, dtype=torch.float64)
    targets = torch.randn(7, 2, generator=random, dtype=torch.float64)
    drawn = [torch.randn(shape, generator=random, dtype=torch.float64) for shape in ((3, 5), (2, 3))]
    hidden = (drawn[0].repeat(copies, 1) * copies**-0.25).requires_grad_()
    top = (drawn[1].repeat(1, copies) * copies**-0.25).requires_grad_()
    start = hidden.detach().clone()
    optimizer = torch.optim.SGD([hidden, top], lr=0.05 * copies**0.5, momentum=0.9)
    told = []
    for _ in range(steps):
        outputs = torch.relu(inputs @ hidden.T) @ top.T * (2 * 3 * copies) ** -0.5
        told.append(outputs.detach().numpy().copy())
        loss = ((outputs - targets) ** 2).sum() / 2 / len(inputs)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return np.array(told), float((hidden.detach() - start).norm())


@pytest.mark.parametrize("copies", [4, 9])
def test_a_wider_network_takes_the_same_path_on_the_clock(copies: int) -> None:
    (narrow, distance), (wide, farther) = trained(1), trained(copies)
    assert np.abs(narrow[-1] - narrow[0]).max() > 0.1
    np.testing.assert_allclose(wide, narrow, rtol=1e-9, atol=1e-12)
    assert farther == pytest.approx(copies**0.25 * distance, rel=1e-9)


def test_a_value_is_read_at_its_time_between_rows_and_not_beyond_the_end() -> None:
    history = law(256, end=16_000)
    assert at_time(history, 256, "test_accuracy", 100) == pytest.approx(0.5, abs=1e-3)
    assert at_time(history, 256, "distance_hidden", 100) == pytest.approx(np.log(101), rel=1e-3)
    assert at_time(history, 256, "train_error", 1000) == pytest.approx(0.05 / 21, rel=1e-3)
    assert np.isnan(at_time(history, 256, "train_error", 1001))
    times, _ = on_the_clock(history, 256, "train_error")
    assert times[0] == pytest.approx(1 / 16)


def test_an_interval_holds_one_more_draw_in_95_of_100_cases() -> None:
    random = np.random.default_rng(1)
    held = 0
    for _ in range(4000):
        *seen, new = np.exp(random.normal(1.0, 0.3, 5))
        middle, low, high = interval(seen, positive=True)
        assert low < middle < high
        held += low <= new <= high
    assert held / 4000 == pytest.approx(0.95, abs=0.012)
    with pytest.raises(ValueError, match="2 runs give no interval"):
        interval([1.0, 2.0], positive=False)


def test_predictions_are_those_of_the_runs_that_they_name() -> None:
    for told in read_json(WHOLE / "predictions.json"):
        histories = {
            (objective, width, seed): read_table(
                WHOLE / "runs" / told["dataset"] / objective / f"m{width}" / f"seed{seed}" / "history.parquet"
            )
            for objective, width, seed in told["from"]
        }
        assert max(width for _, width, _ in histories) < told["width"]
        assert told["iterations"] == told["epochs"] * (60_000 // 512)
        for quantity, ends in predict(histories, told["width"], told["iterations"]).items():
            for name, numbers in ends.items():
                assert numbers == pytest.approx(told["predicted"][quantity][name]), (told["width"], quantity, name)

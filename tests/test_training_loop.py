import os
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from trainings import assert_alike

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.data.sources import prepare
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.training import loop
from pseudo_rd.training.loop import choose_device, outcome_of, train
from pseudo_rd.training.recorder import Diverged, Result
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.weights import Weights, draw_weights

SETTINGS = Settings(
    "augmented", 40, 1, batch_size=32, epochs=4, records=8, snapshot_fractions=(0.5,), snapshot_neurons=16
)


@pytest.mark.parametrize("objective", ["supervised", "augmented"])
@pytest.mark.parametrize("data", ["blobs", "digits"])
def test_a_run_learns_and_says_how_it_ended(objective: str, data: str, request: pytest.FixtureRequest) -> None:
    settings = replace(SETTINGS, objective=objective, epochs=20)
    result = train(request.getfixturevalue(data), settings, "cpu")
    first, last = result.history.iloc[0], result.history.iloc[-1]
    assert result.ended == "epoch limit"
    assert last["train_error"] < 0.5 * first["train_error"]
    assert first["distance_hidden"] == first["distance_top"] == 0
    assert last["distance_hidden"] > 0
    assert (last["diffusion_hidden"] > 0) == (objective == "augmented")
    assert result.trained_dimensions == (3 if data == "blobs" else 560)  # digits span too much to save


def test_the_same_seed_gives_the_same_bits(blobs: Dataset) -> None:
    one, again = (train(blobs, SETTINGS, "cpu") for _ in range(2))
    assert_alike(one, again)
    other = train(blobs, replace(SETTINGS, seed=2), "cpu")
    assert not np.array_equal(one.snapshots["hidden_end"], other.snapshots["hidden_end"])


def test_snapshots_are_neurons_at_start_during_and_at_the_end(blobs: Dataset) -> None:
    result = train(blobs, SETTINGS, "cpu")
    shapes = {name: array.shape for name, array in result.snapshots.items()}
    assert shapes == {
        **{f"hidden_{iteration}": (16, 24) for iteration in (0, 12, 24)},
        **{f"top_{iteration}": (16, 10) for iteration in (0, 12, 24)},
        "hidden_end": (40, 24),
        "top_end": (40, 10),
    }
    assert np.array_equal(result.snapshots["hidden_end"][:16], result.snapshots["hidden_24"])
    assert result.snapshots["hidden_24"].base is None, "no more memory than these take"


def test_the_distance_is_that_of_the_weights(blobs: Dataset) -> None:
    result = train(blobs, replace(SETTINGS, snapshot_neurons=40), "cpu")
    for layer in ("hidden", "top"):
        moved = result.snapshots[f"{layer}_end"].astype(np.float64) - result.snapshots[f"{layer}_0"]
        assert result.history[f"distance_{layer}"].iloc[-1] == pytest.approx(np.linalg.norm(moved), rel=1e-4)


def test_a_run_stops_when_it_has_converged(blobs: Dataset) -> None:
    target = 0.5 * train(blobs, replace(SETTINGS, epochs=1), "cpu").history["train_error"][0]
    result = train(blobs, replace(SETTINGS, epochs=500, records=100, convergence_error=target), "cpu")
    assert result.ended == "converged"
    assert result.history["train_error"].iloc[-1] <= target
    assert (result.history["train_error"].iloc[:-1] > target).all()
    assert result.history["epoch"].iloc[-1] < 500


def test_a_run_that_diverges_says_so_and_keeps_its_history(blobs: Dataset) -> None:
    settings = replace(SETTINGS, objective="supervised", learning_rate=1e6, epochs=20)
    message = r"became NaN or infinite by iteration \d+ of 120 .*lower training.learning_rate"
    with pytest.raises(Diverged, match=message) as caught:
        train(blobs, settings, "cpu")
    result = caught.value.result
    assert len(result.history) >= 2
    assert np.isfinite(result.history["train_error"][0])
    assert result.ended == "diverged"
    assert_alike(outcome_of(blobs, settings, device="cpu"), result)


def test_a_network_that_is_dead_at_the_end_says_so(digits: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*arguments: int, **options: object) -> Weights:
        weights = draw_weights(*arguments, **options)
        weights.hidden.abs_().neg_()  # no neuron answers to pixels, none of which is negative
        return weights

    monkeypatch.setattr("pseudo_rd.training.closed_form.problem.draw_weights", silent)
    result = train(digits, replace(SETTINGS, objective="supervised"), "cpu")
    assert result.ended == "died"
    assert result.history["test_error"].iloc[-1] == pytest.approx(0.05)  # of zeros
    assert result.history["distance_hidden"].iloc[-1] == 0


@pytest.mark.parametrize("data", ["blobs", "digits"])
def test_biases_are_learned_and_kept_beside_the_weights(data: str, request: pytest.FixtureRequest) -> None:
    dataset = request.getfixturevalue(data)
    settings = replace(SETTINGS, biases=True, generator_start="framework", snapshot_neurons=40)
    result = train(dataset, settings, "cpu")
    end = result.snapshots
    assert end["hidden_end"].shape == (40, dataset.inputs()[0].shape[1])
    hidden = np.maximum(dataset.inputs()[1] @ end["hidden_end"].T + end["hidden_bias_end"], 0)
    outputs = hidden @ end["top_end"] + end["top_bias_end"]
    error = ((outputs - np.eye(10)[dataset.y_test]) ** 2).mean() / 2
    assert result.history["test_error"].iloc[-1] == pytest.approx(error, rel=1e-4)
    # Blobs span a constant already; lit pixels come in sixteens.
    assert result.trained_dimensions == (3 if data == "blobs" else 560)


def test_progress_is_told_at_each_record(blobs: Dataset) -> None:
    told = []
    result = train(blobs, SETTINGS, "cpu", on_record=lambda done, total, row: told.append((done, total)))
    assert told == [(iteration, 24) for iteration in result.history["iteration"]]


def test_no_product_is_rounded_whatever_was_set_before(blobs: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NVIDIA_TF32_OVERRIDE", raising=False)
    torch.set_float32_matmul_precision("high")
    torch.backends.cuda.matmul.allow_bf16_reduced_precision_reduction = True
    train(blobs, replace(SETTINGS, epochs=1), "cpu")
    assert torch.get_float32_matmul_precision() == "highest"
    assert not torch.backends.cuda.matmul.allow_tf32
    assert not torch.backends.cuda.matmul.allow_bf16_reduced_precision_reduction
    assert os.environ["NVIDIA_TF32_OVERRIDE"] == "0"


def test_impossible_settings_are_refused_in_one_line(blobs: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match=r"batch_size = 500 is more than the 192 training samples of synthetic-small"):
        train(blobs, replace(SETTINGS, batch_size=500), "cpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ValueError, match=r"training\.device = cuda, but PyTorch sees no CUDA device here: use auto or"):
        choose_device("cuda")
    assert choose_device("auto").type == "cpu"


@pytest.mark.slow
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_rounded_products_change_distances_far_less_than_another_seed_does(objective: str) -> None:
    digits = prepare("mnist", source="embedded", train_samples=1000, test_samples=64)
    settings = Settings(objective, width=256, seed=1, batch_size=128, epochs=45, records=2)  # 315 iterations

    def distances(precision: str) -> np.ndarray:
        runs = (train(digits, replace(settings, seed=seed, precision=precision), "cpu") for seed in (1, 2, 3))
        return np.array([run.history[["distance_hidden", "distance_top"]].iloc[-1] for run in runs])

    plain, rounded = distances("float32"), distances("bfloat16")
    changes, spread = abs(rounded - plain), plain.std(axis=0, ddof=1)
    assert (changes > 0).all()
    assert (changes < 0.05 * spread).all()


@pytest.mark.parametrize(
    ("precision", "emulated", "told"), [("float32", True, 0), ("bfloat16", False, 0), ("bfloat16", True, 1)]
)
def test_a_precision_that_only_costs_time_is_told_of_in_a_line(
    precision: str, emulated: bool, told: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "bfloat16_is_emulated", lambda device: emulated)
    lines: list[str] = []
    loop.tell_of_emulation(precision, "cpu", lines.append)
    assert len(lines) == told
    assert all("training.precision = bfloat16" in line and "\n" not in line for line in lines)


# Other threads and devices do not give the same bits, but how far off (docs/performance.md)?
# Largest relative difference of weights after 20 steps. An adversary enlarges what rounding begins.
TOLERANCE = {"supervised": 1e-5, "augmented": 1e-3}


def trained(dataset: Dataset, objective: str, seed: int = 1, device: str = "cpu") -> Result:
    settings = Settings(objective, 1500, seed, batch_size=64, epochs=5, records=4, snapshot_neurons=1500)
    return train(dataset, settings, device)


def difference(one: Result, other: Result) -> float:
    """Largest difference of a weight at the end, in units of the layer's largest."""
    ends = [(run.snapshots["hidden_end"], run.snapshots["top_end"]) for run in (one, other)]
    return max(float(np.abs(first - second).max() / np.abs(first).max()) for first, second in zip(*ends, strict=True))


@pytest.mark.parametrize("objective", TOLERANCE)
def test_threads_change_little_beside_what_a_seed_changes(
    digits: Dataset, objective: str, set_threads: Callable[[int], None]
) -> None:
    one, another = (trained(digits, objective, seed) for seed in (1, 2))
    set_threads(2)
    two, spread = trained(digits, objective), difference(one, another)
    assert difference(one, two) < TOLERANCE[objective] < spread / 100
    distances = [run.history["distance_hidden"].iloc[-1] for run in (one, two)]
    assert distances[0] == pytest.approx(distances[1], rel=TOLERANCE[objective])


@pytest.mark.gpu
@pytest.mark.parametrize("objective", TOLERANCE)
def test_a_gpu_changes_little_beside_what_a_seed_changes(digits: Dataset, objective: str) -> None:
    here, there = (trained(digits, objective, device=device) for device in ("cpu", "cuda"))
    assert difference(here, there) < 10 * TOLERANCE[objective]

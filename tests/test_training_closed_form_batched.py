"""Networks trained together against each alone: every option, and mixtures of options."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from trainings import CHOICES, CPU, Options, alone, assert_alike, batches, relative

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.training.closed_form import batched
from pseudo_rd.training.closed_form.batched import MAY_DIFFER, MOST_NETWORKS, BatchTrainer, batches_of, outcomes_of
from pseudo_rd.training.closed_form.problem import problem_of
from pseudo_rd.training.closed_form.steps import Trainer
from pseudo_rd.training.loop import outcome_of
from pseudo_rd.training.recorder import Result
from pseudo_rd.training.samples import samples_of
from pseudo_rd.training.settings import Settings

STEPS = 50
SETTINGS = Settings("augmented", width=70, seed=3, batch_size=32, epochs=9, records=4)
# Two mixtures, so that every option stands beside others; the first of each is as printed.
MIXED = {name: CHOICES[name] for name in MAY_DIFFER} | {"loss": ("batch", "element")}  # the sum needs another step
# What makes a program of its own.
PROGRAMS: list[Options] = [
    {},
    {"objective": "supervised"},
    {"objective": "supervised", "biases": True},
    {"update_order": "generator-first"},
    {"biases": True},
    {"pixels": "symmetric"},
    {"critic_width": 9},
    {"critic_width": 200},
    {"update_order": "generator-first", "biases": True, "pixels": "standard"},
]


def mixture(**program: Any) -> list[Settings]:
    """Each option alone, and all options stepped through together."""
    together = [
        {name: options[(number + place) % len(options)] for place, (name, options) in enumerate(MIXED.items())}
        for number in range(6)
    ]
    return [replace(SETTINGS, **program, **options) for options in ({}, *alone(MIXED), *together)]


def furthest_apart(
    dataset: Dataset, settings: Sequence[Settings], alone_as: Sequence[Settings] = (), steps: int = STEPS
) -> float:
    """Largest relative difference of any array of any network after some steps together and alone, in float64."""
    samples = samples_of(dataset, settings[0], CPU, torch.float64)
    problems = [problem_of(samples, each) for each in settings]
    together = BatchTrainer([problem.weights for problem in problems], settings)
    others = [problem_of(samples, each) for each in alone_as or settings]
    trainers = [Trainer(other.weights, each) for other, each in zip(others, alone_as or settings, strict=True)]
    for rows, mixing in batches(len(samples.train_inputs), SETTINGS.batch_size, steps, SETTINGS.seed):
        for trainer in (together, *trainers):
            trainer.step(samples.train_inputs[rows], samples.train_targets[rows], mixing.double())
    return max(
        relative(problem.weights.tensors()[name], array)
        for problem, other in zip(problems, others, strict=True)
        for name, array in other.weights.tensors().items()
    )


@pytest.mark.parametrize("data", ["blobs", "digits"])
@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_networks_trained_together_are_those_trained_alone(
    data: str, program: Options, request: pytest.FixtureRequest
) -> None:
    assert furthest_apart(request.getfixturevalue(data), mixture(**program)) < 1e-9


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_losses_summed_over_the_batch_stand_beside_others(objective: str, digits: Dataset) -> None:
    settings = [replace(SETTINGS, objective=objective, loss=loss, learning_rate=1e-4) for loss in CHOICES["loss"]]
    assert furthest_apart(digits, settings) < 1e-9


@pytest.mark.parametrize("name", MIXED)
def test_an_option_that_is_ignored_would_be_noticed(name: str, blobs: Dataset) -> None:
    base = replace(SETTINGS, generator_start="framework")  # from the printed one both starts of the critic coincide
    changed = replace(base, **{name: MIXED[name][-1]})
    assert furthest_apart(blobs, [SETTINGS, changed], alone_as=[SETTINGS, base]) > 1e-6


@pytest.mark.parametrize(("tile", "threads"), [(70, 1), (140, 1), (10_000, 1), (70, 2)])
def test_how_many_networks_the_cache_holds_changes_nothing(
    tile: int,
    threads: int,
    blobs: Dataset,
    monkeypatch: pytest.MonkeyPatch,
    set_threads: Callable[[int], None],
) -> None:
    monkeypatch.setattr(batched, "tile_width", lambda batch, width, device: min(tile, width))
    set_threads(threads)
    assert furthest_apart(blobs, mixture()[:5], steps=5) < 1e-12


def test_a_batch_holds_networks_that_differ_in_what_may_differ_alone() -> None:
    wanted = [each for program in PROGRAMS for each in mixture(**program)]
    found = batches_of(wanted, CPU)
    assert sorted(map(str, wanted)) == sorted(str(each) for batch in found for each in batch)
    printed = {name: getattr(SETTINGS, name) for name in MAY_DIFFER}
    assert all(len({replace(each, **printed) for each in batch}) == 1 for batch in found)
    assert max(map(len, found)) == MOST_NETWORKS
    assert len(found) < len(wanted) / 4


@pytest.mark.parametrize("common", [{"width": 8192}, {"critic_width": 8192}, {"precision": "bfloat16"}])
def test_wide_networks_and_rounded_products_are_trained_alone(common: Options) -> None:
    assert {len(batch) for batch in batches_of(mixture(**common), CPU)} == {1}


def test_on_a_gpu_networks_are_trained_alone() -> None:
    assert {len(batch) for batch in batches_of(mixture(), torch.device("cuda"))} == {1}


# Whole runs: each ends as it would alone, whatever becomes of the others.
RUN = Settings("augmented", width=16, seed=3, batch_size=32, epochs=20, learning_rate=0.03, records=12)
SPECTRAL = replace(RUN, bound_reading="spectral")


def side_by_side(dataset: Dataset, settings: list[Settings]) -> list[Result]:
    return outcomes_of(dataset, settings, samples_of(dataset, settings[0], CPU, torch.float32))


def test_each_run_ends_as_it_would_alone(digits: Dataset) -> None:
    settings = [RUN, SPECTRAL, replace(RUN, generator_start="framework", loss="element")]
    for one, each in zip(side_by_side(digits, settings), settings, strict=True):
        assert_alike(one, outcome_of(digits, each, device="cpu"), rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("bound_reading", ["penalty", "spectral", "frobenius", "clip"])
def test_a_network_that_diverges_ends_early_and_disturbs_no_other(bound_reading: str, blobs: Dataset) -> None:
    diverging = replace(RUN, loss="sum", bound_reading=bound_reading)
    first, diverged, last = side_by_side(blobs, [RUN, diverging, SPECTRAL])
    assert diverged.ended == "diverged"
    finite = np.isfinite(diverged.history[["train_error", "distance_hidden", "reaction_hidden", "diffusion_hidden"]])
    assert not finite.iloc[-1].all()
    assert finite.iloc[:-1].all(axis=None)
    assert outcome_of(blobs, diverging, device="cpu").ended == "diverged"
    calm, _, calm_last = side_by_side(blobs, [RUN, replace(RUN, bound_reading=bound_reading), SPECTRAL])
    for beside_it, other in ((first, calm), (last, calm_last)):
        assert np.isfinite(other.history["train_error"]).all()
        assert_alike(beside_it, other)


def test_a_network_that_converges_stops_alone(blobs: Dataset) -> None:
    first = side_by_side(blobs, [RUN, SPECTRAL])[0].history["train_error"]
    enough = [replace(each, convergence_error=first.iloc[4]) for each in (RUN, replace(SPECTRAL, start_scale=3.0))]
    for one, each in zip(side_by_side(blobs, enough), enough, strict=True):
        assert_alike(one, outcome_of(blobs, each, device="cpu"), rtol=1e-3, atol=1e-6)


def test_batches_larger_than_the_data_are_refused(blobs: Dataset) -> None:
    with pytest.raises(ValueError, match="batch_size = 500 is more than the 192 training samples"):
        side_by_side(blobs, [replace(RUN, batch_size=500)] * 2)

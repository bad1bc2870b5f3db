"""Networks trained together against each alone: every option, and mixtures of options."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import torch

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.parameters.vocabulary import BOUND_READINGS, LOSSES, OBJECTIVES, STARTS
from pseudo_rd.training.batches import batches_from
from pseudo_rd.training.closed_form import batched
from pseudo_rd.training.closed_form.batched import AT_MOST, MAY_DIFFER, BatchTrainer, batches_of
from pseudo_rd.training.closed_form.problem import problem_of
from pseudo_rd.training.closed_form.steps import Trainer
from pseudo_rd.training.samples import samples_of
from pseudo_rd.training.settings import Settings

STEPS, CPU = 50, torch.device("cpu")
SETTINGS = Settings("augmented", width=70, seed=3, batch_size=32, epochs=9, records=4)
# Two mixtures, so that every option stands beside others; the first of each is as printed.
MIXED: dict[str, Sequence[Any]] = {
    "generator_start": STARTS,
    "start_scale": (1.0, 0.1),
    "critic_start": STARTS,
    "loss": LOSSES[:2],  # the sum over the batch needs another step
    "bound_reading": BOUND_READINGS,
    "gradient_penalty_weight": (10.0, 1.0),
}
# What makes a program of its own.
PROGRAMS: list[dict[str, Any]] = [
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
    common = replace(SETTINGS, **program)
    alone = [replace(common, **{name: option}) for name, options in MIXED.items() for option in options[1:]]
    stepped = [
        {name: options[(number + place) % len(options)] for place, (name, options) in enumerate(MIXED.items())}
        for number in range(6)
    ]
    together = [replace(common, **options) for options in stepped]
    return [common, *alone, *together]


def furthest_apart(
    dataset: Dataset, settings: Sequence[Settings], alone_as: Sequence[Settings] = (), steps: int = STEPS
) -> float:
    """Largest relative difference of any array of any network after some steps together and alone, in float64."""
    samples = samples_of(dataset, settings[0], CPU, torch.float64)
    problems = [problem_of(samples, each) for each in settings]
    together = BatchTrainer([problem.weights for problem in problems], settings)
    others = [problem_of(samples, each) for each in alone_as or settings]
    alone = [Trainer(other.weights, each) for other, each in zip(others, alone_as or settings, strict=True)]
    batches = batches_from(0, len(samples.train_inputs), settings[0], CPU, torch.float64)
    for _, (rows, mixing) in zip(range(steps), batches, strict=False):
        for trainer in (together, *alone):
            trainer.step(samples.train_inputs[rows], samples.train_targets[rows], mixing)
    return max(
        ((mine - array).norm() / array.norm()).item()
        for problem, other in zip(problems, others, strict=True)
        for name, array in other.weights.tensors().items()
        for mine in [problem.weights.tensors()[name]]
    )


@pytest.mark.parametrize("data", ["blobs", "digits"])
@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_networks_trained_together_are_those_trained_alone(
    data: str, program: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    assert furthest_apart(request.getfixturevalue(data), mixture(**program)) < 1e-9


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_losses_summed_over_the_batch_stand_beside_others(objective: str, digits: Dataset) -> None:
    settings = [replace(SETTINGS, objective=objective, loss=loss, learning_rate=1e-4) for loss in LOSSES]
    assert furthest_apart(digits, settings) < 1e-9


@pytest.mark.parametrize("name", MIXED)
def test_an_option_that_is_ignored_would_be_noticed(name: str, blobs: Dataset) -> None:
    base = replace(SETTINGS, generator_start="framework")  # from the printed one both starts of the critic coincide
    changed = replace(base, **{name: MIXED[name][-1]})
    assert furthest_apart(blobs, [SETTINGS, changed], alone_as=[SETTINGS, base]) > 1e-6


@pytest.mark.parametrize(("tile", "threads"), [(70, 1), (140, 1), (10_000, 1), (70, 2)])
def test_how_many_networks_the_cache_holds_changes_nothing(
    tile: int, threads: int, blobs: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batched, "tile_width", lambda batch, width, device: min(tile, width))
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        assert furthest_apart(blobs, mixture()[:5], steps=5) < 1e-12
    finally:
        torch.set_num_threads(before)


def test_what_may_differ_are_settings_as_printed() -> None:
    assert (
        {**MAY_DIFFER}
        == {name: getattr(SETTINGS, name) for name in MAY_DIFFER}
        == {name: options[0] for name, options in MIXED.items()}
    )


def test_a_batch_holds_networks_that_differ_in_what_may_differ_alone() -> None:
    wanted = [each for program in PROGRAMS for each in mixture(**program)]
    found = batches_of(wanted, CPU)
    assert sorted(map(str, wanted)) == sorted(str(each) for batch in found for each in batch)
    assert all(len({replace(each, **MAY_DIFFER) for each in batch}) == 1 for batch in found)
    assert max(map(len, found)) == AT_MOST
    assert len(found) < len(wanted) / 4


@pytest.mark.parametrize("common", [{"width": 8192}, {"critic_width": 8192}, {"precision": "bfloat16"}])
def test_wide_networks_and_rounded_products_are_trained_alone(common: dict[str, Any]) -> None:
    assert {len(batch) for batch in batches_of(mixture(**common), CPU)} == {1}


def test_on_a_gpu_networks_are_trained_alone() -> None:
    assert {len(batch) for batch in batches_of(mixture(), torch.device("cuda"))} == {1}

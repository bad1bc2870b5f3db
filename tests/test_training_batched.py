"""Networks trained together against each alone: every option, mixtures of options, and what one that fails may do."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np
import pytest
import torch

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.parameters.vocabulary import (
    BOUND_READINGS,
    CRITIC_OPTIMIZERS,
    CRITIC_STARTS,
    GENERATOR_STARTS,
    LOSSES,
    OBJECTIVES,
    SCALINGS,
    UPDATE_ORDERS,
)
from pseudo_rd.training import batched
from pseudo_rd.training.batched import AT_MOST, OF_A_NETWORK, BatchTrainer, batches_of, outcomes_of
from pseudo_rd.training.batches import batches_from
from pseudo_rd.training.loop import outcome_of
from pseudo_rd.training.problem import problem_of, samples_of
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.steps import Trainer

STEPS, CPU = 50, torch.device("cpu")
SETTINGS = Settings("augmented", width=70, seed=3, batch_size=32, epochs=9, records=4)
# Two mixtures, so that every option stands beside others; the first of each is as printed.
MIXED: dict[str, Sequence[Any]] = {
    "generator_start": GENERATOR_STARTS,
    "start_scale": (1.0, 0.1),
    "critic_start": CRITIC_STARTS,
    "loss": LOSSES[:2],  # the sum over the batch needs another step
    "bound_reading": BOUND_READINGS,
    "gradient_penalty_weight": (10.0, 1.0),
}
# What makes a program of its own.
PROGRAMS: list[dict[str, Any]] = [
    {},
    {"objective": "supervised"},
    {"objective": "supervised", "biases": True},
    {"critic_optimizer": "adam"},
    {"update_order": "generator-first"},
    {"biases": True},
    {"pixels": "symmetric"},
    {"critic_optimizer": "adam", "update_order": "generator-first", "biases": True, "pixels": "standard"},
]


def mixture(**program: Any) -> list[Settings]:
    """Each option alone, and all options stepped through together."""
    common = replace(SETTINGS, **program)
    alone = [replace(common, **{name: option}) for name, options in MIXED.items() for option in options[1:]]
    together = [
        replace(common, **{name: options[(number + place) % len(options)] for place, (name, options) in enumerate(MIXED.items())})
        for number in range(6)
    ]
    return [common, *alone, *together]


def furthest_apart(dataset: Dataset, settings: Sequence[Settings], textbook: Sequence[Settings] | None = None) -> float:
    """Largest relative difference of any array of any network after some steps together and alone, in float64."""
    samples = samples_of(dataset, settings[0], CPU, torch.float64)
    problems = [problem_of(samples, each) for each in settings]
    together = BatchTrainer([problem.weights for problem in problems], settings)
    others = [problem_of(samples, each) for each in textbook or settings]
    alone = [Trainer(other.weights, each) for other, each in zip(others, textbook or settings, strict=True)]
    batches = batches_from(0, len(samples.train_inputs), settings[0], CPU, torch.float64)
    for _, (rows, mixing) in zip(range(STEPS), batches, strict=False):
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


@pytest.mark.parametrize("option", [(name, option) for name, options in MIXED.items() for option in options[1:]])
def test_an_option_that_is_ignored_would_be_noticed(option: tuple[str, Any], blobs: Dataset) -> None:
    settings = [SETTINGS, replace(SETTINGS, generator_start="framework")]
    changed = [settings[0], replace(settings[1], **dict([option]))]
    assert furthest_apart(blobs, changed, settings if changed != settings else [SETTINGS] * 2) > 1e-9

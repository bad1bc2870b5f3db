"""A GPU's step without a GPU: tensors that know their shape and device but hold no numbers (FakeTensorMode)."""

from itertools import chain
from typing import Any

import pytest
import torch
from torch._subclasses.fake_tensor import DataDependentOutputException, FakeTensorMode

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.parameters.vocabulary import (
    BOUND_READINGS,
    CRITIC_OPTIMIZERS,
    CRITIC_STARTS,
    GENERATOR_STARTS,
    LOSSES,
    OBJECTIVES,
    PRECISIONS,
    UPDATE_ORDERS,
)
from pseudo_rd.training.problem import problem_of, samples_of
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.steps import Trainer
from pseudo_rd.workflow.costs import Trace, kernels_of

CHOICES: dict[str, tuple[Any, ...]] = {
    "loss": LOSSES,
    "bound_reading": BOUND_READINGS,
    "critic_optimizer": CRITIC_OPTIMIZERS,
    "update_order": UPDATE_ORDERS,
    "generator_start": GENERATOR_STARTS,
    "critic_start": CRITIC_STARTS,
    "biases": (False, True),
    "precision": PRECISIONS,
}
ALONE = [{name: option} for name, options in CHOICES.items() for option in options]
# Precision and biases change what the others work on.
TOGETHER = [{**one, "biases": True, "precision": precision} for one in ALONE for precision in PRECISIONS]
CASES = [dict(items) for items in dict.fromkeys(tuple(sorted(case.items())) for case in ALONE + TOGETHER)]


def named(choices: dict[str, Any]) -> str:
    return ", ".join(f"{name} {option}" for name, option in choices.items())


def settings_with(objective: str, choices: dict[str, Any]) -> Settings:
    return Settings(objective, width=20, seed=1, batch_size=8, epochs=3, **choices)


@pytest.mark.parametrize("choices", CASES, ids=named)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_step_keeps_to_the_device_and_never_waits_for_it(objective: str, choices: dict[str, Any]) -> None:
    kernels = kernels_of(settings_with(objective, choices), inputs=12)  # refuses what asks for numbers
    assert {each.devices for each in kernels} == {frozenset({"cuda"})}
    assert sum(each.operations > 0 for each in kernels) >= 5


def test_a_step_that_leaves_the_device_would_be_noticed() -> None:
    with FakeTensorMode():
        on_device, elsewhere = torch.ones(3, 3, device="cuda:0"), torch.ones(3, 3)
        with Trace() as trace:
            on_device.to("cpu")
            on_device.copy_(elsewhere)
        assert [each.devices for each in trace.kernels] == [{"cpu", "cuda"}] * 2
        with pytest.raises(RuntimeError, match="same device"):
            on_device + elsewhere
        with pytest.raises(DataDependentOutputException):
            on_device.sum().item()
        with pytest.raises(RuntimeError, match="nonzero"):
            on_device.nonzero()


@pytest.mark.parametrize("choices", CASES, ids=named)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_weights_momenta_and_work_space_keep_their_place(
    objective: str, choices: dict[str, Any], blobs: Dataset
) -> None:
    settings = settings_with(objective, choices)
    problem = problem_of(samples_of(blobs, settings, torch.device("cpu"), torch.float32), settings)
    trainer = Trainer(problem.weights, settings)

    def places() -> list[int]:
        space = [held for held in vars(trainer).values() if isinstance(held, torch.Tensor)]
        groups = [(group.active, group.scratch, *group.weights, *group.velocity) for group in trainer.groups]
        return [each.data_ptr() for each in (*trainer.tensors().values(), *space, *chain(*groups))]

    before = places()
    for first in range(0, 24, 8):
        batch = slice(first, first + 8)
        start = [each.clone() for each in problem.weights.tensors().values()]
        trainer.step(problem.train_inputs[batch], problem.train_targets[batch], torch.full((8,), 0.5))
        assert places() == before
        moved = [not torch.equal(*pair) for pair in zip(start, problem.weights.tensors().values(), strict=True)]
        assert any(moved)

import pytest
import torch
from trainings import CPU

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.training.closed_form.problem import problem_of
from pseudo_rd.training.recorder import record_iterations
from pseudo_rd.training.samples import samples_of
from pseudo_rd.training.settings import Settings


def test_records_are_dense_at_the_start_and_hold_both_ends() -> None:
    recorded = record_iterations(2300, 100)
    assert recorded[0] == 0
    assert recorded[-1] == 2300
    assert len(recorded) <= 100
    assert sum(iteration <= 230 for iteration in recorded) > 30
    assert record_iterations(1, 4) == [0, 1]


def test_only_the_first_neurons_leave_the_device(digits: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings("supervised", 40, 1, batch_size=32, epochs=2)
    problem = problem_of(samples_of(digits, settings, CPU, torch.float32), settings)
    left: list[int] = []
    monkeypatch.setattr(torch.Tensor, "cpu", lambda array: left.append(array.shape[1]) or array)
    assert problem.rows(16)["hidden"].shape == (16, 784)
    assert {*left} == {16}

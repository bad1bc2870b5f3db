"""Threads of a step: the faster number is taken, and which it is changes no bit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle

import pytest
import torch
from trainings import CPU

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.training.closed_form import steps
from pseudo_rd.training.closed_form.problem import problem_of
from pseudo_rd.training.pace import Pace
from pseudo_rd.training.samples import samples_of
from pseudo_rd.training.settings import Settings


class Machine:
    """A clock that runs by what steps take: two threads 1 ms and one thread 2 ms, or two threads 100 where busy."""

    def __init__(self) -> None:
        self.now, self.busy = 0.0, False

    def run(self, pace: Pace, steps: int) -> dict[int, int]:
        """How many steps were done by each number of threads."""
        taken = {1: 0, 2: 0}
        for _ in range(steps):
            with pace.step() as threads:
                taken[threads] += 1
                self.now += 0.002 if threads == 1 else 0.1 if self.busy else 0.001
        return taken


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def pace(machine: Machine) -> Pace:
    return Pace(2, lambda: machine.now)


def test_a_quiet_machine_is_given_all_threads(machine: Machine, pace: Pace) -> None:
    assert machine.run(pace, 1000)[2] > 950


def test_a_busy_machine_is_given_one_thread_at_once_and_all_again_when_it_is_quiet(
    machine: Machine, pace: Pace
) -> None:
    machine.run(pace, 100)
    machine.busy = True
    assert machine.run(pace, 20)[2] <= 3
    began = machine.now
    assert machine.run(pace, 100_000)[2] * 0.1 < 0.05 * (machine.now - began)
    machine.busy = False
    machine.run(pace, 10_000)
    assert machine.run(pace, 1000)[2] > 950


def test_one_step_that_is_late_changes_nothing(machine: Machine, pace: Pace) -> None:
    machine.run(pace, 10)
    with pace.step() as threads:
        machine.now += 1
    assert threads == 2
    assert machine.run(pace, 100)[2] > 90


def test_one_thread_has_no_choice(machine: Machine) -> None:
    assert machine.run(Pace(1, lambda: machine.now), 10) == {1: 10, 2: 0}


@pytest.mark.parametrize("width", [64, 1000, 4099])  # one tile; two; groups of two and a rest
@pytest.mark.parametrize("bound", ["penalty", "spectral", "frobenius"])
def test_the_same_bits_come_of_any_choice_of_threads(
    digits: Dataset, width: int, bound: str, monkeypatch: pytest.MonkeyPatch, set_threads: Callable[[int], None]
) -> None:
    set_threads(2)
    settings = Settings("augmented", width, 1, batch_size=64, epochs=1, bound_reading=bound)
    samples = samples_of(digits, settings, CPU, torch.float32)
    ends = []
    for numbers in ((2,), (1,), (1, 2, 2)):
        problem = problem_of(samples, settings)
        monkeypatch.setattr(steps, "Pace", lambda _, numbers=numbers: Chosen(numbers))
        trainer = steps.Trainer(problem.weights, settings)
        for number in range(6):
            rows = slice(32 * number, 32 * number + 64)
            trainer.step(samples.train_inputs[rows], samples.train_targets[rows], torch.full((64,), 0.3))
        ends.append(trainer.tensors())
    for name, tensor in ends[0].items():
        assert all(torch.equal(tensor, other[name]) for other in ends[1:]), name


class Chosen:
    """Takes the given numbers in turn."""

    def __init__(self, numbers: tuple[int, ...]) -> None:
        self._numbers = cycle(numbers)

    @contextmanager
    def step(self) -> Iterator[int]:
        yield next(self._numbers)

"""A GPU's step without a GPU: tensors that know their shape and device but hold no numbers (FakeTensorMode)."""

from contextlib import nullcontext
from itertools import chain
from types import SimpleNamespace

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from traces import Trace, kernels_of
from trainings import CHOICES, CPU, Options, alone, named

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.training import loop
from pseudo_rd.training.closed_form.problem import problem_of
from pseudo_rd.training.closed_form.steps import Trainer
from pseudo_rd.training.samples import Samples, samples_of
from pseudo_rd.training.settings import OPTIONS, Settings

PRECISIONS = OPTIONS["precision"]
EACH = [{}, *alone({name: CHOICES[name] for name in CHOICES if name not in ("start_scale", "gradient_penalty_weight")})]
# Precision and biases change what the others work on.
BESIDE = [{}, {"precision": "bfloat16"}, *({"biases": True, "precision": precision} for precision in PRECISIONS)]
CASES = [{**beside, **options} for options in EACH for beside in BESIDE if not {*options} & {*beside}]


def settings_with(objective: str, options: Options) -> Settings:
    return Settings(objective, width=20, seed=1, batch_size=8, epochs=3, **options)


@pytest.mark.parametrize("options", CASES, ids=named)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_step_keeps_to_the_device_and_never_waits_for_it(objective: str, options: Options) -> None:
    kernels = kernels_of(settings_with(objective, options), inputs=12)  # refuses what asks for numbers
    assert {each.devices for each in kernels} == {frozenset({"cuda"})}
    assert sum(each.name.endswith("mm") for each in kernels) >= 5


class NothingKept:
    """A recorder without rows and snapshots; notes how many kernels there were when training began and ended."""

    converged = False

    def __init__(self, trace: Trace) -> None:
        self.trace = trace

    def begin(self) -> int:
        self.first = len(self.trace.kernels)
        return 0

    def visit(self, iteration: int) -> None:
        self.last = iteration

    def finish(self, iteration: int) -> int:
        return iteration


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("precision", PRECISIONS)
def test_between_records_a_run_copies_two_arrays_an_epoch_to_the_device_and_none_from_it(
    objective: str, precision: str, blobs: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = SimpleNamespace(wait_stream=lambda other: None)
    replayed = []
    replacements = {
        "Stream": lambda: stream,
        "current_stream": lambda: stream,
        "stream": nullcontext,
        "graph": lambda graph, stream: nullcontext(),
        "CUDAGraph": lambda: SimpleNamespace(replay=lambda: replayed.append(1)),
    }
    for name, replacement in replacements.items():
        monkeypatch.setattr(torch.cuda, name, replacement)
    trace = Trace()
    recorder = NothingKept(trace)
    monkeypatch.setattr(loop, "Recorder", lambda *_: recorder)
    monkeypatch.setattr(loop, "choose_device", torch.device)  # PyTorch sees none here
    settings = settings_with(objective, {"precision": precision})
    number = len(blobs.x_train)  # 24 iterations an epoch
    with FakeTensorMode(), trace:
        inputs, targets = torch.empty(number, 12, device="cuda:0"), torch.empty(number, 10, device="cuda:0")
        samples = Samples(inputs, targets, inputs, targets, inputs=12, nonzero=None, basis=None)
        assert loop.train(blobs, settings, "cuda:0", samples=samples) == recorder.last == 72
    crossing = [each.name for each in trace.kernels[recorder.first :] if each.devices == {"cpu", "cuda"}]
    assert crossing == 6 * ["_to_copy"]
    assert len(replayed) == 71


@pytest.mark.parametrize("options", CASES, ids=named)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_weights_momenta_and_work_space_keep_their_place(objective: str, options: Options, blobs: Dataset) -> None:
    settings = settings_with(objective, options)
    problem = problem_of(samples_of(blobs, settings, CPU, torch.float32), settings)
    trainer = Trainer(problem.weights, settings)

    def places() -> list[int]:
        space = [held for held in vars(trainer).values() if isinstance(held, torch.Tensor)]
        groups = [[each for each in vars(group).values() if each is not ...] for group in trainer.groups]
        return [each.data_ptr() for each in (*trainer.tensors().values(), *space, *chain(*groups))]

    before = places()
    for first in range(0, 24, 8):
        batch = slice(first, first + 8)
        start = [each.clone() for each in problem.weights.tensors().values()]
        trainer.step(problem.samples.train_inputs[batch], problem.samples.train_targets[batch], torch.full((8,), 0.5))
        assert places() == before
        moved = [not torch.equal(*pair) for pair in zip(start, problem.weights.tensors().values(), strict=True)]
        assert any(moved)

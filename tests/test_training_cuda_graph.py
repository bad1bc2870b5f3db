"""CUDA graphs, on a GPU and, with a tape that keeps the same rules, on the CPU."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from traces import Trace
from trainings import Options, batches

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.training import objectives
from pseudo_rd.training.closed_form.problem import problem_of
from pseudo_rd.training.closed_form.steps import Trainer
from pseudo_rd.training.cuda_graph import as_cuda_graph, step_on_rows
from pseudo_rd.training.loop import train
from pseudo_rd.training.samples import samples_of
from pseudo_rd.training.settings import OPTIONS, Settings
from pseudo_rd.training.spectrum import largest_by_squaring

CASES: list[tuple[str, Options]] = [
    ("supervised", {}),
    *(("augmented", {"bound_reading": reading}) for reading in OPTIONS["bound_reading"]),
    ("supervised", {"biases": True}),
    ("augmented", {"biases": True, "loss": "element", "generator_start": "framework", "critic_start": "framework"}),
    ("augmented", {"loss": "element", "update_order": "generator-first"}),
    ("augmented", {"precision": "bfloat16"}),
]
# After these the host has to wait for the device to go on.
WAITING = ("_local_scalar_dense", "nonzero", "masked_select", "equal", "_linalg_eigh", "_linalg_svd")


class Tape(TorchDispatchMode):
    """What a CUDA graph does: operations are noted with their memory, left undone, and done on the same memory later.

    It refuses what waits for the device, as CUDA does while it records.
    """

    def __init__(self) -> None:
        super().__init__()
        self.noted, self.before = [], []

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if operation.overloadpacket.__name__ in WAITING:
            raise RuntimeError(f"{operation} waits for the device")
        for place, argument in enumerate(operation._schema.arguments):
            given = args[place] if place < len(args) else kwargs.get(argument.name)
            if argument.alias_info and argument.alias_info.is_write:
                self.before.append((given, given.clone()))
        result = operation(*args, **kwargs)
        self.noted.append((operation, args, kwargs, result))
        return result

    def undo(self) -> None:
        for place, content in reversed(self.before):
            place.copy_(content)

    def replay(self) -> None:
        for operation, args, kwargs, result in self.noted:
            again = operation(*args, **kwargs)
            if all(each.alias_info is None for each in operation._schema.returns):  # a new tensor: into the old one
                result.copy_(again)


class Stream:
    """Notes what it waits for."""

    def __init__(self) -> None:
        self.waited_for: list[Stream] = []

    def wait_stream(self, other: "Stream") -> None:
        self.waited_for.append(other)


class Streams:
    """Takes the place of CUDA's streams and graphs; notes on which stream work is done plainly, and on which noted."""

    def __init__(self) -> None:
        self.usual = self.current = Stream()
        self.plain: list[Stream] = []
        self.noted: list[Stream] = []

    @contextmanager
    def on(self, stream: Stream) -> Iterator[None]:
        self.plain.append(stream)
        self.current = stream
        yield
        self.current = self.usual

    @contextmanager
    def record(self, tape: Tape, stream: Stream) -> Iterator[None]:
        self.noted.append(stream)
        with tape:
            yield
        tape.undo()


@pytest.fixture
def tape_for_graph(monkeypatch: pytest.MonkeyPatch) -> Streams:
    streams = Streams()
    monkeypatch.setattr(torch.cuda, "CUDAGraph", Tape)
    monkeypatch.setattr(torch.cuda, "graph", streams.record)
    monkeypatch.setattr(torch.cuda, "Stream", Stream)
    monkeypatch.setattr(torch.cuda, "stream", streams.on)
    monkeypatch.setattr(torch.cuda, "current_stream", lambda: streams.current)
    return streams


@pytest.fixture
def eigenvalues_of_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objectives, "largest_eigenvalue", lambda g: largest_by_squaring(g.double()).to(g.dtype))


def start(dataset: Dataset, objective: str, options: Options, device: str = "cpu") -> tuple[Trainer, Tensor, Tensor]:
    settings = Settings(objective, width=70, seed=1, batch_size=32, epochs=5, **options)
    problem = problem_of(samples_of(dataset, settings, torch.device(device), torch.float32), settings)
    return Trainer(problem.weights, settings), problem.samples.train_inputs, problem.samples.train_targets


def some_batches(samples: int, device: str = "cpu") -> list[tuple[Tensor, Tensor]]:
    return [(rows.to(device), mixing.to(device)) for rows, mixing in batches(samples, 32, 30, 1)]


@pytest.mark.parametrize(("objective", "options"), CASES)
@pytest.mark.usefixtures("tape_for_graph", "eigenvalues_of_a_gpu")
def test_a_recorded_step_gives_the_bits_of_a_plain_one(objective: str, options: Options, blobs: Dataset) -> None:
    trainers = []
    for wrap in (lambda step: step, as_cuda_graph):
        trainer, inputs, targets = start(blobs, objective, options)
        step = wrap(step_on_rows(trainer.step, inputs, targets))
        for rows, mixing in some_batches(len(inputs)):
            step(rows, mixing)
        trainers.append(trainer)
    assert all(torch.equal(tensor, trainers[1].tensors()[name]) for name, tensor in trainers[0].tensors().items())


def test_each_recorder_warms_up_and_records_on_one_stream_of_its_own(tape_for_graph: Streams) -> None:
    total = torch.zeros(3)
    for _ in range(2):
        add = as_cuda_graph(total.add_)
        for _ in range(3):
            add(torch.ones(3))
    assert total.tolist() == [6, 6, 6]
    one, other = tape_for_graph.plain
    assert one is not other
    assert tape_for_graph.noted == [one, other]
    # The first call's work comes after what was asked for before it, and before what is asked for afterwards.
    assert one.waited_for == other.waited_for == [tape_for_graph.usual]
    assert tape_for_graph.usual.waited_for == [one, other]


@pytest.mark.parametrize("objective", ["supervised", "augmented"])
def test_a_run_waits_for_the_device_at_its_records_alone(objective: str, blobs: Dataset) -> None:
    counts = {}
    for epochs, records in ((2, 2), (9, 2), (9, 20)):
        settings = Settings(objective, width=20, seed=1, batch_size=32, epochs=epochs, records=records)
        with Trace() as trace:
            train(blobs, settings, "cpu")
        counts[epochs, records] = sum(kernel.name in WAITING for kernel in trace.kernels)
    assert counts[2, 2] == counts[9, 2] < counts[9, 20]


@pytest.mark.gpu
@pytest.mark.parametrize(("objective", "options"), CASES)
def test_a_gpu_replays_what_it_would_do_step_by_step(objective: str, options: Options, digits: Dataset) -> None:
    ends = []
    for replayed in (False, True):
        trainer, inputs, targets = start(digits, objective, options, "cuda")
        step = step_on_rows(trainer.step, inputs, targets, recordable=replayed)
        for rows, mixing in some_batches(len(inputs), "cuda"):
            step(rows, mixing)
        ends.append(trainer)
    torch.testing.assert_close(ends[0].tensors(), ends[1].tensors())

"""How far a run has come, on disk: a killed run resumes from there and ends as if it had not been killed."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from pseudo_rd.code_digest import code_digest
from pseudo_rd.results.files import checksum_of, read_arrays, write_arrays
from pseudo_rd.training.samples import Samples
from pseudo_rd.training.settings import Settings

Fingerprint = dict[str, Any]
SNAPSHOTS = "snapshots."  # before their names in a checkpoint


@dataclass(frozen=True)
class State:
    """All that the rest of a run depends on, on any device; batches and mixtures follow from seed and iteration.

    Attributes:
        iteration: updates of the generator so far.
        history, snapshots: those so far.
        tensors: the trainer's, by name.
    """

    iteration: int
    history: list[dict[str, float]]
    snapshots: dict[str, np.ndarray]
    tensors: dict[str, Tensor]


@dataclass
class Checkpoints:
    """Where a run leaves its checkpoint, and how often.

    Attributes:
        path: the file; each write replaces the one before in one move.
        seconds: least time between two writes.
        say: called with a line when a run resumes from a checkpoint, or when one cannot be used or written.
    """

    path: Path
    seconds: float = 60.0
    say: Callable[[str], None] = lambda line: None
    _last_write: float = field(default_factory=time.monotonic, init=False)

    def load(self, fingerprint: Fingerprint) -> State | None:
        """The state to resume from; None if there is none that is whole and belongs to this run."""
        if not self.path.exists():
            return None
        try:
            state = read_checkpoint(self.path, fingerprint)
        except ValueError as error:
            self.say(f"starting from iteration 0: {error}")
            return None
        self.say(f"resuming from iteration {state.iteration}: {self.path}")
        return state

    def offer(self, fingerprint: Fingerprint, state: State) -> None:
        """Write the state, if the last one was written long enough ago."""
        if time.monotonic() - self._last_write < self.seconds:
            return
        try:
            write_checkpoint(self.path, fingerprint, state)
        except OSError as error:  # the run itself can still end well
            self.say(f"training continues without a checkpoint: {error}")
        self._last_write = time.monotonic()

    def remove(self) -> None:
        """To be called when the run's results are safe."""
        self.path.unlink(missing_ok=True)


def write_checkpoint(path: Path, fingerprint: Fingerprint, state: State) -> None:
    """Write a state, whole or not at all.

    Raises:
        OSError: where the disk is full or the folder cannot be written to.
    """
    arrays = {SNAPSHOTS + name: array for name, array in state.snapshots.items()}
    arrays |= {name: _array(tensor) for name, tensor in state.tensors.items()}
    metadata = {"fingerprint": fingerprint, "iteration": state.iteration, "history": state.history}
    write_arrays(path, arrays, metadata)


def read_checkpoint(path: Path, fingerprint: Fingerprint) -> State:
    """The state that was written, on the CPU.

    Raises:
        ValueError: if the file is not whole, or was written by a run with another fingerprint.
    """
    arrays, metadata = read_arrays(path)
    if not isinstance(metadata, dict) or not {"fingerprint", "iteration", "history"} <= metadata.keys():
        raise ValueError(f"{path} is not a checkpoint")
    theirs = metadata["fingerprint"]
    differing = sorted(name for name in fingerprint.keys() | theirs.keys() if fingerprint.get(name) != theirs.get(name))
    if differing:
        raise ValueError(f"{path} belongs to a run with other {', '.join(differing)}")
    tensors = {name: torch.from_numpy(array) for name, array in arrays.items() if not name.startswith(SNAPSHOTS)}
    snapshots = {name.removeprefix(SNAPSHOTS): array for name, array in arrays.items() if name.startswith(SNAPSHOTS)}
    return State(metadata["iteration"], metadata["history"], snapshots, tensors)


def fingerprint_of(settings: Settings, samples: Samples, start: Mapping[str, Tensor]) -> Fingerprint:
    """What must be the same for a run to resume from another's state and end in the same bits.

    Args:
        settings: how it is trained.
        samples: as the network sees them. Of the device only the kind counts.
        start: the trainer's tensors at the start: their weights hold seed, precision and the basis of the inputs' span.
    """
    data = ("train_inputs", "train_targets", "test_inputs", "test_targets")
    file = Path(settings.network.rpartition(":")[0])  # of a user's builder
    fingerprint = {
        "settings": asdict(settings),
        "data": checksum_of({name: _array(getattr(samples, name)) for name in data}),
        "start": checksum_of({name: _array(tensor) for name, tensor in start.items()}),
        "device": samples.train_inputs.device.type,
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "code": code_digest(Path(__file__).with_name("loop.py"), Path(__file__).parents[1]),
        "builder": hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "",
    }
    return json.loads(json.dumps(fingerprint))  # as it comes back from a file: tuples as lists


def _array(tensor: Tensor) -> np.ndarray:
    return np.asarray(tensor.cpu().numpy(), order="C")

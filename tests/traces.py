"""What a step hands to a device, read off as it runs; with FakeTensorMode no GPU is needed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch._ops import OpOverload
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from pseudo_rd.parameters.vocabulary import OUTPUTS
from pseudo_rd.training.closed_form.steps import Trainer
from pseudo_rd.training.cuda_graph import step_on_rows
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.weights import draw_weights

SHAPES_ONLY = ("empty", "new_empty")  # operations that start no kernel, beside views


@dataclass(frozen=True)
class Kernel:
    """One operation.

    Attributes:
        name: PyTorch's, without the mark of one in place.
        shape: of its result.
        devices, dtypes: of its tensors.
        asked: names of the options that are True.
    """

    name: str
    shape: tuple[int, ...]
    devices: frozenset[str]
    dtypes: frozenset[torch.dtype]
    asked: frozenset[str]


class Trace(TorchDispatchMode):
    """Notes the kernels of what runs inside."""

    def __init__(self) -> None:
        super().__init__()
        self.kernels: list[Kernel] = []

    def __torch_dispatch__(
        self, func: OpOverload, types: Sequence[type], args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        name = func.overloadpacket.__name__.rstrip("_")
        if func.namespace == "aten" and not func.is_view and name not in SHAPES_ONLY:
            results = [each for each in tree_leaves(result) if isinstance(each, Tensor)]
            tensors = [*results, *(each for each in tree_leaves((args, kwargs)) if isinstance(each, Tensor))]
            shape = tuple(results[0].shape) if results else ()
            asked = frozenset(option for option, value in (kwargs or {}).items() if value is True)
            devices, dtypes = ({getattr(each, of) for each in tensors} for of in ("device", "dtype"))
            self.kernels.append(Kernel(name, shape, frozenset(each.type for each in devices), frozenset(dtypes), asked))
        return result


def kernels_of(settings: Settings, inputs: int) -> list[Kernel]:
    """The kernels of one step on a GPU, in order, of so many inputs.

    Raises:
        RuntimeError: of PyTorch, if the step asks for a number, or mixes devices: it would wait for the device.
    """
    with FakeTensorMode():
        device = torch.device("cuda:0")
        weights = draw_weights(settings.width, inputs, OUTPUTS, settings.seed, **settings.starts).to(device)
        batch = settings.batch_size
        samples = torch.empty(2 * batch, len(weights.hidden), device=device)
        targets = torch.empty(2 * batch, OUTPUTS, device=device)
        step = step_on_rows(Trainer(weights, settings).step, samples, targets, recordable=False)
        rows, mixing = torch.empty(batch, dtype=torch.int64, device=device), torch.empty(batch, device=device)
        with Trace() as trace:
            step(rows, mixing)
    return trace.kernels

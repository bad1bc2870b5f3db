"""What one step of training costs: the kernels of a GPU's step, their operations and bytes. No GPU is needed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch import Tensor
from torch._ops import OpOverload
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode

from pseudo_rd.parameters.vocabulary import OUTPUTS
from pseudo_rd.training.closed_form.steps import Trainer
from pseudo_rd.training.graph import plain_step_on_rows
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.weights import draw_weights

PRODUCTS = {"mm": 0, "bmm": 0, "addmm": 1, "baddbmm": 1}  # the place of the left factor
SHAPES_ONLY = ("empty", "new_empty")  # operations that start no kernel, beside views
OVERWRITE = ("copy", "fill", "zero", "new_zeros")  # operations that do not read their first tensor


@dataclass(frozen=True)
class Kernel:
    """One operation of a step, as PyTorch hands it to the device.

    Attributes:
        name: PyTorch's, without the mark of an operation in place.
        operations: floating-point operations of a matrix product, two for each product of numbers; others count 0.
        factors: what a matrix product multiplies.
        shape: of its result.
        bytes: read and written if nothing stays in a cache.
        devices: where its tensors are.
    """

    name: str
    operations: int
    factors: torch.dtype
    shape: tuple[int, ...]
    bytes: int
    devices: frozenset[str]


class Trace(TorchDispatchMode):
    """Notes the kernels of what runs inside."""

    def __init__(self) -> None:
        super().__init__()
        self.kernels: list[Kernel] = []

    def __torch_dispatch__(
        self, func: OpOverload, types: Sequence[type], args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        name = func.overloadpacket.__name__.rstrip("_")
        if func.namespace == "aten" and not func.is_view and name not in SHAPES_ONLY:
            self.kernels.append(kernel_of(name, func, args, kwargs, result))
        return result


def kernel_of(name: str, operation: OpOverload, args: Sequence[Any], kwargs: Mapping[str, Any], result: Any) -> Kernel:
    results = [each for each in (result if isinstance(result, (tuple, list)) else [result]) if isinstance(each, Tensor)]
    moved = sum(map(size_of, results))
    tensors = [*results]
    for place, argument in enumerate(operation._schema.arguments):
        given = args[place] if place < len(args) else kwargs.get(argument.name)
        if not isinstance(given, Tensor):
            continue
        tensors.append(given)
        overwritten = argument.is_out or (place == 0 and (name in OVERWRITE or kwargs.get("beta") == 0))
        if not overwritten:
            # Of the source of `index_select` only the chosen rows are read.
            moved += size_of(results[0] if name == "index_select" and place == 0 else given)
    left = args[PRODUCTS[name]] if name in PRODUCTS else None
    return Kernel(
        name,
        operations=0 if left is None else 2 * left.shape[-1] * results[0].numel(),
        factors=tensors[0].dtype if left is None else left.dtype,
        shape=tuple(results[0].shape) if results else (),
        bytes=moved,
        devices=frozenset(each.device.type for each in tensors),
    )


def size_of(tensor: Tensor) -> int:
    return tensor.numel() * tensor.element_size()


@cache
def kernels_of(settings: Settings, inputs: int) -> tuple[Kernel, ...]:
    """The kernels of one step on a GPU, in order, read off a step on tensors that have a shape but no numbers.

    Args:
        settings: of the run.
        inputs: dimensions that are trained, without the constant of biases.

    Raises:
        RuntimeError: of PyTorch, if the step asks for a number, or mixes devices: it would wait for the device.
    """
    with FakeTensorMode():
        place = torch.device("cuda:0")
        weights = draw_weights(settings.width, inputs, OUTPUTS, settings.seed, **settings.starts).to(place)
        batch = settings.batch_size
        samples = torch.empty(2 * batch, len(weights.hidden), device=place)
        targets = torch.empty(2 * batch, OUTPUTS, device=place)
        step = plain_step_on_rows(Trainer(weights, settings), samples, targets)
        rows, mixing = torch.empty(batch, dtype=torch.int64, device=place), torch.empty(batch, device=place)
        with Trace() as trace:
            step(rows, mixing)
    return tuple(trace.kernels)


def step_operations(inputs: int, outputs: int, width: int, batch_size: int, objective: str) -> tuple[int, int]:
    """Floating-point operations in the matrix products of one step, two for each product of numbers.

    Returns:
        Those of U x and its gradient, 2 m d_in batch each; and those of the thin products, with the outputs: three
        for the generator, and for the critic, at predictions and mixtures, masks and slopes, and at both and the
        distinct labels masks and gradient.
    """
    thin = 2 * width * outputs
    operations = 3 * thin * batch_size
    if objective == "augmented":
        operations += 4 * thin * batch_size + 2 * thin * (2 * batch_size + outputs)
    return 4 * width * inputs * batch_size, operations

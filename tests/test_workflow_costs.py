"""Costs on paper against the operations of a real step, one by one."""

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from pseudo_rd.training import steps
from pseudo_rd.training.graph import step_on_rows
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.weights import draw_weights
from pseudo_rd.workflow import costs


class Counted(TorchDispatchMode):
    """Counts what runs: operations of the matrix products with the inputs and of the others, and kernels."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.inputs = inputs
        self.thick = self.thin = self.kernels = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        returned = function._schema.returns[0].alias_info
        is_view = returned is not None and not returned.is_write
        name = function._schema.name.removeprefix("aten::").rstrip("_")
        self.kernels += not is_view and not name.startswith(("empty", "new_empty"))
        if name in ("mm", "bmm", "addmm", "baddbmm"):
            left = args[0] if name in ("mm", "bmm") else args[1]
            operations = 2 * left.shape[-1] * result.numel()
            if self.inputs in (left.shape[-1], result.shape[-2]):
                self.thick += operations
            else:
                self.thin += operations
        return result


def counted(objective: str, inputs: int, width: int, batch: int) -> Counted:
    settings = Settings(objective, width, seed=1, batch_size=batch, epochs=1)
    trainer = steps.Trainer(draw_weights(width, inputs, 10, 1), settings)
    step = step_on_rows(trainer, torch.rand(batch, inputs), torch.eye(10)[torch.arange(batch) % 10])
    rows, mixing = torch.arange(batch), torch.rand(batch)
    with Counted(inputs) as count:
        step(rows, mixing)
    return count


@pytest.mark.parametrize("objective", ["supervised", "augmented"])
@pytest.mark.parametrize(("inputs", "width", "batch"), [(784, 512, 128), (3, 4096, 256), (3, 64, 256)])
def test_operations_are_those_of_the_step(objective: str, inputs: int, width: int, batch: int) -> None:
    count = counted(objective, inputs, width, batch)
    assert (count.thick, count.thin) == costs.step_operations(inputs, 10, width, batch, objective)


@pytest.mark.parametrize("objective", ["supervised", "augmented"])
def test_kernels_are_those_of_the_step_in_one_tile(objective: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "tile_width", lambda batch_size, width, device: width)
    assert counted(objective, 784, 512, 128).kernels == costs.KERNELS[objective]


@pytest.mark.parametrize("objective", ["supervised", "augmented"])
def test_bytes_hold_at_least_weights_momenta_and_activations_once(objective: str) -> None:
    once = 4 * 512 * (2 * 784 + 128)
    assert costs.step_bytes(784, 10, 512, 128, objective) > once
    assert costs.step_bytes(784, 10, 1024, 128, objective) == 2 * costs.step_bytes(784, 10, 512, 128, objective)

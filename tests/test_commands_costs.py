"""Costs on paper against the kernels of a step, one by one."""

import re

import pytest
import torch
from projects import ROOT

from pseudo_rd.commands.costs import Kernel, Trace, kernels_of, step_operations
from pseudo_rd.training.settings import Settings

OBJECTIVES = ("supervised", "augmented")
ONE = torch.tensor([1])


def step(objective: str, inputs: int = 784, width: int = 512, batch: int = 128, **choices: str) -> tuple[Kernel, ...]:
    return kernels_of(Settings(objective, width, seed=1, batch_size=batch, epochs=1, **choices), inputs)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize(("inputs", "width", "batch"), [(784, 512, 128), (3, 4096, 256), (3, 64, 256)])
def test_operations_are_those_of_the_step(objective: str, inputs: int, width: int, batch: int) -> None:
    kernels = step(objective, inputs, width, batch)
    thick = sum(each.operations for each in kernels if each.operations == 2 * inputs * width * batch)
    everything = sum(each.operations for each in kernels)
    assert (thick, everything - thick) == step_operations(inputs, 10, width, batch, objective)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_rounded_products_are_the_two_with_the_inputs(objective: str) -> None:
    kernels = step(objective, precision="bfloat16")
    rounded = [each for each in kernels if each.operations and each.factors == torch.bfloat16]
    assert [each.operations for each in rounded] == [2 * 784 * 512 * 128] * 2
    assert sum(each.operations for each in kernels) == sum(each.operations for each in step(objective))


def test_the_documents_count_the_kernels_of_a_step() -> None:
    page = " ".join((ROOT / "docs" / "performance.md").read_text(encoding="utf-8").split())
    stated = re.search(r"a supervised step is (\d+), an augmented one (\d+)", page)
    assert stated
    assert [int(count) for count in stated.groups()] == [len(step(objective)) for objective in OBJECTIVES]


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_bytes_are_a_fixed_part_and_one_in_proportion_to_the_width(objective: str) -> None:
    once, twice, thrice = (sum(each.bytes for each in step(objective, width=width)) for width in (512, 1024, 1536))
    assert thrice - twice == twice - once
    # U three times (forward; read and written), its momentum three times (read, written, read).
    assert twice - once > 4 * 512 * (6 * 784 + 128)


@pytest.mark.parametrize(
    ("work", "expected"),
    [
        (lambda a, b: a.add_(b), 3 * 24),  # both read, one written
        (lambda a, b: a + b, 3 * 24),
        (lambda a, b: a.copy_(b), 2 * 24),
        (lambda a, b: torch.add(a, b, out=torch.empty(2, 3)), 3 * 24),
        (lambda a, b: a.new_zeros(5), 20),
        (lambda a, b: a.addmm_(a @ b.T, b, beta=0), (2 * 24 + 16) + (16 + 24 + 24)),
        (lambda a, b: a.addmm_(a @ b.T, b), (2 * 24 + 16) + (16 + 24 + 2 * 24)),
        (lambda a, b: a.index_select(0, ONE), 8 + 2 * 12),
        (lambda a, b: a.T[1:].view(-1, 1, 2), 0),
    ],
)
def test_bytes_are_what_a_kernel_reads_and_writes(work, expected: int) -> None:
    one, other = torch.ones(2, 3), torch.ones(2, 3)
    with Trace() as trace:
        work(one, other)
    assert sum(each.bytes for each in trace.kernels) == expected

"""Repeated squaring against a decomposition in float64."""

import pytest
import torch
from torch import Tensor
from torch._subclasses.fake_tensor import FakeTensorMode
from traces import Trace

from pseudo_rd.training.spectrum import largest_by_squaring, largest_eigenvalue


def gram_with(eigenvalues: list[float]) -> Tensor:
    """A symmetric matrix with these eigenvalues."""
    size = len(eigenvalues)
    draw = torch.randn(size, size, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    basis = torch.linalg.qr(draw).Q
    return basis @ torch.diag(torch.tensor(eigenvalues, dtype=torch.float64)) @ basis.T


@pytest.mark.parametrize("size", [1e-12, 1.0, 1e12])
@pytest.mark.parametrize(
    "eigenvalues",
    [
        [1.0] + 9 * [0.0],  # of rank one
        10 * [1.0],
        100 * [1.0],
        [1.0, 1.0] + 8 * [0.5],
        [1.0] + 9 * [1 - 1e-4],
        [1.0] + 9 * [1 - 2.0**-24],  # where squaring is worst
        [0.9**power for power in range(10)],
        [1.0],
    ],
)
def test_squaring_agrees_with_the_decomposition(eigenvalues: list[float], size: float) -> None:
    gram = size * gram_with(eigenvalues)
    assert largest_by_squaring(gram).item() == pytest.approx(torch.linalg.eigvalsh(gram)[-1].item(), rel=2.5e-7)


def test_nothing_has_no_eigenvalue_but_zero() -> None:
    assert largest_by_squaring(torch.zeros(10, 10, dtype=torch.float64)).item() == 0


def test_a_gpu_never_waits_for_it() -> None:
    with FakeTensorMode(), Trace() as trace:
        found = largest_eigenvalue(torch.ones(10, 10, device="cuda:0"))
    assert found.dtype == torch.float32
    assert found.shape == ()
    assert not any("eig" in each.name for each in trace.kernels)
    assert {each.devices for each in trace.kernels} == {frozenset({"cuda"})}

"""Gram matrices against sampling, brute force and dense eigenvalues."""

import math

import numpy as np
import pytest
import torch
from torch import Generator
from torch.nn.functional import normalize

from pseudo_rd.theory import gram as g


def unit_rows(samples: int, inputs: int, seed: int = 0) -> torch.Tensor:
    return normalize(torch.randn((samples, inputs), generator=Generator().manual_seed(seed), dtype=torch.float64))


def test_the_closed_form_has_the_known_entries_at_right_angles_and_at_60_degrees():
    inputs = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.5, math.sqrt(3) / 2]], dtype=torch.float64)
    expected = [[1 / 2, 0, 1 / 6], [0, 1 / 2, math.sqrt(3) / 2 * 5 / 12], [1 / 6, math.sqrt(3) / 2 * 5 / 12, 1 / 2]]
    np.testing.assert_allclose(g.gram_infinity(inputs), expected, atol=1e-15)


def test_the_closed_form_is_what_many_gaussian_neurons_average_to_also_for_rows_that_are_not_of_unit_norm():
    inputs = unit_rows(6, 3) * torch.tensor([[0.5], [1.0], [2.0], [1.0], [3.0], [1.0]])
    neurons = 200_000
    sampled = g.gram_monte_carlo(inputs, neurons, Generator().manual_seed(1))
    # An indicator's standard deviation is at most 1/2.
    error = (inputs @ inputs.T).abs() / (2 * math.sqrt(neurons))
    assert ((sampled - g.gram_infinity(inputs)).abs() <= 4.5 * error).all()
    assert (sampled - g.gram_infinity(inputs)).abs().max() > 0


def test_the_gram_matrix_of_weights_equals_the_sum_over_neurons_written_out():
    inputs, hidden = unit_rows(5, 3), torch.randn((7, 3), generator=Generator().manual_seed(2), dtype=torch.float64)
    for i in range(5):
        for j in range(5):
            both = sum(1 for u in hidden if u @ inputs[i] >= 0 and u @ inputs[j] >= 0)
            assert g.gram(inputs, hidden)[i, j] == pytest.approx(float(inputs[i] @ inputs[j]) * both / 7)


def test_the_gram_matrix_of_weights_is_the_kernel_of_the_networks_gradients():
    inputs, hidden = unit_rows(5, 3), torch.randn((7, 3), generator=Generator().manual_seed(2), dtype=torch.float64)
    signs = torch.tensor([1.0, -1, 1, 1, -1, -1, 1], dtype=torch.float64)
    jacobian = torch.func.jacrev(lambda weights: (inputs @ weights.T).relu() @ signs / math.sqrt(7))(hidden)
    flat = jacobian.reshape(5, -1)
    np.testing.assert_allclose(g.gram(inputs, hidden), flat @ flat.T, atol=1e-14)


@pytest.mark.parametrize("block", [1, 7, 64])
def test_products_by_blocks_equal_products_with_the_whole_matrix(block: int):
    inputs, hidden = unit_rows(40, 5), unit_rows(16, 5, seed=3)
    vector = np.random.default_rng(0).standard_normal(40)
    np.testing.assert_allclose(
        g.gram_infinity_operator(inputs, block).matvec(vector), g.gram_infinity(inputs).numpy() @ vector, atol=1e-13
    )
    np.testing.assert_allclose(
        g.gram_operator(inputs, hidden, block).matvec(vector), g.gram(inputs, hidden).numpy() @ vector, atol=1e-13
    )


def test_lanczos_finds_both_ends_of_the_dense_spectrum():
    inputs, hidden = unit_rows(200, 20), unit_rows(256, 20, seed=3)
    for operator, dense in (
        (g.gram_infinity_operator(inputs), g.gram_infinity(inputs)),
        (g.gram_operator(inputs, hidden), g.gram(inputs, hidden)),
    ):
        eigenvalues = torch.linalg.eigvalsh(dense)
        assert g.extreme_eigenvalues(operator) == pytest.approx(
            (float(eigenvalues[0]), float(eigenvalues[-1])), rel=1e-5
        )


def test_lanczos_says_so_when_a_singular_matrix_keeps_it_from_converging(monkeypatch: pytest.MonkeyPatch):
    def give_up(*_, **__):
        raise g.ArpackNoConvergence("no", np.empty(0), np.empty(0))

    monkeypatch.setattr(g, "eigsh", give_up)
    with pytest.raises(RuntimeError, match="tolerance"):
        g.extreme_eigenvalues(g.gram_infinity_operator(unit_rows(20, 5)))


def test_sixty_thousand_samples_need_no_square_matrix(monkeypatch: pytest.MonkeyPatch):
    # n x n in float64 would be 29 GB; the largest product of two matrices in a block shows what was asked for.
    largest = 0
    original = g._active

    def watched(inputs, hidden):
        nonlocal largest
        active = original(inputs, hidden)
        largest = max(largest, active.numel())
        return active

    monkeypatch.setattr(g, "_active", watched)
    inputs, hidden = unit_rows(60_000, 8), unit_rows(32, 8, seed=3)
    vector = np.random.default_rng(0).standard_normal(60_000)
    product = g.gram_operator(inputs, hidden).matvec(vector)
    rows = torch.tensor([0, 30_000, 59_999])
    active = (inputs @ hidden.T >= 0).double()
    expected = ((inputs[rows] @ inputs.T) * (active[rows] @ active.T) / 32).numpy() @ vector
    np.testing.assert_allclose(product[rows], expected, atol=1e-9)
    assert largest <= 1024 * 32


def test_rows_without_direction_and_unequal_inputs_are_refused():
    with pytest.raises(ValueError, match="row 1 is zero"):
        g.gram_infinity(torch.tensor([[1.0, 0.0], [0.0, 0.0]]))
    with pytest.raises(ValueError, match="4 inputs"):
        g.gram(unit_rows(3, 5), unit_rows(3, 4))
    with pytest.raises(ValueError, match="neurons is 0"):
        g.gram_monte_carlo(unit_rows(3, 5), 0, Generator())
    with pytest.raises(ValueError, match="at least 3"):
        g.extreme_eigenvalues(g.gram_infinity_operator(unit_rows(2, 5)))

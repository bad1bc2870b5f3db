"""Gram matrices against sampling, brute force and the network's own gradients."""

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
    sampled = g.gram(inputs, torch.randn((neurons, 3), generator=Generator().manual_seed(1), dtype=torch.float64))
    # An indicator's standard deviation is at most 1/2.
    error = (inputs @ inputs.T).abs() / (2 * math.sqrt(neurons))
    assert ((sampled - g.gram_infinity(inputs)).abs() <= 4.5 * error).all()
    assert (sampled - g.gram_infinity(inputs)).abs().max() > 0


def test_the_gram_matrix_of_weights_is_the_kernel_of_the_networks_gradients():
    inputs, hidden = unit_rows(5, 3), torch.randn((7, 3), generator=Generator().manual_seed(2), dtype=torch.float64)
    signs = torch.tensor([1.0, -1, 1, 1, -1, -1, 1], dtype=torch.float64)
    jacobian = torch.func.jacrev(lambda weights: (inputs @ weights.T).relu() @ signs / math.sqrt(7))(hidden)
    flat = jacobian.reshape(5, -1)
    np.testing.assert_allclose(g.gram(inputs, hidden), flat @ flat.T, atol=1e-14)


def test_the_spectrum_of_two_samples_at_60_degrees_is_known():
    # H_inf = [[1/2, 1/6], [1/6, 1/2]].
    found = g.spectrum(torch.tensor([[1.0, 0.0], [0.5, math.sqrt(3) / 2]], dtype=torch.float64))
    assert found == pytest.approx((1 / 3, 2 / 3))


def test_samples_that_break_assumption_1_are_refused():
    with pytest.raises(ValueError, match=r"smallest eigenvalue of H_inf is 0\.0.* drop parallel samples"):
        g.spectrum(torch.tensor([[1.0, 0.0], [0.0, 0.0]]))

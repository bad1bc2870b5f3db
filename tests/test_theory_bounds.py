"""Constants and right sides of the theorems against independent computation, limits and brute force."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.integrate import quad, solve_ivp
from scipy.optimize import brentq
from scipy.stats import binom, chi, norm
from torch import Generator

from pseudo_rd.theory import bounds as b
from pseudo_rd.theory.flow import initialize, unit_problem
from pseudo_rd.theory.gram import gram, spectrum

TIMES = np.linspace(0, 30, 61)
SETTING = b.Setting(
    samples=12,
    inputs=10,
    width=500,
    smallest=0.2,
    largest=1.1,
    bound=0.05,
    delta=0.1,
    target_norm=3.0,
    residual=4.0,
    times=TIMES,
)
LEVEL = SETTING.kappa * 0.1  # where the error bound settles with mu = 0.1


@pytest.mark.parametrize("residual", [4 * LEVEL, LEVEL, LEVEL / 4])
def test_the_error_bound_solves_the_bernoulli_equation_from_above_and_from_below(residual: float):
    def slope(_: float, psi: np.ndarray) -> np.ndarray:  # (29)
        return -SETTING.smallest * psi + SETTING.lambda_1 * 0.1 * np.sqrt(psi)

    limits = {"method": "DOP853", "t_eval": TIMES, "rtol": 1e-10, "atol": 1e-14}
    solved = solve_ivp(slope, (TIMES[0], TIMES[-1]), [residual**2], **limits)
    closed = replace(SETTING, residual=residual).residual_bound(mu=0.1)
    np.testing.assert_allclose(closed, np.sqrt(solved.y[0]), rtol=1e-7)
    assert closed[-1] == pytest.approx(LEVEL, rel=0.2)


def test_the_constant_of_remark_1_bounds_the_expected_change_of_the_gram_matrix_under_the_worst_moves():
    # Every neuron may flip at every sample within R of its kink: count those flips at random weights.
    inputs, _ = unit_problem(6, 4, Generator().manual_seed(0))
    smallest, _ = spectrum(inputs)
    radius = replace(SETTING, samples=6, smallest=smallest, delta=1 - 1e-9).stability_radius
    hidden = torch.randn((400_000, 4), generator=Generator().manual_seed(1), dtype=torch.float64)
    near = (hidden @ inputs.T).abs() <= radius  # (neurons, samples)
    moved = (near[:, :, None] | near[:, None, :]).double().mean(0)
    assert 0 < moved.sum() <= smallest / 4
    assert near.double().mean() == pytest.approx(2 * norm.cdf(radius) - 1, rel=0.1)


def test_mu_and_the_sign_sum_follow_from_hoeffding():
    # At the bound of (24) Hoeffding's tail (23), 2 exp(-t^2 / (2 ||w||^2)), is delta.
    threshold = brentq(lambda t: 2 * math.exp(-(t**2) / (2 * SETTING.bound**2)) - SETTING.delta, 1e-6, 1.0)
    assert SETTING.sign_sum_bound == pytest.approx(threshold)
    assert SETTING.mu == pytest.approx(SETTING.samples * threshold / math.sqrt(SETTING.width))
    # And the exact tail of equal weights is below delta.
    steps = 100
    beyond = replace(SETTING, bound=math.sqrt(steps)).sign_sum_bound
    assert 0 < 2 * binom.sf(math.ceil((steps + beyond) / 2) - 1, steps, 0.5) <= SETTING.delta


def test_distances_under_the_adversary_are_the_integrals_of_the_velocity_bounds():
    def speed(time: float) -> float:  # (33) plus (38)
        reaction = replace(SETTING, times=time).residual_bound(SETTING.mu)
        return math.sqrt(SETTING.samples / SETTING.width) * reaction + SETTING.diffusion_bound

    for time in (0.0, 0.3, 5.0, 80.0):
        setting, integral = replace(SETTING, times=time), quad(speed, 0, time)[0]
        assert setting.augmented_neuron_distance(SETTING.mu) == pytest.approx(integral)
        assert setting.augmented_distance(SETTING.mu) == pytest.approx(math.sqrt(SETTING.width) * integral)


def test_the_residual_at_the_start_has_the_expected_square_and_grows_like_the_root_of_n():
    inputs, targets = unit_problem(30, 10, Generator().manual_seed(0))
    squares = []
    for seed in range(300):
        start = initialize(64, 10, 1.0, Generator().manual_seed(seed))
        outputs = (inputs @ start.hidden.T).relu() @ start.signs / 8
        squares.append(float((outputs - targets).square().sum()))
    error = np.std(squares) / math.sqrt(len(squares))
    setting = replace(SETTING, samples=30, target_norm=float(targets.norm()))
    assert np.mean(squares) == pytest.approx(setting.expected_residual**2, abs=4 * error)
    assert np.mean(np.sqrt(squares)) <= setting.expected_residual
    four_times = replace(SETTING, samples=120, target_norm=float(targets.repeat(4).norm()))
    assert four_times.expected_residual == pytest.approx(2 * setting.expected_residual)


def test_the_sufficient_width_of_theorem_1_is_what_the_documentation_says():
    # (13) within R, both at the numbers of params.yaml: docs/theory.md.
    inputs, targets = unit_problem(20, 10, Generator().manual_seed(0))
    setting = replace(SETTING, samples=20, smallest=spectrum(inputs)[0], width=1, target_norm=float(targets.norm()))
    expected = replace(setting, residual=setting.expected_residual / setting.delta)
    width = (expected.supervised_neuron_distance / setting.stability_radius) ** 2
    assert width == pytest.approx(4.4e17, rel=0.02)


# Slips of the paper (docs/paper-errata.md)


def test_without_adversary_the_least_width_goes_with_the_fourth_power_of_lambda_0_not_the_second():
    # (43) is the square of the distance over R, which holds lambda_0 itself.
    def width(smallest: float) -> float:
        setting = replace(SETTING, smallest=smallest, width=1)
        return (setting.supervised_neuron_distance / setting.stability_radius) ** 2

    assert width(0.1) / width(0.2) == pytest.approx(2**4)


def test_lemma_1_fails_for_large_delta_as_proved_and_as_printed():
    def probability(delta: float, factor: float = 1.0) -> float:
        radius = replace(SETTING, width=1000, inputs=10, delta=delta).initialization_radius
        return chi.cdf(factor * radius, 1000 * 10)

    assert probability(0.9) < 1e-6 < 1 - 0.9  # as proved: sqrt(2 pi) delta
    assert probability(0.7, math.sqrt(0.7)) < 1e-6 < 1 - 0.7  # as printed: sqrt(2 pi delta)
    # For a small delta both hold with room.
    assert probability(0.1) == pytest.approx(1)


def test_the_step_46_of_lemma_1_does_not_hold_for_all_entries_at_once():
    delta, entries = 0.5, 1000
    one = 2 * norm.cdf(2 / (math.sqrt(2 * math.pi) * delta)) - 1
    assert one >= 1 - delta
    assert one**entries < 1e-6


def test_remark_1_and_lemma_4_need_a_condition_on_m_even_at_the_start():
    inputs, _ = unit_problem(20, 3, Generator().manual_seed(0))
    smallest, largest = spectrum(inputs)
    narrow = gram(inputs, torch.randn((4, 3), generator=Generator().manual_seed(0), dtype=torch.float64))
    eigenvalues = torch.linalg.eigvalsh(narrow)
    assert torch.linalg.matrix_rank(narrow) <= 4 * 3 < 20
    assert eigenvalues[0] < 1e-12 < smallest / 2
    one_neuron = torch.linalg.eigvalsh(gram(inputs, inputs[:1]))  # active at half the samples or more
    assert one_neuron[-1] > replace(SETTING, smallest=smallest, largest=largest).lambda_1 / 2


def test_the_second_line_of_26_does_not_follow_but_the_third_does():
    gram_matrix, error, slope = np.diag([1.0, 3.0]), np.array([1.0, 1.0]), np.array([-1.0, 1.0])
    lambda_1 = 2 * 3.0
    left = 2 * error @ gram_matrix @ slope
    assert left > lambda_1 * (error @ slope) == 0
    assert left <= lambda_1 * np.linalg.norm(error) * np.linalg.norm(slope)


def test_the_last_steps_of_26_and_36_drop_an_indicator_that_can_make_the_sum_larger():
    signs, critic = np.array([1.0, -1.0]), np.array([1.0, 1.0])
    assert abs(signs @ critic) == 0
    signs, critic, output = np.array([1.0, 1.0]), np.array([1.0, -1.0]), 2.0
    assert abs(signs @ critic) == 0
    assert abs((signs * critic)[critic * output >= 0].sum()) == 1


def test_hoeffdings_bound_24_fails_for_an_adversary_that_knows_its_signs():
    width = 8192
    signs = initialize(width, 1, 1.0, Generator().manual_seed(0)).critic_signs.numpy()
    critic = signs / math.sqrt(width)  # ||w|| = 1
    assert np.linalg.norm(critic) == pytest.approx(1)
    assert abs(signs @ critic) == pytest.approx(math.sqrt(width))
    assert abs(signs @ critic) > 30 * replace(SETTING, bound=1.0).sign_sum_bound


def test_gaussian_w_of_theorem_2_is_never_within_a_small_ball():
    assert chi.cdf(0.01, 2**13) == 0
    assert chi.ppf(1e-9, 2**13) > 80


@pytest.mark.parametrize(("c", "unstable"), [(3.0, False), (2.0, True)])
def test_the_printed_c_of_figure_18_gives_no_turing_instability_and_the_textbooks_does(c: float, unstable: bool):
    # (63) linearised: a = 1, b = -1, d = -1.5, diffusion 1e-4 and 6e-4, at every wave number up to 400.
    squares = np.linspace(0, 400, 4001) ** 2
    matrices = np.array([[[1 - 1e-4 * k, -1], [c, -1.5 - 6e-4 * k]] for k in squares])
    growth = np.linalg.eigvals(matrices).real.max(axis=1)
    assert growth[0] < 0
    assert (growth.max() > 0) == unstable
    assert growth.max() == pytest.approx(0.114 if unstable else -0.197, abs=1e-3)

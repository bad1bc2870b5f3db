"""Constants and right sides of the theorems against independent computation, limits and brute force."""

import math

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import binom, chi, norm
from torch import Generator

from pseudo_rd.theory import bounds as b
from pseudo_rd.theory.bernoulli import residual_bound
from pseudo_rd.theory.flow import initialize, unit_problem
from pseudo_rd.theory.gram import gram, gram_infinity

SPECTRUM = b.Spectrum(smallest=0.2, largest=1.1)
SAMPLES, WIDTH, DELTA, RESIDUAL, BOUND = 12, 500, 0.1, 4.0, 0.05
MU = b.adversary_strength(SAMPLES, WIDTH, BOUND, DELTA)


def test_lambda_1_bounds_twice_the_gram_matrix_and_kappa_is_twice_the_condition_number_plus_one():
    assert SPECTRUM.lambda_1 / 2 == pytest.approx(1.1 + 0.2 / 2)
    assert SPECTRUM.kappa == pytest.approx(2 * (1.1 / 0.2) + 1)


def test_the_spectrum_of_inputs_is_that_of_their_gram_matrix():
    inputs, _ = unit_problem(8, 5, Generator().manual_seed(0))
    found, values = b.spectrum(inputs), np.linalg.svd(gram_infinity(inputs).numpy(), compute_uv=False)
    assert (found.smallest, found.largest) == pytest.approx((values[-1], values[0]))


def test_parallel_samples_break_assumption_1():
    with pytest.raises(ValueError, match="drop parallel samples"):
        b.Spectrum(0.0, 1.0)


def test_the_constant_of_remark_1_bounds_the_expected_change_of_the_gram_matrix_under_the_worst_moves():
    # Every neuron may flip at every sample within R of its kink: count those flips at random weights.
    inputs, _ = unit_problem(6, 4, Generator().manual_seed(0))
    smallest, delta = b.spectrum(inputs).smallest, 1 - 1e-9
    radius = b.stability_radius(6, smallest, delta)
    hidden = torch.randn((400_000, 4), generator=Generator().manual_seed(1), dtype=torch.float64)
    near = (hidden @ inputs.T).abs() <= radius  # (neurons, samples)
    moved = (near[:, :, None] | near[:, None, :]).double().mean(0)
    assert 0 < moved.sum() <= smallest / 4
    assert near.double().mean() == pytest.approx(2 * norm.cdf(radius) - 1, rel=0.1)


def test_mu_and_the_sign_sum_follow_from_hoeffding():
    # At the bound of (24) Hoeffding's tail (23), 2 exp(-t^2 / (2 ||w||^2)), is delta.
    threshold = brentq(lambda t: 2 * math.exp(-(t**2) / (2 * BOUND**2)) - DELTA, 1e-6, 1.0)
    assert b.sign_sum_bound(DELTA, BOUND) == pytest.approx(threshold)
    assert pytest.approx(SAMPLES * threshold / math.sqrt(WIDTH)) == MU
    # And the exact tail of equal weights is below delta.
    steps = 100
    beyond = b.sign_sum_bound(DELTA, math.sqrt(steps))
    assert 0 < 2 * binom.sf(math.ceil((steps + beyond) / 2) - 1, steps, 0.5) <= DELTA


def test_the_largest_bound_makes_kappa_mu_the_accuracy():
    largest = b.largest_bound(SAMPLES, WIDTH, DELTA, SPECTRUM.kappa, accuracy=0.5)
    assert SPECTRUM.kappa * b.adversary_strength(SAMPLES, WIDTH, largest, DELTA) == pytest.approx(0.5)


@pytest.mark.parametrize("mu", [0.0, 0.01, 0.03])
def test_at_the_arrival_time_the_error_bound_equals_the_accuracy(mu: float):
    time = b.arrival_time(RESIDUAL, 0.5, SPECTRUM, mu)
    found = brentq(lambda t: residual_bound(t, RESIDUAL, SPECTRUM.smallest, SPECTRUM.lambda_1, mu) - 0.5, 0, 1e4)
    assert time == pytest.approx(found)


@pytest.mark.parametrize("accuracy", [0.11, 4.0])
def test_no_arrival_time_for_an_accuracy_out_of_reach_or_already_met(accuracy: float):
    with pytest.raises(ValueError, match="kappa mu"):
        b.arrival_time(RESIDUAL, accuracy, SPECTRUM, mu=0.01)


def test_distances_under_the_adversary_are_the_integrals_of_the_velocity_bounds():
    def speed(time: float) -> float:  # (33) plus (38)
        reaction = residual_bound(time, RESIDUAL, SPECTRUM.smallest, SPECTRUM.lambda_1, MU)
        return math.sqrt(SAMPLES / WIDTH) * reaction + b.diffusion_bound(SAMPLES, WIDTH, BOUND, DELTA)

    for time in (0.0, 0.3, 5.0, 80.0):
        integral = quad(speed, 0, time)[0]
        assert b.augmented_neuron_distance(time, SAMPLES, WIDTH, RESIDUAL, SPECTRUM, MU) == pytest.approx(integral)
        assert b.augmented_distance(time, SAMPLES, RESIDUAL, SPECTRUM, MU) == pytest.approx(math.sqrt(WIDTH) * integral)


def test_without_adversary_and_in_the_long_run_theorem_2_becomes_theorem_1():
    late = b.augmented_neuron_distance(1e4, SAMPLES, WIDTH, RESIDUAL, SPECTRUM, mu=0.0)
    assert late == pytest.approx(b.supervised_neuron_distance(SAMPLES, WIDTH, RESIDUAL, SPECTRUM.smallest))
    total = b.augmented_distance(1e4, SAMPLES, RESIDUAL / DELTA, SPECTRUM, mu=0.0)
    assert total == pytest.approx(b.supervised_distance(SAMPLES, RESIDUAL, SPECTRUM.smallest, DELTA))


def left_side_of_42(width: int, residual: float, accuracy: float, bound: float) -> float:
    mu = bound * SAMPLES * math.sqrt(2 * math.log(2 / DELTA)) / math.sqrt(width)
    kappa = (2 * 1.1 + 0.2) / 0.2
    if kappa * mu >= accuracy:
        return math.inf
    time = 2 / 0.2 * math.log((residual - kappa * mu) / (accuracy - kappa * mu))
    settled = 2 * math.sqrt(SAMPLES) * residual / (math.sqrt(width) * 0.2)
    return settled + mu * (1 + kappa * math.sqrt(SAMPLES)) / math.sqrt(width) * time


@pytest.mark.parametrize("bound", [0.0, 0.003, 0.02])
def test_the_least_width_is_the_first_one_that_a_search_through_all_widths_finds(bound: float):
    radius, accuracy = 4.0, 0.5
    found = b.least_width(SAMPLES, RESIDUAL, accuracy, bound, DELTA, SPECTRUM, radius)
    searched = next(m for m in range(1, 100_000) if left_side_of_42(m, RESIDUAL, accuracy, bound) <= radius)
    assert found == searched > 100


def test_the_closed_form_of_43_agrees_with_the_search_at_its_own_mu_and_time():
    radius, accuracy, bound = 4.0, 0.5, 0.02
    width = b.least_width(SAMPLES, RESIDUAL, accuracy, bound, DELTA, SPECTRUM, radius)
    mu = b.adversary_strength(SAMPLES, width, bound, DELTA)
    time = b.arrival_time(RESIDUAL, accuracy, SPECTRUM, mu)
    # mu falls with m, so that the fixed point lies between this width and the one before.
    assert width - 2 < b.least_width_for(SAMPLES, RESIDUAL, SPECTRUM, radius, mu, time) <= width


def test_without_adversary_the_least_width_goes_with_the_fourth_power_of_lambda_0_not_the_second():
    # R itself holds lambda_0; (43) squares the quotient.
    def width(smallest: float) -> float:
        radius = b.stability_radius(SAMPLES, smallest, DELTA)
        return b.least_width_for(SAMPLES, RESIDUAL, b.Spectrum(smallest, 1.1), radius)

    assert width(0.1) / width(0.2) == pytest.approx(2**4)


def test_the_residual_at_the_start_has_the_expected_square_and_grows_like_the_root_of_n():
    inputs, targets = unit_problem(30, 10, Generator().manual_seed(0))
    squares = []
    for seed in range(300):
        start = initialize(64, 10, 1.0, Generator().manual_seed(seed))
        outputs = (inputs @ start.hidden.T).relu() @ start.signs / 8
        squares.append(float((outputs - targets).square().sum()))
    error = np.std(squares) / math.sqrt(len(squares))
    assert np.mean(squares) == pytest.approx(b.expected_residual(targets) ** 2, abs=4 * error)
    assert np.mean(np.sqrt(squares)) <= b.expected_residual(targets)
    four_times = b.expected_residual(targets.repeat(4))
    assert four_times == pytest.approx(2 * b.expected_residual(targets))


# Slips of the paper (docs/paper-errata.md)


def test_lemma_1_fails_for_large_delta_as_proved_and_as_printed():
    entries = 1000 * 10
    for delta, radius in (
        (0.9, b.initialization_radius(1000, 10, 0.9)),  # as proved: sqrt(2 pi) delta
        (0.7, b.initialization_radius(1000, 10, 0.7) * math.sqrt(0.7)),  # as printed: sqrt(2 pi delta)
    ):
        assert chi.cdf(radius, entries) < 1e-6 < 1 - delta
    # For a small delta both hold with room.
    assert chi.cdf(b.initialization_radius(1000, 10, 0.1), entries) == pytest.approx(1)


def test_the_step_46_of_lemma_1_does_not_hold_for_all_entries_at_once():
    delta, entries = 0.5, 1000
    one = 2 * norm.cdf(2 / (math.sqrt(2 * math.pi) * delta)) - 1
    assert one >= 1 - delta
    assert one**entries < 1e-6


def test_remark_1_and_lemma_4_need_a_condition_on_m_even_at_the_start():
    inputs, _ = unit_problem(20, 3, Generator().manual_seed(0))
    ends = b.spectrum(inputs)
    narrow = gram(inputs, torch.randn((4, 3), generator=Generator().manual_seed(0), dtype=torch.float64))
    eigenvalues = torch.linalg.eigvalsh(narrow)
    assert torch.linalg.matrix_rank(narrow) <= 4 * 3 < 20
    assert eigenvalues[0] < 1e-12 < ends.smallest / 2
    one_neuron = torch.linalg.eigvalsh(gram(inputs, inputs[:1]))  # active at half the samples or more
    assert one_neuron[-1] > ends.lambda_1 / 2


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
    assert abs(signs @ critic) > 30 * b.sign_sum_bound(DELTA, 1.0)


def test_gaussian_w_of_theorem_2_is_never_within_a_small_ball():
    assert chi.cdf(0.01, 2**13) == 0
    assert chi.ppf(1e-9, 2**13) > 80


@pytest.mark.parametrize("delta", [0.0, 1.0, -0.1])
def test_a_delta_that_is_no_probability_is_refused(delta: float):
    with pytest.raises(ValueError, match="delta"):
        b.initialization_radius(10, 10, delta)


def test_a_least_width_for_an_accuracy_already_met_is_refused():
    with pytest.raises(ValueError, match=r"accuracy is 5\.0"):
        b.least_width(SAMPLES, RESIDUAL, 5.0, BOUND, DELTA, SPECTRUM, 1.0)


@pytest.mark.parametrize(("c", "unstable"), [(3.0, False), (2.0, True)])
def test_the_printed_c_of_figure_18_gives_no_turing_instability_and_the_textbooks_does(c: float, unstable: bool):
    # (63) linearised: a = 1, b = -1, d = -1.5, diffusion 1e-4 and 6e-4, at every wave number up to 400.
    squares = np.linspace(0, 400, 4001) ** 2
    matrices = np.array([[[1 - 1e-4 * k, -1], [c, -1.5 - 6e-4 * k]] for k in squares])
    growth = np.linalg.eigvals(matrices).real.max(axis=1)
    assert growth[0] < 0
    assert (growth.max() > 0) == unstable
    assert growth.max() == pytest.approx(0.114 if unstable else -0.197, abs=1e-3)

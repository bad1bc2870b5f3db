"""The flow of the theorems' own setting against automatic differentiation, exact solutions and a halved step."""

import math

import numpy as np
import pytest
import torch
from torch import Generator

from pseudo_rd.theory import flow
from pseudo_rd.theory.gram import gram
from pseudo_rd.theory.statements import ADVERSARIES


@pytest.fixture(scope="module")
def problem() -> tuple[torch.Tensor, torch.Tensor]:
    return flow.unit_problem(10, 6, Generator().manual_seed(0))


def test_reaction_and_diffusion_add_up_to_minus_the_gradient_of_the_augmented_loss(problem):
    inputs, targets = problem
    start = flow.initialize(32, 6, 2.0, Generator().manual_seed(1))
    hidden = start.hidden.clone().requires_grad_()
    outputs = (inputs @ hidden.T).relu() @ start.signs / math.sqrt(32)
    judged = torch.outer(outputs, start.critic).relu() @ start.critic_signs / math.sqrt(32)
    loss = (outputs - targets).square().sum() / 2 - judged.sum()
    (expected,) = torch.autograd.grad(-loss, hidden)

    preactivations = start.hidden @ inputs.T
    z = flow.predictions(preactivations, start.signs)
    slope = flow.critic_slope(start.critic, start.critic_signs, z)
    assert slope.norm() > 0
    torch.testing.assert_close(flow.velocity(preactivations, start.signs, targets - z + slope, inputs), expected)


def test_orthogonal_inputs_decouple_into_exponentials_with_rates_that_are_known():
    # With x_p orthogonal, a neuron's activity at x_p only depends on u.x_p. Neurons that keep their signs make H
    # constant and diagonal, so that z_p - y_p decays like exp(-H_pp t) exactly.
    inputs = torch.eye(3, dtype=torch.float64)
    hidden = torch.tensor([[5.0, 5, -5], [5, -5, 5], [-5, 5, 5], [5, 5, 5]], dtype=torch.float64)
    signs = torch.tensor([1.0, -1, 1, 1], dtype=torch.float64)
    start = flow.Network(hidden, signs, torch.ones(4, dtype=torch.float64), signs)
    targets = flow.predictions(hidden @ inputs.T, signs) + torch.tensor([1.0, -0.5, 0.25], dtype=torch.float64)
    result = flow.gradient_flow(inputs, targets, start, "none", 1.0, 0.001, [0, 1.0, 2.0])
    rates = np.diag(gram(inputs, hidden).numpy())
    np.testing.assert_allclose(rates, 3 / 4)
    expected = [np.linalg.norm(np.exp(-rates * t) * [1, -0.5, 0.25]) for t in (0, 1, 2)]
    np.testing.assert_allclose(result["residual"], expected, rtol=2e-3)
    np.testing.assert_allclose(result["gram_shift"], 0, atol=1e-12)
    np.testing.assert_allclose(result["mismatch"], 0, atol=1e-9)


def test_halving_the_step_changes_little(problem):
    start = flow.initialize(512, 6, 0.3, Generator().manual_seed(1))
    times = flow.recording_times(8.0, 0.05, 8)

    def change(adversary: flow.Adversary, step: float) -> dict[str, float]:
        """Largest difference over the times, relative to the largest value."""
        coarse, fine = (flow.gradient_flow(*problem, start, adversary, 0.3, each, times) for each in (step, step / 2))
        return {name: np.abs(coarse[name] - fine[name]).max() / (np.abs(fine[name]).max() or 1) for name in fine}

    for adversary in ADVERSARIES:
        changes = change(adversary, 0.05)
        for name in ("residual", "distance", "neuron_distance", "gram_smallest", "gram_largest", "reaction"):
            assert changes[name] < 0.03, (adversary, name)
    assert 0 < change("none", 0.0125)["distance"] < change("none", 0.05)["distance"] / 2


def test_a_trained_critic_climbs_its_own_objective(problem):
    # One small step in which the generator hardly moves: w goes up the gradient of sum g(y) - g(z) from autograd.
    inputs, targets = problem
    start = flow.initialize(32, 6, 2.0, Generator().manual_seed(1))
    critic = (start.critic / 2).requires_grad_()  # inside the ball, which would bend the step
    outputs = flow.predictions(start.hidden @ inputs.T, start.signs)

    def judged(values: torch.Tensor) -> torch.Tensor:
        return (torch.outer(values, critic).relu() @ start.critic_signs / math.sqrt(32)).sum()

    (climb,) = torch.autograd.grad(judged(targets) - judged(outputs), critic)
    inside = flow.Network(start.hidden, start.signs, critic.detach(), start.critic_signs)
    step = 1e-3
    result = flow.gradient_flow(inputs, targets, inside, "trained", 2.0, step, [0, step])
    moved = start.critic_signs @ (critic.detach() + step * climb)
    assert result["sign_sum"][1] == pytest.approx(float(moved.abs()), rel=1e-12)
    assert result["sign_sum"][1] != pytest.approx(result["sign_sum"][0], rel=1e-6)


def test_a_neuron_that_slides_along_a_kink_does_not_obey_remark_2_however_small_the_step():
    # x_1 pushes the neuron out of its half-space, x_2 back in: it slides along u.x_1 = 0. There z_1 stays 0, and x_2
    # only moves the part of u along the kink, so that y_2 - z_2 decays at the rate sin^2(angle). H (y - z) has no such
    # rate: without x_1 in it the rate is 1, with it z_1 would leave 0.
    angle, time = 1.0, 0.5
    inputs = torch.tensor([[1.0, 0.0], [math.cos(angle), math.sin(angle)]], dtype=torch.float64)
    targets = torch.tensor([-10.0, 10.0], dtype=torch.float64)
    one = torch.ones(1, dtype=torch.float64)
    start = flow.Network(torch.tensor([[0.0, 1.0]], dtype=torch.float64), one, one, one)

    def error(rate: float) -> float:
        return math.hypot(10, (10 - math.sin(angle)) * math.exp(-rate * time))

    sliding = error(math.sin(angle) ** 2)
    assert sliding - error(1.0) > 0.4
    for step in (0.01, 0.0025, 0.000625):
        end = flow.gradient_flow(inputs, targets, start, "none", 1.0, step, [0, time])["residual"][1]
        assert end == pytest.approx(sliding, abs=0.01)


def test_the_distance_of_one_neuron_is_at_most_that_of_all_and_all_at_most_the_root_of_m_times_it(theory_study):
    one, total = theory_study["neuron_distance"], theory_study["distance"]
    assert (one <= total + 1e-12).all()
    assert (total <= np.sqrt(theory_study["widths"])[:, None, None] * one + 1e-12).all()


def test_adversaries_share_their_start_and_the_ball_binds_them(theory_study):
    starts = theory_study["residual"][..., 0]
    np.testing.assert_array_equal(starts[0], starts[1])
    np.testing.assert_array_equal(starts[0], starts[2])
    assert (theory_study["diffusion"][0] == 0).all()
    assert (theory_study["diffusion"][1] > 0).all()
    most = 0.3 * np.sqrt(theory_study["widths"])[:, None, None]  # |a.w| <= sqrt(m) ||w||
    assert (theory_study["sign_sum"] <= most + 1e-12).all()


def test_repeating_a_study_gives_the_same_bits(problem, theory_study):
    again = flow.study(*problem, [16], [2], 0.3, 0.1, 0.05, theory_study["times"])
    np.testing.assert_array_equal(again["residual"][:, 0, 0], theory_study["residual"][:, 0, 1])


def test_recording_times_are_whole_steps_without_repetition():
    times = flow.recording_times(40, 0.05, 24)
    assert times[0] == 0 and times[-1] == pytest.approx(40)
    assert (np.diff(np.round(np.array(times) / 0.05)) >= 1).all()


def test_an_unstable_step_is_refused(problem):
    start = flow.initialize(16, 6, 1.0, Generator().manual_seed(1))
    with pytest.raises(ValueError, match=r"step is 9\.0"):
        flow.gradient_flow(*problem, start, "none", 1.0, 9.0, [0, 9])

import numpy as np
import pytest
from known_systems import PRINTED, SPACING, TEXTBOOK, WORMS

from pseudo_rd.reaction_diffusion.linear import fastest_mode, measured_wave_length
from pseudo_rd.reaction_diffusion.simulation import simulate
from pseudo_rd.reaction_diffusion.systems import GrayScott, Turing, gray_scott_start, turing_start


def rolled_laplacian(field: np.ndarray, spacing: float) -> np.ndarray:
    neighbours = sum(np.roll(field, shift, axis) for shift in (1, -1) for axis in (0, 1))
    return (neighbours - 4 * field) / spacing**2


def test_turings_steps_are_those_of_the_printed_equation() -> None:
    system = Turing(a=0.3, b=-0.7, c=0.2, d=-0.4, h=2, k=3, diffusion_u=1e-4, diffusion_v=6e-4)
    start, step = turing_start(system, 9, 0.03, seed=1), 0.02
    found = simulate(system, start, SPACING, step, [0, step, 50 * step])
    u, v = start
    for steps in range(1, 51):
        rate_u = 0.3 * (u - 2) - 0.7 * (v - 3) + 1e-4 * rolled_laplacian(u, SPACING)
        rate_v = 0.2 * (u - 2) - 0.4 * (v - 3) + 6e-4 * rolled_laplacian(v, SPACING)
        u, v = u + step * rate_u, v + step * rate_v
        if steps == 1:
            np.testing.assert_allclose([found["u"][1], found["v"][1]], [u, v], atol=1e-14)
    np.testing.assert_allclose([found["u"][2], found["v"][2]], [u, v], atol=1e-13)
    np.testing.assert_array_equal(found["u"][0], start[0])
    assert found["change"] == pytest.approx(max(np.abs(rate_u).max(), np.abs(rate_v).max()), rel=1e-9)


def test_gray_and_scotts_step_is_that_of_the_printed_equation(random: np.random.Generator) -> None:
    u, v = start = random.uniform(0, 1, (2, 9, 9))
    end = simulate(WORMS, start, SPACING, 0.5, [0.5])
    rate_u = 0.04 * (1 - u) - u * v**2 + 2e-5 * rolled_laplacian(u, SPACING)
    rate_v = -(0.04 + 0.06) * v + u * v**2 + 1e-5 * rolled_laplacian(v, SPACING)
    np.testing.assert_allclose(end["u"][0], u + 0.5 * rate_u, atol=1e-15)
    np.testing.assert_allclose(end["v"][0], v + 0.5 * rate_v, atol=1e-15)
    assert end["change"] == pytest.approx(max(np.abs(rate_u).max(), np.abs(rate_v).max()))


def test_the_simulated_textbook_pattern_has_the_fastest_modes_wave_length_and_rate() -> None:
    found = simulate(TEXTBOOK, turing_start(TEXTBOOK, 100, 0.03, seed=1), SPACING, 0.02, [0, 40, 60])
    rate, wave_length = fastest_mode(TEXTBOOK)
    waves = 100 * SPACING / measured_wave_length(found["u"][-1], SPACING)
    assert abs(waves - 100 * SPACING / wave_length) < 1  # whole waves a side
    deviation = found["u"].std(axis=(1, 2))
    # Slower by the band of neighbouring waves and by the lattice, whose Laplacian is 2.6 % weaker at this wave length.
    assert 0.9 * rate < np.log(deviation[2] / deviation[1]) / 20 < rate


def test_the_simulated_printed_system_returns_to_the_homogeneous_state() -> None:
    found = simulate(PRINTED, turing_start(PRINTED, 100, 0.03, seed=1), SPACING, 0.02, [0, 20, 40])
    deviation = found["u"].std(axis=(1, 2))
    assert deviation[1] < 0.01 * deviation[0]
    assert np.log(deviation[2] / deviation[1]) / 20 == pytest.approx(fastest_mode(PRINTED)[0], rel=0.1)


def symmetry_error(field: np.ndarray) -> float:
    centred = field[1:, 1:]  # the patch's centre is the middle of these rows and columns
    return max(np.abs(centred - other).max() for other in (centred[::-1], centred[:, ::-1], centred.T))


def test_a_symmetric_start_stays_symmetric_to_the_bit_and_one_spot_of_figure_27_never_divides() -> None:
    system = GrayScott(feed_rate=0.035, kill_rate=0.065, diffusion_u=2e-5, diffusion_v=1e-5)
    times = [1000, 4000]
    exact = simulate(system, gray_scott_start(100, 5), SPACING, 1, times)
    perturbed = simulate(system, gray_scott_start(100, 5, 0.01, seed=1), SPACING, 1, times)
    assert symmetry_error(exact["u"][-1]) == symmetry_error(exact["v"][-1]) == 0
    assert exact["change"] < 1e-12
    assert symmetry_error(perturbed["u"][-1]) > 0.1
    filled = {name: found["v"].mean(axis=(1, 2)) for name, found in (("exact", exact), ("perturbed", perturbed))}
    assert filled["exact"][1] == pytest.approx(filled["exact"][0], rel=1e-3)
    assert filled["perturbed"][1] > 3 * filled["perturbed"][0]


def test_each_step_is_told() -> None:
    told = []
    simulate(WORMS, gray_scott_start(16, 5), SPACING, 0.5, [0, 2], lambda *step: told.append(step))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_an_unstable_step_is_refused_with_its_bound() -> None:
    with pytest.raises(ValueError, match=r"time_step = 2 is unstable: the bound is 1\.22 at spacing 0\.01"):
        simulate(WORMS, gray_scott_start(16, 5), SPACING, 2, [10])


def test_fields_that_overflow_are_refused_in_one_line() -> None:
    runaway = Turing(a=50, b=0, c=0, d=0, h=0, k=0, diffusion_u=0, diffusion_v=0)
    with pytest.raises(ValueError, match=r"not finite at t = 40"):
        simulate(runaway, np.ones((2, 8, 8)), SPACING, 0.02, [20, 40])


def test_times_off_the_steps_are_refused() -> None:
    with pytest.raises(ValueError, match=r"0\.75 is not a multiple of time_step = 0\.5"):
        simulate(WORMS, gray_scott_start(16, 5), SPACING, 0.5, [0, 0.75])

from dataclasses import replace

import numpy as np
import pytest
from known_systems import PRINTED, SPACING, TEXTBOOK, WORMS

from pseudo_rd.reaction_diffusion.linear import facts, fastest_mode, growth_rate, largest_step, measured_wave_length
from pseudo_rd.reaction_diffusion.systems import System, Turing


@pytest.mark.parametrize("system", [PRINTED, TEXTBOOK])
def test_growth_rates_solve_the_quadratic_of_trace_and_determinant(system: Turing) -> None:
    wave_numbers = np.linspace(0, 400, 4001)
    u, v = system.a - 1e-4 * wave_numbers**2, system.d - 6e-4 * wave_numbers**2
    trace, determinant = u + v, u * v - system.b * system.c
    expected = (trace + np.sqrt(trace**2 - 4 * determinant + 0j)).real / 2
    np.testing.assert_allclose(growth_rate(system, wave_numbers), expected, atol=1e-12)
    assert fastest_mode(system)[0] == pytest.approx(expected.max(), abs=1e-5)


def test_a_fastest_mode_needs_diffusion() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        fastest_mode(replace(PRINTED, diffusion_u=0))


@pytest.mark.parametrize("system", [PRINTED, WORMS])
def test_the_checkerboard_neither_grows_at_the_bound_nor_survives_beyond_it(system: System) -> None:
    checkerboard = 8 / SPACING**2  # minus its five-point Laplacian
    reaction = system.jacobian(*system.homogeneous_state)
    diffusion = np.diag([system.diffusion_u, system.diffusion_v])
    bound = largest_step(system, SPACING)
    for step, stable in ((0.999 * bound, True), (1.001 * bound, False)):
        amplification = np.linalg.eigvals(np.eye(2) + step * (reaction - checkerboard * diffusion))
        assert (np.abs(amplification).max() < 1) == stable


def test_a_decaying_oscillation_bounds_the_step_where_diffusion_does_not() -> None:
    # Eigenvalues (-1 +- i sqrt(23)) / 4 of the printed constants: 2 Re / |s|^2 = 0.5 / 1.5.
    bound = largest_step(PRINTED, spacing=1.0)
    assert bound == pytest.approx(1 / 3)
    amplitude = []
    for step in (0.95 * bound, 1.05 * bound):
        state = np.array([0.01, 0.0])
        for _ in range(400):
            state = state + step * np.array([[1, -1], [3, -1.5]]) @ state
        amplitude.append(np.abs(state).max())
    assert amplitude[0] < 0.01 < amplitude[1]


def test_a_system_that_only_grows_sets_no_bound() -> None:
    growing = Turing(a=50, b=0, c=0, d=1, h=0, k=0, diffusion_u=0, diffusion_v=0)
    assert largest_step(growing, SPACING) == np.inf


@pytest.mark.parametrize(("rows", "columns"), [(5, 0), (0, 8), (6, 8)])
def test_the_wave_length_of_a_plane_wave_is_measured(rows: int, columns: int) -> None:
    position = np.arange(64) / 64
    wave = 3 + np.cos(2 * np.pi * (rows * position[:, None] + columns * position[None, :]))
    assert measured_wave_length(wave, 0.5) == pytest.approx(64 * 0.5 / np.hypot(rows, columns))


def test_a_homogeneous_field_has_no_wave_length() -> None:
    assert measured_wave_length(np.full((16, 16), 0.3), SPACING) == np.inf


def test_facts_are_constants_and_what_linear_theory_expects() -> None:
    found = facts(TEXTBOOK, patch=5)
    assert {name: float(value) for name, value in found.items()} == {
        **{"a": 1, "b": -1, "c": 2, "d": -1.5, "h": 1, "k": 1, "diffusion_u": 1e-4, "diffusion_v": 6e-4, "patch": 5},
        **dict(zip(("growth_rate", "wave_length"), fastest_mode(TEXTBOOK), strict=True)),
    }
    assert all(value.shape == () for value in found.values())

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from pseudo_rd.reaction_diffusion.linear import facts, fastest_mode, growth_rate, largest_step, measured_wave_length
from pseudo_rd.reaction_diffusion.simulation import simulate
from pseudo_rd.reaction_diffusion.systems import GrayScott, System, Turing, gray_scott_start, turing_start

PRINTED = Turing(a=1, b=-1, c=3, d=-1.5, h=1, k=1, diffusion_u=1e-4, diffusion_v=6e-4)
TEXTBOOK = Turing(a=1, b=-1, c=2, d=-1.5, h=1, k=1, diffusion_u=1e-4, diffusion_v=6e-4)
PAIRS = [(0.025, 0.055), (0.025, 0.060), (0.040, 0.060), (0.035, 0.065)]
WORMS = GrayScott(feed_rate=0.04, kill_rate=0.06, diffusion_u=2e-5, diffusion_v=1e-5)
SPACING = 0.01


def lattice_eigenvalues(grid: int, spacing: float) -> np.ndarray:
    """Minus the five-point Laplacian of each Fourier mode, (grid, grid)."""
    angle = 2 * np.pi * np.arange(grid) / grid
    return (4 - 2 * np.cos(angle)[:, None] - 2 * np.cos(angle)[None, :]) / spacing**2


def rolled_laplacian(field: np.ndarray, spacing: float) -> np.ndarray:
    neighbours = sum(np.roll(field, shift, axis) for shift in (1, -1) for axis in (0, 1))
    return (neighbours - 4 * field) / spacing**2


# Turing's system


@pytest.mark.parametrize("system", [PRINTED, TEXTBOOK])
def test_every_fourier_mode_is_multiplied_by_its_own_matrix_power(system: Turing) -> None:
    grid, steps, step = 12, 30, 0.02
    start = turing_start(system, grid, 0.03, seed=1)
    end = simulate(system, start, SPACING, step, [steps * step])
    modes = np.fft.fft2(start - 1)  # (2, grid, grid); h = k = 1
    reaction = np.array([[system.a, system.b], [system.c, system.d]])
    diffusion = np.diag([system.diffusion_u, system.diffusion_v])
    one_step = np.eye(2) + step * (reaction - lattice_eigenvalues(grid, SPACING)[..., None, None] * diffusion)
    power = np.linalg.matrix_power(one_step, steps)
    expected = 1 + np.fft.ifft2(np.einsum("xyij,jxy->ixy", power, modes)).real
    np.testing.assert_allclose([end["u"][0], end["v"][0]], expected, rtol=0, atol=1e-14)


def test_the_three_constants_h_k_and_b_act_where_the_equation_puts_them() -> None:
    system = Turing(a=0.3, b=-0.7, c=0.2, d=-0.4, h=2, k=3, diffusion_u=0, diffusion_v=0)
    start = np.array([5.0, 7.0])[:, None, None] * np.ones((2, 8, 8))
    end = simulate(system, start, SPACING, 0.1, [0.1])
    assert end["u"] == pytest.approx(5 + 0.1 * (0.3 * (5 - 2) - 0.7 * (7 - 3)))
    assert end["v"] == pytest.approx(7 + 0.1 * (0.2 * (5 - 2) - 0.4 * (7 - 3)))


@pytest.mark.parametrize("grid", [9, 12])
def test_many_steps_at_once_are_eulers_steps_one_by_one(grid: int) -> None:
    start, step, told = turing_start(TEXTBOOK, grid, 0.03, seed=1), 0.02, []
    found = simulate(
        TEXTBOOK, start, SPACING, step, [0, step, 50 * step], on_step=lambda done, total: told.append((done, total))
    )
    u, v = start
    for steps in range(1, 51):
        rate_u = (u - 1) - (v - 1) + 1e-4 * rolled_laplacian(u, SPACING)
        rate_v = 2 * (u - 1) - 1.5 * (v - 1) + 6e-4 * rolled_laplacian(v, SPACING)
        u, v = u + step * rate_u, v + step * rate_v
        if steps == 1:
            np.testing.assert_allclose([found["u"][1], found["v"][1]], [u, v], atol=1e-14)
    np.testing.assert_allclose([found["u"][2], found["v"][2]], [u, v], atol=1e-13)
    np.testing.assert_array_equal(found["u"][0], start[0])
    assert found["change"] == pytest.approx(max(np.abs(rate_u).max(), np.abs(rate_v).max()), rel=1e-9)
    assert told == [(1, 50), (50, 50)]


def fastest_in_closed_form(system: Turing) -> tuple[float, float]:
    """s^2 - s T(x) + D(x) = 0 with x = q^2; at the peak of s(x), s = D'(x) / T'(x), which leaves a quadratic in x."""
    p, q = system.diffusion_u, system.diffusion_v
    trace = np.poly1d([-(p + q), system.a + system.d])
    determinant = np.poly1d([p * q, -(p * system.d + q * system.a), system.a * system.d - system.b * system.c])
    peak = np.poly1d(determinant.deriv() / trace.deriv()(0))
    roots = (peak * peak - peak * trace + determinant).roots
    found = [(float(peak(x)), float(2 * np.pi / np.sqrt(x))) for x in roots.real if x > 0]
    return max(found)


@pytest.mark.parametrize(("system", "rate", "wave_length"), [(PRINTED, -0.197, 0.0898), (TEXTBOOK, 0.114, 0.113)])
def test_the_printed_constants_decay_and_those_of_the_textbook_grow(
    system: Turing, rate: float, wave_length: float
) -> None:
    assert fastest_mode(system) == pytest.approx((rate, wave_length), abs=5e-4)
    assert fastest_mode(system) == pytest.approx(fastest_in_closed_form(system), rel=1e-5)
    wave_numbers = np.linspace(0, 400, 4001)
    reaction, diffusion = np.array([[1, -1], [system.c, -1.5]]), np.diag([1e-4, 6e-4])
    every = [np.linalg.eigvals(reaction - q**2 * diffusion).real.max() for q in wave_numbers]
    np.testing.assert_allclose(growth_rate(system, wave_numbers), every, atol=1e-13)
    assert fastest_mode(system)[0] == pytest.approx(max(every), abs=1e-5)


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


def test_turings_start_is_uniform_noise_around_the_homogeneous_state() -> None:
    system = Turing(a=1, b=-1, c=2, d=-1.5, h=2, k=5, diffusion_u=1e-4, diffusion_v=6e-4)
    start = turing_start(system, 60, 0.03, seed=3)
    for field, home in zip(start, (2, 5), strict=True):
        assert 0.0299 < np.abs(field - home).max() < 0.03
        assert field.std() == pytest.approx(0.03 / np.sqrt(3), rel=0.03)
    np.testing.assert_array_equal(start, turing_start(system, 60, 0.03, seed=3))
    assert np.abs(start - turing_start(system, 60, 0.03, seed=4)).max() > 0.01


# Gray and Scott's system


def test_gray_and_scotts_step_is_that_of_the_printed_equation(random: np.random.Generator) -> None:
    u, v = start = random.uniform(0, 1, (2, 9, 9))
    end = simulate(WORMS, start, SPACING, 0.5, [0.5])
    rate_u = 0.04 * (1 - u) - u * v**2 + 2e-5 * rolled_laplacian(u, SPACING)
    rate_v = -(0.04 + 0.06) * v + u * v**2 + 1e-5 * rolled_laplacian(v, SPACING)
    np.testing.assert_allclose(end["u"][0], u + 0.5 * rate_u, atol=1e-15)
    np.testing.assert_allclose(end["v"][0], v + 0.5 * rate_v, atol=1e-15)
    assert end["change"] == pytest.approx(max(np.abs(rate_u).max(), np.abs(rate_v).max()))


def test_without_killing_the_sum_of_both_is_fed_back_to_one_exponentially(random: np.random.Generator) -> None:
    system = GrayScott(feed_rate=0.03, kill_rate=0, diffusion_u=2e-5, diffusion_v=1e-5)
    start = random.uniform(0.2, 1, (2, 16, 16))
    end = simulate(system, start, SPACING, 0.5, [50])
    missing = 1 - start.sum(axis=0).mean()
    assert 1 - (end["u"] + end["v"]).mean() == pytest.approx(missing * (1 - 0.5 * 0.03) ** 100, rel=1e-9)


def test_the_error_is_of_first_order_in_the_step() -> None:
    grid = 12
    start = gray_scott_start(grid, 5, perturbation=0.1, seed=2)

    def rates(_: float, flat: np.ndarray) -> np.ndarray:
        u, v = flat.reshape(2, grid, grid)
        reacted = u * v * v
        rate_u = 0.04 * (1 - u) - reacted + 2e-5 * rolled_laplacian(u, SPACING)
        rate_v = reacted - 0.1 * v + 1e-5 * rolled_laplacian(v, SPACING)
        return np.ravel([rate_u, rate_v])

    exact = solve_ivp(rates, (0, 60), start.ravel(), method="DOP853", rtol=1e-10, atol=1e-12).y[:, -1]
    errors = []
    for step in (0.5, 0.25, 0.125):
        end = simulate(WORMS, start, SPACING, step, [60])
        errors.append(np.abs(np.ravel([end["u"], end["v"]]) - exact).max())
    assert errors[0] < 0.02
    assert [errors[0] / errors[1], errors[1] / errors[2]] == pytest.approx([2, 2], rel=0.1)


@pytest.mark.slow
def test_py_pde_gives_the_same_fields() -> None:
    pde = pytest.importorskip("pde")
    start = gray_scott_start(16, 5, perturbation=0.1, seed=1)
    ours = simulate(WORMS, start, SPACING, 0.5, [100])
    grid = pde.CartesianGrid([[0, 16 * SPACING]] * 2, 16, periodic=True)
    equation = pde.PDE(
        {"u": "0.04 * (1 - u) - u * v**2 + 2e-5 * laplace(u)", "v": "-0.1 * v + u * v**2 + 1e-5 * laplace(v)"}
    )
    fields = pde.FieldCollection([pde.ScalarField(grid, field) for field in start])
    theirs = equation.solve(fields, t_range=100, dt=0.5, solver="euler", backend="numpy", tracker=None)
    np.testing.assert_allclose([ours["u"][0], ours["v"][0]], theirs.data, atol=1e-12)


def test_the_printed_start_is_ones_and_zeros_with_the_central_patch_inverted() -> None:
    u, v = gray_scott_start(100, 5)
    np.testing.assert_array_equal(u, 1 - v)
    assert set(np.unique(v)) == {0, 1}
    rows, columns = np.nonzero(v)
    assert set(rows) == set(columns) == {48, 49, 50, 51, 52}
    assert len(rows) == 25


def test_the_perturbed_start_keeps_zeros_and_is_uniform_around_the_rest() -> None:
    exact, perturbed = gray_scott_start(40, 5), gray_scott_start(40, 5, 0.01, seed=1)
    np.testing.assert_array_equal(perturbed[exact == 0], 0)
    assert 0.0099 < np.abs(perturbed[exact == 1] - 1).max() < 0.01
    np.testing.assert_array_equal(perturbed, gray_scott_start(40, 5, 0.01, seed=1))


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


@pytest.mark.parametrize(("feed_rate", "kill_rate"), PAIRS)
def test_no_printed_pair_has_a_turing_instability_of_the_state_without_v(feed_rate: float, kill_rate: float) -> None:
    system = GrayScott(feed_rate, kill_rate, diffusion_u=2e-5, diffusion_v=1e-5)
    assert fastest_mode(system) == (pytest.approx(-feed_rate), np.inf)
    noise = np.random.default_rng(1).uniform(0, 0.03, (2, 32, 32))
    start = noise + np.array([1, 0])[:, None, None]
    found = simulate(system, start, SPACING, 1, [0, 200])
    assert found["v"][1].max() < 1e-4 * found["v"][0].max()


def test_homogeneous_states_of_gray_and_scott_solve_the_equations_and_stay() -> None:
    system = GrayScott(feed_rate=0.03, kill_rate=0.05, diffusion_u=2e-5, diffusion_v=1e-5)
    states = system.homogeneous_states()
    assert len(states) == 3
    assert states[1][1] > states[2][1] > 0
    for u, v in states:
        assert 0.03 * (1 - u) == pytest.approx(u * v**2, abs=1e-15)
        assert u * v**2 == pytest.approx(0.08 * v, abs=1e-15)
        start = np.array([u, v])[:, None, None] * np.ones((2, 8, 8))
        end = simulate(system, start, SPACING, 0.5, [5])
        np.testing.assert_allclose([end["u"][0], end["v"][0]], start, atol=1e-12)


@pytest.mark.parametrize(("pair", "count"), list(zip(PAIRS, (1, 1, 3, 1), strict=True)))
def test_states_with_v_exist_where_feeding_outweighs_loss(pair: tuple[float, float], count: int) -> None:
    assert len(GrayScott(*pair, diffusion_u=2e-5, diffusion_v=1e-5).homogeneous_states()) == count


def test_the_states_of_figure_26_coincide() -> None:
    assert WORMS.homogeneous_states()[1:] == (pytest.approx((0.5, 0.2)),) * 2


@pytest.mark.parametrize("system", [PRINTED, WORMS])
def test_the_jacobian_is_the_derivative_of_the_reaction(system: System) -> None:
    def reaction(u: float, v: float) -> np.ndarray:
        rate = np.empty((2, 1, 1))
        system.react(np.array([u, v])[:, None, None], rate)
        return rate[:, 0, 0]

    u, v, shift = 0.6, 0.3, 1e-6
    by_u = (reaction(u + shift, v) - reaction(u - shift, v)) / (2 * shift)
    by_v = (reaction(u, v + shift) - reaction(u, v - shift)) / (2 * shift)
    np.testing.assert_allclose(system.jacobian(u, v), np.stack([by_u, by_v], axis=1), atol=1e-8)


# Both


def still(diffusion_u: float, diffusion_v: float) -> Turing:
    """Diffusion alone."""
    return Turing(a=0, b=0, c=0, d=0, h=0, k=0, diffusion_u=diffusion_u, diffusion_v=diffusion_v)


def test_diffusion_conserves_the_mean_of_each_field_and_smooths_it(random: np.random.Generator) -> None:
    start = random.uniform(0, 1, (2, 20, 20))
    end = simulate(still(2e-5, 1e-5), start, SPACING, 1, [200])
    for name, before in zip("uv", start, strict=True):
        assert end[name].mean() == pytest.approx(before.mean(), rel=1e-12)
        assert end[name].std() < 0.1 * before.std()


def test_without_reaction_the_bound_is_that_of_diffusion() -> None:
    assert largest_step(still(2e-5, 6e-4), SPACING) == pytest.approx(SPACING**2 / (4 * 6e-4))


@pytest.mark.parametrize("system", [PRINTED, WORMS])
def test_the_checkerboard_neither_grows_at_the_bound_nor_survives_beyond_it(system: System) -> None:
    checkerboard = lattice_eigenvalues(10, SPACING).max()
    reaction = system.jacobian(*system.homogeneous_states()[0])
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


def test_an_unstable_step_is_refused_with_its_bound() -> None:
    with pytest.raises(ValueError, match=r"time_step = 2 is unstable: the bound is 1\.22 at spacing 0\.01"):
        simulate(WORMS, gray_scott_start(16, 5), SPACING, 2, [10])


def test_fields_that_overflow_are_refused_in_one_line() -> None:
    runaway = Turing(a=50, b=0, c=0, d=0, h=0, k=0, diffusion_u=0, diffusion_v=0)
    with pytest.raises(ValueError, match=r"not finite at t = 40"):
        simulate(runaway, np.ones((2, 8, 8)), SPACING, 0.02, [20, 40])


@pytest.mark.parametrize(
    ("times", "message"),
    [([0, 0.75], "0.75 is not a multiple of time_step = 0.5"), ([0, 2, 1], "must ascend"), ([-1, 1], "must ascend")],
)
def test_times_off_the_steps_or_out_of_order_are_refused(times: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        simulate(WORMS, gray_scott_start(16, 5), SPACING, 0.5, times)


def test_a_patch_larger_than_the_grid_is_refused() -> None:
    with pytest.raises(ValueError, match=r"patch = 9 must lie in 1 \.\. grid = 8"):
        gray_scott_start(8, 9)


def test_a_fastest_mode_needs_diffusion() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        fastest_mode(still(0, 1e-5))


def test_records_are_the_start_and_the_states_on_the_way() -> None:
    start = gray_scott_start(16, 5)
    whole = simulate(WORMS, start, SPACING, 0.5, [0, 10, 20])
    np.testing.assert_array_equal(whole["times"], [0, 10, 20])
    np.testing.assert_array_equal(whole["u"][0], start[0])
    half = simulate(WORMS, np.stack([whole["u"][1], whole["v"][1]]), SPACING, 0.5, [10])
    np.testing.assert_array_equal(half["u"][0], whole["u"][2])
    np.testing.assert_array_equal(start, gray_scott_start(16, 5))


def test_each_step_is_told() -> None:
    told = []
    simulate(
        WORMS, gray_scott_start(16, 5), SPACING, 0.5, [0, 2], on_step=lambda done, total: told.append((done, total))
    )
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


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

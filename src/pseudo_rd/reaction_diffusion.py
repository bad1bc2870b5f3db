"""Reaction-diffusion systems on a periodic square, and what linear theory says of them (Figures 18, 24-27).

Space: five-point Laplacian. Time: explicit Euler. A state is (u, v); wave numbers are angular, 2 pi / wave length.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import minimize_scalar


@dataclass(frozen=True)
class Turing:
    """Turing's linear system (63): u' = a(u - h) + b(v - k) + mu' lap u, v' = c(u - h) + d(v - k) + nu' lap v.

    Attributes:
        a, b, c, d: reaction.
        h, k: the homogeneous state.
        diffusion_u, diffusion_v: mu', nu'.
    """

    a: float
    b: float
    c: float
    d: float
    h: float
    k: float
    diffusion_u: float
    diffusion_v: float

    def react(self, state: np.ndarray, rate: np.ndarray) -> None:
        """Write the reaction terms of `state` (2, grid, grid) into `rate`."""
        u, v = state[0] - self.h, state[1] - self.k
        np.multiply(u, self.a, out=rate[0])
        np.multiply(u, self.c, out=rate[1])
        rate[0] += self.b * v
        rate[1] += self.d * v

    def jacobian(self, u: float, v: float) -> np.ndarray:
        """Derivative of the reaction terms, (2, 2); the same at every state."""
        return np.array([[self.a, self.b], [self.c, self.d]], float)

    def homogeneous_states(self) -> tuple[tuple[float, float], ...]:
        return ((self.h, self.k),)


@dataclass(frozen=True)
class GrayScott:
    """Gray and Scott's system (64): u' = F(1 - u) - u v^2 + mu' lap u, v' = -(F + k)v + u v^2 + nu' lap v.

    Attributes:
        feed_rate, kill_rate: F, k.
        diffusion_u, diffusion_v: mu', nu'.
    """

    feed_rate: float
    kill_rate: float
    diffusion_u: float
    diffusion_v: float

    def react(self, state: np.ndarray, rate: np.ndarray) -> None:
        """Write the reaction terms of `state` (2, grid, grid) into `rate`."""
        u, v = state
        consumed = u * v
        consumed *= v
        np.subtract(1, u, out=rate[0])
        rate[0] *= self.feed_rate
        rate[0] -= consumed
        np.multiply(v, -(self.feed_rate + self.kill_rate), out=rate[1])
        rate[1] += consumed

    def jacobian(self, u: float, v: float) -> np.ndarray:
        """Derivative of the reaction terms at (u, v), (2, 2)."""
        lost = self.feed_rate + self.kill_rate
        return np.array([[-self.feed_rate - v**2, -2 * u * v], [v**2, 2 * u * v - lost]], float)

    def homogeneous_states(self) -> tuple[tuple[float, float], ...]:
        """(1, 0), and where F >= 4 (F + k)^2 the two states with v > 0, the one with more v first.

        With v > 0 rest means u v = F + k and F(1 - u) = (F + k) v, hence (F + k) v^2 - F v + F(F + k) = 0.
        """
        feed, lost = self.feed_rate, self.feed_rate + self.kill_rate
        discriminant = 1 - 4 * lost**2 / feed
        if discriminant < -1e-12:  # rounding must not decide where the two states meet, as in Figure 26
            return ((1.0, 0.0),)
        root = max(discriminant, 0) ** 0.5
        reacting = [feed * (1 + sign * root) / (2 * lost) for sign in (1, -1)]
        return ((1.0, 0.0), *((lost / v, v) for v in reacting))


System = Turing | GrayScott


def turing_start(system: Turing, grid: int, perturbation: float, seed: int) -> np.ndarray:
    """The homogeneous state plus uniform noise in (-perturbation, perturbation), (2, grid, grid)."""
    noise = np.random.default_rng(seed).uniform(-perturbation, perturbation, (2, grid, grid))
    return noise + np.array([system.h, system.k])[:, None, None]


def gray_scott_start(grid: int, patch: int, perturbation: float = 0, seed: int = 0) -> np.ndarray:
    """u = 1 and v = 0, and the other way round in the central square of patch x patch cells, (2, grid, grid).

    Every value is multiplied by 1 + uniform noise in (-perturbation, perturbation), as Pearson (1993) did to break the
    symmetry of the square; the paper names no noise.

    Raises:
        ValueError: if the patch does not fit.
    """
    if not 0 < patch <= grid:
        raise ValueError(f"patch = {patch} must lie in 1 .. grid = {grid}")
    start = np.stack([np.ones((grid, grid)), np.zeros((grid, grid))])
    first = grid // 2 - patch // 2
    centre = start[:, first : first + patch, first : first + patch]
    centre[:] = 1 - centre
    return start * (1 + np.random.default_rng(seed).uniform(-perturbation, perturbation, start.shape))


def simulate(
    system: System,
    start: np.ndarray,
    spacing: float,
    time_step: float,
    times: Sequence[float],
    on_step: Callable[[int, int], None] | None = None,
) -> dict[str, np.ndarray]:
    """Integrate and keep the fields at `times`.

    Args:
        system: Turing or GrayScott.
        start: u and v at time 0, shape (2, grid, grid).
        spacing: distance of neighbouring grid points.
        time_step: of Euler's scheme.
        times: ascending, not negative, multiples of `time_step`.
        on_step: called with (steps done, steps in all), for Turing's linear system only at `times`.

    Returns:
        times (times,), u and v (times, grid, grid), and `change`, the largest |du/dt| or |dv/dt| of the last step.

    Raises:
        ValueError: if the step is unstable, a time is not a multiple of it, or the fields do not stay finite.
    """
    bound = largest_step(system, spacing)
    if time_step > bound:
        raise ValueError(
            f"time_step = {time_step} is unstable: the bound is {bound:.4g} at spacing {spacing}; take a smaller step"
        )
    records = _steps(times, time_step)
    states = _powers if isinstance(system, Turing) else _euler_steps
    kept = []
    with np.errstate(over="ignore", invalid="ignore"):  # checked below
        for step, state, before in states(system, start, spacing, time_step, records, on_step):
            if not np.isfinite(state).all():
                raise ValueError(
                    f"u or v is not finite at t = {step * time_step:g}: take earlier times or a smaller time_step"
                )
            kept.append(state)
            change = np.abs(_rate(system, before, spacing)).max() if step else 0.0
    u, v = np.stack(kept, axis=1)
    return {"times": np.array(times, float), "u": u, "v": v, "change": change}


States = Iterator[tuple[int, np.ndarray, np.ndarray | None]]  # step, the state then and one step before


def _powers(
    system: Turing,
    start: np.ndarray,
    spacing: float,
    time_step: float,
    records: list[int],
    on_step: Callable[[int, int], None] | None,
) -> States:
    """Euler's steps of a linear system, many at once: each multiplies a Fourier mode by the same 2 x 2 matrix M.

    By Cayley and Hamilton M^2 = trace M - determinant, so every power is p M + q with numbers p and q for each mode,
    and M^n takes about log2 n products.
    """
    grid = start.shape[1]
    angle = 2 * np.pi * np.arange(grid) / grid
    laplacian = (2 * np.cos(angle)[:, None] + 2 * np.cos(angle[: grid // 2 + 1]) - 4) / spacing**2
    home = np.array([system.h, system.k])[:, None, None]
    modes = np.fft.rfft2(start - home)
    uu = 1 + time_step * (system.a + system.diffusion_u * laplacian)
    vv = 1 + time_step * (system.d + system.diffusion_v * laplacian)
    uv, vu = time_step * system.b, time_step * system.c
    trace, determinant = uu + vv, uu * vv - uv * vu
    moved = np.stack([uu * modes[0] + uv * modes[1], vu * modes[0] + vv * modes[1]])

    def times(one: tuple, other: tuple) -> tuple:
        """(p M + q)(r M + s) as its own pair of numbers."""
        (p, q), (r, s) = one, other
        return p * r * trace + p * s + q * r, q * s - p * r * determinant

    for step in records:
        if step == 0:
            yield 0, start.astype(float), None
            continue
        power, square, left = (0.0, 1.0), (1.0, 0.0), step - 1
        while left:
            if left % 2:
                power = times(power, square)
            left //= 2
            if left:
                square = times(square, square)
        before = home + np.fft.irfft2(power[0] * moved + power[1] * modes, s=(grid, grid))
        yield step, before + time_step * _rate(system, before, spacing), before
        if on_step is not None:
            on_step(step, records[-1])


def _euler_steps(
    system: GrayScott,
    start: np.ndarray,
    spacing: float,
    time_step: float,
    records: list[int],
    on_step: Callable[[int, int], None] | None,
) -> States:
    """Euler's steps one by one."""
    from pseudo_rd.kernels import step_gray_scott  # Numba takes its time to import, and few jobs need it

    time_step = float(time_step)  # of one type, so that the loop is compiled only once
    diffusion = system.diffusion_u, system.diffusion_v
    lost = system.feed_rate, system.feed_rate + system.kill_rate
    exchange = tuple(time_step * each / spacing**2 for each in diffusion)
    kept = tuple(1 - 4 * taken - time_step * rate for taken, rate in zip(exchange, lost, strict=True))
    old = np.pad(start.astype(float), ((0, 0), (0, 0), (1, 1)), "wrap")
    new = np.empty_like(old)
    for step in range(records[-1] + 1):
        if step:
            step_gray_scott(old, new, kept, exchange, time_step, time_step * system.feed_rate)
            old, new = new, old
            if on_step is not None:
                on_step(step, records[-1])
        if step in records:
            yield step, old[:, :, 1:-1].copy(), new[:, :, 1:-1] if step else None


def _rate(system: System, state: np.ndarray, spacing: float) -> np.ndarray:
    """du/dt and dv/dt, (2, grid, grid)."""
    diffusion = np.array([system.diffusion_u, system.diffusion_v])[:, None, None]
    rows, columns = (np.roll(state, 1, axis) + np.roll(state, -1, axis) for axis in (1, 2))
    rate = np.empty_like(state)
    system.react(state, rate)
    return rate + diffusion * (rows + columns - 4 * state) / spacing**2


def largest_step(system: System, spacing: float) -> float:
    """Largest stable step of Euler's scheme about the first homogeneous state; 1 / (4 D / spacing^2) without reaction.

    A mode that decays as exp(s t), s complex, also decays in steps of dt if |1 + dt s| < 1, hence dt < -2 Re s / |s|^2.
    Looked at for the homogeneous mode and for the checkerboard, where the Laplacian is -8 / spacing^2; a mode that
    grows by the equations itself sets no bound.
    """
    rates = _rates(system, np.array([0, 8 / spacing**2]), system.homogeneous_states()[0])
    decaying = rates[rates.real < 0]
    return float(np.min(-2 * decaying.real / np.abs(decaying) ** 2, initial=np.inf))


def growth_rate(
    system: System, wave_number: float | np.ndarray, state: tuple[float, float] | None = None
) -> np.ndarray:
    """Largest real part of the eigenvalues of the system linearised about a homogeneous state.

    Args:
        system: Turing or GrayScott.
        wave_number: angular, any shape.
        state: (u, v); None: the first of `homogeneous_states`.

    Returns:
        Rates of growth of the modes, in the shape of `wave_number`; negative where they decay.
    """
    state = system.homogeneous_states()[0] if state is None else state
    return _rates(system, np.square(wave_number), state).real.max(axis=-1)


def fastest_mode(system: System, state: tuple[float, float] | None = None) -> tuple[float, float]:
    """(rate, wave length) of the mode that grows fastest, or decays slowest; the wave length inf is homogeneous.

    Raises:
        ValueError: if a diffusion coefficient is not positive: ever shorter waves might grow ever faster.
    """
    diffusion = min(system.diffusion_u, system.diffusion_v)
    if diffusion <= 0:
        raise ValueError(f"diffusion_u and diffusion_v must be positive for a fastest mode, one is {diffusion}")
    state = system.homogeneous_states()[0] if state is None else state
    # With N the norm of the Jacobian, the rate is at least -N at wave number 0 and at most N - diffusion q^2 at q.
    last = np.sqrt(2 * np.linalg.norm(system.jacobian(*state)) / diffusion)
    wave_numbers = np.linspace(0, last, 2001)
    best = int(growth_rate(system, wave_numbers, state).argmax())
    if best == 0:
        return float(growth_rate(system, 0.0, state)), np.inf
    between = (wave_numbers[best - 1], wave_numbers[best + 1])
    found = minimize_scalar(lambda q: -growth_rate(system, q, state), bounds=between, method="bounded")
    return float(-found.fun), float(2 * np.pi / found.x)


def measured_wave_length(field: np.ndarray, spacing: float) -> float:
    """Wave length at the peak of the radially averaged power spectrum of `field` (grid, grid), its mean taken off.

    The spectrum is averaged over rings one wave per side wide, so grid * spacing / (a whole number) comes out; inf
    where the field is homogeneous.
    """
    grid = len(field)
    power = np.abs(np.fft.fft2(field - field.mean())) ** 2
    waves = np.fft.fftfreq(grid, 1 / grid)
    ring = np.rint(np.hypot(waves[:, None], waves[None, :])).astype(int)
    average = np.bincount(ring.ravel(), power.ravel()) / np.bincount(ring.ravel())
    # Rings beyond grid / 2 are cut by the corners of the spectrum.
    peak = int(average[: grid // 2 + 1].argmax())
    return grid * spacing / peak if peak else np.inf


def facts(system: System, **more: float) -> dict[str, np.ndarray]:
    """Constants of the system, growth_rate and wave_length of its fastest mode, and `more`, as 0-d arrays by name."""
    rate, wave_length = fastest_mode(system)
    values = {**asdict(system), "growth_rate": rate, "wave_length": wave_length, **more}
    return {name: np.array(value, float) for name, value in values.items()}


def _rates(system: System, laplacian: np.ndarray, state: tuple[float, float]) -> np.ndarray:
    """Eigenvalues of the linearised system where minus the Laplacian is `laplacian`, (..., 2)."""
    diffusion = np.diag([system.diffusion_u, system.diffusion_v])
    return np.linalg.eigvals(system.jacobian(*state) - np.asarray(laplacian, float)[..., None, None] * diffusion)


def _steps(times: Sequence[float], time_step: float) -> list[int]:
    """Numbers of steps at which the times are reached."""
    steps = [round(time / time_step) for time in times]
    for time, step in zip(times, steps, strict=True):
        if not np.isclose(step * time_step, time, rtol=1e-9, atol=0):
            raise ValueError(f"times: {time} is not a multiple of time_step = {time_step}; choose one that is")
    if steps[0] < 0 or any(later <= earlier for earlier, later in pairwise(steps)):
        raise ValueError(f"times = {list(times)} must ascend from 0 or later")
    return steps

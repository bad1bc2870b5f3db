"""Simulation on a periodic square: five-point Laplacian in space, explicit Euler in time."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from pseudo_rd.reaction_diffusion.linear import largest_step
from pseudo_rd.reaction_diffusion.systems import GrayScott, System, Turing


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
    if isinstance(system, Turing):
        states = _powers(system, start, spacing, time_step, records, on_step)
    else:
        states = _euler_steps(system, start, spacing, time_step, records, on_step)
    kept: list[np.ndarray] = []
    change = 0.0
    with np.errstate(over="ignore", invalid="ignore"):  # checked below
        for step, state, before in states:
            if not np.isfinite(state).all():
                raise ValueError(
                    f"u or v is not finite at t = {step * time_step:g}: take earlier times or a smaller time_step"
                )
            kept.append(state)
            if before is not None:
                change = np.abs(_rate(system, before, spacing)).max()
    u, v = np.stack(kept, axis=1)
    return {"times": np.array(times, float), "u": u, "v": v, "change": np.array(change)}


States = Iterator[tuple[int, np.ndarray, np.ndarray | None]]  # step, the state then and one step before
Pair = tuple[float | np.ndarray, float | np.ndarray]  # p and q of each Fourier mode


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

    def times(one: Pair, other: Pair) -> Pair:
        """(p M + q)(r M + s) as its own pair of numbers."""
        (p, q), (r, s) = one, other
        return p * r * trace + p * s + q * r, q * s - p * r * determinant

    for step in records:
        if step == 0:
            yield 0, start.astype(float), None
            continue
        power: Pair = (0.0, 1.0)
        square: Pair = (1.0, 0.0)
        left = step - 1
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
    # Here and not above: Numba takes its time to import, and few jobs need it.
    from pseudo_rd.reaction_diffusion.euler import step_gray_scott

    time_step = float(time_step)  # of one type, so that the loop is compiled only once
    exchange = time_step * system.diffusion_u / spacing**2, time_step * system.diffusion_v / spacing**2
    lost = system.feed_rate, system.feed_rate + system.kill_rate
    kept = 1 - 4 * exchange[0] - time_step * lost[0], 1 - 4 * exchange[1] - time_step * lost[1]
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


def _steps(times: Sequence[float], time_step: float) -> list[int]:
    """Numbers of steps at which the times are reached."""
    steps = [round(time / time_step) for time in times]
    for time, step in zip(times, steps, strict=True):
        if not np.isclose(step * time_step, time, rtol=1e-9, atol=0):
            raise ValueError(f"times: {time} is not a multiple of time_step = {time_step}; choose one that is")
    if steps[0] < 0 or any(later <= earlier for earlier, later in pairwise(steps)):
        raise ValueError(f"times = {list(times)} must ascend from 0 or later")
    return steps

"""Simulation on a periodic square: five-point Laplacian in space, explicit Euler in time."""

from collections.abc import Callable, Sequence

import numpy as np

from pseudo_rd.reaction_diffusion.linear import largest_step
from pseudo_rd.reaction_diffusion.systems import GrayScott, System


def simulate(
    system: System,
    start: np.ndarray,
    spacing: float,
    time_step: float,
    times: Sequence[float],
    on_step: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, np.ndarray]:
    """Integrate and keep the fields at `times`.

    Args:
        system: Turing or GrayScott.
        start: u and v at time 0, shape (2, grid, grid).
        spacing: distance of neighbouring grid points.
        time_step: of Euler's scheme.
        times: ascending from 0 or later, multiples of `time_step`.
        on_step: called with (steps done, steps in all).

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
    record_steps = [round(time / time_step) for time in times]
    for time, step in zip(times, record_steps, strict=True):
        if not np.isclose(step * time_step, time, rtol=1e-9, atol=0):
            raise ValueError(f"times: {time} is not a multiple of time_step = {time_step}; choose one that is")
    last_step = record_steps[-1]
    next_state = _euler_step(system, spacing, time_step)
    state = previous_state = start.astype(float)
    records: list[np.ndarray] = []
    with np.errstate(over="ignore", invalid="ignore"):  # checked below
        for step in range(last_step + 1):
            if step:
                previous_state, state = state, next_state(state)
                on_step(step, last_step)
            if step in record_steps:
                if not np.isfinite(state).all():
                    raise ValueError(
                        f"u or v is not finite at t = {step * time_step:g}: take earlier times or a smaller time_step"
                    )
                records.append(state)
        change = np.abs(_rate(system, previous_state, spacing)).max()
    u, v = np.stack(records, axis=1)
    return {"times": np.array(times, float), "u": u, "v": v, "change": np.array(change)}


def _euler_step(system: System, spacing: float, time_step: float) -> Callable[[np.ndarray], np.ndarray]:
    """The function from one state to the next, (2, grid, grid)."""
    if not isinstance(system, GrayScott):
        return lambda state: state + time_step * _rate(system, state, spacing)
    # Gray and Scott's needs thousands of steps: the same sum with fewer passes over the grid.
    exchange = time_step * np.array([system.diffusion_u, system.diffusion_v])[:, None, None] / spacing**2
    loss = np.array([system.feed_rate, system.feed_rate + system.kill_rate])[:, None, None]
    share = 1 - 4 * exchange - time_step * loss  # of a cell's content that stays in it

    def next_state(state: np.ndarray) -> np.ndarray:
        u, v = state
        reaction = u * v * v * time_step
        result = state * share + _neighbours(state) * exchange
        result[0] -= reaction - time_step * system.feed_rate
        result[1] += reaction
        return result

    return next_state


def _neighbours(state: np.ndarray) -> np.ndarray:
    """Sum over each cell's four neighbours, (2, grid, grid).

    Summed in pairs: a start that is symmetric under flips and transposition stays so to the bit.
    """
    rows, columns = (np.roll(state, 1, axis) + np.roll(state, -1, axis) for axis in (1, 2))
    return rows + columns


def _rate(system: System, state: np.ndarray, spacing: float) -> np.ndarray:
    """du/dt and dv/dt, (2, grid, grid)."""
    diffusion = np.array([system.diffusion_u, system.diffusion_v])[:, None, None]
    return system.react(state) + diffusion * (_neighbours(state) - 4 * state) / spacing**2

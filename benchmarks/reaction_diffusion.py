"""Turing's and Gray and Scott's systems against py-pde's compiled solver."""

import time
from collections.abc import Callable

import numpy as np
from engine import GrayScott, Turing, gray_scott_start, simulate, turing_start
from rates import Machine
from report import Row, row
from timing import SEED, in_new_process, in_turns, timed

SPACING = 0.01
GRAY_SCOTT = GrayScott(feed_rate=0.04, kill_rate=0.06, diffusion_u=2e-5, diffusion_v=1e-5)
TURING = Turing(a=1, b=-1, c=2, d=-1.5, h=1, k=1, diffusion_u=1e-4, diffusion_v=6e-4)


def py_pde_steps(
    system: GrayScott | Turing, start: np.ndarray, time_step: float
) -> tuple[Callable[[int], None], float]:
    """A function that does so many steps in py-pde's compiled stepper, and the seconds it took to compile."""
    import pde

    if isinstance(system, GrayScott):
        lost = system.feed_rate + system.kill_rate
        terms = f"{system.feed_rate} * (1 - u) - u * v**2", f"-{lost} * v + u * v**2"
    else:
        u, v = f"(u - {system.h})", f"(v - {system.k})"
        terms = (f"{a} * {u} + ({b}) * {v}" for a, b in ((system.a, system.b), (system.c, system.d)))
    right = {
        name: f"{term} + {diffusion} * laplace({name})"
        for name, term, diffusion in zip("uv", terms, (system.diffusion_u, system.diffusion_v), strict=True)
    }
    cells = start.shape[1]
    grid = pde.CartesianGrid([[0, cells * SPACING]] * 2, cells, periodic=True)
    fields = pde.FieldCollection([pde.ScalarField(grid, field) for field in start])
    began = time.perf_counter()
    stepper = pde.solvers.EulerSolver(pde.PDE(right), backend="numba").make_stepper(fields, dt=time_step)
    stepper(fields.copy(), 0, time_step)
    return lambda steps: stepper(fields.copy(), 0, steps * time_step), time.perf_counter() - began


def first_step(system: GrayScott | Turing, time_step: float) -> tuple[float, float]:
    """Wall and processor seconds of a process's first step: what is imported or compiled for it is in them."""
    start = np.ones((2, 8, 8))
    return timed(lambda: simulate(system, start, SPACING, time_step, [time_step]))


def simulation_rows(name: str, cells: int, machine: Machine, rounds: int = 5) -> list[Row]:
    """A step, and a whole job: py-pde's with its compilation, ours with what its first step costs."""
    if name == "Gray-Scott":
        system, time_step, steps = GRAY_SCOTT, 1.0, 10_000
        start = gray_scott_start(cells, 5, 0.01, SEED)
    else:
        system, time_step, steps = TURING, 0.02, 1500
        start = turing_start(TURING, cells, 0.03, SEED)
    theirs, compiling = py_pde_steps(system, start, time_step)
    beginning = in_new_process(first_step, system, time_step)
    some = min(steps, 5 * 10**7 // cells**2)
    ours_steps = steps if name == "Turing" else some  # its time hardly depends on their number

    def ours() -> None:
        simulate(system, start, SPACING, time_step, [ours_steps * time_step])

    measured = in_turns(lambda: theirs(some), ours, rounds)
    limit = 32 * cells**2 / machine.copy  # both fields read and written
    what = f"{name}, {cells:,} x {cells:,}"
    note = f"of {steps:,} steps at once, by powers; the limit is that of single steps" if name == "Turing" else ""
    step = row(f"{what}, a step", "py-pde, compiled", measured, (some, ours_steps), 2, limit, note)
    whole = [
        (
            compiling + one[0] / some * steps,
            compiling + one[1] / some * steps,
            *(first + t / ours_steps * steps for first, t in zip(beginning, one[2:], strict=True)),
        )
        for one in measured
    ]
    job = row(
        f"{what}, {steps:,} steps",
        "py-pde, with compiling",
        whole,
        (1, 1),
        None,
        limit * steps,
        f"compiling {compiling:.1f} s, our first step {beginning[0]:.2f} s; {some:,} steps timed, the rest counted",
    )
    return [step, job]

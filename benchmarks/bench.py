"""Measured speed: the engine, affinity propagation and reaction-diffusion against what a user would write or install.

    python benchmarks/bench.py                 the table (make bench): results/bench.json and results/bench.png
    python benchmarks/bench.py scale           time and memory against m, d_in, n and seeds: results/bench-scale.*
    python benchmarks/bench.py --device cuda   the table with training on a GPU, against three peers; t-SNE on it; and
                                               what several jobs at once gain on it

Peer and ours take turns; the ratio is the median of the rounds' ratios, so that a busy machine disturbs both alike.
Processor time stands beside wall time: a busy machine changes it little. Needs torch, scikit-learn, pandas and
matplotlib; rows whose peer is not installed are left out with a line that says so.
"""

import argparse
import importlib.util
import json
import multiprocessing
import os
import platform
import re
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median
from threading import Barrier

import numpy as np
import torch
from careful import careful_step
from engine import (
    GrayScott,
    Settings,
    Trainer,
    Turing,
    cluster_neurons,
    draw_weights,
    embed_snapshots,
    gray_scott_start,
    simulate,
    step_on_rows,
    step_operations,
    turing_start,
)
from sklearn.cluster import AffinityPropagation
from textbook import Critic, Generator, train_textbook

OUTPUTS, WIDTH = 10, 8192
DAMPING, ITERATIONS, SEED = 0.9, 1000, 1
SPACING = 0.01
GRAY_SCOTT = GrayScott(feed_rate=0.04, kill_rate=0.06, diffusion_u=2e-5, diffusion_v=1e-5)
TURING = Turing(a=1, b=-1, c=2, d=-1.5, h=1, k=1, diffusion_u=1e-4, diffusion_v=6e-4)
# What: inputs, inputs that are trained (the span shortcut), batch, adversarial, precision, target on two CPU cores.
TRAINING = {
    "synthetic-784, supervised, batch 256": (784, 3, 256, False, "float32", 20),
    "synthetic-784, augmented, batch 256": (784, 3, 256, True, "float32", 12),
    "MNIST, supervised, batch 512": (784, 784, 512, False, "float32", 1.3),
    "MNIST, supervised, bfloat16 products": (784, 784, 512, False, "bfloat16", 3),
    "MNIST, augmented, batch 512": (784, 784, 512, True, "float32", 2),
    "MNIST, augmented, bfloat16 products": (784, 784, 512, True, "bfloat16", 4.5),
}
GPU_TARGETS = {"textbook loop": 20, "careful loop": 2, "the limit": 0.6}  # the last on MNIST only


@dataclass(frozen=True)
class Row:
    """One line of the table; times in milliseconds, medians.

    Attributes:
        work, peer: what is done, and by whom else.
        peer_ms, ours_ms: wall time.
        peer_cpu_ms, ours_cpu_ms: processor time of all threads.
        ratio: median of the rounds' ratios of wall time; spread: the least and the largest.
        target: ratio to reach; None where the row only explains another.
        limit_ms: least time that the machine's measured rates allow ours.
        note: what else was measured.
    """

    work: str
    peer: str
    peer_ms: float
    ours_ms: float
    peer_cpu_ms: float
    ours_cpu_ms: float
    ratio: float
    spread: tuple[float, float]
    target: float | None
    limit_ms: float
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.target is None:
            return "-"
        return "reached" if self.ratio >= self.target else f"missed: {self.ratio / self.target:.0%} of it"


@dataclass(frozen=True)
class Machine:
    """Rates measured in this run: products in operations a second, copies in bytes (read and written) a second."""

    float32: float
    bfloat16: float
    copy: float


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - wall, time.process_time() - cpu


def in_turns(peer: Callable[[], object], ours: Callable[[], object], rounds: int) -> list[tuple[float, ...]]:
    """(peer wall, peer processor, ours wall, ours processor) of each round, after one that only warms up."""
    return [(*timed(peer), *timed(ours)) for _ in range(rounds + 1)][1:]


def row(
    work: str,
    peer: str,
    measured: list[tuple[float, ...]],
    repeats: tuple[int, int],
    target: float | None,
    limit: float,
    note: str = "",
) -> Row:
    """Seconds of all repeats to milliseconds of one."""
    per_repeat = np.array([repeats[0], repeats[0], repeats[1], repeats[1]])
    peer_ms, peer_cpu, ours_ms, ours_cpu = np.median(np.array(measured) / per_repeat, axis=0) * 1e3
    ratios = [one[0] / repeats[0] / (one[2] / repeats[1]) for one in measured]
    return Row(
        work=work,
        peer=peer,
        peer_ms=float(peer_ms),
        ours_ms=float(ours_ms),
        peer_cpu_ms=float(peer_cpu),
        ours_cpu_ms=float(ours_cpu),
        ratio=median(ratios),
        spread=(min(ratios), max(ratios)),
        target=target,
        limit_ms=limit * 1e3,
        note=note,
    )


def measure_machine(device: str) -> Machine:
    """Best of ten: a limit must not depend on who else is working."""
    size = 2048 if device == "cpu" else 8192

    def product(dtype: torch.dtype) -> float:
        one, other = (torch.rand(size, size, device=device).to(dtype) for _ in range(2))
        return 2 * size**3 / min(timed(lambda: one @ other)[0] for _ in range(10))

    source = torch.rand(2**26, device=device)
    target = torch.empty_like(source)
    copy = 8 * source.numel() / min(timed(lambda: target.copy_(source))[0] for _ in range(10))
    return Machine(product(torch.float32), product(torch.bfloat16), copy)


def training_limit(
    machine: Machine, trained: int, batch: int, adversarial: bool, precision: str, width: int = WIDTH
) -> float:
    """Seconds: the arithmetic, or weights and momenta read and written once, whichever takes longer."""
    objective = "augmented" if adversarial else "supervised"
    thick, thin = step_operations(trained, OUTPUTS, width, batch, objective)
    arithmetic = thick / (machine.bfloat16 if precision == "bfloat16" else machine.float32) + thin / machine.float32
    values = width * (trained + OUTPUTS + (OUTPUTS + 1 if adversarial else 0))
    return max(arithmetic, 16 * values / machine.copy)


def new_trainer(weights: object, adversarial: bool, batch: int, precision: str) -> Trainer:
    objective = "augmented" if adversarial else "supervised"
    return Trainer(weights, Settings(objective, WIDTH, SEED, batch_size=batch, epochs=1, precision=precision))


def some_batch(inputs: int, batch: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    stream = torch.Generator().manual_seed(SEED)
    samples = torch.rand(batch, inputs, generator=stream)
    targets = torch.eye(OUTPUTS)[torch.randint(0, OUTPUTS, (batch,), generator=stream)]
    return samples, targets, torch.rand(batch, generator=stream)


def training_rows(work: str, machine: Machine, device: str, targets: dict[str, float], rounds: int = 9) -> list[Row]:
    """A row against each peer that has a target: the textbook loop, the careful loop, the machine's limit."""
    inputs, trained, batch, adversarial, precision, _ = TRAINING[work]
    steps = 4 if device == "cpu" else 50
    samples, labels, mixing = some_batch(inputs, batch)
    rows, mixing, on_device, one_hot = (each.to(device) for each in (torch.arange(batch), mixing, samples, labels))
    weights = draw_weights(WIDTH, inputs, OUTPUTS, SEED).to(torch.device(device))
    generator = Generator(weights.hidden.T, weights.top)
    critic = Critic(weights.critic_hidden.T, weights.critic_top) if adversarial else None
    batches = [(list(range(batch)), mixing)] * steps
    peers = {"textbook loop": lambda: train_textbook(generator, critic, samples, labels, batches)}

    def repeated(step: Callable[[torch.Tensor, torch.Tensor], None]) -> None:
        for _ in range(steps):
            step(rows, mixing)

    if "careful loop" in targets:
        layers = weights.hidden.T.contiguous(), weights.top.clone()
        critic_layers = (weights.critic_hidden.T.contiguous(), weights.critic_top.clone()) if adversarial else None
        careful = torch.compile(careful_step(layers, critic_layers, on_device, one_hot), dynamic=False)
        peers["careful loop"] = lambda: repeated(careful)
    weights.hidden = weights.hidden[:trained].contiguous()
    coordinates = on_device[:, :trained].contiguous()
    ours = step_on_rows(new_trainer(weights, adversarial, batch, precision), coordinates, one_hot)

    limit = training_limit(machine, trained, batch, adversarial, precision)
    measured = {name: in_turns(peer, lambda: repeated(ours), rounds) for name, peer in peers.items()}
    if "the limit" in targets and work.startswith("MNIST"):
        measured["the limit"] = [(limit * steps, 0.0, *one[2:]) for one in measured["textbook loop"]]
    return [row(work, name, each, (steps, steps), targets[name], limit) for name, each in measured.items()]


def peak_bytes() -> int:
    """Most memory that this process ever held."""
    status = Path("/proc/self/status")
    if status.exists():  # where there is none, a process's peak would count what its parent held
        return 1024 * next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def cluster(who: str, points: np.ndarray, threads: int) -> dict:
    """Wall and processor seconds, exemplars, and the bytes that the process grew by at its peak."""
    torch.set_num_threads(threads)
    found = {}
    if who == "ours":  # scikit-learn's compiled loops are loaded when it is imported, ours when they are first called
        found["loading"] = timed(lambda: cluster_neurons(points[:3], None, DAMPING, 1, SEED))[0]
    before = peak_bytes()
    if who == "ours":

        def work() -> None:
            clusters = cluster_neurons(points, None, DAMPING, ITERATIONS, SEED, threads=threads)
            found.update(exemplars=np.flatnonzero(clusters.exemplars), labels=clusters.labels)
    else:

        def work() -> None:
            model = AffinityPropagation(damping=DAMPING, max_iter=ITERATIONS, random_state=SEED).fit(points)
            found.update(exemplars=model.cluster_centers_indices_, labels=model.labels_, iterations=model.n_iter_)

    wall, cpu = timed(work)
    grown = peak_bytes() - before
    return {"wall": wall, "cpu": cpu, "bytes": grown, **found}


def in_new_process(function: Callable, *arguments: object) -> dict:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def clustering_row(neurons: int, machine: Machine, threads: int, rounds: int) -> Row:
    """Each in a process of its own, where its memory can be seen."""
    points = np.random.default_rng(SEED).normal(0, 30, (neurons, 2)).astype(np.float32)
    pairs = [
        (in_new_process(cluster, "scikit-learn", points, threads), in_new_process(cluster, "ours", points, threads))
        for _ in range(rounds)
    ]
    theirs, ours = pairs[-1]
    same = np.array_equal(theirs["exemplars"], ours["exemplars"]) and np.array_equal(theirs["labels"], ours["labels"])
    # Similarities, responsibilities and availabilities are read, the last two written, in each iteration.
    limit = theirs["iterations"] * 5 * 4 * neurons**2 / machine.copy
    note = (
        f"{len(ours['exemplars'])} exemplars, {'the same' if same else 'NOT the same'}; {theirs['iterations']} "
        f"iterations; memory {theirs['bytes'] / 1e6:.0f} MB and {ours['bytes'] / 1e6:.0f} MB; not counted: loading our "
        f"compiled loop, {ours['loading']:.2f} s"
    )
    measured = [(one["wall"], one["cpu"], other["wall"], other["cpu"]) for one, other in pairs]
    return row(f"affinity propagation, {neurons:,} neurons", "scikit-learn", measured, (1, 1), 5, limit, note)


def embedding_row(neurons: int, machine: Machine, device: str) -> Row:
    """The map of one snapshot: scikit-learn's approximation on the processor, all pairs on the device."""
    points = np.random.default_rng(SEED).normal(size=(1, neurons, 10)).astype(np.float32)
    iterations = 250
    embed = partial(embed_snapshots, perplexity=30, iterations=iterations)
    embed(points[:, :100], device=device)  # what is loaded the first time is not counted
    measured = [(*timed(lambda: embed(points)), *timed(lambda: embed(points, device=device)))]
    limit = 2 * iterations * 4 * neurons**2 / machine.copy  # two descents read all pairs' targets in each iteration
    return row(f"t-SNE, {neurons:,} neurons", "scikit-learn, on the processor", measured, (1, 1), None, limit)


def step_beside_others(width: int, steps: int, device: str, barrier: Barrier) -> tuple[float, float]:
    """Wall and processor seconds of one of several jobs that start their augmented MNIST steps together."""
    torch.set_num_threads(1)
    samples, targets, mixing = (each.to(device) for each in some_batch(784, 512))
    weights = draw_weights(width, 784, OUTPUTS, SEED).to(torch.device(device))
    step = step_on_rows(new_trainer(weights, True, 512, "float32"), samples, targets)
    rows = torch.arange(512, device=device)

    def repeated() -> None:
        for _ in range(steps):
            step(rows, mixing)

    repeated()
    barrier.wait(300)
    return timed(repeated)


def jobs_rows(width: int, machine: Machine, device: str, numbers: tuple[int, ...], steps: int = 500) -> list[Row]:
    """Milliseconds of a job's step when so many jobs share the device, against one job after the other."""
    context = multiprocessing.get_context("spawn")

    def together(jobs: int) -> tuple[float, float]:
        with context.Manager() as manager, ProcessPoolExecutor(jobs, mp_context=context) as pool:
            barrier = manager.Barrier(jobs)
            started = [pool.submit(step_beside_others, width, steps, device, barrier) for _ in range(jobs)]
            walls, cpus = zip(*(one.result() for one in started), strict=True)
        return max(walls), sum(cpus)

    alone = together(1)
    limit = training_limit(machine, 784, 512, True, "float32", width)
    return [
        row(
            f"MNIST, augmented, m = {width:,}, {jobs} jobs at once",
            "one after the other",
            [(jobs * alone[0], jobs * alone[1], *together(jobs))],
            (jobs * steps, jobs * steps),
            None,
            limit,
        )
        for jobs in numbers
    ]


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


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table."""
    lines = [
        "| work | against | peer ms | ours ms | ratio (least-most) | target | verdict | limit ms | ours / limit | "
        "processor ms, peer / ours |",
        "| --- " * 10 + "|",
    ]
    for one in rows:
        target = "-" if one.target is None else f"{one.target:g} x"
        lines.append(
            f"| {one.work} | {one.peer} | {one.peer_ms:.4g} | {one.ours_ms:.4g} | {one.ratio:.2f} "
            f"({one.spread[0]:.2f}-{one.spread[1]:.2f}) | {target} | {one.verdict} | {one.limit_ms:.3g} | "
            f"{one.ours_ms / one.limit_ms:.2g} | {one.peer_cpu_ms:.4g} / {one.ours_cpu_ms:.4g} |"
        )
    return "\n".join([*lines, "", *(f"- {one.work}: {one.note}." for one in rows if one.note)])


def draw(rows: list[Row], where: str, path: Path) -> None:
    """Ratio and target of each row, on a logarithmic axis."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 0.42 * len(rows) + 1.6), layout="constrained")
    ratios, limits = figure.subplots(1, 2, sharey=True, width_ratios=[3, 2])
    places = np.arange(len(rows))[::-1]
    colours = {"reached": "#2a7f62", "-": "#8a8a8a"}
    ratios.barh(places, [one.ratio for one in rows], color=[colours.get(one.verdict, "#c8553d") for one in rows])
    for place, one in zip(places, rows, strict=True):
        ratios.text(
            max(one.ratio, one.target or 0) * 1.12,
            place,
            f"{one.ratio:,.0f} x" if one.ratio >= 100 else f"{one.ratio:.3g} x",
            va="center",
            fontsize=8,
        )
        if one.target is not None:
            ratios.plot([one.target] * 2, [place - 0.45, place + 0.45], color="black", lw=2)
    ratios.axvline(1, color="black", lw=0.6)
    ratios.set_xscale("log")
    ratios.set_xlim(min(0.5, 0.8 * min(one.ratio for one in rows)), 8 * max(one.ratio for one in rows))
    ratios.set_ylim(-0.6, len(rows) - 0.4)
    ratios.set_yticks(places, [f"{one.work}\nagainst {one.peer}" for one in rows], fontsize=7)
    ratios.set_xlabel("times faster than the peer (black mark: target; green: reached, red: missed)", fontsize=8)
    limits.barh(places, [one.limit_ms / one.ours_ms for one in rows], color="#4c72b0")
    limits.axvline(1, color="black", lw=0.6)
    limits.set_xscale("log")
    limits.set_xlabel("the machine's limit / our time (1: nothing left to gain)", fontsize=8)
    figure.suptitle(where, fontsize=9)
    figure.savefig(path, dpi=130)


def bench(device: str, threads: int, out: Path) -> None:
    load = os.getloadavg()[0]
    began = time.perf_counter()
    machine = measure_machine(device)
    host = machine if device == "cpu" else measure_machine("cpu")
    where = (
        f"{place_name(device, threads)}; a large product: {machine.float32 / 1e9:.0f} GFLOP/s in float32, "
        f"{machine.bfloat16 / 1e9:.0f} in bfloat16; a large copy: {machine.copy / 1e9:.0f} GB/s"
    )
    print(where, flush=True)
    rows = []

    def add(*new: Row) -> None:
        rows.extend(new)
        for one in new:
            print(f"{one.work}: {one.peer_ms:.4g} ms, ours {one.ours_ms:.4g} ms, {one.ratio:.2f} x", flush=True)

    for work, (*_, target) in TRAINING.items():
        targets = GPU_TARGETS if device == "cuda" else {"textbook loop": target}
        add(*training_rows(work, machine, device, targets))
    if device == "cuda":
        for width in (128, 512, WIDTH):
            add(*jobs_rows(width, machine, device, (2, 4, 8)))
        add(embedding_row(WIDTH, machine, device))
    if importlib.util.find_spec("numba"):
        for neurons, rounds in ((2048, 3), (8192, 1)):
            add(clustering_row(neurons, host, threads, rounds))
    else:
        print("affinity propagation: left out, Numba is not installed here", flush=True)
    if importlib.util.find_spec("pde"):
        for name in ("Turing", "Gray-Scott"):
            for cells in (100, 1000):
                add(*simulation_rows(name, cells, host))
    else:
        print("Turing and Gray-Scott: left out, py-pde is not installed here", flush=True)
    loads = f"{load:.1f} at the start, {os.getloadavg()[0]:.1f} at the end"
    print(f"\n{table(rows)}\n\nAll in {time.perf_counter() - began:.0f} s; load of the machine {loads}.")
    content = {
        "where": where,
        "threads": threads,
        "device": device,
        "load": loads,
        "machine": asdict(machine),
        "rows": [{**asdict(one), "verdict": one.verdict} for one in rows],
    }
    (out / "bench.json").write_text(json.dumps(content, indent=1) + "\n")
    draw(rows, where, out / "bench.png")


def place_name(device: str, threads: int) -> str:
    place = torch.cuda.get_device_name() if device == "cuda" else f"{processor()}, {threads} threads"
    return f"PyTorch {torch.__version__} on {place}"


def processor() -> str:
    """The processor's name where Linux tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def step_cost(inputs: int, width: int, batch: int, adversarial: bool, device: str, threads: int) -> dict:
    """Least seconds of ten steps and the peak bytes of weights, momenta and work space, in a process of its own."""
    torch.set_num_threads(threads)
    before = peak_bytes()
    samples, targets, mixing = (each.to(device) for each in some_batch(inputs, batch))
    weights = draw_weights(width, inputs, OUTPUTS, SEED).to(torch.device(device))
    step = step_on_rows(new_trainer(weights, adversarial, batch, "float32"), samples, targets)
    rows = torch.arange(batch, device=device)
    steps = [timed(lambda: step(rows, mixing)) for _ in range(12)][2:]
    grown = torch.cuda.max_memory_allocated() if device == "cuda" else peak_bytes() - before
    return {"seconds": min(one[0] for one in steps), "cpu": min(one[1] for one in steps), "bytes": grown}


def run_cost(inputs: int, width: int, samples: int, seeds: int, device: str, threads: int) -> dict:
    """Seconds of `seeds` whole runs of one epoch, augmented, one after the other, and the peak bytes of their work."""
    from pseudo_rd.data.dataset import Dataset
    from pseudo_rd.training.loop import train

    torch.set_num_threads(threads)
    before = peak_bytes()
    stream = np.random.default_rng(SEED)
    dataset = Dataset(
        name="noise",
        x_train=stream.random((samples, inputs), np.float32),
        y_train=stream.integers(0, OUTPUTS, samples),
        x_test=stream.random((64, inputs), np.float32),
        y_test=stream.integers(0, OUTPUTS, 64),
        classes=tuple("0123456789"),
        scaling="none",
        source="uniform noise",
        licence="none",
    )
    seconds = cpu = 0.0
    for seed in range(1, seeds + 1):
        settings = Settings("augmented", width, seed, batch_size=512, epochs=1, records=2)
        one = timed(lambda settings=settings: train(dataset, settings, device))
        seconds, cpu = seconds + one[0], cpu + one[1]
    grown = torch.cuda.max_memory_allocated() if device == "cuda" else peak_bytes() - before
    return {"seconds": seconds, "cpu": cpu, "bytes": grown}


def scale(device: str, threads: int, out: Path, widest: int = 15) -> None:
    """Curves of time and memory, each beside slope 1; widths m = 2^3 .. 2^widest."""
    began = time.perf_counter()
    curves: dict[str, dict[str, list]] = {}

    def add(name: str, value: int, cost: dict) -> None:
        curve = curves.setdefault(name, {"at": [], "seconds": [], "cpu": [], "bytes": []})
        curve["at"].append(value)
        for key in ("seconds", "cpu", "bytes"):
            curve[key].append(cost[key])
        print(f"{name} {value}: {cost['seconds'] * 1e3:.3g} ms, {cost['bytes'] / 1e6:.0f} MB", flush=True)

    for power in range(3, widest + 1):
        for objective in ("supervised", "augmented"):
            adversarial = objective == "augmented"
            cost = in_new_process(step_cost, 784, 2**power, 512, adversarial, device, threads)
            add(f"m, a step, {objective}", 2**power, cost)
    for inputs in (48, 192, 784, 3072):
        add("d_in, a step, augmented", inputs, in_new_process(step_cost, inputs, 2048, 512, True, device, threads))
    if importlib.util.find_spec("safetensors"):
        for samples in (1024, 2048, 4096, 8192):
            add("n, a run of one epoch", samples, in_new_process(run_cost, 784, 1024, samples, 1, device, threads))
        for seeds in (1, 2, 4):
            add("seeds, runs of one epoch", seeds, in_new_process(run_cost, 784, 1024, 1024, seeds, device, threads))
        cost = in_new_process(run_cost, 3072, 2**widest, 1024, 1, device, threads)
        add("m on CIFAR10's shape, whole run of two steps", 2**widest, cost)
    else:
        print("n, seeds and whole runs: left out, safetensors is not installed here", flush=True)
    print(f"\n{scale_table(curves)}\n\nAll in {time.perf_counter() - began:.0f} s.")
    where = f"{place_name(device, threads)}; batch 512; m = 2,048 where inputs vary, 1,024 where samples and seeds do"
    content = {"where": where, "device": device, "threads": threads, "curves": curves}
    (out / "bench-scale.json").write_text(json.dumps(content, indent=1) + "\n")
    draw_scale(curves, where, out / "bench-scale.png")


def scale_table(curves: dict[str, dict[str, list]]) -> str:
    """The curves as a Markdown table, with the slopes on logarithmic axes since the line before."""
    lines = [
        "| against | value | ms | processor ms | MB | slope of processor time | slope of memory |",
        "| --- " * 7 + "|",
    ]
    for name, curve in curves.items():
        logarithms = np.log(np.maximum([curve["at"], curve["cpu"], curve["bytes"]], 1e-9))
        steps = np.diff(logarithms, axis=1)
        slopes = ["- | -", *(f"{cpu / at:.2f} | {size / at:.2f}" for at, cpu, size in steps.T)]
        for at, seconds, cpu, size, slope in zip(
            curve["at"], curve["seconds"], curve["cpu"], curve["bytes"], slopes, strict=True
        ):
            lines.append(f"| {name} | {at:,} | {seconds * 1e3:.3g} | {cpu * 1e3:.3g} | {size / 1e6:.3g} | {slope} |")
    return "\n".join(lines)


def draw_scale(curves: dict[str, dict[str, list]], where: str, path: Path) -> None:
    """Time above, memory below, each beside what is expected where the work itself costs most."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, LogLocator

    labels = {"m": "neurons m", "d_in": "inputs d_in", "n": "samples n", "seeds": "seeds, one after the other"}
    axes_names = [axis for axis in labels if any(name.split(",")[0] == axis for name in curves)]
    figure = Figure(figsize=(13, 6.5), layout="constrained")
    panels = figure.subplots(2, len(axes_names), squeeze=False)
    for column, axis in enumerate(axes_names):
        chosen = {name: curve for name, curve in curves.items() if name.split(",")[0] == axis}
        for panel, key, unit, factor in zip(
            panels[:, column], ("seconds", "bytes"), ("time, ms", "memory, MB"), (1e3, 1e-6), strict=True
        ):
            for name, curve in chosen.items():
                at, values = np.array(curve["at"], float), np.array(curve[key]) * factor
                panel.loglog(at, values, "o-", ms=3, label=name.partition(", ")[2])
            slope = 0 if (key, axis) == ("bytes", "seeds") else 1
            panel.loglog(at, values[-1] * (at / at[-1]) ** slope, "k:", lw=1, label=f"slope {slope}")
            shown = at[:: 1 + len(at) // 7].astype(int)
            panel.set_xticks(shown, [f"{value:,}" for value in shown], fontsize=7)
            panel.xaxis.minorticks_off()
            low, high = panel.get_ylim()
            if high < 4 * low:  # nearly constant: not to be blown up
                panel.set_ylim(low / 2, high * 2)
            panel.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
            panel.yaxis.minorticks_off()
            panel.tick_params(axis="y", labelsize=7)
            panel.set_xlabel(labels[axis])
            panel.set_ylabel(unit)
            panel.legend(fontsize=7)
    figure.suptitle(where, fontsize=9)
    figure.savefig(path, dpi=130)


def thread_count(text: str) -> int:
    if not re.fullmatch("[0-9]{1,4}", text) or not 1 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 1024")
    return int(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=("table", "scale"), default="table")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--threads", type=thread_count, default=2, help="of the processor, for peer and ours alike")
    parser.add_argument("--out", type=Path, default=Path("results"))
    chosen = parser.parse_args()
    if chosen.device == "cuda" and not torch.cuda.is_available():
        parser.error("--device cuda: PyTorch sees no CUDA device here")
    try:
        chosen.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        parser.error(f"--out {chosen.out}: {error.strerror}")
    torch.set_num_threads(chosen.threads)
    (bench if chosen.what == "table" else scale)(chosen.device, chosen.threads, chosen.out)


if __name__ == "__main__":
    main()

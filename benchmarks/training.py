"""A step of training against the textbook loop, the careful loop and the machine's limit; several jobs on one GPU."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import product
from threading import Barrier

import torch
from careful import careful_step
from engine import (
    GENERATOR_STARTS,
    BatchTrainer,
    Settings,
    Trainer,
    Weights,
    draw_weights,
    step_on_rows,
    step_operations,
)
from rates import Machine
from report import Row, row
from textbook import Critic, Generator, train_textbook
from timing import SEED, in_turns, timed

OUTPUTS, WIDTH = 10, 8192
# What: inputs, inputs that are trained (three span the synthetic ones; 720 of MNIST are lit), batch, adversarial,
# precision, target on two CPU cores.
TRAINING = {
    "synthetic-784, supervised, batch 256": (784, 3, 256, False, "float32", 20),
    "synthetic-784, augmented, batch 256": (784, 3, 256, True, "float32", 12),
    "MNIST, supervised, batch 512": (784, 720, 512, False, "float32", 1.3),
    "MNIST, supervised, bfloat16 products": (784, 720, 512, False, "bfloat16", 3),
    "MNIST, augmented, batch 512": (784, 720, 512, True, "float32", 2.4),
    "MNIST, augmented, bfloat16 products": (784, 720, 512, True, "bfloat16", 4.5),
}
# Universes trained side by side: inputs that are trained, batch, width, target.
TOGETHER = {
    "20 universes, synthetic-784, m = 64": (3, 256, 64, 3),
    "20 universes, synthetic-784, m = 256": (3, 256, 256, 3),
    "20 universes, MNIST, m = 64": (720, 512, 64, None),
    "20 universes, MNIST, m = 256": (720, 512, 256, None),
}
GPU_TARGETS = {"textbook loop": 20, "careful loop": 2, "the limit": 0.6}  # the last on MNIST only


def training_limit(
    machine: Machine, trained: int, batch: int, adversarial: bool, precision: str, width: int = WIDTH
) -> float:
    """Seconds: the arithmetic, or weights and momenta read and written once, whichever takes longer."""
    objective = "augmented" if adversarial else "supervised"
    thick, thin = step_operations(trained, OUTPUTS, width, batch, objective)
    arithmetic = thick / (machine.bfloat16 if precision == "bfloat16" else machine.float32) + thin / machine.float32
    values = width * (trained + OUTPUTS + (OUTPUTS + 1 if adversarial else 0))
    return max(arithmetic, 16 * values / machine.copy)


def new_trainer(weights: Weights, adversarial: bool, batch: int, precision: str) -> Trainer:
    """A trainer with the settings of the textbook loop."""
    objective = "augmented" if adversarial else "supervised"
    return Trainer(weights, Settings(objective, WIDTH, SEED, batch_size=batch, epochs=1, precision=precision))


def some_batch(inputs: int, batch: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Random samples (batch, inputs), one-hot labels (batch, outputs), and shares of the label in mixtures (batch,)."""
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


def together_row(work: str, machine: Machine, rounds: int = 9) -> Row:
    """Milliseconds of a step of augmented networks of several starts and bounds, together and one after the other."""
    trained, batch, width, target = TOGETHER[work]
    networks, steps = 20, 10
    samples, labels, mixing = some_batch(trained, batch)
    common = Settings("augmented", width, SEED, batch_size=batch, epochs=1)
    choices = list(product(("penalty", "clip", "spectral", "weight", "target"), GENERATOR_STARTS))[:networks]
    settings = [replace(common, bound_reading=bound, generator_start=start) for bound, start in choices]

    def starts() -> list[Weights]:
        return [draw_weights(width, trained, OUTPUTS, SEED, generator_start=each.generator_start) for each in settings]

    alone = [Trainer(weights, each) for weights, each in zip(starts(), settings, strict=True)]
    together = BatchTrainer(starts(), settings)

    def repeated(trainers: Sequence[Trainer | BatchTrainer]) -> None:
        for trainer in trainers:
            for _ in range(steps):
                trainer.step(samples, labels, mixing)

    measured = in_turns(lambda: repeated(alone), lambda: repeated([together]), rounds)
    limit = networks * training_limit(machine, trained, batch, True, "float32", width)
    return row(work, "one after the other", measured, (steps, steps), target, limit)


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


def jobs_rows(width: int, machine: Machine, device: str, numbers: tuple[int, ...], steps: int = 500) -> Iterator[Row]:
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
    for jobs in numbers:
        yield row(
            f"MNIST, augmented, m = {width:,}, {jobs} jobs at once",
            "one after the other",
            [(jobs * alone[0], jobs * alone[1], *together(jobs))],
            (jobs * steps, jobs * steps),
            None,
            limit,
        )

"""How fast training is, against what a user would write: `make bench`, or with `--device cuda` on a GPU.

Peer and ours take turns in one process, so that a busy machine disturbs both alike. Processor time stands beside wall
time: a busy machine changes it little. Rows of a precision that the machine only emulates are left out.
"""

import argparse
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from statistics import median

import torch
from textbook import Critic, Generator, textbook_step, train_textbook

from pseudo_rd.parameters.vocabulary import OBJECTIVES, OUTPUTS, STARTS
from pseudo_rd.training.autograd import AutogradEngine
from pseudo_rd.training.closed_form.batched import BatchTrainer
from pseudo_rd.training.closed_form.steps import Trainer
from pseudo_rd.training.cuda_graph import step_on_rows
from pseudo_rd.training.networks import Pair, build, perceptron
from pseudo_rd.training.precision import bfloat16_is_emulated
from pseudo_rd.training.samples import Samples
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.weights import Weights, draw_weights

WIDTH, SEED, ROUNDS = 8192, 1, 9
HEADER = (
    "| work | against | peer ms | ours ms | ratio (least-most) | target | processor ms, peer / ours |\n"
    "| --- | --- | --- | --- | --- | --- | --- |"
)


@dataclass(frozen=True)
class Work:
    """A step of training on a shape of data.

    Attributes:
        inputs, trained_inputs: of a sample, and how many of them are trained: three span the synthetic ones, 720 of
            MNIST are lit.
        batch, objective, precision: of the step.
        target: times as fast as the textbook loop, on two cores.
    """

    inputs: int
    trained_inputs: int
    batch: int
    objective: str
    precision: str
    target: float


WORKS = {
    "synthetic-784, supervised, batch 256": Work(784, 3, 256, "supervised", "float32", 20),
    "synthetic-784, augmented, batch 256": Work(784, 3, 256, "augmented", "float32", 12),
    "MNIST, supervised, batch 512": Work(784, 720, 512, "supervised", "float32", 1.3),
    "MNIST, supervised, bfloat16 products": Work(784, 720, 512, "supervised", "bfloat16", 3),
    "MNIST, augmented, batch 512": Work(784, 720, 512, "augmented", "float32", 2.4),
    "MNIST, augmented, bfloat16 products": Work(784, 720, 512, "augmented", "bfloat16", 4.5),
}
# Universes trained side by side: inputs that are trained, batch, width, target.
TOGETHER: dict[str, tuple[int, int, int, float | None]] = {
    "20 universes, synthetic-784, m = 64": (3, 256, 64, 3),
    "20 universes, synthetic-784, m = 256": (3, 256, 256, 3),
    "20 universes, MNIST, m = 64": (720, 512, 64, None),
    "20 universes, MNIST, m = 256": (720, 512, 256, None),
}
# Networks that the closed form does not know: a perceptron of three layers, batch 64; width, objective.
OTHERS = {
    f"autograd, three layers of m = {width:,}, {objective}": (width, objective)
    for width, objective in product((64, 1024), OBJECTIVES)
}
OTHERS_TARGET = 0.87  # at most 1.15 times as long as a plain loop
GPU_TARGET = 20


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor seconds."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    if torch.cuda.is_initialized():  # else waiting would make a context, in timed work
        torch.cuda.synchronize()
    return time.perf_counter() - wall, time.process_time() - processor


def repeat(steps: int, step: Callable[..., object], *arguments: torch.Tensor) -> None:
    for _ in range(steps):
        step(*arguments)


def in_turns(
    peer: Callable[[], object], ours: Callable[[], object], rounds: int, limit: float = 20
) -> list[tuple[float, ...]]:
    """(peer wall, peer processor, ours wall, ours processor) of each round, after one that only warms up.

    Three rounds are enough once they have taken `limit` seconds.
    """
    peer()
    ours()
    start_time = time.perf_counter()
    seconds: list[tuple[float, ...]] = []
    while len(seconds) < rounds and (len(seconds) < 3 or time.perf_counter() - start_time < limit):
        seconds.append((*timed(peer), *timed(ours)))
    return seconds


def row(work: str, peer: str, seconds: Sequence[tuple[float, ...]], steps: int, target: float | None) -> str:
    """A line of the table: medians in milliseconds of a step, and the median of the rounds' ratios with its range."""
    peer_ms, peer_processor, ours_ms, ours_processor = (
        1e3 / steps * median(column) for column in zip(*seconds, strict=True)
    )
    ratios = [peer_wall / ours_wall for peer_wall, _, ours_wall, _ in seconds]
    aim = "-" if target is None else f"{target:g} x" + (", reached" if median(ratios) >= target else ", missed")
    return (
        f"| {work} | {peer} | {peer_ms:.4g} | {ours_ms:.4g} | {median(ratios):.2f} ({min(ratios):.2f}-"
        f"{max(ratios):.2f}) | {aim} | {peer_processor:.4g} / {ours_processor:.4g} |"
    )


def some_batch(inputs: int, batch: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Random samples (batch, inputs), one-hot labels (batch, outputs), and shares of the label in mixtures (batch,)."""
    stream = torch.Generator().manual_seed(SEED)
    samples = torch.rand(batch, inputs, generator=stream)
    targets = torch.eye(OUTPUTS)[torch.randint(0, OUTPUTS, (batch,), generator=stream)]
    return samples, targets, torch.rand(batch, generator=stream)


def training_row(name: str, device: str, target: float, rounds: int = ROUNDS) -> str:
    """A step of the closed form against the textbook loop."""
    work, steps = WORKS[name], 4 if device == "cpu" else 50
    samples, labels, shares = some_batch(work.inputs, work.batch)
    rows, mixing, inputs, targets = (array.to(device) for array in (torch.arange(work.batch), shares, samples, labels))
    weights = draw_weights(WIDTH, work.inputs, OUTPUTS, SEED).to(torch.device(device))
    generator = Generator(weights.hidden.T, weights.top)
    critic = Critic(weights.critic_hidden.T, weights.critic_top) if work.objective == "augmented" else None
    batches = [(list(range(work.batch)), mixing)] * steps
    weights.hidden = weights.hidden[: work.trained_inputs].contiguous()
    settings = Settings(work.objective, WIDTH, SEED, batch_size=work.batch, epochs=1, precision=work.precision)
    step = step_on_rows(Trainer(weights, settings).step, inputs[:, : work.trained_inputs].contiguous(), targets)
    seconds = in_turns(
        lambda: train_textbook(generator, critic, samples, labels, batches),
        lambda: repeat(steps, step, rows, mixing),
        rounds,
    )
    return row(name, "textbook loop", seconds, steps, target)


def together_row(name: str, rounds: int = ROUNDS) -> str:
    """A step of augmented networks of several starts and bounds, together against one after the other."""
    inputs, batch, width, target = TOGETHER[name]
    networks, steps = 20, 10
    samples, labels, mixing = some_batch(inputs, batch)
    common = Settings("augmented", width, SEED, batch_size=batch, epochs=1)
    choices = list(product(("penalty", "clip", "spectral", "weight", "target"), STARTS))[:networks]
    settings = [replace(common, bound_reading=bound, generator_start=start) for bound, start in choices]

    def starts() -> list[Weights]:
        return [draw_weights(width, inputs, OUTPUTS, SEED, generator_start=run.generator_start) for run in settings]

    trainers = [Trainer(weights, run) for weights, run in zip(starts(), settings, strict=True)]
    batch_trainer = BatchTrainer(starts(), settings)

    def one_after_the_other() -> None:
        for trainer in trainers:
            repeat(steps, trainer.step, samples, labels, mixing)

    seconds = in_turns(one_after_the_other, lambda: repeat(steps, batch_trainer.step, samples, labels, mixing), rounds)
    return row(name, "one after the other", seconds, steps, target)


def other_row(name: str, rounds: int = ROUNDS) -> str:
    """A step of the engine for any networks against a plain loop over the same ones."""
    width, objective = OTHERS[name]
    steps, batch = 3200 // width, 64
    settings = Settings(
        objective, width, SEED, batch, epochs=1, network="perceptron", depth=2, generator_start="framework"
    )
    x, y, mixing = some_batch(784, batch)
    samples = Samples(x, y, x, y, inputs=784, nonzero=None, basis=None)

    def start() -> Pair:
        return build(perceptron, (784,), OUTPUTS, settings, torch.float32)

    pair, engine = start(), AutogradEngine(start(), samples, settings)
    plain_step = textbook_step(pair.generator, pair.critic)
    seconds = in_turns(
        lambda: repeat(steps, plain_step, x, y, mixing), lambda: repeat(steps, engine.step, x, y, mixing), rounds
    )
    return row(name, "plain loop", seconds, steps, OTHERS_TARGET)


def bench(device: str, threads: int) -> None:
    """Print the table row by row, behind what the machine is and how busy."""
    hardware = torch.cuda.get_device_name() if device == "cuda" else f"the processor, {threads} threads"
    print(f"PyTorch {torch.__version__} on {hardware}; load {os.getloadavg()[0]:.1f} before the first row\n\n{HEADER}")
    emulated = bfloat16_is_emulated(device)
    for name, work in WORKS.items():
        if not (emulated and work.precision == "bfloat16"):
            print(training_row(name, device, work.target if device == "cpu" else GPU_TARGET), flush=True)
    if device == "cpu":
        for name in TOGETHER:
            print(together_row(name), flush=True)
        for name in OTHERS:
            print(other_row(name), flush=True)
    if emulated:
        print("\nThis machine only emulates bfloat16: rows with such products are left out.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--threads", type=int, default=2, help="of the processor, for peer and ours alike")
    options = parser.parse_args()
    if not 1 <= options.threads <= 1024:
        parser.error(f"--threads: {options.threads} is not a number from 1 to 1024")
    if options.device == "cuda" and not torch.cuda.is_available():
        parser.error("--device cuda: PyTorch sees no CUDA device here")
    torch.set_num_threads(options.threads)
    bench(options.device, options.threads)


if __name__ == "__main__":
    main()

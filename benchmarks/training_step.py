"""Milliseconds per iteration: the engine against the textbook loop, in one process, both objectives (make bench).

Each is timed in turns and the least of several rounds counts, so that a busy machine disturbs both alike.
"""

import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch

from pseudo_rd.training.steps import Trainer
from pseudo_rd.training.weights import draw_weights

sys.path.insert(0, str(Path(__file__).parent))
from textbook import Critic, Generator, train_textbook

ROUNDS, ITERATIONS = 5, 10
SHAPES = {  # what: inputs, inputs that are trained (the span shortcut), batch, width
    "synthetic-784, m = 8192": (784, 3, 256, 8192),
    "MNIST, m = 1024": (784, 784, 512, 1024),
    "CIFAR10, m = 1024": (3072, 3072, 512, 1024),
}


def seconds(run: Callable[[], None]) -> float:
    began = time.perf_counter()
    run()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return (time.perf_counter() - began) / ITERATIONS


def measure(inputs: int, trained: int, batch: int, width: int, adversarial: bool, device: str) -> tuple[float, float]:
    """Seconds per iteration of the textbook loop and of the engine."""
    stream = torch.Generator().manual_seed(1)
    samples = torch.rand(batch, inputs, generator=stream).to(device)
    targets = torch.eye(10)[torch.randint(0, 10, (batch,), generator=stream)].to(device)
    mixing = torch.rand(batch, generator=stream).to(device)
    weights = draw_weights(width, inputs, 10, 1).to(torch.device(device))
    generator = Generator(weights.hidden.T, weights.top).to(device)
    critic = Critic(weights.critic_hidden.T, weights.critic_top).to(device) if adversarial else None
    batches = [(list(range(batch)), mixing)] * ITERATIONS

    weights.hidden = weights.hidden[:trained].contiguous()
    coordinates = samples[:, :trained].contiguous()
    trainer = Trainer(
        weights,
        adversarial=adversarial,
        batch_size=batch,
        learning_rate=0.01,
        momentum=0.9,
        gradient_penalty_weight=10.0,
        reading="penalty",
        bound=0.01,
    )

    def engine() -> None:
        for _ in range(ITERATIONS):
            trainer.step(coordinates, targets, mixing)

    rounds = [
        (seconds(lambda: train_textbook(generator, critic, samples, targets, batches)), seconds(engine))
        for _ in range(ROUNDS + 1)
    ][1:]
    return min(one for one, _ in rounds), min(other for _, other in rounds)


def main() -> None:
    torch.set_num_threads(1)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    place = torch.cuda.get_device_name() if device == "cuda" else f"{platform.processor() or 'CPU'}, 1 thread"
    print(f"PyTorch {torch.__version__} on {place}; milliseconds per iteration, least of {ROUNDS} rounds\n")
    print("| what | objective | textbook | engine | ratio |\n| --- | --- | --- | --- | --- |")
    for what, (inputs, trained, batch, width) in SHAPES.items():
        for objective in ("supervised", "augmented"):
            textbook, engine = measure(inputs, trained, batch, width, objective == "augmented", device)
            print(
                f"| {what} | {objective} | {textbook * 1e3:.1f} | {engine * 1e3:.1f} | {textbook / engine:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()

"""The first minutes on a GPU: does it do what it should, and how fast? Each step prints PASS or FAIL and its seconds.

    python benchmarks/first_minutes.py               all steps, the quick ones first; the last takes an hour or more
    python benchmarks/first_minutes.py waits replay  some of them

tests     the tests that need a GPU
waits     an epoch of each kind of step, in which nothing may wait for the device
bits      two runs end in the same bits
replay    a replayed step against one whose kernels are started one by one, m = 8,192
bench     the table of benchmarks
scale     time and memory against m, d_in, n and seeds
paper     the preset paper, if no step before it failed

Needs the installed project. What the commands print goes to results/first-minutes/<step>.log.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from engine import Settings, Trainer, step_on_rows
from scale import noise
from timing import SEED, timed
from training import WIDTH

from pseudo_rd.training.batches import batches_from
from pseudo_rd.training.closed_form.problem import problem_of
from pseudo_rd.training.graph import plain_step_on_rows
from pseudo_rd.training.loop import pin_precision, train
from pseudo_rd.training.samples import samples_of

ROOT = Path(__file__).parents[1]
LOGS = ROOT / "results" / "first-minutes"
BATCH, SAMPLES, STEPS = 512, 4096, 8  # eight steps are an epoch
SLOTS = 8  # jobs at once on the GPU
CASES: tuple[dict[str, Any], ...] = (
    {"objective": "supervised"},
    {"objective": "supervised", "precision": "bfloat16"},
    {"objective": "augmented"},
    {"objective": "augmented", "precision": "bfloat16"},
    {"objective": "augmented", "bound_reading": "spectral", "biases": True},
    {"objective": "augmented", "loss": "element", "update_order": "generator-first"},
)


class Failed(Exception):
    """A step that did not give what it should."""


def settings_with(width: int, **choices: Any) -> Settings:
    return Settings(width=width, seed=SEED, batch_size=BATCH, epochs=8, records=4, **choices)


def named(choices: dict[str, Any]) -> str:
    return " ".join(f"{option}" for option in choices.values())


@contextmanager
def nothing_waits(device: str) -> Iterator[None]:
    """Where the host waits for the device, PyTorch raises."""
    if device == "cpu":
        yield
        return
    torch.cuda.set_sync_debug_mode("error")
    try:
        yield
    finally:
        torch.cuda.set_sync_debug_mode("default")


def new_steps(settings: Settings, device: str, make: Callable) -> tuple[Trainer, Callable[[int], None]]:
    """A trainer on noise in MNIST's shape, and a function that does so many steps more."""
    place = torch.device(device)
    problem = problem_of(samples_of(noise(784, SAMPLES), settings, place, torch.float32), settings)
    trainer = Trainer(problem.weights, settings)
    step = make(trainer, problem.samples.train_inputs, problem.samples.train_targets)
    batches = batches_from(0, SAMPLES, settings, place, torch.float32)

    def work(count: int) -> None:
        for rows, mixing in islice(batches, count):
            step(rows, mixing)

    return trainer, work


def compared(choices: dict[str, Any], device: str, width: int) -> str:
    """Milliseconds of a step plain and replayed, and whether their ends are the same.

    Raises:
        Failed: if weights or momenta differ by more than 1e-4, relative.
    """
    ends, seconds = [], []
    for make in (plain_step_on_rows, step_on_rows):
        trainer, work = new_steps(settings_with(width, **choices), device, make)
        work(STEPS)
        seconds.append(timed(lambda work=work: work(6 * STEPS))[0] / (6 * STEPS))
        ends.append(trainer.tensors())
    one, other = ends
    far = [name for name in one if (one[name] - other[name]).norm() > 1e-4 * one[name].norm()]
    if far:
        raise Failed(f"{named(choices)}: {', '.join(far)} differ by more than 0.0001")
    same = "the same bits" if all(torch.equal(one[name], other[name]) for name in one) else "not the same bits"
    return f"{named(choices)} {seconds[0] * 1e3:.3f} and {seconds[1] * 1e3:.3f} ms, {same}"


def waits(device: str, width: int = 256) -> str:
    """An epoch of each case, plain and replayed, batches included; the two steps before set up and record."""
    for choices in CASES:
        for make in (plain_step_on_rows, step_on_rows):
            _, work = new_steps(settings_with(width, **choices), device, make)
            work(2)
            try:
                with nothing_waits(device):
                    work(STEPS)
            except RuntimeError as error:
                raise Failed(f"{named(choices)}: {error}") from error
    return f"{len(CASES)} kinds of steps"


def bits(device: str, width: int = 1024) -> str:
    """Two runs of each case, whole: weights kept on the way and at the end, and histories."""
    for choices in CASES:
        settings = settings_with(width, snapshot_neurons=64, **choices)
        one, again = (train(noise(784, SAMPLES), settings, device) for _ in range(2))
        differ = [name for name in one.snapshots if (one.snapshots[name] != again.snapshots[name]).any()]
        if differ or not one.history.drop(columns="seconds").equals(again.history.drop(columns="seconds")):
            raise Failed(f"{named(choices)}: two runs differ in {', '.join(differ) or 'their histories'}")
    return f"{len(CASES)} kinds of runs"


def replay(device: str, width: int = WIDTH) -> str:
    """A step plain and replayed: milliseconds, and the weights after some of them."""
    return "; ".join(compared(choices, device, width) for choices in CASES[:4])


def command(name: str, *words: str) -> str:
    """Run Python with these words from the project's folder; its output goes into a log.

    Raises:
        Failed: if it ends with another status than 0.
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{name}.log"
    with log.open("w", encoding="utf-8") as output:
        status = subprocess.run([sys.executable, *words], cwd=ROOT, stdout=output, stderr=output).returncode
    if status:
        lines = log.read_text(encoding="utf-8").split("\n")
        raise Failed(f"ended with status {status}: {next((line for line in lines[::-1] if line.strip()), '')} ({log})")
    return str(log)


def paper(device: str) -> str:
    several = ("--cores", "all", "--resources", f"gpu={SLOTS}")
    return command("paper", "-m", "snakemake", *several, "--config", "preset=paper", "--", "figures")


STEPS_BY_NAME: dict[str, Callable[[str], str]] = {
    "tests": lambda device: command("tests", "-m", "pytest", "-n", "0", "-m", "gpu", "tests"),
    "waits": waits,
    "bits": bits,
    "replay": replay,
    "bench": lambda device: command("bench", "benchmarks/bench.py", "--device", device),
    "scale": lambda device: command("scale", "benchmarks/bench.py", "scale", "--device", device),
    "paper": paper,
}


def run(names: Iterable[str], device: str, steps: dict[str, Callable[[str], str]]) -> bool:
    """Do the steps in turn; whether all passed. The preset paper is not begun after a failure."""
    failed: list[str] = []
    for name in names:
        if name == "paper" and failed:
            print(f"SKIP  paper  after {', '.join(failed)}", flush=True)
            continue
        began = time.perf_counter()
        try:
            verdict, note = "PASS", steps[name](device)
        except Exception as error:  # whatever it is, the next step may still tell something
            verdict, note = "FAIL", " ".join(f"{type(error).__name__}: {error}".split())
            failed.append(name)
        print(f"{verdict}  {name}  {time.perf_counter() - began:.1f} s  {note}", flush=True)
    return not failed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("steps", nargs="*", help="some of them; without, all")
    chosen = parser.parse_args().steps or [*STEPS_BY_NAME]
    unknown = [name for name in chosen if name not in STEPS_BY_NAME]
    if unknown:
        parser.error(f"{', '.join(unknown)}: the steps are {', '.join(STEPS_BY_NAME)}")
    if not torch.cuda.is_available():
        sys.exit("first_minutes: PyTorch sees no CUDA device here: nothing to do")
    pin_precision()
    print(f"{torch.cuda.get_device_name()}, PyTorch {torch.__version__}", flush=True)
    sys.exit(0 if run(chosen, "cuda", STEPS_BY_NAME) else 1)


if __name__ == "__main__":
    main()

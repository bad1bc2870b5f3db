"""What the experiments of a preset would cost: `python -m pseudo_rd.commands.plan`.

Processor time is measured here, on a few steps of the real training; time on a GPU is estimated from the operations and
bytes of each kernel; memory is counted. docs/clusters.md says how far to trust each.
"""

import argparse
import resource
import sys
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from pseudo_rd.commands.costs import Kernel, kernels_of
from pseudo_rd.data.sources import COMPLETE, archive_of, prepare
from pseudo_rd.multiverse.universes import Option, as_trained, printed_options, universes_of
from pseudo_rd.parameters.plain_yaml import read_parameters
from pseudo_rd.parameters.presets import resolve
from pseudo_rd.parameters.schema import DatasetParameters, Experiment, Parameters, TrainingParameters
from pseudo_rd.parameters.vocabulary import OBJECTIVES, OUTPUTS
from pseudo_rd.training.closed_form.steps import Trainer, tile_width
from pseudo_rd.training.closed_form.terms import predict
from pseudo_rd.training.graph import step_on_rows
from pseudo_rd.training.recorder import record_iterations
from pseudo_rd.training.samples import samples_of
from pseudo_rd.training.settings import Settings, method_of
from pseudo_rd.training.weights import draw_weights

MEASURED_WIDTHS = (16, 256, 1024, 4096)  # the widest takes 0.2 s a step
MEASURED_SECONDS = 0.3  # for each number
STUDY = "mnist-widths"  # the experiment that is shown width by width

FLOAT = 4  # bytes

# An H100 (SXM) by its data sheet: operations a second by the type of a product's factors (bfloat16 on tensor cores, the
# others not), and bytes.
GPU_OPERATIONS = {torch.float32: 67e12, torch.bfloat16: 989e12, torch.float64: 34e12}
GPU_BYTES = 3.35e12  # a second
# Assumed: the share of its operations that products reach, and seconds from one kernel of a replayed graph to the next.
GPU_EFFICIENCY = 0.6
GPU_GAP = 1.5e-6


@dataclass(frozen=True)
class Shape:
    """What of a data set decides the cost of training on it.

    Attributes:
        inputs: d_in.
        trained: dimensions that are trained: the rank of the inputs where the span shortcut is used, else how many
            inputs are lit (`training.problem.nonzero_inputs`); of complete sets that are not there, `inputs`.
        image: whether samples are kept as bytes beside the numbers.
        train_samples, test_samples: how many.
        batch_size, epochs: of training.
    """

    inputs: int
    trained: int
    image: bool
    train_samples: int
    test_samples: int
    batch_size: int
    epochs: int

    @property
    def iterations(self) -> int:
        """Steps until the epoch limit; an incomplete last batch is dropped."""
        return self.train_samples // self.batch_size * self.epochs


@dataclass(frozen=True)
class Job:
    """One training run.

    Attributes:
        dataset, objective, width, seed, epochs, records: of the run.
        options: of the study of all readings, what the run depends on; empty for an experiment's.
    """

    dataset: str
    objective: str
    width: int
    seed: int
    epochs: int
    records: int
    options: tuple[tuple[str, Option], ...] = ()


@dataclass(frozen=True)
class Cost:
    """Of one job: seconds of processor time and of an H100, bytes of memory."""

    processor: float
    gpu: float
    memory: float


@dataclass(frozen=True)
class Measured:
    """Processor seconds on data of one shape.

    Attributes:
        widths: where it was measured, ascending.
        steps: of one step at each width, by objective.
        predictions: of the outputs for one batch at each width.
    """

    widths: tuple[int, ...]
    steps: dict[str, list[float]]
    predictions: list[float]


def jobs_of(experiment: Experiment, parameters: Parameters) -> list[Job]:
    """The runs of an experiment."""
    epochs = parameters.datasets[experiment.dataset].epochs
    return [
        Job(experiment.dataset, objective, width, seed, epochs, parameters.training.records)
        for width in experiment.widths
        for objective in OBJECTIVES
        for seed in experiment.seeds
    ]


def study_jobs(parameters: Parameters) -> dict[str, list[Job]]:
    """The runs of the study of all readings by data set, and those of its phase diagram; coinciding ones once."""
    chosen, printed = parameters.multiverse, printed_options(parameters.choices)
    universes = universes_of(printed, chosen.crossed, chosen.alone)
    scaled = [{**printed, "start_scale": scale} for scale in chosen.scales.scales]
    found = {}
    for name, dataset, place, studied in (
        *((f"readings, {dataset}", dataset, place, universes) for dataset, place in chosen.places.items()),
        ("phase diagram", chosen.scales.dataset, chosen.scales, scaled),
    ):
        images = parameters.datasets[dataset].source != "blobs"
        found[name] = list(
            dict.fromkeys(
                Job(dataset, objective, width, seed, place.epochs, place.records, options)
                for width in place.widths
                for seed in place.seeds
                for universe in studied
                for objective in OBJECTIVES
                for options in (tuple(as_trained(universe, printed, objective, images).items()),)
            )
        )
    return found


def shape_of(name: str, dataset: DatasetParameters) -> Shape:
    """The shape of a data set. Complete sets need not be there: their sizes are known, and that they fill their space.

    Raises:
        DataError: if it can be neither made nor read.
    """
    wanted = dataset.model_dump()
    batch_size, epochs, _ = (wanted.pop(key) for key in ("batch_size", "epochs", "convergence_error"))
    if dataset.source == "complete" and name in COMPLETE and not archive_of(name).exists():
        published = COMPLETE[name]
        inputs = trained = int(np.prod(published.image_shape))
        image = True
        train_samples = dataset.train_samples or published.train_samples
        test_samples = dataset.test_samples or published.test_samples
    else:
        found = prepare(name, **{key: value for key, value in wanted.items() if value is not None})
        settings = Settings("supervised", 1, seed=0, batch_size=batch_size, epochs=epochs)
        samples = samples_of(found, settings, torch.device("cpu"), torch.float32)
        inputs, trained = samples.inputs, samples.train_inputs.shape[1]
        image = found.image_shape is not None
        train_samples, test_samples = len(found.x_train), len(found.x_test)
    return Shape(inputs, trained, image, train_samples, test_samples, batch_size, epochs)


def settings_of_shape(
    shape: Shape, width: int, objective: str, training: TrainingParameters, **snapshots: Any
) -> Settings:
    """How a run on data of this shape is trained."""
    method = method_of(training) | snapshots
    return Settings(objective, width, seed=0, batch_size=shape.batch_size, epochs=shape.epochs, **method)


def gpu_seconds(shape: Shape, settings: Settings) -> float:
    """A run's time on an H100, estimated: of each kernel its operations or bytes, whichever takes longer, and a gap.

    Copying a step's rows to where its graph reads them, and starting the graph, are hidden behind the step before.
    """
    step = sum(map(kernel_seconds, kernels_of(settings, shape.trained)))
    samples = shape.train_samples + shape.test_samples
    prediction = 2 * samples * (shape.trained + OUTPUTS) * settings.width
    record = prediction / (GPU_EFFICIENCY * GPU_OPERATIONS[torch.float32])
    return shape.iterations * step + len(record_iterations(shape.iterations, settings.records)) * record


def kernel_seconds(kernel: Kernel) -> float:
    """Of one kernel on an H100, and until the next one begins."""
    arithmetic = kernel.operations and kernel.operations / (GPU_EFFICIENCY * GPU_OPERATIONS[kernel.factors])
    return max(arithmetic, kernel.bytes / GPU_BYTES) + GPU_GAP


def memory_bytes(shape: Shape, settings: Settings, threads: int, base: float) -> float:
    """The most memory that a run's process takes on a processor.

    Args:
        shape: of the data.
        settings: of the run.
        threads: of the run.
        base: bytes of a process that has imported everything and done nothing.
    """
    width = settings.width
    samples = shape.train_samples + shape.test_samples
    data = samples * shape.inputs * (FLOAT + shape.image)
    hidden = FLOAT * shape.inputs * width  # U as drawn
    # The run's weights, their start, momenta: U, or its coordinates; V and W with ten numbers a neuron, and a with one.
    weights = FLOAT * (shape.trained + 2 * OUTPUTS + 1) * width
    tile = tile_width(shape.batch_size, width, torch.device("cpu"))
    points = 2 * shape.batch_size + OUTPUTS if settings.adversarial else shape.batch_size
    work = FLOAT * (shape.batch_size * width + points * min(width, tile * threads))
    if settings.adversarial:
        work += 2 * FLOAT * OUTPUTS * width
    # The span is looked for in a second copy of the data: in two more in float64, but of few samples where it fails.
    quarter = shape.inputs // 4
    doubled = samples if shape.trained <= quarter else min(samples, quarter + 1)
    start = hidden + FLOAT * samples * shape.inputs + 2 * 2 * FLOAT * doubled * shape.inputs
    run = hidden + 3 * weights + work
    kept = len({0, *settings.snapshot_fractions}) * FLOAT * shape.inputs * min(width, settings.snapshot_neurons)
    # A checkpoint passes through memory twice on its way to the disk.
    checkpoint = 2 * 2 * weights
    # At the end: the whole end, and a copy in the making.
    end = 2 * hidden
    return base + data + max(start, run + kept + max(checkpoint, end))


def measure(shape: Shape, training: TrainingParameters, widths: tuple[int, ...]) -> Measured:
    """Run a few steps of each objective, and predictions, at these widths, with the threads that PyTorch is set to."""
    random = torch.Generator().manual_seed(0)
    count = 4 * shape.batch_size
    inputs = torch.rand(count, shape.trained, generator=random)
    targets = torch.eye(OUTPUTS)[torch.randint(OUTPUTS, (count,), generator=random)]
    rows = torch.randperm(count, generator=random)[: shape.batch_size]
    mixing = torch.rand(shape.batch_size, generator=random)
    found = Measured(widths, {objective: [] for objective in OBJECTIVES}, [])
    for width in widths:
        for objective in OBJECTIVES:
            weights = draw_weights(width, shape.trained, OUTPUTS, seed=0, critic_width=training.critic_width)
            trainer = Trainer(weights, settings_of_shape(shape, width, objective, training))
            step = step_on_rows(trainer, inputs, targets)
            found.steps[objective].append(least_seconds(partial(step, rows, mixing)))
        found.predictions.append(least_seconds(partial(predict, weights, inputs[: shape.batch_size])))
    return found


def least_seconds(work: Callable[[], object]) -> float:
    """Processor time of one call; the first call is not counted, in it libraries set themselves up."""
    work()
    seconds: list[float] = []
    began = time.process_time()
    while len(seconds) < 3 or time.process_time() - began < MEASURED_SECONDS:
        before = time.process_time()
        work()
        seconds.append(time.process_time() - before)
    return min(seconds)


def at_width(width: int, measured: Sequence[int], seconds: Sequence[float]) -> float:
    """Between measured widths on the line between them; beyond the widest in proportion to m, as operations are."""
    return float(np.interp(width, measured, seconds)) * max(1.0, width / measured[-1])


def processor_seconds(shape: Shape, width: int, objective: str, records: int, measured: Measured) -> float:
    """A run's processor time to its epoch limit, with its records, without what starting and writing take."""
    step = at_width(width, measured.widths, measured.steps[objective])
    batch = at_width(width, measured.widths, measured.predictions)
    batches = (shape.train_samples + shape.test_samples) / shape.batch_size
    return shape.iterations * step + len(record_iterations(shape.iterations, records)) * batches * batch


def costs_of(parameters: Parameters, jobs: Iterable[Job]) -> dict[Job, Cost]:
    """The cost of each job, each once."""
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    training = parameters.training
    snapshots = {f"snapshot_{name}": value for name, value in parameters.snapshots.model_dump().items()}
    torch.set_num_threads(training.threads)
    each_once = set(jobs)
    shapes = {name: shape_of(name, parameters.datasets[name]) for name in sorted({job.dataset for job in each_once})}
    measured: dict[tuple[int, int], Measured] = {}
    costs = {}
    for job in sorted(each_once, key=lambda job: -job.width):  # the widest says how far to measure
        shape = replace(shapes[job.dataset], epochs=job.epochs)
        size = shape.trained, shape.batch_size
        if size not in measured:
            widths = MEASURED_WIDTHS[: 1 + bisect_left(MEASURED_WIDTHS, job.width)]
            measured[size] = measure(shape, training, widths)
        settings = replace(
            settings_of_shape(shape, job.width, job.objective, training, **snapshots), records=job.records
        )
        costs[job] = Cost(
            processor=processor_seconds(shape, job.width, job.objective, job.records, measured[size]),
            gpu=gpu_seconds(shape, settings),
            memory=memory_bytes(shape, settings, training.threads, base),
        )
    return costs


def table_of(parameters: Parameters) -> list[tuple[str, ...]]:
    """Rows of the plan: the width study width by width, every experiment and part of the study in a line, and all."""
    rows: list[tuple[str, ...]] = [("experiment", "width", "jobs", "processor h", "GPU h", "memory GB")]
    groups: list[tuple[str, str, list[Job]]] = []
    experiments = {name: jobs_of(each, parameters) for name, each in parameters.experiments.items()}
    for name, jobs in [
        *sorted(experiments.items(), key=lambda item: item[0] != STUDY),
        *study_jobs(parameters).items(),
    ]:
        widths = sorted({job.width for job in jobs})
        if name == STUDY:
            groups += [(name, str(width), [job for job in jobs if job.width == width]) for width in widths]
        groups.append((name, str(widths[0]) if len(widths) == 1 else f"{widths[0]}-{widths[-1]}", jobs))
    costs = costs_of(parameters, (job for *_, jobs in groups for job in jobs))
    for name, width, jobs in [*groups, ("all, each job once", "", list(costs))]:
        chosen = [costs[job] for job in set(jobs)]  # a width or seed may be named twice
        rows.append(
            (
                name,
                width,
                str(len(chosen)),
                f"{sum(cost.processor for cost in chosen) / 3600:.2f}",
                f"{sum(cost.gpu for cost in chosen) / 3600:.2f}",
                f"{max(cost.memory for cost in chosen) / 1e9:.1f}",
            )
        )
    return rows


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows as text: words to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    )


def plan(parameters: Parameters) -> str:
    """The plan of a preset as text.

    Raises:
        DataError: if a data set that has to be read is not there.
    """
    training = parameters.training
    rates = ", ".join(f"{rate / 1e12:g} ({str(kind)[6:]})" for kind, rate in GPU_OPERATIONS.items()) + " TFLOP/s"
    return f"""\
Plan of the preset {parameters.preset}: every run to its epoch limit; one that converges ends sooner.

{aligned(table_of(parameters))}

readings, phase diagram: of the study of all readings, which is made once; all else is made under each named reading.
  Maps of neurons, their clusters and pictures come on top.
processor h: of all jobs of the line, from steps measured now on this machine with {training.threads} thread(s) a job,
  at widths {", ".join(map(str, MEASURED_WIDTHS))}; beyond them in proportion to the width.
GPU h: an estimate, no GPU was measured. Each kernel of a step takes an H100's {rates}
  at {GPU_EFFICIENCY:.0%}, or its {GPU_BYTES / 1e12:g} TB/s, whichever is longer, and {GPU_GAP * 1e6:g} us until the
  next one.
memory GB: of one job on a processor, counted; the largest of the line."""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m pseudo_rd.commands.plan", description="What a preset's experiments cost."
    )
    parser.add_argument("--preset", default="paper", help="of params.yaml (default: %(default)s)")
    chosen = parser.parse_args(arguments)
    try:
        print(plan(resolve(read_parameters(Path("params.yaml")), chosen.preset)))
    except (ValueError, OSError) as error:
        sys.exit(f"plan: {' '.join(str(error).split())}")


if __name__ == "__main__":
    main()

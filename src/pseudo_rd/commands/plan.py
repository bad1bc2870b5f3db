"""What a preset would take here, without starting it: `python -m pseudo_rd.commands.plan` (docs/run.md).

Steps of the real training are timed at two widths, on the device that would train; other widths lie on the line through
them.
"""

import math
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby, product
from operator import attrgetter

import numpy as np
import torch
from numpy.polynomial import Polynomial

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.data.sources import COMPLETE, archive_of, prepare
from pseudo_rd.multiverse.universes import Option, as_trained, printed_options, universes_of
from pseudo_rd.parameters.plain_yaml import read_parameters
from pseudo_rd.parameters.presets import resolve
from pseudo_rd.parameters.schema import Parameters
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.training.loop import choose_device, engine_of
from pseudo_rd.training.recorder import record_iterations
from pseudo_rd.training.settings import settings_of

MEASURED_WIDTHS = (256, 2048)
MEASURED_SECONDS = 0.3  # for each number
WIDTH_STUDY = "mnist-widths"  # the experiment that is shown width by width
FLOAT = 4  # bytes
ROW = "{:24}  {:>9}  {:>5}  {:>8}  {:>8}"


@dataclass(frozen=True)
class Job:
    """One training run; of the study of all readings with the options that it depends on."""

    dataset: str
    objective: str
    width: int
    seed: int
    epochs: int
    records: int
    options: tuple[tuple[str, Option], ...] = ()


def line_through(widths: tuple[int, int], seconds: Sequence[float]) -> Polynomial:
    """Seconds at any width, by those measured at two: exact at the larger one, never falling, never below nothing."""
    slope = (seconds[1] - seconds[0]) / (widths[1] - widths[0])
    per_neuron = min(max(slope, 0.0), seconds[1] / widths[1])
    return Polynomial([seconds[1] - per_neuron * widths[1], per_neuron])


def experiment_jobs(parameters: Parameters) -> dict[str, list[Job]]:
    """The runs of each experiment."""
    datasets, records = parameters.datasets, parameters.training.records
    return {
        name: [
            Job(experiment.dataset, objective, width, seed, datasets[experiment.dataset].epochs, records)
            for objective, width, seed in product(OBJECTIVES, experiment.widths, experiment.seeds)
        ]
        for name, experiment in parameters.experiments.items()
    }


def study_jobs(parameters: Parameters) -> dict[str, list[Job]]:
    """The runs of the study of all readings by data set, and those of its phase diagram; coinciding ones once."""
    study, printed = parameters.multiverse, printed_options(parameters.choices)
    readings = universes_of(printed, study.crossed, study.alone)
    scales = [{**printed, "start_scale": scale} for scale in study.scales.scales]
    jobs: dict[str, list[Job]] = {}
    for name, dataset, place, universes in (
        *((f"readings, {dataset}", dataset, place, readings) for dataset, place in study.places.items()),
        ("phase diagram", study.scales.dataset, study.scales, scales),
    ):
        images = parameters.datasets[dataset].source != "blobs"
        jobs[name] = []
        for objective in OBJECTIVES:
            combinations = {tuple(as_trained(universe, printed, objective, images).items()) for universe in universes}
            jobs[name] += [
                Job(dataset, objective, width, seed, place.epochs, place.records, options)
                for width, seed, options in product(place.widths, place.seeds, combinations)
            ]
    return jobs


def data_of(name: str, parameters: Parameters) -> tuple[Dataset, int, int]:
    """A data set, or noise in the place of a complete one that is not there; how many samples to train and to test.

    Raises:
        DataError: if it can be neither made nor read.
    """
    section = parameters.datasets[name]
    if section.source == "complete" and name in COMPLETE and not archive_of(name).exists():
        original, random = COMPLETE[name], np.random.default_rng(0)
        images = random.integers(0, 256, (2 * section.batch_size, *original.image_shape), dtype=np.uint8)
        labels = random.integers(0, len(original.classes), len(images))
        noise = Dataset(name, images, labels, images, labels, original.classes)
        return noise, section.train_samples or original.train_samples, section.test_samples or original.test_samples
    options = section.model_dump(exclude={"batch_size", "epochs", "convergence_error"}, exclude_none=True)
    dataset = prepare(name, **options)
    return dataset, len(dataset.x_train), len(dataset.x_test)


def measure(dataset: Dataset, parameters: Parameters) -> tuple[dict[str, Polynomial], Polynomial]:
    """Seconds of a step of each objective, and of the predictions for a batch, at any width."""
    device = choose_device(parameters.training.device)
    steps: dict[str, list[float]] = {objective: [] for objective in OBJECTIVES}
    predictions: list[float] = []
    for width in MEASURED_WIDTHS:
        for objective in OBJECTIVES:
            settings = settings_of(parameters, dataset.name, objective, width, seed=0)
            learner, trainer = engine_of(dataset, settings, device, torch.float32)
            samples = learner.samples
            inputs, targets = samples.train_inputs[: settings.batch_size], samples.train_targets[: settings.batch_size]
            mixing = torch.full((len(inputs),), 0.5, device=device)
            steps[objective].append(least_seconds(partial(trainer.step, inputs, targets, mixing)))
        predictions.append(least_seconds(partial(learner.predict, inputs)))
    lines = {objective: line_through(MEASURED_WIDTHS, seconds) for objective, seconds in steps.items()}
    return lines, line_through(MEASURED_WIDTHS, predictions)


def least_seconds(work: Callable[[], object]) -> float:
    """Of one call: processor time, or wall time on a GPU. The first call sets libraries up and is not counted."""

    def time_when_done() -> float:
        torch.cuda.synchronize()
        return time.perf_counter()

    work()
    clock = time_when_done if torch.cuda.is_initialized() else time.process_time
    seconds: list[float] = []
    start_time = time.perf_counter()
    while len(seconds) < 3 or time.perf_counter() - start_time < MEASURED_SECONDS:
        call_time = clock()
        work()
        seconds.append(clock() - call_time)
    return min(seconds)


def costs_of(parameters: Parameters, jobs: Iterable[Job]) -> dict[Job, tuple[float, float]]:
    """Seconds and bytes of each job, each once: to its epoch limit, without what starting and writing take.

    The study's runs leave no weights; others all neurons at the end, and some in each snapshot.
    """
    torch.set_num_threads(parameters.training.threads)
    snapshots = parameters.snapshots
    costs: dict[Job, tuple[float, float]] = {}
    by_dataset = attrgetter("dataset")
    for name, group in groupby(sorted({*jobs}, key=by_dataset), by_dataset):
        dataset, train_samples, test_samples = data_of(name, parameters)
        steps, predictions = measure(dataset, parameters)
        batch = parameters.datasets[name].batch_size
        for job in group:
            iterations = train_samples // batch * job.epochs
            rows = len(record_iterations(iterations, job.records)) * (train_samples + test_samples) / batch
            seconds = iterations * steps[job.objective](job.width) + rows * predictions(job.width)
            neurons = job.width + (2 + len(snapshots.fractions)) * min(job.width, snapshots.neurons)
            numbers = 0 if job.options else (math.prod(dataset.x_train.shape[1:]) + len(dataset.classes)) * neurons
            costs[job] = seconds, FLOAT * numbers
    return costs


def table_of(parameters: Parameters) -> list[tuple[str, ...]]:
    """Rows of the plan: the width study width by width, every experiment and part of the study in a line, and all."""
    groups: list[tuple[str, str, list[Job]]] = []
    experiments = experiment_jobs(parameters)
    width_study = {WIDTH_STUDY: experiments.pop(WIDTH_STUDY)} if WIDTH_STUDY in experiments else {}
    for name, jobs in {**width_study, **experiments, **study_jobs(parameters)}.items():
        widths = sorted({job.width for job in jobs})
        if name == WIDTH_STUDY:
            groups += [(name, str(width), [job for job in jobs if job.width == width]) for width in widths]
        groups.append((name, str(widths[0]) if len(widths) == 1 else f"{widths[0]}-{widths[-1]}", jobs))
    costs = costs_of(parameters, (job for *_, jobs in groups for job in jobs))
    rows: list[tuple[str, ...]] = [("experiment", "width", "jobs", "hours", "disk GB")]
    for name, width, jobs in [*groups, ("all, each job once", "", list(costs))]:
        group_costs = [costs[job] for job in set(jobs)]  # a width or seed may be named twice
        seconds, size = (sum(values) for values in zip(*group_costs, strict=True))
        rows.append((name, width, str(len(group_costs)), f"{seconds / 3600:.2f}", f"{size / 1e9:.2f}"))
    return rows


def plan(parameters: Parameters) -> str:
    """The plan of a preset as text.

    Raises:
        DataError: if a data set that has to be read is not there.
    """
    device, threads = choose_device(parameters.training.device).type, parameters.training.threads
    narrow, wide = MEASURED_WIDTHS
    table = "\n".join(ROW.format(*row) for row in table_of(parameters))
    return f"""\
Plan of the preset {parameters.preset}, reading {parameters.reading}. Nothing was started.

{table}

readings, phase diagram: of the study of all readings, which is made once; all else is made under each named reading.
  Its dial, films, make beyond and make controls are not counted.
hours: of all jobs of the line, one after the other, each to its epoch limit; one that converges ends sooner. Steps
  were timed now on {device} with {threads} thread(s) a job, at widths {narrow} and {wide}. Maps, clusters and
  pictures come on top.
disk: weights that the runs leave."""


def main(preset: str = "full") -> None:
    try:
        print(plan(resolve(read_parameters("params.yaml"), preset)))
    except (ValueError, OSError) as error:
        sys.exit(f"plan: {' '.join(str(error).split())}")


if __name__ == "__main__":
    main(*sys.argv[1:2])

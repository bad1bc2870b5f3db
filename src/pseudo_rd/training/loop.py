"""A whole training run: data and settings in, history and snapshots of the weights out."""

import os
import time
from collections.abc import Callable
from typing import Any

import torch

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.training.autograd import AutogradEngine
from pseudo_rd.training.batches import batches_from
from pseudo_rd.training.checkpoint import Checkpoints
from pseudo_rd.training.closed_form.problem import problem_of
from pseudo_rd.training.closed_form.steps import Trainer as ClosedFormTrainer
from pseudo_rd.training.closed_form.steps import accepts
from pseudo_rd.training.cuda_graph import step_on_rows
from pseudo_rd.training.engine import CLOSED_FORM, Learner, Trainer
from pseudo_rd.training.networks import Builder, build, builder_of
from pseudo_rd.training.pace import one_thread
from pseudo_rd.training.precision import bfloat16_is_emulated
from pseudo_rd.training.recorder import Diverged, OnRecord, Recorder, Result
from pseudo_rd.training.samples import Samples, samples_of
from pseudo_rd.training.settings import Settings


def train(
    dataset: Dataset,
    settings: Settings,
    device: str = "auto",
    dtype: torch.dtype = torch.float32,
    on_record: OnRecord | None = None,
    checkpoints: Checkpoints | None = None,
    samples: Samples | None = None,
    builder: Builder | None = None,
) -> Result:
    """Train one network.

    Args:
        dataset: training and test samples with their labels.
        settings: what to train and how.
        device: "auto", "cpu" or "cuda".
        dtype: of all arithmetic.
        on_record: called as (iteration, iterations, row) at each recorded row.
        checkpoints: where the run leaves its state at recorded rows, and resumes from if it was killed: on a CPU it
            then ends bit by bit as if it had not been. The file stays until `Checkpoints.remove`.
        samples: of `samples_of` for the same data, pixels, biases, device and dtype, where several runs share them;
            for the closed form alone.
        builder: of the networks, in place of the one that `settings.network` names.

    Raises:
        Diverged: when something turns non-finite; it carries what there is of the run.
        ValueError: if a setting cannot work with these data or this machine.
    """
    start_time = time.perf_counter()
    refuse_large_batches(dataset, settings)
    torch_device = choose_device(device)
    pin_precision()
    learner, trainer = engine_of(dataset, settings, torch_device, dtype, samples, builder)
    recorder = Recorder(learner, settings, start_time, trainer.tensors(), on_record, checkpoints)
    # Not all that networks may hold can be recorded as a CUDA graph.
    samples, recordable = learner.samples, learner.engine == CLOSED_FORM
    step = step_on_rows(trainer.step, samples.train_inputs, samples.train_targets, recordable)
    with one_thread():  # rows of the history do not depend on how busy the machine is; a step chooses for itself
        iteration = recorder.begin()
        for rows, mixing in batches_from(iteration, len(dataset.x_train), settings, torch_device, dtype):
            if recorder.converged:
                break
            step(rows, mixing)
            iteration += 1
            recorder.visit(iteration)
        return recorder.finish(iteration)


def engine_of(
    dataset: Dataset,
    settings: Settings,
    device: torch.device,
    dtype: torch.dtype,
    samples: Samples | None = None,
    builder: Builder | None = None,
) -> tuple[Learner, Trainer]:
    """The closed form where it knows the networks and losses, else autograd; arguments as in `train`.

    Raises:
        ValueError: if the networks cannot be built or trained.
    """
    if builder is None and accepts(settings):
        problem = problem_of(samples or samples_of(dataset, settings, device, dtype), settings)
        return problem, ClosedFormTrainer(problem.weights, settings)
    if settings.precision != "float32":
        raise ValueError(f"precision = {settings.precision} is for the closed form alone: set it to float32")
    shape, outputs = dataset.x_train.shape[1:], len(dataset.classes)
    pair = build(builder or builder_of(settings.network), shape, outputs, settings, dtype)
    engine = AutogradEngine(pair, samples_of(dataset, settings, device, dtype, reduced=False), settings)
    return engine, engine


def outcome_of(dataset: Dataset, settings: Settings, **options: Any) -> Result:
    """`train`, where a run that diverges is an outcome like others: ended = "diverged", with what there is of it."""
    try:
        return train(dataset, settings, **options)
    except Diverged as error:
        return error.result


def refuse_large_batches(dataset: Dataset, settings: Settings) -> None:
    """Check that there are samples for a batch.

    Raises:
        ValueError: if there are not.
    """
    samples = len(dataset.x_train)
    if settings.batch_size > samples:
        raise ValueError(
            f"batch_size = {settings.batch_size} is more than the {samples} training samples of {dataset.name}: "
            "make it smaller"
        )


def choose_device(name: str) -> torch.device:
    """The device that "auto", "cpu" or "cuda" stands for.

    Raises:
        ValueError: if "cuda" is asked for and not there.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise ValueError(f"training.device = {name}, but PyTorch sees no CUDA device here: use auto or cpu")
    return torch.device(name)


def tell_of_emulation(precision: str, device: str, say: Callable[[str], None]) -> None:
    """Say in a line where a run's precision only costs time on this device."""
    if precision == "bfloat16" and bfloat16_is_emulated(choose_device(device)):
        say("training.precision = bfloat16 is emulated here: slower than float32 and less exact, set it to float32")


def pin_precision() -> None:
    """Let no float32 product be rounded to TF32 or less, nor the sums of a bfloat16 one, whatever was asked for."""
    os.environ["NVIDIA_TF32_OVERRIDE"] = "0"  # NVIDIA's libraries read it when they are first used
    torch.set_float32_matmul_precision("highest")  # TORCH_ALLOW_TF32_CUBLAS_OVERRIDE lowers what it is by default
    torch.backends.cuda.matmul.allow_bf16_reduced_precision_reduction = False

"""The plan's numbers against what they foretell: real runs and their processes' memory."""

import multiprocessing
import re
import resource
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from projects import ROOT

from pseudo_rd.commands import plan
from pseudo_rd.data.sources import prepare
from pseudo_rd.parameters.plain_yaml import read_parameters
from pseudo_rd.parameters.presets import resolve
from pseudo_rd.parameters.schema import Parameters
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.training.loop import Settings, train

CONFIG = read_parameters(ROOT / "params.yaml")


@pytest.fixture(scope="module")
def smoke() -> Parameters:
    return resolve(CONFIG, "smoke")


def test_complete_data_need_not_be_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    paper = resolve(CONFIG, "paper")
    mnist = plan.shape_of("mnist", paper.datasets["mnist"])
    assert (mnist.inputs, mnist.trained, mnist.train_samples, mnist.iterations) == (784, 784, 60_000, 117_000)
    blobs = plan.shape_of("synthetic-784", paper.datasets["synthetic-784"])
    assert (blobs.inputs, blobs.trained, blobs.iterations) == (784, 3, 23_000)


def test_costs_between_measured_widths_lie_on_lines_and_beyond_them_grow_with_the_width() -> None:
    assert plan.at_width(8, [16, 256], [1.0, 3.0]) == 1.0
    assert plan.at_width(136, [16, 256], [1.0, 3.0]) == 2.0
    assert plan.at_width(1024, [16, 256], [1.0, 3.0]) == 12.0


@pytest.mark.parametrize("width", [64, 8192])
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_gpu_is_never_faster_than_its_operations_bytes_and_gaps(
    objective: str, width: int, smoke: Parameters
) -> None:
    shape = replace(plan.shape_of("synthetic-784", smoke.datasets["synthetic-784"]), trained=784, epochs=100)
    training = smoke.training.model_copy(update={"precision": "bfloat16"})
    settings = plan.settings_of_shape(shape, width, objective, smoke.training)
    rounded = plan.settings_of_shape(shape, width, objective, training)
    seconds, kernels = plan.gpu_seconds(shape, settings), plan.kernels_of(settings, 784)
    moved = shape.iterations * sum(each.bytes for each in kernels)
    multiplied = shape.iterations * sum(each.operations for each in kernels)
    assert seconds > multiplied / plan.GPU_OPERATIONS[torch.float32]
    assert seconds > moved / plan.GPU_BYTES
    assert seconds > shape.iterations * len(kernels) * plan.GPU_GAP
    # Rounding costs kernels, and pays where products are large.
    assert (plan.gpu_seconds(shape, rounded) < seconds) == (width == 8192)


def test_the_documents_state_what_the_plan_expects_of_a_step() -> None:
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (supervised|augmented)(, spectral)? \| (\d+) \| (\d+) \| (\d+) \|$", page, re.MULTILINE)
    assert len(rows) == 3
    for objective, spectral, *stated in rows:
        reading = "spectral" if spectral else "penalty"
        steps = [
            plan.kernels_of(
                Settings(objective, 8192, 0, batch_size=512, epochs=1, bound_reading=reading, precision=precision), 784
            )
            for precision in ("float32", "bfloat16")
        ]
        found = [f"{sum(map(plan.kernel_seconds, kernels)) * 1e6:.0f}" for kernels in steps]
        assert stated == [*found, str(len(steps[0]))]
    assert "estimates 0.77 GPU hours" in page
    assert re.search(r"^all, each job once .* 0\.77 ", (ROOT / "docs" / "clusters.md").read_text("utf-8"), re.MULTILINE)


def test_a_snapshot_takes_the_memory_of_its_neurons_alone(smoke: Parameters) -> None:
    shape = plan.shape_of("synthetic-784", smoke.datasets["synthetic-784"])
    end, twice, whole = (
        plan.memory_bytes(
            shape,
            plan.settings_of_shape(shape, 2**15, "supervised", smoke.training, snapshot_neurons=count, **fractions),
            threads=1,
            base=0,
        )
        for count, fractions in (
            (2048, {}),
            (2048, {"snapshot_fractions": (0.5,)}),
            (2**16, {"snapshot_fractions": (0.5,)}),
        )
    )
    assert twice - end == 4 * 2048 * 784
    assert whole - twice == 2 * 4 * (2**15 - 2048) * 784


def real_run(objective: str, width: int, epochs: int, queue: multiprocessing.Queue) -> None:
    """Processor seconds of a run, and the peak memory of its process before and after it."""
    torch.set_num_threads(1)
    dataset = prepare("mnist", "embedded", train_samples=2048, test_samples=256)
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    began = time.process_time()
    train(dataset, Settings(objective, width, 1, batch_size=512, epochs=epochs, records=8), "cpu")
    took = time.process_time() - began
    queue.put((took, base, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024))


@pytest.mark.slow
@pytest.mark.parametrize("objective", ["supervised", "augmented"])
def test_a_real_run_takes_about_the_time_and_memory_foretold(objective: str) -> None:
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=real_run, args=(objective, 768, 8, queue))
    process.start()
    took, base, peak = queue.get()
    process.join()
    dataset = (
        resolve(CONFIG, "smoke")
        .datasets["mnist"]
        .model_copy(update={"train_samples": 2048, "test_samples": 256, "epochs": 8})
    )
    shape = plan.shape_of("mnist", dataset)
    measured = plan.measure(shape, resolve(CONFIG, "smoke").training, (128, 512))
    foretold = plan.processor_seconds(shape, 768, objective, 8, measured)
    assert foretold / 2 < took < 2 * foretold
    settings = plan.settings_of_shape(shape, 768, objective, resolve(CONFIG, "smoke").training)
    memory = plan.memory_bytes(shape, settings, 1, base)
    assert 0.8 * memory < peak < 1.2 * memory


@pytest.mark.slow
def test_the_plan_lists_every_experiment_and_the_width_study_width_by_width(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, smoke: Parameters
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(plan, "MEASURED_SECONDS", 0.01)
    plan.main(["--preset", "smoke"])
    rows = re.findall(r"^(\S.*?)  +([\d-]*) +(\d+) +[\d.]+ +[\d.]+ +[\d.]+$", capsys.readouterr().out, re.MULTILINE)
    widths = [("mnist-widths", str(width), "2") for width in smoke.experiments["mnist-widths"].widths]
    assert rows[:4] == [*widths, ("mnist-widths", "8-64", "6")]
    studies = {"readings, synthetic-784", "readings, mnist", "phase diagram"}
    assert {name for name, *_ in rows} == {*smoke.experiments, *studies, "all, each job once"}
    # m = 64 and 16 of the width study are first seeds of mnist and mnist-narrow, too; so is mnist-wide.
    assert rows[-1][2] == str(sum(int(count) for *_, count in rows[3:-1]) - 6)


def test_the_study_counts_runs_that_coincide_once(smoke: Parameters) -> None:
    """As many as the study itself trains: a supervised run depends on no choice of the critic's."""
    jobs = plan.study_jobs(smoke)
    mnist = smoke.multiverse.places["mnist"]
    supervised = {
        job for job in jobs["readings, mnist"] if job.objective == "supervised" and job.width == mnist.widths[0]
    }
    # Two starts, by two losses, the sum, biases and other pixels, one at a time.
    assert len(supervised) == 2 * (2 + 1 + 1 + 1)
    assert {job.epochs for job in supervised} == {mnist.epochs}
    scales = smoke.multiverse.scales
    assert len(jobs["phase diagram"]) == 2 * len(scales.scales) * len(scales.widths) * len(scales.seeds)


def test_an_archive_that_is_there_says_its_own_size(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    images = np.zeros((40, 28, 28), np.uint8)
    lit = np.random.default_rng(1).integers(1, 256, size=(40, 10, 10))
    images[:, 10:20, 10:20] = lit  # 112 are trained, in sixteens; they span too much to pay
    (tmp_path / "data" / "raw").mkdir(parents=True)
    labels = np.zeros(40, np.uint8)
    np.savez(tmp_path / "data" / "raw" / "mnist.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    monkeypatch.chdir(tmp_path)
    wanted = resolve(CONFIG, "paper").datasets["mnist"].model_copy(update={"batch_size": 20})
    found = plan.shape_of("mnist", wanted)
    assert (found.inputs, found.trained, found.train_samples) == (784, 112, 40)


def test_a_mistake_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(
        SystemExit, match=r"^plan: preset = 'huge' is not in presets: choose one of paper, night, quick, smoke$"
    ):
        plan.main(["--preset", "huge"])

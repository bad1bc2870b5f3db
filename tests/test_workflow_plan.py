"""The plan's numbers against what they foretell: real runs and their processes' memory."""

import multiprocessing
import re
import resource
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from projects import ROOT

from pseudo_rd.data.sources import prepare
from pseudo_rd.parameters.plain_yaml import read_parameters
from pseudo_rd.parameters.presets import resolve
from pseudo_rd.parameters.schema import Parameters
from pseudo_rd.training.loop import Settings, train
from pseudo_rd.workflow import plan

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


def test_a_gpu_is_never_faster_than_its_operations_bytes_and_launches(smoke: Parameters) -> None:
    shape = replace(plan.shape_of("synthetic-784", smoke.datasets["synthetic-784"]), trained=784, epochs=100)
    for width in (64, 8192):
        for objective in ("supervised", "augmented"):
            seconds = plan.gpu_seconds(shape, width, objective, records=8)
            operations = shape.iterations * sum(plan.step_operations(784, 10, width, shape.batch_size, objective))
            moved = shape.iterations * plan.step_bytes(784, 10, width, shape.batch_size, objective)
            assert seconds > operations / plan.GPU_OPERATIONS
            assert seconds > moved / plan.GPU_BYTES
            assert seconds > shape.iterations * plan.KERNELS[objective] * plan.GPU_LAUNCH


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
    memory = plan.memory_bytes(shape, 768, objective, 0, 1, base)
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
    assert {name for name, *_ in rows} == {*smoke.experiments, "all, each job once"}
    # m = 64 and 16 of the width study are first seeds of mnist and mnist-narrow, too; so is mnist-wide.
    assert rows[-1][2] == str(sum(int(count) for *_, count in rows[3:-1]) - 6)


def test_a_mistake_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(
        SystemExit, match=r"^plan: preset = 'huge' is not in presets: choose one of paper, quick, smoke$"
    ):
        plan.main(["--preset", "huge"])

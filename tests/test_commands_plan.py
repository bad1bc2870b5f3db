"""The plan's numbers against what they foretell."""

import re
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.polynomial import Polynomial
from projects import CONFIG, ROOT

from pseudo_rd.commands import plan
from pseudo_rd.data.sources import prepare
from pseudo_rd.parameters.presets import resolve
from pseudo_rd.parameters.schema import Parameters
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.training.loop import train
from pseudo_rd.training.settings import settings_of


@pytest.fixture(scope="module")
def smoke() -> Parameters:
    return resolve(CONFIG, "smoke")


def test_complete_data_need_not_be_there_and_an_archive_that_is_there_says_its_own_size(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    paper = resolve(CONFIG, "full")
    noise, *sizes = plan.data_of("mnist", paper)
    assert (noise.image_shape, sizes) == ((28, 28), [60_000, 10_000])
    assert len(noise.x_train) >= paper.datasets["mnist"].batch_size

    (tmp_path / "data" / "raw").mkdir(parents=True)
    images, labels = np.ones((40, 28, 28), np.uint8), np.zeros(40, np.uint8)
    np.savez(tmp_path / "data" / "raw" / "mnist.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    assert plan.data_of("mnist", paper)[1:] == (40, 40)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [((3.0, 4.0), (2.0, 4.0, 6.0)), ((2.0, 1.0), (1.0, 1.0, 1.0)), ((1.0, 9.0), (0.0, 9.0, 18.0))],
)
def test_costs_lie_on_the_line_through_two_widths_and_never_below_nothing(
    seconds: tuple[float, float], expected: tuple[float, ...]
) -> None:
    line = plan.line_through((256, 512), seconds)
    assert [line(width) for width in (0, 512, 1024)] == pytest.approx(expected)


@pytest.mark.slow
@pytest.mark.usefixtures("set_threads")
def test_a_real_run_takes_about_the_time_foretold(smoke: Parameters) -> None:
    jobs = [plan.Job("mnist", objective, 768, 1, epochs=3, records=8) for objective in OBJECTIVES]
    costs = plan.costs_of(smoke, jobs)
    dataset = prepare("mnist", "embedded")
    for job, (foretold, _) in costs.items():
        began = time.process_time()
        train(dataset, settings_of(smoke, "mnist", job.objective, 768, 1, epochs=3, records=8), "cpu")
        took = time.process_time() - began
        assert foretold / 2 < took < 2 * foretold + 0.5  # finding the lit pixels, drawing weights


@pytest.mark.slow
def test_the_plan_lists_every_experiment_and_the_width_study_width_by_width(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, smoke: Parameters
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(plan, "MEASURED_WIDTHS", (8, 16))
    monkeypatch.setattr(plan, "MEASURED_SECONDS", 0)
    plan.main("smoke")
    rows = re.findall(r"^(\S.*?)  +([\d-]*) +(\d+) +[\d.]+ +[\d.]+$", capsys.readouterr().out, re.MULTILINE)
    widths = [("mnist-widths", str(width), "2") for width in smoke.experiments["mnist-widths"].widths]
    assert rows[:4] == [*widths, ("mnist-widths", "8-64", "6")]
    studies = {"readings, synthetic-784", "readings, mnist", "phase diagram"}
    assert {name for name, *_ in rows} == {*smoke.experiments, *studies, "all, each job once"}
    # m = 64 and 16 of the width study are first seeds of mnist and mnist-narrow, too; so is mnist-wide.
    assert rows[-1][2] == str(sum(int(count) for *_, count in rows[3:-1]) - 6)


def test_disk_is_that_of_the_snapshots_and_the_study_takes_none(
    monkeypatch: pytest.MonkeyPatch, smoke: Parameters
) -> None:
    monkeypatch.setattr(plan, "measure", lambda *_: ({"supervised": Polynomial(0)}, Polynomial(0)))
    run = plan.Job("synthetic-784", "supervised", 32, 1, epochs=1, records=4)
    universe = plan.Job("synthetic-784", "supervised", 32, 1, epochs=1, records=4, options=(("loss", "sum"),))
    costs = plan.costs_of(smoke, [run, universe])
    dataset, *_ = plan.data_of("synthetic-784", smoke)
    result = train(dataset, settings_of(smoke, "synthetic-784", "supervised", 32, 1, epochs=1), "cpu")
    assert costs[run][1] == sum(array.nbytes for array in result.snapshots.values())
    assert costs[universe][1] == 0


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


def test_a_mistake_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(SystemExit, match=rf"^plan: preset = 'huge' .* choose one of {', '.join(CONFIG['presets'])}$"):
        plan.main("huge")

"""The public names: what they hand on, and that importing the package loads nothing."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from projects import ROOT
from torch import nn

import pseudo_rd as rd
from pseudo_rd.claims.judge import Criterion
from pseudo_rd.data.dataset import Dataset
from pseudo_rd.parameters.plain_yaml import ParametersError
from pseudo_rd.parameters.schema import Parameters
from pseudo_rd.results.runs import Run

SMALLER = {"mnist": {"batch_size": 64}}


def generator() -> nn.Module:
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(784, 12), nn.Tanh(), nn.Linear(12, 8), nn.Tanh(), nn.Linear(8, 10))


@pytest.fixture(scope="module")
def reading() -> Parameters:
    # Maps of a dozen neurons.
    return rd.reading("printed", "smoke", datasets=SMALLER, patterns={"perplexity": 3, "principal_components": 4})


@pytest.fixture(scope="module")
def runs(digits: Dataset, reading: Parameters) -> tuple[Run, ...]:
    return rd.train_pair(digits, reading, 16, seeds=[2, 3], epochs=2)


@pytest.fixture(scope="module")
def deeper(digits: Dataset, reading: Parameters) -> tuple[Run, ...]:
    return rd.train_pair(digits, reading, 16, seeds=[2, 3], network=generator(), epochs=1)


def test_importing_the_package_loads_nothing_of_it() -> None:
    code = "import sys; before = {*sys.modules}; import pseudo_rd; print(*sorted({*sys.modules} - before))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == ["pseudo_rd"]


def test_every_public_name_is_there_and_listed() -> None:
    for name in rd.__all__:
        assert getattr(rd, name) is not None
    assert {*rd.__all__} <= {*dir(rd)}
    with pytest.raises(AttributeError, match=r"^module 'pseudo_rd' has no attribute 'train'$"):
        rd.train  # noqa: B018


def test_a_reading_is_found_from_a_folder_below(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "docs")
    found = rd.reading("printed", "smoke", training={"loss": "element"})
    assert (found.reading, found.preset, found.training.loss) == ("printed", "smoke", "element")


def test_where_there_is_no_params_yaml_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ParametersError, match=r"^no params\.yaml in .* or above it: start Python in the project's"):
        rd.reading()


def test_modules_of_ones_own_are_copied_and_both_runs_of_all_seeds_start_from_them(deeper: tuple[Run, ...]) -> None:
    first = generator()[0].weight.detach().numpy()
    for run in deeper:
        assert run.layers == ("hidden", "hidden2", "top")
        assert run.summary["training"]["network"] == "your own"
        np.testing.assert_array_equal(run.snapshots["hidden_0"], first)
        assert run.history["distance_hidden2"].iloc[-1] > 0


def test_a_pair_brings_its_own_critic(digits: Dataset, reading: Parameters, deeper: tuple[Run, ...]) -> None:
    critic = nn.Sequential(nn.Linear(10, 3), nn.Tanh(), nn.Linear(3, 1, bias=False), nn.Flatten(0))
    supervised, augmented = rd.train_pair(
        digits, reading, 16, seeds=[2], network=rd.Pair(generator(), critic), epochs=1
    )
    assert np.array_equal(supervised.snapshots["top_end"], deeper[0].snapshots["top_end"])
    assert not np.array_equal(augmented.snapshots["top_end"], deeper[1].snapshots["top_end"])


def test_a_builder_draws_a_start_for_each_seed(digits: Dataset, reading: Parameters) -> None:
    from pseudo_rd.training.networks import perceptron

    built = rd.train_pair(digits, reading, 8, seeds=[2, 3], network=perceptron, epochs=1)
    names = [(run.objective, run.seed) for run in built]
    assert names == [("supervised", 2), ("augmented", 2), ("supervised", 3), ("augmented", 3)]
    starts = [run.snapshots["hidden_0"] for run in built]
    assert np.array_equal(starts[0], starts[1]) and not np.array_equal(starts[1], starts[2])


def test_a_network_that_cannot_be_trained_is_refused_in_one_line(digits: Dataset, reading: Parameters) -> None:
    with pytest.raises(ValueError, match=r"^network = your own: the generator needs two layers of trainable weights"):
        rd.train_pair(digits, reading, 16, network=nn.Linear(784, 10))


def test_a_data_set_that_the_parameters_do_not_know_is_refused_in_one_line(blobs: Dataset, reading: Parameters) -> None:
    with pytest.raises(ValueError, match=r"^datasets has no synthetic-small \(cifar10, .*\): add it"):
        rd.train_pair(blobs, reading, 8)


PLOTS: dict[str, Callable[..., Any]] = {
    "distances": lambda runs, reading: rd.plot_distances(runs),
    "filters": lambda runs, reading: rd.plot_filters(runs, (28, 28)),
    "maps": lambda runs, reading: rd.plot_maps(runs, reading),
}


@pytest.mark.parametrize("plot", PLOTS)
def test_a_plot_is_a_figure_that_a_notebook_shows_for_any_network(
    plot: str, runs: tuple[Run, ...], deeper: tuple[Run, ...], reading: Parameters
) -> None:
    figure, other = PLOTS[plot](runs, reading), PLOTS[plot](deeper, reading)
    assert figure._repr_png_().startswith(b"\x89PNG")
    if plot == "distances":
        assert [len(each.axes) for each in (figure, other)] == [2, 3]
    if plot == "maps":  # for each layer the start and both ends
        assert [len(each.axes) for each in (figure, other)] == [6, 9]


def test_filters_of_another_shape_are_refused_in_one_line(runs: tuple[Run, ...]) -> None:
    with pytest.raises(ValueError, match=r"^a neuron of the first layer has 784 weights, which are no picture of \(5,"):
        rd.plot_filters(runs, (5, 5))


def test_a_claim_is_judged_by_its_criterion_or_by_one_of_ones_own(runs: tuple[Run, ...], reading: Parameters) -> None:
    row = rd.judge("figure-6-hidden-farther", runs, reading)
    assert row["criterion"] == str(Criterion(**reading.claims.criteria["farther"].model_dump()))
    assert len(row["values"]) == 2
    claim = next(claim for claim in rd.CLAIMS if claim.name == row["name"])
    assert rd.judge(claim, runs, reading, at_least=0)["verdict"] == "reproduced"
    assert rd.judge(claim, runs, reading, at_most=0)["verdict"] == "not reproduced"


@pytest.mark.parametrize("name", ["figure-10-variance", "figure-13-above-synthetic-augmented", "gray-scott-varied"])
def test_a_claim_that_needs_more_than_these_runs_is_not_testable(
    name: str, runs: tuple[Run, ...], reading: Parameters
) -> None:
    row = rd.judge(name, runs, reading)
    assert row["verdict"] == "not testable" and row["reason"].startswith("no ")


def test_a_claim_that_is_not_there_is_refused_with_those_near_it(runs: tuple[Run, ...], reading: Parameters) -> None:
    with pytest.raises(ValueError, match=r"^no claim is called '7-hidden'; near it: figure-7-hidden-farther, "):
        rd.judge("7-hidden", runs, reading)

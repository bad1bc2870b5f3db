"""Other networks, critics and data than the paper's, from params.yaml through figures, claims and MLflow."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from made_up import CRITERIA
from projects import CONFIG

from pseudo_rd.claims.evidence import Evidence
from pseudo_rd.claims.judge import NOT_TESTABLE, judge
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.data.dataset import Dataset
from pseudo_rd.figures import curves, filters, neuron_maps
from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.neurons.clustering import cluster_snapshots
from pseudo_rd.neurons.embedding import embed_snapshots, layers_of, reduce_dimensions, weights_over_time
from pseudo_rd.neurons.filters import filter_statistics
from pseudo_rd.neurons.neighbors import neighbors_kept
from pseudo_rd.parameters.presets import merge, resolve
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.results.files import read_run, write_arrays, write_history, write_json
from pseudo_rd.results.runs import Pattern, Run
from pseudo_rd.training.autograd import neuron_rows
from pseudo_rd.training.loop import train
from pseudo_rd.training.networks import build, convolutional
from pseudo_rd.training.settings import settings_of
from pseudo_rd.training.summary import summarize

ASCENT = {"radius": 0.007, "step": 0.1, "iterations": 5}
# What stands in params.yaml, section `training`.
NETWORKS: dict[str, dict[str, Any]] = {
    "four layers": {"network": "perceptron", "depth": 3},
    "convolutions": {"network": "convolutional"},
    "biases": {"biases": True},
    "a narrow critic": {"critic_width": 3},
    "cross-entropy": {"adversary": "cross-entropy", "critic_optimizer": "adam"},
}


def data(images: bool, classes: int, floats: bool) -> Dataset:
    """Pictures of noise, or floats that are no pictures, with a mean of their own for each class."""
    stream = np.random.default_rng(4)
    labels = np.arange(6 * classes) % classes
    shape = (16, 16) if images else (9,)
    samples = stream.normal(size=(len(labels), *shape)) + 3 * stream.normal(size=(classes, *shape))[labels]
    samples = samples.astype(np.float32) if floats else (25 * samples + 128).clip(0, 255).astype(np.uint8)
    names = tuple(map(str, range(classes)))
    return Dataset("mnist", samples, labels, samples, labels, names, "noise", "none")


def pair_of(dataset: Dataset, folder: Path, **training: Any) -> tuple[Run, ...]:
    """Both runs, from params.yaml, written and read again."""
    changed = {"training": {"generator_start": "framework", "records": 6, **training}}
    parameters = resolve(merge(CONFIG, changed), "smoke", "printed", {"snapshots": {"neurons": 192}})
    runs = []
    for objective in OBJECTIVES:
        settings = settings_of(parameters, "mnist", objective, 12, 1, batch_size=18, epochs=6)
        result = train(dataset, settings, "cpu")
        run = folder / objective
        write_history(run / "history.parquet", result.history)
        write_arrays(run / "snapshots.safetensors", result.snapshots)
        write_json(run / "summary.json", summarize(dataset, settings, result, 1))
        runs.append(read_run(run, weights=True))
    return tuple(runs)


def seen_everywhere(dataset: Dataset, runs: tuple[Run, ...]) -> None:
    """What the paper's pair goes through: curves, filters, maps, clusters, claims."""
    inputs = FigureInputs(runs={"mnist": runs}, datasets={"mnist": dataset})
    figure = curves.distances_figure(inputs)
    for axes, layer in zip(figure.axes, runs[0].layers, strict=True):
        drawn = [line.get_ydata()[-1] for line in axes.lines]
        assert drawn == pytest.approx([run.history[f"distance_{layer}"].iloc[-1] for run in runs])
    if dataset.image_shape:
        assert len([axes for axes in filters.filters_figure(inputs).subfigs[0].axes if axes.images]) == 9
        table = filter_statistics(runs[1].snapshots["hidden_end"], dataset.image_shape, **ASCENT)
        assert table.notna().all(axis=None)
    patterns = [pattern_of(run) for run in runs]
    panels = neuron_maps.start_and_ends_figure(FigureInputs(patterns={"mnist": patterns})).axes
    assert len(panels) == 3 * len(runs[0].layers)
    plt.close("all")
    evidence = Evidence(runs={"mnist": runs})
    claims = {claim.name: judge(claim, evidence, CRITERIA[claim.criterion]) for claim in CLAIMS}
    farther = claims["figure-6-hidden-farther"]
    ends = [float(run.history["distance_hidden"].iloc[-1]) for run in runs]
    assert farther["verdict"] != NOT_TESTABLE
    assert farther["values"] == pytest.approx([ends[1] / ends[0]])


def pattern_of(run: Run) -> Pattern:
    """Maps, clusters and neighbours of every layer, whatever the neurons are."""
    maps, clusters, settled = {}, {}, {}
    for layer in layers_of(run.snapshots):
        iterations, weights = weights_over_time(run.snapshots, layer, "all", run.seed)
        assert np.array_equal(weights[-1], run.snapshots[f"{layer}_end"])
        maps[layer] = embed_snapshots(reduce_dimensions(weights, 4), 3, 250)
        found = cluster_snapshots(maps[layer], None, 0.9, 100, 1)
        clusters[layer], settled[layer] = found.labels, found.converged
        assert 0 <= neighbors_kept(weights[0], weights[-1]) <= 1
    return Pattern(run.dataset, run.objective, run.width, run.seed, iterations, maps, clusters, settled)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_of_params_yaml_goes_through_figures_and_claims(name: str, tmp_path: Path) -> None:
    dataset = data(images=True, classes=10, floats=False)
    runs = pair_of(dataset, tmp_path, **NETWORKS[name])
    assert runs[1].summary["engine"] == ("closed form" if name in ("a narrow critic", "biases") else "autograd")
    assert runs[1].history["diffusion_hidden"].max() > 0
    seen_everywhere(dataset, runs)


def test_a_hundred_classes_of_features_go_through_figures_and_claims(tmp_path: Path) -> None:
    dataset = data(images=False, classes=100, floats=True)
    runs = pair_of(dataset, tmp_path, adversary="hinge")
    assert runs[0].snapshots["top_end"].shape == (12, 100)
    seen_everywhere(dataset, runs)


def test_a_channel_is_a_neuron_whose_row_is_its_kernel_as_an_image() -> None:
    settings = replace(settings_of(resolve(CONFIG, "smoke"), "cifar10", "supervised", 3, 1), network="convolutional")
    generator = build(convolutional, (16, 16, 3), 10, settings, torch.float64).generator
    convolution = next(module for module in generator.modules() if isinstance(module, torch.nn.Conv2d))
    picture = np.random.default_rng(1).normal(size=(5, 5, 3))
    with torch.no_grad():
        shown = convolution(torch.from_numpy(picture).movedim(2, 0)[None])[0, :, 0, 0].numpy()
    rows = neuron_rows("hidden", [convolution.weight.detach()]).numpy()
    np.testing.assert_allclose(rows @ picture.ravel(), shown)  # a channel sees this picture once


def test_where_the_start_of_all_neurons_is_neither_kept_nor_drawn_again_it_is_said(tmp_path: Path) -> None:
    run = pair_of(data(images=True, classes=3, floats=False), tmp_path, network="perceptron", depth=2)[0]
    few = {name: rows[:5] if name.endswith("_0") else rows for name, rows in run.snapshots.items()}
    with pytest.raises(ValueError, match=r"the start of all 12 neurons was not kept: raise snapshots\.neurons"):
        weights_over_time(few, "top", "all", 1)

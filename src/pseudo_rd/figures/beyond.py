"""Other networks and critics than the paper's, case by case (docs/experiments.md)."""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pseudo_rd.figures.curves import draw_mean_and_band, seed_table, seeds
from pseudo_rd.figures.filters import DIVERGING
from pseudo_rd.figures.inputs import FigureInputs, by_objective, first_runs, image_shape
from pseudo_rd.figures.style import (
    BLUE,
    FULL_WIDTH,
    GREEN,
    OBJECTIVE_COLORS,
    OBJECTIVE_LABELS,
    ORANGE,
    PURPLE,
    VERMILION,
)
from pseudo_rd.neurons.embedding import embed_snapshots, reduce_dimensions
from pseudo_rd.neurons.filters import filter_shape, statistics_of_runs
from pseudo_rd.neurons.neighbors import neighbors_kept
from pseudo_rd.results.runs import Run

LAYER_COLORS = (BLUE, GREEN, ORANGE, PURPLE)  # from the inputs on; the last layer is always red
AT_START = "0.6"
COLUMNS = 4  # panels in a row
LINES: dict[str, Any] = {"supervised": "--", "augmented": "-"}


def case_label(inputs: FigureInputs, name: str) -> str:
    """What figures call a case of `beyond`; name is "<case>/<dataset>"."""
    return str(inputs.parameters["beyond"]["cases"][name.split("/")[0]]["words"])


def accuracies(runs: Sequence[Run]) -> str:
    """Test accuracy at the end, mean over seeds, without and with the critic."""
    means = [np.mean([run.at_end("test_accuracy") for run in group]) for group in by_objective(runs).values()]
    return " and ".join(f"{mean:.1%}" for mean in means)


def distances_figure(inputs: FigureInputs) -> Figure:
    """Distance of every layer over the iterations, a panel for each case."""
    rows = -(-len(inputs.runs) // COLUMNS)
    figure, grid = plt.subplots(rows, COLUMNS, figsize=(FULL_WIDTH, 0.4 + 1.9 * rows), squeeze=False)
    colors: dict[str, str] = {}
    for axes in grid.flat[len(inputs.runs) :]:
        axes.set_axis_off()
    for axes, (name, runs) in zip(grid.flat, inputs.runs.items(), strict=False):
        layers = runs[0].layers
        layer_colors = dict(zip(layers, LAYER_COLORS, strict=False)) | {layers[-1]: VERMILION}
        colors |= layer_colors
        for objective, group in by_objective(runs).items():
            for layer, color in layer_colors.items():
                style = {"color": color, "linestyle": LINES[objective], "linewidth": 1}
                draw_mean_and_band(axes, seed_table(group, f"distance_{layer}"), **style)
        axes.set_title(f"{case_label(inputs, name)}\naccuracy {accuracies(runs)}", fontsize=7)
        axes.tick_params(labelsize=6.5)
    for axes in grid[:, 0]:
        axes.set_ylabel("distance from start", fontsize=7.5)
    for axes in grid[-1]:
        axes.set_xlabel("iteration $t$", fontsize=7.5)
    legend_layers = sorted(colors, key=lambda layer: (layer == "top", layer))  # from the inputs on
    handles = [Line2D([], [], color=colors[layer], label=layer_label(layer)) for layer in legend_layers]
    seed_count = seeds(next(iter(inputs.runs.values())))
    handles += [
        Line2D([], [], color="black", linestyle=LINES[objective], label=f"{label}, {seed_count}")
        for objective, label in OBJECTIVE_LABELS.items()
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles), fontsize=6.5)
    return figure


def layer_label(layer: str) -> str:
    """The layer of weights in words: "layer 2", "last layer"."""
    return "last layer" if layer == "top" else f"layer {layer.removeprefix('hidden') or 1}"


def statistics_figure(inputs: FigureInputs) -> Figure:
    """Variance, Moran's I and accuracy of each case, a row of panels for each data set, a point for each seed."""
    panels = {"variance": "variance of a filter", "moran": "Moran's I of a filter", "accuracy": "test accuracy"}
    figure_size = FULL_WIDTH, 0.4 + 2.5 * len(inputs.datasets)
    figure, grid = plt.subplots(len(inputs.datasets), len(panels), figsize=figure_size, squeeze=False, sharey=True)
    for row, (dataset, data) in zip(grid, inputs.datasets.items(), strict=True):
        cases = {name: runs for name, runs in inputs.runs.items() if name.endswith(f"/{dataset}")}
        for line, runs in enumerate(cases.values()):
            table = statistics_of_runs(runs, image_shape(data))
            for objective, group in by_objective(runs).items():
                color = OBJECTIVE_COLORS[objective]
                draw_points(row[2], [run.at_end("test_accuracy") for run in group], line, color)
                for axes, column in zip(row[:2], panels, strict=False):
                    for time in ("start", "end") if objective == "supervised" else ("end",):
                        rows = table[(table["time"] == time) & (table["objective"] == objective)]
                        means = rows.groupby("seed")[column].mean()
                        draw_points(axes, means, line, color if time == "end" else AT_START)
        row[0].set_xscale("log")
        row[0].set_yticks(range(len(cases)), [case_label(inputs, name) for name in cases], fontsize=7)
        for axes, title in zip(row, panels.values(), strict=True):
            axes.set_title(f"{dataset}: {title}", fontsize=7)
            axes.tick_params(axis="x", labelsize=7)
    grid[0, 0].invert_yaxis()
    colors = {"start": AT_START}
    colors |= {f"end, {label}": OBJECTIVE_COLORS[objective] for objective, label in OBJECTIVE_LABELS.items()}
    handles = [Line2D([], [], color=color, marker="o", linestyle="", label=label) for label, color in colors.items()]
    figure.legend(handles=handles, loc="outside upper center", ncols=3, fontsize=7.5)
    return figure


def draw_points(axes: Axes, values: Any, line: int, color: str) -> None:
    """A point for each seed in the line of a case."""
    axes.plot(values, np.full(len(values), line), "o", color=color, markersize=4, markeredgecolor="none", alpha=0.8)


def kernels_figure(inputs: FigureInputs, case: str) -> Figure:
    """A convolution's first kernels at the start, at the end without and with the critic; data sets side by side."""
    figure = plt.figure(figsize=(FULL_WIDTH, 2.6))
    subfigures = figure.subfigures(1, len(inputs.datasets), squeeze=False)[0]
    for subfigure, (dataset, data) in zip(subfigures, inputs.datasets.items(), strict=True):
        runs = inputs.runs[f"{case}/{dataset}"]
        pair = first_runs(runs)
        kernels = {"at the start": pair["supervised"].snapshots["hidden_0"]}
        kernels |= {label: pair[objective].snapshots["hidden_end"] for objective, label in OBJECTIVE_LABELS.items()}
        limit = max(float(np.abs(filters).max()) for filters in kernels.values())
        subfigure.suptitle(f"{dataset}, accuracy {accuracies(runs)}", fontsize=8)
        grid = subfigure.subplots(len(kernels), len(kernels["at the start"]), squeeze=False)
        for row, (label, filters) in zip(grid, kernels.items(), strict=True):
            pictures = filters.reshape(-1, *filter_shape(filters, image_shape(data)))
            for axes, picture in zip(row, pictures, strict=True):
                # Of colour images the mean over the colours: weights have signs, so they are no colours themselves.
                image = picture if picture.ndim == 2 else picture.mean(axis=2)
                axes.imshow(image, cmap=DIVERGING, vmin=-limit, vmax=limit)
                axes.set(xticks=[], yticks=[])
                axes.set_title(f"{picture.var():.2g}", fontsize=6, pad=2)
            row[0].set_ylabel(label, fontsize=7)
    return figure


def maps_figure(inputs: FigureInputs) -> Figure:
    """Neurons of the widest hidden layer of some cases: at the start, at the end without and with the critic."""
    mapped_cases, patterns = inputs.parameters["beyond"]["mapped"], inputs.parameters["patterns"]
    cases = {name: runs for name, runs in inputs.runs.items() if name.split("/")[0] in mapped_cases}
    figure, grid = plt.subplots(len(cases), 3, figsize=(FULL_WIDTH, 0.3 + 2.2 * len(cases)), squeeze=False)
    for row, (name, runs) in zip(grid, cases.items(), strict=True):
        pair = first_runs(runs)
        start = pair["supervised"].snapshots
        layer = max(runs[0].layers[:-1], key=lambda name: len(start[f"{name}_0"]))
        snapshots = {"at the start": start[f"{layer}_0"]}
        snapshots |= {
            label: pair[objective].snapshots[f"{layer}_end"][: len(start[f"{layer}_0"])]
            for objective, label in OBJECTIVE_LABELS.items()
        }
        all_weights = np.stack([*snapshots.values()])  # (times, neurons, inputs)
        components = reduce_dimensions(all_weights, min(patterns["principal_components"], all_weights.shape[1]))
        perplexity = min(patterns["perplexity"], (components.shape[1] - 1) / 3)
        maps = embed_snapshots(components, perplexity, patterns["iterations"])
        limit = 1.05 * float(np.abs(maps).max())
        for axes, (label, weights), points in zip(row, snapshots.items(), maps, strict=True):
            if label != "at the start":
                axes.plot(*np.stack([maps[0], points]).transpose(2, 0, 1), color="0.8", linewidth=0.5, zorder=1)
            axes.scatter(*points.T, s=8, color=BLUE, linewidths=0, zorder=2)
            note = f"nearest neighbours kept {neighbors_kept(snapshots['at the start'], weights):.0%}"
            axes.set_title(label if label == "at the start" else f"{label}\n{note}", fontsize=7)
            axes.set(xlim=(-limit, limit), ylim=(-limit, limit), xticks=[], yticks=[], aspect="equal")
        row[0].set_ylabel(f"{case_label(inputs, name)}, {layer_label(layer)}\naccuracy {accuracies(runs)}", fontsize=7)
    return figure

"""Curves along training: the mean over seeds, in a band from the smallest to the largest (Figures 3-9, 13, 16, 17)."""

from collections.abc import Callable, Mapping, Sequence
from string import ascii_lowercase
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import Normal, Stroke
from matplotlib.ticker import StrMethodFormatter

from pseudo_rd.claims.measures import spread
from pseudo_rd.figures.inputs import FigureInputs, by_objective, only
from pseudo_rd.figures.style import (
    FULL_WIDTH,
    LAYER_LABELS,
    OBJECTIVE_COLORS,
    OBJECTIVE_LABELS,
    OBJECTIVE_LINES,
    width_label,
)
from pseudo_rd.results.digits import in_digits
from pseudo_rd.results.fits import Fit, fit_saturating
from pseudo_rd.results.runs import Run

# Dashes lie above, so that a line on which they fall is seen between them.
ORDER = {"supervised": 2.5, "augmented": 2}
LINES: dict[str, dict[str, Any]] = {
    objective: {"color": color, "linestyle": OBJECTIVE_LINES[objective], "zorder": ORDER[objective]}
    for objective, color in OBJECTIVE_COLORS.items()
}
LAYER_WEIGHTS = {"hidden": "U", "top": "V"}  # the paper's letters
ERROR_LINES = {"train": ":", "test": "-"}
HEIGHT = 3.0  # inches
# A logarithmic time axis where so many steps hold so much of the way: on a linear one they are a vertical line.
FIRST_STEPS, MOST_OF_THE_WAY = 100, 0.5
DATA_MARKERS = {"supervised": "o", "augmented": "s"}
NO_BEND = 0.01  # beta times the last iteration: up to here alpha (1 - exp(-beta t)) is straight to half a percent
HALO = [Stroke(linewidth=3, foreground="w", alpha=0.6), Normal()]
SMALL_LEGEND: Mapping[str, Any] = {"fontsize": 7, "title_fontsize": 7, "alignment": "left"}


def distances_figure(inputs: FigureInputs) -> Figure:
    """Distance from initialization, a panel for each layer: (a) hidden, (b) top (Figures 3, 6, 7, 13, 16, 17)."""
    runs = only(inputs.runs)
    layers = runs[0].layers
    figure, panels = plt.subplots(1, len(layers), figsize=(FULL_WIDTH, HEIGHT))
    for axes, letter, layer in zip(panels, ascii_lowercase, layers, strict=False):
        tables = {objective: seed_table(group, f"distance_{layer}") for objective, group in by_objective(runs).items()}
        for objective, table in tables.items():
            draw_mean_and_band(axes, table, **LINES[objective])
        label_axes(axes, letter, layer, runs)
        write_ratio(axes, tables)
    scale_time(panels, [seed_table([run], f"distance_{layer}") for run in runs for layer in layers])
    legend_above(figure, runs, mean_of_seeds)
    return figure


def early_distances_figure(inputs: FigureInputs, layer: str) -> Figure:
    """One layer's distance up to iteration `fits.early_iterations`, a panel for each experiment (Figures 4, 5).

    alpha (1 - exp(-beta t)) is fitted to the mean over seeds and drawn over it.

    Raises:
        ValueError: from the fit, if fewer than three rows were recorded until then.
    """
    experiments, last_iteration = [*inputs.runs.values()], inputs.parameters["fits"]["early_iterations"]
    figure, panels = plt.subplots(1, len(experiments), figsize=(FULL_WIDTH, HEIGHT + 0.5), sharey=True)
    for axes, letter, runs in zip(panels, "ab", experiments, strict=True):
        handles = []
        for objective, group in by_objective(runs).items():
            table = seed_table(group, f"distance_{layer}").loc[:last_iteration]
            # Marks at the rows that were recorded: what lies between is not known.
            marker_style = {"marker": DATA_MARKERS[objective], "markersize": 3}
            draw_mean_and_band(axes, table, **LINES[objective], **marker_style)
            fit = fit_saturating(table.index.to_numpy(), table.mean(axis=1).to_numpy())
            times = np.linspace(0, table.index.max(), 400)
            fit_style = {"color": OBJECTIVE_COLORS[objective], "linewidth": 1.6, "zorder": 4, "path_effects": HALO}
            axes.plot(times, fit.curve(times), ":", **fit_style)
            label = f"{fit_in_words(fit, table.index.max())}, {seeds(group)}"
            handles.append(Line2D([], [], **LINES[objective], **marker_style, label=label))
        label_axes(axes, letter, layer, runs, dataset=True)
        title = r"dotted: $\alpha\,(1 - e^{-\beta t})$ fitted to the mean"
        placement = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.24)}  # curves rise to every corner
        axes.legend(handles=handles, title=title, **placement, **SMALL_LEGEND)
    panels[-1].set_ylabel("")
    legend_above(figure, [run for runs in experiments for run in runs], lambda _: "mean and range over seeds")
    return figure


def starts_figure(inputs: FigureInputs) -> Figure:
    """Distance from initialization, a thin line for each start, and how far the starts end apart (Figure 8)."""
    runs = only(inputs.runs)
    figure, panels = plt.subplots(1, 2, figsize=(FULL_WIDTH, HEIGHT))
    for axes, letter, layer in zip(panels, "ab", LAYER_LABELS, strict=True):
        handles = []
        for objective, group in by_objective(runs).items():
            column, style = f"distance_{layer}", LINES[objective] | {"linewidth": 0.7}
            for run in group:
                axes.plot(run.history["iteration"], run.history[column], **style)
            if len(group) > 1:
                handles.append(Line2D([], [], **style, label=f"{100 * spread(group, column):.1f} % of the mean"))
        label_axes(axes, letter, layer, runs)
        if handles:
            title = "standard deviation over starts, at the end"
            axes.legend(handles=handles, title=title, loc="lower right", **SMALL_LEGEND)
    scale_time(panels, [seed_table([run], f"distance_{layer}") for run in runs for layer in LAYER_LABELS])
    legend_above(figure, runs, lambda group: f"{seeds(group)}, a line each")
    return figure


def errors_figure(inputs: FigureInputs) -> Figure:
    """Training and test error, a panel for each objective, on shared logarithmic axes (Figure 9)."""
    groups = by_objective(only(inputs.runs))
    figure, panels = plt.subplots(1, len(groups), figsize=(FULL_WIDTH, HEIGHT), sharex=True, sharey=True, squeeze=False)
    for axes, letter, (objective, group) in zip(panels[0], "ab", groups.items(), strict=False):
        for part, line in ERROR_LINES.items():
            # Iteration 0 has no place on a logarithmic axis.
            table = seed_table(group, f"{part}_error").loc[1:]
            style = LINES[objective] | {"linestyle": line}
            draw_mean_and_band(axes, table, **style, label=f"{part} error, {mean_of_seeds(group)}")
        axes.set(xscale="log", yscale="log", xlabel="iteration $t$")
        axes.set_title(f"({letter}) {OBJECTIVE_LABELS[objective]}, {width_label(group)}")
        axes.legend(loc="lower left", **SMALL_LEGEND)
    panels[0, 0].set_ylabel("error: half the squared error,\nmean over samples and outputs")
    return figure


def seed_table(runs: Sequence[Run], column: str) -> pd.DataFrame:
    """A column of the histories, (iterations, seeds), at the iterations that every run recorded.

    Runs that converge early have fewer rows: the table ends with the shortest, since a mean over ever fewer seeds
    would jump.
    """
    histories = {run.seed: run.history.set_index("iteration")[column] for run in runs}
    return pd.concat(histories, axis="columns", join="inner", names=["seed"])


def draw_mean_and_band(axes: Axes, table: pd.DataFrame, **style: Any) -> None:
    """Draw the mean over the columns of `table` as a line, their smallest to largest value as a band."""
    [line] = axes.plot(table.index, table.mean(axis="columns"), **style)
    lowest, highest = table.min(axis="columns"), table.max(axis="columns")
    axes.fill_between(table.index, lowest, highest, color=line.get_color(), alpha=0.2, linewidth=0)


def scale_time(panels: Sequence[Axes], tables: Sequence[pd.DataFrame]) -> None:
    """A logarithmic time axis, with iteration 0, where the first steps of every table hold most of the way."""
    means = [table.mean(axis="columns") for table in tables]
    early_rises = [np.interp(FIRST_STEPS, mean.index, mean) >= MOST_OF_THE_WAY * mean.max() for mean in means]
    if all(early_rises) and max(mean.index.max() for mean in means) > FIRST_STEPS:
        for axes in panels:
            axes.set_xscale("symlog", linthresh=1)
            axes.set_xlim(0, None)
            axes.set_xlabel("iteration $t$, logarithmic")
            axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))


def write_ratio(axes: Axes, tables: Mapping[str, pd.DataFrame]) -> None:
    """How many times as far the mean ends with the critic as without: where curves coincide it cannot be seen."""
    if len(tables) == len(OBJECTIVE_LABELS):
        without, with_critic = (table.iloc[-1].mean() for table in tables.values())
        text = f"at the end, with over without: {in_digits(with_critic / without)}" if without else ""
        axes.text(0.98, 0.04, text, transform=axes.transAxes, ha="right", va="bottom", fontsize=7.5)


def fit_in_words(fit: Fit, last_iteration: float) -> str:
    """alpha and beta; of a curve without a bend neither is known, only their product."""
    if fit.beta * last_iteration < NO_BEND:
        return f"straight: {fit.alpha * fit.beta:.2g} per iteration"
    return rf"$\alpha$ = {fit.alpha:.3g}, $\beta$ = {fit.beta:.2g}"


def label_axes(axes: Axes, letter: str, layer: str, runs: Sequence[Run], dataset: bool = False) -> None:
    """Title and axis labels of a panel of distances."""
    subject = f"{runs[0].dataset}, " if dataset else ""
    axes.set_title(f"({letter}) {subject}{layer} layer, {width_label(runs)}")
    weights = LAYER_WEIGHTS.get(layer, "W")
    distance = rf"$\Vert {weights}(t) - {weights}(0)\Vert_F$"
    axes.set(xlabel="iteration $t$", ylabel=f"distance from initialization\n{distance}")


def seeds(runs: Sequence[Run]) -> str:
    """How many different seeds, in words."""
    number = len({run.seed for run in runs})
    return f"{number} seed" if number == 1 else f"{number} seeds"


def mean_of_seeds(runs: Sequence[Run]) -> str:
    """What line and band show, in words."""
    return seeds(runs) if len(runs) == 1 else f"mean and range of {seeds(runs)}"


def legend_above(figure: Figure, runs: Sequence[Run], describe: Callable[[Sequence[Run]], str]) -> None:
    """Name the objectives above all panels, with what `describe` says about the runs of each."""
    handles = [
        Line2D([], [], **LINES[objective], label=f"{OBJECTIVE_LABELS[objective]}, {describe(group)}")
        for objective, group in by_objective(runs).items()
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles), fontsize=7.5)

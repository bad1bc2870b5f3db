"""Whether a larger step, noise or a constant push does what the critic does, and when its distance is gained."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.style import BLUE, FULL_WIDTH, GREEN, ORANGE, PURPLE, SKY, VERMILION

STYLES = ((BLUE, "o"), (VERMILION, "s"), (SKY, "^"), (GREEN, "v"), (PURPLE, "D"), (ORANGE, "P"))
BASELINE = "without"
PANELS = {  # what is drawn against the hidden layer's distance
    "variance": "(a) variance of the filters",
    "moran": "(b) Moran's I of the filters",
    "test_error": "(c) test error",
}


def controls_figure(inputs: FigureInputs) -> Figure:
    """Filters and error against the hidden layer's distance along training, and that distance over time."""
    table, cases = inputs.tables["controls"], inputs.parameters["controls"]["cases"]
    means = mean_of_seeds(table)
    figure, grid = plt.subplots(2, 2, figsize=(FULL_WIDTH, 5.6))
    for axes, (name, title) in zip(grid.flat, PANELS.items(), strict=False):
        for (case, told), (color, marker) in zip(cases.items(), STYLES, strict=False):
            rows = means.loc[case]
            label = f"{told['words']} ({table.loc[table['case'] == case, 'seed'].nunique()})"
            axes.plot(rows["distance_hidden"], rows[name], f"-{marker}", color=color, markersize=4, label=label)
        axes.set_title(title)
        axes.set_xlabel("hidden layer's distance from the start", fontsize=8.5)
    for axes in (grid[0, 0], grid[1, 0]):
        axes.set_yscale("log")
    over_time = grid[1, 1]
    for (case, _), (color, marker) in zip(cases.items(), STYLES, strict=False):
        if case != BASELINE:
            ratio = means.loc[case, "distance_hidden"] / means.loc[BASELINE, "distance_hidden"]
            over_time.plot(ratio.index, ratio, f"-{marker}", color=color, markersize=4)
    over_time.axhline(1, color=STYLES[0][0])
    over_time.set(xscale="log", yscale="log")
    over_time.yaxis.set_major_locator(FixedLocator([1, 1.5, 2, 3, 5, 10]))
    over_time.yaxis.set_minor_locator(NullLocator())
    over_time.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    over_time.set_title("(d) distance over that without the critic")
    over_time.set_xlabel("iteration", fontsize=8.5)
    handles, labels = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=2, fontsize=8, title="ways of training (starts)")
    return figure


def mean_of_seeds(table: pd.DataFrame) -> pd.DataFrame:
    """Means over the seeds, by case and iteration, the start left out: there is no distance yet."""
    return table[table["iteration"] > 0].groupby(["case", "iteration"]).mean(numeric_only=True)

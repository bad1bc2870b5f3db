"""Whether a larger step, noise or a constant push does what the critic does, and when its distance is gained."""

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.style import BLUE, FULL_WIDTH, GREEN, ORANGE, PURPLE, SKY, VERMILION

STYLES = ((BLUE, "o"), (VERMILION, "s"), (SKY, "^"), (GREEN, "v"), (PURPLE, "D"), (ORANGE, "P"))
BASELINE = "without"
PANELS = {  # what is drawn against the hidden layer's distance
    "variance": "(a) variance of the filters",
    "moran": "(b) Moran's I of the filters",
    "moran_change": "(c) Moran's I of their change",
    "test_error": "(d) test error",
}


def controls_figure(inputs: FigureInputs) -> Figure:
    """Filters and error against the hidden layer's distance along training, and that distance over time."""
    table, cases = inputs.tables["controls"], inputs.parameters["controls"]["cases"]
    rows = table[table["iteration"] > 0]  # at the start there is no distance yet
    means = rows.groupby(["case", "iteration"]).mean(numeric_only=True)
    figure, grid = plt.subplots(3, 2, figsize=(FULL_WIDTH, 7.6))
    *distance_panels, time_panel, legend_panel = grid.flat
    for (case, control), (color, marker) in zip(cases.items(), STYLES, strict=False):
        distances, style = means.loc[case, "distance_hidden"], {"color": color, "marker": marker, "markersize": 4}
        label = f"{control['words']} ({table.loc[table['case'] == case, 'seed'].nunique()})"
        for axes, quantity in zip(distance_panels, PANELS, strict=True):
            axes.plot(distances, means.loc[case, quantity], label=label, **style)
        if case != BASELINE:
            time_panel.plot(distances / means.loc[BASELINE, "distance_hidden"], **style)
    for axes, (quantity, title) in zip(distance_panels, PANELS.items(), strict=True):
        axes.set_title(title)
        axes.set_yscale("linear" if "moran" in quantity else "log")
        axes.set_xlabel("hidden layer's distance from the start", fontsize=8.5)
    time_panel.axhline(1, color=STYLES[0][0])
    time_panel.set(xscale="log", yscale="log")
    time_panel.yaxis.set_major_locator(FixedLocator([1, 1.5, 2, 3, 5, 10]))
    time_panel.yaxis.set_minor_locator(NullLocator())
    time_panel.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    time_panel.set_title("(e) distance over that without the critic")
    time_panel.set_xlabel("iteration", fontsize=8.5)
    handles, labels = grid[0, 0].get_legend_handles_labels()
    legend_panel.set_axis_off()
    legend_panel.legend(handles, labels, loc="center", fontsize=8, title="ways of training (starts)")
    return figure

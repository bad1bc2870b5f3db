"""Figure 3: distance from initialization on the synthetic data of 784 inputs, all iterations."""

from matplotlib.figure import Figure

from pseudo_rd.figures.curves import distances_figure
from pseudo_rd.figures.inputs import FigureInputs


def draw(inputs: FigureInputs) -> Figure:
    return distances_figure(inputs.runs["synthetic-784"])

"""Figure 16: distance from initialization on CIFAR10 (or its stand-in), few hidden neurons."""

from matplotlib.figure import Figure

from pseudo_rd.figures.curves import distances_figure
from pseudo_rd.figures.inputs import FigureInputs


def draw(inputs: FigureInputs) -> Figure:
    return distances_figure(inputs.runs["cifar10"])

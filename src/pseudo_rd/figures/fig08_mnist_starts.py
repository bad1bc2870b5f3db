"""Figure 8: distance from initialization on MNIST from several starts."""

from matplotlib.figure import Figure

from pseudo_rd.figures.curves import starts_figure
from pseudo_rd.figures.inputs import FigureInputs


def draw(inputs: FigureInputs) -> Figure:
    return starts_figure(inputs.runs["mnist"])

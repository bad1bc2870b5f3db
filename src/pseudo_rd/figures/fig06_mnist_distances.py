"""Figure 6: distance from initialization on MNIST."""

from matplotlib.figure import Figure

from pseudo_rd.figures.curves import distances_figure
from pseudo_rd.figures.inputs import FigureInputs


def draw(inputs: FigureInputs) -> Figure:
    return distances_figure(inputs.runs["mnist"])

"""Figure 9: training and test error on MNIST."""

from matplotlib.figure import Figure

from pseudo_rd.figures.curves import errors_figure
from pseudo_rd.figures.inputs import FigureInputs


def draw(inputs: FigureInputs) -> Figure:
    return errors_figure(inputs.runs["mnist"])

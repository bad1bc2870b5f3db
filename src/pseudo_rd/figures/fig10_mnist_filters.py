"""Figure 10: hidden filters of largest norm on MNIST, with their variance."""

from matplotlib.figure import Figure

from pseudo_rd.figures.filters import filters_figure
from pseudo_rd.figures.inputs import FigureInputs


def draw(inputs: FigureInputs) -> Figure:
    return filters_figure(inputs.runs["mnist"], inputs.datasets["mnist"].image_shape)

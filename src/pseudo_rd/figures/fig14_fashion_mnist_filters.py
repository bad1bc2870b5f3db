"""Figure 14: hidden filters of largest norm on FashionMNIST, with their variance."""

from matplotlib.figure import Figure

from pseudo_rd.figures.filters import filters_figure
from pseudo_rd.figures.inputs import FigureInputs


def draw(inputs: FigureInputs) -> Figure:
    return filters_figure(inputs.runs["fashion-mnist"], inputs.datasets["fashion-mnist"].image_shape)

"""Figure 21: neurons on MNIST at the start, and at the end without and with diffusion."""

from matplotlib.figure import Figure

from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.neuron_maps import start_and_ends_figure


def draw(inputs: FigureInputs) -> Figure:
    return start_and_ends_figure(inputs.patterns["mnist"])

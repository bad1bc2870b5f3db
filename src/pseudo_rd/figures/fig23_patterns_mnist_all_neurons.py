"""Figure 23: all neurons on MNIST at the end, without and with diffusion."""

from matplotlib.figure import Figure

from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.neuron_maps import ends_figure


def draw(inputs: FigureInputs) -> Figure:
    return ends_figure(inputs.patterns["mnist"])

"""Figure 20: neurons on the synthetic data of 1,024 inputs over time."""

from matplotlib.figure import Figure

from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.neuron_maps import over_time_figure


def draw(inputs: FigureInputs) -> Figure:
    return over_time_figure(inputs.patterns["synthetic-1024"])

"""Figure 24: Gray and Scott's system, F = 0.025, k = 0.055."""

from matplotlib.figure import Figure

from pseudo_rd.figures.fields import draw_gray_scott
from pseudo_rd.figures.inputs import FigureInputs


def draw(inputs: FigureInputs) -> Figure:
    return draw_gray_scott(inputs.simulations["gray_scott_fig24"])

"""Figure 27: Gray and Scott's system, F = 0.035, k = 0.065."""

from matplotlib.figure import Figure

from pseudo_rd.figures.fields import draw_gray_scott
from pseudo_rd.figures.inputs import FigureInputs


def draw(inputs: FigureInputs) -> Figure:
    return draw_gray_scott(inputs.simulations["gray_scott_fig27"])

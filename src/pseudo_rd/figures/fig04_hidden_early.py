"""Figure 4: early iterations of the hidden layer on both synthetic sets, with the fitted exponential."""

from matplotlib.figure import Figure

from pseudo_rd.figures.curves import early_distances_figure
from pseudo_rd.figures.inputs import FigureInputs


def draw(inputs: FigureInputs) -> Figure:
    experiments = inputs.runs["synthetic-784"], inputs.runs["synthetic-1024"]
    return early_distances_figure(experiments, "hidden", inputs.parameters["fits"]["early_iterations"])

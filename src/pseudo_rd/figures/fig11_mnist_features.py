"""Figure 11: features of hidden neurons on MNIST by projected gradient ascent, equations (60)-(62)."""

from matplotlib.figure import Figure

from pseudo_rd.figures.filters import features_figure
from pseudo_rd.figures.inputs import FigureInputs


def draw(inputs: FigureInputs) -> Figure:
    ascent = inputs.parameters["features"]
    image_shape = inputs.datasets["mnist"].image_shape
    return features_figure(inputs.runs["mnist"], image_shape, ascent["radius"], ascent["step"], ascent["iterations"])

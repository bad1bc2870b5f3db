"""Figure 15: features of hidden neurons on FashionMNIST by projected gradient ascent."""

from matplotlib.figure import Figure

from pseudo_rd.figures.filters import features_figure
from pseudo_rd.figures.inputs import FigureInputs


def draw(inputs: FigureInputs) -> Figure:
    ascent = inputs.parameters["features"]
    image_shape = inputs.datasets["fashion-mnist"].image_shape
    return features_figure(
        inputs.runs["fashion-mnist"], image_shape, ascent["radius"], ascent["step"], ascent["iterations"]
    )

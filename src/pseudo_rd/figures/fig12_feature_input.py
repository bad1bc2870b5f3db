"""Figure 12: the random image that the features of Figure 11 perturb."""

import math

from matplotlib.figure import Figure

from pseudo_rd.figures.filters import image_figure
from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.neurons.features import random_image


def draw(inputs: FigureInputs) -> Figure:
    shape = inputs.datasets["mnist"].image_shape
    return image_figure(random_image(math.prod(shape), inputs.parameters["features"]["input_seed"]), shape)

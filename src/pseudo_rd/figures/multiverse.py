"""What the figures of all readings share: their choices, the readings that have names, the widest networks."""

from collections.abc import Hashable, Mapping

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.style import FULL_WIDTH
from pseudo_rd.multiverse.summary import Choices

Readings = Mapping[str, Mapping[str, Hashable]]  # by name an option for every choice


def choices_of(inputs: FigureInputs) -> Choices:
    choices, crossed = inputs.parameters["choices"], inputs.parameters["multiverse.crossed"]
    options = {name: [option["option"] for option in choice["options"]] for name, choice in choices.items()}
    return Choices(options, dict(sorted(crossed.items())))


def named_readings(inputs: FigureInputs) -> Readings:
    printed = choices_of(inputs).printed
    return {name: {**printed, **changes} for name, changes in inputs.parameters["readings"].items()}


def at_largest_width(table: pd.DataFrame) -> pd.DataFrame:
    """The rows at the largest width of their data set."""
    return table[table["width"] == table.groupby("dataset")["width"].transform("max")]


def empty(text: str) -> Figure:
    """A figure that says why there is nothing to draw."""
    figure = plt.figure(figsize=(FULL_WIDTH, 1), layout="none")
    figure.text(0.5, 0.5, text, ha="center", va="center")
    return figure

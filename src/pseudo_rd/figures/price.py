"""What the distance that the critic adds costs: every reading a point, and the critic's strength as a dial."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter
from matplotlib.transforms import Bbox

from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.multiverse import at_largest_width, choices_of, named_readings
from pseudo_rd.figures.style import BLUE, FULL_WIDTH, GREEN, ORANGE, READING_COLORS, SKY
from pseudo_rd.multiverse.effects import FINISHED, matching, paired_effects
from pseudo_rd.multiverse.verdicts import outcomes_of
from pseudo_rd.parameters.vocabulary import OBJECTIVES

EDGES = {"farther": (0.85, 2.2), "lost": (-12.0, 12.0), "moran": (-0.12, 0.22)}  # points beyond are counted there
FARTHER = 1.05  # where the corner begins: 5 % can be seen in a plot
ROOM = 0.1  # of a label, in logarithms of the ratio
GREY = "0.75"
HALO = [withStroke(linewidth=2, foreground="white")]
NEAR = [(9, -3), (7, 9), (7, -15), (-40, 9), (-40, -15)]  # where a name may stand, in points from its ring
ASIDE = [(12, 44), (12, -44), (-60, 44), (-60, -44)]  # the same, with a line to the ring
CORNER = {"ha": "right", "va": "bottom", "fontsize": 8, "color": "0.4"}
DIAL_STYLES = ((ORANGE, "s", -11), (SKY, "^", 6))  # colour, marker, height of the labels in points
LABELS = {
    "farther": "distance from the start, with critic over without",
    "lost": "test accuracy lost with the critic, percentage points",
    "moran": "Moran's I of filters, with critic minus without",
}


def price_figure(inputs: FigureInputs, least: float, no_loss: float) -> Figure:
    """Accuracy lost, and order in space gained, against distance gained, at the largest width of the dial's data set.

    Args:
        inputs: tables `outcomes` and `dial`, and what params.yaml says of choices and dial.
        least: test accuracy that a network reaches, without and with the critic, if it learns.
        no_loss: points of accuracy that may be lost in the corner "farther at no loss".
    """
    dial, choices = inputs.parameters["multiverse.dial"], [*choices_of(inputs).options]
    widest = at_largest_width(inputs.tables["outcomes"])
    widest = widest[widest["dataset"] == dial["dataset"]]
    readings = prices(widest, choices)
    notches = prices(outcomes_of(inputs.tables["dial"], [*choices, "bound"]), [*choices, "bound"])
    sound = (readings["fate"] == FINISHED) & (readings["accuracy"] >= least)
    figure, panels = plt.subplots(1, 2, figsize=(FULL_WIDTH, 4.2))
    for axes, name in zip(panels, ("lost", "moran"), strict=True):
        axes.axhline(0, color="0.4", linewidth=0.8)
        axes.axvline(1, color="0.4", linewidth=0.8)
        for rows, color, label in (
            (readings[~sound], GREY, f"a reading under which a network ends below {least:.0%}"),
            (readings[sound], BLUE, f"a reading under which both reach {least:.0%} of the digits"),
        ):
            style = {"color": color, "markersize": 4.5, "markeredgewidth": 0, "alpha": 0.7}
            axes.plot(rows["farther"], rows[name], "o", label=f"{label} ({len(rows)})", **style)
        (left, right), (bottom, top) = EDGES["farther"], EDGES[name]
        margin = (top - bottom) / 60
        axes.set(xscale="log", xlim=(left / 1.02, right * 1.02), ylim=(bottom - margin, top + margin))
        draw_dial(axes, notches, name, dial)
        beyond = int((~readings["farther"].between(left, right) | ~readings[name].between(bottom, top)).sum())
        axes.annotate(f"points beyond the frame: {beyond}", (0.98, 0.02), xycoords="axes fraction", **CORNER)
        axes.set_xlabel(LABELS["farther"], fontsize=8.5)
        axes.set_ylabel(LABELS[name], fontsize=8.5)
        axes.xaxis.set_major_locator(FixedLocator([1, 1.25, 1.5, 2]))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    shade_corner(panels[0], no_loss)
    panels[0].set_title(f"(a) what the distance costs ({dial['dataset']}, {widest['width'].iloc[0]} neurons)")
    panels[1].set_title("(b) whether filters grow smooth")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=2, fontsize=8)
    figure.draw_without_rendering()  # from here on everything has its place
    for axes, name in zip(panels, ("lost", "moran"), strict=True):
        mark_readings(axes, readings.assign(sound=sound), name, named_readings(inputs), f"below {least:.0%}")
    return figure


def prices(outcomes: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """A row for each reading or notch of one data set and width, means over its seeds.

    Returns:
        `paired_effects` of the hidden distance; `farther`, the ratio; `lost`, accuracy without less with, in points;
        `moran`, with less without; `accuracy`, the lower of the two.
    """
    effects = paired_effects(outcomes, keys, "distance_hidden")
    means = outcomes.groupby([*keys], sort=False).mean(numeric_only=True).reset_index()
    accuracy, moran = (
        [means[f"{name}_{objective}"] for objective in OBJECTIVES] for name in ("test_accuracy", "moran")
    )
    return effects.assign(
        farther=np.exp(effects["effect"]),
        lost=100 * (accuracy[0] - accuracy[1]),
        moran=moran[1] - moran[0],
        accuracy=np.minimum(accuracy[0], accuracy[1]),
    )


def draw_dial(axes: Axes, notches: pd.DataFrame, name: str, dial: Mapping[str, Any]) -> None:
    """The notches of each setting that is turned, joined in order, with their values where there is room."""
    for (setting, turned), (color, marker, height) in zip(dial["turned"].items(), DIAL_STYLES, strict=False):
        line = notches[matching(notches, turned["training"]) & notches[setting].isin(turned["at"])]
        line = line.sort_values(setting, ascending=False)
        x, y = line["farther"], line[name]
        label = f"{dial['reading']}, another {turned['words']}"
        axes.plot(x, y, f"-{marker}", color=color, markersize=5, linewidth=1.5, label=label, zorder=4)
        labelled: list[float] = []
        for value, across, up in zip(line[setting], x, y, strict=True):
            if all(abs(np.log(across / other)) > ROOM for other in labelled):
                position: dict[str, Any] = {"textcoords": "offset points", "xytext": (0, height), "ha": "center"}
                axes.annotate(
                    f"{value:g}", (across, up), fontsize=7.5, color=color, zorder=6, path_effects=HALO, **position
                )
                labelled.append(across)


def mark_readings(
    axes: Axes, table: pd.DataFrame, name: str, readings: Mapping[str, Mapping[str, Any]], fault: str
) -> None:
    """A ring around each named reading; its name, with its fault where it is not sound, where it hides least."""
    lines = (line for line in axes.lines if line.get_transform() == axes.transData)  # without those at 0 and 1
    drawn = np.concatenate([axes.transData.transform(line.get_xydata()) for line in lines])
    boxes: list[Bbox] = [text.get_window_extent() for text in axes.texts]
    for (reading, options), color in zip(readings.items(), READING_COLORS, strict=False):
        marked = table[matching(table, options)]
        for x, y, learns in zip(marked["farther"], marked[name], marked["sound"], strict=True):
            axes.plot([x], [y], "o", markersize=9, markeredgewidth=1.8, fillstyle="none", color=color, zorder=5)
            style: dict[str, Any] = {
                "color": color,
                "zorder": 6,
                "fontsize": 8.5,
                "weight": "bold",
                "path_effects": HALO,
            }
            places = []
            for offset in (*NEAR, *ASIDE):
                arrow = {"arrowstyle": "-", "color": color, "linewidth": 0.8} if offset in ASIDE else None
                label = reading if learns else f"{reading} ({fault})"
                text = axes.annotate(label, (x, y), offset, textcoords="offset points", arrowprops=arrow, **style)
                text.get_window_extent()  # moves it to its place
                box = Text.get_window_extent(text)  # without its line
                hidden = sum(box.contains(*point) for point in drawn) + 100 * box.count_overlaps(boxes)
                places.append((hidden, len(places), box, text))
            (_, _, box, _), *others = sorted(places, key=lambda place: place[:2])
            for *_, text in others:
                text.remove()
            boxes.append(box)


def shade_corner(axes: Axes, no_loss: float) -> None:
    """The corner that the paper promises."""
    (low, _), right = axes.get_ylim(), axes.get_xlim()[1]
    axes.fill_between([FARTHER, right], low, no_loss, color=GREEN, alpha=0.2, linewidth=0, zorder=0)
    axes.text(right / 1.03, 0.45 * low, "farther at no loss:\nthe paper's promise", ha="right", fontsize=8.5)

"""Rows of fields over time, one scale a row, for the reaction-diffusion figures (18, 24-27)."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_lowercase

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from pseudo_rd.figures.inputs import FigureInputs, only
from pseudo_rd.figures.style import COLORMAP, FULL_WIDTH

SPREADS = 1.5  # standard deviations of the strongest field that the colour scale of Figure 18 reaches to each side


@dataclass(frozen=True)
class FieldRow:
    """One field at several times.

    Attributes:
        label: at the left of the row.
        times: (times,).
        fields: (times, grid, grid).
        notes: below the panels, one for each time.
    """

    label: str
    times: np.ndarray
    fields: np.ndarray
    notes: Sequence[str]


def draw_rows(rows: Sequence[FieldRow], low: float, high: float) -> Figure:
    """A row of panels for each of `rows`, on one scale; values beyond low and high have the colours of its ends."""
    columns = len(rows[0].times)
    height = FULL_WIDTH / (columns + 1.5) + 0.55  # square panels, a title above, a note below
    figure, axes = plt.subplots(len(rows), columns, figsize=(FULL_WIDTH, height * len(rows)), squeeze=False)
    letters = iter(ascii_lowercase)
    for row, panels in zip(rows, axes, strict=True):
        for panel, time, field, note in zip(panels, row.times, row.fields, row.notes, strict=True):
            image = panel.imshow(field, COLORMAP, vmin=low, vmax=high, interpolation="nearest")
            panel.set_title(f"({next(letters)}) t = {time:g}")
            panel.set(xticks=[], yticks=[])
            panel.grid(False)
            panel.set_xlabel(note, fontsize=6)
        panels[0].set_ylabel(row.label, fontsize=8)
    overflow = min(row.fields.min() for row in rows) < low, max(row.fields.max() for row in rows) > high
    extend = {(True, True): "both", (True, False): "min", (False, True): "max"}.get(overflow, "neither")
    figure.colorbar(image, ax=axes, label="u", aspect=30, pad=0.01, extend=extend)
    return figure


def turing_figure(inputs: FigureInputs) -> Figure:
    """u of Turing's system (63), a row for each set of constants (Figure 18)."""
    rows = []
    for name, simulation in inputs.simulations.items():
        rate = simulation["growth_rate"]
        fate = f"waves of {simulation['wave_length']:.2g} grow" if rate > 0 else "every wave decays"
        label = f"{name.removeprefix('turing_')}, c = {simulation['c']:g}\ngrowth rate {rate:+.3f}:\n{fate}"
        notes = [f"deviation {deviation:.1e}" for deviation in simulation["u"].std(axis=(1, 2))]
        rows.append(FieldRow(label, simulation["times"], simulation["u"], notes))
    # One scale for all: both rows start from the same noise, what decays fades, what grows appears.
    half_range = SPREADS * max(float(row.fields.std(axis=(1, 2)).max()) for row in rows)
    steady_states = [float(simulation["h"]) for simulation in inputs.simulations.values()]
    return draw_rows(rows, min(steady_states) - half_range, max(steady_states) + half_range)


def gray_scott_figure(inputs: FigureInputs) -> Figure:
    """u of Gray and Scott's system (64), out of the printed start and out of it perturbed (Figures 24-27)."""
    simulation = only(inputs.simulations)
    side = int(simulation["patch"])
    labels = {
        "printed": f"{side} x {side} patch,\nas printed",
        "perturbed": f"perturbed by\nup to {100 * simulation['perturbation']:g} %",
    }
    rows = []
    for start, label in labels.items():
        times = simulation[f"{start}_times"]
        # How far from stationary: the figure's last column need not be an end.
        notes = [*[""] * (len(times) - 1), f"rate of change {simulation[f'{start}_change']:.0e}"]
        rows.append(FieldRow(label, times, simulation[f"{start}_u"], notes))
    figure = draw_rows(rows, 0, 1)
    figure.suptitle(f"F = {simulation['feed_rate']:.3f}, k = {simulation['kill_rate']:.3f}", fontsize=9)
    return figure

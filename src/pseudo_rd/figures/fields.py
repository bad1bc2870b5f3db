"""Rows of fields over time, one scale a row, for the reaction-diffusion figures (18, 24-27)."""

from collections.abc import Mapping, Sequence
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
        limits: of the colour scale; values beyond have the colours of its ends.
        notes: below the panels, one for each time; empty: none.
    """

    label: str
    times: np.ndarray
    fields: np.ndarray
    limits: tuple[float, float]
    notes: Sequence[str] = ()


def draw_rows(rows: Sequence[FieldRow], colorbar_label: str) -> Figure:
    """A row of panels for each of `rows`; rows of equal limits share one colour bar, others have one each."""
    columns = len(rows[0].times)
    height = FULL_WIDTH / (columns + 1.5) + 0.55  # square panels, a title above, a note below
    figure, axes = plt.subplots(len(rows), columns, figsize=(FULL_WIDTH, height * len(rows)), squeeze=False)
    letters = iter(ascii_lowercase)
    images = []
    for row, panels in zip(rows, axes, strict=True):
        for panel, time, field in zip(panels, row.times, row.fields, strict=True):
            image = panel.imshow(field, COLORMAP, vmin=row.limits[0], vmax=row.limits[1], interpolation="nearest")
            panel.set_title(f"({next(letters)}) t = {time:g}")
            panel.set(xticks=[], yticks=[])
            panel.grid(False)
        for panel, note in zip(panels, row.notes, strict=False):
            panel.set_xlabel(note, fontsize=6)
        panels[0].set_ylabel(row.label, fontsize=8)
        images.append(image)
    if len({row.limits for row in rows}) == 1:
        (low, high), values = rows[0].limits, [row.fields for row in rows]
        beyond = (min(map(np.min, values)) < low, max(map(np.max, values)) > high)
        extend = {(True, True): "both", (True, False): "min", (False, True): "max"}.get(beyond, "neither")
        figure.colorbar(images[0], ax=axes, label=colorbar_label, aspect=30, pad=0.01, extend=extend)
    else:
        for image, panels in zip(images, axes, strict=True):
            figure.colorbar(image, ax=panels, label=colorbar_label, aspect=15, pad=0.01)
    return figure


def turing_figure(inputs: FigureInputs) -> Figure:
    """u of Turing's system (63), a row for each set of constants (Figure 18)."""
    names = {name.removeprefix("turing_"): simulation for name, simulation in inputs.simulations.items()}
    # One scale for all: both rows start from the same noise, what decays fades, what grows appears.
    reach = SPREADS * max(float(simulation["u"].std(axis=(1, 2)).max()) for simulation in names.values())
    return draw_rows([turing_row(name, simulation, reach) for name, simulation in names.items()], "u")


def turing_row(name: str, simulation: Mapping[str, np.ndarray], reach: float) -> FieldRow:
    u, home = simulation["u"], float(simulation["h"])
    rate = simulation["growth_rate"]
    fate = f"waves of {simulation['wave_length']:.2g} grow" if rate > 0 else "every wave decays"
    return FieldRow(
        label=f"{name}, c = {simulation['c']:g}\ngrowth rate {rate:+.3f}:\n{fate}",
        times=simulation["times"],
        fields=u,
        limits=(home - reach, home + reach),
        notes=[f"deviation {deviation:.1e}" for deviation in u.std(axis=(1, 2))],
    )


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
        rows.append(FieldRow(label, times, simulation[f"{start}_u"], (0.0, 1.0), notes))
    figure = draw_rows(rows, "u")
    figure.suptitle(f"F = {simulation['feed_rate']:.3f}, k = {simulation['kill_rate']:.3f}", fontsize=9)
    return figure

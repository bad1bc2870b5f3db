"""Figure 18: Turing's system with the printed constants and with those of the textbook."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from pseudo_rd.figures.fields import FieldRow, draw_rows
from pseudo_rd.figures.inputs import FigureInputs


def draw(inputs: FigureInputs) -> Figure:
    names = ("printed", "textbook")
    return draw_rows([_row(name, inputs.simulations[f"turing_{name}"]) for name in names], "u")


def _row(name: str, simulation: Mapping[str, np.ndarray]) -> FieldRow:
    u, home = simulation["u"], float(simulation["h"])
    # One scale for the whole row: what decays fades, what grows appears.
    reach = float(np.abs(u - home).max())
    rate = simulation["growth_rate"]
    fate = f"waves of {simulation['wave_length']:.2g} grow" if rate > 0 else "every wave decays"
    return FieldRow(
        label=f"{name}, c = {simulation['c']:g}\ngrowth rate {rate:+.3f}:\n{fate}",
        times=simulation["times"],
        fields=u,
        limits=(home - reach, home + reach),
        notes=[f"deviation {deviation:.1e}" for deviation in u.std(axis=(1, 2))],
    )

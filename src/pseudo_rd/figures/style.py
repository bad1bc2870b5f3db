"""One look for all figures: sizes for print, colours that colour-blind readers can tell apart, the note below."""

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import seaborn as sns
from matplotlib.figure import Figure

from pseudo_rd.files import write_whole

# Okabe and Ito's palette; line styles differ too, for print without colour.
OBJECTIVE_COLORS = {"supervised": "#0072B2", "augmented": "#D55E00"}
OBJECTIVE_DASHES = {"supervised": (4, 1.5), "augmented": ""}
OBJECTIVE_LABELS = {
    "supervised": "without diffusion (supervised)",
    "augmented": "with diffusion (augmented)",
}
LAYER_LABELS = {"hidden": "hidden layer", "top": "top layer"}

FULL_WIDTH = 7.0  # inches: two columns of the paper
HALF_WIDTH = 3.4


@contextmanager
def paper_style() -> Iterator[None]:
    """Seaborn's ticks in the paper context, small print, constrained layout, no open figures left behind."""
    settings = {
        **sns.axes_style("ticks"),
        **sns.plotting_context("paper"),
        "axes.grid": True,
        "axes.titlesize": 9,
        "font.size": 8,
        "grid.alpha": 0.3,
        "grid.linewidth": 0.5,
        "legend.frameon": False,
        "figure.constrained_layout.use": True,
        "savefig.dpi": 200,
        "pdf.fonttype": 42,
    }
    with plt.rc_context(settings):
        try:
            yield
        finally:
            plt.close("all")


def save_figure(figure: Figure, png: Path | str, pdf: Path | str, note: str = "") -> None:
    """Write the figure twice, with `note` in small print below (what a preset shrank or replaced)."""
    if note:
        characters = int(figure.get_figwidth() * 22)
        text = "\n".join(textwrap.wrap(note, characters))
        figure.text(0.01, -0.02, text, fontsize=6, color="0.35", va="top", ha="left")
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # laid out once: each of the files below would do it twice more
    for path, metadata in ((png, {"Software": None}), (pdf, {"CreationDate": None, "Producer": None})):
        write_whole(path, partial(figure.savefig, bbox_inches="tight", metadata=metadata))

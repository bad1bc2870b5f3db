"""One look for all figures: sizes for print, colours for colour-blind readers too, labels, the note below."""

import math
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.layout_engine import PlaceHolderLayoutEngine

from pseudo_rd.claims.words import WITH_OR_WITHOUT
from pseudo_rd.results.files import write_whole
from pseudo_rd.results.runs import Pattern, Run

# Okabe and Ito's palette. Line styles or markers differ too, for print without colour.
BLUE, VERMILION, GREEN = "#0072B2", "#D55E00", "#009E73"
PURPLE, ORANGE, SKY = "#CC79A7", "#E69F00", "#56B4E9"
READING_COLORS = (VERMILION, GREEN, PURPLE, "black")  # of the named readings, in their order
OBJECTIVE_COLORS = {"supervised": BLUE, "augmented": VERMILION}
OBJECTIVE_LINES = {"supervised": (0, (4, 1.5)), "augmented": "-"}
OBJECTIVE_LABELS = WITH_OR_WITHOUT
LAYER_LABELS = {"hidden": "hidden layer", "top": "top layer"}  # the paper's words
COLORMAP = "viridis"  # of fields: perceptually uniform, and told apart by colour-blind readers

FULL_WIDTH = 7.0  # inches: two columns of the paper
HALF_WIDTH = 3.4

INK, PAPER = ".15", "w"
TICKS = {"labelsize": 8.8, "color": INK, "major.size": 4.8, "major.width": 1.0, "minor.size": 3.2, "minor.width": 0.8}
# Seaborn's style "ticks", context "paper". The font comes with Matplotlib: figures are the same on every machine.
SETTINGS = {
    **{f"{axis}.{name}": value for axis in ("xtick", "ytick") for name, value in TICKS.items()},
    "axes.axisbelow": True,
    "axes.edgecolor": INK,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.labelsize": 9.6,
    "axes.linewidth": 1.0,
    "axes.titlesize": 9,
    "figure.constrained_layout.use": True,
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 8,
    "grid.alpha": 0.3,
    "grid.color": ".8",
    "grid.linewidth": 0.5,
    "legend.fontsize": 8.8,
    "legend.frameon": False,
    "legend.title_fontsize": 9.6,
    "lines.linewidth": 1.2,
    "lines.markersize": 4.8,
    "lines.solid_capstyle": "round",
    "patch.edgecolor": PAPER,
    "patch.force_edgecolor": True,
    "patch.linewidth": 0.8,
    "pdf.fonttype": 42,
    "savefig.dpi": 200,
    "text.color": INK,
}


@contextmanager
def paper_style() -> Iterator[None]:
    """Small print, constrained layout, whatever matplotlibrc a user has; no open figures left behind."""
    with plt.style.context(SETTINGS, after_reset=True):
        try:
            yield
        finally:
            plt.close("all")


def save_figure(figure: Figure, png: Path | str, pdf: Path | str, note: str = "") -> None:
    """Write the figure twice, with `note` in small print below (preset, reading, data)."""
    if note:
        characters = int(figure.get_figwidth() * 19)  # 19 an inch, at the font size below
        text = "\n".join(textwrap.wrap(note, characters))
        figure.text(0.01, -0.02, text, fontsize=7, color="0.35", va="top", ha="left")
    figure.draw_without_rendering()
    if figure.get_layout_engine() is None:  # else the first savefig leaves it the style's engine
        figure.set_layout_engine(PlaceHolderLayoutEngine(adjust_compatible=True, colorbar_gridspec=True))
    figure.set_layout_engine("none")  # laid out once, above, not twice more for each file
    # Matplotlib leaves out metadata that are None, so that the same figure is the same file.
    for path, left_out in ((png, ["Software"]), (pdf, ["CreationDate", "Producer"])):
        metadata = dict.fromkeys(left_out)
        write_whole(path, partial(figure.savefig, bbox_inches="tight", metadata=metadata))


def width_label(work: Sequence[Run | Pattern]) -> str:
    """The one width of the runs, as "$m = 2^{13}$" or "$m = 500$".

    Raises:
        ValueError: if the runs differ in width, since curves and neurons of several widths would be mixed.
    """
    widths = sorted({each.width for each in work})
    if len(widths) != 1:
        raise ValueError(f"runs of {work[0].dataset} have widths {widths}: name one width in this experiment")
    power = math.log2(widths[0])
    return f"$m = 2^{{{int(power)}}}$" if power.is_integer() else f"$m = {widths[0]}$"

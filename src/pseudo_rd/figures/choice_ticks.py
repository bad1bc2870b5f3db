"""What stands beside a curve or a matrix of universes: ticks for options of each column, texts of each row."""

from collections.abc import Hashable, Mapping, Sequence
from textwrap import wrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from pseudo_rd.multiverse.effects import option_in_words

ROW_HEIGHT = 0.115  # inches
FONT_SIZE = 5.5


def number_of_rows(choices: Mapping[str, Sequence[Hashable]]) -> int:
    """A line for each option and one above them for the choice's name."""
    return sum(len(options) + 1 for options in choices.values())


def draw_ticks(
    axes: Axes,
    readings: pd.DataFrame,
    choices: Mapping[str, Sequence[Hashable]],
    colors: Sequence[str],
    notes: Mapping[tuple[str, Hashable], str],
) -> None:
    """One column for each reading, one row for each option.

    Args:
        axes: to draw on; its columns are at 0, 1, 2, ...
        readings: one row for each column, with the choices.
        choices: options of each choice.
        colors: of each column's ticks.
        notes: by choice and option, a few signs to the right of the row; where there are none, nothing.
    """
    tick_rows: list[int] = []
    tick_labels: list[str] = []
    row = 0
    transform = axes.get_yaxis_transform()
    for choice, options in choices.items():
        name = choice.replace("_", " ")
        axes.text(-0.008, row, name, transform=transform, ha="right", va="center", fontsize=6, weight="bold")
        for option in options:
            row += 1
            columns = np.flatnonzero((readings[choice] == option).to_numpy()).tolist()
            axes.axhspan(row - 0.5, row + 0.5, color="0.96" if row % 2 else "w", zorder=0)
            axes.vlines(columns, row - 0.38, row + 0.38, colors=[colors[column] for column in columns], linewidth=1.1)
            note = notes.get((choice, option), "")
            axes.text(1.008, row, note, transform=transform, va="center", fontsize=FONT_SIZE)
            tick_rows.append(row)
            tick_labels.append(option_in_words(option))
        row += 1
    axes.set(xlim=(-0.7, len(readings) - 0.3), ylim=(row - 0.5, -0.5), xticks=[])
    axes.set_yticks(tick_rows, tick_labels, fontsize=FONT_SIZE)
    bare(axes)


def bare(axes: Axes) -> None:
    """No frame, no grid, no tick marks."""
    axes.tick_params(length=0)
    axes.grid(False)
    axes.spines[:].set_visible(False)


def wrap_rows(*columns: tuple[Sequence[str], int]) -> tuple[list[list[str]], np.ndarray]:
    """Break texts into lines and make room for them.

    Args:
        columns: texts, one for each row, and how many characters a line of them may have.

    Returns:
        The columns with line breaks, and the rows' edges from top to bottom in lines, shape (rows + 1,).
    """
    wrapped_texts = [["\n".join(wrap(text, characters)) for text in texts] for texts, characters in columns]
    heights = [max(text.count("\n") for text in row) + 1.5 for row in zip(*wrapped_texts, strict=True)]
    return wrapped_texts, np.concatenate([[0], np.cumsum(heights)])

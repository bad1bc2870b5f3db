"""Rows of text beside cells: as high as their longest text has lines."""

from collections.abc import Sequence
from textwrap import wrap

import numpy as np


def wrap_rows(*columns: tuple[Sequence[str], int]) -> tuple[list[list[str]], np.ndarray]:
    """Break texts into lines and make room for them.

    Args:
        columns: texts, one for each row, and how many characters a line of them may have.

    Returns:
        The columns with line breaks, and the rows' edges from top to bottom in lines, shape (rows + 1,).
    """
    broken = [["\n".join(wrap(text, characters)) for text in texts] for texts, characters in columns]
    heights = [max(text.count("\n") for text in row) + 1.5 for row in zip(*broken, strict=True)]
    return broken, np.concatenate([[0], np.cumsum(heights)])

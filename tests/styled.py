"""Figures in a test file that imports `style` are drawn in the style of all others."""

from collections.abc import Iterator

import pytest

from pseudo_rd.figures.style import paper_style


@pytest.fixture(autouse=True)
def style() -> Iterator[None]:
    with paper_style():
        yield

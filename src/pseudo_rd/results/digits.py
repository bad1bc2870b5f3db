"""Numbers as pages, tables and pictures show them."""

import math


def in_digits(value: float | None) -> str:
    """Three significant digits with their zeros, and two after the point at least: 1.00, 0.997, 14.20, 3.52e+04.

    So a ratio next to one does not read as if it were one. A number that is not there, or not finite, is a dash.
    """
    if value is None or not math.isfinite(value):
        return "-"
    rounded = f"{value:#.3g}"
    return f"{value:.2f}" if 1 <= abs(float(rounded)) < 1000 else rounded

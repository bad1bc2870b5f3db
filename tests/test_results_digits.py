"""Numbers as they are shown."""

import pytest

from pseudo_rd.results.digits import in_digits


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1.0, "1.00"),
        (0.99996, "1.00"),
        (0.997, "0.997"),
        (1.126, "1.13"),
        (14.2, "14.20"),
        (0.0159, "0.0159"),
        (1.55e-5, "1.55e-05"),
        (35200.0, "3.52e+04"),
        (-0.5, "-0.500"),
        (0.0, "0.00"),
        (float("nan"), "-"),
        (None, "-"),
    ],
)
def test_a_number_has_three_significant_digits_and_a_ratio_two_after_the_point(value: float | None, shown: str) -> None:
    assert in_digits(value) == shown

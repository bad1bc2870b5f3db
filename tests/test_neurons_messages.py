import numpy as np
import pytest

from pseudo_rd.neurons.messages import LANES, pass_messages


def messages_entry_by_entry(s: np.ndarray, r: np.ndarray, a: np.ndarray, kept: float) -> tuple[np.ndarray, np.ndarray]:
    """Frey and Dueck's availabilities from r, then the responsibilities from these, both damped."""
    points = range(len(s))
    a = kept * a + (1 - kept) * np.array(
        [
            [
                sum(max(0, r[j, k]) for j in points if j != k)
                if i == k
                else min(0, r[k, k] + sum(max(0, r[j, k]) for j in points if j not in (i, k)))
                for k in points
            ]
            for i in points
        ]
    )
    most = np.array([[max(a[i, j] + s[i, j] for j in points if j != k) for k in points] for i in points])
    return kept * r + (1 - kept) * (s - most), a


@pytest.mark.parametrize("size", [2, 13, LANES + 7])
@pytest.mark.parametrize("ties", [False, True])
def test_messages_are_those_of_the_formulas(size: int, ties: bool, random: np.random.Generator) -> None:
    s, r, a = random.integers(-4, 3, (3, size, size)) if ties else random.normal(0, 5, (3, size, size))
    expected_r, expected_a = messages_entry_by_entry(s, r, a, 0.5)
    s, r, a = (matrix.astype(np.float32) for matrix in (s, r, a))
    support = np.maximum(r, 0).sum(axis=0) - np.maximum(r.diagonal(), 0) + r.diagonal()
    parts = [slice(0, size // 3), slice(size // 3, size)]
    given = np.full((2, size), np.nan, np.float32)
    for rows, own in zip(parts, given, strict=True):
        pass_messages(s[rows], r[rows], a[rows], rows.start, support, np.float32(0.5), np.float32(0.5), own)
    np.testing.assert_allclose(a, expected_a, rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(r, expected_r, rtol=1e-5, atol=1e-4)
    expected = np.maximum(expected_r, 0).sum(axis=0) + np.minimum(expected_r.diagonal(), 0)
    np.testing.assert_allclose(given.sum(axis=0), expected, rtol=1e-5, atol=1e-4)

"""Compiled loops against their formulas entry by entry, and where their machine code is kept."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import copy

import numpy as np
import pytest

from pseudo_rd import kernels
from pseudo_rd.kernels import LANES, pass_messages, step_gray_scott


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


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (2, 3), (7, 5), (30, 41)])
def test_a_step_is_that_of_whole_arrays(shape: tuple[int, int], random: np.random.Generator) -> None:
    u, v = fields = random.uniform(0, 1, (2, *shape))
    old = np.concatenate([fields[..., -1:], fields, fields[..., :1]], axis=2)
    before, new = old.copy(), np.full_like(old, np.nan)
    step_gray_scott(old, new, (0.7, 0.8), (0.05, 0.02), 0.5, 0.03)
    around = sum(np.roll(fields, shift, axis) for shift in (1, -1) for axis in (1, 2))
    expected = np.array(
        [0.7 * u + 0.05 * around[0] - 0.5 * u * v**2 + 0.03, 0.8 * v + 0.02 * around[1] + 0.5 * u * v**2]
    )
    np.testing.assert_allclose(new[:, :, 1:-1], expected, rtol=0, atol=1e-15)
    np.testing.assert_array_equal(new[:, :, [0, -1]], new[:, :, [-2, 1]])
    np.testing.assert_array_equal(old, before)


STEP = """
import numpy as np, kernels
old, new = np.ones((2, 3, 5)), np.empty((2, 3, 5))
kernels.step_gray_scott(old, new, (0.5, 0.5), (0.1, 0.1), 1.0, 0.0)
assert np.allclose(new[0], -0.1) and np.allclose(new[1], 1.9), new
print(sum(kernels.step_gray_scott.stats.cache_hits.values()))
"""


def started(folder: Path) -> subprocess.Popen:
    """A process that does a step with the copy of the kernels in `folder` and prints how often it found it compiled."""
    home = {"HOME": folder / "home", "XDG_CACHE_HOME": folder / "home", "LOCALAPPDATA": folder / "home"}
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    environment |= {name: str(path) for name, path in home.items()}
    return subprocess.Popen(
        [sys.executable, "-c", STEP],
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def printed(process: subprocess.Popen) -> str:
    out, error = process.communicate()
    assert process.returncode == 0, error
    return out.strip()


@pytest.mark.slow
def test_jobs_that_compile_at_the_same_time_leave_code_for_the_next(tmp_path: Path) -> None:
    copy(kernels.__file__, tmp_path)
    for job in [started(tmp_path) for _ in range(3)]:
        printed(job)
    assert printed(started(tmp_path)) == "1"


@pytest.mark.slow
def test_where_no_folder_can_be_written_compiled_code_serves_its_own_process(tmp_path: Path) -> None:
    copy(kernels.__file__, tmp_path)
    for name in ("__pycache__", "home"):
        (tmp_path / name).touch()  # files where folders are wanted: refused to the superuser, too
    assert printed(started(tmp_path)) == "0"
    assert printed(started(tmp_path)) == "0"

"""Where the machine code of a compiled loop is kept. The loop's file is copied, so that nothing is compiled yet."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import copy

import pytest

from pseudo_rd.reaction_diffusion import euler

STEP = """
import numpy as np, euler
old, new = np.ones((2, 3, 5)), np.empty((2, 3, 5))
euler.step_gray_scott(old, new, (0.5, 0.5), (0.1, 0.1), 1.0, 0.0)
assert np.allclose(new[0], -0.1) and np.allclose(new[1], 1.9), new
print(sum(euler.step_gray_scott.stats.cache_hits.values()))
"""


def started(folder: Path) -> subprocess.Popen:
    """A process that does a step with the copy of the loop in `folder` and prints how often it found it compiled."""
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
    copy(euler.__file__, tmp_path)
    for job in [started(tmp_path) for _ in range(3)]:
        printed(job)
    assert printed(started(tmp_path)) == "1"


@pytest.mark.slow
def test_where_no_folder_can_be_written_compiled_code_serves_its_own_process(tmp_path: Path) -> None:
    copy(euler.__file__, tmp_path)
    for name in ("__pycache__", "home"):
        (tmp_path / name).touch()  # files where folders are wanted: refused to the superuser, too
    assert printed(started(tmp_path)) == "0"
    assert printed(started(tmp_path)) == "0"

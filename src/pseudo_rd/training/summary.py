"""The summary of a run: settings, data, machine and last values, enough to repeat it."""

import math
import platform
import subprocess
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

import torch

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.results.files import SUMMARY_FORMAT
from pseudo_rd.training.recorder import Result
from pseudo_rd.training.settings import Settings


def summarize(dataset: Dataset, settings: Settings, result: Result, threads: int) -> dict[str, Any]:
    """The content of summary.json: parameters as resolved, provenance of the data, machine, last values."""
    last_row = result.history.iloc[-1]
    final = {name: float(value) if math.isfinite(value) else None for name, value in last_row.items()}  # as JSON needs
    return {
        "format": SUMMARY_FORMAT,
        "dataset": {
            "name": dataset.name,
            "source": dataset.source,
            "licence": dataset.licence,
            "checksum": dataset.checksum,
            "stand_in": dataset.stand_in,
            "inputs": math.prod(dataset.x_train.shape[1:]),
            "classes": len(dataset.classes),
            "train_samples": len(dataset.x_train),
            "test_samples": len(dataset.x_test),
        },
        "training": asdict(settings),
        "engine": result.engine,
        "ended": result.ended,
        "final": {**final, "iteration": int(last_row["iteration"])},
        "machine": {
            "device": result.device,
            "precision": settings.precision,
            "float32_matmul_precision": torch.get_float32_matmul_precision(),
            "threads": threads,
            "trained_dimensions": result.trained_dimensions,
            "python": platform.python_version(),
            "versions": {name: version(name) for name in ("numpy", "pseudo-rd", "torch")},
            "git_commit": git_commit(),
        },
    }


def git_commit() -> str | None:
    """The commit that is checked out here, with "+" where tracked files differ from it; None outside of git."""
    try:
        describe = subprocess.run(
            ["git", "describe", "--always", "--abbrev=40", "--dirty=+", "--exclude=*"],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return describe.stdout.strip()

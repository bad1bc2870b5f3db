"""A finished run as small as its files allow."""

from pathlib import Path

import numpy as np
import pandas as pd

from pseudo_rd.results.files import SUMMARY_FORMAT, write_arrays, write_history, write_json, write_npz


def keep_run(folder: Path, objective: str = "augmented", width: int = 6, seed: int = 1, stand_in: str = "") -> str:
    """Its files; returns the folder."""
    history = {"iteration": [0, 4], "epoch": [0.0, 2.0], "distance_hidden": [0.0, 1.0], "train_error": [1.0, 0.5]}
    write_history(folder / "history.parquet", pd.DataFrame(history))
    write_arrays(folder / "snapshots.safetensors", {"hidden_end": np.ones((width, 3), np.float32)})
    training = {"objective": objective, "width": width, "seed": seed}
    dataset = {"name": "mnist", "stand_in": stand_in, "source": "made up"}
    write_json(folder / "summary.json", {"format": SUMMARY_FORMAT, "dataset": dataset, "training": training})
    return str(folder)


MAPS = {"iterations": np.array([0, 12]), "hidden": np.zeros((2, 6, 2)), "top": np.ones((2, 6, 2))}
CLUSTERS = {
    "hidden": np.full((2, 6), 3),
    "top": np.full((2, 6), 4),
    "hidden_converged": np.array([True, False]),
    "top_converged": np.array([False, True]),
}


def keep_pattern(folder: Path) -> dict[str, str]:
    """The files of MAPS and CLUSTERS, and the folder of their run."""
    write_npz(folder / "maps.npz", MAPS)
    write_npz(folder / "clusters.npz", CLUSTERS)
    files = {kind: str(folder / f"{kind}.npz") for kind in ("maps", "clusters")}
    return {"run": keep_run(folder / "run"), **files}

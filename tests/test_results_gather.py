from pathlib import Path

import numpy as np
import pandas as pd

from pseudo_rd.parameters.vocabulary import LAYERS
from pseudo_rd.results.files import SUMMARY_FORMAT, write_arrays, write_history, write_json, write_npz
from pseudo_rd.results.gather import gather_patterns, gather_runs


def keep_run(folder: Path, objective: str, width: int, seed: int) -> str:
    """A run as small as its files allow; returns its folder."""
    training = {"objective": objective, "width": width, "seed": seed}
    write_history(folder / "history.parquet", pd.DataFrame({"iteration": [0, 4], "distance_hidden": [0.0, 1.0]}))
    write_arrays(folder / "snapshots.safetensors", {"hidden_end": np.ones((width, 3), np.float32)})
    write_json(folder / "summary.json", {"format": SUMMARY_FORMAT, "dataset": {"name": "mnist"}, "training": training})
    return str(folder)


def test_runs_are_sorted_by_objective_width_and_seed_and_come_with_weights_where_asked(tmp_path: Path) -> None:
    wanted = [("supervised", 8, 2), ("supervised", 8, 1), ("augmented", 16, 1), ("augmented", 8, 3)]
    folders = [keep_run(tmp_path / str(place), *names) for place, names in enumerate(wanted)]
    runs = gather_runs({"some": folders, "none": []})
    assert [(run.objective, run.width, run.seed) for run in runs["some"]] == sorted(wanted)
    assert runs["none"] == ()
    assert all(run.snapshots == {} for run in runs["some"])
    assert gather_runs({"some": folders}, weights=True)["some"][1].snapshots["hidden_end"].shape == (16, 3)


def test_a_pattern_has_its_runs_name_and_both_layers(tmp_path: Path) -> None:
    maps = {"hidden": np.zeros((2, 6, 2)), "top": np.ones((2, 6, 2))}
    clusters = {"hidden": np.full((2, 6), 3), "top": np.full((2, 6), 4)}
    settled = {"hidden_converged": np.array([True, False]), "top_converged": np.array([False, True])}
    write_npz(tmp_path / "maps.npz", maps | {"iterations": np.array([0, 12])})
    write_npz(tmp_path / "clusters.npz", clusters | settled)
    files = {
        "run": keep_run(tmp_path / "run", "augmented", 6, 1),
        "maps": str(tmp_path / "maps.npz"),
        "clusters": str(tmp_path / "clusters.npz"),
    }
    ((pattern,),) = gather_patterns({"some": [files]}).values()
    assert (pattern.dataset, pattern.objective, pattern.width, pattern.seed) == ("mnist", "augmented", 6, 1)
    assert pattern.iterations.tolist() == [0, 12]
    for layer in LAYERS:
        np.testing.assert_array_equal(pattern.maps[layer], maps[layer])
        np.testing.assert_array_equal(pattern.clusters[layer], clusters[layer])
        np.testing.assert_array_equal(pattern.converged[layer], settled[f"{layer}_converged"])

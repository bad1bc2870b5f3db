"""Other networks through the workflow: all of `make beyond` at smoke scale, in a copy of the project."""

from pathlib import Path

import numpy as np
import pytest
from projects import READING, ROOT, copy_project, snakemake

from pseudo_rd.commands.publish import publish_beyond
from pseudo_rd.figures.registry import read_registry
from pseudo_rd.parameters.plain_yaml import read_parameters
from pseudo_rd.results.files import read_json, read_table

CASES = read_parameters(ROOT / "params.yaml")["beyond"]["cases"]


@pytest.mark.slow
def test_other_networks_go_the_whole_way_and_are_published(tmp_path: Path) -> None:
    folder = copy_project(tmp_path / "copy")
    finished = snakemake(folder, "beyond", "--config", "preset=smoke")
    assert finished.returncode == 0, finished.stdout[-3000:]
    assert "Nothing to be done" in snakemake(folder, "--dry-run", "beyond", "--config", "preset=smoke").stdout
    made, published = folder / "results/smoke" / READING / "beyond", tmp_path / "published"
    told = read_json(made / "beyond.json")
    assert {row["case"] for row in told["statements"]} == {*CASES}
    assert all(np.isfinite(row["values"]).all() for row in told["statements"])
    engines = {name: read_json(next(made.glob(f"{name}/*/augmented/*/*/summary.json")))["engine"] for name in CASES}
    assert {name for name, engine in engines.items() if engine == "closed form"} == {
        "paper",
        "narrow-critic",
        "wide-critic",
    }
    publish_beyond(made, published)
    names = {name for name, entry in read_registry(ROOT / "workflow/figures.yaml").items() if entry.target == "beyond"}
    assert {path.stem for path in (published / "figures").iterdir()} == names
    runs = read_table(published / "runs.parquet")
    assert {*runs["case"]} == {*CASES}
    assert {"distance_hidden3", "objective", "seed", "test_accuracy"} <= {*runs}

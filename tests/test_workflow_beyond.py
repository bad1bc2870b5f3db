"""Other networks through the workflow, in the walk of the preset smoke."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from projects import CONFIG, READING, ROOT, output, snakemake

from pseudo_rd.commands.publish import publish_beyond
from pseudo_rd.figures.registry import read_registry
from pseudo_rd.results.files import read_json, read_table

CASES = CONFIG["beyond"]["cases"]


@pytest.mark.slow
@pytest.mark.xdist_group("smoke")
def test_other_networks_go_the_whole_way_and_are_published(walked: Path, tmp_path: Path) -> None:
    made, published = walked / "results/smoke" / READING / "beyond", tmp_path / "published"
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
    figures = read_registry(ROOT / "workflow/figures.yaml").items()
    names = {name for name, entry in figures if entry.target == "beyond" and "mnist" in entry.datasets}
    assert {path.stem for path in (published / "figures").iterdir()} == names
    runs = read_table(published / "runs.parquet")
    assert {*runs["case"]} == {*CASES}
    assert {"distance_hidden3", "objective", "seed", "test_accuracy"} <= {*runs}


@pytest.mark.slow
@pytest.mark.xdist_group("smoke")
def test_a_control_is_trained_with_a_network_of_a_file(copied: Path) -> None:
    (copied / "examples").mkdir()
    shutil.copy(ROOT / "examples" / "gradient_noise.py", copied / "examples")
    made = f"results/smoke/{READING}/controls/noise/seed1.parquet"
    output(snakemake(copied, made, "--config", "preset=smoke"))
    assert {"distance_hidden", "variance", "moran", "test_error"} <= {*read_table(copied / made)}

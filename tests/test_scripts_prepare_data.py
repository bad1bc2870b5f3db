"""The stage as Snakemake runs it: what it writes, what it logs, and what it leaves behind when it fails."""

import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pseudo_rd.data.dataset import load


class Wildcards(dict[str, str]):
    """As Snakemake's: by name and by attribute."""

    __getattr__ = dict.__getitem__


SCRIPT = Path(__file__).parents[1] / "scripts" / "prepare_data.py"


def run_stage(folder: Path, dataset: str, parameters: dict[str, Any]) -> tuple[Path, Path]:
    prepared, log = folder / "prepared" / f"{dataset}.safetensors", folder / "stage.log"
    snakemake = SimpleNamespace(
        rule="prepare_data",
        wildcards=Wildcards(preset="smoke", dataset=dataset),
        params=SimpleNamespace(dataset=parameters, raw_folder=str(folder / "raw")),
        output=SimpleNamespace(dataset=str(prepared)),
        log=[str(log)],
    )
    runpy.run_path(str(SCRIPT), init_globals={"snakemake": snakemake}, run_name="__main__")
    return prepared, log


def test_the_stage_logs_provenance_and_names_a_stand_in(tmp_path: Path) -> None:
    parameters = {"source": "embedded", "train_samples": 30, "test_samples": 10}
    prepared, log = run_stage(tmp_path, "cifar10", parameters)
    data = load(prepared)
    assert len(data.x_train) == 30
    text = log.read_text()
    for told in (data.source, data.licence, data.checksum):
        assert told in text
    assert f"WARNING STAND-IN for cifar10: {data.stand_in}" in text
    # CIFAR10 is named only as what is missing.
    content = prepared.read_bytes() + log.read_bytes()
    assert content.count(b"CIFAR10") == content.count(b"in place of CIFAR10") > 0


def test_a_failed_stage_ends_with_one_line_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "mine.npz").write_bytes(b"half a file")
    with pytest.raises(SystemExit) as caught:
        run_stage(tmp_path, "mine", {"source": "file"})
    assert "mine.npz is not a whole .npz archive" in str(caught.value.code)
    assert "\n" not in str(caught.value.code)
    assert not (tmp_path / "prepared").exists()

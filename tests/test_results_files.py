from pathlib import Path

import pytest
from kept import keep_run

from pseudo_rd.results.files import read_run, write_json


def test_nan_is_no_json(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "some.json", {"value": float("nan")})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["history.parquet", "snapshots.safetensors", "summary.json"])
@pytest.mark.parametrize("damage", ["missing", "truncated"])
def test_a_damaged_run_names_the_file(name: str, damage: str, tmp_path: Path) -> None:
    path = Path(keep_run(tmp_path)) / name
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(ValueError, match=rf"{name} cannot be read .*remove it and run snakemake again") as caught:
        read_run(tmp_path, weights=True)
    assert "\n" not in str(caught.value)

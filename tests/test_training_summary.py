import json
import re
import subprocess
from pathlib import Path

import pytest

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.training.loop import train
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.summary import git_commit, summarize


@pytest.mark.parametrize("objective", ["supervised", "augmented"])
def test_a_summary_is_enough_to_repeat_the_run(objective: str, blobs: Dataset) -> None:
    settings = Settings(objective=objective, width=12, seed=1, batch_size=32, epochs=2, records=4)
    result = train(blobs, settings, "cpu")
    summary = json.loads(json.dumps(summarize(blobs, settings, result, threads=1), allow_nan=False))
    again = train(blobs, Settings(**summary["training"]), "cpu")
    assert again.history["train_error"].iloc[-1] == summary["final"]["train_error"]
    assert summary["dataset"]["checksum"] == blobs.checksum
    assert summary["final"]["iteration"] == 12
    assert summary["ended"] == "epoch limit"
    assert (summary["final"]["wasserstein"] is None) == (objective == "supervised")
    assert summary["machine"]["float32_matmul_precision"] == "highest"
    assert set(summary["machine"]["versions"]) == {"numpy", "pseudo-rd", "torch"}


def test_the_commit_is_named_and_marked_where_files_differ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert git_commit() is None
    (tmp_path / "file").write_text("one")
    for command in ("git init -q .", "git add file", "git -c user.name=a -c user.email=a@example.org commit -q -m one"):
        subprocess.run(command.split(), check=True)
    assert re.fullmatch(r"[0-9a-f]{40}", git_commit())
    (tmp_path / "file").write_text("two")
    assert git_commit().endswith("+")

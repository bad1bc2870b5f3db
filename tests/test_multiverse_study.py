from pathlib import Path

import pandas as pd
import pytest

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.multiverse import study as module
from pseudo_rd.multiverse.study import one_run, study
from pseudo_rd.multiverse.universes import Universe
from pseudo_rd.training.settings import Settings

PRINTED: Universe = {"generator_start": "normal", "critic_start": "normal", "loss": "batch", "bound_reading": "penalty"}
UNIVERSES = [PRINTED, {**PRINTED, "bound_reading": "clip"}, {**PRINTED, "loss": "element"}]
SETTINGS = Settings("supervised", 6, 1, batch_size=32, epochs=2, records=4, snapshot_fractions=())
ASCENT = {"radius": 0.007, "step": 0.1, "iterations": 5}


def test_a_killed_study_trains_only_what_it_had_not_finished(
    blobs: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = study(blobs, SETTINGS, UNIVERSES, PRINTED, ASCENT)

    def killed(done: int, total: int) -> None:
        if done > 1:  # the second run
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        study(blobs, SETTINGS, UNIVERSES, PRINTED, ASCENT, on_run=killed, kept=tmp_path)

    finished = len([*tmp_path.iterdir()])
    assert 0 < finished < 5

    trained: list[Settings] = []

    def counted(dataset: Dataset, settings: Settings, *others: object) -> pd.DataFrame:
        trained.append(settings)
        return one_run(dataset, settings, *others)

    monkeypatch.setattr(module, "one_run", counted)
    resumed = study(blobs, SETTINGS, UNIVERSES, PRINTED, ASCENT, kept=tmp_path)
    # Five runs: with the critic under each of three readings; without it, L makes no difference.
    assert len(trained) == 5 - finished
    pd.testing.assert_frame_equal(resumed.drop(columns="seconds"), whole.drop(columns="seconds"))

"""A tiny real study: what is trained once, what a killed one resumes from, and what becomes of runs that fail."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.multiverse import study as module
from pseudo_rd.multiverse.effects import FILTER_COLUMNS, NEIGHBOR_COLUMNS, matching
from pseudo_rd.multiverse.study import COSTS, digest, study, train_batch
from pseudo_rd.multiverse.universes import Universe
from pseudo_rd.training.closed_form.batched import batches_of
from pseudo_rd.training.loop import outcome_of
from pseudo_rd.training.settings import Settings

PRINTED: Universe = {
    "generator_start": "normal",
    "critic_start": "normal",
    "loss": "batch",
    "gradient_penalty_weight": 10,
    "biases": False,
    "pixels": "unit",
}
UNIVERSES: list[Universe] = [
    PRINTED,
    {**PRINTED, "critic_start": "framework-scaled"},  # shares the supervised run, like the next
    {**PRINTED, "gradient_penalty_weight": 1},
    {**PRINTED, "biases": True},
    {**PRINTED, "pixels": "symmetric"},  # coincides where there are no pixels
]
ASCENT = {"radius": 0.007, "step": 0.1, "iterations": 10}
SETTINGS = Settings("supervised", width=16, seed=3, batch_size=32, epochs=1, records=4)


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """The settings of every run that is trained."""
    found: list[Settings] = []

    def counted(dataset: Dataset, batch: Sequence[Settings], *how: Any) -> Any:
        found.extend(batch)
        return train_batch(dataset, batch, *how)

    monkeypatch.setattr(module, "train_batch", counted)
    return found


def run_study(dataset: Dataset, universes: Sequence[Universe] = UNIVERSES, **how: Any) -> pd.DataFrame:
    return study(dataset, how.pop("settings", SETTINGS), universes, PRINTED, ASCENT, "cpu", **how)


def of(table: pd.DataFrame, universe: Universe, objective: str) -> pd.DataFrame:
    rows = table[matching(table, {**universe, "objective": objective})]
    return rows.drop(columns=[*universe]).reset_index(drop=True)


def test_runs_that_coincide_are_trained_once_and_told_of_every_universe(
    blobs: Dataset, trained: list[Settings]
) -> None:
    table = run_study(blobs)
    assert len(trained) == len(set(trained)) == 2 + 4  # with and without biases; and with the other critics
    assert len(table.groupby([*PRINTED, "objective"])) == 2 * len(UNIVERSES)
    for objective in COSTS:
        pd.testing.assert_frame_equal(of(table, UNIVERSES[4], objective), of(table, PRINTED, objective))
    for other in UNIVERSES[1:3]:
        pd.testing.assert_frame_equal(of(table, other, "supervised"), of(table, PRINTED, "supervised"))
        changed, printed = (of(table, each, "augmented")["distance_hidden"] for each in (other, PRINTED))
        assert not changed.equals(printed)


def test_pixels_make_universes_of_images(digits: Dataset, trained: list[Settings]) -> None:
    table = run_study(digits)
    assert len(trained) == 3 + 5
    one, other = (of(table, universe, "supervised")["train_error"].iloc[-1] for universe in (PRINTED, UNIVERSES[4]))
    assert one != other


@pytest.mark.parametrize(
    ("batching", "tolerance"),
    [(lambda wanted, device: [[settings] for settings in wanted], 0), (batches_of, 1e-4)],
    ids=["one after the other", "side by side"],
)
def test_a_run_of_a_study_is_the_run_alone(
    blobs: Dataset, monkeypatch: pytest.MonkeyPatch, batching: Any, tolerance: float
) -> None:
    monkeypatch.setattr(module, "batches_of", batching)
    table = run_study(blobs)
    for universe in UNIVERSES:
        rows = of(table, universe, "augmented")
        options = {**universe, "objective": "augmented", "snapshot_neurons": 16}
        alone = outcome_of(blobs, replace(SETTINGS, **options), device="cpu").history
        columns = [name for name in alone if name != "seconds"]
        pd.testing.assert_frame_equal(rows[columns], alone[columns], rtol=tolerance, atol=tolerance)


def test_a_stand_in_is_refused_before_anything_is_trained(blobs: Dataset, trained: list[Settings]) -> None:
    with pytest.raises(ValueError, match=r"multiverse\.places\.synthetic-small .* names a stand-in: photographs"):
        run_study(replace(blobs, stand_in="photographs"))
    assert not trained


def test_columns_say_which_run_and_what_became_of_its_neurons(digits: Dataset, blobs: Dataset) -> None:
    table = run_study(digits, UNIVERSES[:1])
    for objective in COSTS:
        rows = of(table, PRINTED, objective)
        assert {*rows["fate"]} == {"finished"}
        told = rows[["dataset", "width", "seed", "inputs"]].drop_duplicates()
        assert told.to_numpy().tolist() == [["mnist", 16, 3, 784]]
        assert rows["start_hidden"].iloc[0] == pytest.approx(np.sqrt(16 * 784), rel=0.05)
        assert rows["start_error"].iloc[-1] == rows["train_error"].iloc[0] != rows["train_error"].iloc[-1]
        last = rows[[*NEIGHBOR_COLUMNS, *FILTER_COLUMNS]].iloc[-1]
        assert last.notna().all()
        assert last[[*NEIGHBOR_COLUMNS]].between(0.5, 1).all()
        assert last["variance"] == pytest.approx(1, abs=0.3)  # hardly moved from N(0, 1)
        assert rows[[*NEIGHBOR_COLUMNS, *FILTER_COLUMNS]].iloc[:-1].isna().all(axis=None)
    points = run_study(blobs, UNIVERSES[:1])
    assert points[[*FILTER_COLUMNS]].isna().all(axis=None)
    assert points[[*NEIGHBOR_COLUMNS]].notna().sum().tolist() == [2, 2]


SUMMED: Universe = {**PRINTED, "loss": "sum"}  # a step that is a batch too large


@pytest.mark.parametrize(
    ("data", "fate", "changed"),
    [("blobs", "diverged", {"epochs": 20, "learning_rate": 0.03}), ("digits", "died", {"epochs": 2})],
)
def test_a_run_that_fails_is_an_outcome(
    data: str, fate: str, changed: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    table = run_study(request.getfixturevalue(data), [PRINTED, SUMMED], settings=replace(SETTINGS, **changed))
    for objective in COSTS:
        rows = of(table, SUMMED, objective)
        assert {*rows["fate"]} == {fate}
        assert np.isfinite(rows["start_error"]).all()
        measured = rows[["train_error", *NEIGHBOR_COLUMNS, *FILTER_COLUMNS]].iloc[-1].to_numpy(dtype=float)
        assert np.isfinite(measured).tolist() == [fate == "died"] * len(measured)
        assert {*of(table, PRINTED, objective)["fate"]} == {"finished"}


def test_a_killed_study_resumes_and_gives_the_same_table(
    digits: Dataset, trained: list[Settings], tmp_path: Path
) -> None:
    def kill(done: int, total: int) -> None:
        if done >= total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_study(digits, on_batch=kill, folder=tmp_path)
    before = len(trained)
    resumed = run_study(digits, folder=tmp_path)
    assert before < 8
    assert len(trained) == len(set(trained)) == 8  # each once
    again = run_study(digits, folder=tmp_path)
    assert len(trained) == 8
    pd.testing.assert_frame_equal(again, resumed)
    next(tmp_path.iterdir()).unlink()  # killed while a batch was written
    completed, whole = run_study(digits, folder=tmp_path), run_study(digits)
    for table in (resumed, completed):
        pd.testing.assert_frame_equal(table.drop(columns="seconds"), whole.drop(columns="seconds"))


def test_processes_that_share_the_batches_give_the_same_table(digits: Dataset, tmp_path: Path) -> None:
    told: list[int] = []
    alone = run_study(digits)
    shared = run_study(digits, folder=tmp_path, processes=2, on_batch=lambda done, total: told.append(done))
    pd.testing.assert_frame_equal(shared.drop(columns="seconds"), alone.drop(columns="seconds"))
    assert len(told) > 1
    assert len([*tmp_path.iterdir()]) == 8  # from which a killed one resumes


def test_progress_counts_what_runs_cost_and_ends_at_all(blobs: Dataset) -> None:
    told: list[tuple[int, int]] = []
    run_study(blobs, on_batch=lambda done, total: told.append((done, total)))
    assert {total for _, total in told} == {2 * COSTS["supervised"] + 4 * COSTS["augmented"]}
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert told[-1][0] == told[-1][1]


def test_a_run_kept_is_named_after_all_that_it_depends_on(
    blobs: Dataset, digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    def name(*batch: Settings, dataset: Dataset = blobs, ascent: Any = ASCENT, device: str = "cpu") -> str:
        return digest((batch or (SETTINGS,))[0], batch, dataset, ascent, device)

    other = replace(SETTINGS, start_scale=0.1)
    names = {
        name(),
        name(SETTINGS, other),
        name(other, SETTINGS),
        name(dataset=digits),
        name(dataset=replace(blobs, x_train=blobs.x_train + 1)),
        name(ascent={**ASCENT, "radius": 0.1}),
        name(device="cuda"),
    }
    assert len(names) == 7
    assert name(ascent=dict(reversed(ASCENT.items()))) in names
    for place, value in (("torch.__version__", "0"), ("pseudo_rd.multiverse.study.code_digest", lambda *_: "other")):
        with monkeypatch.context() as changed:
            changed.setattr(place, value)
            assert name() not in names

"""Runs in MLflow: a real SQLite store, a real server on loopback."""

import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from projects import ROOT, output, snakemake

from pseudo_rd.commands.tracking import log_runs, metrics_of
from pseudo_rd.data.dataset import Dataset
from pseudo_rd.results.files import write_history, write_json
from pseudo_rd.results.runs import Run
from pseudo_rd.training.loop import Settings, train
from pseudo_rd.training.summary import summarize

# MLflow's own code warns about its future and that of its packages.
pytestmark = [
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.xdist_group("mlflow"),
]


@pytest.fixture(scope="module")
def runs(blobs: Dataset) -> list[Run]:
    finished = []
    for objective in ("supervised", "augmented"):
        settings = Settings(objective=objective, width=16, seed=1, batch_size=32, epochs=20, records=10)
        result = train(blobs, settings, "cpu")
        summary = summarize(blobs, settings, result, threads=1)
        finished.append(Run(blobs.name, objective, 16, 1, result.history, summary))
    return finished


def named(runs: Sequence[Run]) -> dict[str, Run]:
    return {run.objective: run for run in runs}


def log(runs: Sequence[Run], uri: str, reading: str = "literal", **given: Any) -> dict[str, Any]:
    return log_runs("smoke", reading, {"synthetic": named(runs)}, uri=uri, **{"figures": {}, **given})


@pytest.fixture(scope="module")
def new_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with MLflow's tables and no runs, made out of nothing: MLflow takes seconds for that."""
    path = tmp_path_factory.mktemp("new") / "mlflow.db"
    log_runs("none", "none", {}, {}, f"sqlite:///{path}")
    return path


@pytest.fixture
def store(new_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)  # artefacts of an SQLite store lie in the working folder
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    shutil.copy(new_store, tmp_path)
    return f"sqlite:///{tmp_path}/mlflow.db"


def children(uri: str) -> list:
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=uri)
    experiment = client.get_experiment_by_name("pseudo-rd smoke")
    return client.search_runs([experiment.experiment_id], "tags.preset = 'smoke'")


# The rules of tracking.smk among as much of the workflow as they need.
SNAKEFILE = """
import shlex, sys
sys.executable = shlex.quote(sys.executable)  # as surroundings.smk does: it may hold a space
from types import SimpleNamespace
PRESET, READING, FIGURES = "smoke", "literal", {{}}
RESULTS = SimpleNamespace(folder="results/smoke/literal", run=lambda name: name)
layout = lambda at: RESULTS
parameters = lambda preset: SimpleNamespace(experiments=["synthetic"])
value_of = lambda key: lambda at: {{"synthetic": None}}
runs_of = lambda experiment: ["first", "second"]
beyond_folders = lambda at: ["third", "fourth"]
all_run_files = ["first/history.parquet", "first/summary.json", "second/history.parquet", "second/summary.json"]
stems_of = lambda target: []
include: "{root}/workflow/rules/tracking.smk"
for each in workflow.rules:  # as Snakefile does
    if each.script:
        each.log_modifier = each.output_modifier
        each.set_log("{{preset}}/{{reading}}.log")
"""


@pytest.mark.slow
def test_runs_go_to_the_store_that_is_named_now_and_again_to_one_that_was_removed(
    runs: list[Run], new_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(new_store, tmp_path / "one.db")
    shutil.copy(new_store, tmp_path / "other.db")
    (tmp_path / "Snakefile").write_text(SNAKEFILE.format(root=ROOT), encoding="utf-8")
    for name, finished in (("first", runs[0]), ("second", runs[1]), ("third", runs[1])):
        write_history(tmp_path / name / "history.parquet", finished.history)
        write_json(tmp_path / name / "summary.json", finished.summary)
    monkeypatch.chdir(tmp_path)

    def track(store: str) -> int:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/{store}")
        output(snakemake(tmp_path, "track"))
        return len(children(f"sqlite:///{tmp_path}/{store}"))

    assert track("one.db") == 3
    assert track("other.db") == 3
    (tmp_path / "other.db").unlink()
    assert track("other.db") == 3
    experiments = [run.data.tags["experiments"] for run in children(f"sqlite:///{tmp_path}/one.db")]
    assert sorted(experiments) == ["beyond", "synthetic", "synthetic"], "what is finished of the other networks"


def test_an_experiment_that_was_deleted_is_restored_with_its_runs(runs: list[Run], store: str) -> None:
    from mlflow import MlflowClient

    client, told = MlflowClient(tracking_uri=store), []
    log(runs[:1], store)
    client.delete_experiment(client.get_experiment_by_name("pseudo-rd smoke").experiment_id)
    result = log(runs, store, on_warning=told.append)
    assert (result["logged"], result["kept"]) == (1, 1)
    assert told == ["the experiment 'pseudo-rd smoke' was deleted in MLflow: it is restored, with its runs"]
    assert len(children(store)) == 2


def test_a_copied_store_never_writes_into_the_folder_it_came_from(
    runs: list[Run], store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log(runs[:1], store)
    before = sorted((tmp_path / "mlruns").rglob("*"))
    shutil.copytree(tmp_path, tmp_path / "copy")
    monkeypatch.chdir(tmp_path / "copy")
    with pytest.raises(ValueError, match=r"^mlflow\.db was made in another folder and its files go to [^\n]+: remove"):
        log(runs, f"sqlite:///{tmp_path}/copy/mlflow.db")
    assert sorted((tmp_path / "mlruns").rglob("*")) == before
    monkeypatch.chdir(tmp_path / "copy" / "mlruns")  # a store that several folders share is no copy
    assert log(runs, store)["logged"] == 1


def test_a_run_is_logged_whole(runs: list[Run], store: str, tmp_path: Path) -> None:
    from mlflow import MlflowClient

    picture = tmp_path / "fig03.png"
    picture.write_bytes(b"a picture")
    result = log(runs, store, figures={"synthetic": [picture]})
    assert (result["logged"], result["kept"]) == (2, 0)
    client = MlflowClient(tracking_uri=store)
    augmented = client.get_run(result["runs"]["augmented"])
    assert augmented.info.status == "FINISHED"
    assert augmented.data.params["learning_rate"] == "0.01"
    assert augmented.data.tags["data_checksum"] == runs[1].summary["dataset"]["checksum"]
    assert augmented.data.tags["stand_in"] == "no"
    for column in ("distance_hidden", "test_error", "diffusion_top"):
        logged = client.get_metric_history(augmented.info.run_id, column)
        assert [metric.step for metric in logged] == runs[1].history["iteration"].tolist()
        np.testing.assert_allclose([metric.value for metric in logged], runs[1].history[column])
    assert augmented.data.metrics["final_test_error"] == runs[1].summary["final"]["test_error"]
    assert augmented.inputs.dataset_inputs[0].dataset.name == runs[1].dataset
    assert [file.path for file in client.list_artifacts(augmented.info.run_id)] == ["summary.json"]
    parent = augmented.data.tags["mlflow.parentRunId"]
    assert client.get_run(parent).info.run_name == "synthetic, literal"
    assert [file.path for file in client.list_artifacts(parent, "figures")] == ["figures/fig03.png"]


def test_twice_is_once_but_a_changed_run_is_logged_anew_and_the_old_one_goes(runs: list[Run], store: str) -> None:
    first = log(runs, store)
    assert log(runs, store) == first | {"logged": 0, "kept": 2}
    assert len(children(store)) == 2
    changed = replace(runs[0], history=runs[0].history.assign(test_error=0.5))
    second = log([changed, runs[1]], store)
    assert (second["logged"], second["kept"]) == (1, 1)
    assert second["runs"]["supervised"] != first["runs"]["supervised"]
    assert len(children(store)) == 2


def test_runs_of_two_readings_stand_side_by_side(runs: list[Run], store: str) -> None:
    first = log(runs, store)
    other = log(runs, store, "charitable")
    assert (other["logged"], other["kept"]) == (2, 0)
    assert log(runs, store)["runs"] == first["runs"]
    assert {run.data.tags["reading"] for run in children(store)} == {"literal", "charitable"}
    assert len({run.data.tags["mlflow.parentRunId"] for run in children(store)}) == 2


def test_a_run_that_a_crash_left_half_logged_is_logged_anew(
    runs: list[Run], store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mlflow import MlflowClient

    with monkeypatch.context() as patched:
        patched.setattr(MlflowClient, "log_inputs", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            log(runs, store)
    result = log(runs, store)
    assert result["logged"] == 2
    assert {run.info.run_id for run in children(store)} == set(result["runs"].values())


def test_a_run_of_two_experiments_is_one_run(runs: list[Run], store: str) -> None:
    log_runs("smoke", "literal", {"width study": named(runs), "synthetic": named(runs[:1])}, {}, store)
    assert sorted(run.data.tags["experiments"] for run in children(store)) == ["width study", "width study, synthetic"]


def test_requests_stay_within_the_limit(runs: list[Run], store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    long = replace(runs[1], history=runs[1].history.loc[runs[1].history.index.repeat(100)])
    sizes = []
    log_batch = "mlflow.MlflowClient.log_batch"
    monkeypatch.setattr(log_batch, lambda client, run, metrics=(), **given: sizes.append(len(metrics)))
    log([long], store)
    assert max(sizes) == 1000
    assert sum(sizes) == len([*metrics_of(long)])
    assert all(np.isfinite(value) for _, value, *_ in metrics_of(runs[0]))  # a supervised run has no critic: NaN


# Stores with a fault: one line, in bounded time; well again, each run is there once.


def test_a_locked_file_is_waited_for_and_else_one_line(
    runs: list[Run], store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    log(runs[:1], store)
    held = sqlite3.connect(store.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
    held.execute("BEGIN EXCLUSIVE")
    began = time.monotonic()
    with monkeypatch.context() as patched:
        patched.setattr("pseudo_rd.commands.tracking.LOCK_SECONDS", 0.5)
        with pytest.raises(ValueError, match=r"mlflow\.db .* \(database is locked\): no results were lost; run `make"):
            log(runs, store)
    assert time.monotonic() - began < 10
    opening = threading.Timer(1, held.close)
    opening.start()
    assert log(runs, store)["logged"] == 1
    opening.join()
    assert len(children(store)) == 2


def test_a_damaged_file_is_one_line_and_stays_as_it_is(runs: list[Run], store: str) -> None:
    path = Path(store.removeprefix("sqlite:///"))
    damaged = path.read_bytes()[: path.stat().st_size // 2]
    path.write_bytes(damaged)
    began = time.monotonic()
    with pytest.raises(ValueError, match=r"mlflow\.db cannot be written to \(.*malformed"):
        log(runs, store)
    assert time.monotonic() - began < 10
    assert path.read_bytes() == damaged


def test_a_store_of_another_version_of_mlflow_names_the_way_out(runs: list[Run], store: str) -> None:
    with closing(sqlite3.connect(store.removeprefix("sqlite:///"), isolation_level=None)) as database:
        database.execute("UPDATE alembic_version SET version_num = '451aebb31d03'")
    with pytest.raises(ValueError, match=r"\(another version of MLflow made it\): [^\n]+ `mlflow db upgrade` on this"):
        log(runs, store)


def test_a_folder_that_is_none_is_one_line(runs: list[Run], store: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match=r"cannot be written to .*(Not a directory|File exists)"):
        log(runs, f"sqlite:///{tmp_path}/file/mlflow.db")


def test_a_store_that_cannot_be_reached_is_one_line_without_its_password(
    runs: list[Run], store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(ValueError, match=r"me:\*\*\*@127\.0\.0\.1:9 cannot be written to .* no results") as caught:
        log(runs, "http://me:secret@127.0.0.1:9")
    assert "secret" not in str(caught.value)


ANSWERS = {
    "error 500": (500, b"Internal Server Error"),
    "another page": (200, b"<html>welcome</html>"),
    "nothing": (200, b"{}"),
    "a list": (200, b"[]"),
    "no answer": None,
}


@pytest.fixture
def faulty(request: pytest.FixtureRequest) -> Iterator[str]:
    """A server that gives one answer to everything, or none."""
    answer, ended = ANSWERS[request.param], threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if answer is None:
                ended.wait(30)
                return
            self.send_response(answer[0])
            self.send_header("Content-Length", str(len(answer[1])))
            self.end_headers()
            self.wfile.write(answer[1])

        do_POST = do_PATCH = do_PUT = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving = threading.Thread(target=server.serve_forever, args=(0.05,))
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    ended.set()
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.mark.parametrize("faulty", ANSWERS, indirect=True)
def test_a_server_that_answers_wrongly_is_one_line_in_bounded_time(
    runs: list[Run], faulty: str, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "1")
    began = time.monotonic()
    with pytest.raises(ValueError, match=rf"^MLflow at {faulty} cannot be written to \([^\n]+\): no res") as caught:
        log(runs, faulty)
    assert len(str(caught.value)) < 400
    assert time.monotonic() - began < 15

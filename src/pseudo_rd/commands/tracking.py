"""Finished runs into MLflow: each exactly once, however often it is asked for."""

import hashlib
import json
import logging
import math
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pandas as pd

from pseudo_rd.results.runs import Run

DEFAULT_URI = "sqlite:///mlflow.db"
# What a user has set goes before. A server that never answers is left after three times 12 s; one that asks to be left
# alone for an hour is not waited for.
ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_CONFIGURE_LOGGING": "false",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "12",
    "MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER": "false",
}
MOST_METRICS = 1000  # of one request: MLflow's limit
LOCK_SECONDS = 20  # to wait for a locked SQLite file, as MLflow itself does
MOST_RUNS = 50_000  # of one search: MLflow's limit
RUN, CONTENT = "pseudo_rd.run", "pseudo_rd.content"  # tags: which run it is, and the checksum of what it holds
PARENT, NAME = "mlflow.parentRunId", "mlflow.runName"


def log_runs(
    preset: str,
    reading: str,
    experiments: Mapping[str, Mapping[str, Run]],
    figures: Mapping[str, Sequence[Path]],
    uri: str | None = None,
    on_run: Callable[[int, int], None] = lambda done, total: None,
    on_warning: Callable[[str], None] = lambda text: None,
) -> dict[str, Any]:
    """Log every run below a parent run of its experiment, skipping what is logged already.

    An experiment that was deleted in MLflow is restored. A run that several experiments name hangs below the first of
    them, and its tag `experiments` names them all. A run whose content changed, or that a crash left half logged, is
    deleted and logged anew.

    Args:
        preset: names the MLflow experiment, "pseudo-rd <preset>".
        reading: of the runs; those of another one stand beside them.
        experiments: of params.yaml, or cases beyond the paper's pair, with their runs by name.
        figures: by experiment, the pictures that show it; they become artefacts of the parent run.
        uri: of the tracking store; None: MLFLOW_TRACKING_URI, else an SQLite file in the working folder.
        on_run, on_warning: called after each run with how many are done and how many there are; with each warning.

    Returns:
        uri without its password; logged and kept (numbers of runs); runs, the MLflow run id by name.

    Raises:
        ValueError: if the store cannot be reached, refuses, or does not hold what it was given; what was logged until
            then stays. If its files would go into the folder that the store was copied from; then nothing is logged.
    """
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)  # before the import, which would send a note of its own over the network
    uri = uri or os.environ.get("MLFLOW_TRACKING_URI") or DEFAULT_URI
    with _errors_in_one_line(uri), _warnings(lambda text: on_warning(_without_password(text, uri))):
        client, experiment_id = _open(uri, f"pseudo-rd {preset}", on_warning)
        prefix = f"{preset}/{reading}"
        parents = {
            name: _parent(client, experiment_id, f"{prefix}/{name}", f"{name}, {reading}", figures.get(name, ()))
            for name in experiments
        }
        runs = {name: run for members in experiments.values() for name, run in members.items()}
        run_ids: dict[str, str] = {}
        logged = 0
        for name, run in runs.items():
            experiment_names = [experiment for experiment, members in experiments.items() if name in members]
            tags = {
                RUN: f"{prefix}/{name}",
                PARENT: parents[experiment_names[0]],
                NAME: name,
                "reading": reading,
                "preset": preset,
                "experiments": ", ".join(experiment_names),
            }
            content = _checksum(run, experiment_names)
            finished_id = _finished_run(client, experiment_id, tags[RUN], content)
            run_ids[name] = finished_id or _log(client, experiment_id, run, tags, content)
            logged += finished_id is None
            on_run(len(run_ids), len(runs))
        stored_runs = client.search_runs([experiment_id], max_results=MOST_RUNS)
        if not {*parents.values(), *run_ids.values()} <= {run.info.run_id for run in stored_runs}:
            # An address where something else answers takes everything and keeps nothing.
            raise OSError("it does not list what was logged: is this MLflow?")
    return {"uri": _without_password(uri, uri), "logged": logged, "kept": len(run_ids) - logged, "runs": run_ids}


def parameters_of(run: Run) -> dict[str, Any]:
    """Resolved parameters, flat."""
    (machine,) = pd.json_normalize({"machine": run.summary["machine"]}).to_dict("records")
    return {**run.summary["training"], "dataset": run.dataset, **{str(name): value for name, value in machine.items()}}


def metrics_of(run: Run) -> Iterator[tuple[str, float, int, float]]:
    """(name, value, iteration, seconds): every column of the history and final figures, where they are finite."""
    for row in run.history.to_dict("records"):
        iteration = int(row.pop("iteration"))
        seconds = row["seconds"]
        yield from (
            (str(name), float(value), iteration, seconds) for name, value in row.items() if math.isfinite(value)
        )
    final = {f"final_{name}": value for name, value in run.summary["final"].items() if value is not None}
    yield from ((name, float(value), iteration, seconds) for name, value in final.items() if math.isfinite(value))


def _checksum(run: Run, experiments: Sequence[str]) -> str:
    """SHA-256 over history, summary and the experiments that name the run."""
    text = json.dumps([run.history.to_csv(index=False), run.summary, list(experiments)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def _errors_in_one_line(uri: str) -> Iterator[None]:
    """What MLflow, its database or the network raise becomes a ValueError."""
    from google.protobuf.json_format import ParseError
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (MlflowException, ParseError, SQLAlchemyError, sqlite3.Error, OSError, ImportError) as error:
        reason = _without_password(" ".join(str(error).split()), uri)
        advice = "run `make track` again once the store is back"
        if "database schema" in reason:
            reason = "another version of MLflow made it"
            advice = (
                "name another store in MLFLOW_TRACKING_URI, or run `mlflow db upgrade` on this one, then `make track`"
            )
        reason = reason if len(reason) < 180 else f"{reason[:60]} ... {reason[-100:]}"
        raise ValueError(
            f"MLflow at {_without_password(uri, uri)} cannot be written to ({reason}): no results were lost; {advice}"
        ) from None


@contextmanager
def _warnings(on_warning: Callable[[str], None]) -> Iterator[None]:
    """What libraries log goes to `on_warning`; else MLflow would print tracebacks of what it raises as well."""
    handler = logging.Handler(logging.WARNING)
    # pyrefly: ignore[method-assign]
    handler.emit = lambda record: on_warning(handler.format(record))
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)


def _open(uri: str, name: str, on_warning: Callable[[str], None]) -> tuple[Any, str]:
    """An MLflow client, and the id of an experiment, which is made or restored where need be.

    Raises:
        OSError: if the folder of an SQLite file cannot be made.
        sqlite3.Error: if the file is locked, damaged or read-only; at once, where MLflow would try for minutes.
        ValueError: if it was copied or moved from another folder, whose files new runs would be mixed with.
    """
    from mlflow import MlflowClient

    file = Path(uri.removeprefix("sqlite:///").partition("?")[0]) if uri.startswith("sqlite:///") else None
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file, timeout=LOCK_SECONDS, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("SELECT count(*) FROM sqlite_master")
    client = MlflowClient(tracking_uri=uri)
    experiment = client.get_experiment_by_name(name)
    if not experiment:
        return client, client.create_experiment(name)
    location = urlsplit(experiment.artifact_location)
    if file and file.resolve().parent == Path.cwd() and location.scheme in ("", "file"):
        folder = Path(unquote(location.path)).parent  # .../mlruns/<experiment>, which MLflow keeps as an absolute path
        if folder.name == "mlruns" and folder.resolve().parent != Path.cwd():
            raise ValueError(
                f"{file.name} was made in another folder and its files go to {folder}: remove {file.name} here and run "
                "`make track` again, which logs all runs anew into this folder"
            )
    if experiment.lifecycle_stage == "deleted":  # MLflow takes no run of such an experiment, nor another of its name
        client.restore_experiment(experiment.experiment_id)
        on_warning(f"the experiment {name!r} was deleted in MLflow: it is restored, with its runs")
    return client, experiment.experiment_id


def _without_password(text: str, uri: str) -> str:
    password = urlsplit(uri).password
    if password:
        for spelling in (password, unquote(password)):
            text = text.replace(spelling, "***")
    return text


def _finished_run(client: Any, experiment_id: str, key: str, content: str) -> str | None:
    """The id of the finished run with this content; any other under the same key is deleted."""
    finished_id = None
    for run in client.search_runs([experiment_id], f"tags.`{RUN}` = '{key}'"):
        if finished_id is None and run.data.tags.get(CONTENT) == content and run.info.status == "FINISHED":
            finished_id = run.info.run_id
        else:
            client.delete_run(run.info.run_id)
    return finished_id


def _parent(client: Any, experiment_id: str, key: str, name: str, figures: Sequence[Path]) -> str:
    """The id of an experiment's parent run, with its figures as they are now."""
    content = hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in figures)).hexdigest()
    runs = client.search_runs([experiment_id], f"tags.`{RUN}` = '{key}'")
    if runs:
        parent = max(runs, key=lambda run: CONTENT in run.data.tags)  # the runs hang below this one
    else:
        parent = client.create_run(experiment_id, tags={RUN: key, NAME: name})
    run_id = parent.info.run_id
    if parent.data.tags.get(CONTENT) != content:
        for path in figures:
            client.log_artifact(run_id, str(path), "figures")
        client.set_tag(run_id, CONTENT, content)
    client.set_terminated(run_id)
    return run_id


def _log(client: Any, experiment_id: str, run: Run, tags: Mapping[str, str], content: str) -> str:
    """Log a run with these tags and those of its own; its id in MLflow."""
    from mlflow.entities import Dataset, DatasetInput, Metric, Param, RunTag

    data = run.summary["dataset"]
    all_tags = {
        **tags,
        "dataset": run.dataset,
        "objective": run.objective,
        "width": run.width,
        "seed": run.seed,
        "git_commit": run.summary["machine"]["git_commit"] or "unknown",
        "data_checksum": data["checksum"],
        "stand_in": data["stand_in"] or "no",
        "ended": run.summary["ended"],
    }
    mlflow_run = client.create_run(experiment_id, tags={name: str(value) for name, value in all_tags.items()})
    run_id = mlflow_run.info.run_id
    client.log_batch(run_id, params=[Param(name, str(value)) for name, value in parameters_of(run).items()])
    now = time.time()
    # The run's own pace, so that the page's axis of relative time means something.
    metrics = [Metric(name, value, int(1000 * (now + seconds)), step) for name, value, step, seconds in metrics_of(run)]
    for first in range(0, len(metrics), MOST_METRICS):
        client.log_batch(run_id, metrics=metrics[first : first + MOST_METRICS])
    source = json.dumps({"source": data["source"], "licence": data["licence"]})
    dataset = Dataset(name=data["name"], digest=data["checksum"][:36], source_type="local", source=source)
    client.log_inputs(run_id, [DatasetInput(dataset)])
    client.log_dict(run_id, dict(run.summary), "summary.json")
    # Last: only a run that is whole carries the checksum.
    client.log_batch(run_id, tags=[RunTag(CONTENT, content)])
    client.set_terminated(run_id)
    return run_id

"""Finished runs into MLflow: each exactly once, however often it is asked for."""

import hashlib
import json
import logging
import math
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pseudo_rd.results.fits import fit_table
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
AT_ONCE = 1000  # metrics of one request: MLflow's limit
PATIENCE = 20  # seconds for a locked SQLite file, as MLflow itself has
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

    An experiment that was deleted there is restored. A run that several experiments name hangs below the first of them,
    and its tag `experiments` names them all. A run whose content changed, or that a crash left half logged, is deleted
    and logged anew.

    Args:
        preset: names the MLflow experiment, "pseudo-rd <preset>".
        reading: of the runs; those of another one stand beside them.
        experiments: of params.yaml, or cases beyond the paper's pair, with their runs by name.
        figures: by experiment, the pictures that show it; they become artefacts of the parent run.
        uri: of the tracking store; None: MLFLOW_TRACKING_URI, else an SQLite file in the working folder.
        on_run: called after each run with how many are done and how many there are.
        on_warning: called with what MLflow and the libraries below it warn of.

    Returns:
        uri without its password; logged and kept (numbers of runs); runs, the MLflow run id by name.

    Raises:
        ValueError: if the store cannot be reached, refuses, or has not what it was given; what was logged until then
            stays. If its files would go into another folder, from which the store was copied; then nothing is logged.
    """
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)  # before the import, which would send a note of its own over the network
    from google.protobuf.json_format import ParseError
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    uri = uri or os.environ.get("MLFLOW_TRACKING_URI") or DEFAULT_URI
    try:
        with _warnings(lambda text: on_warning(_without_password(text, uri))):
            logged, ids = _log_all(preset, reading, experiments, figures, uri, on_run, on_warning)
    except (MlflowException, ParseError, SQLAlchemyError, sqlite3.Error, OSError, ImportError) as error:
        reason = _without_password(" ".join(str(error).split()), uri)
        way_out = "run `make track` again once the store is back"
        if "database schema" in reason:
            reason = "another version of MLflow made it"
            way_out = (
                "name another store in MLFLOW_TRACKING_URI, or run `mlflow db upgrade` on this one, then `make track`"
            )
        reason = reason if len(reason) < 180 else f"{reason[:60]} ... {reason[-100:]}"
        raise ValueError(
            f"MLflow at {_without_password(uri, uri)} cannot be written to ({reason}): no results were lost; {way_out}"
        ) from None
    return {"uri": _without_password(uri, uri), "logged": logged, "kept": len(ids) - logged, "runs": ids}


def checksum(run: Run, experiments: Sequence[str]) -> str:
    """SHA-256 over history, summary and the experiments that name the run."""
    text = json.dumps([run.history.to_csv(index=False), run.summary, list(experiments)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def parameters_of(run: Run) -> dict[str, Any]:
    """Resolved parameters, flat."""
    return {**run.summary["training"], "dataset": run.dataset, **_prefixed("machine", run.summary["machine"])}


def metrics_of(run: Run) -> Iterator[tuple[str, float, int, float]]:
    """(name, value, iteration, seconds): every column of the history, final figures and fits, where they are finite."""
    for row in run.history.to_dict("records"):
        iteration = int(row.pop("iteration"))
        seconds = row["seconds"]
        yield from (
            (str(name), float(value), iteration, seconds) for name, value in row.items() if math.isfinite(value)
        )
    final = {f"final_{name}": value for name, value in run.summary["final"].items() if value is not None}
    for fit in fit_table([run]).to_dict("records"):
        layer = fit.pop("layer")
        final |= {f"fit_{layer}_{name}": value for name, value in fit.items() if isinstance(value, float)}
    yield from ((name, float(value), iteration, seconds) for name, value in final.items() if math.isfinite(value))


def _log_all(
    preset: str,
    reading: str,
    experiments: Mapping[str, Mapping[str, Run]],
    figures: Mapping[str, Sequence[Path]],
    uri: str,
    on_run: Callable[[int, int], None],
    on_warning: Callable[[str], None],
) -> tuple[int, dict[str, str]]:
    """How many runs were logged, and the MLflow run id of every run by its name."""
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    _check_file(uri)
    client = MlflowClient(tracking_uri=uri)
    name = f"pseudo-rd {preset}"
    found = client.get_experiment_by_name(name)
    experiment_id = found.experiment_id if found else client.create_experiment(name)
    if found:
        _check_origin(uri, found.artifact_location)
        if found.lifecycle_stage == "deleted":  # MLflow takes no run of such an experiment, nor another one of its name
            client.restore_experiment(experiment_id)
            on_warning(f"the experiment {name!r} was deleted in MLflow: it is restored, with its runs")
    total = len({run for runs in experiments.values() for run in runs})
    parents: dict[str, str] = {}
    ids: dict[str, str] = {}
    logged = 0
    for experiment, runs in experiments.items():
        parent = _parent(client, experiment_id, preset, reading, experiment, figures.get(experiment, ()))
        parents[experiment] = parent
        for run_name, run in runs.items():
            if run_name in ids:
                continue
            named = [other for other, others in experiments.items() if run_name in others]
            content = checksum(run, named)
            tags = {
                RUN: f"{preset}/{reading}/{run_name}",
                PARENT: parent,
                NAME: run_name,
                "reading": reading,
                "preset": preset,
                "experiments": ", ".join(named),
            }
            kept = _kept(client, experiment_id, tags[RUN], content)
            ids[run_name] = kept or _log(client, experiment_id, run, tags, content)
            logged += kept is None
            on_run(len(ids), total)
    listed = {
        found.info.run_id: found.data.tags.get(RUN)
        for found in client.search_runs([experiment_id], max_results=MOST_RUNS)
    }
    right = {run_id: f"{preset}/{reading}/{name}" for names in (parents, ids) for name, run_id in names.items()}
    # An address where something else answers takes everything and keeps nothing.
    if not right.keys() <= listed.keys():
        raise MlflowException("it does not list what was logged: is this MLflow?")
    # A request whose answer was lost is sent again: what was made by the first goes.
    for run_id in listed.keys() - right.keys():
        if listed[run_id] in right.values():
            client.delete_run(run_id)
    return logged, ids


class _Forwarding(logging.Handler):
    """Hands warnings on as text."""

    def __init__(self, on_warning: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._on_warning = on_warning

    def emit(self, record: logging.LogRecord) -> None:
        self._on_warning(self.format(record))


@contextmanager
def _warnings(on_warning: Callable[[str], None]) -> Iterator[None]:
    """What libraries log goes to `on_warning`; else MLflow would print tracebacks of what it raises as well."""
    handler = _Forwarding(on_warning)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)


def _check_file(uri: str) -> None:
    """Whether an SQLite file can be written to, at once: MLflow would try for minutes.

    Raises:
        OSError: if its folder cannot be made.
        sqlite3.Error: if it is locked, damaged or read-only.
    """
    if uri.startswith("sqlite:///"):
        path = Path(uri.removeprefix("sqlite:///").partition("?")[0])
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("SELECT count(*) FROM sqlite_master")


def _check_origin(uri: str, artifact_location: str) -> None:
    """Whether a store in this folder was made here: MLflow keeps the folder of its files as an absolute path.

    Raises:
        ValueError: if it was copied or moved from another folder, whose files new runs would be mixed with.
    """
    file = Path(uri.removeprefix("sqlite:///").partition("?")[0])
    location = urlsplit(artifact_location)
    if not uri.startswith("sqlite:///") or location.scheme not in ("", "file"):
        return
    folder = Path(unquote(location.path)).parent  # .../mlruns/<experiment>
    here = file.resolve().parent == Path.cwd()
    if here and folder.name == "mlruns" and folder.resolve().parent != Path.cwd():
        raise ValueError(
            f"{file.name} was made in another folder and its files go to {folder}: remove {file.name} here and run "
            "`make track` again, which logs all runs anew into this folder"
        )


def _without_password(text: str, uri: str) -> str:
    password = urlsplit(uri).password
    if password:
        for written in (password, unquote(password)):
            text = text.replace(written, "***")
    return text


def _prefixed(prefix: str, content: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in content.items():
        flat |= _prefixed(f"{prefix}.{name}", value) if isinstance(value, Mapping) else {f"{prefix}.{name}": value}
    return flat


def _kept(client: Any, experiment_id: str, key: str, content: str) -> str | None:
    """The finished run with this content; any other under the same key is deleted."""
    kept = None
    for found in client.search_runs([experiment_id], f"tags.`{RUN}` = '{key}'"):
        if kept is None and found.data.tags.get(CONTENT) == content and found.info.status == "FINISHED":
            kept = found.info.run_id
        else:
            client.delete_run(found.info.run_id)
    return kept


def _parent(
    client: Any, experiment_id: str, preset: str, reading: str, experiment: str, figures: Sequence[Path]
) -> str:
    """The parent run of an experiment, with its figures as they are now."""
    key = f"{preset}/{reading}/{experiment}"
    content = hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in figures)).hexdigest()
    found = client.search_runs([experiment_id], f"tags.`{RUN}` = '{key}'")
    if found:
        whole = max(found, key=lambda run: CONTENT in run.data.tags)  # the runs hang below this one
        run_id, known = whole.info.run_id, whole.data.tags.get(CONTENT)
    else:
        tags = {RUN: key, NAME: f"{experiment}, {reading}"}
        run_id, known = client.create_run(experiment_id, tags=tags).info.run_id, None
    if known != content:
        for path in figures:
            client.log_artifact(run_id, str(path), "figures")
        client.set_tag(run_id, CONTENT, content)
    client.set_terminated(run_id)
    return run_id


def _log(client: Any, experiment_id: str, run: Run, where: Mapping[str, str], content: str) -> str:
    """Log a run with the tags of `where` and its own; its id."""
    from mlflow.entities import Dataset, DatasetInput, Metric, Param, RunTag

    data = run.summary["dataset"]
    tags = {
        **where,
        "dataset": run.dataset,
        "objective": run.objective,
        "width": run.width,
        "seed": run.seed,
        "git_commit": run.summary["machine"]["git_commit"] or "unknown",
        "data_checksum": data["checksum"],
        "stand_in": data["stand_in"] or "no",
        "ended": run.summary["ended"],
    }
    created = client.create_run(experiment_id, tags={name: str(value) for name, value in tags.items()})
    run_id = created.info.run_id
    client.log_batch(run_id, params=[Param(name, str(value)) for name, value in parameters_of(run).items()])
    now = time.time()
    # The run's own pace, so that the page's axis of relative time means something.
    metrics = [Metric(name, value, int(1000 * (now + seconds)), step) for name, value, step, seconds in metrics_of(run)]
    for first in range(0, len(metrics), AT_ONCE):
        client.log_batch(run_id, metrics=metrics[first : first + AT_ONCE])
    source = json.dumps({"source": data["source"], "licence": data["licence"]})
    shown = Dataset(name=data["name"], digest=data["checksum"][:36], source_type="local", source=source)
    client.log_inputs(run_id, [DatasetInput(shown)])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "summary.json"
        path.write_text(json.dumps(run.summary, indent=2, sort_keys=True), encoding="utf-8")
        client.log_artifact(run_id, str(path))
    # Last: only a run that is whole carries the checksum.
    client.log_batch(run_id, tags=[RunTag(CONTENT, content)])
    client.set_terminated(run_id)
    return run_id

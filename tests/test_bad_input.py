"""Whatever a user or a file says: one line, no name that leads elsewhere, nothing unpickled, nothing executed.

400 cases in all; HYPOTHESIS_PROFILE=nightly (make nightly) makes it 25 times as many, other ones each night.
"""

import copy
import io
import json
import os
import re
import runpy
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from projects import CONFIG, ROOT, copy_project, snakemake
from safetensors.numpy import save as safetensors

from pseudo_rd.commands.tracking import metrics_of
from pseudo_rd.data.dataset import ARRAYS, DataError, Dataset, load
from pseudo_rd.data.sources import prepare
from pseudo_rd.parameters.plain_yaml import ParametersError, read_parameters
from pseudo_rd.parameters.presets import resolve
from pseudo_rd.parameters.schema import Parameters
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.results import files
from pseudo_rd.results.metrics import collect_metrics
from pseudo_rd.stages.stage import stage_log
from pseudo_rd.training.loop import Settings, train
from pseudo_rd.training.summary import summarize

NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"


def cases(count: int) -> settings:
    """So many in CI, always the same ones; 25 times as many by night."""
    return settings(
        max_examples=25 * count if NIGHTLY else count,
        derandomize=not NIGHTLY,
        database=None,
        deadline=None,
        print_blob=NIGHTLY,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def assert_one_line(message: str, name: str) -> None:
    """A line for a terminal, which names what is wrong."""
    assert message.isprintable(), message
    assert len(message) < 1500
    assert name in message


def assert_inside(path: str) -> None:
    """Below the project's folder, wherever that is."""
    assert not path.startswith("/")
    assert ".." not in PurePosixPath(path).parts
    assert path.isprintable()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("input")


# Words and numbers that nobody should write.

WORDS = [
    *("../../etc/passwd", "..", "/etc/passwd", "~/.ssh", "mnist/../../x", "-x", "--config", "{preset}", ".*", "a|b"),
    *("{wildcards.preset}", "1e-3", "1e999", "2001-13-45", ".nan", "null", "*a", "<<", "__use_yte__", "Mnist", "ä"),
    "a\\b",
    "a\0b",
    "a\nb",
    "",
    " ",
    "\u202etxt",
    "\x1b[31mred",
    "x" * 5000,
    "9" * 5000,
    "[" * 5000,
    "$(touch executed)",
    "!!python/object/apply:os.system ['touch executed']",
]
NUMBERS = [0, -1, 2**31, 2**32, 2**64, 10**4000, 0.5, -0.0, 1e308, 5e-324, float("nan"), float("inf"), float("-inf")]
words = st.sampled_from(WORDS) | st.text(max_size=20)
scalars = words | st.sampled_from(NUMBERS) | st.integers() | st.floats() | st.booleans() | st.none() | st.binary()
hostile = st.recursive(
    scalars | st.dates(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words | st.integers(), inner, max_size=4),
    max_leaves=8,
)


# params.yaml


def paths_in(section: Any, path: tuple = ()) -> Iterator[tuple]:
    """Where values stand: the keys from the top down."""
    if isinstance(section, dict):
        for key, value in section.items():
            yield (*path, key)
            yield from paths_in(value, (*path, key))


Change = tuple[str, tuple, Any, Any]
changes = st.lists(
    st.tuples(
        st.sampled_from(["replace", "remove", "add", "rename"]), st.sampled_from(list(paths_in(CONFIG))), words, hostile
    ),
    min_size=1,
    max_size=2,
)


def changed(config: dict, what: Sequence[Change]) -> dict:
    config = copy.deepcopy(config)
    for change, (*path, last), word, value in what:
        section = config
        for key in path:
            section = section.get(key) if isinstance(section, dict) else None
        if not isinstance(section, dict):  # the change before has removed it
            continue
        if change == "replace":
            section[last] = value
        elif change == "remove":
            section.pop(last, None)
        elif change == "add":
            section[word] = value
        elif last in section:
            section[word] = section.pop(last)
    return config


def assert_sound(found: Parameters) -> None:
    names = [found.preset, *found.datasets, *found.experiments, *found.turing.constants, *found.gray_scott.pairs]
    names += [found.reading, *found.readings, *found.multiverse.places, found.multiverse.scales.dataset]
    names += [each.dataset for each in found.experiments.values()]
    for name in names:
        assert re.fullmatch("[a-z0-9][a-z0-9-]*", name), name
    json.dumps(found.model_dump(), allow_nan=False)
    options = {"choices": True, "multiverse": {"alone", "crossed"}, "readings": True, "training": {"biases"}}
    assert "true" not in json.dumps(found.model_dump(exclude=options))  # where a number should stand
    for each in found.experiments.values():
        assert all(0 < width < 2**31 for width in each.widths)
        assert all(0 <= seed < 2**32 for seed in each.seeds)


@cases(160)
@given(changes, st.sampled_from([None, *CONFIG["presets"]]) | words)
def test_changed_parameters_are_sound_or_refused_in_one_line(what: list[Change], preset: str | None) -> None:
    try:
        assert_sound(resolve(changed(CONFIG, what), preset))
    except ParametersError as error:
        assert_one_line(str(error), "")
        told = [preset or "preset", *(str(key) for _, path, word, _ in what for key in (*path, word))]
        assert any(key[:40] in str(error) or repr(key)[1:40] in str(error) for key in told)


@cases(30)
@given(st.dictionaries(st.sampled_from(list(CONFIG)) | words, hostile, max_size=2))
def test_overrides_are_sound_or_refused_in_one_line(overrides: dict) -> None:
    try:
        assert_sound(resolve(CONFIG, "smoke", overrides=overrides))
    except ParametersError as error:
        assert_one_line(str(error), "preset")


TEXT = (ROOT / "params.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
LINES = [
    "evil: !!python/object/apply:os.system ['touch executed']\n",
    "__use_yte__: true\n",
    "?__import__('os').system('touch executed'): 1\n",
    "evil: ?__import__('os').system('touch executed')\n",
    BOMB,
    "evil: " + "[" * 3000 + "\n",
    "preset: full\n",
    "evil: 2001-13-45\n",
    "evil: " + "9" * 5000 + "\n",
    "evil: !!binary '%'\n",
    "evil: !!set {a, b}\n",
    'evil: "\\ud800"\n',
    "? [a, b]\n: 1\n",
    "<<: {evil: 1}\n",
    "\t- x\n",
    "---\n",
    "...\n",
    "%YAML 9.9\n",
    "evil: \x00\n",
]


@cases(60)
@given(
    st.lists(st.tuples(st.integers(0, len(TEXT)), st.sampled_from(LINES) | words | st.just("")), min_size=1, max_size=3)
)
def test_a_file_of_parameters_is_sound_or_refused_in_one_line(folder: Path, insertions: list[tuple[int, str]]) -> None:
    lines = list(TEXT)
    for at, line in insertions:
        lines[at : at + (not line)] = [line] if line else []  # nothing to insert: that line is lost
    path = folder / "params.yaml"
    path.write_text("".join(lines), encoding="utf-8", errors="surrogatepass")
    try:
        config = read_parameters(path)
    except ParametersError as error:
        assert_one_line(str(error), "params.yaml")
    else:
        assert "__use_yte__" not in config
        try:
            assert_sound(resolve(config))
        except ParametersError as error:
            assert_one_line(str(error), "")


@pytest.mark.slow
def test_python_in_a_file_of_parameters_is_refused_before_snakemake_reads_it(tmp_path: Path) -> None:
    project = copy_project(tmp_path / "project")
    evil = f"__use_yte__: true\n?open({str(tmp_path / 'executed')!r}, 'w').close(): 1\n"
    (project / "params.yaml").write_text(evil + "".join(TEXT), encoding="utf-8")
    finished = snakemake(project, "--dry-run")
    assert finished.returncode != 0
    assert "__use_yte__ would let the file run Python: remove it" in finished.stdout
    assert "Traceback" not in finished.stdout
    assert not (tmp_path / "executed").exists()


# Archives of images

GOOD = {
    "x_train": np.arange(6 * 4 * 4, dtype=np.uint8).reshape(6, 4, 4),
    "y_train": np.arange(6, dtype=np.uint8),
    "x_test": np.zeros((3, 4, 4), np.uint8),
    "y_test": np.array([0, 9, 1]),
}
kinds = st.sampled_from(["?", "u1", ">i2", "i8", "u8", "f4", "f8", "c8", "U3", "S2", "V0", "m8[s]", "M8[s]", "i4,f4"])
shapes = st.lists(st.integers(0, 7), max_size=5)


def member(array: np.ndarray) -> bytes:
    content = io.BytesIO()
    np.save(content, array, allow_pickle=True)
    return content.getvalue()


def claim(shape: tuple[int, ...], kind: str) -> bytes:
    """A header of such an array, without its values."""
    header = f"{{'descr': {kind!r}, 'fortran_order': False, 'shape': {shape!r}, }}".encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header


@st.composite
def archives(draw: st.DrawFn) -> bytes:
    """Zip files of one to six members, one or two of which are not what they should be, perhaps damaged on top."""
    members = {f"{name}.npy": member(array) for name, array in GOOD.items()}
    for name in draw(st.lists(st.sampled_from([*members, "../evil.npy", "/evil.npy", "x_train"]), max_size=2)):
        members[name] = draw(
            st.builds(lambda shape, kind: member(np.zeros(shape, kind)), shapes, kinds)
            | st.builds(lambda value: member(np.array([value] * 6)), scalars)
            | st.builds(claim, shapes.map(tuple), kinds | st.just("O"))
            | st.binary(max_size=80)
            | st.none()
        )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_LZMA]))) as archive:
        for name, inside in members.items():
            if inside is not None:
                archive.writestr(name, inside)
    return draw(damaged(content.getvalue()))


def damaged(content: bytes) -> st.SearchStrategy[bytes]:
    """The same bytes, half of the time; else cut, with one of them changed, or behind others."""
    place = st.integers(0, max(len(content) - 1, 0))
    return (
        st.just(content)
        | place.map(lambda at: content[:at])
        | st.builds(lambda at, byte: content[:at] + bytes([byte]) + content[at + 1 :], place, st.integers(0, 255))
        | st.sampled_from([b"\x93NUMPY", b"\x80\x04", b"x"]).map(lambda before: before + content)
    )


@cases(70)
@given(archives())
def test_an_archive_is_read_or_refused_in_one_line(folder: Path, content: bytes) -> None:
    (folder / "raw").mkdir(exist_ok=True)
    path = folder / "raw" / "mine.npz"
    path.write_bytes(content)
    before = {each.name for each in folder.iterdir()}
    try:
        found = prepare("mine", "file", raw_folder=folder / "raw")
    except DataError as error:
        assert_one_line(str(error), str(path))
    else:
        assert found.inputs()[0].dtype == np.float32
        assert np.isfinite(found.inputs()[0]).all()
        assert set(found.y_train) | set(found.y_test) <= set(range(10))
    try:
        read = files.read_npz(path)
    except ValueError as error:
        assert_one_line(str(error), str(path))
    else:
        assert all(isinstance(array, np.ndarray) and not array.dtype.hasobject for array in read.values())
    assert {each.name for each in folder.iterdir()} == before
    assert not (folder.parent / "evil.npy").exists()


# Results: histories, snapshots, summaries, prepared data


@pytest.fixture(scope="module")
def run(folder: Path, blobs: Dataset) -> dict[str, Any]:
    """What a real run leaves."""
    chosen = Settings(objective="augmented", width=8, seed=1, batch_size=32, epochs=2, records=6)
    result = train(blobs, chosen, "cpu")
    return {"history": result.history, "snapshots": result.snapshots, "summary": summarize(blobs, chosen, result, 1)}


def with_column(table: pd.DataFrame, number: int, value: Any) -> pd.DataFrame:
    """Nothing but this value in a column, or without the column."""
    column = table.columns[number % len(table.columns)]
    return table.drop(columns=column) if value is None else table.assign(**{column: [value] * len(table)})


jsonable = st.recursive(
    words | st.integers() | st.floats() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=5,
)
PLACES = [
    *(("format",), ("dataset",), ("training",), ("final",), ("machine",), ("ended",), ("final", "seconds")),
    *(("dataset", key) for key in ("name", "stand_in", "checksum", "inputs", "source")),
    *(("training", key) for key in ("objective", "width", "seed", "bound_reading")),
]


@cases(60)
@given(
    st.integers(0, 14),
    st.sampled_from([None, "a", np.nan, np.inf, True, pd.Timestamp(0), [1]]),
    st.lists(st.tuples(st.sampled_from(["replace", "remove"]), st.sampled_from(PLACES), words, jsonable), max_size=2),
    st.none() | st.tuples(st.sampled_from(["history.parquet", "snapshots.safetensors", "summary.json"]), st.data()),
)
def test_a_run_is_read_or_refused_in_one_line(
    folder: Path, run: dict, number: int, value: Any, summary: list[Change], damage: tuple | None
) -> None:
    path = folder / "run"
    files.write_history(path / "history.parquet", with_column(run["history"], number, value))
    files.write_arrays(path / "snapshots.safetensors", run["snapshots"])
    (path / "summary.json").write_text(json.dumps(changed(run["summary"], summary)), encoding="utf-8")
    if damage is not None:
        name, data = damage
        (path / name).write_bytes(data.draw(damaged((path / name).read_bytes())))
    logged = SimpleNamespace(rule="collect_metrics", log=[str(folder / "some.log")], wildcards={})
    try:
        with stage_log(logged):
            found = files.read_run(path, weights=True)
            assert_inside(found.dataset)
            assert "/" not in found.dataset
            assert found.objective in OBJECTIVES
            assert (type(found.width), type(found.seed)) == (int, int)
            collect_metrics([found], [])
            list(metrics_of(found))
    except SystemExit as error:
        assert_one_line(str(error), "collect_metrics: ")
        assert "AssertionError" not in str(error)


SEALED = ["[" * 100_000, "[]", "null", '{"arrays": null}', '{"told": {}, "arrays": 1}']


@cases(30)
@given(st.sampled_from(SEALED), st.data())
def test_a_file_of_arrays_is_refused_in_one_line(folder: Path, text: str, data: st.DataObject) -> None:
    path = folder / "some.safetensors"
    arrays = {name: np.zeros(3, np.float32) for name in ARRAYS}
    path.write_bytes(data.draw(damaged(safetensors(arrays, {files.CONTENT_KEY: files.seal(text)}))))
    with pytest.raises(ValueError) as caught:
        load(path)
    assert_one_line(str(caught.value), str(path))


def test_a_table_of_too_many_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "some.parquet"
    pq.write_table(pa.table({"iteration": pa.array(np.zeros(files.LARGEST_TABLE + 1, bool))}), path)
    assert path.stat().st_size < 10**6
    with pytest.raises(ValueError, match=r"some\.parquet cannot be read \(it has 10,000,001 rows"):
        files.read_table(path)


# Scripts and targets


@pytest.mark.parametrize("script", sorted(path.name for path in (ROOT / "scripts").glob("*.py")))
def test_a_script_alone_says_in_one_line_what_runs_it(script: str) -> None:
    with pytest.raises(SystemExit, match=r"is a stage of the workflow: run snakemake") as caught:
        runpy.run_path(str(ROOT / "scripts" / script), run_name="__main__")
    assert "\n" not in str(caught.value)

"""Whatever a user or a file says: one line, no name that leads elsewhere, nothing unpickled, nothing executed.

500 cases in all; HYPOTHESIS_PROFILE=nightly (make nightly) makes it 25 times as many, other ones each night.
"""

import copy
import io
import json
import os
import pickle
import re
import runpy
import zipfile
from collections.abc import Callable, Iterator, Sequence
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
from pages import in_copy
from projects import CONFIG, READING, ROOT, copy_project, output, snakemake
from safetensors.numpy import save as safetensors

from pseudo_rd.commands.tracking import metrics_of
from pseudo_rd.data.archive import read_archive
from pseudo_rd.data.dataset import ARRAYS, DataError, Dataset, load, save
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


@pytest.fixture(scope="module")
def marker(folder: Path) -> Iterator[Path]:
    """A file that payloads would make."""
    path = folder / "executed"
    yield path
    assert not path.exists()


class Payload:
    """Pickled, it makes a file when it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Callable, tuple]:
        return Path.touch, (self.marker,)


def test_the_payload_works(tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(Payload(tmp_path / "executed")))
    assert (tmp_path / "executed").exists()


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
    "`touch executed`",
    "'; touch executed; '",
    '"; touch executed; "',
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
def test_a_file_of_parameters_is_sound_or_refused_in_one_line(
    folder: Path, marker: Path, insertions: list[tuple[int, str]]
) -> None:
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


@cases(20)
@given(st.binary(max_size=200))
def test_bytes_in_place_of_parameters_are_refused_in_one_line(folder: Path, content: bytes) -> None:
    path = folder / "params.yaml"
    path.write_bytes(content)
    with pytest.raises(ParametersError) as caught:
        resolve(read_parameters(path))
    assert_one_line(str(caught.value), "")


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


def claim(shape: Any, kind: Any, version: int = 1) -> bytes:
    """A header of such an array, without its values."""
    header = f"{{'descr': {kind!r}, 'fortran_order': False, 'shape': {shape!r}, }}".encode() + b"\n"
    return b"\x93NUMPY" + bytes([version, 0]) + len(header).to_bytes(2 if version == 1 else 4, "little") + header


@st.composite
def archives(draw: st.DrawFn) -> bytes:
    """Zip files of one to six members, one or two of which are not what they should be, perhaps damaged on top."""
    members = {f"{name}.npy": member(array) for name, array in GOOD.items()}
    for name in draw(st.lists(st.sampled_from([*members, "../evil.npy", "/evil.npy", "x_train"]), max_size=2)):
        members[name] = draw(
            st.builds(lambda shape, kind: member(np.zeros(shape, kind)), shapes, kinds)
            | st.builds(lambda value: member(np.array([value] * 6)), scalars)
            | st.just(b"payload")
            | st.builds(
                claim,
                st.lists(st.sampled_from([0, 6, 10**6, 10**12, 10**30, -1, True]), max_size=3).map(tuple) | hostile,
                kinds | st.sampled_from(["O", "|O", [("a", "O")], ("u1", (10**9,))]) | hostile,
                st.sampled_from([1, 2, 3, 9]),
            )
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


def put_payload(content: bytes, marker: Path) -> bytes:
    """An archive whose members of the text `payload` hold pickled payloads instead."""
    if b"payload" not in content:
        return content
    rewritten = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(rewritten, "w") as after:
            for name in before.namelist():
                inside = before.read(name)
                evil = member(np.array([Payload(marker)], dtype=object))
                after.writestr(name, evil if inside == b"payload" else inside)
    except Exception:  # damaged beyond reading
        return content
    return rewritten.getvalue()


@cases(70)
@given(archives())
def test_an_archive_is_read_or_refused_in_one_line(folder: Path, marker: Path, content: bytes) -> None:
    (folder / "raw").mkdir(exist_ok=True)
    path = folder / "raw" / "mine.npz"
    path.write_bytes(put_payload(content, marker))
    before = {each.name for each in folder.iterdir()}
    try:
        found = prepare("mine", "file", raw_folder=folder / "raw")
    except DataError as error:
        assert_one_line(str(error), str(path))
    else:
        assert found.train_inputs.dtype == np.float32
        assert np.isfinite(found.train_inputs).all()
        assert set(found.y_train) | set(found.y_test) <= set(range(10))
    try:
        read = files.read_npz(path)
    except ValueError as error:
        assert_one_line(str(error), str(path))
    else:
        assert all(isinstance(array, np.ndarray) and not array.dtype.hasobject for array in read.values())
    assert {each.name for each in folder.iterdir()} == before
    assert not (folder.parent / "evil.npy").exists()


def archive_with(folder: Path, **members: bytes) -> Path:
    """A good archive but for these members."""
    with zipfile.ZipFile(folder / "mine.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in GOOD.items():
            archive.writestr(f"{name}.npy", members.get(name, member(array)))
    return folder / "mine.npz"


@pytest.mark.parametrize("shape", [(5,), (10**12,), (10**6, 10**3, 10**3), (2**62, 4), (10**30,), (-1, -(10**12))])
def test_an_array_shorter_than_its_header_claims_is_refused(shape: tuple[int, ...], tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"^[^\n]*mine\.npz [^\n]*x_train: [^\n]*$"):
        read_archive(archive_with(tmp_path, x_train=claim(shape, "u1") + b"some"))


def test_a_pickled_array_is_not_unpickled(tmp_path: Path) -> None:
    evil = member(np.array([Payload(tmp_path / "executed")], dtype=object))
    with pytest.raises(DataError, match="y_test: Object arrays cannot be loaded"):
        read_archive(archive_with(tmp_path, y_test=evil))
    assert not (tmp_path / "executed").exists()


# Results: histories, snapshots, summaries, prepared data


@pytest.fixture(scope="module")
def run(folder: Path, blobs: Dataset) -> dict[str, Any]:
    """What a real run leaves."""
    chosen = Settings(objective="augmented", width=8, seed=1, batch_size=32, epochs=2, records=6)
    result = train(blobs, chosen, "cpu")
    return {"history": result.history, "snapshots": result.snapshots, "summary": summarize(blobs, chosen, result, 1)}


def write_run(path: Path, history: pd.DataFrame, snapshots: dict, summary: Any) -> None:
    files.write_history(path / "history.parquet", history)
    files.write_arrays(path / "snapshots.safetensors", snapshots)
    (path / "summary.json").write_text(json.dumps(summary), encoding="utf-8")


columns = st.lists(
    st.tuples(
        st.integers(0, 14),
        st.sampled_from(["lost", "words", "nan", "inf", "flags", "times", "lists", "renamed"]),
        words.filter(lambda word: "\ud800" not in word),
    ),
    max_size=3,
)


def changed_table(table: pd.DataFrame, what: list[tuple[int, str, str]]) -> pd.DataFrame:
    table = table.copy()
    values = {"words": "a", "nan": np.nan, "inf": np.inf, "flags": True, "times": pd.Timestamp(0)}
    for at, change, word in what:
        column = table.columns[at % len(table.columns)]
        if change == "lost":
            table = table.drop(columns=column)
        elif change == "renamed":
            table = table.rename(columns={column: word})
        else:
            table[column] = [[1]] * len(table) if change == "lists" else values[change]
    return table.loc[:, ~table.columns.duplicated()]


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
    columns,
    st.lists(st.tuples(st.sampled_from(["replace", "remove"]), st.sampled_from(PLACES), words, jsonable), max_size=2),
    st.dictionaries(words, st.builds(np.zeros, shapes, st.sampled_from(["u1", "f4", "i8", "?"])), max_size=2),
    st.none() | st.tuples(st.sampled_from(["history.parquet", "snapshots.safetensors", "summary.json"]), st.data()),
)
def test_a_run_is_read_or_refused_in_one_line(
    folder: Path, run: dict, history: list, summary: list[Change], arrays: dict, damage: tuple | None
) -> None:
    path = folder / "run"
    write_run(
        path,
        changed_table(run["history"], history),
        {**run["snapshots"], **{name.replace("\ud800", ""): array for name, array in arrays.items()}},
        changed(run["summary"], summary),
    )
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


SEALED = [
    "[" * 100_000,
    "[]",
    "null",
    '{"arrays": null}',
    '{"told": {}, "arrays": 1}',
]


@cases(30)
@given(st.sampled_from([files.CONTENT_KEY, "other"]), st.sampled_from(SEALED) | words, st.data())
def test_a_file_of_arrays_is_read_or_refused_in_one_line(
    folder: Path, key: str, text: str, data: st.DataObject
) -> None:
    path = folder / "some.safetensors"
    text = text.encode(errors="replace").decode()
    arrays = {name: np.zeros(data.draw(shapes), np.float32) for name in ARRAYS}
    path.write_bytes(data.draw(damaged(safetensors(arrays, {key: files.seal(text)}))))
    for read in (files.read_arrays, load):
        with pytest.raises(ValueError) as caught:
            read(path)
        assert_one_line(str(caught.value), str(path))


@cases(30)
@given(st.data())
def test_prepared_data_are_sound_or_refused_in_one_line(folder: Path, blobs: Dataset, data: st.DataObject) -> None:
    arrays = {name: getattr(blobs, name)[:4] for name in ARRAYS}
    kind = st.sampled_from(["u1", "f4", "f8", "i8", "i4", "?"])
    value = st.sampled_from([0, 1, 9, 10, -1, np.nan, np.inf])
    for name in data.draw(st.lists(st.sampled_from(ARRAYS), max_size=2)):
        with np.errstate(invalid="ignore"):
            arrays[name] = np.asarray(np.full(data.draw(shapes), data.draw(value))).astype(data.draw(kind))
    text = {name: data.draw(st.just("none") | jsonable) for name in ("name", "source", "licence", "stand_in")}
    path = folder / "data.safetensors"
    classes = data.draw(st.just(blobs.classes) | st.lists(words, min_size=1, max_size=3).map(tuple))
    save(Dataset(**arrays, **text, scaling="none", classes=classes), path)
    try:
        found = load(path)
    except DataError as error:
        assert_one_line(str(error), str(path))
    else:
        assert np.isfinite(found.train_inputs).all() and np.isfinite(found.test_inputs).all()
        assert len(found.train_inputs) == len(found.y_train) > 0
        assert found.train_inputs.shape[1] == found.test_inputs.shape[1]
        assert 0 <= found.y_train.min() <= found.y_train.max() < len(found.classes)


def test_a_table_of_too_many_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "some.parquet"
    pq.write_table(pa.table({"iteration": pa.array(np.zeros(files.LARGEST_TABLE + 1, bool))}), path)
    assert path.stat().st_size < 10**6
    with pytest.raises(ValueError, match=r"some\.parquet cannot be read \(it has 10,000,001 rows"):
        files.read_table(path)


@pytest.mark.parametrize("name", [b"arrow.py_extension_type", b"pandas.period"])
def test_an_extension_type_of_a_table_is_not_unpickled(name: bytes, tmp_path: Path) -> None:
    told = {b"ARROW:extension:name": name, b"ARROW:extension:metadata": pickle.dumps(Payload(tmp_path / "executed"))}
    table = pa.table([pa.array([1, 2])], schema=pa.schema([pa.field("iteration", pa.int64(), metadata=told)]))
    pq.write_table(table, tmp_path / "history.parquet")
    with pytest.raises(ValueError, match=r"history\.parquet cannot be read"):
        files.read_table(tmp_path / "history.parquet")
    assert not (tmp_path / "executed").exists()


# Scripts and targets


@pytest.mark.parametrize("script", sorted(path.name for path in (ROOT / "scripts").glob("*.py")))
def test_a_script_alone_says_in_one_line_what_runs_it(script: str) -> None:
    with pytest.raises(SystemExit, match=r"is a stage of the workflow: run snakemake") as caught:
        runpy.run_path(str(ROOT / "scripts" / script), run_name="__main__")
    assert "\n" not in str(caught.value)


PRODUCTS = """
import json
from pathlib import Path
from snakemake.api import ConfigSettings, OutputSettings, ResourceSettings, SnakemakeApi
from snakemake.io import strip_wildcard_constraints

with SnakemakeApi(OutputSettings()) as api:
    loaded = api.workflow(ResourceSettings(cores=1), config_settings=ConfigSettings(config={"preset": "smoke"}))
    found = [
        [rule.name, file.regex().pattern, strip_wildcard_constraints(str(file))]
        for rule in loaded._workflow.rules
        for file in rule.products()
    ]
Path("products.json").write_text(json.dumps(found))
"""


@pytest.fixture(scope="module")
def products(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, str]]:
    """Rule, pattern of a file that it writes, and that file with its wildcards, as Snakemake itself has them."""
    copied = copy_project(tmp_path_factory.mktemp("products"))
    output(in_copy(copied, "python", "-c", PRODUCTS))
    return [tuple(each) for each in json.loads((copied / "products.json").read_text())]


fillings = st.sampled_from(["smoke", READING, "mnist", "supervised", "8", "01", "first", "printed", "fig24"]) | words


@cases(40)
@given(st.data())
def test_no_target_leads_a_rule_out_of_the_project(products: list[tuple[str, str, str]], data: st.DataObject) -> None:
    assert len({rule for rule, _, _ in products}) > 15
    pattern, wild = data.draw(st.sampled_from([(pattern, wild) for _, pattern, wild in products]))
    target = re.sub(r"\{[^}]*\}", lambda match: data.draw(fillings), wild)
    target = data.draw(st.just(target) | words.map(lambda word: f"{word}/{target}") | words)
    if re.fullmatch(pattern, target):
        assert_inside(target)
        assert target.split("/")[0] in ("results", "data", "logs", "checkpoints")


@pytest.mark.parametrize(
    ("file", "rules"),
    [
        ("runs/mnist/supervised/m64/seed1/summary.json", ["train"]),
        ("figures/fig01.png", ["draw_figure"]),
        ("figures/fig99.png", []),  # which figures.yaml does not know
    ],
)
def test_a_file_is_made_by_the_rule_that_it_belongs_to(products: list, file: str, rules: list[str]) -> None:
    target = f"results/smoke/{READING}/{file}"
    assert [rule for rule, pattern, _ in products if re.fullmatch(pattern, target)] == rules


# What no source may call

CALLS = [
    r"\b(import|from) (pickle|cPickle|dill|joblib|cloudpickle|marshal|shelve)\b",
    r"\btorch\.load\(|_pickle\(|\ballow_pickle=(?!False)|\bnp\.load\((?!.*allow_pickle=False)",
    r"\byaml\.(load|full_load|unsafe_load|load_all)\(|\b(extractall|unpack_archive)\(",
    r"(?<![\w.])(eval|exec)\(|\bos\.(system|popen|spawn\w*|exec\w*)\(|\bshell=True|^\s*shell:",
]


def test_no_source_unpickles_or_executes_what_it_reads() -> None:
    sources = [ROOT / "workflow" / "Snakefile", *(ROOT / "workflow" / "rules").glob("*.smk")]
    for name in ("src", "scripts", "benchmarks"):
        sources += (ROOT / name).rglob("*.py")
    assert len(sources) > 80
    for path in sources:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            assert not re.search("|".join(CALLS), line), f"{path}:{number}"

"""How results lie on disk: written whole or not at all, checked when read, never pickled."""

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from pseudo_rd.parameters.vocabulary import NAME_PATTERN, OBJECTIVES
from pseudo_rd.results.runs import Run

LARGEST_TABLE = 10**7  # values
SUMMARY_FORMAT = 3  # of summary.json; add 1 whenever a key that is read anywhere changes or comes
CONTENT_KEY = "content"
CHECKSUM_KEY = b"pseudo-rd sha256"


def write_whole(path: Path | str, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary file beside `path`, then put it in place in one move that survives a power cut.

    Raises:
        OSError: naming `path`, where the disk is full or the folder cannot be written to; what was there stays.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for leftover in path.parent.glob(f".{path.name}.*"):  # of a writer that was killed
            leftover.unlink()
        temporary.touch()  # by the user's umask, whoever writes it
        write(temporary)
        _flush(temporary)
        temporary.replace(path)
        _flush(path.parent)
    except (OSError, SafetensorError) as error:
        raise OSError(f"{path} cannot be written ({_reason(error)}): check free space and permissions") from None
    finally:
        with suppress(OSError):
            temporary.unlink()


def seal(text: str) -> str:
    """The text behind its own SHA-256."""
    return f"{hashlib.sha256(text.encode()).hexdigest()} {text}"


def unseal(sealed: str) -> str:
    """The text that was sealed.

    Raises:
        ValueError: if it is not the same any more.
    """
    _, _, text = sealed.partition(" ")
    if seal(text) != sealed:
        raise ValueError("it does not match the checksum written in it")
    return text


def checksum_of(arrays: Mapping[str, np.ndarray]) -> str:
    """SHA-256 over the arrays in their order: names, types, shapes and bytes."""
    digest = hashlib.sha256()
    for name, array in arrays.items():
        array = np.ascontiguousarray(array)
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(array.data)
    return digest.hexdigest()


def write_arrays(path: Path | str, arrays: Mapping[str, np.ndarray], metadata: Mapping[str, Any] | None = None) -> None:
    """Arrays by name and metadata of theirs (JSON, NaN allowed) as safetensors with checksums over both."""
    arrays = {name: np.asarray(arrays[name], order="C") for name in sorted(arrays)}
    content = json.dumps({"told": metadata or {}, "arrays": checksum_of(arrays)})
    # One key only: safetensors writes several in an order that changes from call to call.
    # Not save_file: it has a temporary file of its own, which stays where the process is killed.
    write_whole(path, lambda temporary: temporary.write_bytes(save(arrays, {CONTENT_KEY: seal(content)})))


def read_arrays(path: Path | str) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The arrays and metadata that `write_arrays` was given.

    Raises:
        ValueError: if the file is missing, not whole, or not what was written.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            header = file.metadata() or {}
            if CONTENT_KEY not in header:
                raise ValueError("it holds no checksum: an older version wrote it, or something else")
            content = json.loads(unseal(header[CONTENT_KEY]))
            arrays = {name: file.get_tensor(name) for name in sorted(file.keys())}
        if checksum_of(arrays) != content["arrays"]:
            raise ValueError("it does not match the checksum written in it")
        return arrays, content["told"]
    except Exception as error:  # parsers raise errors of any kind at a damaged file
        raise _read_error(path, error) from None


def write_npz(path: Path | str, arrays: Mapping[str, np.ndarray]) -> None:
    """Arrays by name, compressed."""
    # pyrefly: ignore[bad-argument-type]  # to the stubs one of the arrays might be named allow_pickle
    write_whole(path, lambda temporary: np.savez_compressed(temporary, **arrays))


def read_npz(path: Path | str) -> dict[str, np.ndarray]:
    """Arrays by name; each carries a CRC-32 of its bytes.

    Raises:
        ValueError: if the file is not a whole archive.
    """
    try:
        return unpack(path)
    except Exception as error:
        raise _read_error(path, error) from None


def unpack(path: Path | str, names: Sequence[str] | None = None) -> dict[str, np.ndarray]:
    """Arrays of an .npz archive by name, the named ones or all. None is unpickled.

    Raises:
        ValueError: if the file is no zip archive; naming the array that is missing, is none or holds objects.
        Exception: whatever zipfile and NumPy raise at a damaged archive.
    """
    with open(path, "rb") as file:
        if not zipfile.is_zipfile(file):  # np.load would advise to unpickle it
            raise ValueError("it is not a zip archive")
        file.seek(0)
        with np.load(file, allow_pickle=False) as archive:
            names = archive.files if names is None else names
            missing = [name for name in names if name not in archive]
            if missing:
                raise ValueError(f"it lacks {', '.join(missing)}")
            arrays = {}
            for name in names:
                try:
                    arrays[name] = archive[name]
                except Exception as error:
                    raise ValueError(f"{name}: {_reason(error)}") from None
                if not isinstance(arrays[name], np.ndarray):
                    raise ValueError(f"{name}: it is not a NumPy array")
            return arrays


def write_text(path: Path | str, text: str) -> None:
    write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def write_json(path: Path | str, content: Mapping[str, Any]) -> None:
    write_text(path, json.dumps(content, indent=2, sort_keys=True, allow_nan=False) + "\n")


def read_json(path: Path | str) -> Any:
    """The content of a JSON file.

    Raises:
        ValueError: if the file is missing or not whole.
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _read_error(path, error) from None


def write_csv(path: Path | str, table: pd.DataFrame) -> None:
    write_whole(path, lambda temporary: table.to_csv(temporary, index=False))


def write_history(path: Path | str, history: pd.DataFrame) -> None:
    """A history or another table, with a checksum over its values."""
    table = pa.Table.from_pandas(history, preserve_index=False)
    table = table.replace_schema_metadata({**table.schema.metadata, CHECKSUM_KEY: _checksum_of_table(table)})
    write_whole(path, lambda temporary: pq.write_table(table, temporary))


def read_table(path: Path | str) -> pd.DataFrame:
    """A history or another table.

    Raises:
        ValueError: if the file is missing, not whole, or not what was written.
    """
    try:
        metadata = pq.read_metadata(path)
        if metadata.num_rows * metadata.num_columns > LARGEST_TABLE:
            raise ValueError(f"it has {metadata.num_rows:,} rows, which is too many")
        table = pq.read_table(path, partitioning=None)
        if (table.schema.metadata or {}).get(CHECKSUM_KEY) != _checksum_of_table(table):
            raise ValueError("it does not match the checksum written in it, or an older version wrote it")
        return table.to_pandas()
    except Exception as error:
        raise _read_error(path, error) from None


def read_summary(folder: Path | str) -> dict[str, Any]:
    """The summary of the run that lies in `folder`.

    Raises:
        ValueError: if the file is missing, not whole, or of another format.
    """
    path = Path(folder) / "summary.json"
    summary = read_json(path)
    version = summary.get("format") if isinstance(summary, dict) else None
    if version != SUMMARY_FORMAT:
        raise _read_error(path, f"its format is {version}, this version reads {SUMMARY_FORMAT}")
    return summary


def read_run(folder: Path | str, weights: bool = False) -> Run:
    """The run that lies in `folder`; its snapshots only where `weights` asks for them.

    Raises:
        ValueError: naming the file that is missing or not whole.
    """
    folder = Path(folder)
    history = read_table(folder / "history.parquet")
    summary = read_summary(folder)
    try:
        dataset, training = summary["dataset"]["name"], summary["training"]
        objective, width, seed = (training[name] for name in ("objective", "width", "seed"))
    except (KeyError, TypeError) as error:
        raise _read_error(folder / "summary.json", f"it lacks {error}") from None
    # Runs are sorted, named and looked up by these.
    valid_names = isinstance(dataset, str) and re.fullmatch(NAME_PATTERN, dataset) and objective in OBJECTIVES
    if not valid_names or type(width) is not int or type(seed) is not int:
        reason = "it does not say which data set, objective, width and seed it is of"
        raise _read_error(folder / "summary.json", reason)
    numeric = [pd.api.types.is_numeric_dtype(kind) for kind in history.dtypes]
    if history.empty or "iteration" not in history or not all(numeric):
        raise _read_error(folder / "history.parquet", "it must hold rows of numbers with a column iteration")
    snapshots = read_arrays(folder / "snapshots.safetensors")[0] if weights else {}
    return Run(dataset, objective, width, seed, history, summary, snapshots)


def _checksum_of_table(table: pa.Table) -> bytes:
    # As text: the same for missing values however they are stored, exact for floating-point numbers.
    return hashlib.sha256(table.to_pandas().to_csv(index=False).encode()).hexdigest().encode()


def _flush(path: Path) -> None:
    """Wait until a file or the list of a folder's files is on the disk itself."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _reason(error: Exception | str) -> str:
    return getattr(error, "strerror", None) or " ".join(str(error).split()) or type(error).__name__


def _read_error(path: Path | str, error: Exception | str) -> ValueError:
    return ValueError(f"{path} cannot be read ({_reason(error)}): remove it and run snakemake again")

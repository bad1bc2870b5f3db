"""How results lie on disk: written whole or not at all, never pickled."""

import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from pseudo_rd.runs import Run


def write_whole(path: Path | str, write: Callable[[Path], None]) -> None:
    """Let `write` fill a temporary file beside `path`, then put it in place in one move."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def write_npz(path: Path | str, arrays: Mapping[str, np.ndarray]) -> None:
    """Arrays by name, compressed."""
    write_whole(path, lambda temporary: np.savez_compressed(temporary, **arrays))


def read_npz(path: Path | str) -> dict[str, np.ndarray]:
    """Arrays by name.

    Raises:
        ValueError: if the file is not a whole archive.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
        raise _unreadable(path, error) from None


def write_text(path: Path | str, text: str) -> None:
    write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def write_json(path: Path | str, content: Mapping[str, Any]) -> None:
    text = json.dumps(content, indent=2, sort_keys=True, allow_nan=False) + "\n"
    write_text(path, text)


def write_history(path: Path | str, history: pd.DataFrame) -> None:
    write_whole(path, lambda temporary: history.to_parquet(temporary, index=False))


def read_table(path: Path | str) -> pd.DataFrame:
    """A history or another table.

    Raises:
        ValueError: if the file is not whole.
    """
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None


def write_snapshots(path: Path | str, snapshots: Mapping[str, np.ndarray]) -> None:
    write_whole(path, lambda temporary: save_file(dict(snapshots), temporary))


def read_snapshots(path: Path | str) -> dict[str, np.ndarray]:
    """Weights by name, as in `Run.snapshots`.

    Raises:
        ValueError: if the file is not whole.
    """
    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise _unreadable(path, error) from None


def read_summary(folder: Path | str) -> dict[str, Any]:
    """The summary of the run that lies in `folder`.

    Raises:
        ValueError: if the file is not whole.
    """
    path = Path(folder) / "summary.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None


def read_run(folder: Path | str, weights: bool = False) -> Run:
    """The run that lies in `folder`; its snapshots only where `weights` asks for them.

    Raises:
        ValueError: naming the file that is missing or not whole.
    """
    folder = Path(folder)
    history = read_table(folder / "history.parquet")
    summary = read_summary(folder)
    return Run(
        dataset=summary["dataset"]["name"],
        objective=summary["training"]["objective"],
        width=summary["training"]["width"],
        seed=summary["training"]["seed"],
        history=history,
        summary=summary,
        snapshots=read_snapshots(folder / "snapshots.safetensors") if weights else {},
    )


def _unreadable(path: Path | str, error: Exception) -> ValueError:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return ValueError(f"{path} cannot be read ({reason}): remove it and run snakemake again")

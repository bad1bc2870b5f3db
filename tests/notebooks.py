"""Notebooks run cell by cell, without Jupyter; `python tests/notebooks.py` writes their outputs into examples/ anew."""

import ast
import base64
import contextlib
import io
import json
from pathlib import Path
from typing import Any

from projects import ROOT

NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))


def source_of(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def run_cell(code: str, names: dict[str, Any]) -> list[dict[str, Any]]:
    """Run a cell as a notebook does.

    Returns:
        Its outputs in the notebook's format: what it printed, and the value of its last line.
    """
    *statements, last = ast.parse(code).body
    shown = isinstance(last, ast.Expr)
    value, printed = None, io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module(statements if shown else [*statements, last], []), "cell", "exec"), names)  # noqa: S102
        if shown:
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # noqa: S307, our own notebook
    outputs: list[dict[str, Any]] = []
    if printed.getvalue():
        outputs.append({"output_type": "stream", "name": "stdout", "text": lines_of(printed.getvalue())})
    if value is not None:
        data: dict[str, Any] = {"text/plain": lines_of(repr(value))}
        if hasattr(value, "_repr_png_"):
            data["image/png"] = base64.b64encode(value._repr_png_()).decode()
        outputs.append({"output_type": "execute_result", "data": data, "metadata": {}})
    return outputs


def lines_of(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def run_notebook(path: Path) -> dict[str, Any]:
    """The notebook with the outputs of its cells."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    names: dict[str, Any] = {}
    codes = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(codes, 1):
        outputs = run_cell(source_of(cell), names)
        results = [{**output, "execution_count": number} for output in outputs if "data" in output]
        cell["outputs"] = [output for output in outputs if "data" not in output] + results
        cell["execution_count"] = number
    return notebook


if __name__ == "__main__":
    for path in NOTEBOOKS:
        path.write_text(json.dumps(run_notebook(path), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

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


def run_cell(code: str, names: dict[str, Any], number: int) -> list[dict[str, Any]]:
    """Run a cell, of that number, as a notebook does.

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
    if lines := printed.getvalue().splitlines(keepends=True):
        outputs.append({"output_type": "stream", "name": "stdout", "text": lines})
    if value is not None:
        data: dict[str, Any] = {"text/plain": repr(value).splitlines(keepends=True)}
        if hasattr(value, "_repr_png_"):
            data["image/png"] = base64.b64encode(value._repr_png_()).decode()
        outputs.append({"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": number})
    return outputs


def run_notebook(path: Path) -> dict[str, Any]:
    """The notebook with the outputs of its cells."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    names: dict[str, Any] = {}
    codes = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(codes, 1):
        cell["outputs"] = run_cell("".join(cell["source"]), names, number)
        cell["execution_count"] = number
    return notebook


if __name__ == "__main__":
    for path in NOTEBOOKS:
        path.write_text(json.dumps(run_notebook(path), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

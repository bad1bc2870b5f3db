"""A digest of the code that a file runs: results that other code made are made again (docs/performance.md)."""

import ast
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

NO_NUMBERS = ("pseudo_rd.code_digest", "pseudo_rd.stages.stage")  # modules that only report
REPORTING_CALLS = re.compile(r"\blog\.|\bsay$")  # functions: log.info(...), self.say(...)


@cache
def code_digest(file: Path, package: Path) -> str:
    """SHA-256 of what a file runs: its own code, and the modules of a package that it imports, directly or not.

    It leaves out what decides no number: docstrings, comments, layout, log messages, imports for types alone, and
    modules that only report.

    Args:
        file: a script, or a module of the package.
        package: the package's folder, of its name.

    Raises:
        ValueError: naming a file that is missing, is not Python, or shortens the name of a module that it imports.
    """
    return hashlib.sha256("\n".join(_read(path)[0] for path in files_run(file, package)).encode()).hexdigest()


def files_run(file: Path, package: Path) -> list[Path]:
    """The file and all modules of the package that it imports, directly or through each other; sorted."""
    modules = _modules(package)
    files, queue = {file}, [file]
    for path in queue:  # grows on the way
        new_files = {modules[name] for name in _read(path)[1] if name in modules} - files
        files |= new_files
        queue += new_files
    return sorted(files)


@cache
def _modules(package: Path) -> Mapping[str, Path]:
    """Each module's file by its dotted name; a package's is its `__init__.py`."""
    names = {file: ".".join(file.relative_to(package.parent).with_suffix("").parts) for file in package.rglob("*.py")}
    return {name.removesuffix(".__init__"): file for file, name in names.items() if name not in NO_NUMBERS}


@cache
def _read(file: Path) -> tuple[str, set[str]]:
    """A file's code without what decides no number, and dotted names of all that it imports."""
    try:
        tree = _Stripper().visit(ast.parse(file.read_bytes()))
    except OSError as error:
        raise ValueError(f"{file} cannot be read: {error.strerror}") from None
    except SyntaxError as error:
        raise ValueError(f"{file}, line {error.lineno}: {error.msg}") from None
    imports: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imports += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise ValueError(f"{file}, line {node.lineno}: write the name of the imported module in full")
            imports += [f"{node.module}.{alias.name}" for alias in node.names]
    # A module's packages run before it.
    return ast.unparse(tree), {part for name in imports for part in accumulate(name.split("."), "{}.{}".format)}


class _Stripper(ast.NodeTransformer):
    """Removes from a syntax tree what decides no number."""

    def visit(self, node: ast.AST) -> Any:
        return node if isinstance(node, ast.expr) else super().visit(node)  # no statement stands in an expression

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        function = ast.unparse(node.value.func) if isinstance(node.value, ast.Call) else ""
        return None if isinstance(node.value, ast.Constant) or REPORTING_CALLS.search(function) else node

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        return node.orelse if ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING") else node

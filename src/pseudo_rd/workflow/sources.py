"""Which files of the package a script runs, read from its imports: a rule depends on these and on no other."""

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path


def imported_files(script: Path, package: Path, modules: tuple[str, ...] = ()) -> list[Path]:
    """Files of a package that a script imports, and that these import in turn, also where a function imports them.

    Args:
        script: a Python file; not among the results.
        package: its folder, of the package's name.
        modules: more that the script imports, by names that it learns only when it runs: "pseudo_rd.figures.curves".

    Returns:
        Sorted files below `package`, with the `__init__.py` of each package on the way to a module.

    Raises:
        ValueError: naming a module that the package lacks, or a file that is not Python.
    """
    files = _modules(package)
    if missing := [module for module in modules if module not in files]:
        raise ValueError(f"no such module: {', '.join(missing)}")
    found = set()
    pending = [*_imports(script), *modules]
    for name in pending:  # grows on the way
        parts = name.split(".")
        for end in range(1, len(parts) + 1):  # a module's packages run before it; the last part may be no module
            module = ".".join(parts[:end])
            if module in files and module not in found:
                found.add(module)
                pending += _imports(files[module])
    return sorted(files[module] for module in found)


@cache
def _modules(package: Path) -> Mapping[str, Path]:
    """Each module's file by its dotted name; a package's is its `__init__.py`."""
    found = {}
    for file in package.rglob("*.py"):
        parts = file.relative_to(package.parent).with_suffix("").parts
        found[".".join(parts[:-1] if file.name == "__init__.py" else parts)] = file
    return found


@cache
def _imports(file: Path) -> tuple[str, ...]:
    """Dotted names that a file imports, of modules or of what is in them."""
    try:
        tree = ast.parse(file.read_bytes())
    except SyntaxError as error:
        raise ValueError(f"{file}, line {error.lineno}: {error.msg}") from None
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise ValueError(f"{file}, line {node.lineno}: write the name of the imported module in full")
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return tuple(names)

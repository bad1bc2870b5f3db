"""Each rule follows the modules that its script runs, and no other. The oracle reads bytecode, not the syntax tree."""

import re
from functools import cache
from modulefinder import ModuleFinder
from pathlib import Path

import pytest
from projects import ROOT, copy_project, snakemake

from pseudo_rd.figures.registry import read_registry
from pseudo_rd.workflow.sources import imported_files

DRAWING = ("draw_figure", "draw_multiverse", "draw_film")
REGISTRY = read_registry(ROOT / "workflow" / "figures.yaml")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Modules a (imports b), b (imports c, but only inside a function), c, d; d alone imports nothing."""
    texts = {
        "__init__": "",
        "part/__init__": "",
        "part/a": "from some.part import b\nfrom some.part.b import work",
        "part/b": "def work():\n    if True:\n        import some.part.c as other\n    return other",
        "part/c": "import os.path",
        "part/d": "",
        "other/__init__": "",
        "other/e": "from some.part.d import (\n    thing,\n)",
    }
    for name, text in texts.items():
        file = tmp_path / "some" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path / "some"


def names(package: Path, text: str, *modules: str) -> list[str]:
    script = package.parent / "script.py"
    script.write_text(text, encoding="utf-8")
    return [str(file.relative_to(package)) for file in imported_files(script, package, modules)]


def test_imports_are_followed_into_functions_and_no_further(package: Path) -> None:
    found = names(package, "import numpy\nfrom some.part.a import anything")
    assert found == ["__init__.py", "part/__init__.py", "part/a.py", "part/b.py", "part/c.py"]


def test_a_module_that_is_named_only_at_run_time_is_followed_too(package: Path) -> None:
    assert names(package, "import some", "some.other.e") == [
        "__init__.py",
        "other/__init__.py",
        "other/e.py",
        "part/__init__.py",
        "part/d.py",
    ]


def test_a_name_of_a_module_is_not_taken_for_a_module(package: Path) -> None:
    assert names(package, "from some.part.d import a") == ["__init__.py", "part/__init__.py", "part/d.py"]


@pytest.mark.parametrize(
    ("text", "modules", "message"),
    [
        ("import some", ("some.none",), "no such module: some.none"),
        ("import some\nx = (", (), r"script\.py, line 2: '\(' was never closed"),
        ("from . import some", (), r"script\.py, line 1: write the name of the imported module in full"),
    ],
)
def test_what_cannot_be_followed_is_refused_in_one_line(
    package: Path, text: str, modules: tuple[str, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=f"{message}$"):
        names(package, text, *modules)


@cache
def modules_run_by(script: str, *modules: str) -> set[str]:
    """Files of the package that Python's own ModuleFinder reaches from the bytecode of a script and of modules."""
    finder = ModuleFinder(path=[str(ROOT / "src")])  # nothing else is found, hence nothing else followed
    finder.run_script(str(ROOT / "scripts" / f"{script}.py"))
    for module in modules:
        finder.import_hook(module)
    files = [Path(module.__file__) for module in finder.modules.values() if module.__file__]
    return {str(file.relative_to(ROOT)) for file in files if file.is_relative_to(ROOT / "src")}


def named_at_run_time(rule: str, wildcards: str) -> tuple[str, ...]:
    """What scripts import by a name that they are handed."""
    if rule in DRAWING:
        [stem] = re.findall(r"figure=([\w-]+)", wildcards)
        return (REGISTRY[stem.removeprefix("fig")].module, "pseudo_rd.figures.style")
    return ()


@pytest.mark.slow
def test_every_job_of_every_rule_depends_on_what_its_script_runs_and_on_nothing_else(tmp_path: Path) -> None:
    targets = "figures", "experiments", "metrics", "moving", "track", "site"
    finished = snakemake(copy_project(tmp_path), "--dry-run", *targets, "--config", "preset=smoke")
    jobs = re.findall(
        r"^rule (\w+):\n    input: (.*)\n(?:    (?!wildcards).*\n)*    wildcards: (.*)$", finished.stdout, re.MULTILINE
    )
    scripts = {}
    for rule, inputs, wildcards in jobs:
        # The same script with other parameters.
        script = "draw_figure" if rule in DRAWING else rule.replace("simulate_filmed", "simulate")
        scripts.setdefault(script, 0)
        scripts[script] += 1
        sources = {path for path in inputs.split(", ") if path.startswith("src/") and path.endswith(".py")}
        expected = modules_run_by(script, *named_at_run_time(rule, wildcards))
        assert sources == expected, (rule, wildcards)
    assert set(scripts) == {script.stem for script in (ROOT / "scripts").glob("*.py")}
    assert scripts["draw_figure"] == len(REGISTRY)

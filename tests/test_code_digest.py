"""What changes a digest of code and what does not. The oracle of imports reads bytecode, not the syntax tree."""

import json
from collections.abc import Callable
from modulefinder import ModuleFinder
from pathlib import Path

import pytest
from projects import ROOT

from pseudo_rd import code_digest as module
from pseudo_rd.code_digest import NO_NUMBERS, code_digest, files_run
from pseudo_rd.figures.registry import read_registry

SCRIPT = '''"""What it does."""
from typing import TYPE_CHECKING

from some.part.a import anything
from some.report import log

if TYPE_CHECKING:
    from some.part.d import thing
if anything:
    log.info(f"{anything} is 1")  # at last
(log.info if anything else log.warning)("done")
'''
TEXTS = {
    "__init__": "",
    "report": "class log: ...",
    "part/__init__": "",
    "part/a": "from some.part import b\nfrom some.part.b import work\n\nanything = work(0.1, 'fast')",
    "part/b": 'def work(x, how):\n    """Works."""\n    if True:\n        import some.part.c\n    return x',
    "part/c": "import os.path\n\nclass C:\n    def tell(self):\n        self.say('one')\n        return 'one'",
    "part/d": "",
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A script that imports a (imports b, which imports c, but only inside a function), and d for types alone."""
    for name, text in TEXTS.items():
        file = tmp_path / "some" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    monkeypatch.setattr(module, "NO_NUMBERS", ("some.report",))
    return tmp_path / "some"


def digest(package: Path) -> str:
    """That of the script as it lies there now; one process reads each file once."""
    for function in (module.code_digest, module._modules, module._read):
        function.cache_clear()
    return code_digest(package.parent / "script.py", package)


def changed(package: Path, name: str, before: str, after: str) -> bool:
    """Whether the digest is another one once a text is another one."""
    old, file = digest(package), package.parent / f"{name}.py"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    return digest(package) != old


def test_imports_are_followed_into_functions_and_no_further(package: Path) -> None:
    files = files_run(package.parent / "script.py", package)
    found = ["script.py", "some/__init__.py", *(f"some/part/{name}.py" for name in ("__init__", "a", "b", "c"))]
    assert [str(file.relative_to(package.parent)) for file in files] == found


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("script", "What it does.", "What it does, in other words."),
        ("script", "# at last", "# after all"),
        ("script", "is 1", "is one"),
        ("script", '"done"', '"finished"'),
        ("script", "from some.part.d import thing", "from some.part.d import other_thing"),
        ("some/report", "class log: ...", "class log:\n    info = print"),
        ("some/part/b", '    """Works."""\n', ""),
        ("some/part/c", "say('one')", "say('two')"),
        ("some/part/d", "", "number = 1"),
    ],
)
def test_what_only_tells_a_person_or_the_types_does_not_change_it(
    name: str, before: str, after: str, package: Path
) -> None:
    assert not changed(package, name, before, after)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("script", "if anything:", "if not anything:"),
        ("script", "if TYPE_CHECKING", "if not TYPE_CHECKING"),
        ("script", "from some.part.a import anything", "from some.part.d import anything"),
        ("some/__init__", "", "number = 1"),
        ("some/part/a", "0.1", "0.2"),
        ("some/part/b", "return x", "return how"),
        ("some/part/c", "return 'one'", "return 'two'"),
    ],
)
def test_what_may_decide_a_number_changes_it(name: str, before: str, after: str, package: Path) -> None:
    assert changed(package, name, before, after)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import some\nx = (", r"script\.py, line 2: '\(' was never closed"),
        ("from . import some", r"script\.py, line 1: write the name of the imported module in full"),
        (None, r"script\.py cannot be read: No such file or directory"),
    ],
)
def test_what_cannot_be_followed_is_refused_in_one_line(text: str | None, message: str, package: Path) -> None:
    script = package.parent / "script.py"
    script.unlink() if text is None else script.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=f"{message}$"):
        digest(package)


@pytest.fixture(scope="module")
def modules_run_by(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], set[str]]:
    """Files that Python's own ModuleFinder reaches from the bytecode of a file; what is for types alone is gone."""
    folder = tmp_path_factory.mktemp("untyped")
    for file in [*ROOT.glob("src/pseudo_rd/**/*.py"), *ROOT.glob("scripts/*.py")]:
        copy = folder / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_text(encoding="utf-8")
        copy.write_text(text.replace("if TYPE_CHECKING:", "if False:"), encoding="utf-8")  # compiled to nothing

    def found(file: str) -> set[str]:
        finder = ModuleFinder(path=[str(folder / "src")], excludes=NO_NUMBERS)  # nothing else is found, nor followed
        finder.run_script(str(folder / file))
        files = [Path(module.__file__) for module in finder.modules.values() if module.__file__]
        return {str(each.relative_to(folder)) for each in files}

    return found


DRAWING = {entry.module for entry in read_registry(ROOT / "workflow" / "figures.yaml").values()}
FILES = [f"src/{name.replace('.', '/')}.py" for name in sorted({"pseudo_rd.figures.style", *DRAWING})]
FILES += sorted(str(script.relative_to(ROOT)) for script in (ROOT / "scripts").glob("*.py"))


@pytest.mark.parametrize("file", FILES)
def test_a_digest_covers_all_that_a_file_runs_and_nothing_else(
    file: str, modules_run_by: Callable[[str], set[str]]
) -> None:
    found = files_run(ROOT / file, ROOT / "src" / "pseudo_rd")
    assert {str(each.relative_to(ROOT)) for each in found} == modules_run_by(file)


@pytest.mark.parametrize("script", ["train", "study_universes", "map_filmed_neurons"])
def test_no_training_depends_on_what_only_describes_or_reports(script: str) -> None:
    found = files_run(ROOT / "scripts" / f"{script}.py", ROOT / "src" / "pseudo_rd")
    for name in ("pseudo_rd.parameters.schema", *NO_NUMBERS):
        file = (ROOT / "src" / Path(*name.split("."))).with_suffix(".py")
        assert file.is_file() and file not in found


@pytest.mark.slow
@pytest.mark.xdist_group("smoke")
def test_every_job_is_recorded_with_the_digest_of_what_its_script_runs(walked: Path) -> None:
    records = [json.loads(file.read_text()) for file in (walked / ".snakemake/metadata").rglob("*") if file.is_file()]
    made = {(each["rule"], *each["params"]) for each in records}
    for rule, *params in made:
        # The same script with other parameters.
        script = "draw_figure" if rule.startswith("draw_") else rule.replace("simulate_filmed", "simulate")
        script = script.replace("train_beyond", "train")
        assert repr(code_digest(ROOT / "scripts" / f"{script}.py", ROOT / "src" / "pseudo_rd")) in params, rule
    assert len({rule for rule, *_ in made}) > 15

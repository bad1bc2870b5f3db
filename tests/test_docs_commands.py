"""Every command that README and docs print can be run as it stands; whole runs are planned, not made."""

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from dvc.cli import DvcParserError
from dvc.cli.parser import get_main_parser
from pages import PAGES, blocks, in_copy, name_of, prose
from projects import ROOT, RULES, copy_project, output, run

FOLLOWED = "docs/extend.md"  # by test_docs_extend.py, word by word: its commands need what it tells to write
WORDS = ("make", "snakemake", "dvc", "python", "pytest", "git", "source")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def commands_of(page: Path) -> Iterator[str]:
    """Commands in blocks of a shell, without comments; and in backticks, if they begin as commands do."""
    for block in blocks(page.read_text(encoding="utf-8"), "sh"):
        yield from filter(None, (re.sub(r"(^|\s)#.*", "", line).strip() for line in block.splitlines()))
    for code in re.findall(r"`([^`\n]+)`", prose(page)):
        # A word alone names a program, an option by itself or with a placeholder is no command.
        if code.split()[0] in WORDS[:5] and " " in code and "<" not in code:
            yield code


def printed() -> list[Any]:
    """(page, command), each command once; plans of the workflow take some seconds."""
    found: dict[str, str] = {}
    for page in PAGES:
        if name_of(page) != FOLLOWED:
            for command in commands_of(page):
                found.setdefault(command, name_of(page))
    return [
        pytest.param(page, command, marks=[pytest.mark.slow] if command.startswith("snakemake") else [])
        for command, page in found.items()
    ]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_project(tmp_path_factory.mktemp("commands"))


def check_make(arguments: list[str], copy: Path) -> None:
    for variable in (each.split("=")[0] for each in arguments if "=" in each):
        assert re.search(rf"\$\(.*\b{variable}\b", MAKEFILE), f"the Makefile knows no {variable}"
    # GNU make runs lines that name $(MAKE) even in a plan; there are none here.
    assert "$(MAKE)" not in MAKEFILE
    output(run(ROOT, "make", "--dry-run", *arguments))


def check_snakemake(arguments: list[str], copy: Path) -> None:
    if "--unlock" in arguments:
        arguments = [*arguments, "figures"]
    for rule in (each.split(":")[0] for each in arguments if re.fullmatch(r"\w+:\w+=\w+", each)):
        assert rule in RULES, f"the workflow has no rule {rule}"
    place = arguments.index("--") if "--" in arguments else len(arguments)
    plan = [*arguments[:place], "--dry-run", *arguments[place:]]
    if "--config" in arguments[:place] and place == len(arguments):  # it takes all that follows
        plan = ["--dry-run", *arguments]
    output(in_copy(copy, "snakemake", *plan))


def check_dvc(arguments: list[str], copy: Path) -> None:
    try:
        get_main_parser().parse_args(arguments)
    except DvcParserError:
        pytest.fail(f"dvc does not know {arguments}")


def check_python(arguments: list[str], copy: Path) -> None:
    """Files that are named exist; options are those that the program tells."""
    if arguments[0] == "-m":
        output(in_copy(copy, "python", "-c", f"import {arguments[1]}"))
        return
    text = (ROOT / arguments[0]).read_text(encoding="utf-8")
    for argument in arguments[1:]:
        assert argument.startswith("results/") or f'"{argument}"' in text, f"{arguments[0]} knows no {argument}"


def check_files(arguments: list[str], copy: Path) -> None:
    """Files that are named exist, or `make` sets them up."""
    files = [each for each in arguments if "/" in each and each != ".venv/bin/activate"]
    assert all((ROOT / each).exists() for each in files)


CHECKS: dict[str, Callable[[list[str], Path], None]] = {
    "make": check_make,
    "snakemake": check_snakemake,
    "dvc": check_dvc,
    "python": check_python,
    "pytest": check_files,
    "git": check_files,
    "source": check_files,
}


@pytest.mark.parametrize(("page", "command"), printed())
def test_a_printed_command_can_be_run(page: str, command: str, copy: Path) -> None:
    program, *arguments = shlex.split(command)
    assert program in CHECKS, f"{page} prints {command!r}, which no test covers: add a check for {program}"
    CHECKS[program](arguments, copy)

"""Pages of the documentation: which there are, their code, and how a page is followed word by word."""

import os
import re
import subprocess
from functools import cache
from pathlib import Path

from projects import ROOT, run

PAGES = [*(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "data/README.md"))]
PAGES += sorted((ROOT / "docs").glob("*.md"))
PAGES += [ROOT / "docs" / "results" / name for name in ("findings.md", "figures.md", "full/pytorch/README.md")]


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@cache
def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return re.sub(r"^( *)```.*?^\1```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def by_hand(text: str) -> str:
    """What of a page no program writes."""
    return re.sub(r"<!-- begin (\w+) -->.*?<!-- end \1 -->", "", text, flags=re.DOTALL)


def blocks(page: str, language: str) -> list[str]:
    """What stands in the fenced blocks of a language, without the indentation of the fence."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```$", page, flags=re.MULTILINE | re.DOTALL)
    return ["".join(line.removeprefix(indent) for line in code.splitlines(keepends=True)) for indent, code in found]


def section(page: Path, heading: str) -> str:
    """What stands below a heading of the second level."""
    (found,) = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return found


def insert(path: Path, text: str, before: str = "") -> None:
    """Put text into a file, before the last place of some words, or at its end."""
    content = path.read_text(encoding="utf-8")
    assert before in content
    place = content.rindex(before) if before else len(content)
    path.write_text(content[:place] + text + content[place:], encoding="utf-8")


def in_copy(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a copy of the project, with the copy's package; Python and its modules are preloaded.py's."""
    path = os.pathsep.join([str(Path(os.environ["PRELOADED_PYTHON"]).parent), os.environ["PATH"]])
    return run(folder, *command, PATH=path, PYTHONPATH=str(folder / "src"))

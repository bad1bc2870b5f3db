"""Pages of the documentation: which there are, their code, and how a page is followed word by word."""

import os
import re
import subprocess
import sys
from pathlib import Path

from projects import ROOT

PAGES = [*(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "data/README.md"))]
PAGES += sorted((ROOT / "docs").glob("*.md"))
PAGES += [ROOT / "docs" / "results" / name for name in ("findings.md", "figures.md", "full/pytorch/README.md")]


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


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


def in_copy(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a copy of the project, with the copy's package and this Python first."""
    ours = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join([str(folder / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]),
    }
    environment = {**os.environ, **ours, **environment}
    return subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )

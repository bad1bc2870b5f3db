"""What made a result: code, rules, checksums, times. The foot of each page shows it."""

import ast
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pseudo_rd.claims.claim import Claim
from pseudo_rd.claims.evidence_files import files_of
from pseudo_rd.results.layout import Layout
from pseudo_rd.results.runs import Run
from pseudo_rd.site.evidence import Reading


@dataclass(frozen=True)
class Code:
    """A function: the file that holds it, its name, its text."""

    path: str
    name: str
    text: str


@cache
def functions_of(path: Path) -> Mapping[str, str]:
    """The text of each function of a Python file, by name."""
    source = path.read_text(encoding="utf-8")
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    return {node.name: ast.get_source_segment(source, node) or "" for node in functions}


def function(project: Path, dotted: str) -> Code:
    """A function of the package by its dotted name: "figures.curves.distances_figure"."""
    module, _, name = dotted.rpartition(".")
    path = Path("src", "pseudo_rd", *module.split(".")).with_suffix(".py")
    return Code(str(path), name, functions_of(project / path)[name])


def theory_tests(project: Path, page: str) -> list[Code]:
    """The tests of the theory that a page names, in its order."""
    tests = {
        name: Code(str(path.relative_to(project)), name, text)
        for path in sorted((project / "tests").glob("test_theory_*.py"))
        for name, text in functions_of(path).items()
        if f"`{name}`" in page
    }
    return sorted(tests.values(), key=lambda code: page.index(f"`{code.name}`"))


def inputs_of(claim: Claim, reading: Reading, experiments: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Files that decide a claim, with the beginnings of their SHA-256, as far as they lie here."""
    layout = Layout.of(reading.folder)
    files = [Path(file) for source in claim.reads for file in files_of(source, layout, experiments)]
    # Of a run its history decides.
    return [(str(path), checksum(path)) for path in files if path.exists() and path.name != "summary.json"]


@cache
def checksum(path: Path) -> str:
    """The first 16 letters of a file's SHA-256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def machines_of(runs: Sequence[Run]) -> dict[str, list[str]]:
    """What the runs say of how they were made, each value once."""
    values: dict[str, set[str]] = {}
    for run in runs:
        machine = run.summary["machine"]
        facts = {name: machine[name] for name in ("device", "precision", "threads", "python", "git_commit")}
        for name, value in (facts | machine["versions"]).items():
            values.setdefault(name.replace("_", " "), set()).add(str(value))
    return {name: sorted(texts) for name, texts in values.items()}


def times(folder: Path) -> list[tuple[str, int, float, float | None]]:
    """By rule how many jobs were run, their seconds together, and the most memory in MB: what took longest first.

    Snakemake writes "NA" or "-" for the memory of a job too short to be looked at; None where a rule has only such.
    """
    by_rule: dict[str, list[list[str]]] = {}
    for path in sorted(folder.rglob("benchmarks/**/*.tsv")):
        rule = path.parts[path.parts.index("benchmarks") + 1].removesuffix(".tsv")
        by_rule.setdefault(rule, []).append(path.read_text(encoding="utf-8").splitlines()[1].split("\t"))
    rows = []
    for rule, jobs in by_rule.items():
        memory = [float(job[2]) for job in jobs if job[2] not in ("NA", "-")]
        rows.append((rule, len(jobs), sum(float(job[0]) for job in jobs), max(memory, default=None)))
    return sorted(rows, key=lambda row: -row[2])

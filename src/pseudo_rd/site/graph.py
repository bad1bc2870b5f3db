"""The picture of the workflow: which rule feeds which, as Snakemake plans it."""

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from markupsafe import Markup

from pseudo_rd.site.charts import svg, text

Edges = Sequence[tuple[str, str]]
BOX, GAP, STEP = (150, 30), 46, 46  # of a rule; between columns; between rows


def rule_graph(project: Path, target: str) -> list[tuple[str, str]]:
    """Pairs of rules, the first feeds the second, as `snakemake --rulegraph` finds them.

    Raises:
        ValueError: with what Snakemake says where it has no plan.
    """
    command = [sys.executable, "-m", "snakemake", "--rulegraph", "dot", target]
    finished = subprocess.run(command, cwd=project, capture_output=True, text=True)
    if finished.returncode:
        raise ValueError(f"snakemake has no plan of {target}: {' '.join(finished.stderr.split()[-40:])}")
    names = dict(re.findall(r'^\s*(\d+)\[label = "(\w+)"', finished.stdout, flags=re.MULTILINE))
    return [(names[a], names[b]) for a, b in re.findall(r"^\s*(\d+) -> (\d+)", finished.stdout, flags=re.MULTILINE)]


def columns_of(edges: Edges) -> dict[str, int]:
    """By rule, the length of the longest way to it."""
    column = dict.fromkeys([name for edge in edges for name in edge], 0)
    for _ in column:
        for before, after in edges:
            column[after] = max(column[after], column[before] + 1)
    return column


def without_shortcuts(edges: Edges) -> list[tuple[str, str]]:
    """The edges that say something new: none where another way leads to the same rule."""
    after: dict[str, set[str]] = {name: set() for edge in edges for name in edge}
    for before, name in sorted(edges, key=lambda edge: -columns_of(edges)[edge[0]]):
        after[before] |= {name, *after[name]}
    feeds = {name: {b for a, b in edges if a == name} for name in after}
    return [(a, b) for a, b in edges if not any(b in after[other] for other in feeds[a] - {b})]


def draw_graph(edges: Edges) -> Markup:
    """Rules in columns from left to right, each beside those that feed it."""
    if not edges:
        return Markup("")
    kept, column = without_shortcuts(edges), columns_of(edges)
    rows: dict[str, float] = {}
    for number in range(max(column.values()) + 1):
        here = [name for name in column if column[name] == number]
        here.sort(key=lambda name: (mean_row(name, kept, rows), name))
        rows |= {name: place - (len(here) - 1) / 2 for place, name in enumerate(here)}
    lowest = min(rows.values())
    place = {name: (column[name] * (BOX[0] + GAP) + 4, (rows[name] - lowest) * STEP + 4) for name in column}
    parts = []
    for before, after in kept:
        x, y = place[before][0] + BOX[0], place[before][1] + BOX[1] / 2
        end, low = place[after][0], place[after][1] + BOX[1] / 2
        middle = GAP / 2
        parts.append(f'<path class="line edge" d="M{x} {y}C{x + middle} {y} {end - middle} {low} {end} {low}"/>')
    for name, (x, y) in place.items():
        parts.append(f'<rect class="box" x="{x}" y="{y}" width="{BOX[0]}" height="{BOX[1]}" rx="6"/>')
        parts.append(text(x + BOX[0] / 2, y + 19, name.replace("_", " "), "middle"))
    words = f"The workflow: {'; '.join(f'{a} feeds {b}' for a, b in kept)}."
    width, height = (max(x for x, _ in place.values()) + BOX[0] + 4, max(y for _, y in place.values()) + BOX[1] + 4)
    return svg(width, height, words.replace("_", " "), parts)


def mean_row(name: str, edges: Edges, rows: Mapping[str, float]) -> float:
    before = [rows[a] for a, b in edges if b == name and a in rows]
    return sum(before) / len(before) if before else 0.0

"""The picture of the workflow: which rule feeds which, as Snakemake plans it."""

import re
import subprocess
import sys
from collections.abc import Hashable, Sequence
from itertools import pairwise
from pathlib import Path

from markupsafe import Markup, escape

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
    # The target itself makes nothing.
    names = dict(re.findall(r'^\s*(\d+)\[label = "(\w+)"', finished.stdout, flags=re.MULTILINE))
    found = [(names[a], names[b]) for a, b in re.findall(r"^\s*(\d+) -> (\d+)", finished.stdout, flags=re.MULTILINE)]
    return [edge for edge in found if target not in edge]


def columns_of(edges: Edges) -> dict[str, int]:
    """By rule, its column: as far to the right as those that it feeds allow."""
    ahead = dict.fromkeys([name for edge in edges for name in edge], 0)  # the longest way from a rule to an end
    for _ in ahead:
        for before, after in edges:
            ahead[before] = max(ahead[before], ahead[after] + 1)
    return {name: max(ahead.values()) - steps for name, steps in ahead.items()}


def without_shortcuts(edges: Edges) -> list[tuple[str, str]]:
    """The edges that say something new: none where another way leads to the same rule."""
    after: dict[str, set[str]] = {name: set() for edge in edges for name in edge}
    for before, name in sorted(edges, key=lambda edge: -columns_of(edges)[edge[0]]):
        after[before] |= {name, *after[name]}
    feeds = {name: {b for a, b in edges if a == name} for name in after}
    return [(a, b) for a, b in edges if not any(b in after[other] for other in feeds[a] - {b})]


def draw_graph(edges: Edges) -> Markup:
    """Rules in columns from left to right; a line goes around the rules between its ends."""
    if not edges:
        return Markup("")
    column = columns_of(edges)
    kept = without_shortcuts(edges)
    # A line that passes a column has a place there, as a rule has: that of its pair of rules and the column.
    passed = {(a, b, at): at for a, b in kept for at in range(column[a] + 1, column[b])}
    ways = {(a, b): [a, *((a, b, at) for at in range(column[a] + 1, column[b])), b] for a, b in kept}
    places: dict[Hashable, int] = {**column, **passed}
    steps = [step for way in ways.values() for step in pairwise(way)]
    rows: dict[Hashable, float] = {}
    for number in range(max(column.values()) + 1):
        here = [name for name in places if places[name] == number]
        here.sort(key=lambda name: (mean([rows[a] for a, b in steps if b == name]), str(name)))
        rows |= {name: place - (len(here) - 1) / 2 for place, name in enumerate(here)}
    lowest = min(rows.values())

    def point(name: Hashable, side: int) -> tuple[float, float]:
        return places[name] * (BOX[0] + GAP) + 4 + side * BOX[0], (rows[name] - lowest) * STEP + 4 + BOX[1] / 2

    parts = []
    for way in ways.values():
        path = "M{} {}".format(*point(way[0], 1))
        for before, after in pairwise(way):
            (x, y), (end, low) = point(before, 1), point(after, 0)
            path += f"C{x + GAP / 2} {y} {end - GAP / 2} {low} {end} {low}" + f"h{BOX[0]}" * (after in passed)
        parts.append(f'<path class="line way" d="{path}"/>')
    for name in column:
        x, y = point(name, 0)
        parts.append(f'<rect class="box" x="{x}" y="{y - BOX[1] / 2}" width="{BOX[0]}" height="{BOX[1]}" rx="6"/>')
        parts.append(f'<text x="{x + BOX[0] / 2}" y="{y + 4}" text-anchor="middle">{name.replace("_", " ")}</text>')
    words = f"The workflow: {'; '.join(f'{a} feeds {b}' for a, b in kept)}."
    width, height = (max(column.values()) + 1) * (BOX[0] + GAP), (max(rows.values()) - lowest + 1) * STEP
    head = f'<svg role="img" aria-label="{escape(words.replace("_", " "))}" width="{width}" height="{height:g}">'
    return Markup(f"{head}{''.join(parts)}</svg>")


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0

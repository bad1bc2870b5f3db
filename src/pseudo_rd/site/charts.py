"""Small charts as inline SVG: they follow the page's colours, need no file, and stay sharp.

Colours are classes of style.css. Every chart says in words what it shows, for those who do not see it.
"""

import math
import re
from collections.abc import Hashable, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from markupsafe import Markup, escape

from pseudo_rd.claims.judge import REPRODUCED, VERDICTS
from pseudo_rd.multiverse.effects import option_in_words
from pseudo_rd.multiverse.matrix import OUTCOMES
from pseudo_rd.results.digits import in_digits

Limits = tuple[float, float]  # of a criterion: lowest and highest value that satisfy it
Options = Mapping[str, Sequence[Hashable]]
LOGARITHMIC_FROM = 6.0  # largest over smallest value
ROW, LABEL = 26, 150  # height of a row, room for its label


def svg(width: float, height: float, words: str, parts: Iterable[str], kind: str = "chart") -> Markup:
    """A picture of these parts that is read out as `words`; a bar is as wide as there is room, a map holds links."""
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    size += ' preserveAspectRatio="none"' if kind == "bar" else ""
    role = "group" if kind == "map" else "img"
    return Markup(f'<svg class="{kind}" role="{role}" aria-label="{escape(words)}" {size}>{"".join(parts)}</svg>')


def text(x: float, y: float, words: object, anchor: str = "start", kind: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" class="{kind}">{escape(str(words))}</text>'


def limits_of(criterion: str) -> Limits:
    """Lowest and highest value of a criterion in words: "at least 1.05", "at least 1.5 and at most 2.5"."""
    found = {side: float(value) for side, value in re.findall(r"at (least|most) (\S+)", criterion)}
    return found.get("least", -math.inf), found.get("most", math.inf)


class Axis:
    """A horizontal axis over finite values; logarithmic where they are positive and of several sizes."""

    def __init__(self, values: Sequence[float], left: float, right: float) -> None:
        """Values that must be seen, and the pixels between which they are."""
        low, high = min(values), max(values)
        self.logarithmic = low > 0 and high / low > LOGARITHMIC_FROM
        self._left, self._right = left, right
        ends = [math.log10(value) if self.logarithmic else value for value in (low, high)]
        margin = 0.08 * (ends[1] - ends[0]) or 0.1 * abs(ends[0]) or 1.0
        self._low, self._high = ends[0] - margin, ends[1] + margin

    def __call__(self, value: float) -> float:
        """The pixel of a value; infinite values lie at the ends."""
        if self.logarithmic:
            value = math.log10(value) if value > 0 else -math.inf
        share = (min(max(value, self._low), self._high) - self._low) / (self._high - self._low)
        return self._left + share * (self._right - self._left)

    @property
    def ticks(self) -> list[float]:
        """A few round values."""
        if self.logarithmic:
            powers = range(math.floor(self._low), math.floor(self._high) + 1)
            factors = (1, 2, 5) if self._high - self._low < 2 else (1,)
            found = [factor * 10.0**power for power in powers for factor in factors]
            found = [value for value in found if self._low <= math.log10(value) <= self._high]
            return found[:: max(1, len(found) // 6)]
        step = 10 ** math.floor(math.log10((self._high - self._low) / 2))
        step *= next(factor for factor in (1, 2, 5, 10) if (self._high - self._low) / (step * factor) <= 6)
        first = math.ceil(self._low / step)
        return [number * step for number in range(first, math.floor(self._high / step) + 1)]


def axis_parts(axis: Axis, top: float, bottom: float) -> list[str]:
    parts = [f'<line class="rule" x1="{axis(x):.1f}" x2="{axis(x):.1f}" y1="{top}" y2="{bottom}"/>' for x in axis.ticks]
    return parts + [text(axis(x), bottom + 14, short(x), "middle", "small") for x in axis.ticks]


def short(value: float) -> str:
    return f"{value:.5g}".replace("e+0", "e").replace("e-0", "e-")


def seed_dots(groups: Mapping[str, Sequence[float]], criterion: str, width: float = 640) -> Markup:
    """A row for each group, a dot for each measured value, beside the values that satisfy the criterion (shaded)."""
    low, high = limits_of(criterion)
    edges = [edge for edge in (low, high) if math.isfinite(edge)]
    values = [value for each in groups.values() for value in each]
    left = LABEL if any(groups) else 10
    axis = Axis([*values, *edges], left, width - 10)
    bottom = ROW * len(groups) + 8
    parts = [
        f'<rect class="goal" x="{axis(low):.1f}" y="4" width="{axis(high) - axis(low):.1f}" height="{bottom - 4}"/>'
    ]
    parts += axis_parts(axis, 4, bottom)
    parts += [
        f'<line class="edge" x1="{axis(edge):.1f}" x2="{axis(edge):.1f}" y1="4" y2="{bottom}"/>' for edge in edges
    ]
    told = []
    for place, (name, each) in enumerate(groups.items()):
        y = 4 + ROW * (place + 0.5)
        parts.append(text(left - 8, y + 4, name, "end"))
        parts += [dot(axis(value), y, low <= value <= high) for value in each]
        told.append(f"{name}: {', '.join(map(in_digits, each)) or 'nothing measured'}")
    words = f"Measured values by reading; the criterion is {criterion}. {'; '.join(told)}."
    return svg(width, bottom + 20, words, parts)


def dot(x: float, y: float, reproduced: bool, size: float = 5) -> str:
    """A filled disk where the criterion is met, a cross where it is not."""
    if reproduced:
        return f'<circle class="reproduced" cx="{x:.1f}" cy="{y:.1f}" r="{size:g}"/>'
    arm = 0.8 * size
    return (
        f'<path class="line not-reproduced" d="M{x - arm:.1f} {y - arm:.1f}l{2 * arm:g} {2 * arm:g}'
        f'M{x - arm:.1f} {y + arm:.1f}l{2 * arm:g} {-2 * arm:g}"/>'
    )


def verdict_bar(counts: Mapping[str, int], words: str, width: float = 320) -> Markup:
    """Counts as parts of one bar; names are classes."""
    total, x = sum(counts.values()), 0.0
    parts: list[str] = []
    for name, count in counts.items():
        part = width * count / total if total else 0
        parts.append(f'<rect class="{name}" x="{x:.1f}" y="0" width="{part:.1f}" height="14"/>')
        x += part
    return svg(width, 14, words, parts, "bar")


def runs_of(flags: Sequence[bool]) -> list[tuple[int, int]]:
    """Start and length of each stretch of true values."""
    edges = np.flatnonzero(np.diff([0, *map(int, flags), 0]))
    return [(int(start), int(end - start)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def cells(verdicts: Sequence[str], top: float, width: float, height: float, left: float = 0) -> list[str]:
    """A row of cells, a colour for each verdict; neighbours of one colour are one path."""
    parts = []
    for verdict in dict.fromkeys(verdicts):
        stretches = runs_of([each == verdict for each in verdicts])
        path = "".join(
            f"M{left + start * width:g} {top:g}h{length * width:g}v{height:g}h{-length * width:g}z"
            for start, length in stretches
        )
        parts.append(f'<path class="{css(verdict)}" d="{path}"/>')
    return parts


def css(verdict: str) -> str:
    return verdict.replace(" ", "-")


def count_words(verdicts: Iterable[str]) -> str:
    """ "19 reproduced, 53 not reproduced"."""
    counted = pd.Series(list(verdicts)).value_counts()
    return ", ".join(f"{counted[verdict]} {verdict}" for verdict in OUTCOMES if verdict in counted)


def universe_strip(grid: Mapping[str, Sequence[str]]) -> Markup:
    """One claim in all readings, a column each, in the order of the matrix; a row for each place."""
    width, height = 2, 8
    parts = [
        part
        for row, verdicts in enumerate(grid.values())
        for part in cells(verdicts, row * (height + 1), width, height)
    ]
    words = "; ".join(f"{place}: {count_words(verdicts)}" for place, verdicts in grid.items())
    return svg(width * len(next(iter(grid.values()))), len(grid) * (height + 1), f"Universes. {words}.", parts, "strip")


def matrix(
    rows: Sequence[tuple[str, str, Sequence[str]]], readings: pd.DataFrame, choices: Options, named: Mapping[str, int]
) -> Markup:
    """Claims against readings, above the options that make each reading.

    Args:
        rows: what stands before a row, where it leads, and its verdicts.
        readings: a row for each column of the matrix, columns the choices.
        choices: options to show, by choice.
        named: places of the named readings among the columns.
    """
    cell, left, top = 8, 600, 16
    columns = len(readings)
    parts: list[str] = []
    for place, (words, target, verdicts) in enumerate(rows):
        y = top + place * (cell + 4)
        label = text(left - 8, y + cell, words, "end", "small")
        parts += [f'<a href="{escape(target)}">{label}</a>', *cells(verdicts, y, cell, cell + 3, left)]
    bottom = top + len(rows) * (cell + 4)
    ticks, height = option_ticks(readings, choices, left, bottom + 10, cell)
    parts += ticks
    for name, place in named.items():
        x, frame = left + place * cell, bottom + height - top + 12
        parts.append(text(x + cell / 2, top - 5, name, "middle", "small"))
        parts.append(f'<rect class="frame" x="{x:g}" y="{top - 2}" width="{cell}" height="{frame:g}"/>')
    words = f"{len(rows)} claims against {columns} readings; the table of claims has the same counts."
    return svg(left + columns * cell + 20, bottom + height + 16, words, parts, "map")


def option_ticks(
    table: pd.DataFrame, choices: Options, left: float, top: float, cell: float
) -> tuple[list[str], float]:
    """For each option of each choice a row of ticks where a column has it, and the height of all rows."""
    y = top
    parts: list[str] = []
    for choice, options in choices.items():
        parts.append(text(left - 118, y + 9, choice.replace("_", " "), "end", "small strong"))
        for option in options:
            there = [each == option for each in table[choice]]
            path = "".join(
                f"M{left + start * cell:g} {y + 2:g}h{length * cell:g}v7h{-length * cell:g}z"
                for start, length in runs_of(there)
            )
            parts += [text(left - 8, y + 9, option_in_words(option), "end", "small"), f'<path class="ink" d="{path}"/>']
            y += 12
        y += 5
    return parts, y - top


def specification_curve(
    table: pd.DataFrame, criterion: str, choices: Options, named: Mapping[str, Mapping[str, Hashable]]
) -> Markup:
    """One claim at one place: the measured value of each universe, smallest first, above the options that make it.

    Args:
        table: rows of `Evidence.universes`.
        criterion: in words.
        choices: options to show, by choice.
        named: the named readings, which are marked.
    """
    rank = table["verdict"].map({verdict: place for place, verdict in enumerate(OUTCOMES)})
    table = table.assign(rank=rank).sort_values(["value", "rank"], kind="stable").reset_index(drop=True)
    sound = table.loc[table["verdict"].isin(VERDICTS), "value"].dropna()
    cell, left, top = max(4.0, min(10.0, 640 / len(table))), 240, 16.0 * len(named)
    right, bottom = left + cell * len(table), top + (150 if len(sound) else 20)
    parts: list[str] = []
    if len(sound):
        low, high = limits_of(criterion)
        edges = [edge for edge in (low, high) if math.isfinite(edge)]
        axis = Axis([*sound, *edges], bottom, top + 6)  # upwards; what did not survive may lie beyond its ends
        parts.append(
            f'<rect class="goal" x="{left}" y="{axis(high):.1f}" width="{right - left:g}" '
            f'height="{axis(low) - axis(high):.1f}"/>'
        )
        for tick in axis.ticks:
            parts.append(f'<line class="rule" x1="{left}" x2="{right:g}" y1="{axis(tick):.1f}" y2="{axis(tick):.1f}"/>')
            parts.append(text(left - 8, axis(tick) + 4, short(tick), "end", "small"))
        for edge in edges:
            parts.append(f'<line class="edge" x1="{left}" x2="{right:g}" y1="{axis(edge):.1f}" y2="{axis(edge):.1f}"/>')
        for place, (verdict, value) in enumerate(zip(table["verdict"], table["value"], strict=True)):
            if math.isfinite(value):
                parts.append(mark_of(verdict, left + (place + 0.5) * cell, axis(value)))
    else:
        parts += cells(table["verdict"].tolist(), top + 2, cell, 16, left)
    ticks, ticks_height = option_ticks(table, choices, left, bottom + 12, cell)
    parts += ticks
    for row, (name, options) in enumerate(named.items()):
        for place in np.flatnonzero((table[list(options)] == pd.Series(options)).all(axis=1)).tolist():
            x, y = left + place * cell, 16 * row + 14
            parts.append(text(x + cell / 2, y - 3, name, "middle", "small"))
            height = bottom + 12 + ticks_height - y
            parts.append(f'<rect class="frame" x="{x:g}" y="{y}" width="{cell:g}" height="{height:g}"/>')
    words = f"{len(table)} universes, sorted by value; the criterion is {criterion}: {count_words(table['verdict'])}."
    return svg(right + 60, bottom + ticks_height + 16, words, parts)


def mark_of(verdict: str, x: float, y: float) -> str:
    """A disk where the claim is reproduced, a cross where it is not, an open ring where the network did not survive."""
    if verdict in VERDICTS:
        return dot(x, y, verdict == REPRODUCED, 3)
    return f'<circle class="line {css(verdict)}" cx="{x:.1f}" cy="{y:.1f}" r="2.6"/>'


def curve(x: Sequence[float], lines: Mapping[str, Sequence[float]], words: str) -> Markup:
    """Small curves over x without axes, on one scale from zero; names are classes."""
    width, height = 120, 30
    finite = [value for values in lines.values() for value in values if math.isfinite(value)]
    top, end = max(finite, default=0) or 1, max(x) or 1
    parts = []
    for name, values in lines.items():
        points = [
            f"{width * at / end:.1f} {height - 1 - (height - 2) * value / top:.1f}"
            for at, value in zip(x, values, strict=True)
            if math.isfinite(value)
        ]
        parts.append(f'<path class="line {name}" d="M{"L".join(points)}"/>' if points else "")
    return svg(width, height, words, parts, "curve")


def shares_bar(shares: Mapping[str, float], words: str, width: float = 220) -> Markup:
    """Shares of a whole side by side; the place is the class."""
    x = 0.0
    parts: list[str] = []
    for place, share in enumerate(shares.values()):
        parts.append(f'<rect class="part-{place}" x="{x:.1f}" y="0" width="{max(share, 0) * width:.1f}" height="14"/>')
        x += max(share, 0) * width
    return svg(width, 14, words, parts, "bar")

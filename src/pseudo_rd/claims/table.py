"""The claims as Markdown: a table to read, and the named readings side by side."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from pseudo_rd.claims.judge import counts_in_words, reproduced_in

COLUMNS = ("where", "claim", "quantity", "measured", "criterion")  # of a row of `judge.judge_all`, in a table


def to_markdown(rows: Sequence[Mapping[str, Any]], preset: str, reading: str) -> str:
    """The page claims.md.

    Args:
        rows: of `judge.judge_all`.
        preset, reading: their names.
    """
    cells = []
    for row in rows:
        verdict = f"**{row['verdict']}**" + (f": {row['reason']}" if row["reason"] else "")
        verdict += " (overshot)" if row["overshot"] else ""
        verdict += f": {row['carried']}" if row["carried"] else ""
        cells.append((*(row[key] for key in COLUMNS), verdict))
    lines = [
        f"# Claims of the paper, preset {preset}, reading {reading}",
        "",
        f"{counts_in_words(rows)}.",
        "A claim is reproduced where every measured number (one for each seed, unless said otherwise) satisfies a "
        "criterion that `params.yaml` fixes. Numbers: mean (smallest to largest; how many pass, where only some "
        "do).",
        "",
        *markdown_table((*COLUMNS, "verdict"), cells),
    ]
    overshot = sorted({words for row in rows for words in row["overshot"]})
    if overshot:
        lines += [
            "",
            "## Overshot",
            "",
            "The first steps of these runs raise the error instead of lowering it: the learning rate is too large for "
            "this start at this width. They throw the weights far off, and these coast on their momentum from there. "
            "Distances and maps show mainly this, with and without the critic alike.",
            "",
            *(f"- {words}" for words in overshot),
        ]
    shrunk = sorted({change for row in rows for change in row["shrunk"]})
    if shrunk:
        lines += ["", f"## What the preset {preset} shrinks", "", *(f"- {change}" for change in shrunk)]
    return "\n".join(lines) + "\n"


def compare(pages: Mapping[str, Sequence[Mapping[str, Any]]], verdicts: pd.DataFrame) -> list[dict[str, Any]]:
    """A row for each claim: its verdict under each named reading, and in how many universes it is reproduced.

    Args:
        pages: by reading, the rows of `judge.judge_all`. A page that was made before a claim was added lacks it; the
            claims of the longest page come first.
        verdicts: a row for each claim and universe (`multiverse.verdicts`); counted by `judge.reproduced_in`.

    Returns:
        Rows with name, where, claim, quantity, criterion; `readings`, by name verdict, measured, values and reason, or
        None; `universes`, the numbers `reproduced` and `of`, or None where no universe can tell.
    """
    counts = {name: reproduced_in(group) for name, group in verdicts.groupby("claim")["verdict"]}
    by_name = {reading: {row["name"]: row for row in rows} for reading, rows in pages.items()}
    claims: dict[str, Mapping[str, Any]] = {}
    for rows in sorted(pages.values(), key=len, reverse=True):  # pages of one length stay in their order
        for row in rows:
            claims.setdefault(row["name"], row)
    comparison = []
    for name, claim in claims.items():
        reproduced, testable = counts.get(name, (0, 0))
        row = {key: claim[key] for key in ("name", "where", "claim", "quantity", "criterion")}
        row["readings"] = {
            reading: {key: rows[name][key] for key in ("verdict", "measured", "values", "reason")}
            if name in rows
            else None
            for reading, rows in by_name.items()
        }
        row["universes"] = {"reproduced": reproduced, "of": testable} if testable else None
        comparison.append(row)
    return comparison


def comparison_to_markdown(rows: Sequence[Mapping[str, Any]], preset: str) -> str:
    """The page claims.md of a preset: a column for each reading, and how many runs of readings reproduce each.

    Args:
        rows: of `compare`.
        preset: its name.
    """
    readings = list(rows[0]["readings"])
    unreproduced = [row for row in rows if row["universes"] and not row["universes"]["reproduced"]]
    lines = [f"# Claims of the paper, preset {preset}: what is reproduced under which reading", ""]
    for reading in readings:
        results = [row["readings"][reading] for row in rows if row["readings"][reading]]
        lines.append(f"- Reading `{reading}`: {counts_in_words(results)}.")
    lines += [
        f"- Claims that readings can decide and none reproduces: {len(unreproduced) or 'none.'}",
        *(f"  - {row['where']}: {escape(row['claim'])}" for row in unreproduced),
        "",
        "The last column counts runs of readings: one option for every choice that the paper leaves open, on one data "
        "set at one width (docs/readings.md). Died or diverged counts as not reproduced; a dash: none can tell. What "
        "the numbers are, and why a claim is not testable: `<reading>/claims.md`.",
        "",
    ]
    cells = []
    for row in rows:
        verdicts = [verdict_and_number(row["readings"][reading]) for reading in readings]
        cells.append((row["where"], row["claim"], *verdicts, share_in_words(row["universes"])))
    heads = ("where", "claim", *(f"reading {reading}" for reading in readings), "readings that reproduce it")
    return "\n".join([*lines, *markdown_table(heads, cells)]) + "\n"


def verdict_and_number(result: Mapping[str, Any] | None) -> str:
    if result is None:
        return "-"
    return f"**{result['verdict']}**" + (f": {result['measured']}" if result["values"] else "")


def share_in_words(universes: Mapping[str, int] | None) -> str:
    return f"{universes['reproduced']} of {universes['of']}" if universes else "-"


def markdown_table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    """The lines of a Markdown table."""
    return [f"| {' | '.join(escape(str(cell)) for cell in cells)} |" for cells in (heads, ["---"] * len(heads), *rows)]


def escape(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")

"""The claims as Markdown: a table to read, and the readings of L side by side."""

from collections.abc import Mapping, Sequence
from typing import Any

from pseudo_rd.claims.judge import VERDICTS, count_verdicts


def to_markdown(
    rows: Sequence[Mapping[str, Any]], readings: Mapping[str, Sequence[Mapping[str, Any]]], preset: str
) -> str:
    """The page claims.md.

    Args:
        rows: of `judge.judge_all`.
        readings: by reading, the rows of `judge.judge_readings`.
        preset: its name.
    """
    counts = count_verdicts(rows)
    lines = [
        f"# Claims of the paper, preset {preset}",
        "",
        ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS) + ".",
        "A claim is reproduced where every measured number (one for each seed, unless said otherwise) satisfies a "
        "criterion that `params.yaml` fixes. Numbers: mean (smallest to largest).",
        "",
        "| where | claim | quantity | measured | criterion | verdict |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        verdict = f"**{row['verdict']}**" + (f": {row['reason']}" if row["reason"] else "")
        cells = [row["where"], row["claim"], row["quantity"], row["measured"], row["criterion"], verdict]
        lines.append("| " + " | ".join(escape(cell) for cell in cells) + " |")
    lines += [
        "",
        "## Readings of L = 0.01",
        "",
        "The same criteria on synthetic data under each reading (docs/readings.md).",
        "",
        "| claim | " + " | ".join(readings) + " |",
        "| --- |" + " --- |" * len(readings),
    ]
    for claims in zip(*readings.values(), strict=True):
        cells = [f"{row['measured']}: **{row['verdict']}**" for row in claims]
        lines.append(f"| {escape(claims[0]['claim'])} | " + " | ".join(escape(cell) for cell in cells) + " |")
    shrunk = sorted({change for row in rows for change in row["shrunk"]})
    if shrunk:
        lines += ["", f"## What the preset {preset} shrinks", "", *(f"- {change}" for change in shrunk)]
    return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")

"""The claims as Markdown: a table to read, and the named readings side by side."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pseudo_rd.claims.judge import VERDICTS, count_verdicts


def to_markdown(rows: Sequence[Mapping[str, Any]], preset: str, reading: str) -> str:
    """The page claims.md.

    Args:
        rows: of `judge.judge_all`.
        preset, reading: their names.
    """
    counts = count_verdicts(rows)
    lines = [
        f"# Claims of the paper, preset {preset}, reading {reading}",
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
    shrunk = sorted({change for row in rows for change in row["shrunk"]})
    if shrunk:
        lines += ["", f"## What the preset {preset} shrinks", "", *(f"- {change}" for change in shrunk)]
    return "\n".join(lines) + "\n"


def compare(pages: Mapping[str, Sequence[Mapping[str, Any]]], verdicts: pd.DataFrame) -> list[dict[str, Any]]:
    """A row for each claim: its verdict under each named reading, and in how many universes it holds.

    Args:
        pages: by reading, the rows of `judge.judge_all`.
        verdicts: a row for each claim and universe (`multiverse.verdicts`); the universes where it is not testable do
            not count, those that died or diverged do.
    """
    counted = verdicts[verdicts["verdict"] != "not testable"]
    holds = (counted["verdict"] == "holds").groupby(counted["claim"]).agg(["sum", "size"])
    joined = []
    for rows in zip(*pages.values(), strict=True):
        first = rows[0]
        told = {key: first[key] for key in ("name", "where", "claim", "quantity", "criterion")}
        by_reading = {
            reading: {key: row[key] for key in ("verdict", "measured", "values", "reason")}
            for reading, row in zip(pages, rows, strict=True)
        }
        share = holds.loc[first["name"]] if first["name"] in holds.index else None
        universes = None if share is None else {"holds": int(share["sum"]), "of": int(share["size"])}
        joined.append({**told, "readings": by_reading, "universes": universes})
    return joined


def comparison_to_markdown(rows: Sequence[Mapping[str, Any]], preset: str) -> str:
    """The page claims.md of a preset: a column for each reading, and the share over all universes."""
    readings = list(rows[0]["readings"])
    counts = {
        reading: [sum(row["readings"][reading]["verdict"] == verdict for row in rows) for verdict in VERDICTS]
        for reading in readings
    }
    never = [row for row in rows if row["universes"] and not row["universes"]["holds"]]
    lines = [
        f"# Claims of the paper, preset {preset}: which hold under which reading",
        "",
        *(
            f"- Reading `{reading}`: "
            + ", ".join(f"{count} {verdict}" for count, verdict in zip(numbers, VERDICTS, strict=True))
            + "."
            for reading, numbers in counts.items()
        ),
        f"- {len(never)} claims hold in no universe: {', '.join(row['name'] for row in never) or 'none'}.",
        "",
        "A universe is one option for every choice that the paper leaves open, on one data set at one width "
        "(docs/readings.md). Those that died or diverged count as not holding. Numbers and reasons: "
        "`<reading>/claims.md`.",
        "",
        "| where | claim | " + " | ".join(readings) + " | universes |",
        "| --- | --- |" + " --- |" * len(readings) + " --- |",
    ]
    for row in rows:
        share = row["universes"]
        found = [
            f"**{row['readings'][reading]['verdict']}** ({row['readings'][reading]['measured']})"
            for reading in readings
        ]
        cells = [row["where"], row["claim"], *found, f"{share['holds']} of {share['of']}" if share else "-"]
        lines.append("| " + " | ".join(escape(cell) for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")

"""What came out, for the report: a passage for its front page and one for each figure's caption."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pseudo_rd.claims.judge import NOT_TESTABLE, counts_in_words


def to_restructured_text(
    rows: Sequence[Mapping[str, Any]],
    summaries: Sequence[Mapping[str, Any]],
    preset: str,
    reading: str,
    figures: Iterable[str],
) -> str:
    """The file outcomes.rst: passages between `.. begin <name>` and `.. end <name>`, which captions include.

    Args:
        rows: of `judge.judge_all`.
        summaries: one of each run (docs/files.md).
        preset, reading: their names.
        figures: every figure that has a caption, as in the claims' `figures`.
    """
    verdicts = f"Preset {preset}, reading {reading}: of {len(rows)} claims read off the paper, {counts_in_words(rows)}."
    passages = {
        "front": [verdicts, "", *provenance(summaries)],
        "claims": [verdicts],
        **{figure: outcome([row for row in rows if figure in row["figures"]]) for figure in figures},
    }
    return "\n".join(
        line for name, lines in passages.items() for line in (f".. begin {name}", "", *lines, "", f".. end {name}", "")
    )


def outcome(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """One item for each statement that the figure shows."""
    if not rows:
        return ["*What came out here:* no statement of the paper is decided by this picture alone."]
    return ["*What came out here:*", "", *(f"- {sentence(row)}" for row in rows)]


def sentence(row: Mapping[str, Any]) -> str:
    numbers = f"{row['quantity']}: {row['measured']}; criterion: {row['criterion']}"
    reason = f", {row['reason']}" if row["verdict"] == NOT_TESTABLE else ""
    return f"{escape(row['claim'])} **{row['verdict'].capitalize()}**{escape(reason)} ({escape(numbers)})."


def provenance(summaries: Sequence[Mapping[str, Any]]) -> list[str]:
    """Programs, machines and data that the runs were made with; several values where the runs were not made alike."""
    machines = [summary["machine"] for summary in summaries]
    seconds = sum(summary["final"]["seconds"] for summary in summaries)
    versions = sorted({f"{name} {version}" for machine in machines for name, version in machine["versions"].items()})
    datasets = {summary["dataset"]["checksum"]: summary["dataset"] for summary in summaries}
    return [
        f"- {len(summaries)} networks, {seconds / 60:.1f} minutes of training on {all_values(machines, 'device')}, "
        f"products in {all_values(machines, 'precision')}.",
        f"- Python {all_values(machines, 'python')}, {escape(', '.join(versions))}; git commit "
        f"{all_values(machines, 'git_commit')}.",
        *(
            f"- {escape(data['name'])}: {data['train_samples']} samples to train, {data['test_samples']} to test; "
            f"{escape(data['stand_in'] or data['source'])}; SHA-256 {checksum[:12]}."
            for checksum, data in sorted(datasets.items(), key=lambda item: item[1]["name"])
        ),
    ]


def all_values(machines: Sequence[Mapping[str, Any]], key: str) -> str:
    return escape(" and ".join(sorted({str(machine[key]) for machine in machines})))


def escape(text: str) -> str:
    """Text whose signs mean nothing to reStructuredText."""
    return re.sub(r"([\\*`|_])", r"\\\1", text)

"""What finished presets gave, stored, so that a change of the engine that moves the science shows.

    python tests/stored.py results/smoke/printed results/quick/printed

writes tests/stored/<preset>-<reading>.json; `git diff tests/stored` then shows what moved. Run it where a change is
meant.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.results.files import read_run
from pseudo_rd.results.runs import Run

FOLDER = Path(__file__).parent / "stored"
# The cheapest runs of quick, seconds each, which tests/test_stored.py trains again.
RUNS = tuple(
    f"{dataset}/{objective}/m256/seed1"
    for dataset in ("mnist", "synthetic-784")
    for objective in ("supervised", "augmented")
)
EARLY = 100  # iterations
COLUMNS = ("distance_hidden", "distance_top", "train_error", "test_error")
# t-SNE enlarges rounding until other neurons are neighbours: on 48 neurons, one processor against another moved the
# share of neighbours kept by up to 0.16. Its verdicts at smoke scale are not compared.
MAPPED = {claim.name for claim in CLAIMS if any(source.kind == "patterns" for source in claim.reads)}


def rounded(value: float) -> float:
    return float(f"{value:.8g}")


def claim_numbers(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """By claim its verdict and its numbers."""
    return {row["name"]: {"verdict": row["verdict"], "values": [*map(rounded, row["values"])]} for row in rows}


def run_numbers(run: Run) -> dict[str, dict[str, float]]:
    """The last recorded row of the first EARLY iterations, and the last of all."""
    rows = run.history.set_index("iteration")[list(COLUMNS)]
    chosen = {"early": rows[rows.index <= EARLY].iloc[-1], "end": rows.iloc[-1]}
    return {name: {column: rounded(value) for column, value in row.items()} for name, row in chosen.items()}


def numbers(results: Path) -> dict[str, Any]:
    """Of the folder of a finished preset and reading."""
    claims = json.loads((results / "claims.json").read_text(encoding="utf-8"))["claims"]
    runs = {name: run_numbers(read_run(results / "runs" / name)) for name in RUNS if (results / "runs" / name).is_dir()}
    return {"claims": claim_numbers(claims), "runs": runs}


def stored(preset: str, reading: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{preset}-{reading}.json").read_text(encoding="utf-8"))


if __name__ == "__main__":
    for folder in map(Path, sys.argv[1:]):
        sections = []
        for section, entries in numbers(folder).items():
            lines = (f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in entries.items())
            sections.append(f' "{section}": {{\n' + ",\n".join(lines) + "\n }")
        text = "{\n" + ",\n".join(sections) + "\n}\n"  # a claim a line, for `git diff`
        (FOLDER / f"{folder.parent.name}-{folder.name}.json").write_text(text, encoding="utf-8")

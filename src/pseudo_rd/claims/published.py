"""Evidence that lies in docs/results: what claims are judged on, without the weights.

docs/results/<preset>-<reading>/ holds evidence.json, runs/, filters/ and patterns/; docs/results/<preset>/ what the
preset's readings share: simulations/ and theory/flow.npz. All of it as the stages wrote it; of a simulation the first
and last field.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pseudo_rd.claims.claim import names_of
from pseudo_rd.claims.evidence import Evidence
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.parameters.schema import Experiment
from pseudo_rd.results.files import read_json, read_npz, read_table
from pseudo_rd.results.gather import gather_patterns, gather_runs, gather_simulations


def published_evidence(folder: Path, claims: Mapping[str, Any]) -> Evidence:
    """The evidence of one preset under one reading.

    Args:
        folder: docs/results/<preset>-<reading>.
        claims: the section `claims` of params.yaml: criteria may be others than when the runs were made.

    Raises:
        ValueError: naming a file that is missing or cannot be read.
    """
    told = read_json(folder / "evidence.json")
    shared = folder.parent / told["preset"]
    experiments = {name: Experiment.model_validate(each) for name, each in told["parameters"]["experiments"].items()}
    embedded = {name: experiments[name].runs("first") for name in names_of(CLAIMS, "patterns") if name in experiments}
    patterns = {name: [pattern_files(folder, run) for run in runs] for name, runs in embedded.items()}
    flow = shared / "theory" / "flow.npz"
    return Evidence(
        runs=gather_runs(
            {name: [str(folder / "runs" / run) for run in each.runs()] for name, each in experiments.items()}
        ),
        patterns=gather_patterns(
            {name: group for name, group in patterns.items() if all(Path(each["clusters"]).exists() for each in group)}
        ),
        simulations=gather_simulations(by_name(shared.glob("simulations/*.npz"))),
        flow=read_npz(flow) if flow.exists() else {},
        filters={name: read_table(path) for name, path in by_name(folder.glob("filters/*.parquet")).items()},
        changes=[tuple(change) for change in told["changes"]],
        parameters={**told["parameters"], "claims": claims},
    )


def pattern_files(folder: Path, run: str) -> dict[str, str]:
    """Of the run, its folder and its files of maps and clusters."""
    placed = folder / "patterns" / run
    return {
        "run": str(folder / "runs" / run),
        "maps": str(placed / "first_maps.npz"),
        "clusters": str(placed / "first_clusters.npz"),
    }


def by_name(paths: Iterable[Path]) -> dict[str, str]:
    return {path.stem: str(path) for path in sorted(paths)}

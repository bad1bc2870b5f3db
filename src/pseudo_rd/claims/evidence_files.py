"""The files that claims are judged by: which they are, and what they hold, in results/ as in docs/results/."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pseudo_rd.claims.claim import EXPERIMENT_KINDS, Kind, Source, names_of
from pseudo_rd.claims.evidence import Evidence
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.results.files import read_npz, read_table
from pseudo_rd.results.gather import gather_patterns, gather_runs
from pseudo_rd.results.layout import OF_A_PATTERN, Layout, run_files, runs_of

EXPERIMENTS = tuple(dict.fromkeys(name for kind in EXPERIMENT_KINDS for name in names_of(CLAIMS, kind)))


def files_of(source: Source, layout: Layout, experiments: Mapping[str, Any]) -> list[str]:
    """The files that hold what a claim reads; `experiments` is the section of params.yaml."""
    if source.kind == "runs":
        return run_files(map(layout.run, runs_of(experiments[source.name])))
    if source.kind == "patterns":
        patterns = map(layout.pattern, runs_of(experiments[source.name], "first"))
        return [pattern[kind] for pattern in patterns for kind in OF_A_PATTERN]
    if source.kind == "filters":
        return [layout.filters(source.name)]
    return [layout.flow if source.kind == "flow" else layout.simulation(source.name)]


def evidence_files(layout: Layout, experiments: Mapping[str, Any]) -> list[str]:
    """All files that the claims are judged by, each once."""
    sources = [Source("runs", name) for name in EXPERIMENTS] + [source for claim in CLAIMS for source in claim.reads]
    return list(dict.fromkeys(file for source in sources for file in files_of(source, layout, experiments)))


def read_evidence(layout: Layout, parameters: Mapping[str, Any], changes: Sequence[Sequence[Any]]) -> Evidence:
    """What the claims are measured on, as far as it is there; runs all have to be.

    Args:
        layout: of the preset and reading.
        parameters: sections of params.yaml as resolved, `experiments` among them: those whose runs are there.
        changes: wherever the preset differs from the paper, as for `Evidence`.

    Raises:
        ValueError: naming a file that cannot be read, or a run's that is missing.
    """
    experiments = {name: section for name, section in parameters["experiments"].items() if name in EXPERIMENTS}

    def complete_names(kind: Kind) -> list[str]:
        names = [name for name in names_of(CLAIMS, kind) if name in experiments or kind not in EXPERIMENT_KINDS]
        files = {name: files_of(Source(kind, name), layout, experiments) for name in names}
        return [name for name in names if all(Path(file).exists() for file in files[name])]

    first_runs = {name: runs_of(experiments[name], "first") for name in complete_names("patterns")}
    return Evidence(
        runs=gather_runs({name: [*map(layout.run, runs_of(section))] for name, section in experiments.items()}),
        patterns=gather_patterns({name: [*map(layout.pattern, runs)] for name, runs in first_runs.items()}),
        simulations={name: read_npz(layout.simulation(name)) for name in complete_names("simulations")},
        flow=read_npz(layout.flow) if complete_names("flow") else {},
        filters={name: read_table(layout.filters(name)) for name in complete_names("filters")},
        changes=[tuple(change) for change in changes],
        parameters=parameters,
    )

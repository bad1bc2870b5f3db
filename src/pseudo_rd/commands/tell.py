"""What published evidence says: `make tell`, after a change of criteria or of wording; nothing is copied or trained.

Verdicts are judged from the files in docs/results/. docs/results/findings.md says in sentences what they come to,
README's first screen and docs/results.md in a few.
"""

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from pseudo_rd.claims.answer import criteria_of, page_of
from pseudo_rd.claims.answer import to_markdown as statements_table
from pseudo_rd.claims.beyond import judge_cases
from pseudo_rd.claims.beyond import to_markdown as beyond_page
from pseudo_rd.claims.evidence import Evidence
from pseudo_rd.claims.evidence_files import read_evidence
from pseudo_rd.claims.extrapolation import cut_to, spreads
from pseudo_rd.claims.judge import judge_all
from pseudo_rd.claims.short_answer import in_short
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.claims.table import compare, comparison_to_markdown, to_markdown
from pseudo_rd.claims.whole import (
    at_the_papers_time,
    early_table,
    ends_table,
    misfit_table,
    predictions_table,
    whole_trainings,
)
from pseudo_rd.multiverse.findings import to_markdown as to_findings
from pseudo_rd.parameters.document import fill_marked
from pseudo_rd.parameters.plain_yaml import read_parameters
from pseudo_rd.parameters.presets import plain, resolve
from pseudo_rd.parameters.schema import Parameters
from pseudo_rd.results.files import read_json, read_table, write_json, write_text
from pseudo_rd.results.layout import Layout

OF_FINDINGS = ("runs", "spreads", "of_theorems", "cut")  # what a page holds beside the verdicts


def tell(project: Path) -> list[Path]:
    """All that follows from published evidence: verdicts, findings, and the answer in README and docs/results.md.

    Of the presets with a study of all readings the largest is told of, the others beside it.

    Args:
        project: the folder with params.yaml, docs/ and README.md.

    Returns:
        The pages written, except those of the verdicts.
    """
    config = read_parameters(project / "params.yaml")
    presets, claims = [*config["presets"]], plain(resolve(config).claims)
    published = project / "docs" / "results"
    pages = published_pages(published, presets, config["readings"], claims)
    for page in pages:
        folder = published / page["preset"] / page["reading"]
        write_json(folder / "claims.json", {key: page[key] for key in page if key not in OF_FINDINGS})
        write_text(folder / "claims.md", to_markdown(page["claims"], page["preset"], page["reading"]))
    for path in sorted(published.glob("*/*/beyond/beyond.json")):
        tell_beyond(path.parent, resolve(config))
    for preset in presets:
        compare_published(published, preset, sorted(config["readings"]))
    studies = published_studies(published, presets, config["readings"])
    if not studies:
        return []
    findings = published / "findings.md"
    write_text(findings, from_below(to_findings(studies, pages)))
    if not (project / "README.md").exists():
        return [findings]
    blocks = blocks_of_pages(project, pages, claims)
    for path, blocks_of_page in blocks.items():
        texts = {name: f"{block}\n" for name, block in blocks_of_page.items()}
        path.write_text(fill_marked(path.read_text(encoding="utf-8"), texts), encoding="utf-8")
    return [findings, *blocks]


def blocks_of_pages(
    project: Path, pages: Sequence[Mapping[str, Any]], claims: Mapping[str, Any]
) -> dict[Path, dict[str, str]]:
    """By page that people write the blocks in it that follow from published evidence.

    Args:
        project: as for `tell`.
        pages: of `published_pages`.
        claims: the section of params.yaml.
    """
    published, learned = project / "docs" / "results", claims["learned"]
    whole, kindest, literal = (published / "full" / reading for reading in ("pytorch", "gentle", "printed"))
    runs, printed, predictions = whole_trainings(whole), whole_trainings(literal), read_json(whole / "predictions.json")
    controls = sorted((published / "evening" / "glorot" / "controls").glob("*/*.parquet"))
    as_good = criteria_of(claims)["no_worse"]
    answer = in_short(runs, printed, pages, predictions, pd.concat(map(read_table, controls)), as_good)
    return {
        project / "README.md": {"answer": answer, "statements": statements_table(pages, ("mnist",))},
        project / "docs" / "results.md": {"answer": answer, "statements": statements_table(pages)},
        whole / "README.md": {
            "then": ends_table(at_the_papers_time(runs, predictions), learned),
            "ends": ends_table(runs, learned),
        },
        kindest / "README.md": {"ends": ends_table(whole_trainings(kindest), learned)},
        literal / "README.md": {"ends": ends_table(printed, learned)},
        project / "docs" / "experiments.md": {
            "misfit": misfit_table(runs),
            "early": early_table(runs, whole_trainings(published / "night" / "pytorch")),
            "predictions": predictions_table(predictions, runs),
        },
    }


def published_evidence(folder: Path, claims: Mapping[str, Any]) -> tuple[dict[str, Any], Evidence]:
    """The content of evidence.json in docs/results/<preset>/<reading>/, and what lies beside it.

    Args:
        folder: that of the reading.
        claims: the section `claims` of params.yaml: criteria may be others than when the runs were made.

    Raises:
        ValueError: naming a file that is missing or cannot be read.
    """
    manifest = read_json(folder / "evidence.json")
    return manifest, read_evidence(Layout.of(folder), {**manifest["parameters"], "claims": claims}, manifest["changes"])


def judged(folder: Path, claims: Mapping[str, Any]) -> dict[str, Any]:
    """The verdicts that follow from published evidence, as claims.json has them; arguments as `published_evidence`."""
    manifest, evidence = published_evidence(folder, claims)
    return page_of(manifest["preset"], manifest["reading"], evidence)


def tell_beyond(published: Path, chosen: Parameters) -> None:
    """Judge a published comparison again, its folder beyond/; a case that params.yaml no longer has keeps its words."""
    page = read_json(published / "beyond.json")
    words = {final["case"]: final["words"] for final in page["finals"]}
    words |= {name: case.words for name, case in chosen.beyond.cases.items()}
    histories, filters = (read_table(published / f"{name}.parquet") for name in ("runs", "filters"))
    comparison = judge_cases(histories, filters, words, criteria_of(plain(chosen.claims)))
    write_json(published / "beyond.json", {"preset": page["preset"], **comparison})
    write_text(published / "beyond.md", beyond_page(comparison["statements"], comparison["finals"], page["preset"]))


def compare_published(published: Path, preset: str, readings: Iterable[str]) -> None:
    """The published verdicts under the named readings, and in all universes, where the preset has a study of them."""
    shared = published / preset
    if not (shared / "multiverse" / "verdicts.parquet").exists():
        return
    paths = {name: shared / name / "claims.json" for name in readings}
    pages = {name: read_json(path)["claims"] for name, path in paths.items() if path.exists()}
    rows = compare(pages, read_table(shared / "multiverse" / "verdicts.parquet"))
    write_json(shared / "claims.json", {"preset": preset, "claims": rows})
    write_text(shared / "claims.md", comparison_to_markdown(rows, preset))


def from_below(page: str) -> str:
    """A page for docs/results/, with its links to pages of docs/."""
    return re.sub(r"\]\((?=[\w-]+\.md)", "](../", page)


def published_studies(published: Path, presets: Sequence[str], named: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The published studies of all readings, in the order of the presets, as the findings take them."""
    return [
        {
            "preset": name,
            "summary": read_json(published / name / "multiverse.json"),
            "claims": read_json(published / name / "claims.json")["claims"],
            "named": named,
        }
        for name in presets
        if (published / name / "multiverse.json").exists()
    ]


def published_pages(
    published: Path, presets: Sequence[str], readings: Iterable[str], claims: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """What is published of each preset and reading, in this order, for the findings; `claims` is of params.yaml."""
    folders = [published / preset / reading for preset, reading in product(presets, readings)]
    contents = [published_evidence(folder, claims) for folder in folders if (folder / "evidence.json").exists()]
    return [
        {
            **page_of(manifest["preset"], manifest["reading"], evidence),
            "runs": manifest["runs"],
            "spreads": spreads(evidence, "mnist"),
            "of_theorems": [claim.name for claim in CLAIMS if any(source.kind == "flow" for source in claim.reads)],
            "cut": {
                smaller["preset"]: judge_all(cut_to(evidence, smaller_evidence), criteria_of(claims))
                for smaller, smaller_evidence in contents[number:]
                if smaller["reading"] == manifest["reading"]
            },
        }
        for number, (manifest, evidence) in enumerate(contents, 1)
    ]


if __name__ == "__main__":
    try:
        print(*tell(Path()), sep="\n")
    except ValueError as error:
        sys.exit(str(error))

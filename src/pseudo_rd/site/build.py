"""Makes the companion: the rule build_site, or `python -m pseudo_rd.site.build docs/results docs/site`."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from pseudo_rd.claims.answer import SIGNS
from pseudo_rd.claims.judge import VERDICTS
from pseudo_rd.parameters.plain_yaml import read_parameters
from pseudo_rd.parameters.presets import plain, resolve
from pseudo_rd.site import pages
from pseudo_rd.site.content import claim_views, multiverse_of
from pseudo_rd.site.docs import write_docs
from pseudo_rd.site.evidence import collect
from pseudo_rd.site.folder import Site
from pseudo_rd.site.pictures import copy_pictures, figure_views
from pseudo_rd.site.sources import machines_of


def build(project: Path, root: Path, parameters: Mapping[str, Any], target: Path) -> None:
    """Make all pages.

    Args:
        project: the folder with docs/, src/ and workflow/.
        root: results/ or docs/results/.
        parameters: params.yaml as resolved for the preset that is shown.
        target: a folder that is empty, is not there yet, or holds an earlier companion, which goes.

    Raises:
        ValueError: naming what was not made yet, a file that cannot be read, or a target that holds something else.
    """
    preset = parameters["preset"]
    order = sorted(parameters["readings"], key=lambda name: len(parameters["readings"][name]))  # the printed one first
    evidence = collect(root, preset, order, project / "docs" / "results")
    multiverse = multiverse_of(evidence, parameters["readings"])
    views = claim_views(evidence, multiverse, parameters["experiments"])
    figures = figure_views(project, evidence, parameters, views)
    content = pages.Content(project, parameters, evidence, multiverse, views, figures)
    citation = yaml.safe_load((project / "CITATION.cff").read_text(encoding="utf-8"))
    machines = machines_of(evidence.runs)
    site = Site(
        target,
        **vars(content),
        preset=preset,
        readings=evidence.readings,
        paper=citation["references"][0],
        version=citation["version"],
        machines=machines,
        commits=machines.get("git commit", []),
        verdicts=VERDICTS,
        signs=SIGNS,
        missing_pages={
            *(["try.html"] if not multiverse or evidence.histories.empty else []),
            *(["beyond.html"] if not any(reading.beyond.exists() for reading in evidence.readings.values()) else []),
        },
        reports={
            name: Path(os.path.relpath(reading.report, target)).as_posix()
            for name, reading in evidence.readings.items()
            if reading.report
        },
    )
    copy_pictures(site, figures)
    write_docs(site, project)
    pages.write_claims(site, content)
    pages.write_figures(site, content)
    pages.write_readings(site, content)
    pages.write_try(site, content)
    pages.write_theory(site, content)
    pages.write_beyond(site, content)
    pages.write_runs(site, content)
    pages.write_front(site, content)
    site.write_search()


def main(root: str, target: str, preset: str | None = None) -> None:
    """Build from a folder of evidence."""
    parameters = plain(resolve(read_parameters("params.yaml"), preset))
    build(Path(), Path(root), parameters, Path(target))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except ValueError as error:
        sys.exit(str(error))

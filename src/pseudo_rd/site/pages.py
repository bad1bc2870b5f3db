"""The pages of claims, figures, readings, theory and runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pseudo_rd.claims.words import WITH_OR_WITHOUT
from pseudo_rd.site import content, sources, words
from pseudo_rd.site.content import ClaimView, Multiverse
from pseudo_rd.site.docs import readme_answer
from pseudo_rd.site.evidence import Evidence
from pseudo_rd.site.folder import Site
from pseudo_rd.site.graph import Edges, draw_graph
from pseudo_rd.site.pictures import FigureView, film_place
from pseudo_rd.site.study import study_data


@dataclass(frozen=True)
class Content:
    """What the pages are made of.

    Attributes:
        project: the folder with docs/, src/ and workflow/.
        parameters: params.yaml as resolved for the preset that is shown.
        evidence: of that preset.
        multiverse: the study of all readings; None where it was not made.
        claims: all claims by name, in the order of the paper.
        figures: all figures by stem.
    """

    project: Path
    parameters: Mapping[str, Any]
    evidence: Evidence
    multiverse: Multiverse | None
    claims: Mapping[str, ClaimView]
    figures: Mapping[str, FigureView]


def write_front(site: Site, given: Content) -> None:
    """README's answer, table and picture on one page."""
    runs = [run for reading in given.evidence.readings.values() for run in reading.runs.values()]
    site.write(
        "index.html",
        "index.html",
        answer=readme_answer(site, given.project),
        trained=len(runs),
        minutes=sum(run.summary["final"]["seconds"] for run in runs) / 60,
    )


def write_claims(site: Site, given: Content) -> None:
    """The table of claims and a page for each."""
    evidence, views = given.evidence, given.claims
    datasets = sorted({name for view in views.values() for name in view.datasets})
    parts = list(dict.fromkeys(view.part for view in views.values()))
    site.write("claims.html", "claims.html", datasets=datasets, parts_of_paper=parts)
    names, rules = list(views), content.rules_of(evidence)
    for number, (name, view) in enumerate(views.items()):
        elsewhere = [each for each in evidence.elsewhere if each.claims.get(name, {}).get("values")]
        rows = [*view.verdicts.values(), *(each.claims[name] for each in elsewhere)]
        claim = view.claim
        site.write(
            f"claims/{name}.html",
            "claim.html",
            view=view,
            rules=[rule for rule in rules if rule["claim"] == name],
            figures=[figure for figure in given.figures.values() if name in figure.claims],
            elsewhere=elsewhere,
            why=any(row and row["reason"] for row in rows),
            code=sources.function(given.project, f"claims.measures.{claim.measure}") if claim else None,
            settings={key: setting(given.parameters, key) for key in claim.settings.values()} if claim else {},
            inputs={
                reading: sources.inputs_of(claim, each, given.parameters["experiments"]) if claim else []
                for reading, each in evidence.readings.items()
            },
            before=names[number - 1] if number else None,
            after=names[number + 1] if number + 1 < len(names) else None,
        )
        site.searchable(view.row["where"], f"claims/{name}.html", f"{view.row['claim']} {view.row['quantity']}")


def setting(parameters: Mapping[str, Any], key: str) -> Any:
    value: Any = parameters
    for part in key.split("."):
        value = value[part]
    return value


def write_figures(site: Site, given: Content) -> None:
    """The index of figures and a page for each."""
    sections: dict[str, list[FigureView]] = {}
    for figure in given.figures.values():
        sections.setdefault(figure.section, []).append(figure)
    site.write("figures.html", "figures.html", sections=sections)
    names = list(given.figures)
    for number, (stem, figure) in enumerate(given.figures.items()):
        site.write(
            f"figures/{stem}.html",
            "figure.html",
            figure=figure,
            film_place=film_place,
            code=sources.function(given.project, figure.draw),
            before=given.figures[names[number - 1]] if number else None,
            after=given.figures[names[number + 1]] if number + 1 < len(names) else None,
        )
        site.searchable(figure.title, f"figures/{stem}.html", f"{figure.shows} {figure.caption}")


def write_readings(site: Site, given: Content) -> None:
    """Claims against readings, what decides, the choices with the paper's sentences."""
    rules = content.rules_of(given.evidence)
    site.write(
        "readings.html",
        "readings.html",
        rules=[rule for rule in {rule["claim"]: rule for rule in rules[::-1]}.values() if rule["conditions"]],
        figures={stem: figure for stem, figure in given.figures.items() if figure.target == "multiverse"},
    )


def write_try(site: Site, given: Content) -> None:
    """One reading at a time, chosen by hand, where the histories of the study are there."""
    if given.multiverse and not given.evidence.histories.empty:
        data = study_data(given.evidence, given.multiverse, given.parameters)
        site.write("try.html", "try.html", data=data)
        questions = " ".join(choice["question"] for choice in data["choices"].values())
        site.searchable("Try a reading", "try.html", f"Choose how the paper is understood. {questions}")


def write_theory(site: Site, given: Content) -> None:
    """Statements of the theorems with measured over bound, and the paper's slips."""
    statements = [view for view in given.claims.values() if view.part == "Theorems"]
    errata = (given.project / "docs" / "paper-errata.md").read_text(encoding="utf-8")
    html, _ = words.page("".join(errata.partition("\n## ")[1:]), lambda link: None, str)
    slips = str(html)
    tests = sources.theory_tests(given.project, errata)
    for test in tests:
        slips = slips.replace(f"<code>{test.name}</code>", f'<a href="#{test.name}"><code>{test.name}</code></a>')
    site.write(
        "theory.html",
        "theory.html",
        statements=statements,
        figures=[figure for figure in given.figures.values() if figure.target == "theory"],
        slips=Markup(slips),
        tests=tests,
    )


def write_beyond(site: Site, given: Content) -> None:
    """Statements of ours about other networks and critics, where they were trained."""
    for reading in given.evidence.readings.values():
        if reading.beyond.exists():
            tables, _ = words.page(reading.beyond.read_text(encoding="utf-8"), lambda link: None, str)
            figures = [figure for figure in given.figures.values() if figure.target in ("beyond", "controls")]
            site.write("beyond.html", "beyond.html", tables=tables, figures=figures)
            told = "Other networks and critics: three and four layers, convolutions, hinge loss, cross-entropy"
            site.searchable("Beyond the paper", "beyond.html", told)


def write_runs(site: Site, given: Content, edges: Edges) -> None:
    """Every run with its curve, the workflow's picture, machine and times."""
    rows = [
        {
            "reading": name,
            "run": run,
            "critic": WITH_OR_WITHOUT[run.objective].split()[0],
            "final": run.summary["final"],
        }
        for name, reading in given.evidence.readings.items()
        for run in reading.runs.values()
    ]
    site.write("runs.html", "runs.html", rows=rows, graph=draw_graph(edges), times=sources.times(given.evidence.folder))

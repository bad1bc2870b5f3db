"""The pages of claims, figures, readings, theory and runs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pseudo_rd.claims.claim import value_at
from pseudo_rd.claims.words import WITH_OR_WITHOUT
from pseudo_rd.site import sources, words
from pseudo_rd.site.content import ClaimView, Multiverse, rules_of
from pseudo_rd.site.docs import readme_answer
from pseudo_rd.site.evidence import Evidence
from pseudo_rd.site.folder import Site
from pseudo_rd.site.pictures import FigureView, film_path
from pseudo_rd.site.study import study_data


@dataclass(frozen=True)
class Content:
    """What the pages are made of: as in `build`, claims by name in the order of the paper, figures by stem."""

    project: Path
    parameters: Mapping[str, Any]
    evidence: Evidence
    multiverse: Multiverse | None
    views: Mapping[str, ClaimView]
    figures: Mapping[str, FigureView]


def write_front(site: Site, content: Content) -> None:
    """README's answer, table and picture on one page."""
    minutes = sum(run.summary["final"]["seconds"] for run in content.evidence.runs) / 60
    site.write("index.html", "index.html", answer=readme_answer(site, content.project), minutes=minutes)


def write_claims(site: Site, content: Content) -> None:
    """The table of claims and a page for each."""
    evidence, views = content.evidence, content.views
    datasets = sorted({name for view in views.values() for name in view.datasets})
    parts = list(dict.fromkeys(view.part for view in views.values()))
    site.write("claims.html", "claims.html", datasets=datasets, parts_of_paper=parts)
    rules = rules_of(evidence)
    for before, name, after in with_neighbours(views):
        view, claim = views[name], views[name].claim
        rows = [(evidence.preset, reading, row) for reading, row in view.verdicts.items()]
        others = [(reading.preset, reading.name, reading.claims.get(name, {})) for reading in evidence.other_presets]
        rows += [(preset, reading, row) for preset, reading, row in others if row.get("values")]
        site.write(
            f"claims/{name}.html",
            "claim.html",
            view=view,
            rules=[rule for rule in rules if rule["claim"] == name],
            figures=[figure for figure in content.figures.values() if name in figure.claims],
            rows=rows,
            reasons=any(row and row["reason"] for *_, row in rows),
            code=sources.function(content.project, f"claims.measures.{claim.measure}"),
            settings={key: value_at(content.parameters, key) for key in claim.settings.values()},
            inputs={
                reading.name: sources.inputs_of(claim, reading, content.parameters["experiments"])
                for reading in evidence.readings.values()
            },
            before=before,
            after=after,
        )
        site.add_to_search(view.row["where"], f"claims/{name}.html", f"{view.row['claim']} {view.row['quantity']}")


def with_neighbours(names: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Each name between the one before and the one after it, empty where there is none."""
    padded = ["", *names, ""]
    return zip(padded, names, padded[2:], strict=False)


def write_figures(site: Site, content: Content) -> None:
    """The index of figures and a page for each."""
    sections: dict[str, list[FigureView]] = {}
    for figure in content.figures.values():
        sections.setdefault(figure.section, []).append(figure)
    site.write("figures.html", "figures.html", sections=sections)
    for before, stem, after in with_neighbours(content.figures):
        figure = content.figures[stem]
        site.write(
            f"figures/{stem}.html",
            "figure.html",
            figure=figure,
            film_path=film_path,
            code=sources.function(content.project, figure.draw),
            before=content.figures.get(before),
            after=content.figures.get(after),
        )
        site.add_to_search(figure.title, f"figures/{stem}.html", f"{figure.shows} {figure.caption}")


def write_readings(site: Site, content: Content) -> None:
    """Claims against readings, what decides, the choices with the paper's sentences."""
    rules = rules_of(content.evidence)
    site.write(
        "readings.html",
        "readings.html",
        rules=[rule for rule in {rule["claim"]: rule for rule in rules[::-1]}.values() if rule["conditions"]],
        figures={stem: figure for stem, figure in content.figures.items() if figure.target == "multiverse"},
    )


def write_try(site: Site, content: Content) -> None:
    """One reading at a time, chosen by hand, where the histories of the study are there."""
    if content.multiverse and not content.evidence.histories.empty:
        data = study_data(content.evidence, content.multiverse, content.parameters)
        site.write("try.html", "try.html", data=data)
        questions = " ".join(choice["question"] for choice in data["choices"].values())
        site.add_to_search("Try a reading", "try.html", f"Choose how the paper is understood. {questions}")


def write_theory(site: Site, content: Content) -> None:
    """Statements of the theorems with measured over bound, and the paper's slips."""
    statements = [view for view in content.views.values() if view.part == "Theorems"]
    errata = (content.project / "docs" / "paper-errata.md").read_text(encoding="utf-8")
    html, _ = words.page("".join(errata.partition("\n## ")[1:]))
    slips = str(html)
    tests = sources.theory_tests(content.project, errata)
    for test in tests:
        slips = slips.replace(f"<code>{test.name}</code>", f'<a href="#{test.name}"><code>{test.name}</code></a>')
    site.write(
        "theory.html",
        "theory.html",
        statements=statements,
        figures=[figure for figure in content.figures.values() if figure.target == "theory"],
        slips=Markup(slips),
        tests=tests,
    )


def write_beyond(site: Site, content: Content) -> None:
    """Statements of ours about other networks and critics, where they were trained."""
    for reading in content.evidence.readings.values():
        if reading.beyond.exists():
            tables, _ = words.page(reading.beyond.read_text(encoding="utf-8"))
            figures = [figure for figure in content.figures.values() if figure.target in ("beyond", "controls")]
            site.write("beyond.html", "beyond.html", tables=tables, figures=figures)
            text = "Other networks and critics: three and four layers, convolutions, hinge loss, cross-entropy"
            site.add_to_search("Beyond the paper", "beyond.html", text)


def write_runs(site: Site, content: Content) -> None:
    """Every run at its end, machine and times."""
    rows = [
        (name, run, WITH_OR_WITHOUT[run.objective].split()[0])
        for name, reading in content.evidence.readings.items()
        for run in reading.runs.values()
    ]
    site.write("runs.html", "runs.html", rows=rows, times=sources.times(content.evidence.folder))

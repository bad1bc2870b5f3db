"""The pages of claims, figures, readings, theory and runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pseudo_rd.claims.judge import reproduced_in
from pseudo_rd.figures.registry import stem_of
from pseudo_rd.parameters.vocabulary import LAYERS
from pseudo_rd.site import charts, content, sources, words
from pseudo_rd.site.content import ClaimView, Multiverse
from pseudo_rd.site.evidence import Evidence
from pseudo_rd.site.folder import Site
from pseudo_rd.site.graph import Edges, draw_graph
from pseudo_rd.site.pictures import FigureView, film_place


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
    """Whether the paper holds, on one page."""
    evidence, views, figures = given.evidence, given.claims, given.figures
    word, sentence = content.answer(evidence)
    runs = [run for reading in evidence.readings.values() for run in reading.runs.values()]
    site.write(
        "index.html",
        "index.html",
        word=word,
        sentence=sentence,
        counts={name: content.counts(reading) for name, reading in evidence.readings.items()},
        others=[(reading, content.counts(reading)) for reading in evidence.elsewhere],
        headlines=[views[name] for name in content.HEADLINES if name in views],
        figures=[figures[name] for name in ("fig03", "fig10") if name in figures],
        bar=charts.verdict_bar,
        trained=len(runs),
        minutes=sum(run.summary["final"]["seconds"] for run in runs) / 60,
    )


def write_claims(site: Site, given: Content) -> None:
    """The table of claims and a page for each."""
    evidence, multiverse, views, figures = given.evidence, given.multiverse, given.claims, given.figures
    datasets = sorted({name for view in views.values() for name in view.datasets})
    parts = list(dict.fromkeys(view.part for view in views.values()))
    site.write("claims.html", "claims.html", datasets=datasets, parts_of_paper=parts)
    names = list(views)
    for number, (name, view) in enumerate(views.items()):
        measured = {reading: row["values"] for reading, row in view.verdicts.items() if row and row["values"]}
        curves = {}
        if multiverse:
            there = evidence.universes[evidence.universes["claim"] == name]
            for (dataset, width), table in there.sort_values("width", ascending=False).groupby(
                ["dataset", "width"], sort=False
            ):
                drawn = charts.specification_curve(table, view.row["criterion"], multiverse.choices, multiverse.named)
                curves[f"{dataset}, {width} neurons"] = drawn
        elsewhere = [each for each in evidence.elsewhere if each.claims.get(name, {}).get("values")]
        rows = [*view.verdicts.values(), *(each.claims[name] for each in elsewhere)]
        stems = [stem_of(name) for name in view.row["figures"]]
        claim = view.claim
        site.write(
            f"claims/{name}.html",
            "claim.html",
            view=view,
            dots=charts.seed_dots(measured, view.row["criterion"]) if measured else "",
            curves=curves,
            rules=content.decided_by(evidence, name),
            figures=[figures[stem] for stem in stems if stem in figures],
            elsewhere=elsewhere,
            why=any(row and row["reason"] for row in rows),
            code=sources.function(given.project, f"claims.measures.{claim.measure}") if claim else None,
            settings={key: setting(given.parameters, key) for key in claim.settings.values()} if claim else {},
            inputs={
                reading: sources.inputs_of(claim, each, evidence.folder, given.parameters["experiments"])
                if claim
                else []
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
    evidence, multiverse = given.evidence, given.multiverse
    matrix = ""
    if multiverse:
        rows = []
        for name, view in given.claims.items():
            verdicts = list(view.grid.values())[-1] if view.grid else []
            reproduced, of = reproduced_in(verdicts)
            if of:
                label = words.in_letters(f"{view.row['where']}: {view.row['claim']}")
                rows.append((reproduced / of, label, f"claims/{name}.html", verdicts))
        rows.sort(key=lambda row: -row[0])
        matrix = charts.matrix([row[1:] for row in rows], multiverse.readings, multiverse.choices, multiverse.places())
    site.write(
        "readings.html",
        "readings.html",
        matrix=matrix,
        rules=content.rules_at_the_widest(evidence),
        shares_bar=charts.shares_bar,
        figures=[figure for figure in given.figures.values() if figure.target == "multiverse"],
    )


def write_theory(site: Site, given: Content) -> None:
    """Statements of the theorems with measured over bound, and the paper's slips."""
    statements = [view for view in given.claims.values() if view.part == "Theorems"]
    bounded = [view for view in statements if view.claim and view.claim.criterion == "within_bound"]
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
        ratios={
            view.name: charts.seed_dots({"": view.row["values"]}, view.row["criterion"], 420)
            for view in bounded
            if view.row["values"]
        },
        figures=[figure for figure in given.figures.values() if figure.target == "theory"],
        slips=Markup(slips),
        tests=tests,
    )


def write_runs(site: Site, given: Content, edges: Edges) -> None:
    """Every run with its curve, the workflow's picture, machine and times."""
    rows = [
        {
            "reading": name,
            "run": run,
            "final": run.summary["final"],
            "curve": charts.curve(
                run.history["iteration"].tolist(),
                {layer: run.history[f"distance_{layer}"].tolist() for layer in LAYERS},
                f"Distances over iterations: {run.dataset}, {run.objective}, {run.width} neurons, seed {run.seed}",
            ),
        }
        for name, reading in given.evidence.readings.items()
        for run in reading.runs.values()
    ]
    site.write("runs.html", "runs.html", rows=rows, graph=draw_graph(edges), times=sources.times(given.evidence.folder))

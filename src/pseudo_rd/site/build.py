"""Makes the companion: the rule build_site, or `python -m pseudo_rd.site.build docs/results docs/site`."""

import json
import os
import shutil
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from PIL import Image

from pseudo_rd.claims.judge import VERDICTS
from pseudo_rd.figures.registry import caption_of, read_registry
from pseudo_rd.multiverse.effects import option_in_words
from pseudo_rd.parameters.plain_yaml import read_parameters
from pseudo_rd.parameters.presets import plain, resolve
from pseudo_rd.site import charts, content, sources, words
from pseudo_rd.site.content import ClaimView, FigureView, Picture
from pseudo_rd.site.evidence import Evidence, collect
from pseudo_rd.site.graph import Edges, draw_graph, rule_graph

OURS = {"theory_over_time": "Theory over time", "theory_over_width": "Theory over width", "width_study": "Width study"}
FILMS = {
    "turing": "Turing's system in motion",
    "gray_scott": "Gray and Scott's system in motion",
    "neurons_supervised": "Neurons without the critic, in motion",
    "neurons_augmented": "Neurons with the critic, in motion",
}
ASSETS = Path(__file__).parent / "assets"


class Site:
    """Pages and files below one folder; the pages share a look, a menu and the words of the foot."""

    def __init__(self, target: Path, **shared: Any) -> None:
        """An empty folder, and what every page is handed."""
        self.target = target
        self.searched: list[dict[str, str]] = []
        self._templates = Environment(
            loader=PackageLoader("pseudo_rd.site"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {
            "typeset": words.typeset,
            "caption": words.caption,
            "option": option_in_words,
            "css": charts.css,
        }
        self._templates.globals |= shared
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(ASSETS, target / "assets")

    def write(self, place: str, template: str, **given: Any) -> None:
        """A page; `root` leads from it to the site's first folder."""
        path = self.target / place
        path.parent.mkdir(parents=True, exist_ok=True)
        root = "../" * place.count("/")
        text = self._templates.get_template(template).render(**given, root=root, here=place)
        path.write_text(text, encoding="utf-8")

    def copy(self, source: Path, place: str) -> None:
        """A file at a place, copied once."""
        if not (self.target / place).exists():
            (self.target / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, self.target / place)

    def searchable(self, title: str, place: str, text: str) -> None:
        """Words that the search finds a page by."""
        self.searched.append({"title": title, "place": place, "text": " ".join(text.split())})


def build(project: Path, root: Path, parameters: Mapping[str, Any], target: Path, edges: Edges) -> None:
    """Make all pages.

    Args:
        project: the folder with docs/, src/ and workflow/.
        root: results/ or docs/results/.
        parameters: params.yaml as resolved for the preset that is shown.
        target: a folder, emptied first.
        edges: pairs of rules, for the picture of the workflow.

    Raises:
        ValueError: naming what was not made yet, or a file that cannot be read.
    """
    preset = parameters["preset"]
    order = sorted(parameters["readings"], key=lambda name: len(parameters["readings"][name]))  # the printed one first
    evidence = collect(root, preset, order, project / "docs" / "results")
    multiverse = content.multiverse_of(evidence, parameters["readings"])
    views = content.claim_views(evidence, multiverse, parameters["experiments"])
    citation = yaml.safe_load((project / "CITATION.cff").read_text(encoding="utf-8"))
    runs = [run for reading in evidence.readings.values() for run in reading.runs.values()]
    site = Site(
        target,
        evidence=evidence,
        preset=preset,
        readings=evidence.readings,
        views=views,
        multiverse=multiverse,
        paper=citation["references"][0],
        version=citation["version"],
        machines=sources.machines(runs),
        verdicts=VERDICTS,
        signs=content.SIGNS,
        parameters=parameters,
        reports={
            name: Path(os.path.relpath(reading.report, target)).as_posix()
            for name, reading in evidence.readings.items()
            if reading.report
        },
    )
    figures = figure_views(project, evidence, parameters, views)
    for figure in figures.values():
        for picture in figure.pictures:
            site.copy(picture.source, picture.place)
        for name, film in figure.films.items():
            site.copy(film, film_place(name, film))
    docs = write_docs(site, project)
    write_claims(site, project, evidence, views, figures, parameters)
    write_figures(site, project, figures)
    write_readings(site, evidence, multiverse, views, figures)
    write_theory(site, project, views, figures)
    write_runs(site, evidence, edges)
    site.write("docs/index.html", "docs.html", pages=docs)
    index = json.dumps(site.searched, ensure_ascii=False).replace("</", "<\\/")
    (target / "assets" / "search.js").write_text(f"const pages = {index};\n", encoding="utf-8")
    word, sentence = content.answer(evidence)
    site.write(
        "index.html",
        "index.html",
        word=word,
        sentence=sentence,
        counts={name: content.counts(reading) for name, reading in evidence.readings.items()},
        headlines=[views[name] for name in content.HEADLINES if name in views],
        figures=[figures[name] for name in ("fig03", "fig10") if name in figures],
        bar=charts.verdict_bar,
        trained=len(runs),
        minutes=sum(run.summary["final"]["seconds"] for run in runs) / 60,
    )


def figure_views(
    project: Path, evidence: Evidence, parameters: Mapping[str, Any], views: Mapping[str, ClaimView]
) -> dict[str, FigureView]:
    """All figures by stem: the paper's, ours, those of all readings, the films."""
    told = project / "workflow" / "report"
    found: dict[str, FigureView] = {}
    for number, entry in read_registry(project / "workflow" / "figures.yaml").items():
        found[f"fig{number}"] = FigureView(
            stem=f"fig{number}",
            title=f"Figure {int(number)}",
            section=entry.section.partition(" ")[2],
            shows=entry.must_show,
            caption=caption_of(entry, parameters),
            pictures=pictures_of(evidence, f"fig{number}"),
            draw=f"figures.{entry.draw}",
            claims=tuple(name for name, view in views.items() if number in view.row["figures"]),
        )
    for stem, title in OURS.items():
        found[stem] = FigureView(
            stem=stem,
            title=title,
            section="Theory in numbers",
            shows=title,
            caption=(told / f"{stem}.rst").read_text(encoding="utf-8"),
            pictures=pictures_of(evidence, stem),
            draw=f"figures.{stem}.draw",
            claims=tuple(name for name, view in views.items() if stem in view.row["figures"]),
        )
    for stem, title in content.VIEWS.items():
        if stem in evidence.pictures:
            path = evidence.pictures[stem]
            picture = Picture(path, f"images/{stem}.png", (), Image.open(path).size)
            found[stem] = FigureView(stem, title, "All readings", title, "", (picture,))
    for stem, title in FILMS.items():
        films = {name: reading.films[stem] for name, reading in evidence.readings.items() if stem in reading.films}
        if films:
            caption = (told / f"moving_{stem}.rst").read_text(encoding="utf-8")
            found[stem] = FigureView(stem, title, "Films", title, caption, (), films=films)
    return {stem: figure for stem, figure in found.items() if figure.pictures or figure.films}


def pictures_of(evidence: Evidence, stem: str) -> tuple[Picture, ...]:
    """A figure under each reading; once where the files are the same."""
    by_content: dict[bytes, list[str]] = {}
    for name, reading in evidence.readings.items():
        if stem in reading.pictures:
            by_content.setdefault(reading.pictures[stem].read_bytes(), []).append(name)
    found = []
    for names in by_content.values():
        path = evidence.readings[names[0]].pictures[stem]
        found.append(Picture(path, f"images/{names[0]}/{stem}.png", tuple(names), Image.open(path).size))
    return tuple(found)


def film_place(reading: str, film: Path) -> str:
    return f"images/{reading}/{film.name}"


def write_claims(
    site: Site,
    project: Path,
    evidence: Evidence,
    views: Mapping[str, ClaimView],
    figures: Mapping[str, FigureView],
    parameters: Mapping[str, Any],
) -> None:
    """The table of claims and a page for each."""
    datasets = sorted({name for view in views.values() for name in view.datasets})
    parts = list(dict.fromkeys(view.part for view in views.values()))
    site.write("claims.html", "claims.html", datasets=datasets, parts_of_paper=parts)
    multiverse = content.multiverse_of(evidence, parameters["readings"])
    names = list(views)
    for place, (name, view) in enumerate(views.items()):
        measured = {reading: row["values"] for reading, row in view.verdicts.items() if row and row["values"]}
        curves = {}
        if multiverse:
            there = evidence.universes[evidence.universes["claim"] == name]
            for (dataset, width), table in there.sort_values("width", ascending=False).groupby(
                ["dataset", "width"], sort=False
            ):
                drawn = charts.specification_curve(table, view.row["criterion"], multiverse.choices, multiverse.named)
                curves[f"{dataset}, {width} neurons"] = drawn
        stems = [f"fig{each}" if each.isdigit() else each for each in view.row["figures"]]
        claim = view.claim
        site.write(
            f"claims/{name}.html",
            "claim.html",
            view=view,
            dots=charts.seed_dots(measured, view.row["criterion"]) if measured else "",
            curves=curves,
            rules=content.decided_by(evidence, name),
            figures=[figures[stem] for stem in stems if stem in figures],
            elsewhere=[each for each in evidence.elsewhere if name in each.claims],
            code=sources.function(project, f"claims.measures.{claim.measure}") if claim else None,
            settings={key: setting(parameters, key) for key in claim.settings.values()} if claim else {},
            inputs={
                reading: sources.inputs_of(claim, each, evidence.folder, parameters["experiments"]) if claim else []
                for reading, each in evidence.readings.items()
            },
            before=names[place - 1] if place else None,
            after=names[place + 1] if place + 1 < len(names) else None,
        )
        site.searchable(view.row["where"], f"claims/{name}.html", f"{view.row['claim']} {view.row['quantity']}")


def setting(parameters: Mapping[str, Any], key: str) -> Any:
    value: Any = parameters
    for part in key.split("."):
        value = value[part]
    return value


def write_figures(site: Site, project: Path, figures: Mapping[str, FigureView]) -> None:
    """The index of figures and a page for each."""
    sections: dict[str, list[FigureView]] = {}
    for figure in figures.values():
        sections.setdefault(figure.section, []).append(figure)
    site.write("figures.html", "figures.html", sections=sections)
    names = list(figures)
    for place, (stem, figure) in enumerate(figures.items()):
        site.write(
            f"figures/{stem}.html",
            "figure.html",
            figure=figure,
            film_place=film_place,
            code=sources.function(project, figure.draw) if figure.draw else None,
            before=figures[names[place - 1]] if place else None,
            after=figures[names[place + 1]] if place + 1 < len(names) else None,
        )
        site.searchable(figure.title, f"figures/{stem}.html", f"{figure.shows} {figure.caption}")


def write_readings(
    site: Site,
    evidence: Evidence,
    multiverse: content.Multiverse | None,
    views: Mapping[str, ClaimView],
    figures: Mapping[str, FigureView],
) -> None:
    """Claims against readings, what decides, the choices with the paper's sentences."""
    matrix = ""
    if multiverse:
        rows = []
        for name, there in evidence.universes.groupby("claim", sort=False):
            verdicts = list(multiverse.grid(there).values())[-1]
            told = len(verdicts) - verdicts.count("not testable")
            if told:
                row = views[str(name)].row
                words = f"{row['where']}: {row['claim']}"
                rows.append((verdicts.count("holds") / told, words, f"claims/{name}.html", verdicts))
        rows.sort(key=lambda row: -row[0])
        matrix = charts.matrix([row[1:] for row in rows], multiverse.readings, multiverse.choices, multiverse.places())
    site.write(
        "readings.html",
        "readings.html",
        matrix=matrix,
        rules=content.rules_at_the_widest(evidence),
        shares_bar=charts.shares_bar,
        figures=[figures[stem] for stem in content.VIEWS if stem in figures],
        told=content.options_told,
    )


def write_theory(site: Site, project: Path, views: Mapping[str, ClaimView], figures: Mapping[str, FigureView]) -> None:
    """Statements of the theorems with measured over bound, and the paper's slips."""
    statements = [view for view in views.values() if view.part == "Theorems"]
    bounded = [view for view in statements if view.row["criterion"] == "at most 1" and view.row["values"]]
    errata = (project / "docs" / "paper-errata.md").read_text(encoding="utf-8")
    slips, _ = words.page(errata.partition("\n## ")[1] + errata.partition("\n## ")[2], lambda link: None, str)
    tests = sources.tests_named(project, errata)
    for test in tests:
        slips = Markup(
            slips.replace(f"<code>{test.name}</code>", f'<a href="#{test.name}"><code>{test.name}</code></a>')
        )
    site.write(
        "theory.html",
        "theory.html",
        statements=statements,
        ratios={view.name: charts.seed_dots({"": view.row["values"]}, view.row["criterion"], 420) for view in bounded},
        figures=[figures[stem] for stem in OURS if stem in figures],
        slips=slips,
        tests=tests,
    )


def write_runs(site: Site, evidence: Evidence, edges: Edges) -> None:
    """Every run with its curve, the workflow's picture, machine and times."""
    rows = [
        {
            "reading": name,
            "folder": folder.relative_to(reading.folder),
            "run": run,
            "final": run.summary["final"],
            "curve": charts.curve(
                run.history["iteration"].tolist(),
                {layer: run.history[f"distance_{layer}"].tolist() for layer in ("hidden", "top")},
                f"Distances over iterations: {run.dataset}, {run.objective}, {run.width} neurons, seed {run.seed}",
            ),
        }
        for name, reading in evidence.readings.items()
        for folder, run in reading.runs.items()
    ]
    site.write("runs.html", "runs.html", rows=rows, graph=draw_graph(edges), times=sources.times(evidence.folder))


def write_docs(site: Site, project: Path) -> list[dict[str, str]]:
    """The documentation, page by page; title, place and first sentence of each for the index."""
    pages = {project / "README.md": "readme.html"}
    pages |= {path: f"{path.stem}.html" for path in sorted((project / "docs").glob("*.md"))}
    pages |= {path: name for path, name in ((project / "CHANGELOG.md", "changelog.html"),) if path.exists()}
    found = []
    for path, name in pages.items():
        source = path.read_text(encoding="utf-8")
        html, headings = words.page(
            source, partial(doc_link, path.parent, pages), partial(doc_image, site, path.parent)
        )
        title = next((heading for level, _, heading in headings if level == 1), path.stem)
        contents = [heading for heading in headings if heading[0] == 2]
        site.write(f"docs/{name}", "doc.html", html=html, title=title, contents=contents, source=path.name)
        site.searchable(title, f"docs/{name}", words.words_of(source))
        found.append({"title": title, "place": name, "file": path.name})
    return found


def doc_link(folder: Path, pages: Mapping[Path, str], link: str) -> str | None:
    """Where a link of a page leads on the site: outside, to another page, or nowhere."""
    if link.startswith(("https://", "http://", "#")):
        return link
    path, _, place = link.partition("#")
    for page, name in pages.items():
        if (folder / path).resolve() == page.resolve():
            return f"{name}#{place}" if place else name
    return None


def doc_image(site: Site, folder: Path, link: str) -> str:
    """A picture of a page, copied beside it."""
    site.copy(folder / link, f"docs/media/{Path(link).name}")
    return f"media/{Path(link).name}"


def main(root: str, target: str, preset: str | None = None) -> None:
    """Build from a folder of evidence."""
    parameters = plain(resolve(read_parameters("params.yaml"), preset))
    build(Path(), Path(root), parameters, Path(target), rule_graph(Path(), "figures"))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except ValueError as error:
        sys.exit(str(error))

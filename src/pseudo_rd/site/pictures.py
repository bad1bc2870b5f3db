"""Figures and films as the companion shows them: what there is under which reading, and what is said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from pseudo_rd.figures.registry import caption_of, read_registry
from pseudo_rd.site.content import ClaimView
from pseudo_rd.site.evidence import Evidence
from pseudo_rd.site.folder import Site

OURS = {"theory_over_time": "Theory over time", "theory_over_width": "Theory over width", "width_study": "Width study"}
FILMS = {
    "turing": "Turing's system in motion",
    "gray_scott": "Gray and Scott's system in motion",
    "neurons_supervised": "Neurons without the critic, in motion",
    "neurons_augmented": "Neurons with the critic, in motion",
}
VIEWS = {  # of the study of all readings
    "claims_matrix": "Claims against readings",
    "claim_rules": "Which choice decides each claim, and a rule",
    "deciding_choices": "Which choice decides the critic's effect",
    "farther_synthetic-784": "How much farther with the critic, on synthetic data, in every universe",
    "farther_mnist": "How much farther with the critic, on MNIST, in every universe",
    "variance_mnist": "Variance of filters with the critic over without, in every universe",
    "phase_diagram": "Lazy or rich: the size of the start against the width",
}


@dataclass(frozen=True)
class Picture:
    """A picture under one reading, or under all of them where it is the same file.

    Attributes:
        source: the PNG.
        place: where it goes, from the site's root.
        readings: their names; empty where it shows all readings.
        size: width and height in pixels.
    """

    source: Path
    place: str
    readings: tuple[str, ...]
    size: tuple[int, int]


@dataclass(frozen=True)
class FigureView:
    """A figure: its pictures and what is said of it."""

    stem: str
    title: str
    section: str
    shows: str
    caption: str
    pictures: tuple[Picture, ...]
    draw: str = ""
    command: str = ""
    claims: tuple[str, ...] = ()
    films: Mapping[str, Path] = field(default_factory=dict)


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
    for stem, title in VIEWS.items():
        if stem in evidence.pictures:
            path = evidence.pictures[stem]
            picture = Picture(path, f"images/{stem}.png", (), size_of(path))
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
        found.append(Picture(path, f"images/{names[0]}/{stem}.png", tuple(names), size_of(path)))
    return tuple(found)


def size_of(path: Path) -> tuple[int, int]:
    """Width and height of a picture in pixels."""
    with Image.open(path) as picture:
        return picture.size


def film_place(reading: str, film: Path) -> str:
    return f"images/{reading}/{film.name}"


def copy_pictures(site: Site, figures: Mapping[str, FigureView]) -> None:
    """All pictures and films to where the pages look for them."""
    for figure in figures.values():
        for picture in figure.pictures:
            site.copy(picture.source, picture.place)
        for name, film in figure.films.items():
            site.copy(film, film_place(name, film))

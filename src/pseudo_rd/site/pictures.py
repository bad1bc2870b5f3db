"""Figures and films as the companion shows them: what there is under which reading, and what is said of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from pseudo_rd.figures.registry import caption_of, read_registry, stem_of
from pseudo_rd.site.content import ClaimView
from pseudo_rd.site.evidence import Evidence
from pseudo_rd.site.folder import Site


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
    target: str
    shows: str
    caption: str
    pictures: tuple[Picture, ...]
    draw: str
    claims: tuple[str, ...]
    films: Mapping[str, Path]


def figure_views(
    project: Path, evidence: Evidence, parameters: Mapping[str, Any], views: Mapping[str, ClaimView]
) -> dict[str, FigureView]:
    """All figures and films by stem, in the order of the registry."""
    found = {}
    for name, entry in read_registry(project / "workflow" / "figures.yaml").items():
        stem = stem_of(name)
        found[stem] = FigureView(
            stem=stem,
            title=entry.title,
            section=entry.section.lstrip("0123456789 "),
            target=entry.target,
            shows=entry.must_show,
            caption=caption_of(entry, parameters),
            pictures=shared_picture(evidence, stem) if entry.target == "multiverse" else pictures_of(evidence, stem),
            draw=f"figures.{entry.draw}",
            claims=tuple(
                claim
                for claim, view in views.items()
                if name in view.row["figures"] or claim == entry.options.get("claim")
            ),
            films={
                reading: each.films[stem]
                for reading, each in evidence.readings.items()
                if entry.target == "moving" and stem in each.films
            },
        )
    return {stem: figure for stem, figure in found.items() if figure.pictures or figure.films}


def shared_picture(evidence: Evidence, stem: str) -> tuple[Picture, ...]:
    """A figure of all readings, if it was made."""
    path = evidence.pictures.get(stem)
    return (Picture(path, f"images/{stem}.png", (), size_of(path)),) if path else ()


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

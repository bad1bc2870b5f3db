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
    """A picture, and the readings under which it is this very file."""

    source: Path
    path: str  # from the site's root
    readings: tuple[str, ...]  # empty for a picture of all readings at once
    size: tuple[int, int]  # width and height in pixels


@dataclass(frozen=True)
class FigureView:
    """A figure: its pictures, its caption and the claims about it."""

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
    figures = {}
    for name, entry in read_registry(project / "workflow" / "figures.yaml").items():
        stem = stem_of(name)
        figures[stem] = FigureView(
            stem=stem,
            title=entry.title,
            section=entry.section.lstrip("0123456789 "),
            target=entry.target,
            shows=entry.must_show,
            caption=caption_of(entry, parameters),
            pictures=pictures_of(evidence, stem),
            draw=f"figures.{entry.draw}",
            claims=tuple(
                claim
                for claim, view in views.items()
                if name in view.row["figures"] or claim == entry.options.get("claim")
            ),
            films={
                reading.name: reading.films[stem]
                for reading in evidence.readings.values()
                if entry.target == "moving" and stem in reading.films
            },
        )
    return {stem: figure for stem, figure in figures.items() if figure.pictures or figure.films}


def pictures_of(evidence: Evidence, stem: str) -> tuple[Picture, ...]:
    """A figure of all readings, or under each one; once where the files are the same."""
    if stem in evidence.pictures:
        return (picture_at(evidence.pictures[stem], f"images/{stem}.png"),)
    by_content: dict[bytes, list[str]] = {}
    for name, reading in evidence.readings.items():
        if stem in reading.pictures:
            by_content.setdefault(reading.pictures[stem].read_bytes(), []).append(name)
    return tuple(
        picture_at(evidence.readings[first].pictures[stem], f"images/{first}/{stem}.png", (first, *others))
        for first, *others in by_content.values()
    )


def picture_at(source: Path, path: str, readings: tuple[str, ...] = ()) -> Picture:
    with Image.open(source) as picture:
        return Picture(source, path, readings, picture.size)


def film_path(reading: str, film: Path) -> str:
    return f"images/{reading}/{film.name}"


def copy_pictures(site: Site, figures: Mapping[str, FigureView]) -> None:
    """All pictures and films to where the pages look for them."""
    for figure in figures.values():
        for picture in figure.pictures:
            site.copy(picture.source, picture.path)
        for name, film in figure.films.items():
            site.copy(film, film_path(name, film))

"""Finished results as the companion meets them, whether they lie in results/ or were published in docs/results/."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import Any

import pandas as pd

from pseudo_rd.claims.judge import reproduced_in
from pseudo_rd.results.files import read_json, read_run, read_table
from pseudo_rd.results.runs import Run

Row = Mapping[str, Any]
HISTORIES = "multiverse/readings/*/*/*.parquet"  # of the study of all readings
FILM_FORMATS = (".mp4", ".gif")  # the first that is there is played


@dataclass(frozen=True)
class Reading:
    """What was found under one named reading.

    Attributes:
        name: of the reading.
        preset: whose results these are.
        folder: where they lie.
        claims: rows of its claims.json by name, in the order of the paper.
        pictures: PNG files of figures by stem, "fig03".
        films: by name, a file that a browser plays.
        runs: finished runs by folder.
        report: Snakemake's report, where it was made.
        published: content of evidence.json, where it was published: machine, cost, how many runs are finished.
    """

    name: str
    preset: str
    folder: Path
    claims: Mapping[str, Row]
    pictures: Mapping[str, Path] = field(default_factory=dict)
    films: Mapping[str, Path] = field(default_factory=dict)
    runs: Mapping[Path, Run] = field(default_factory=dict)
    report: Path | None = None
    published: Mapping[str, Any] = field(default_factory=dict)

    @property
    def beyond(self) -> Path:
        """What was found of other networks, where it was made."""
        return self.folder / "beyond" / "beyond.md"


@dataclass(frozen=True)
class Evidence:
    """Everything that the companion shows of one preset.

    Attributes:
        preset: its name.
        folder: where lies what depends on no reading.
        readings: by name, in the order in which they are shown.
        elsewhere: published verdicts of other presets.
        summary: content of multiverse.json; empty where the study of all readings was not made.
        universes: a row for each claim and universe: claim, dataset, width, the choices, verdict, value (NaN where it
            is not known).
        histories: runs of the study, rows of `multiverse.study.run_table` with the choices; empty where they are not
            there.
        pictures: PNG files of the study by stem.
    """

    preset: str
    folder: Path
    readings: Mapping[str, Reading]
    elsewhere: Sequence[Reading]
    summary: Mapping[str, Any]
    universes: pd.DataFrame
    histories: pd.DataFrame
    pictures: Mapping[str, Path]

    @property
    def claims(self) -> list[str]:
        """Names of all claims that were judged under any reading, in the order of the paper."""
        return list(dict.fromkeys(name for reading in self.readings.values() for name in reading.claims))

    def row(self, claim: str) -> Row:
        """The claim as its first reading tells it: statement, quantity, criterion."""
        return next(reading.claims[claim] for reading in self.readings.values() if claim in reading.claims)

    def shares(self, claim: str) -> tuple[int, int] | None:
        """In how many universes the claim is reproduced, of how many that can tell; None where none can."""
        reproduced, of = reproduced_in(self.universes.loc[self.universes["claim"] == claim, "verdict"])
        return (reproduced, of) if of else None


def collect(root: Path, preset: str, order: Sequence[str], published: Path | None = None) -> Evidence:
    """Read what was found.

    Args:
        root: results/ or docs/results/.
        preset: whose.
        order: names of the readings, in which they are shown.
        published: docs/results/, for the verdicts of other presets.

    Raises:
        ValueError: naming the file that cannot be read, or saying that no reading was judged yet.
    """
    folder = root / preset
    readings = [read_reading(path.parent) for path in folder.glob("*/claims.json")]
    if not readings:
        raise ValueError(f"{folder} holds no verdicts yet: run make figures PRESET={preset}")
    readings.sort(key=lambda reading: ((*order, reading.name).index(reading.name), reading.name))
    summary_file = folder / "multiverse.json"
    summary = read_json(summary_file) if summary_file.exists() else {}
    return Evidence(
        preset=preset,
        folder=folder,
        readings={reading.name: reading for reading in readings},
        elsewhere=verdicts_of_other_presets(published, preset) if published else [],
        summary=summary,
        universes=read_universes(folder, summary),
        histories=pd.concat([pd.DataFrame(), *map(read_table, sorted(folder.glob(HISTORIES)))], ignore_index=True),
        pictures={path.stem: path for path in sorted(folder.glob("multiverse/figures/*.png"))},
    )


def read_reading(folder: Path) -> Reading:
    """The evidence in one folder."""
    page = read_json(folder / "claims.json")
    films: dict[str, Path] = {}
    for ending in FILM_FORMATS:
        for path in sorted(folder.rglob(f"*{ending}")):
            films.setdefault(path.stem, path)
    report = folder / "report.html"
    folders = [
        path.parent for path in (folder / "runs").rglob("summary.json") if (path.parent / "history.parquet").exists()
    ]
    order = attrgetter("dataset", "width", "objective", "seed")
    runs = sorted(((path, read_run(path)) for path in folders), key=lambda found: order(found[1]))
    return Reading(
        name=page["reading"],
        preset=page["preset"],
        folder=folder,
        claims={row["name"]: row for row in page["claims"]},
        pictures={
            path.stem: path for path in sorted([*folder.glob("figures/*.png"), *folder.glob("beyond/figures/*.png")])
        },
        films=films,
        runs=dict(runs),
        report=report if report.exists() else None,
        published=read_json(folder / "evidence.json") if (folder / "evidence.json").exists() else {},
    )


def verdicts_of_other_presets(published: Path, preset: str) -> list[Reading]:
    """Verdicts alone, of every published preset but this one."""
    found = []
    for path in sorted(published.glob("*/*/claims.json")):
        page = read_json(path)
        if page["preset"] != preset:
            claims = {row["name"]: row for row in page["claims"]}
            found.append(Reading(page["reading"], page["preset"], path.parent, claims))
    return found


def read_universes(folder: Path, summary: Mapping[str, Any]) -> pd.DataFrame:
    """Verdicts of all universes, with the measured values where their table is there; see `Evidence.universes`."""
    table = folder / "multiverse" / "verdicts.parquet"
    if table.exists():
        return read_table(table)
    rows = [
        {"claim": each["claim"], "dataset": each["dataset"], "width": each["width"], **options, "verdict": verdict}
        for each in summary.get("statements", [])
        for options, verdict in zip(summary["readings"], each["verdicts"], strict=True)
    ]
    return pd.DataFrame(rows, columns=None if rows else ["claim", "dataset", "width", "verdict"]).assign(
        value=float("nan")
    )

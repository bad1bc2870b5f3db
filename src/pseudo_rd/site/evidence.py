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


@dataclass(frozen=True)
class Reading:
    """Verdicts, figures and runs under one named reading.

    Attributes:
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
        """The page of verdicts on other networks; it exists where these were trained."""
        return self.folder / "beyond" / "beyond.md"


@dataclass(frozen=True)
class Evidence:
    """Everything that the companion shows of one preset.

    Attributes:
        folder: results that depend on no reading.
        readings: by name, in the order in which they are shown.
        other_presets: published verdicts of other presets.
        summary: content of multiverse.json; empty where the study of all readings was not made.
        universes: a row for each claim and universe: claim, dataset, width, the choices, verdict.
        histories: runs of the study, rows of `multiverse.study.run_table` with the choices; empty where there are none.
        pictures: PNG files of the study by stem.
    """

    preset: str
    folder: Path
    readings: Mapping[str, Reading]
    other_presets: Sequence[Reading]
    summary: Mapping[str, Any]
    universes: pd.DataFrame
    histories: pd.DataFrame
    pictures: Mapping[str, Path]

    @property
    def runs(self) -> list[Run]:
        """The finished runs under all readings."""
        return [run for reading in self.readings.values() for run in reading.runs.values()]

    def shares(self, claim: str) -> tuple[int, int] | None:
        """In how many universes the claim is reproduced, of how many that can tell; None where none can."""
        reproduced, total = reproduced_in(self.universes.loc[self.universes["claim"] == claim, "verdict"])
        return (reproduced, total) if total else None


def collect(root: Path, preset: str, order: Sequence[str], published: Path | None = None) -> Evidence:
    """Read the finished results of a preset.

    Args:
        root: results/ or docs/results/.
        preset: its name.
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
    summary, universes = folder / "multiverse.json", folder / "multiverse" / "verdicts.parquet"
    columns = ["claim", "dataset", "width", "verdict"]
    return Evidence(
        preset=preset,
        folder=folder,
        readings={reading.name: reading for reading in readings},
        other_presets=verdicts_of_other_presets(published, preset) if published else [],
        summary=read_json(summary) if summary.exists() else {},
        universes=read_table(universes) if universes.exists() else pd.DataFrame(columns=columns),
        histories=pd.concat([pd.DataFrame(), *map(read_table, sorted(folder.glob(HISTORIES)))], ignore_index=True),
        pictures={path.stem: path for path in sorted(folder.glob("multiverse/figures/*.png"))},
    )


def read_reading(folder: Path) -> Reading:
    """The evidence in one folder."""
    films = {path.stem: path for path in sorted(folder.rglob("*.mp4"))}
    report, published = folder / "report.html", folder / "evidence.json"
    summaries = (folder / "runs").rglob("summary.json")
    runs = {path.parent: read_run(path.parent) for path in summaries if (path.parent / "history.parquet").exists()}
    sort_key = attrgetter("dataset", "width", "objective", "seed")
    pictures = [*folder.glob("figures/*.png"), *folder.glob("beyond/figures/*.png")]
    return verdicts_in(
        folder,
        pictures={path.stem: path for path in sorted(pictures)},
        films=films,
        runs=dict(sorted(runs.items(), key=lambda run: sort_key(run[1]))),
        report=report if report.exists() else None,
        published=read_json(published) if published.exists() else {},
    )


def verdicts_in(folder: Path, **attributes: Any) -> Reading:
    """A reading with the verdicts in its folder, and other attributes of `Reading`."""
    page = read_json(folder / "claims.json")
    return Reading(page["reading"], page["preset"], folder, {row["name"]: row for row in page["claims"]}, **attributes)


def verdicts_of_other_presets(published: Path, preset: str) -> list[Reading]:
    """Verdicts alone, of every published preset but this one."""
    folders = [path.parent for path in sorted(published.glob("*/*/claims.json")) if path.parts[-3] != preset]
    return [verdicts_in(folder) for folder in folders]

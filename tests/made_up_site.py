"""A folder of finished results, small but whole: verdicts as stored, pictures of a few pixels, short runs, one film."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from projects import CONFIG, ROOT

from pseudo_rd.figures.moving import write_mp4
from pseudo_rd.figures.registry import read_registry, stem_of
from pseudo_rd.parameters.presets import plain, resolve
from pseudo_rd.results.files import SUMMARY_FORMAT, write_history, write_json
from pseudo_rd.results.layout import Layout, run_name
from pseudo_rd.site.build import build

PARAMETERS = plain(resolve(CONFIG, "quick"))
READINGS = ("printed", "pytorch")
PUBLISHED = ROOT / "docs" / "results" / "quick"
REGISTRY = read_registry(ROOT / "workflow" / "figures.yaml")
FIGURES = [stem_of(name) for name, entry in REGISTRY.items() if entry.target in ("figures", "theory")]


def write_run(folder: Path, objective: str, width: int, seed: int) -> None:
    iterations = np.array([0, 10, 100, 1000])
    distances = {f"distance_{layer}": seed * np.sqrt(iterations) for layer in ("hidden", "top")}
    history = pd.DataFrame({"iteration": iterations, **distances, "test_error": 0.1, "test_accuracy": 0.9})
    summary = {
        "format": SUMMARY_FORMAT,
        "dataset": {"name": "synthetic-784", "stand_in": ""},
        "training": {"objective": objective, "width": width, "seed": seed},
        "ended": "epoch limit",
        "final": {**history.iloc[-1].to_dict(), "iteration": 1000, "seconds": 3.0},
        "machine": {
            **{"device": "cpu", "precision": "float32", "threads": 1, "python": "3.12.0"},
            **{"git_commit": "0123456789abcdef", "versions": {"torch": "2.11"}},
        },
    }
    write_history(folder / "history.parquet", history)
    write_json(folder / "summary.json", summary)


def results(root: Path) -> Path:
    """`root` as results/, with the preset quick made under both readings."""
    folder = root / "quick"
    for shade, reading in enumerate(READINGS):
        (folder / reading / "figures").mkdir(parents=True)
        shutil.copy(PUBLISHED / reading / "claims.json", folder / reading)
        for stem in FIGURES:
            color = 200 if stem in ("fig01", "theory_over_time") else 60 * shade  # two depend on no reading
            Image.new("L", (60, 40), color).save(folder / reading / "figures" / f"{stem}.png")
        for objective in ("supervised", "augmented"):
            width = PARAMETERS["experiments"]["synthetic-784"]["widths"][0]
            run = Layout("quick", reading, str(root)).run(run_name("synthetic-784", objective, width, 1))
            write_run(Path(run), objective, width, 1)
    benchmark = folder / "printed" / "benchmarks" / "train" / "synthetic-784.tsv"
    benchmark.parent.mkdir(parents=True)
    benchmark.write_text("s\th:m:s\tmax_rss\n3.5\t0:00:03\t120.5\n", encoding="utf-8")
    film = folder / "printed" / "moving" / "turing.mp4"
    film.parent.mkdir()
    write_mp4([np.full((48, 64, 3), 20 * frame, np.uint8) for frame in range(10)], 10, film)
    (folder / "printed" / "report.html").write_text("<!doctype html><title>report</title>", encoding="utf-8")
    shutil.copy(PUBLISHED / "multiverse.json", folder)
    beyond = PUBLISHED / "pytorch" / "beyond"
    (folder / "pytorch" / "beyond" / "figures").mkdir(parents=True)
    for name in ("beyond.md", "figures/beyond_filters.png"):
        shutil.copy(beyond / name, folder / "pytorch" / "beyond" / name)
    (folder / "multiverse" / "figures").mkdir(parents=True)
    Image.new("L", (60, 40)).save(folder / "multiverse" / "figures" / "phase_diagram.png")
    shutil.copy(PUBLISHED / "multiverse" / "verdicts.parquet", folder / "multiverse")
    shutil.copytree(PUBLISHED / "multiverse" / "readings", folder / "multiverse" / "readings")
    return root


def companion(root: Path) -> Path:
    """The companion of these results."""
    build(ROOT, root, PARAMETERS, root / "quick" / "site")
    return root / "quick" / "site"

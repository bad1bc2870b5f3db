"""Evidence for readers who run nothing: `make publish` copies what a preset found into docs/.

docs/results/ has the layout of results/: for each reading histories and summaries of all finished runs, filters and
maps of neurons, the figures; beside them simulations, the theorems' own setting, and the study of all readings. Weights
are not copied. Verdicts and sentences are made from just these files (`tell`).

What was published before stays, where it is still of a run that params.yaml asks for: a preset may be run bit by bit,
on several machines.
"""

import json
import os
import platform
import re
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pseudo_rd.claims.claim import sections_of
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.commands.tell import tell
from pseudo_rd.parameters.plain_yaml import read_parameters
from pseudo_rd.parameters.presets import differences, plain, resolve
from pseudo_rd.parameters.schema import Parameters
from pseudo_rd.results.files import read_npz, read_summary, read_table, write_json, write_npz
from pseudo_rd.results.layout import OF_A_PATTERN, Layout, run_files, run_name, runs_of
from pseudo_rd.results.pictures import shrink
from pseudo_rd.training.settings import settings_of

OTHER_JOBS = {"train_beyond", "judge_beyond.tsv", "draw_beyond", "train_control"}  # jobs beside those of a reading


def publish(project: Path, preset: str | None = None) -> list[Path]:
    """Copy the evidence of a preset: what is finished, whether or not the rest is.

    Args:
        project: the folder with params.yaml, results/ and docs/.
        preset: whose results; None: that of params.yaml.

    Returns:
        The folders and files written.

    Raises:
        ValueError: if nothing of the preset was made, or naming a file that cannot be read.
    """
    config = read_parameters(project / "params.yaml")
    results, published, preset = project / "results", project / "docs" / "results", resolve(config, preset).preset
    readings = [name for name in config["readings"] if files_in(results, f"{preset}/{name}/runs/*/*/*/*/summary.json")]
    if not readings:
        raise ValueError(f"{results / preset} holds no finished run: run make figures PRESET={preset}")
    publish_shared(results / preset, published / preset)
    for name in readings:
        publish_reading(resolve(config, preset, name), resolve(config, "full", name), results, published)
    return [published / preset, *(published / preset / name for name in readings), *tell(project)]


def publish_shared(results: Path, published: Path) -> None:
    """What the readings of a preset share, as far as it was made; of simulations the first and last field."""
    for name in files_in(results, "simulations/*.npz"):
        arrays = {key: array[[0, -1]] if array.ndim > 1 else array for key, array in read_npz(results / name).items()}
        write_npz(published / name, arrays)
    histories = files_in(results, "multiverse/readings/*/*/*.parquet")
    files = {Path(name).parent: name for name in histories[::-1]}  # one start of each data set and width
    if files:
        shutil.rmtree(published / "multiverse" / "readings", ignore_errors=True)
    copy_all(results, published, ["theory/flow.npz", "multiverse.json", "multiverse/verdicts.parquet", *files.values()])
    copy_all(results, published, files_in(results, "multiverse/dial/*/*/*.parquet", "multiverse/figures/*.png"))


def publish_reading(parameters: Parameters, paper: Parameters, results: Path, published: Path) -> None:
    """What was found under one reading; `paper` is the preset `full` under it, what the claims speak of."""
    layout, sections = Layout(parameters.preset, parameters.reading, root="."), plain(parameters)
    runs = run_names(sections["experiments"])
    drop_outdated(parameters, published)
    copy_all(results, published, run_files(layout.run(run) for run in runs if trained_as_now(parameters, run, results)))
    experiments = finished(sections["experiments"], layout, published)
    finished_runs = run_names(experiments)
    copy_all(results, published, map(layout.filters, experiments))
    copy_all(results, published, (layout.pattern(run)[kind] for run in finished_runs for kind in OF_A_PATTERN))
    files = files_in(results / layout.folder, "figures/*.png", "controls/*/*.parquet", "controls/figures/*.png")
    copy_all(results / layout.folder, published / layout.folder, files)
    sections["experiments"] |= experiments
    benchmarks = (results / layout.folder / "benchmarks").rglob("*.tsv")
    evidence = {
        "preset": parameters.preset,
        "reading": parameters.reading,
        "runs": {"finished": len(finished_runs), "wanted": len(runs)},
        "parameters": {name: sections[name] for name in sections_of(CLAIMS) if name != "claims"}
        | {"experiments": experiments},
        "changes": plain(differences(plain(paper), sections)),
        "machine": machine(),
        "made_by": provenance(published / layout.run(run) for run in finished_runs),
        "cost": cost(path for path in benchmarks if not OTHER_JOBS & {*path.parts}),
    }
    write_json(published / layout.folder / "evidence.json", evidence)
    publish_beyond(results / layout.beyond(""), published / layout.beyond(""))


def publish_beyond(results: Path, published: Path) -> None:
    """The comparison of other networks (docs/experiments.md), once it is judged, in place of what was there."""
    if not (results / "beyond.json").exists():
        return
    shutil.rmtree(published, ignore_errors=True)
    files = files_in(results, "beyond.json", "beyond.md", "runs.parquet", "filters.parquet", "figures/*.png")
    copy_all(results, published, files)
    made_by = provenance(path.parent for path in results.glob("*/*/*/*/*/summary.json"))
    benchmarks = results.parent / "benchmarks"
    jobs = [path for name in ("train_beyond", "draw_beyond/beyond") for path in (benchmarks / name).rglob("*.tsv")]
    evidence = {"machine": machine(), "made_by": made_by, "cost": cost([*jobs, *benchmarks.glob("judge_beyond.tsv")])}
    write_json(published / "evidence.json", evidence)


def files_in(folder: Path, *patterns: str) -> list[str]:
    """The files that match, by their paths from the folder."""
    return [str(path.relative_to(folder)) for pattern in patterns for path in sorted(folder.glob(pattern))]


def copy_all(source: Path, target: Path, names: Iterable[str]) -> None:
    """Copy those of the named files that exist, pictures in modest size."""
    for name in names:
        if (source / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (shrink if name.endswith(".png") else shutil.copyfile)(source / name, target / name)


def run_names(experiments: Mapping[str, Any]) -> list[str]:
    """All runs of the experiments, each once."""
    return sorted({run for experiment in experiments.values() for run in runs_of(experiment)})


def drop_outdated(parameters: Parameters, published: Path) -> None:
    """Remove what was published of runs that no experiment names, or that were trained with other parameters."""
    layout, experiments = Layout(parameters.preset, parameters.reading, root="."), plain(parameters.experiments)
    current_runs = run_names(experiments)
    for summary in files_in(published, layout.run("*/*/*/*/summary.json")):
        run = str(Path(summary).parent.relative_to(layout.run("")))
        if run not in current_runs or not trained_as_now(parameters, run, published):
            shutil.rmtree(published / layout.run(run))
            shutil.rmtree((published / layout.pattern(run)["maps"]).parent, ignore_errors=True)
    for name, experiment in experiments.items():
        path = published / layout.filters(name)
        if path.exists():
            runs = read_table(path)[["objective", "width", "seed"]].drop_duplicates().itertuples(index=False)
            folders = [published / layout.run(run_name(experiment["dataset"], *run)) for run in runs]
            if not all((folder / "summary.json").exists() for folder in folders):
                path.unlink()


def trained_as_now(parameters: Parameters, run: str, root: Path) -> bool:
    """Whether a run is finished and was trained with these parameters; settings that it lacks do not count."""
    folder = root / Layout(parameters.preset, parameters.reading, root=".").run(run)
    if not (folder / "summary.json").exists():
        return False
    training = read_summary(folder)["training"]
    settings = settings_of(parameters, run.split("/")[0], training["objective"], training["width"], training["seed"])
    current = json.loads(json.dumps(asdict(settings)))
    return all(training[key] == value for key, value in current.items() if key in training)


def finished(experiments: Mapping[str, Any], layout: Layout, published: Path) -> dict[str, Any]:
    """Of each experiment the widths and seeds whose runs are published, both objectives; without any it is left out.

    A width counts where its first seed is published, a seed where it is published at all these widths.
    """

    def complete(experiment: Mapping[str, Any], widths: list[int], seed: int) -> bool:
        runs = runs_of({**experiment, "widths": widths, "seeds": [seed]})
        return all((published / file).exists() for file in run_files(map(layout.run, runs)))

    result = {}
    for name, experiment in experiments.items():
        widths = [width for width in experiment["widths"] if complete(experiment, [width], experiment["seeds"][0])]
        if widths:
            seeds = [seed for seed in experiment["seeds"] if complete(experiment, widths, seed)]
            result[name] = {**experiment, "widths": widths, "seeds": seeds}
    return result


def machine() -> dict[str, Any]:
    """What the evidence was made on, as far as the system tells."""
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text(encoding="utf-8") if cpuinfo.exists() else ""
    model = re.search(r"^model name\s*: (.*)", text, re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": model[1].strip() if model else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory / 1e9, 1),
        "system": platform.system(),
    }


def provenance(folders: Iterable[Path]) -> dict[str, list[str]]:
    """Commits, devices, and versions of Python and packages that the runs were made with, each once."""
    hosts = [read_summary(folder)["machine"] for folder in folders]
    versions = {f"{name} {version}" for host in hosts for name, version in host["versions"].items()}
    return {
        "commits": sorted({str(host["git_commit"]) for host in hosts}),
        "devices": sorted({host["device"] for host in hosts}),
        "versions": sorted(versions | {f"python {host['python']}" for host in hosts}),
    }


def cost(benchmarks: Iterable[Path]) -> dict[str, float]:
    """Processor hours of all jobs, and the most memory that one took, where any was looked at."""
    tables = [pd.read_csv(path, sep="\t", na_values="-") for path in sorted(benchmarks)]
    if not tables:
        return {}
    jobs = pd.concat(tables)
    largest = float(jobs["max_rss"].max())
    hours = {"processor_hours": round(float(jobs["cpu_time"].sum()) / 3600, 3)}
    return hours | ({"largest_gb": round(largest / 1e3, 2)} if np.isfinite(largest) else {})


if __name__ == "__main__":
    try:
        print(*publish(Path(), *sys.argv[1:2]), sep="\n")
    except ValueError as error:
        sys.exit(str(error))

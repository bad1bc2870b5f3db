"""Evidence for readers who run nothing: `make publish` copies what a preset found into docs/.

docs/results/<preset>-<reading>/ then holds what was found under one reading: histories and summaries of all finished
runs, filters and maps of neurons, the figures, and the verdicts, judged from just these files. docs/results/<preset>/
holds what depends on no reading: simulations, the theorems' own setting, and the study of all readings.
docs/results/findings.md says it in sentences, README's first screen and docs/results.md in a few. Weights are not
copied. `make tell` makes the verdicts and sentences again from what is published.

What was published before stays, where it is still of a run that params.yaml asks for: a preset may be run bit by bit,
on several machines.
"""

import json
import os
import platform
import re
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pseudo_rd.claims.answer import accuracies, one_a_reading
from pseudo_rd.claims.answer import to_markdown as answer
from pseudo_rd.claims.beyond import judge_cases
from pseudo_rd.claims.beyond import to_markdown as beyond_page
from pseudo_rd.claims.claim import sections_of
from pseudo_rd.claims.evidence import Evidence
from pseudo_rd.claims.extrapolation import convergence, cut_to, spreads
from pseudo_rd.claims.judge import Criterion, count_verdicts, judge_all
from pseudo_rd.claims.published import published_evidence
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.claims.table import compare, comparison_to_markdown, to_markdown
from pseudo_rd.claims.whole import ends_table, in_short, misfit_table, predictions_table, whole_trainings
from pseudo_rd.multiverse.findings import to_markdown as to_findings
from pseudo_rd.parameters.plain_yaml import read_parameters
from pseudo_rd.parameters.presets import differences, plain, resolve
from pseudo_rd.parameters.schema import Experiment, Parameters
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.results.files import read_json, read_npz, read_summary, read_table, write_json, write_npz, write_text
from pseudo_rd.results.pictures import shrink
from pseudo_rd.training.settings import settings_of

ON_IMAGES = ("mnist", "mnist-narrow", "mnist-wide", "fashion-mnist", "cifar10")  # experiments of Figures 6 to 17
OF_A_RUN = ("history.parquet", "summary.json")
APART = {"train_beyond", "judge_beyond.tsv", "draw_beyond", "train_control"}  # jobs beside those of a reading


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
    preset = resolve(config, preset).preset
    results, published = project / "results" / preset, project / "docs" / "results"
    readings = [name for name in config["readings"] if any((results / name / "runs").glob("*/*/*/*/summary.json"))]
    if not readings:
        raise ValueError(f"{results} holds no finished run: run make figures PRESET={preset}")
    written = [publish_shared(results, published / preset)]
    for name in readings:
        written.append(published / f"{preset}-{name}")
        publish_reading(resolve(config, preset, name), resolve(config, "full", name), results / name, written[-1])
    return [*written, *tell(project)]


def publish_shared(results: Path, published: Path) -> Path:
    """What the readings of a preset share, as far as it was made; of simulations the first and last field."""
    published.mkdir(parents=True, exist_ok=True)
    for path in sorted((results / "simulations").glob("*.npz")):
        arrays = {name: array[[0, -1]] if array.ndim > 1 else array for name, array in read_npz(path).items()}
        (published / "simulations").mkdir(exist_ok=True)
        write_npz(published / "simulations" / path.name, arrays)
    histories = sorted((results / "multiverse").glob("readings/*/*/*.parquet"), reverse=True)
    first = {path.parent: str(path.relative_to(results)) for path in histories}  # of each data set and width one start
    if first:
        shutil.rmtree(published / "multiverse" / "readings", ignore_errors=True)
    of_the_study = ["multiverse.json", "multiverse/verdicts.parquet", *found(results, "multiverse/dial/*/*/*.parquet")]
    copy_all(results, published, ["theory/flow.npz", *of_the_study, *first.values()])
    for path in sorted((results / "multiverse" / "figures").glob("*.png")):
        shrink(path, published / path.name)
    return published


def publish_reading(chosen: Parameters, paper: Parameters, results: Path, published: Path) -> None:
    """What was found under one reading.

    Args:
        chosen: the preset and reading as resolved.
        paper: the preset `full` under the same reading: what the claims speak of.
        results: results/<preset>/<reading>.
        published: where it goes.
    """
    wanted = sorted({run for each in chosen.experiments.values() for run in each.runs()})
    drop_others(chosen, published)
    current = [run for run in wanted if trained_as_now(chosen, run, results / "runs")]
    copy_all(results, published, [f"runs/{run}/{name}" for run in current for name in OF_A_RUN])
    experiments = finished(chosen.experiments, published / "runs")
    runs = sorted({run for each in experiments.values() for run in each.runs()})
    copy_all(results, published, [f"filters/{name}.parquet" for name in experiments])
    copy_all(results, published, [f"patterns/{run}/first_{kind}.npz" for run in runs for kind in ("maps", "clusters")])
    for path in sorted((results / "figures").glob("*.png")):
        (published / "figures").mkdir(parents=True, exist_ok=True)
        shrink(path, published / "figures" / path.name)
    run_as = plain(chosen.model_dump())
    run_as["experiments"] |= plain(experiments)
    parameters = {name: run_as[name] for name in sections_of(CLAIMS) if name != "claims"}
    evidence = {
        "preset": chosen.preset,
        "reading": chosen.reading,
        "runs": {"finished": len(runs), "wanted": len(wanted)},
        "parameters": {**parameters, "experiments": plain(experiments)},
        "changes": plain(differences(plain(paper.model_dump()), run_as)),
        "machine": machine(),
        "made_by": provenance(published / "runs" / run for run in runs),
        "cost": cost(path for path in (results / "benchmarks").rglob("*.tsv") if not APART & {*path.parts}),
    }
    write_json(published / "evidence.json", evidence)
    publish_beyond(results / "beyond", published / "beyond")
    copy_all(results, published, found(results, "controls/*/*.parquet"))
    for name in found(results, "controls/figures/*.png"):
        (published / "controls" / "figures").mkdir(exist_ok=True)
        shrink(results / name, published / name)


def found(folder: Path, pattern: str) -> list[str]:
    """The files there are, below the folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.glob(pattern))


def publish_beyond(results: Path, published: Path) -> None:
    """The comparison of other networks (docs/experiments.md), once it is judged: histories as one table, no weights.

    `tell_beyond` judges it again.

    Args:
        results: results/<preset>/<reading>/beyond.
        published: where it goes; what was there goes.
    """
    if not (results / "beyond.json").exists():
        return
    shutil.rmtree(published, ignore_errors=True)
    copy_all(results, published, ["beyond.json", "beyond.md", "runs.parquet", "filters.parquet"])
    (published / "figures").mkdir()
    for path in sorted((results / "figures").glob("*.png")):
        shrink(path, published / "figures" / path.name)
    made_by = provenance(path.parent for path in results.glob("*/*/*/*/*/summary.json"))
    benchmarks = results.parent / "benchmarks"
    jobs = [path for name in ("train_beyond", "draw_beyond/beyond") for path in (benchmarks / name).rglob("*.tsv")]
    told = {"machine": machine(), "made_by": made_by, "cost": cost([*jobs, *benchmarks.glob("judge_beyond.tsv")])}
    write_json(published / "evidence.json", told)


def tell_beyond(published: Path, chosen: Parameters) -> None:
    """Judge a published comparison of other networks again, with the criteria and the words of params.yaml.

    Args:
        published: its folder beyond/.
        chosen: params.yaml as resolved; a case that it no longer has keeps its words.
    """
    page = read_json(published / "beyond.json")
    words = {each["case"]: each["words"] for each in page["finals"]}
    words |= {name: case.words for name, case in chosen.beyond.cases.items()}
    histories, filters = (read_table(published / f"{name}.parquet") for name in ("runs", "filters"))
    judged = judge_cases(histories, filters, words, criteria_of(plain(chosen.claims)))
    write_json(published / "beyond.json", {"preset": page["preset"], **judged})
    write_text(published / "beyond.md", beyond_page(judged["statements"], judged["finals"], page["preset"]))


def compare_published(published: Path, preset: str, readings: Iterable[str]) -> None:
    """The published verdicts under the named readings, and in all universes, where the preset has a study of them.

    Args:
        published: docs/results.
        preset, readings: their names; a reading of which nothing is published is left out.
    """
    shared, verdicts = published / preset, published / preset / "multiverse" / "verdicts.parquet"
    if not verdicts.exists():
        return
    paths = {name: published / f"{preset}-{name}" / "claims.json" for name in readings}
    pages = {name: read_json(path)["claims"] for name, path in paths.items() if path.exists()}
    rows = compare(pages, read_table(verdicts))
    write_json(shared / "claims.json", {"preset": preset, "claims": rows})
    write_text(shared / "claims.md", comparison_to_markdown(rows, preset))


def drop_others(chosen: Parameters, published: Path) -> None:
    """Remove what was published of runs that no experiment names, or that were trained otherwise than `chosen` says."""
    wanted = {run for each in chosen.experiments.values() for run in each.runs()}
    for path in sorted((published / "runs").glob("*/*/*/*/summary.json")):
        run = str(path.parent.relative_to(published / "runs"))
        if run not in wanted or not trained_as_now(chosen, run, published / "runs"):
            shutil.rmtree(path.parent)
            shutil.rmtree(published / "patterns" / run, ignore_errors=True)
    for name, experiment in chosen.experiments.items():
        path = published / "filters" / f"{name}.parquet"
        if path.exists():
            runs = read_table(path)[["objective", "width", "seed"]].drop_duplicates().itertuples(index=False)
            folders = [f"{experiment.dataset}/{objective}/m{width}/seed{seed}" for objective, width, seed in runs]
            if not all((published / "runs" / folder / "summary.json").exists() for folder in folders):
                path.unlink()


def trained_as_now(chosen: Parameters, run: str, runs: Path) -> bool:
    """Whether a run is finished and was trained with the settings that it has now; settings that it lacks do not count.

    Args:
        chosen: the preset and reading as resolved.
        run: its folder below `runs`.
        runs: of results or of what is published.
    """
    if not (runs / run / "summary.json").exists():
        return False
    trained = read_summary(runs / run)["training"]
    settings = settings_of(chosen, run.split("/")[0], trained["objective"], trained["width"], trained["seed"])
    now = json.loads(json.dumps(asdict(settings)))
    return all(trained[key] == value for key, value in now.items() if key in trained)


def judged(published: Path, claims: Mapping[str, Any]) -> dict[str, Any]:
    """The verdicts that follow from published evidence, as claims.json has them.

    Args:
        published: docs/results/<preset>-<reading>.
        claims: the section `claims` of params.yaml.

    Raises:
        ValueError: naming a file that is missing or cannot be read.
    """
    return page_of(read_json(published / "evidence.json"), published_evidence(published, claims), claims)


def page_of(told: Mapping[str, Any], evidence: Evidence, claims: Mapping[str, Any]) -> dict[str, Any]:
    """As `judged`, of what evidence.json told and all published evidence."""
    rows = judge_all(evidence, criteria_of(claims))
    counts, accuracy = count_verdicts(rows), accuracies(evidence)
    return {
        "preset": told["preset"],
        "reading": told["reading"],
        "counts": counts,
        "accuracy": accuracy,
        "claims": rows,
    }


def finished(experiments: Mapping[str, Experiment], runs: Path) -> dict[str, Experiment]:
    """Of each experiment the widths and seeds whose runs are there, both objectives; without any it is left out.

    A width counts where its first seed is there, a seed where it is there at all these widths.
    """
    found = {}
    for name, wanted in experiments.items():

        def there(width: int, seed: int, dataset: str = wanted.dataset) -> bool:
            folders = [runs / dataset / objective / f"m{width}" / f"seed{seed}" for objective in OBJECTIVES]
            return all((folder / file).exists() for folder in folders for file in OF_A_RUN)

        widths = tuple(width for width in wanted.widths if there(width, wanted.seeds[0]))
        seeds = tuple(seed for seed in wanted.seeds if all(there(width, seed) for width in widths))
        if widths:
            found[name] = wanted.model_copy(update={"widths": widths, "seeds": seeds})
    return found


def machine() -> dict[str, Any]:
    """What the evidence was made on, as far as the system tells."""
    names = [line.split(":", 1)[1].strip() for line in lines_of("/proc/cpuinfo") if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": names[0] if names else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory / 1e9, 1),
        "system": platform.system(),
    }


def lines_of(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []


def provenance(folders: Iterable[Path]) -> dict[str, list[str]]:
    """Commits, devices, and versions of Python and packages that the runs were made with, each once."""
    made = [read_summary(folder)["machine"] for folder in folders]
    versions = {f"{name} {version}" for each in made for name, version in each["versions"].items()}
    return {
        "commits": sorted({str(each["git_commit"]) for each in made}),
        "devices": sorted({each["device"] for each in made}),
        "versions": sorted(versions | {f"python {each['python']}" for each in made}),
    }


def cost(benchmarks: Iterable[Path]) -> dict[str, float]:
    """Processor hours of all jobs, and the most memory that one took, where any was looked at."""
    tables = [pd.read_csv(path, sep="\t", na_values="-") for path in sorted(benchmarks)]
    if not tables:
        return {}
    jobs = pd.concat(tables)
    largest = float(jobs["max_rss"].max())
    found = {"processor_hours": round(float(jobs["cpu_time"].sum()) / 3600, 3)}
    return found | ({"largest_gb": round(largest / 1e3, 2)} if np.isfinite(largest) else {})


def tell(project: Path) -> list[Path]:
    """All that follows from published evidence: verdicts, findings, and the answer in README and docs/results.md.

    Nothing is copied or trained. Of the presets with a study of all readings the largest is told of, the others beside
    it.

    Args:
        project: the folder with params.yaml, docs/ and README.md.
    """
    config = read_parameters(project / "params.yaml")
    presets, claims = [*config["presets"]], plain(resolve(config).claims)
    published, readme = project / "docs" / "results", project / "README.md"
    for folder in sorted(path.parent for path in published.glob("*/evidence.json")):
        page = judged(folder, claims)
        write_json(folder / "claims.json", page)
        write_text(folder / "claims.md", to_markdown(page["claims"], page["preset"], page["reading"]))
    for path in sorted(published.glob("*/beyond/beyond.json")):
        tell_beyond(path.parent, resolve(config))
    for preset in presets:
        compare_published(published, preset, sorted(config["readings"]))
    studies = published_studies(published, presets)
    if not studies:
        return []
    page = published / "findings.md"
    pages = published_pages(published, presets, claims)
    write_text(page, from_below(to_findings(studies, pages)))
    if not readme.exists():
        return [page]
    whole = published / "full-pytorch"
    runs = whole_trainings(whole)
    (printed,) = (each for each in one_a_reading(pages) if each["reading"] == "printed")
    (width,) = resolve(config, "full").experiments["mnist"].widths
    short = {"answer": f"{in_short(runs, printed, width)}\n\n{answer(pages)}"}
    blocks = {
        readme: short,
        project / "docs" / "results.md": short,
        whole / "README.md": {"ends": ends_table(runs)},
        project / "docs" / "experiments.md": {
            "misfit": misfit_table(runs),
            "predictions": predictions_table(read_json(whole / "predictions.json"), runs),
        },
    }
    for path, named in blocks.items():
        text = path.read_text(encoding="utf-8")
        for name, block in named.items():
            text = replace_block(text, name, block)
        path.write_text(text, encoding="utf-8")
    return [page, *blocks]


def from_below(page: str) -> str:
    """A page for docs/results/, with its links to pages of docs/."""
    return re.sub(r"\]\((?=[\w-]+\.md)", "](../", page)


def replace_block(text: str, name: str, block: str) -> str:
    """The text with what stands between its comments `begin name` and `end name` replaced."""
    between = re.compile(f"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)", re.DOTALL)
    return between.sub(lambda found: f"{found[1]}{block}\n{found[2]}", text)


def published_studies(published: Path, presets: Sequence[str]) -> list[dict[str, Any]]:
    """The published studies of all readings, in the order of the presets, as the findings take them."""
    return [
        {
            "preset": name,
            "summary": read_json(published / name / "multiverse.json"),
            "claims": read_json(published / name / "claims.json")["claims"],
        }
        for name in presets
        if (published / name / "multiverse.json").exists()
    ]


def published_pages(published: Path, presets: Sequence[str], claims: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is published of each preset and reading, for the findings, the largest preset first.

    Args:
        published: docs/results.
        presets: in this order.
        claims: the section `claims` of params.yaml.
    """
    tellings = {path.parent: read_json(path) for path in sorted(published.glob("*/evidence.json"))}
    every = [
        (told, published_evidence(folder, claims))
        for preset in presets
        for folder, told in tellings.items()
        if told["preset"] == preset
    ]
    pages = []
    for told, found in every:
        smaller = {
            other["preset"]: shorter
            for other, shorter in every
            if other["reading"] == told["reading"] and presets.index(other["preset"]) > presets.index(told["preset"])
        }
        pages.append(
            {
                **page_of(told, found, claims),
                "runs": told["runs"],
                "convergence": convergence(found, ON_IMAGES),
                "spreads": spreads(found, "mnist"),
                "of_theorems": [claim.name for claim in CLAIMS if any(each.kind == "flow" for each in claim.reads)],
                "cut": {
                    name: judge_all(cut_to(found, shorter), criteria_of(claims)) for name, shorter in smaller.items()
                },
            }
        )
    return pages


def criteria_of(claims: Mapping[str, Any]) -> dict[str, Criterion]:
    return {name: Criterion(**limits) for name, limits in claims["criteria"].items()}


def copy_all(source: Path, target: Path, names: Iterable[str]) -> None:
    """Copy those of the named files that are there."""
    for name in names:
        if (source / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, target / name)


if __name__ == "__main__":
    try:
        chosen = sys.argv[1] if len(sys.argv) > 1 else None
        for written in tell(Path()) if chosen == "--tell" else publish(Path(), chosen):
            print(written)
    except ValueError as error:
        sys.exit(str(error))

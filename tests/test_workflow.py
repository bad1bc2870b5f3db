"""The workflow as a user meets it: plans, errors, and the whole smoke preset in a copy of the project."""

import json
import re
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from pages import insert
from projects import CONFIG, READING, ROOT, RULES, TARGETS, contents, copy_project, output, rewrite, snakemake

from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.figures.registry import read_registry, stem_of
from pseudo_rd.results.files import read_json, write_json

REGISTRY = read_registry(ROOT / "workflow" / "figures.yaml")
OTHER_READING = next(name for name in CONFIG["readings"] if name != READING)
MADE = Path("results", "smoke", READING)
JUDGED_ANEW = {"judge_universes": 1, "draw_multiverse": 8, "compare_readings": 1}  # the universes


def planned(table: str) -> dict[str, int]:
    """Rules, but targets, and how many of their jobs would run, from the table that a dry run prints."""
    rows = re.findall(r"^(\w+)\s+(\d+)$", table, flags=re.MULTILINE)
    return {rule: int(count) for rule, count in rows if rule not in ("total", *TARGETS)}


def test_scripts_are_short_and_named_like_their_rules() -> None:
    scripts = list((ROOT / "scripts").glob("*.py"))
    assert {script.stem for script in scripts} <= {*RULES}
    assert all(len(script.read_text(encoding="utf-8").splitlines()) <= 40 for script in scripts)


# Plans and errors.


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which nothing is made."""
    return copy_project(tmp_path_factory.mktemp("plans"))


@pytest.mark.slow
@pytest.mark.parametrize("preset", sorted({*CONFIG["presets"]} - {"smoke"}))  # which is walked below
def test_every_preset_has_a_plan(preset: str, project: Path) -> None:
    targets = "figures", "study", "experiments"
    plan = planned(output(snakemake(project, "--dry-run", *targets, "--config", f"preset={preset}")))
    assert plan["draw_figure"] + plan["draw_multiverse"] == sum(
        entry.target not in ("moving", "beyond", "controls") for entry in REGISTRY.values()
    )
    assert plan["prepare_data"] == len(CONFIG["datasets"])


@pytest.mark.slow
def test_a_wrong_parameter_stops_everything_in_one_line(project: Path) -> None:
    # Of every mistake: test_parameters_*.py.
    finished = snakemake(project, "--dry-run", "--config", "training={learning_rate: -1}")
    assert finished.returncode != 0
    assert "params.yaml: training.learning_rate = -1: Input should be greater than 0" in finished.stdout
    assert "Traceback" not in finished.stdout


@pytest.mark.slow
def test_two_widths_can_be_trained_and_are_not_drawn_as_one(project: Path) -> None:
    given = ["--config", "experiments={mnist: {widths: [8, 16]}}"]
    output(snakemake(project, "--dry-run", *given, "--", "experiments"))
    refused = snakemake(project, "--dry-run", *given, "--", "figures")
    assert refused.returncode != 0
    assert "experiments.mnist.widths has several, fig06 draws one: name one there" in refused.stdout


@pytest.mark.slow
def test_a_network_of_one_s_own_is_trained_again_when_its_file_changes(project: Path) -> None:
    run = MADE / "runs/mnist/supervised/m16/seed1/summary.json"
    (project / "mine.py").write_text("narrow = None\n", encoding="utf-8")
    other = MADE / "beyond/three-layers/mnist/supervised/m12/seed1/summary.json"
    beyond = 'beyond={"cases": {"three-layers": {"training": {"network": "mine.py:narrow"}}}}'
    for wanted, given in ((run, 'training={"network": "mine.py:narrow"}'), (other, beyond)):
        finished = snakemake(project, "--dry-run", str(wanted), "--config", "preset=smoke", given)
        assert "    input: data/processed/smoke/mnist.safetensors, mine.py\n" in finished.stdout, finished.stdout


@pytest.mark.slow
def test_a_preset_may_be_named_like_a_folder_of_results(tmp_path: Path) -> None:
    project = copy_project(tmp_path)
    rewrite(project / "params.yaml", "\n  smoke:\n", "\n  long-runs:\n")
    output(snakemake(project, "--dry-run", "figures", "--config", "preset=long-runs"))


# The whole way, once; what follows looks at the same copy.


@pytest.mark.slow
@pytest.mark.xdist_group("smoke")
class TestWholeWay:
    def test_all_figures_are_there_and_not_empty(self, walked: Path) -> None:
        figures = walked / MADE / "figures"
        folders = {"figures": figures, "theory": figures, "multiverse": walked / "results/smoke/multiverse/figures"}
        pictures = {
            folders[entry.target] / f"{stem_of(name)}.png"
            for name, entry in REGISTRY.items()
            if entry.target in folders
        }
        assert {path for folder in folders.values() for path in folder.glob("*.png")} == pictures
        assert all(path.with_suffix(".pdf").exists() for path in pictures)
        for picture in pictures:
            pixels = plt.imread(picture)[..., :3]
            assert min(pixels.shape[:2]) > 200
            assert np.ptp(pixels) > 0.5

    def test_a_person_sees_a_line_for_each_job_and_at_the_end_where_to_look(self, walked: Path) -> None:
        lines = (walked / "output.txt").read_text(encoding="utf-8").splitlines()
        jobs = [line for line in lines if re.match(r"\[ *\d+ of \d+\] \w+", line)]
        assert len(jobs) == int(re.search(r"of (\d+)\]", jobs[0])[1]) > 100
        assert len(lines) < len(jobs) + 30
        counts = read_json(walked / MADE / "claims.json")["counts"]
        *_, figures, verdicts, following = lines
        assert figures.startswith(f"Figures:  {MADE}/figures (31 pictures")
        assert all(f"{count} {verdict}" in verdicts for verdict, count in counts.items())
        assert following.startswith(f"Next:     read {MADE}/claims.md")
        (log, *_) = sorted((walked / ".snakemake/log").iterdir())
        whole = log.read_text(encoding="utf-8")  # the file has what the terminal leaves out
        assert "    input: data/processed/smoke/mnist.safetensors" in whole and "reason: " in whole

    def test_every_job_wrote_its_log(self, walked: Path) -> None:
        logs = list((walked / "logs" / "smoke").rglob("*.log"))
        assert len(logs) >= 27
        assert all(log.read_text(encoding="utf-8").strip() for log in logs)

    def test_another_reading_lies_beside_and_overwrites_nothing(self, copied: Path) -> None:
        given = ("--config", "preset=smoke", f"reading={OTHER_READING}")
        before, beside = contents(copied, "smoke"), MADE.with_name(OTHER_READING)

        plan = output(snakemake(copied, "--dry-run", *TARGETS, *given))
        lines = re.findall(r"^    output: (.*)$", plan, flags=re.MULTILINE)
        files = {Path(file) for line in lines for file in line.split(", ")}
        both = {Path("results/smoke", name) for name in ("claims.json", "claims.md", "findings.md")}
        assert both < files
        assert all(file.is_relative_to(beside) for file in files - both)
        assert {beside / Path(file).relative_to(MADE) for file in before if Path(file).is_relative_to(MADE)} < files

        output(snakemake(copied, str(beside / "figures" / "fig17.png"), *given))
        after = contents(copied, "smoke")
        assert {file: after.get(file) for file in before} == before
        history = Path("runs", "mnist", "augmented", "m16", "seed1", "history.parquet")
        assert after[str(beside / history)] != after[str(MADE / history)]
        assert "Nothing to be done" in snakemake(copied, "--dry-run", *TARGETS, "--config", "preset=smoke").stdout

    def test_a_page_of_another_reading_is_shown_beside(self, copied: Path) -> None:
        page = read_json(copied / MADE / "claims.json")
        write_json(copied / MADE.with_name(OTHER_READING) / "claims.json", page | {"reading": OTHER_READING})
        output(snakemake(copied, "study", "--config", "preset=smoke"))
        rows = read_json(copied / "results/smoke/claims.json")["claims"]
        assert all({*row["readings"]} == {READING, OTHER_READING} for row in rows)
        assert len(rows) == len(CLAIMS)

    def test_what_the_command_line_changes_is_told_as_what_a_preset_changes(self, copied: Path) -> None:
        given = ("--config", "preset=smoke", 'experiments={"mnist": {"seeds": [1]}}')
        output(snakemake(copied, str(MADE / "claims.json"), *given))
        rows = read_json(copied / MADE / "claims.json")["claims"]
        shrunk = next(row["shrunk"] for row in rows if row["name"] == "figure-6-hidden-farther")
        assert "experiments.mnist.seeds = [1] (preset full: [1, 2, 3, 4, 5])" in shrunk

    @pytest.mark.parametrize(
        ("section", "change", "rules"),
        [
            (
                "features",
                {"radius": 0.01},
                {"draw_figure": 3, "measure_filters": 2, "judge_claims": 1, "study_universes": 7, **JUDGED_ANEW},
            ),
            # The phase diagram shows no verdict.
            (
                "fits",
                {"early_iterations": 7},
                {"draw_figure": 2, "judge_claims": 1, **JUDGED_ANEW, "draw_multiverse": 7},
            ),
            ("claims", {"criteria": {"farther": {"at_least": 1.1}}}, {"judge_claims": 1, **JUDGED_ANEW}),
            ("theory", {"bound": 0.2}, {"study_flow": 1, "draw_figure": 2, "judge_claims": 1, "compare_readings": 1}),
            (
                "gray_scott",
                {"pairs": {"fig24": {"feed_rate": 0.03}}},
                {"simulate_gray_scott": 1, "draw_figure": 1, "judge_claims": 1, "compare_readings": 1},
            ),
            ("multiverse", {"least_gain": 3}, JUDGED_ANEW),
            # A run of its own, nothing else: the prepared data stay.
            (
                "datasets",
                {"fashion-mnist": {"epochs": 2}},
                {
                    "train": 2,
                    "embed_neurons": 2,
                    "cluster_neurons": 2,
                    "draw_figure": 4,
                    "measure_filters": 1,
                    "judge_claims": 1,
                    "compare_readings": 1,
                },
            ),
        ],
    )
    def test_a_changed_parameter_re_runs_what_it_touches(
        self, walked: Path, section: str, change: dict, rules: dict[str, int]
    ) -> None:
        given = f"{section}={json.dumps(change)}"
        plan = output(snakemake(walked, "--dry-run", "figures", "study", "--config", "preset=smoke", given))
        assert planned(plan) == rules

    @pytest.mark.parametrize(
        ("files", "rules"),
        [
            # Simulated fields of films do not stay; the last is no code of a job.
            (
                (
                    "scripts/study_flow.py",
                    "src/pseudo_rd/figures/blobs.py",
                    "src/pseudo_rd/figures/moving.py",
                    "src/pseudo_rd/commands/plan.py",
                ),
                {
                    "study_flow": 1,
                    "draw_figure": 2 + 1,
                    "judge_claims": 1,
                    "compare_readings": 1,
                    "draw_film": 4,
                    "simulate_filmed_gray_scott": 1,
                    "simulate_filmed_turing": 1,
                },
            ),
            # All that trains or looks at data, and what follows; neither theory nor simulations.
            (
                ("src/pseudo_rd/data/dataset.py",),
                {
                    "prepare_data": 5,
                    "train": 20,
                    "study_universes": 7,
                    "map_filmed_neurons": 2,
                    "measure_filters": 2,
                    "embed_neurons": 10,
                    "cluster_neurons": 10,
                    "draw_figure": 31,
                    **JUDGED_ANEW,
                    "judge_claims": 1,
                    "draw_film": 4,
                    "simulate_filmed_gray_scott": 1,
                    "simulate_filmed_turing": 1,
                },
            ),
        ],
    )
    def test_changed_code_re_runs_what_runs_it(self, copied: Path, files: tuple, rules: dict[str, int]) -> None:
        for file in files:
            insert(copied / file, "\nchanged = 1\n")
        plan = output(snakemake(copied, "--dry-run", "figures", "study", "moving", "--config", "preset=smoke"))
        assert planned(plan) == rules

    def test_other_words_and_newer_files_re_run_nothing(self, copied: Path) -> None:
        for file in [*copied.glob("scripts/*.py"), *copied.glob("src/pseudo_rd/**/*.py")]:
            text = file.read_text(encoding="utf-8").replace('"""', '"""In other words: ', 1)
            file.write_text(f"{text}\n# In other words.\n", encoding="utf-8")  # all, as `git switch` there and back
        for name in ("parameters/schema", "stages/stage"):  # which describe and report
            insert(copied / f"src/pseudo_rd/{name}.py", "\nchanged = 1\n")
        finished = snakemake(copied, "--dry-run", *TARGETS, "--config", "preset=smoke")
        assert "Nothing to be done" in finished.stdout, finished.stdout[-3000:]

    def test_a_damaged_input_fails_in_one_line_that_names_it(self, copied: Path) -> None:
        picture = MADE / "figures" / "fig12.png"
        (copied / picture).unlink()
        data = copied / "data/processed/smoke/mnist.safetensors"
        data.write_bytes(data.read_bytes()[:-10])
        finished = snakemake(copied, str(picture), "--config", "preset=smoke", "--rerun-triggers", "mtime")
        assert finished.returncode != 0
        assert re.search(r"draw_figure fig12: .*mnist\.safetensors cannot be read .*remove it and run", finished.stdout)

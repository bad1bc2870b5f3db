"""DVC over Snakemake: record, push, pull, change, compare, in a real git repository with a real local remote."""

import os
import re
import shutil
from pathlib import Path

import pytest
import yaml
from pages import insert
from projects import READING, ROOT, TARGETS, contents, made_once, output, preloaded, rewrite, run, snakemake

pytestmark = pytest.mark.slow
PULLS, REPEATS, EXPERIMENTS = map(pytest.mark.xdist_group, ("dvc-pull", "dvc-repro", "dvc-exp"))  # minutes each

MADE = Path("results", "smoke", READING)


def call(
    folder: Path, *command: str, programs: Path = Path(os.environ["PRELOADED_PYTHON"]).parent, **elsewhere: str
) -> str:
    """Run `dvc` or `git`; `programs` is as after `source .venv/bin/activate`: dvc.yaml says `python`."""
    return output(run(folder, *command, PATH=f"{programs}{os.pathsep}{os.environ['PATH']}", **elsewhere))


def commit(folder: Path) -> None:
    call(folder, "git", "add", "--all")
    call(folder, "git", "commit", "--quiet", "--message", "as it is")


@pytest.fixture(scope="module")
def versioned(walked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Snakemake made alone, recorded by DVC and pushed."""

    def record(made: Path) -> None:
        folder = Path(shutil.copytree(walked, made / "project"))
        rewrite(folder / "params.yaml", "preset: quick", "preset: smoke")
        call(folder, "git", "init", "--quiet")
        call(folder, "git", "config", "user.name", "A User")
        call(folder, "git", "config", "user.email", "user@example.org")
        call(folder, "dvc", "commit", "--force")
        call(folder, "dvc", "remote", "add", "--default", "store", "../store")
        call(folder, "dvc", "push")
        commit(folder)

    return made_once("versioned", record, tmp_path_factory) / "project"


@PULLS
def test_what_snakemake_made_is_recorded(versioned: Path) -> None:
    assert "up to date" in call(versioned, "dvc", "repro", "--dry")
    assert call(versioned, "git", "status", "--porcelain") == ""


PULL = (os.environ["PRELOADED_PYTHON"], "-m", "pseudo_rd.commands.pull")  # what `make pull` calls


@PULLS
def test_after_a_pull_snakemake_has_nothing_to_do(versioned: Path) -> None:
    clone = versioned.parent / "clone"  # beside the remote
    call(versioned.parent, "git", "clone", "--quiet", str(versioned), str(clone))
    call(clone, *PULL)
    # And `make pull` then: files arrive in any order of time.
    touched = re.search(r"--touch --forceall (.*?) \|\|", (clone / "Makefile").read_text(encoding="utf-8"))[1].split()
    output(snakemake(clone, "--touch", "--forceall", *touched))
    assert "Nothing to be done" in snakemake(clone, "--dry-run", *TARGETS).stdout
    assert "up to date" in call(clone, "dvc", "status")
    insert(clone / "src/pseudo_rd/theory/flow.py", "changed = 1\n")
    # With --touch Snakemake has noted by which code the files count as made.
    assert re.search(r"^study_flow +1$", snakemake(clone, "--dry-run", *TARGETS).stdout, flags=re.MULTILINE)


@pytest.fixture
def recorded(versioned: Path, tmp_path: Path) -> Path:
    """A copy with results, cache and remote of its own."""
    return Path(shutil.copytree(versioned.parent, tmp_path / "copy")) / "project"


def refused(folder: Path) -> str:
    """The one line with which a pull is refused; no file of data and results is touched by it."""
    before = contents(folder, "smoke")
    finished = run(folder, *PULL)
    assert finished.returncode == 1
    assert contents(folder, "smoke") == before
    (line,) = finished.stdout.splitlines()
    assert line.startswith("pull: ")
    return line


@PULLS
def test_a_pull_without_a_remote_says_how_to_name_one(recorded: Path) -> None:
    call(recorded, "dvc", "remote", "remove", "store")
    assert "dvc remote add --default --local store /path/or/url" in refused(recorded)


@PULLS
def test_a_pull_of_a_version_that_the_remote_lacks_takes_nothing_away(recorded: Path) -> None:
    lock = recorded / "dvc.lock"
    text = lock.read_text(encoding="utf-8")
    lock.write_text(re.sub(r"md5: (\w+)", lambda found: f"md5: {found[1][::-1]}", text), encoding="utf-8")
    assert re.search(r"the remote lacks (\d+) of the \1 outputs of this dvc\.lock", refused(recorded))


@PULLS
def test_a_pull_of_a_lock_without_some_stage_takes_nothing_away(recorded: Path) -> None:
    lock = recorded / "dvc.lock"
    locked = yaml.safe_load(lock.read_text(encoding="utf-8"))
    del locked["stages"]["figures"]
    lock.write_text(yaml.safe_dump(locked), encoding="utf-8")
    assert f"(results/smoke/{READING}/figures first)" in refused(recorded)


@PULLS
def test_a_pull_over_work_that_was_never_recorded_takes_nothing_away(recorded: Path) -> None:
    made = recorded / "results" / "smoke" / READING
    (made / "claims.md").write_text("mine", encoding="utf-8")
    (made / "figures" / "mine.png").write_text("mine", encoding="utf-8")
    line = refused(recorded)
    assert "dvc commit or move these first" in line
    assert "claims.md" in line and "mine.png" in line


@PULLS
def test_a_pull_of_one_preset_leaves_the_results_of_another(recorded: Path) -> None:
    for name in ("params.yaml", "dvc.lock"):
        text = (recorded / name).read_text(encoding="utf-8")
        for before, after in (
            ("preset: smoke", "preset: quick"),
            ("results/smoke", "results/quick"),
            ("processed/smoke", "processed/quick"),
        ):
            text = text.replace(before, after)
        (recorded / name).write_text(text, encoding="utf-8")
    call(recorded, *PULL)
    # All but what is not recorded: `dvc checkout` alone would have removed every file of the preset smoke.
    smoke, quick = contents(recorded, "smoke"), contents(recorded, "quick")
    assert len(smoke) == len(quick) > 150


def within(file: str, places: list[str]) -> bool:
    return any(Path(file).is_relative_to(place) for place in places)


@EXPERIMENTS
def test_a_stage_names_what_its_jobs_read_and_another_makes(versioned: Path) -> None:
    text = (ROOT / "dvc.yaml").read_text(encoding="utf-8").replace("${preset}", "smoke").replace("${reading}", READING)
    stages = yaml.safe_load(text)["stages"]
    made = {
        name: [file for out in stage["outs"] + stage.get("metrics", []) for file in out]
        for name, stage in stages.items()
    }
    recorded = [file for files in made.values() for file in files]
    named = {file for stage in stages.values() for file in stage["deps"] if file.startswith(("data", "results"))}
    assert named <= {*recorded}

    planned = snakemake(versioned, "--dry-run", "--forceall", *TARGETS).stdout
    jobs = re.findall(r"^(?:local)?rule .*:\n(?:    input: (.*)\n)?    output: (.*)$", planned, flags=re.MULTILINE)
    lacking, seen = set(), set()
    for read, written in jobs:
        for name, stage in stages.items():
            if any(within(file, made[name]) for file in written.split(", ")):
                seen.add(name)
                known = made[name] + stage["deps"]
                lacking |= {(name, f) for f in read.split(", ") if f and within(f, recorded) and not within(f, known)}
    assert seen == {*stages}
    assert lacking == set()


# Of every stage something; of judging and drawing, what an order of sets or a clock could change.
LACKING = (
    "data/processed/smoke/mnist.safetensors",
    f"{MADE}/runs/cifar10/supervised",
    "results/smoke/theory",
    *(f"results/smoke/simulations/{name}.npz" for name in ("gray_scott_fig24", "turing_textbook")),
    f"{MADE}/patterns/synthetic-1024/supervised",
    *(f"{MADE}/{name}" for name in ("filters", "curves", "claims.json", "claims.md", "outcomes.rst", "metrics.json")),
    "results/smoke/multiverse/figures/claim_rules.png",
    *(f"results/smoke/{name}" for name in ("multiverse.json", "claims.json", "claims.md", "findings.md")),
    *(f"{MADE}/figures/fig{number}.png" for number in ("05", "19")),
    f"{MADE}/moving/turing.mp4",
    f"{MADE}/beyond/beyond.md",
)


@pytest.fixture(scope="module")
def reproduced(versioned: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is lacking of every stage made again, by DVC, at another place, in another time zone and hash order."""
    folder = tmp_path_factory.mktemp("far away") / "other name"
    shutil.copytree(versioned, folder, ignore=shutil.ignore_patterns("cache"))  # there DVC would find it
    for name in LACKING:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    elsewhere = {"TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "7"}
    with preloaded(**elsewhere) as programs:
        printed = call(folder, "dvc", "repro", programs=programs, **elsewhere)
    assert printed.count("Running stage") == len(yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"])
    return folder


@REPEATS
def test_repro_makes_what_is_lacking_and_the_same_files(walked: Path, reproduced: Path) -> None:
    here, there = contents(walked, "smoke"), contents(reproduced, "smoke")
    assert len(here) > 150
    assert {name for name in {*here, *there} if here.get(name) != there.get(name)} == set()
    assert "up to date" in call(reproduced, "dvc", "status")


ASKED = "claims", "figures"  # stages, with all that they need


def jobs(printed: str, rule: str) -> list[str]:
    return re.findall(rf"^\[.*\] {rule}( [^:]*)?:", printed, flags=re.MULTILINE)


@EXPERIMENTS
def test_an_experiment_makes_what_it_changes_and_nothing_else(versioned: Path, tmp_path: Path) -> None:
    """Another criterion, and another run for Figure 2, which no claim reads."""
    folder = Path(shutil.copytree(versioned, tmp_path / "project"))
    changes = "-S", "claims.criteria.farther.at_least=0", "-S", "experiments.interaction.widths=[32]"
    printed = call(folder, "dvc", "exp", "run", "--name", "laxer", *changes, *ASKED)
    assert jobs(printed, "judge_claims") == [""]
    # Those of the changed width.
    assert sorted(jobs(printed, "train")) == [" synthetic-784 augmented 32 1", " synthetic-784 supervised 32 1"]
    assert jobs(printed, "draw_figure") == [" fig02"]
    for stage in ("data", "simulation"):
        assert f"Stage '{stage}' didn't change" in printed
    assert "up to date" in call(folder, "dvc", "status", *ASKED)
    diff = call(folder, "dvc", "metrics", "diff")
    assert re.search(r"claims\.figure-\S+-farther\.verdict +not reproduced +reproduced", diff)


@EXPERIMENTS
def test_plots_draw_the_distances(versioned: Path, tmp_path: Path) -> None:
    call(versioned, "dvc", "plots", "show", "--out", str(tmp_path / "plots"))
    page = (tmp_path / "plots" / "index.html").read_text(encoding="utf-8")
    assert "distance from initialization, synthetic-784" in page
    for column in ("hidden_supervised", "hidden_augmented", "top_supervised", "top_augmented"):
        assert column in page

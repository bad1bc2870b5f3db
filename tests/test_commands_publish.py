"""What is published is what was found, says so without running anything, and can be judged again."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from projects import CONFIG, ROOT

from pseudo_rd.claims.answer import to_markdown as answer
from pseudo_rd.commands.judge import judge_again
from pseudo_rd.commands.publish import cost, publish
from pseudo_rd.commands.tell import from_below, published_pages, published_studies, tell_beyond
from pseudo_rd.multiverse.findings import to_markdown
from pseudo_rd.parameters.presets import plain, resolve
from pseudo_rd.results.files import read_json, write_json

PUBLISHED = ROOT / "docs" / "results"
STUDIED = PUBLISHED / "quick"
RUN = "runs/mnist/supervised/m64/seed1"


@pytest.fixture(scope="module")
def as_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in which two seeds of one experiment were trained under one reading, out of published evidence."""
    project = tmp_path_factory.mktemp("made")
    shutil.copyfile(ROOT / "params.yaml", project / "params.yaml")
    results = project / "results" / "quick"
    for objective in ("supervised", "augmented"):
        for seed in (1, 2):
            run = f"runs/mnist/{objective}/m64/seed{seed}"
            shutil.copytree(PUBLISHED / "quick" / "printed" / run, results / "printed" / run)
    (results / "printed" / "figures").mkdir()
    Image.effect_noise((800, 400), 90).save(results / "printed" / "figures" / "fig06.png")
    return project


@pytest.fixture
def made(as_made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(as_made, tmp_path / "project"))


def test_what_is_finished_is_published_with_verdicts_on_just_that(made: Path) -> None:
    folder = made / "docs" / "results" / "quick" / "printed"
    assert (made / "results/quick/printed/figures/fig06.png").stat().st_size > 150_000
    assert folder in publish(made, "quick")
    evidence = read_json(folder / "evidence.json")
    # What the preset changes, and not the reading.
    changed = {key for key, *_ in evidence["changes"]}
    assert "experiments.mnist.widths" in changed
    assert not changed & {"reading", "training.bound_reading", "training.generator_start"}
    assert evidence["runs"]["finished"] == 4 < evidence["runs"]["wanted"]
    assert evidence["parameters"]["experiments"]["mnist"]["seeds"] == [1, 2]
    found = {row["name"]: row for row in read_json(folder / "claims.json")["claims"]}
    assert len(found["figure-6-hidden-farther"]["values"]) == 2
    assert "experiments.mnist.seeds = [1, 2]" in " ".join(found["figure-6-hidden-farther"]["shrunk"])
    assert found["figure-13-hidden-farther"]["reason"].startswith("no runs of fashion-mnist")
    assert (folder / "figures" / "fig06.png").stat().st_size <= 150_000


def test_published_files_stay_while_they_are_not_at_hand_and_go_with_runs_of_other_settings(made: Path) -> None:
    folder = made / "docs" / "results" / "quick" / "printed"
    source, results = PUBLISHED / "quick" / "printed", made / "results" / "quick" / "printed"
    for objective in ("supervised", "augmented"):
        run = f"runs/mnist/{objective}/m64/seed3"
        shutil.copytree(source / run, results / run)
    for kind in ("filters", "patterns/mnist"):
        shutil.copytree(source / kind, results / kind)
    publish(made, "quick")
    kept = {path for kind in ("filters", "patterns", "runs") for path in (folder / kind).rglob("*.*")}
    names = "filters/mnist.parquet", "patterns/mnist/supervised/m64/seed1/first_maps.npz", f"{RUN}/history.parquet"
    assert {folder / name for name in names} <= kept

    for kind in ("filters", "patterns", "runs/mnist/supervised/m64/seed2"):
        shutil.rmtree(results / kind)
    publish(made, "quick")
    assert all(path.exists() for path in kept), "the runs are still the same"
    assert read_json(folder / "evidence.json")["runs"]["finished"] == 6

    text = (made / "params.yaml").read_text("utf-8")
    (made / "params.yaml").write_text(text.replace("learning_rate: 0.01", "learning_rate: 0.02", 1), "utf-8")
    publish(made, "quick")
    assert not any(path.exists() for path in kept)


def test_pages_are_of_their_own_preset_and_judged_by_the_claims_of_now(tmp_path: Path) -> None:
    published = tmp_path / "results"
    for preset in ("quick", "quick-gpu"):
        shutil.copytree(STUDIED, published / preset, ignore=shutil.ignore_patterns("pytorch", "gentle", "glorot"))
    copied = published / "quick-gpu" / "printed" / "evidence.json"
    write_json(copied, read_json(copied) | {"preset": "quick-gpu"})
    file = published / "quick" / "printed" / "claims.json"
    write_json(file, (page := read_json(file)) | {"claims": page["claims"][1:]})  # of fewer claims
    pages = published_pages(published, ["quick-gpu", "quick"], CONFIG["readings"], plain(resolve(CONFIG).claims))
    assert [each["preset"] for each in pages] == ["quick-gpu", "quick"]
    assert [each["name"] for each in pages[1]["claims"]] == [each["name"] for each in page["claims"]]
    assert [*pages[0]["cut"]] == ["quick"]


def test_a_study_is_set_beside_the_published_verdicts_though_not_all_runs_of_the_preset_are_there(made: Path) -> None:
    study = made / "results" / "quick"
    for name in ("multiverse.json", "multiverse/verdicts.parquet"):
        (study / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(STUDIED / name, study / name)
    one, readings = STUDIED / "multiverse/readings/mnist/m32/seed1.parquet", study / "multiverse/readings/mnist/m32"
    readings.mkdir(parents=True)
    for seed in (1, 2):
        shutil.copyfile(one, readings / f"seed{seed}.parquet")
    publish(made, "quick")
    published = made / "docs" / "results" / "quick" / "multiverse" / "readings"
    assert [str(path.relative_to(published)) for path in published.rglob("*.parquet")] == ["mnist/m32/seed1.parquet"]
    rows = {row["name"]: row for row in read_json(made / "docs" / "results" / "quick" / "claims.json")["claims"]}
    whole = {row["name"]: row for row in read_json(STUDIED / "claims.json")["claims"]}
    few = rows["figure-6-hidden-farther"]
    assert [*few["readings"]] == ["printed"]
    assert few["readings"]["printed"]["verdict"] == "reproduced"
    assert all(row["universes"] == whole[name]["universes"] for name, row in rows.items()) and len(rows) == len(whole)


def test_nothing_to_publish_is_said_in_one_line(made: Path) -> None:
    with pytest.raises(ValueError, match=r"holds no finished run: run make figures PRESET=smoke"):
        publish(made, "smoke")


def test_a_file_that_is_not_whole_is_named(made: Path) -> None:
    (made / "results" / "quick" / "printed" / RUN / "history.parquet").write_bytes(b"half")
    with pytest.raises(ValueError, match=r"history\.parquet"):
        publish(made, "quick")


def test_a_job_too_short_to_be_looked_at_counts_for_no_memory(tmp_path: Path) -> None:
    head = "s\tmax_rss\tcpu_time\n"
    for name, missing in (("one", "NA"), ("other", "-")):
        (tmp_path / f"{name}.tsv").write_text(f"{head}0.1\t{missing}\t{missing}\n", "utf-8")
    assert cost(tmp_path.glob("*.tsv")) == {"processor_hours": 0}
    (tmp_path / "longer.tsv").write_text(f"{head}4000\t500\t3600\n", "utf-8")
    assert cost(tmp_path.glob("*.tsv")) == {"processor_hours": 1, "largest_gb": 0.5}


@pytest.fixture(scope="module")
def pages() -> list[dict[str, Any]]:
    """All that is published, judged again."""
    return published_pages(PUBLISHED, [*CONFIG["presets"]], CONFIG["readings"], plain(resolve(CONFIG).claims))


def test_the_published_evidence_gives_the_published_verdicts(pages: list[dict[str, Any]]) -> None:
    names = {f"{page['preset']}/{page['reading']}" for page in pages}
    assert names == {str(path.parent.relative_to(PUBLISHED)) for path in PUBLISHED.glob("*/*/evidence.json")}
    assert {f"quick/{reading}" for reading in CONFIG["readings"]} <= names
    for page in pages:
        published = read_json(PUBLISHED / page["preset"] / page["reading"] / "claims.json")["claims"]
        for again, row in zip(page["claims"], published, strict=True):
            assert (again["name"], again["verdict"]) == (row["name"], row["verdict"])
            assert again["values"] == pytest.approx(row["values"], rel=1e-6, abs=1e-9)


def test_a_changed_verdict_or_number_in_the_evidence_is_told(tmp_path: Path) -> None:
    shutil.copytree(STUDIED, tmp_path / "quick", ignore=shutil.ignore_patterns("pytorch", "gentle", "glorot"))
    file = tmp_path / "quick" / "printed" / "claims.json"
    page = read_json(file)
    row = next(row for row in page["claims"] if row["name"] == "figure-6-hidden-farther")
    write_json(file, {"claims": [*page["claims"], row | {"verdict": "not reproduced"}]})
    told = judge_again(file.parent, ROOT)
    assert told[0].endswith("not testable")
    assert told[1].startswith("figure-6-hidden-farther: reproduced (1.2")
    assert told[-1] == "1 verdicts differ from the published ones."


def test_judging_what_holds_no_evidence_names_what_does(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"holds no evidence\.json: name one of .*quick/printed"):
        judge_again(tmp_path, ROOT)


def test_the_published_findings_say_what_the_published_tables_hold(pages: list[dict[str, Any]]) -> None:
    studies = published_studies(PUBLISHED, [*CONFIG["presets"]], CONFIG["readings"])
    assert (PUBLISHED / "findings.md").read_text("utf-8") == from_below(to_markdown(studies, pages))
    assert answer(pages, ("mnist",)) in (ROOT / "README.md").read_text("utf-8")
    assert answer(pages) in (ROOT / "docs" / "results.md").read_text("utf-8")


def test_all_named_readings_and_enough_universes_are_published() -> None:
    summary, claims = (json.loads((STUDIED / f"{name}.json").read_text("utf-8")) for name in ("multiverse", "claims"))
    assert len(summary["readings"]) >= 48
    assert all({*row["readings"]} == {*CONFIG["readings"]} for row in claims["claims"])


def test_published_pictures_are_small() -> None:
    pictures = [*PUBLISHED.rglob("*.png")]
    assert len([path for path in pictures if path.parent.name == "figures"]) >= 54
    assert max(path.stat().st_size for path in pictures) <= 150_000


@pytest.mark.parametrize("source", sorted(PUBLISHED.glob("*/*/beyond")), ids=lambda path: path.parents[1].name)
def test_published_verdicts_on_other_networks_follow_from_the_tables_beside_them(source: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(source, tmp_path / "beyond"))
    before = read_json(folder / "beyond.json")
    write_json(folder / "beyond.json", {**before, "statements": []})
    tell_beyond(folder, chosen := resolve(CONFIG, "quick", "pytorch"))
    assert read_json(folder / "beyond.json") == before
    farther = chosen.claims.criteria["farther"].model_copy(update={"at_least": 1000.0})
    criteria = {**chosen.claims.criteria, "farther": farther}
    tell_beyond(folder, chosen.model_copy(update={"claims": chosen.claims.model_copy(update={"criteria": criteria})}))
    told = {row["name"] for row in read_json(folder / "beyond.json")["statements"] if row["verdict"] == "reproduced"}
    assert "first" not in told and "variance" in told

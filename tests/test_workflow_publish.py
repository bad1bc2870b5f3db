"""What is published is what was found, and says so without running anything."""

import json
from pathlib import Path

import pytest
from changed_parameters import CONFIG
from PIL import Image
from projects import ROOT

from pseudo_rd.multiverse.findings import answer, to_markdown
from pseudo_rd.workflow.publish import publish

PUBLISHED = ROOT / "docs" / "results" / "quick"


@pytest.fixture
def made(tmp_path: Path) -> Path:
    results = tmp_path / "results" / "quick"
    for name in ("claims.json", "multiverse.json", "printed/claims.json", "other/claims.json"):
        (results / name).parent.mkdir(parents=True, exist_ok=True)
        (results / name).write_text("{}", encoding="utf-8")
    for name in ("claims.md", "findings.md", "printed/claims.md", "other/claims.md"):
        (results / name).write_text(name, encoding="utf-8")
    (results / "multiverse" / "figures").mkdir(parents=True)
    Image.new("RGB", (8, 8), "white").save(results / "multiverse" / "figures" / "phase_diagram.png")
    return tmp_path


def test_verdicts_of_every_reading_pictures_and_findings_are_copied(made: Path) -> None:
    written = {str(path.relative_to(made / "docs")) for path in publish(made, "quick")}
    assert {"findings.md", "results/quick/claims.json", "results/quick/multiverse.json"} <= written
    assert {f"results/quick/{name}/claims.md" for name in ("printed", "other")} <= written
    assert "results/quick/phase_diagram.png" in written
    assert (made / "docs" / "findings.md").read_text(encoding="utf-8") == "findings.md"
    assert all((made / "docs" / path).exists() for path in written)


def test_what_was_published_stays_where_something_was_not_made(made: Path) -> None:
    publish(made, "quick")
    (made / "results" / "quick" / "multiverse.json").unlink()
    with pytest.raises(ValueError, match=r"multiverse\.json does not exist yet: run make figures PRESET=quick"):
        publish(made, "quick")
    assert (made / "docs" / "results" / "quick" / "multiverse.json").exists()


def test_the_published_findings_say_what_the_published_tables_hold() -> None:
    summary, claims = (json.loads((PUBLISHED / f"{name}.json").read_text("utf-8")) for name in ("multiverse", "claims"))
    assert (ROOT / "docs" / "findings.md").read_text("utf-8") == to_markdown(summary, claims["claims"], "quick")
    assert answer(summary, claims["claims"], "quick") in (ROOT / "README.md").read_text("utf-8")


def test_both_named_readings_and_enough_universes_are_published() -> None:
    summary, claims = (json.loads((PUBLISHED / f"{name}.json").read_text("utf-8")) for name in ("multiverse", "claims"))
    assert len(summary["readings"]) >= 48
    assert all(len(row["readings"]) == 2 for row in claims["claims"])
    assert all(path.stat().st_size <= 300_000 for path in PUBLISHED.glob("*.png"))


def test_the_default_reading_is_the_most_charitable_of_the_published_study() -> None:
    summary = json.loads((PUBLISHED / "multiverse.json").read_text("utf-8"))
    printed = {name: options[0] for name, options in summary["choices"].items()}
    departures = {name: option for name, option in summary["charitable"]["options"].items() if option != printed[name]}
    assert departures == CONFIG["readings"][CONFIG["reading"]]

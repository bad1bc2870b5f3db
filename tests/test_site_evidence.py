"""Results are found wherever they lie: as the workflow leaves them, and as they are published."""

import json
from pathlib import Path

import pytest
from made_up_site import PUBLISHED, READINGS

from pseudo_rd.site.evidence import collect

pytestmark = pytest.mark.xdist_group("site")


def page(preset: str, reading: str, verdict: str = "reproduced") -> str:
    row = {"name": "lemma-1", "verdict": verdict, "measured": "1", "values": [1.0]}
    return json.dumps({"preset": preset, "reading": reading, "claims": [row]})


def test_readings_come_in_the_order_that_is_asked_for_with_all_that_was_found(made: Path) -> None:
    evidence = collect(made, "quick", READINGS[::-1])
    assert [*evidence.readings] == [*READINGS[::-1]]
    printed = evidence.readings["printed"]
    assert (len(printed.pictures), len(printed.films), len(printed.runs)) == (31, 1, 2)
    assert printed.report is not None
    assert evidence.readings["pytorch"].report is None
    assert [*evidence.pictures] == ["phase_diagram"]


def test_what_is_told_of_published_evidence_comes_along(tmp_path: Path) -> None:
    for reading in ("printed", "other", "film"):
        (tmp_path / "night" / reading / "figures").mkdir(parents=True)
        (tmp_path / "night" / reading / "claims.json").write_text(page("night", reading), encoding="utf-8")
    (tmp_path / "night" / "printed" / "figures" / "fig03.png").write_bytes(b"")
    (tmp_path / "night" / "printed" / "evidence.json").write_text('{"runs": {"finished": 1}}', encoding="utf-8")
    evidence = collect(tmp_path, "night", ["printed"])
    assert [*evidence.readings] == ["printed", "film", "other"]
    assert [*evidence.readings["printed"].pictures] == ["fig03"]
    assert evidence.readings["printed"].published == {"runs": {"finished": 1}}
    assert evidence.shares("lemma-1") is None


def test_verdicts_of_other_presets_stand_beside(tmp_path: Path) -> None:
    for preset in ("quick", "night"):
        (tmp_path / preset / "printed").mkdir(parents=True)
        (tmp_path / preset / "printed" / "claims.json").write_text(page(preset, "printed"), encoding="utf-8")
        (tmp_path / preset / "claims.json").write_text(json.dumps({"preset": preset, "claims": []}), encoding="utf-8")
    evidence = collect(tmp_path, "quick", ["printed"], tmp_path)
    assert [(each.preset, each.name) for each in evidence.other_presets] == [("night", "printed")]


def test_what_was_not_made_yet_is_named_with_the_way_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="quick holds no verdicts yet: run make figures PRESET=quick"):
        collect(tmp_path, "quick", ["printed"])


def test_shares_are_those_of_the_published_table(made: Path) -> None:
    evidence = collect(made, "quick", READINGS)
    for row in json.loads((PUBLISHED / "claims.json").read_text(encoding="utf-8"))["claims"]:
        share = row["universes"]
        assert evidence.shares(row["name"]) == ((share["reproduced"], share["of"]) if share else None)

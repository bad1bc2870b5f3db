"""The page of findings: its sentences say what the tables hold."""

import math
from typing import Any

from pseudo_rd.claims import statements
from pseudo_rd.multiverse.findings import FARTHER_AND_AS_GOOD, to_markdown, turning_options

YES, NO, UNKNOWN = "reproduced", "not reproduced", "not testable"
MET, MISSED = {"verdict": YES, "measured": "1.2"}, {"verdict": NO, "measured": "0.9"}


def claim(name: str, readings: dict[str, Any], reproduced: int | None, of: int = 10) -> dict[str, Any]:
    universes = None if reproduced is None else {"reproduced": reproduced, "of": of}
    return {"name": name, "where": "Figure 3", "claim": f"{name} moves.", "readings": readings, "universes": universes}


CLAIMS = [
    claim("one", {"printed": MET, "other": MISSED}, 4),
    claim("two", {"printed": MISSED, "other": MISSED}, 0),
    claim("three", {"printed": MET, "other": None}, None),
    claim("four", {"printed": MET, "other": MET}, 10),
]
COUNTS = {"inside": {"reproduced": 4, "universes": 5}, "outside": {"reproduced": 0, "universes": 5}}
CONDITIONS = [{"choice": "loss", "options": ["element"]}]
RULE = {"claim": "one", "dataset": "mnist", "conditions": CONDITIONS, "joined": "and", **COUNTS}
RUN = {"dataset": "mnist", "width": 64}
SUMMARY = {
    "choices": {"loss": ["batch", "element"]},
    "readings": [{"loss": "batch"}, {"loss": "element"}],
    "rules": [{**RULE, "width": 64}, {**RULE, "width": 256}],
    "effects": {"distance_hidden": [{**RUN, "seeds": 0}, {**RUN, "width": 1024, "seeds": 2}]},
    "statements": [],
    "decompositions": [],
}
STUDY = {
    "preset": "quick",
    "summary": SUMMARY,
    "claims": CLAIMS,
    "named": {"printed": {}, "other": {"loss": "element"}},
}


def told(pages: list[dict[str, Any]] | tuple = (), *others: dict[str, Any], **changed: Any) -> str:
    """The page of the study with parts of its summary changed, beside other studies."""
    return to_markdown([{**STUDY, "summary": {**SUMMARY, **changed}}, *others], pages)


def page(preset: str, reading: str, *verdicts: str) -> dict[str, Any]:
    rows = [
        {**claim(name, {}, None), "verdict": verdict, "measured": "1.2", "values": [1.2], "overshot": [], "shrunk": []}
        for name, verdict in zip(("one", "two", "three", "four", "five"), verdicts, strict=False)
    ]
    counts = {verdict: verdicts.count(verdict) for verdict in (YES, NO, UNKNOWN)}
    beside = {"of_theorems": ["three"], "spreads": [], "cut": {}}
    beside |= {"sizes": {}, "accuracy": {}, "learned": {}, "limits": {"error": {}, "accuracy": {}}}
    named = {"preset": preset, "reading": reading, "runs": {"finished": 3, "wanted": 9}}
    return {**named, **beside, "claims": rows, "counts": counts}


def test_every_part_of_the_study_is_told() -> None:
    text = told()
    assert text.startswith("# Findings\n")
    assert "\n\n\n" not in text
    for line in (
        "- `printed`: 3 reproduced, 1 not reproduced, 0 not testable of 4 claims.",
        "| Figure 3: one moves. | reproduced (1.2) | not reproduced (0.9) |",
        "- `quick`: mnist at m = 64, 1,024, from 2 starts each.",
        "| Figure 3: four moves. | 10 of 10 |\n| Figure 3: one moves. | 4 of 10 |\n| Figure 3: two moves. | 0 of 10 |",
        "3 claims were tested under all 2 readings; one is reproduced under none:\n\n- Figure 3: two moves.",
        "No study has the 3 starts that an interval takes.",
        "- Figure 3: one moves. At m = 256, 4 of 10 readings reproduce it: 4 of 5 where loss is element; 0 of the",
    ):
        assert line in text, line
    assert "universe" not in text


def test_where_no_claim_tells_readings_apart_the_page_says_so() -> None:
    text = to_markdown([{**STUDY, "summary": {**SUMMARY, "rules": []}, "claims": CLAIMS[:1]}])
    assert "No claim is reproduced under some readings and not under others." in text
    assert "each is reproduced under some." in text


def test_another_study_stands_beside() -> None:
    text = told((), {**STUDY, "preset": "night", "claims": [claim("two", {}, 3), claim("one", {}, 2)]})
    assert "| Figure 3: one moves. | 4 of 10 | 2 of 10 |\n| Figure 3: two moves. | 0 of 10 | 3 of 10 |" in text
    assert "0 of the other 5.\n  - `night`: At m = 256, 4 of 10 readings" in text


def test_a_verdict_that_turns_with_the_scale_is_bold_and_what_turns_it_is_told() -> None:
    night, quick = page("night", "printed", YES, YES, YES), page("quick", "printed", NO, NO, NO)
    early = page("night", "printed", NO, YES, NO)["claims"]
    text = told([{**night, "cut": {"quick": early}}, quick, page("quick", "other", YES, UNKNOWN, UNKNOWN)])
    assert "| night, printed | 3 of 9 | 3 | 0 | 0 |" in text
    assert "3 of 3 (`printed`: 3, `other`: 1) claims can be told at some scale. Bold: the verdict turns" in text
    assert "| **Figure 3: two moves.** | reproduced (1.2) | not reproduced (1.2) | - |" in text
    for name, why in (("one", "length decides"), ("two", "width or data decide"), ("three", "width decides")):
        assert f"| Figure 3: {name} moves. | printed | quick: 1.2 | 1.2 | 1.2 | {why} |" in text


def test_a_preset_that_decides_few_claims_has_a_table_of_its_own() -> None:
    part = page("full", "printed", UNKNOWN, YES, UNKNOWN, UNKNOWN, UNKNOWN)
    text = told([part, page("night", "printed", NO, NO, NO, NO, NO)])
    after = text.partition("Presets of which only a few runs are published:\n\n")[2]
    row = "| **Figure 3: two moves.** | reproduced (1.2) |"
    assert after.startswith(f"| claim | full, printed |\n| --- | --- |\n{row}\n\n")


def test_verdicts_that_rest_on_runs_that_overshot_are_counted() -> None:
    night = page("night", "printed", YES, NO, UNKNOWN)
    assert "Overshot" not in told([night])
    night["claims"][0]["overshot"] = ["mnist: it rises"]
    assert "- night, printed: mnist: it rises. Verdicts that rest on these: 1 reproduced, 0 not" in told([night])


def test_intervals_are_counted_by_where_they_lie() -> None:
    ends = ((math.log(2), 0.5, 0.9), (math.log(1.5), 0.1, 0.7), (math.log(1.1), -0.1, 0.3), (math.log(0.5), -0.9, -0.5))
    effects = [{**RUN, "seeds": 5, "effect": effect, "low": low, "high": high} for effect, low, high in ends]
    effects.append({**RUN, "seeds": 4, "effect": 9.0, "low": 8.0, "high": 10.0})  # a run diverged
    seed, loss = {"factor": "seed", "shapley": 0.031}, {"factor": "loss", "shapley": 0.9}
    split = [{"effects": [loss, seed]}, {"effects": [{**seed, "shapley": 0.002}, loss]}, {"reason": "diverged"}]
    text = told(effects={"distance_hidden": effects}, decompositions=split)
    assert "| quick | mnist | distance, hidden layer | 5 | 1.28 | 2 | 1 | 1 | 1 |" in text
    assert "In `quick` the starts explain 0.2% to 3.1% of the variance" in text


def test_farther_and_as_good_takes_both_under_the_same_reading() -> None:
    farther, good = FARTHER_AND_AS_GOOD["mnist"]
    rows = [claim(farther, {"printed": MET, "other": MET}, 3), claim(good, {"printed": MISSED, "other": MET}, 3)]
    verdicts = [
        {"claim": good, "width": 64, "verdicts": [NO, YES, "died", YES, UNKNOWN]},
        {"claim": farther, "width": 64, "verdicts": [YES, YES, "died", NO, YES]},
        {"claim": farther, "width": 256, "verdicts": [YES]},
    ]
    text = to_markdown([{**STUDY, "claims": rows, "summary": {**SUMMARY, "statements": verdicts, "rules": []}}])
    assert "| mnist | `printed` | 1.2 | 0.9 | no |\n| mnist | `other` | 1.2 | 1.2 | yes |" in text
    assert "| quick | mnist | 64 | 2 of 4 | 2 of 4 | 1 of 4 |\n\n" in text
    rows[1]["readings"]["printed"] = {**MISSED, "verdict": UNKNOWN}
    unknown = to_markdown([{**STUDY, "claims": rows, "summary": {**SUMMARY, "rules": []}}])
    assert "| mnist | `printed` | 1.2 | 0.9 | - |" in unknown
    assert {name for pair in FARTHER_AND_AS_GOOD.values() for name in pair} <= {each.name for each in statements.CLAIMS}


def test_the_option_that_turns_a_verdict_alone_is_found_where_the_study_turns_it_too() -> None:
    options = [{"loss": loss, "start": start} for loss in ("batch", "element") for start in ("normal", "framework")]
    choices = {"loss": ["batch", "element"], "start": ["normal", "framework"]}
    by_claim = {"one": [YES, NO, YES, NO], "two": [NO, NO, NO, YES], "three": [YES, YES, YES, YES]}
    statements = [{"claim": name, "width": 64, "verdicts": verdicts} for name, verdicts in by_claim.items()]
    summary = {**SUMMARY, "choices": choices, "readings": options, "statements": statements, "rules": [], "scores": []}
    rows = [
        claim("one", {"printed": MET, "other": MISSED}, 4),
        claim("two", {"printed": MISSED, "other": MET}, 4),
        claim("three", {"printed": MISSED, "other": MET}, 4),
    ]
    named = {"printed": {}, "other": {"loss": "element", "start": "framework"}}
    study = {**STUDY, "summary": summary, "claims": rows, "named": named}
    assert turning_options(study) == [
        ["Figure 3: one moves.", "`other`", NO, "`start`"],
        ["Figure 3: two moves.", "`other`", YES, "no option alone"],
    ]
    assert "| Figure 3: two moves. | `other` | reproduced | no option alone |" in to_markdown([study])
    narrower = [{**each, "width": 16, "verdicts": [YES] * 4} for each in statements]
    assert turning_options({**study, "summary": {**summary, "statements": statements + narrower}})
    lacking = {**summary, "readings": options[:2], "statements": statements}
    assert turning_options({**study, "summary": lacking}) == []

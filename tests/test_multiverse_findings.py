"""The page of findings: its sentences say what the tables hold."""

import math
from typing import Any

from pseudo_rd.claims import statements as claims
from pseudo_rd.multiverse.findings import (
    FARTHER_AND_AS_GOOD,
    IN_WORDS,
    at_no_loss,
    chance,
    deciding,
    farther_and_as_good,
    named_readings,
    never,
    overshot,
    phases,
    scales,
    shares,
    to_markdown,
)
from pseudo_rd.multiverse.verdicts import QUANTITIES

MET = {"verdict": "reproduced", "measured": "1.2"}
MISSED = {"verdict": "not reproduced", "measured": "0.9"}


def claim(name: str, readings: dict[str, Any], reproduced: int | None, of: int = 10) -> dict[str, Any]:
    universes = None if reproduced is None else {"reproduced": reproduced, "of": of}
    return {"name": name, "where": "Figure 3", "claim": f"{name} moves.", "readings": readings, "universes": universes}


CLAIMS = [
    claim("one", {"printed": MET, "other": MISSED}, 4),
    claim("two", {"printed": MISSED, "other": MISSED}, 0),
    claim("three", {"printed": MET, "other": None}, None),
    claim("four", {"printed": MET, "other": MET}, 10),
]
RUNS = {"finished": 3, "wanted": 9}
COUNTS = {"inside": {"reproduced": 4, "universes": 5}, "outside": {"reproduced": 0, "universes": 5}}
SENTENCE = "reproduced in 4 of 10 universes: where loss is element, in 4 of 5; otherwise in 0 of 5"
RULE = {"claim": "one", "dataset": "mnist", "sentence": SENTENCE, "conditions": [{}], **COUNTS}
SUMMARY = {
    "choices": {"loss": ["batch", "element"]},
    "shares": {"one": 0.4, "two": 0.0, "four": 1.0},
    "rules": [{**RULE, "width": 64}, {**RULE, "width": 256}],
    "scores": [
        {"eligible": True, "loss": "element", "farther": 1.07, "error_ratio": 1.01},
        {"eligible": False, "loss": "batch", "farther": 1.5, "error_ratio": 1.6},
    ],
    "at_no_loss": {"why": "1 of 2 readings qualify."},
    "effects": {
        "distance_hidden": [
            {"dataset": "mnist", "width": 1024, "seeds": 2},
            {"dataset": "mnist", "width": 64, "seeds": 0},
            {"dataset": "synthetic-784", "width": 64, "seeds": 1},
        ]
    },
    "statements": [],
    "sign_flips": [],
    "decompositions": [],
    "phases": {"width": [32, 128], "supervised": [0.1, None], "augmented": [0.2, 0.3]},
}
STUDY = {"preset": "quick", "summary": SUMMARY, "claims": CLAIMS}


def test_named_readings_are_counted_and_what_they_differ_on_is_listed() -> None:
    lines = named_readings(CLAIMS)
    assert lines[0] == "- `printed`: 3 reproduced, 1 not reproduced, 0 not testable of 4 claims."
    assert lines[1].endswith("of 3 claims.")
    assert [line for line in lines if line.startswith("| Figure")] == [
        "| Figure 3: one moves. | reproduced (1.2) | not reproduced (0.9) |"
    ]


YES, NO, UNKNOWN = "reproduced", "not reproduced", "not testable"


def page(preset: str, reading: str, *verdicts: str) -> dict[str, Any]:
    rows = [
        {**claim(name, {}, None), "verdict": verdict, "measured": "1.2", "values": [1.2], "overshot": [], "shrunk": []}
        for name, verdict in zip(("one", "two", "three", "four", "five"), verdicts, strict=False)
    ]
    counts = {verdict: verdicts.count(verdict) for verdict in ("reproduced", "not reproduced", "not testable")}
    named = {"preset": preset, "reading": reading, "of_theorems": ["three"]}
    return {**named, "claims": rows, "counts": counts, "runs": RUNS, "cut": {}}


def test_a_verdict_that_turns_with_the_scale_is_bold_and_what_no_scale_can_tell_is_left_out() -> None:
    lines = scales(
        [
            page("night", "printed", YES, NO, UNKNOWN),
            page("quick", "printed", NO, UNKNOWN, UNKNOWN),
            page("quick", "other", YES, YES, UNKNOWN),
        ]
    )
    assert lines[2] == "| night, printed | 3 of 9 | 1 | 1 | 1 |"
    assert "2 claims can be told at some scale. The verdicts of 1 turn" in " ".join(lines)
    night, quick = page("night", "printed", YES, YES, YES), page("quick", "printed", NO, NO, NO)
    early = page("night", "printed", NO, YES, NO)["claims"]
    told = scales([{**night, "cut": {"quick": early}}, quick])
    assert told[-3:] == [
        "| Figure 3: one moves. | printed | quick: 1.2 | 1.2 | 1.2 | length decides |",
        "| Figure 3: two moves. | printed | quick: 1.2 | 1.2 | 1.2 | width or data decide |",
        "| Figure 3: three moves. | printed | quick: 1.2 | 1.2 | 1.2 | width decides |",
    ]
    assert lines[-2:] == [
        "| **Figure 3: one moves.** | reproduced (1.2) | not reproduced (1.2) | reproduced (1.2) |",
        "| Figure 3: two moves. | not reproduced (1.2) | - | reproduced (1.2) |",
    ]


def test_a_preset_that_decides_few_claims_has_a_table_of_its_own() -> None:
    part = page("full", "printed", UNKNOWN, YES, UNKNOWN, UNKNOWN, UNKNOWN)
    lines = scales([part, page("night", "printed", NO, NO, NO, NO, NO)])
    assert "| claim | night, printed |" in lines
    after = lines[lines.index("Presets of which only a few runs are published:") :]
    assert after[2:] == [
        "| claim | full, printed |",
        "| --- | --- |",
        "| **Figure 3: two moves.** | reproduced (1.2) |",
    ]


def test_claims_are_listed_by_their_share_and_those_that_never_hold_apart() -> None:
    larger = {**STUDY, "preset": "night", "claims": [claim("two", {}, 3), claim("one", {}, 2)]}
    lines = shares([larger, STUDY])
    assert (
        lines[0] == "- `night`: mnist at m = 64, 1,024, from 2 starts each; synthetic-784 at m = 64, from 1 start each."
    )
    assert lines[5] == "| claim | reproduced in, night | reproduced in, quick |"
    assert [line.split("|")[2:4] for line in lines[7:]] == [[" 3 of 10 ", " 0 of 10 "], [" 2 of 10 ", " 4 of 10 "]]
    assert [line.split("|")[2].strip() for line in shares([STUDY])[6:]] == ["10 of 10", "4 of 10", "0 of 10"]
    assert never(CLAIMS)[0] == "- Figure 3: two moves."
    assert never(CLAIMS[:1]) == ["Every claim is reproduced somewhere."]


def test_intervals_are_counted_by_where_they_lie_and_the_joint_test_stands_beside_them() -> None:
    universe = {"dataset": "mnist", "width": 64, "seeds": 5}
    effects = [
        {**universe, "effect": math.log(2), "low": 0.5, "high": 0.9},
        {**universe, "effect": math.log(1.5), "low": 0.1, "high": 0.7},
        {**universe, "effect": math.log(1.1), "low": -0.1, "high": 0.3},
        {**universe, "effect": math.log(0.5), "low": -0.9, "high": -0.5},
        {**universe, "effect": 9.0, "low": 8.0, "high": 10.0, "seeds": 4},  # a run diverged
        {**universe, "dataset": "synthetic-784", "seeds": 2, "effect": 1.0, "low": 0.9, "high": 1.1},
    ]
    test = {"dataset": "mnist", "quantity": "distance_hidden", "p": 0.125, "smallest_p": 0.0625}
    seed, loss = {"factor": "seed", "shapley": 0.031}, {"factor": "loss", "shapley": 0.9}
    split = [{"effects": [loss, seed]}, {"effects": [{**seed, "shapley": 0.002}, loss]}, {"reason": "diverged"}]
    summary = {**SUMMARY, "effects": {"distance_hidden": effects}, "sign_flips": [test], "decompositions": split}
    several = {**STUDY, "summary": summary}
    told = chance([several, STUDY])
    assert told[8:9] == ["| quick | mnist | distance, hidden layer | 5 | 1.28 | 2 | 1 | 1 | 1 | 0.12 (0.062) |"]
    assert told[-1].startswith("In `quick` the starts explain 0.2% to 3.1% of the variance")
    three = {"dataset": "mnist", "quantity": "distance_hidden", "reason": "3 seeds"}
    few = {**STUDY, "summary": {**several["summary"], "sign_flips": [three]}}
    assert chance([few])[8].endswith("| - |")
    assert [*IN_WORDS] == [*QUANTITIES]
    assert chance([STUDY]) == ["No study has the 3 starts that an interval takes."]


def test_farther_and_as_good_takes_both_in_the_same_universe() -> None:
    farther, good = FARTHER_AND_AS_GOOD["mnist"]
    rows = [
        claim(farther, {"printed": MET, "other": MET}, 3),
        claim(good, {"printed": MISSED, "other": MET}, 3),
    ]
    verdicts = [
        {
            "claim": good,
            "width": 64,
            "verdicts": ["not reproduced", "reproduced", "died", "reproduced", "not testable"],
        },
        {
            "claim": farther,
            "width": 64,
            "verdicts": ["reproduced", "reproduced", "died", "not reproduced", "reproduced"],
        },
        {"claim": farther, "width": 256, "verdicts": ["reproduced"]},
    ]
    lines = farther_and_as_good([{**STUDY, "claims": rows, "summary": {**SUMMARY, "statements": verdicts}}])
    assert "| mnist | `printed` | 1.2 | 0.9 | no |" in lines
    assert "| mnist | `other` | 1.2 | 1.2 | yes |" in lines
    stand_in = [rows[0], claim(good, {"printed": {**MISSED, "verdict": UNKNOWN}, "other": None}, None)]
    assert "| mnist | `printed` | 1.2 | 0.9 | - |" in farther_and_as_good([{**STUDY, "claims": stand_in}])
    assert lines[-1] == "| quick | mnist | 64 | 2 of 4 | 2 of 4 | 1 of 4 |"
    assert {name for pair in FARTHER_AND_AS_GOOD.values() for name in pair} <= {each.name for each in claims.CLAIMS}


def test_a_rule_is_told_once_at_the_largest_width() -> None:
    told = [f"- Figure 3: one moves. At m = 256 it is {SENTENCE}."]
    assert deciding([STUDY]) == told
    below = f"  - `night`: At m = 256 it is {SENTENCE}."
    assert deciding([STUDY, {**STUDY, "preset": "night"}]) == [*told, below]
    assert deciding([STUDY, {**STUDY, "summary": {**SUMMARY, "rules": []}}]) == told


def test_the_line_is_moved_by_the_ratio_where_both_are_there() -> None:
    lines = phases(SUMMARY["phases"])
    assert "| 32 | 0.100 | 0.200 | 2.00 |" in lines
    assert "| 128 | - | 0.300 | - |" in lines
    assert lines[-1] == "At 1 of 2 widths both lines were crossed; there the critic moves the line 2.00-fold."
    assert phases(None) == ["The study of start scales was not made."]


def test_the_page_holds_every_section() -> None:
    page = to_markdown([STUDY])
    assert page.startswith("# Findings of the preset quick\n")
    assert page.count("\n## ") == 8


def test_verdicts_that_rest_on_runs_that_overshot_are_counted() -> None:
    night = page("night", "printed", YES, NO, UNKNOWN)
    first, *others = night["claims"]
    lines = overshot([{**night, "claims": [{**first, "overshot": ["mnist: it rises"]}, *others]}])
    assert lines[-1] == (
        "- night, printed: mnist: it rises. Verdicts that rest on these: 1 reproduced, 0 not reproduced."
    )
    assert overshot([night]) == []


def test_only_readings_that_qualify_are_ranked() -> None:
    assert at_no_loss([STUDY]) == [
        "`quick`: 1 of 2 readings qualify.",
        "1. loss element: at least 1.07 times as far, error at most 1.01 times as large.",
    ]
    old = {name: value for name, value in SUMMARY.items() if name != "at_no_loss"}
    assert at_no_loss([{**STUDY, "summary": old}])[0].startswith("These studies were made before")
    assert at_no_loss([{**STUDY, "summary": old}, STUDY]) == at_no_loss([STUDY])

"""Named readings side by side, with the share of universes."""

from typing import Any

import pandas as pd
import pytest
from made_up import CRITERIA, evidence

from pseudo_rd.claims.judge import NOT_REPRODUCED, REPRODUCED, judge_all
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.claims.table import compare, comparison_to_markdown

HIDDEN, TOP, ELSEWHERE = "figure-6-hidden-farther", "figure-6-top-farther", "figure-18-printed"
VERDICTS = pd.DataFrame(
    [
        *(
            (HIDDEN, word)
            for word in ("reproduced", "reproduced", "not reproduced", "died", "diverged", "not testable")
        ),
        *((TOP, word) for word in ("not reproduced", "died")),
        ("figure-8-hidden-exponential", "not testable"),
    ],
    columns=["claim", "verdict"],
)


@pytest.fixture(scope="module")
def pages() -> dict[str, list[dict[str, Any]]]:
    return {
        name: judge_all(evidence(lambda *part, holds=holds: holds), CRITERIA)
        for name, holds in (("a", True), ("b", False))
    }


@pytest.fixture(scope="module")
def rows(pages: dict[str, list[dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in compare(pages, VERDICTS)}


def test_universes_that_fail_count_and_those_that_cannot_tell_do_not(rows: dict[str, dict[str, Any]]) -> None:
    assert rows[HIDDEN]["universes"] == {"reproduced": 2, "of": 5}
    assert rows[TOP]["universes"] == {"reproduced": 0, "of": 2}
    assert rows["figure-8-hidden-exponential"]["universes"] is None
    assert rows[ELSEWHERE]["universes"] is None


def test_a_claim_that_the_first_page_lacks_is_not_lost(pages: dict[str, list[dict[str, Any]]]) -> None:
    older = [row for row in pages["a"] if row["name"] != TOP]
    rows = compare({"a": older, "b": pages["b"]}, VERDICTS)
    assert [row["name"] for row in rows] == [claim.name for claim in CLAIMS]
    for row in rows:
        assert [*row["readings"]] == ["a", "b"]
        assert (row["readings"]["a"] is None) == (row["name"] == TOP)
    assert f"- Reading `a`: {len(CLAIMS) - 1} {REPRODUCED}" in comparison_to_markdown(rows, "quick")
    other = [row for row in pages["b"] if row["name"] != HIDDEN]
    rows = compare({"a": older, "b": other}, VERDICTS)
    assert {row["name"] for row in rows} == {claim.name for claim in CLAIMS}


def test_the_page_says_what_holds_nowhere_and_has_a_row_for_each_claim(rows: dict[str, dict[str, Any]]) -> None:
    page = comparison_to_markdown([*rows.values()], "quick")
    assert "preset quick" in page
    assert f"- Reading `a`: {len(CLAIMS)} {REPRODUCED}, 0 {NOT_REPRODUCED}" in page
    assert f"none reproduces: 1\n  - Figure 6: {rows[TOP]['claim']}" in page
    table = [line for line in page.splitlines() if line.startswith("|")]
    assert table[0] == "| where | claim | reading a | reading b | readings that reproduce it |"
    assert len(table) == 2 + len(CLAIMS)
    (hidden,) = (line for line in table if rows[HIDDEN]["claim"] in line)
    measured = rows[HIDDEN]["readings"]["a"]["measured"]
    assert hidden.startswith(
        f"| Figure 6 | {rows[HIDDEN]['claim']} | **{REPRODUCED}**: {measured} | **{NOT_REPRODUCED}**: "
    )
    assert hidden.endswith("| 2 of 5 |")


def test_where_every_claim_holds_somewhere_the_page_ends_the_sentence(rows: dict[str, dict[str, Any]]) -> None:
    assert "none reproduces: none.\n" in comparison_to_markdown([rows[HIDDEN]], "quick")

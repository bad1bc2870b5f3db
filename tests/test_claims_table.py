"""The page to read."""

from dataclasses import replace

from made_up import CRITERIA, PARAMETERS, evidence

from pseudo_rd.claims.judge import REPRODUCED, count_verdicts, judge_all, judge_readings
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.claims.table import to_markdown


def test_the_page_shows_every_claim_and_what_is_shrunk() -> None:
    given = replace(evidence(lambda *part: True), changes=[("datasets.mnist.epochs", 1000, 60)])
    rows = judge_all(given, CRITERIA)
    readings = judge_readings({"penalty": given.runs["synthetic-784"]}, CRITERIA, PARAMETERS)
    page = to_markdown(rows, readings, "quick")
    for row in rows:
        assert row["claim"].replace("|", "\\|") in page
    counts = count_verdicts(rows)
    assert sum(counts.values()) == len(CLAIMS)
    assert f"{counts[REPRODUCED]} reproduced" in page
    assert "- datasets.mnist.epochs = 60 (preset paper: 1000)" in page
    assert {row["verdict"] for row in readings["penalty"]} == {REPRODUCED}

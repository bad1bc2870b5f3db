"""The page to read."""

from dataclasses import replace

from made_up import CRITERIA, evidence

from pseudo_rd.claims.judge import REPRODUCED, count_verdicts, judge_all
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.claims.table import to_markdown


def test_the_page_shows_every_claim_and_what_is_shrunk() -> None:
    given = replace(evidence(lambda *part: True), changes=[("datasets.mnist.epochs", 1000, 60)])
    rows = judge_all(given, CRITERIA)
    page = to_markdown(rows, "quick", "printed")
    assert page.startswith("# Claims of the paper, preset quick, reading printed")
    for row in rows:
        assert row["claim"].replace("|", "\\|") in page
    counts = count_verdicts(rows)
    assert sum(counts.values()) == len(CLAIMS)
    assert f"{counts[REPRODUCED]} reproduced" in page
    assert "- datasets.mnist.epochs = 60 (preset full: 1000)" in page
    assert "vershot" not in page
    page = to_markdown([{**rows[0], "overshot": ["mnist: it rises"]}, *rows[1:]], "quick", "printed")
    assert f"**{rows[0]['verdict']}** (overshot) |" in page
    assert page.count("(overshot)") == 1
    assert "\n- mnist: it rises\n" in page

"""Passages for the report's captions: whole, harmless to reStructuredText, and true to the rows."""

from collections.abc import Mapping
from typing import Any

from docutils.core import publish_parts

from pseudo_rd.claims.outcomes import to_restructured_text

ROW = {
    "name": "one",
    "figures": ["03"],
    "claim": "With |D| > 0 the *hidden* layer `goes` as u_j_ farther.",
    "quantity": "ratio",
    "measured": "1.2 (1.1 to 1.3)",
    "criterion": "at least 1.05",
    "verdict": "reproduced",
    "reason": "",
}
DATA = {"name": "mnist", "checksum": "0123456789abcdef", "stand_in": "", "source": "made up"}
MACHINE = {"device": "cpu", "precision": "float32", "python": "3.11.7", "git_commit": "abc"}
SUMMARY = {
    "dataset": {**DATA, "train_samples": 40, "test_samples": 10},
    "machine": {**MACHINE, "versions": {"torch": "2.11"}},
    "final": {"seconds": 90.0},
}


def page(*rows: Mapping[str, Any], summaries: tuple[Mapping[str, Any], ...] = (SUMMARY,)) -> str:
    return to_restructured_text(rows, summaries, "quick", "literal", ["03", "12"])


def passage(text: str, name: str, tmp_path: Any) -> str:
    """As the report shows it: included by its marks."""
    path = tmp_path / "outcomes.rst"
    path.write_text(text, encoding="utf-8")
    source = f".. include:: {path}\n   :start-after: .. begin {name}\n   :end-before: .. end {name}\n"
    return publish_parts(source, writer="html", settings_overrides={"report_level": 1, "halt_level": 1})["body"]


def test_a_figure_has_its_statements_and_no_other(tmp_path: Any) -> None:
    other = {**ROW, "claim": "Another.", "figures": ["04"], "verdict": "not reproduced"}
    shown = passage(page(ROW, other), "03", tmp_path)
    assert "With |D| &gt; 0 the *hidden* layer `goes` as u_j_ farther." in shown
    assert "<strong>Reproduced</strong> (ratio: 1.2 (1.1 to 1.3); criterion: at least 1.05)." in shown
    assert "Another" not in shown


def test_what_cannot_be_tested_says_why_and_a_figure_without_statements_says_so(tmp_path: Any) -> None:
    text = page({**ROW, "verdict": "not testable", "reason": "mnist is a stand-in"})
    assert "<strong>Not testable</strong>, mnist is a stand-in" in passage(text, "03", tmp_path)
    assert "no statement of the paper is decided by this picture alone" in passage(text, "12", tmp_path)


def test_the_front_counts_verdicts_and_names_what_made_them(tmp_path: Any) -> None:
    text = page(ROW, {**ROW, "verdict": "not reproduced"})
    shown = passage(text, "front", tmp_path)
    counts = "reading literal: of 2 claims read off the paper, 1 reproduced, 1 not reproduced, 0 not testable"
    assert f"Preset quick, {counts}" in shown
    assert counts in passage(text, "claims", tmp_path)
    for word in ("1 networks, 1.5 minutes of training on cpu", "torch 2.11", "git commit abc", "SHA-256 0123456789ab"):
        assert word in shown


def test_runs_that_were_not_made_alike_are_told(tmp_path: Any) -> None:
    elsewhere = {**SUMMARY, "machine": {**SUMMARY["machine"], "device": "cuda", "git_commit": "def"}}
    shown = passage(page(ROW, summaries=(SUMMARY, elsewhere)), "front", tmp_path)
    assert "on cpu and cuda" in shown
    assert "git commit abc and def" in shown

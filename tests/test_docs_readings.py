"""docs/readings.md says what params.yaml says, and params.yaml quotes what the paper says."""

import re
from collections.abc import Iterator

import pytest
from pages import by_hand, prose
from projects import CONFIG, ROOT

from pseudo_rd.parameters.document import fill_marked, table_of_choices

# The paper is not part of this repository; these tests compare where a copy lies beside it.
PAPER = ROOT.parent / "shared" / "paper.md"
# LaTeX as the project writes it in plain text.
PLAIN = [
    (r"\\frac\{1\}\{(\\sqrt\{[^{}]*(?:\{[^{}]*\})?[^{}]*\})\}", r"1/\1"),
    (r"\\frac\{1\}\{2\}", "1/2"),
    (r"\\sqrt\{((?:[^{}]|\{[^{}]*\})*)\}", r"sqrt(\1)"),
    (r"\\(?:mathbf|mathcal|text|left|right)", ""),
    (r"\\sum_\{p=1\}\^n", "sum_p"),
    (r"\\sigma", "relu"),
    (r"\\sim", "~"),
    (r"\\leq", "<="),
    (r"\\\|", "||"),
    (r"\\cdot", "."),
    (r"[\\{}$*\s]", ""),
]


def plain(text: str) -> str:
    """Without markup, spaces and case, so that words and formulas can be compared."""
    for pattern, replacement in PLAIN:
        text = re.sub(pattern, replacement, text)
    return text.lower()


def quotations() -> Iterator[tuple[str, str]]:
    """(where it is quoted, what stands between quotation marks), the parts around an ellipsis apart."""
    for choice, told in CONFIG["choices"].items():
        for option in told["options"]:
            yield from ((f"choices.{choice}.{option['option']}", text) for text in quoted(option["sentence"]))
    for page in ("readings", "paper"):
        text = by_hand(prose(ROOT / "docs" / f"{page}.md"))
        yield from ((f"docs/{page}.md", each) for each in quoted(text))


def quoted(text: str) -> list[str]:
    return [part for words in re.findall(r'"([^"]*)"', text) for part in words.split("...")]


@pytest.mark.skipif(not PAPER.exists(), reason="needs a copy of the paper at ../shared/paper.md")
@pytest.mark.parametrize(("where", "words"), [*quotations()])
def test_what_is_quoted_stands_in_the_paper(where: str, words: str) -> None:
    printed = plain(words) in plain(PAPER.read_text(encoding="utf-8"))
    assert printed, f"{where} quotes what the paper does not say"


# In step with params.yaml


def test_every_option_stands_in_the_table_with_its_standing() -> None:
    table = table_of_choices(CONFIG)
    for choice, told in CONFIG["choices"].items():
        assert f"**`{choice}`**: {told['question']}" in table
    assert "| `xavier` | printed but ambiguous | " in table
    assert "| `true` | contradicts the print | " in table
    # A norm's bars would end the cell.
    assert re.search(r"[^\\]\|\|", table) is None


def test_only_what_is_marked_is_replaced() -> None:
    page = "before\n<!-- begin table -->\nold\n<!-- end table -->\nbehind\n"
    assert fill_marked(page, {"table": "new\n"}) == page.replace("old", "new")

"""Markdown, formulas and the signs of plain sentences."""

import pytest

from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.site.words import anchor, as_cards, caption, mathematics, page, typeset, words_of


@pytest.mark.parametrize(
    ("plain", "html"),
    [
        ("lambda_0 / n^2", "<i>λ</i><sub>0</sub> / <i>n</i><sup>2</sup>"),
        ("alpha (1 - exp(-beta t))", "<i>α</i> (1 - exp(-<i>β</i> t))"),
        ("falls as m^-1/2", "falls as <i>m</i><sup>−1/2</sup>"),
        ("d_out^{3/2} of 2^13", "<i>d</i><sub>out</sub><sup>3/2</sup> of 2<sup>13</sup>"),
        ("9.63e+04 (8.3e-06 to 1e5)", "9.63 × 10<sup>4</sup> (8.3 × 10<sup>−6</sup> to 1 × 10<sup>5</sup>)"),
        ("a neuron's <b> & R", "a neuron’s &lt;b&gt; &amp; R"),
        ("keys like generator_start stay", "keys like generator_start stay"),
    ],
)
def test_a_sentences_formulas_are_set(plain: str, html: str) -> None:
    assert typeset(plain) == html


def test_each_cell_of_a_card_names_its_column() -> None:
    html, _ = page("| a | `b` |\n| --- | --- |\n| 1 | 2 |\n", lambda link: None, str)
    assert '<td data-label="a">1</td>\n<td data-label="b">2</td>' in as_cards(html)


def test_no_claim_is_left_with_a_raw_index_or_power() -> None:
    for claim in CLAIMS:
        assert "_" not in typeset(claim.statement), claim.name
        assert "^" not in typeset(claim.statement), claim.name


def test_a_formula_is_mathml_with_its_number_beside_it() -> None:
    html = mathematics(r"f(x) = \frac{1}{m} \tag{1}", display=True)
    assert "<mfrac>" in html
    assert '<span class="number">(1)</span>' in html
    assert "tag" not in html


def test_inline_formulas_are_found_and_amounts_of_money_are_not() -> None:
    html, _ = page("With $u_j$ and $\\sqrt{m}$, for 5 $ or 6 $.", str, str)
    assert html.count("<math") == 2
    assert "5 $ or 6 $" in html


def test_a_link_that_leads_nowhere_leaves_its_words() -> None:
    html, _ = page("[one](a.md) and [two](b.md)", lambda link: "a.html" if link == "a.md" else None, str)
    assert '<a href="a.html">one</a> and <a>two</a>' in html


def test_headings_have_the_anchors_that_links_use() -> None:
    html, headings = page("# A title\n\n## The `choices`, all\n", str, str)
    assert headings == [(1, "a-title", "A title"), (2, "the-choices-all", "The choices, all")]
    assert 'id="the-choices-all"' in html
    assert anchor("What it would cost?") == "what-it-would-cost"


def test_wide_tables_and_code_can_be_scrolled_by_keyboard() -> None:
    html, _ = page("| a | b |\n| --- | --- |\n| 1 | 2 |\n\n```sh\nmake site\n```\n", str, str)
    assert html.index('tabindex="0"') < html.index("<table>")
    assert '<pre tabindex="0">' in html


def test_a_caption_has_emphasis_and_signs() -> None:
    assert caption("*Lazy* where s^2") == "<em>Lazy</em> where <i>s</i><sup>2</sup>"


def test_the_search_sees_words_and_no_marks() -> None:
    assert words_of("# Title\n\nSome *words* in [a link](x.md).\n\n```\ncode\n```\n") == "Title Some words in a link."

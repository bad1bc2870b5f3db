"""Markdown and formulas as HTML: pages of the documentation, captions, and the paper's signs in plain sentences."""

import re
from collections.abc import Callable, Sequence
from html import unescape
from itertools import cycle
from typing import Any

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup, escape

NAMES = ("alpha", "beta", "delta", "epsilon", "kappa", "lambda", "mu", "sigma", "zeta")
GREEK = {name: unescape(f"&{name};") for name in NAMES}
SIGNS = re.compile(
    rf"(?<![\w&#])(?P<base>{'|'.join(GREEK)}|[A-Za-z]|\d+(?=\^))(?:_(?P<low>[a-z0-9]+))?"
    r"(?:\^(?:\{(?P<braced>[^}]+)\}|(?P<high>-?[A-Za-z0-9/]+)))?(?![A-Za-z_^])"
)
POWER = re.compile(r"(?<=\d)e([+-]?)0*(\d+)\b")  # of a number: 9.6e+04
MATH = re.compile(r"\$\$(?P<display>.+?)\$\$|\$(?P<inline>[^\s$](?:[^$]*[^\s$])?)\$", re.DOTALL)
TAG = re.compile(r"\\tag\{(.*?)\}")


def typeset(sentence: str) -> Markup:
    """A plain sentence with its formulas set: "lambda_0 / n^2" with a letter, an index and a power."""
    html = str(escape(sentence)).replace("&#39;", "’")  # first: what stands for signs of HTML is none of a formula
    html = POWER.sub(lambda match: f" × 10<sup>{'−' if match[1] == '-' else ''}{match[2]}</sup>", html)
    return Markup(SIGNS.sub(sign, html))


def sign(match: re.Match[str]) -> str:
    """One letter with its index and power; a letter alone may be a word."""
    base, index, power = match["base"], match["low"], match["braced"] or match["high"]
    if base not in GREEK and not (index or power):
        return base
    letter = base if base.isdigit() else f"<i>{GREEK.get(base, base)}</i>"
    letter += f"<sub>{index}</sub>" if index else ""
    return letter + (f"<sup>{power.replace('-', '−')}</sup>" if power else "")


def mathematics(source: str, display: bool = False) -> str:
    """LaTeX as MathML, with the number of the equation beside it; a table may have escaped its bars."""
    tag = TAG.search(source)
    formula = convert(TAG.sub("", source).replace(r"\|", "|").strip(), display="block" if display else "inline")
    if not display:
        return formula
    label = f'<span class="number">({escape(tag[1])})</span>' if tag else ""
    return f'<span class="equation" tabindex="0" role="group" aria-label="equation">{formula}{label}</span>'


def math_rule(state: StateInline, silent: bool) -> bool:
    """A rule of markdown-it: $...$ and $$...$$ are formulas."""
    match = MATH.match(state.src, state.pos)
    if not match:
        return False
    if not silent:
        token = state.push("math", "math", 0)
        token.content, token.block = match["display"] or match["inline"], bool(match["display"])
    state.pos = match.end()
    return True


def render_math(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, environment: Any) -> str:
    return mathematics(tokens[index].content, tokens[index].block)


def render_text(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, environment: Any) -> str:
    return typeset(tokens[index].content)


def anchor(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")
PARSER.inline.ruler.before("escape", "math", math_rule)
PARSER.add_render_rule("math", render_math)
PARSER.add_render_rule("text", render_text)


def caption(source: str) -> Markup:
    """A caption or another sentence or two, with emphasis and formulas."""
    return Markup(PARSER.renderInline(source))


def page(
    source: str, link: Callable[[str], str | None] = lambda target: None, image: Callable[[str], str] = str
) -> tuple[Markup, list[tuple[int, str, str]]]:
    """A page of Markdown.

    Args:
        source: its text.
        link: where a link leads from the page that is made; None where it leads nowhere, and only its words stay.
        image: where a picture lies from there.

    Returns:
        HTML, and its headings: level, anchor, words.
    """
    tokens = PARSER.parse(source)
    headings = []
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            words = plain_words(tokens[index + 1])
            token.attrSet("id", anchor(words))
            headings.append((int(token.tag[1]), anchor(words), words))
        for inline in token.children or ():
            if inline.type == "link_open":
                target = link(str(inline.attrGet("href")))
                inline.attrs = {} if target is None else inline.attrs | {"href": target}
            elif inline.type == "image":
                inline.attrSet("src", image(str(inline.attrGet("src"))))
    html = PARSER.renderer.render(tokens, PARSER.options, {})
    # What may be wider than the page is scrolled, by the keyboard too.
    frame = '<div class="scroll" tabindex="0" role="group" aria-label="table">'
    html = html.replace("<table>", f"{frame}<table>").replace("</table>", "</table></div>")
    return Markup(html.replace("<pre>", '<pre tabindex="0">')), headings


def as_cards(html: str) -> Markup:
    """Tables whose rows become cards on a narrow screen: each cell knows the name of its column."""
    heads = cycle([re.sub("<.*?>", "", head) for head in re.findall("<th>(.*?)</th>", html)])
    html = re.sub("<td>", lambda _: f'<td data-label="{next(heads)}">', html)
    return Markup(html.replace("<table>", '<table class="cards">'))


def plain_words(token: Token) -> str:
    """The words of a line, without its marks."""
    return "".join(child.content for child in token.children or ())


def words_of(source: str) -> str:
    """All words of a page of Markdown, for the search."""
    tokens = PARSER.parse(re.sub(r"<!--.*?-->|```.*?```", " ", source, flags=re.DOTALL))
    return " ".join(plain_words(token) for token in tokens if token.type == "inline")

"""What the study of all readings found, in numbers; templates/findings.md says them in sentences."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import product
from operator import itemgetter
from statistics import median
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from pseudo_rd.claims.answer import decides_enough
from pseudo_rd.claims.answer import to_markdown as main_statements
from pseudo_rd.claims.judge import NOT_REPRODUCED, NOT_TESTABLE, REPRODUCED, VERDICTS
from pseudo_rd.claims.table import markdown_table, share_in_words
from pseudo_rd.claims.words import WITH_OR_WITHOUT
from pseudo_rd.multiverse.effects import FEWEST_SEEDS, QUANTITIES
from pseudo_rd.multiverse.rules import read_rule
from pseudo_rd.results.digits import in_digits

Row = Mapping[str, Any]
Rows = list[list[Any]]  # of a table: cells as they are shown
BOTH_WAYS = {*VERDICTS[:2]}
FARTHER_AND_AS_GOOD = {  # claims that the hidden layer ends farther and that the error stays similar, by data set
    "synthetic-784": ("figure-3-hidden-farther", "discussion-synthetic-784-as-good"),
    "mnist": ("figure-6-hidden-farther", "discussion-mnist-as-good"),
    "fashion-mnist": ("figure-13-hidden-farther", "discussion-fashion-mnist-as-good"),
}


def to_markdown(studies: Sequence[Row], pages: Sequence[Row] = ()) -> str:
    """The page findings.md.

    Args:
        studies: of all readings, the one that the page is about first; others are set beside it. Of each its `preset`,
            `summary`, the content of multiverse.json, and `claims`, the rows of claims.json, with verdicts by reading
            and counts of universes; `named`, by named reading its options that are not the printed ones.
        pages: what is published of each preset and reading, the largest preset first: the content of claims.json,
            `runs`, the numbers `finished` and `wanted`; `spreads` of `claims.extrapolation`; `cut`,
            by smaller preset, the rows of its own runs looked at when they were as long as there.
    """
    templates = Environment(
        loader=PackageLoader("pseudo_rd.multiverse"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters |= {"table": table, "digits": in_digits}
    functions = (differences, turning_options, overshot_pages, scale_tables, turning_causes, spreads, sizes, rules)
    functions += (shares, label, title, farther_and_as_good_named, farther_and_as_good, effects_of, shares_of_starts)
    return templates.get_template("findings.md").render(
        {function.__name__: function for function in functions},
        main_statements=main_statements,
        studies=studies,
        pages=pages,
        claims=studies[0]["claims"],
        verdicts=VERDICTS,
        fewest=FEWEST_SEEDS,
    )


def table(rows: Rows, *heads: str) -> str:
    return "\n".join(markdown_table(heads, rows))


def title(row: Row) -> str:
    return f"{row['where']}: {row['claim']}"


def label(page: Row) -> str:
    """What a page is called in a table."""
    return f"{page['preset']}, {page['reading']}"


def cell(result: Row | None) -> str:
    return f"{result['verdict']} ({result['measured']})" if result else "-"


def differences(claims: Sequence[Row]) -> Rows:
    """Claims on which the named readings differ."""
    rows = [row for row in claims if all(row["readings"].values())]
    rows = [row for row in rows if {result["verdict"] for result in row["readings"].values()} >= BOTH_WAYS]
    return [[title(row), *map(cell, row["readings"].values())] for row in rows]


def turning_options(study: Row) -> Rows:
    """Claims on which a named reading and `printed` differ, here and in the study: which options alone turn them.

    In the study at its largest width, where each option of the reading is changed with all others as printed. A network
    that died reproduces nothing.
    """
    summary = study["summary"]
    printed = {choice: options[0] for choice, options in summary["choices"].items()}
    positions = {tuple(sorted(reading.items())): index for index, reading in enumerate(summary["readings"])}
    verdicts = {row["claim"]: row["verdicts"] for row in sorted(summary["statements"], key=itemgetter("width"))}
    rows = []
    for claim, (reading, options) in product(study["claims"], study["named"].items()):
        results = [claim["readings"].get(name) for name in ("printed", reading)]
        pair = [result["verdict"] for result in results if result]
        changes: list[dict[str, Any]] = [{}, {**options}, *({choice: option} for choice, option in options.items())]
        indices = [positions.get(tuple(sorted((printed | change).items()))) for change in changes]
        if {*pair} != BOTH_WAYS or claim["name"] not in verdicts or None in indices:
            continue
        words = (verdicts[claim["name"]][index] for index in indices)
        before, after, *single = (word if word in (REPRODUCED, NOT_TESTABLE) else NOT_REPRODUCED for word in words)
        if [before, after] == pair:
            causes = [f"`{choice}`" for choice, verdict in zip(options, single, strict=True) if verdict == after]
            rows.append([title(claim), f"`{reading}`", after, ", ".join(causes) or "no option alone"])
    return rows


def overshot_pages(pages: Sequence[Row]) -> list[tuple[Row, list[str], Counter[str]]]:
    """Pages with runs that threw their weights far off at the first steps, and the verdicts that rest on them."""
    pairs = [(page, [row for row in page["claims"] if row["overshot"]]) for page in pages]
    return [
        (page, sorted({run for row in rows for run in row["overshot"]}), Counter(row["verdict"] for row in rows))
        for page, rows in pairs
        if rows
    ]


def scale_tables(pages: Sequence[Row]) -> tuple[Any, ...]:
    """How many claims any preset decides, also by reading, which turn (bold), and the claims side by side.

    Presets that decide few claims have a table of their own: of both tables the headings and the rows.
    """
    rows = [(page, row) for page in pages for row in page["claims"] if row["verdict"] in BOTH_WAYS]
    results = {(row["name"], label(page)): row for page, row in rows}
    verdicts: dict[tuple[str, str], set[str]] = {}  # by claim and reading
    for page, row in rows:
        verdicts.setdefault((row["name"], page["reading"]), set()).add(row["verdict"])
    turned = {name for (name, _), words in verdicts.items() if words == BOTH_WAYS}
    bold = {row["name"]: f"**{title(row)}**" if row["name"] in turned else title(row) for row in pages[0]["claims"]}
    tables = []
    for few in (False, True):
        heads = [label(page) for page in pages if decides_enough(page) != few]
        columns = {name: [results.get((name, head)) for head in heads] for name in bold}
        tables.append((heads, [[bold[name], *map(cell, row)] for name, row in columns.items() if any(row)]))
    counts = Counter(reading for _, reading in verdicts)
    details = ", ".join(f"`{name}`: {counts[name]}" for name in dict.fromkeys(page["reading"] for page in pages))
    return f"{len({name for name, _ in verdicts})} of {len(bold)} ({details})", turned, *tables


def turning_causes(pages: Sequence[Row]) -> Rows:
    """For each verdict that turns between two presets, whether the length of training alone, or the width, turns it."""
    table_rows = []
    verdicts = {(page["preset"], page["reading"], row["name"]): row for page in pages for row in page["claims"]}
    for page in pages:
        for smaller, cut_rows in page["cut"].items():
            for row, cut in zip(page["claims"], cut_rows, strict=True):
                smaller_row = verdicts.get((smaller, page["reading"], row["name"]))
                if smaller_row and {row["verdict"], smaller_row["verdict"]} == BOTH_WAYS:
                    factor = "width" if row["name"] in page["of_theorems"] else "length"
                    equal = cut["verdict"] == smaller_row["verdict"]
                    cause = f"{factor} decides" if equal else "width or data decide" if cut["values"] else "not known"
                    numbers = f"{smaller}: {smaller_row['measured']}", cut["measured"], row["measured"]
                    table_rows.append([title(row), page["reading"], *numbers, cause])
    return table_rows


def spreads(pages: Sequence[Row]) -> Rows:
    """The standard deviation between starts on MNIST, with its interval."""
    spread = "{spread:.1%} ({lowest:.1%} to {highest:.1%})"
    return [
        [label(page), row["layer"], WITH_OR_WITHOUT[row["objective"]].split()[0], row["starts"], spread.format(**row)]
        for page in pages
        for row in page["spreads"]
    ]


def sizes(summary: Row) -> dict[str, tuple[list[int], int]]:
    """By data set the widths of a study and from how many starts."""
    entries: dict[str, tuple[list[int], int]] = {}
    for row in next(iter(summary["effects"].values())):
        widths, starts = entries.get(row["dataset"], ([], 0))
        entries[row["dataset"]] = sorted({*widths, row["width"]}), max(starts, row["seeds"])
    return entries


def shares(studies: Sequence[Row]) -> Rows:
    """Claims that the first study can tell, the most often reproduced first; a column a study."""
    counts = [{row["name"]: row["universes"] for row in study["claims"]} for study in studies]
    testable = [row for row in studies[0]["claims"] if row["universes"]]
    testable.sort(key=lambda row: -row["universes"]["reproduced"] / row["universes"]["of"])
    return [[title(row), *(share_in_words(count.get(row["name"])) for count in counts)] for row in testable]


def farther_and_as_good_named(claims: Sequence[Row]) -> Rows:
    """Under each named reading the two claims that the Discussion's conclusion takes at once, and whether both are."""
    results = {row["name"]: row["readings"] for row in claims}
    table_rows = []
    for dataset, names in FARTHER_AND_AS_GOOD.items():
        farther, good = (results.get(name, {}) for name in names)
        for reading in farther:
            pair = farther[reading], good.get(reading)
            if all(pair):
                verdicts = {result["verdict"] for result in pair}
                both = "-" if NOT_TESTABLE in verdicts else "yes" if verdicts == {REPRODUCED} else "no"
                table_rows.append([dataset, f"`{reading}`", *(result["measured"] for result in pair), both])
    return table_rows


def farther_and_as_good(studies: Sequence[Row]) -> Rows:
    """By study, data set and width how many readings reproduce the one claim, the other, and both."""
    rows = []
    for study, (dataset, (farther, good)) in product(studies, FARTHER_AND_AS_GOOD.items()):
        statements = {(row["claim"], row["width"]): row["verdicts"] for row in study["summary"]["statements"]}
        for width in sorted(width for name, width in statements if name == farther and (good, width) in statements):
            pairs = [*zip(statements[farther, width], statements[good, width], strict=True)]
            pairs = [[verdict == REPRODUCED for verdict in pair] for pair in pairs if NOT_TESTABLE not in pair]
            counts = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs), sum(map(all, pairs))
            rows.append([study["preset"], dataset, f"{width:,}", *(f"{count} of {len(pairs)}" for count in counts)])
    return rows


def effects_of(studies: Sequence[Row]) -> Rows:
    """By study, quantity and data set: in how many runs of readings the starts tell the critic's effect from none."""
    table_rows = []
    for study in studies:
        effects = study["summary"]["effects"]
        for quantity, dataset in product(effects, sizes(study["summary"])):
            rows = [row for row in effects[quantity] if row["dataset"] == dataset]
            starts = max(row["seeds"] for row in rows)
            if starts < FEWEST_SEEDS:
                continue
            complete = [row for row in rows if row["seeds"] == starts]  # fewer pairs: a run without a finite number
            ratio = in_digits(math.exp(median(row["effect"] for row in complete)))
            above, below = sum(row["low"] > 0 for row in complete), sum(row["high"] < 0 for row in complete)
            counts = above, len(complete) - above - below, below, len(rows) - len(complete)
            table_rows.append([study["preset"], dataset, QUANTITIES[quantity], starts, ratio, *counts])
    return table_rows


def shares_of_starts(summary: Row) -> list[float]:
    """Of the variance of the critic's effect over the crossed readings: the parts that the starts explain."""
    effects = [effect for row in summary["decompositions"] for effect in row.get("effects", ())]
    return sorted(effect["shapley"] for effect in effects if effect["factor"] == "seed")


def rules(studies: Sequence[Row]) -> list[tuple[Row, str, list[tuple[str, str]]]]:
    """Claims that a part of the readings reproduces, with the rule of the first study and those of the others."""
    first, *others = [(study["preset"], rules_of(study["summary"])) for study in studies]
    rows = {row["name"]: row for row in studies[0]["claims"]}
    return [
        (rows[name], rule, [(preset, sentences[name]) for preset, sentences in others if name in sentences])
        for name, rule in first[1].items()
    ]


def rules_of(summary: Row) -> dict[str, str]:
    """By claim that a part of the readings reproduces, the width and its rule, at the largest width of its data set."""
    largest_widths = {row["dataset"]: row["width"] for row in sorted(summary["rules"], key=itemgetter("width"))}
    rows = [row for row in summary["rules"] if row["width"] == largest_widths[row["dataset"]] and "conditions" in row]
    rules_by_claim = {row["claim"]: (row["width"], read_rule(row, summary["readings"])) for row in rows}
    return {
        name: f"At m = {width:,}, {rule.sentence}."
        for name, (width, rule) in rules_by_claim.items()
        if 0 < rule.inside[0] + rule.outside[0] < rule.inside[1] + rule.outside[1]
    }

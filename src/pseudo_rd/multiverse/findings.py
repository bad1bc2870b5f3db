"""What the study of all readings found, as a page of sentences: every number comes from the results."""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from statistics import median
from typing import Any

from pseudo_rd.claims.answer import decided
from pseudo_rd.claims.answer import to_markdown as main_statements
from pseudo_rd.claims.judge import NOT_TESTABLE, REPRODUCED, VERDICTS
from pseudo_rd.multiverse.effects import FEWEST_SEEDS, in_words
from pseudo_rd.multiverse.inference import FEWEST_SEEDS as FEWEST_FOR_A_TEST
from pseudo_rd.results.digits import in_digits

Row = Mapping[str, Any]
FARTHER_AND_AS_GOOD = {  # claims that the hidden layer ends farther and that the error stays similar, by data set
    "synthetic-784": ("figure-3-hidden-farther", "discussion-synthetic-784-as-good"),
    "mnist": ("figure-6-hidden-farther", "discussion-mnist-as-good"),
    "fashion-mnist": ("figure-13-hidden-farther", "discussion-fashion-mnist-as-good"),
}
SIDES = ("inside", "outside")  # of a rule
IN_WORDS = {  # whose ratios the study takes, in words
    "distance_hidden": "distance, hidden layer",
    "distance_top": "distance, top layer",
    "test_error": "test error",
    "variance": "variance of filters",
}


def to_markdown(studies: Sequence[Row], pages: Sequence[Row] = ()) -> str:
    """The page findings.md.

    Args:
        studies: of all readings, the one that the page is about first; others are set beside it. Of each its `preset`,
            `summary`, the content of multiverse.json, and `claims`, the rows of claims.json, with verdicts by reading
            and universes.
        pages: what is published of each preset and reading, the largest preset first: the content of claims.json,
            `runs`, the numbers `finished` and `wanted`; `convergence` and `spreads` of `claims.extrapolation`; `cut`,
            by smaller preset, the rows of its own runs looked at when they were as long as there.
    """
    summary, claims = studies[0]["summary"], studies[0]["claims"]
    sections = [
        *([("The main statements", [main_statements(pages)])] if pages else []),
        ("Under the named readings", [*named_readings(claims), *overshot(pages)]),
        *([("Does it depend on scale?", scales(pages))] if len({page["preset"] for page in pages}) > 1 else []),
        *([("How long until convergence", convergence(pages)), ("Between starts", spreads(pages))] if pages else []),
        ("In all universes", shares(studies)),
        ("In no universe", never(claims)),
        ("Farther, and as good?", farther_and_as_good(studies)),
        ("Is it chance?", chance(studies)),
        ("What decides", deciding(studies)),
        ("Farthest at no loss", at_no_loss(studies)),
        ("Lazy or rich", phases(summary.get("phases"))),
    ]
    page = [
        f"# Findings of the preset {studies[0]['preset']}",
        "",
        "Made from `claims.json` and `multiverse.json`; no number here is typed. What a reading and a universe are: "
        "[readings](readings.md).",
    ]
    for title, lines in sections:
        page += ["", f"## {title}", "", *lines]
    return "\n".join(page) + "\n"


def at_width(rule: Row) -> str:
    """Where a claim is reproduced at one width, in a sentence."""
    return f"At m = {rule['width']:,} it is {rule['sentence']}."


def named_readings(claims: Sequence[Row]) -> list[str]:
    """Counts of verdicts by reading, and the claims on which the readings differ."""
    readings = list(claims[0]["readings"])
    found = {name: [row["readings"][name] for row in claims if row["readings"][name]] for name in readings}
    lines = [
        f"- `{name}`: "
        + ", ".join(f"{sum(each['verdict'] == verdict for each in rows)} {verdict}" for verdict in VERDICTS)
        + f" of {len(rows)} claims."
        for name, rows in found.items()
    ]
    told = [row for row in claims if all(row["readings"].values())]
    differ = [row for row in told if {*VERDICTS[:2]} <= {each["verdict"] for each in row["readings"].values()}]
    if differ:
        lines += [
            "",
            "They differ on:",
            "",
            f"| claim | {' | '.join(readings)} |",
            "| --- |" + " --- |" * len(readings),
        ]
        for row in differ:
            cells = [f"{each['verdict']} ({each['measured']})" for each in row["readings"].values()]
            lines.append(f"| {row['where']}: {row['claim']} | {' | '.join(cells)} |")
    return lines


def overshot(pages: Sequence[Row]) -> list[str]:
    """On which pages runs threw their weights far off at the first steps, and how many verdicts rest on them."""
    lines: list[str] = []
    for page in pages:
        rows = [row for row in page["claims"] if row.get("overshot")]  # pages that were made before lack it
        runs = "; ".join(sorted({each for row in rows for each in row["overshot"]}))
        counts = Counter(row["verdict"] for row in rows)
        told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS[:2])
        lines += [f"- {column(page)}: {runs}. Verdicts that rest on these: {told}."] if rows else []
    if not lines:
        return []
    return [
        "",
        "Overshot: the first steps raise the error more than tenfold, and the weights coast on their momentum from "
        "there ([what that means](claims.md)).",
        "",
        *lines,
    ]


def scales(pages: Sequence[Row]) -> list[str]:
    """Counts of verdicts by preset and reading; claims whose verdict turns with the preset; all that any can tell."""
    lines = [f"| preset, reading | runs | {' | '.join(VERDICTS)} |", "| --- |" + " --- |" * (1 + len(VERDICTS))]
    for page in pages:
        runs = f"{page['runs']['finished']} of {page['runs']['wanted']}"
        counts = " | ".join(str(page["counts"][verdict]) for verdict in VERDICTS)
        lines.append(f"| {column(page)} | {runs} | {counts} |")
    told = [row["name"] for row in pages[0]["claims"] if any(decision(page, row["name"]) for page in pages)]
    turned = {name for name in told if turns(name, pages)}
    whole = {page["preset"] for page in pages if decided(page) * 4 >= len(page["claims"])}
    parts = [page for page in pages if page["preset"] not in whole]
    lines += [
        "",
        f"{len(told)} claims can be told at some scale. The verdicts of {len(turned) or 'none'} turn with the scale "
        f"under one reading or the other{' (bold)' if turned else ''}; those that once did are not testable at the "
        "smaller scale any more ([claims](claims.md#the-criteria)). A dash: not testable there.",
        "",
        *side_by_side([page for page in pages if page["preset"] in whole], turned),
    ]
    if parts:
        lines += ["", "Presets of which only a few runs are published:", "", *side_by_side(parts, turned)]
    return [*lines, *what_turns_them(pages)]


def side_by_side(pages: Sequence[Row], turned: Collection[str]) -> list[str]:
    """The claims that any of these pages decides, a column a page; claims whose verdict has turned are bold."""
    lines = [f"| claim | {' | '.join(map(column, pages))} |", "| --- |" + " --- |" * len(pages)]
    for row in pages[0]["claims"]:
        name, words = row["name"], f"{row['where']}: {row['claim']}"
        found = [decision(page, name) for page in pages]
        if any(found):
            cells = [f"{each['verdict']} ({each['measured']})" if each else "-" for each in found]
            lines.append(f"| {f'**{words}**' if name in turned else words} | {' | '.join(cells)} |")
    return lines


def column(page: Row) -> str:
    """What a page is called in a table."""
    return f"{page['preset']}, {page['reading']}"


def decision(page: Row, name: str) -> Row | None:
    """A claim's row on a page that decides it, in either way."""
    return next((row for row in page["claims"] if row["name"] == name and row["verdict"] in VERDICTS[:2]), None)


def what_turns_them(pages: Sequence[Row]) -> list[str]:
    """For each verdict that turns between two presets, whether the length of training alone, or the width, turns it."""
    lines = []
    verdicts = {(page["preset"], page["reading"]): {row["name"]: row for row in page["claims"]} for page in pages}
    for page in pages:
        for smaller, cut in page["cut"].items():
            for row, early in zip(page["claims"], cut, strict=True):
                other = verdicts[smaller, page["reading"]].get(row["name"])
                if other is None or {row["verdict"], other["verdict"]} != {*VERDICTS[:2]}:
                    continue
                same = early["verdict"] == other["verdict"]
                alone = "width" if row["name"] in page["of_theorems"] else "length"
                why = f"{alone} decides" if same else "width or data decide" if early["values"] else "not known"
                lines.append(
                    f"| {row['where']}: {row['claim']} | {page['reading']} | {smaller}: {other['measured']} | "
                    f"{early['measured']} | {row['measured']} | {why} |"
                )
    if not lines:
        return []
    return [
        "",
        "What turns them: the larger preset's runs, looked at when they were as long as the smaller one's; the "
        "theorems' own setting, looked at for the smaller one's widths.",
        "",
        "| claim | reading | smaller preset | larger preset, cut to that | whole | so |",
        "| --- | --- | --- | --- | --- | --- |",
        *lines,
    ]


def convergence(pages: Sequence[Row]) -> list[str]:
    """How far each experiment on images is from the error at which the paper speaks of convergence."""
    lines = [
        "Epochs until the training error reaches the paper's: seen, or prolonged by a power law through the second "
        "half of the run; the least and the most over seeds. A prolonged line is an order of magnitude at best: where "
        "a preset ran longer, its rows show how far off the shorter one's were.",
        "",
        "| preset, reading | experiment | m | objective | error (at epoch) | paper's | reached | epochs until then |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for page in pages:
        for row in page["convergence"]:
            epochs = " to ".join(dict.fromkeys(map(epochs_in_words, row["epochs"])))
            cells = (
                column(page),
                row["experiment"],
                f"{row['width']:,}",
                row["objective"],
                f"{in_digits(row['error'])} ({row['epoch']:g})",
                f"{row['target']:g}",
                f"{row['reached']} of {row['seeds']}",
                epochs,
            )
            lines.append(f"| {' | '.join(cells)} |")
    return lines


def epochs_in_words(epochs: float) -> str:
    """To two digits; a line that was prolonged a thousandfold says no more than that it is far."""
    if math.isnan(epochs):
        return "-"
    return f"{float(f'{epochs:.2g}'):,.0f}" if epochs < 1e5 else "over 100,000"


def spreads(pages: Sequence[Row]) -> list[str]:
    """The standard deviation between starts on MNIST, with its interval."""
    lines = [
        "Figure 8 says less than 2.5 %. Standard deviation of the final distance on MNIST over starts divided by the "
        "mean; in brackets its 95 % interval for normal draws: few starts leave it wide.",
        "",
        "| preset, reading | layer | objective | starts | spread |",
        "| --- | --- | --- | --- | --- |",
    ]
    for page in pages:
        for row in page["spreads"]:
            lines.append(
                f"| {column(page)} | {row['layer']} | {row['objective']} | {row['starts']} | "
                f"{row['spread']:.1%} ({row['lowest']:.1%} to {row['highest']:.1%}) |"
            )
    return lines


def turns(name: str, pages: Sequence[Row]) -> bool:
    """Whether presets under one reading decide the claim in both ways."""
    found: dict[str, set[str]] = {}
    for page in pages:
        found.setdefault(page["reading"], set()).update(row["verdict"] for row in page["claims"] if row["name"] == name)
    return any({*VERDICTS[:2]} <= verdicts for verdicts in found.values())


def shares(studies: Sequence[Row]) -> list[str]:
    """What was studied; claims that universes can decide, the most often reproduced first, with a column a study."""
    lines = [f"- `{study['preset']}`: {places(study['summary'])}." for study in studies]
    counted = [row for row in studies[0]["claims"] if row["universes"]]
    ordered = sorted(counted, key=lambda row: -row["universes"]["reproduced"] / row["universes"]["of"])
    found = [{row["name"]: row["universes"] for row in study["claims"] if row["universes"]} for study in studies]
    headings = [f"reproduced in, {study['preset']}" for study in studies]
    lines += [
        "",
        "A claim is reproduced in a universe where it is from every start.",
        "",
        f"| claim | {' | '.join(headings)} |",
        "| --- |" + " --- |" * len(studies),
    ]
    for row in ordered:
        universes = [rows.get(row["name"]) for rows in found]
        cells = [f"{each['reproduced']} of {each['of']}" if each else "-" for each in universes]
        lines.append(f"| {row['where']}: {row['claim']} | {' | '.join(cells)} |")
    return lines


def places(summary: Row) -> str:
    """Data sets, widths and starts of a study."""
    told = []
    for dataset, found in starts_by_width(summary).items():
        widths = ", ".join(f"{width:,}" for width in sorted(found))
        told.append(f"{dataset} at m = {widths}, from {in_starts(found)} each")
    return "; ".join(told)


def starts_by_width(summary: Row) -> dict[str, dict[int, int]]:
    """By data set and width: from how many starts the universes of a study were trained."""
    starts: dict[str, dict[int, int]] = {}
    for row in next(iter(summary["effects"].values())):
        of_widths = starts.setdefault(row["dataset"], {})
        of_widths[row["width"]] = max(row["seeds"], of_widths.get(row["width"], 0))
    return starts


def in_starts(by_width: Mapping[int, int]) -> str:
    """How many starts: "1 start"."""
    count = max(by_width.values())
    return f"{count} start{'' if count == 1 else 's'}"


def never(claims: Sequence[Row]) -> list[str]:
    """Claims that no reading reproduces: results about the paper."""
    tried = [row for row in claims if row["universes"]]
    found = [f"- {row['where']}: {row['claim']}" for row in tried if not row["universes"]["reproduced"]]
    if not found:
        return ["Every claim is reproduced somewhere."]
    return [*found, "", "[What some claims come down to](claims.md#what-some-claims-come-down-to)."]


def farther_and_as_good(studies: Sequence[Row]) -> list[str]:
    """Where the critic drives the hidden layer farther while the error stays similar: the Discussion's conclusion."""
    lines = [
        "The Discussion concludes that a network need not stay close to its start to learn as well. That the distance "
        "is larger with the critic and that the error is similar or smaller are two [claims](claims.md); the "
        "conclusion takes both at once. Where the critic changes nothing, a similar error says nothing. On images it "
        "takes whole trainings to tell, and these are shorter (a dash): in the narrow network the error with the "
        "critic grows against that without it while they last ([how far](claims.md)). No reading of the study is "
        "trained so long.",
        "",
        "| data set | reading | distance, with over without | error, with over without | both |",
        "| --- | --- | --- | --- | --- |",
    ]
    named = {row["name"]: row["readings"] for row in studies[0]["claims"]}
    for dataset, names in FARTHER_AND_AS_GOOD.items():
        far, good = (named.get(name, {}) for name in names)
        for reading in far:
            pair = far[reading], good.get(reading)
            if pair[0] and pair[1]:
                told = {each["verdict"] for each in pair}
                both = "-" if VERDICTS[2] in told else "yes" if told == {VERDICTS[0]} else "no"
                cells = (dataset, f"`{reading}`", *(each["measured"] for each in pair), both)
                lines.append(f"| {' | '.join(cells)} |")
    lines += [
        "",
        "Of all readings:",
        "",
        "| preset | data set | m | farther | as good | both |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for study in studies:
        statements = {(row["claim"], row["width"]): row["verdicts"] for row in study["summary"]["statements"]}
        for dataset, (farther, good) in FARTHER_AND_AS_GOOD.items():
            for width in sorted(width for name, width in statements if name == farther and (good, width) in statements):
                pairs = [
                    pair
                    for pair in zip(statements[farther, width], statements[good, width], strict=True)
                    if NOT_TESTABLE not in pair
                ]
                counts = (
                    sum(far == REPRODUCED for far, _ in pairs),
                    sum(near == REPRODUCED for _, near in pairs),
                    sum(pair == (REPRODUCED, REPRODUCED) for pair in pairs),
                )
                told = " | ".join(f"{count} of {len(pairs)}" for count in counts)
                lines.append(f"| {study['preset']} | {dataset} | {width:,} | {told} |")
    return lines


def chance(studies: Sequence[Row]) -> list[str]:
    """In how many universes the starts tell the critic's effect from none, and the joint tests over all of them."""
    lines = []
    for study in studies:
        tests = {(row["dataset"], row["quantity"]): row for row in study["summary"]["sign_flips"]}
        for quantity, effects in study["summary"]["effects"].items():
            for dataset in dict.fromkeys(row["dataset"] for row in effects):
                rows = [row for row in effects if row["dataset"] == dataset]
                starts = max(row["seeds"] for row in rows)
                if starts < FEWEST_SEEDS:
                    continue
                # Fewer pairs than the others have is a run without a finite number.
                whole = [row for row in rows if row["seeds"] == starts]
                above, below = sum(row["low"] > 0 for row in whole), sum(row["high"] < 0 for row in whole)
                test = tests[dataset, quantity]
                cells = (
                    study["preset"],
                    dataset,
                    IN_WORDS[quantity],
                    starts,
                    in_digits(math.exp(median(row["effect"] for row in whole))),
                    *(above, len(whole) - above - below, below, len(rows) - len(whole)),
                    f"{test['p']:.2g} ({test['smallest_p']:.2g})" if "p" in test else "-",
                )
                lines.append(f"| {' | '.join(map(str, cells))} |")
    if not lines:
        return [f"No study has the {FEWEST_SEEDS} starts that an interval takes."]
    return [
        "What the critic changes in each universe: with over without it, mean over its starts. Universes whose "
        "networks die count where they have numbers.",
        "",
        "- **above, around, below 1**: where the 95 % interval of the ratio lies (Student's t on logarithms). Without "
        "any effect one in twenty would lie beside 1, and several together, since universes share their starts. An "
        "effect can be certain and yet tiny.",
        "- **incomplete**: a start gives no ratio.",
        f"- **p**, from {FEWEST_FOR_A_TEST} starts on: one exact test over all universes of a data set. With and "
        "without are exchanged in whole starts, in every possible way; p is the share of ways whose median lies at "
        "least as far from 1. In brackets the least that so many starts can give.",
        "",
        "| preset | data set | quantity | starts | median ratio | above 1 | around 1 | below 1 | incomplete | p |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        *lines,
        *what_starts_explain(studies),
    ]


def what_starts_explain(studies: Sequence[Row]) -> list[str]:
    """Of the variance of the critic's effect over the crossed universes: the part that the starts explain."""
    lines: list[str] = []
    for study in studies:
        shares = [
            effect["shapley"]
            for row in study["summary"]["decompositions"]
            for effect in row.get("effects", ())
            if effect["factor"] == "seed"
        ]
        if shares:
            lines += [
                "",
                f"In `{study['preset']}` the starts explain {min(shares):.1%} to {max(shares):.1%} of the variance of "
                "these ratios over the combined readings (Shapley effects, one for each data set, width and quantity). "
                "The choices explain the rest ([how it is split](readings.md#how-to-read-its-figures)).",
            ]
    return lines


def deciding(studies: Sequence[Row]) -> list[str]:
    """The rule, with its counts, of each claim that is reproduced here and not there, at the largest width of its data.

    What the other studies' rules say of the same claim stands below it.
    """
    words = {row["name"]: f"{row['where']}: {row['claim']}" for row in studies[0]["claims"]}
    first, *others = [rules(study["summary"]) for study in studies]
    lines: list[str] = []
    for name, told in first.items():
        lines.append(f"- {words[name]} {told}")
        lines += [
            f"  - `{study['preset']}`: {found[name]}"
            for study, found in zip(studies[1:], others, strict=True)
            if name in found
        ]
    return lines or ["No claim is reproduced in some universes and not in others."]


def rules(summary: Row) -> dict[str, str]:
    """By claim that a part of the universes reproduces its rule in words, at the largest width of its data set."""
    widest: dict[str, int] = {}
    for row in summary["rules"]:
        widest[row["dataset"]] = max(widest.get(row["dataset"], 0), row["width"])
    return {
        row["claim"]: at_width(row)
        for row in summary["rules"]
        if row["width"] == widest[row["dataset"]]
        and "sentence" in row
        and 0 < sum(row[side]["reproduced"] for side in SIDES) < sum(row[side]["universes"] for side in SIDES)
    }


def at_no_loss(studies: Sequence[Row]) -> list[str]:
    """Which readings the rule finds, and the first in rank, in the first study that was made after the rule."""
    study = next((each for each in studies if "at_no_loss" in each["summary"]), None)
    if study is None:
        return ["These studies were made before [the rule](readings.md#the-rule-for-a-third-reading) was written."]
    summary = study["summary"]
    lines = [f"`{study['preset']}`: {summary['at_no_loss']['why']}"]
    choices = summary["choices"]
    for number, row in enumerate([row for row in summary["scores"] if row["eligible"]][:5], start=1):
        departures = {name: row[name] for name in choices if row[name] != choices[name][0]}
        lines.append(
            f"{number}. {in_words(departures) or 'every choice as printed'}: at least {in_digits(row['farther'])} "
            f"times as far, error at most {in_digits(row['error_ratio'])} times as large."
        )
    return lines


def phases(found: Row | None) -> list[str]:
    """The start scale at which the movement equals the start, by width, without and with the critic."""
    if not found:
        return ["The study of start scales was not made."]
    lines = ["| neurons | without the critic | with the critic | with over without |", "| --- | --- | --- | --- |"]
    ratios: list[float] = []
    for width, without, critic in zip(found["width"], found["supervised"], found["augmented"], strict=True):
        ratio = critic / without if without and critic else None
        ratios += [ratio] if ratio else []
        lines.append(f"| {width:,} | {in_digits(without)} | {in_digits(critic)} | {in_digits(ratio)} |")
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else None
    where = f"{len(ratios)} of {len(found['width'])} widths"
    told = f"At {where} both lines were crossed; there the critic moves the line {mean:.2f}-fold." if mean else ""
    return [
        "Start scale (of the printed start) at which the hidden layer moves by as much as it starts with; a larger "
        "start is trained lazily, a smaller one richly.",
        "",
        *lines,
        "",
        told or "No line was crossed on this grid.",
    ]

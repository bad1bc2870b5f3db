"""What the study of all readings found, as a page of sentences: every number comes from the results."""

import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from statistics import median
from typing import Any

from pseudo_rd.claims.judge import NOT_REPRODUCED, NOT_TESTABLE, REPRODUCED, SUBJECTS, VERDICTS, subject_of
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.multiverse.effects import FEWEST_SEEDS, in_words
from pseudo_rd.multiverse.inference import FEWEST_SEEDS as FEWEST_FOR_A_TEST
from pseudo_rd.results.digits import in_digits

Row = Mapping[str, Any]
EPOCHS = re.compile(r"datasets\.(?P<dataset>.+)\.epochs = (?P<here>\d+) \(preset paper: (?P<paper>\d+)\)")
WIDTHS = re.compile(
    r"experiments\.(?P<experiment>.+)\.widths = \[.*?(?P<here>\d+)\] \(preset paper: \[.*?(?P<paper>\d+)\]\)"
)
WITH_OVER_WITHOUT = {  # claims whose number is a ratio of augmented to supervised, for the first screen
    "figure-3-hidden-farther": "hidden layer's distance, synthetic data",
    "figure-6-hidden-farther": "the same, MNIST",
    "figure-13-hidden-farther": "FashionMNIST",
    "figure-10-variance": "variance of filters, MNIST",
}

MAIN_CLAIMS = {  # of which the first screen says what decides
    "figure-3-hidden-farther": "The critic drives the hidden layer farther on synthetic data (Figure 3)",
    "figure-10-variance": "It raises the variance of filters on MNIST (Figure 10)",
}
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
        ("Under the named readings", [*named_readings(claims), *overshot(pages)]),
        *([("Does it depend on scale?", scales(pages))] if len({page["preset"] for page in pages}) > 1 else []),
        *([("How long until convergence", convergence(pages)), ("Between starts", spreads(pages))] if pages else []),
        ("In all universes", shares(studies)),
        ("In no universe", never(claims)),
        ("Farther, and as good?", farther_and_as_good(studies)),
        ("Is it chance?", chance(studies)),
        ("What decides", deciding(studies)),
        ("The most charitable reading", charity(summary)),
        ("Lazy or rich", phases(summary.get("phases"))),
        ("A prediction, put to the test", surprises(summary.get("surprises", []))),
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


def answer(study: Row, pages: Sequence[Row] = ()) -> str:
    """The paper's claims in a few sentences, for the first screen of README.

    Args:
        study: of all readings; what it holds, and pages: as for `to_markdown`.
    """
    summary, claims, preset = study["summary"], study["claims"], study["preset"]
    readings = list(claims[0]["readings"])
    every = {reading: counted(claims, reading) for reading in readings}
    of = " and ".join(f"{held} of the {told} that it can decide under `{name}`" for name, (held, told) in every.items())
    tried = [row for row in claims if row["universes"]]
    nowhere = [f"{row['where']}: {row['claim'].rstrip('.')}" for row in tried if not row["universes"]["reproduced"]]
    most = max(row["width"] for row in summary["rules"])
    starts = ", ".join(f"{in_starts(found)} on {name}" for name, found in starts_by_width(summary).items())
    corrected = len({claim.name for claim in CLAIMS if claim.corrected} & {row["name"] for row in claims})
    besides = f" ({corrected} of them corrected where the print fails)" if corrected else ""
    lines = [
        f"Of {len(claims)} claims read off the paper{besides}, the preset `{preset}` reproduces {of}:",
        "",
        *by_subject(claims, readings),
        "",
        f"Of the {len(tried)} that all {len(summary['scores'])} readings were asked about (m up to {most:,}; {starts}),"
        f" {len(nowhere) or 'none'} {'is' if len(nowhere) == 1 else 'are'} reproduced under none"
        f"{''.join(f' ({each})' for each in nowhere)}.",
        "Where two main claims are reproduced (a universe is a reading at one width), and which choices decide it "
        "([their options](docs/readings.md#the-choices)):",
        *(line for name, words in MAIN_CLAIMS.items() for line in (f"- {words}:", *what_decides(summary, name))),
        *(at_scale(pages, preset) if any(page["preset"] != preset for page in pages) else []),
    ]
    return "\n".join(lines)


def what_decides(summary: Row, claim: str) -> list[str]:
    """Of one claim the rule at each width, the widest first, and there the shares of the choices in its verdict."""
    rules = [row for row in summary["rules"] if row["claim"] == claim and "sentence" in row]
    rules.sort(key=lambda row: -row["width"])
    told = [at_width(row) for row in rules]
    for row in rules[:1]:
        effects = sorted(row.get("decomposition", {}).get("effects", ()), key=lambda effect: -effect["shapley"])
        shares = [f"`{each['factor']}` {each['shapley']:.0%}" for each in effects]
        told += [f"What decides at m = {row['width']:,} (Shapley effects): {', '.join(shares)}."] if shares else []
    return [f"  - {line}" for line in told or ["No universe can tell."]]


def at_width(rule: Row) -> str:
    """Where a claim is reproduced at one width, in a sentence."""
    return f"At m = {rule['width']:,} it is {rule['sentence']}."


def counted(claims: Sequence[Row], reading: str) -> tuple[int, int]:
    """How many of the claims a reading reproduces, and how many it decides."""
    verdicts = Counter(row["readings"][reading]["verdict"] for row in claims if row["readings"][reading])
    return verdicts[VERDICTS[0]], verdicts[VERDICTS[0]] + verdicts[VERDICTS[1]]


def by_subject(claims: Sequence[Row], readings: Sequence[str]) -> list[str]:
    """A table of what is reproduced under each reading, by what the claims are about."""
    subjects = {claim.name: subject_of(claim) for claim in CLAIMS}
    lines = [f"| reproduced, of | {' | '.join(f'`{reading}`' for reading in readings)} |"]
    lines.append("| --- |" + " --- |" * len(readings))
    for subject in SUBJECTS.values():
        about = [row for row in claims if subjects.get(row["name"]) == subject]
        cells = [" of ".join(map(str, counted(about, reading))) for reading in readings]
        lines.append(f"| {subject} | {' | '.join(cells)} |")
    return lines


def at_scale(pages: Sequence[Row], preset: str) -> list[str]:
    """What the critic changes in the preset that decides most claims, as a table; how many are reproduced there so far.

    Args:
        pages: as for `to_markdown`, of two presets at least.
        preset: of which the counts were told already.
    """
    decided = Counter[str]()
    for page in pages:
        decided[page["preset"]] += decided_by(page)
    told_of = max(decided, key=lambda preset: decided[preset])  # of equals the largest, which comes first
    shown = [page for page in pages if page["preset"] == told_of]
    runs = [f"{page['runs']['finished']} of {page['runs']['wanted']} runs" for page in shown]
    if told_of == preset:
        counts = [f"{done} under `{page['reading']}`" for page, done in zip(shown, runs, strict=True)]
        so_far = " so far" if any(page["runs"]["finished"] < page["runs"]["wanted"] for page in shown) else ""
        told = f"At the paper's widths, preset `{told_of}`, are published{so_far}: "
    else:
        counts = [
            f"{page['counts'][VERDICTS[0]]} of {decided_by(page)} under `{page['reading']}` ({done})"
            for page, done in zip(shown, runs, strict=True)
        ]
        told = f"At the paper's widths, preset `{told_of}`, of the claims that can be decided so far are reproduced: "
    lines: list[str] = []
    rises: list[str] = []
    for page in shown:
        found = {each for row in page["claims"] if row["name"] in WITH_OVER_WITHOUT for each in row.get("overshot", ())}
        rises += [f"`{page['reading']}`, {each}" for each in sorted(found)]
        measured = {row["name"]: row["measured"] for row in page["claims"] if row["values"]}
        cells = [measured.get(name, "-") for name in WITH_OVER_WITHOUT]
        lines.append(f"| `{page['reading']}` | {' | '.join(cells)} |")
    return [
        "",
        f"{told}{' and '.join(counts)}.{shortened(shown)}",
        "",
        f"| with the critic over without it | {' | '.join(WITH_OVER_WITHOUT.values())} |",
        "| --- |" + " --- |" * len(WITH_OVER_WITHOUT),
        *lines,
        *(["", f"Overshot ([what that means](docs/claims.md)): {'; '.join(rises)}."] if rises else []),
    ]


def shortened(pages: Sequence[Row]) -> str:
    """How much the trainings of these pages are shorter than the paper's or narrower, which data they saw in part."""
    shrunk: list[str] = []
    parts: list[str] = []
    for change in sorted({change for page in pages for row in page["claims"] for change in row["shrunk"]}):
        if found := EPOCHS.fullmatch(change):
            shrunk.append(f"{found['dataset']} {int(found['here']):,} of {int(found['paper']):,} epochs")
        elif found := WIDTHS.fullmatch(change):
            if found["here"] != found["paper"]:
                shrunk.append(f"{found['experiment']} up to m = {int(found['here']):,} of {int(found['paper']):,}")
        elif not change.startswith(("datasets.", "experiments.")):
            parts.append(change)
    told = "; ".join([*shrunk, *parts])
    return f" What they shorten: {told}." if told else ""


def decided_by(page: Row) -> int:
    """How many claims a published page decides, in either way."""
    return sum(int(page["counts"][verdict]) for verdict in VERDICTS[:2])


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
    whole = {page["preset"] for page in pages if decided_by(page) * 4 >= len(page["claims"])}
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


def charity(summary: Row) -> list[str]:
    """Which reading the rule finds, and the next in rank."""
    found = summary["charitable"]
    told = "The first of them, with how often a claim is reproduced (it counts at each width that can tell it):"
    lines = [f"{found['why']} {told}"]
    eligible = [row for row in summary["scores"] if row["eligible"]][:5]
    choices = list(summary["choices"])
    for place, row in enumerate(eligible, start=1):
        departures = {name: row[name] for name in choices if row[name] != summary["choices"][name][0]}
        lines.append(
            f"{place}. {in_words(departures) or 'every choice as printed'}: {row['reproduced']} of {row['testable']}, "
            f"supervised error {row['error']:.4f}."
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


def surprises(found: Sequence[Row]) -> list[str]:
    """What was read off the phase diagram for options that were held out, and what came of them."""
    if not found:
        return ["No option was held out."]
    lines = [
        "Two options were held out of the study's first look; what they do was predicted from the phase diagram "
        "([more](readings.md#the-held-out-options)).",
        "",
        "| universe | quantity | predicted | measured | verdict predicted | hit |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in found:
        lines.append(
            f"| {row['universe']} | {row['quantity']} | {in_digits(row['predicted'])} | {in_digits(row['measured'])} | "
            f"{REPRODUCED if row['expects'] else NOT_REPRODUCED} | {'hit' if row['hit'] else 'miss'} |"
        )
    hits = sum(row["hit"] for row in found)
    return [*lines, "", f"{hits} of {len(found)} verdicts were predicted."]

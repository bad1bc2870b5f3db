"""What the pages say, made of the evidence: nothing here is typed but words."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from pseudo_rd.claims.claim import EXPERIMENTS_KINDS, Claim
from pseudo_rd.claims.judge import NOT_REPRODUCED, NOT_TESTABLE, REPRODUCED, VERDICTS, reproduced_in_words
from pseudo_rd.claims.statements import CLAIMS, PARTS
from pseudo_rd.site import charts
from pseudo_rd.site.evidence import Evidence, Reading, Row

KNOWN = {claim.name: claim for claim in CLAIMS}
PART_OF = {claim.name: part for part, claims in PARTS.items() for claim in claims}
# What the paper is read for; in the table on the front page.
HEADLINES = (
    "figure-3-hidden-farther",
    "theorem-2-linear-term",
    "figure-10-variance",
    "figure-19-hidden-broken-with",
    "figure-18-printed",
)
MAIN = "figure-3-hidden-farther"
SIGNS = {REPRODUCED: "✓", NOT_REPRODUCED: "✗", NOT_TESTABLE: "?"}


@dataclass(frozen=True)
class Multiverse:
    """The study of all readings, in the order in which its columns are shown.

    Attributes:
        readings: a row for each column, columns the choices.
        choices: options that are told apart, by choice: the one that decides most first.
        influence: mean Shapley share of each crossed choice in the verdicts that vary.
        named: the named readings, an option for every choice.
    """

    readings: pd.DataFrame
    choices: Mapping[str, Sequence[Hashable]]
    influence: Mapping[str, float]
    named: Mapping[str, Mapping[str, Hashable]]

    def places(self) -> dict[str, int]:
        """Columns of the named readings."""
        found = {}
        for name, options in self.named.items():
            there = (self.readings[list(options)] == pd.Series(options)).all(axis=1)
            if there.any():
                found[name] = int(there.to_numpy().argmax())
        return found

    def grid(self, universes: pd.DataFrame) -> dict[str, list[str]]:
        """Verdicts on one claim in the order of the columns, by data set and width, the widest last."""
        found = {}
        keys = list(self.readings.columns)
        for (dataset, width), there in universes.groupby(["dataset", "width"], sort=True):
            merged = self.readings.merge(there[[*keys, "verdict"]], on=keys, how="left")
            found[f"{dataset}, {width} neurons"] = merged["verdict"].fillna(NOT_TESTABLE).tolist()
        return found


def multiverse_of(evidence: Evidence, changes: Mapping[str, Mapping[str, Hashable]]) -> Multiverse | None:
    """The study as it is shown; None where it was not made.

    Args:
        evidence: of the preset.
        changes: by named reading, what it changes of the printed options.
    """
    summary = evidence.summary
    if not summary.get("readings"):
        return None
    sums: dict[str, list[float]] = {choice: [] for choice in summary["crossed"]}
    for rule in summary["rules"]:
        for effect in rule["decomposition"].get("effects", ()):
            sums[effect["factor"]].append(effect["shapley"])
    influence = {choice: sum(shares) / len(shares) for choice, shares in sums.items() if shares}
    influence = dict(sorted(influence.items(), key=lambda item: -item[1]))
    choices = {name: summary["choices"][name] for name in [*influence, *summary["choices"]]}
    readings = pd.DataFrame(summary["readings"])[list(choices)]
    ranks = pd.DataFrame({name: readings[name].map(list(options).index) for name, options in choices.items()})
    readings = readings.loc[ranks.sort_values(list(choices)).index].reset_index(drop=True)
    shown = {
        name: [option for option in options if (readings[name] == option).any()] for name, options in choices.items()
    }
    printed = {name: options[0] for name, options in summary["choices"].items()}
    return Multiverse(
        readings=readings,
        choices={name: options for name, options in shown.items() if len(options) > 1},
        influence=influence,
        named={name: {**printed, **changes.get(name, {})} for name in evidence.readings},
    )


@dataclass(frozen=True)
class ClaimView:
    """A claim as its row and its page show it.

    Attributes:
        name: its key.
        row: as the first reading tells it: statement, quantity, criterion.
        part: of the paper.
        datasets: whose data it is about, or the kind of study.
        verdicts: its row under each reading; None where that was judged before the claim was added.
        share: in how many universes it is reproduced, of how many that can tell.
        grid: verdicts in the order of the matrix, by data set and width; empty where no universe can tell.
        claim: how it is decided; None where this version does not know it any more.
    """

    name: str
    row: Row
    part: str
    datasets: tuple[str, ...]
    verdicts: Mapping[str, Row | None]
    share: tuple[int, int] | None
    grid: Mapping[str, Sequence[str]]
    claim: Claim | None

    @property
    def strip(self) -> Markup:
        """The grid as a small picture."""
        return charts.universe_strip(self.grid)

    @property
    def order(self) -> float:
        """For sorting: the share of universes, below zero where none can tell."""
        return self.share[0] / self.share[1] if self.share else -1


def claim_views(
    evidence: Evidence, multiverse: Multiverse | None, experiments: Mapping[str, Any]
) -> dict[str, ClaimView]:
    """Every claim by name, in the order of the paper."""
    by_claim = dict(tuple(evidence.universes.groupby("claim")))
    views = {}
    for name in evidence.claims:
        claim = KNOWN.get(name)
        there = by_claim.get(name)
        views[name] = ClaimView(
            name=name,
            row=evidence.row(name),
            part=PART_OF.get(name, "Others"),
            datasets=datasets_of(claim, experiments) if claim else (),
            verdicts={reading: each.claims.get(name) for reading, each in evidence.readings.items()},
            share=evidence.shares(name),
            grid=multiverse.grid(there) if multiverse and there is not None else {},
            claim=claim,
        )
    return views


def datasets_of(claim: Claim, experiments: Mapping[str, Any]) -> tuple[str, ...]:
    """Whose data a claim is about: data sets, or the kind of study."""
    found = [
        experiments[source.name]["dataset"]
        if source.kind in EXPERIMENTS_KINDS
        else {"flow": "theorems' setting", "simulations": "reaction-diffusion"}[source.kind]
        for source in claim.reads
    ]
    return tuple(dict.fromkeys(found))


def counts(reading: Reading) -> dict[str, int]:
    """How many claims have which verdict."""
    found = [row["verdict"] for row in reading.claims.values()]
    return {verdict: found.count(verdict) for verdict in VERDICTS}


def answer(evidence: Evidence) -> tuple[str, str]:
    """Whether the paper holds: a word or two, and the sentence of numbers behind it."""
    shares: list[float] = []
    told: list[str] = []
    for name, reading in evidence.readings.items():
        number = counts(reading)
        testable = number[REPRODUCED] + number[NOT_REPRODUCED]
        shares.append(number[REPRODUCED] / testable if testable else 0)
        under = "testable claims are reproduced under the reading " if not told else "under "
        told.append(f"{number[REPRODUCED]} of {testable} {under}{name}")
    main = evidence.shares(MAIN)
    if main:
        told.append(
            "the main one, that the critic drives the hidden layer farther from its start, is "
            f"{reproduced_in_words(*main)}: ways to fill in what the paper leaves open, at each width"
        )
    return in_a_word(min(shares), max(shares)), f"{', '.join(told[:-1])}, and {told[-1]}." if told[
        1:
    ] else f"{told[0]}."


def in_a_word(least: float, most: float) -> str:
    """The answer that shares of reproduced statements give."""
    if least == 1:
        return "Yes"
    if most == 0:
        return "No"
    return "Mostly" if least >= 2 / 3 else "In part" if most >= 1 / 3 else "Hardly"


def decided_by(evidence: Evidence, claim: str) -> list[Row]:
    """The rules found for a claim, the widest network first."""
    rules = [rule for rule in evidence.summary.get("rules", ()) if rule["claim"] == claim and "sentence" in rule]
    return sorted(rules, key=lambda rule: -rule["width"])


def rules_at_the_widest(evidence: Evidence) -> list[Row]:
    """Of each claim whose verdict varies, the rule at the largest width."""
    found = {rule["claim"]: rule for rule in sorted(evidence.summary.get("rules", ()), key=lambda rule: rule["width"])}
    return [rule for rule in found.values() if rule.get("conditions")]

"""Claims and the study of all readings as the pages show them; every number comes from the evidence."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import pandas as pd

from pseudo_rd.claims.claim import Claim
from pseudo_rd.claims.judge import reproduced_in
from pseudo_rd.claims.statements import PARTS
from pseudo_rd.multiverse.matrix import in_order, varied
from pseudo_rd.multiverse.rules import read_rule
from pseudo_rd.site.evidence import Evidence, Row


@dataclass(frozen=True)
class Multiverse:
    """The study of all readings.

    Attributes:
        readings: a row for each, in the order in which they are shown; columns the choices.
        choices: options that are told apart, by choice: the one that decides most first.
        influence: mean Shapley share of each crossed choice in the verdicts that vary.
        named: the named readings, an option for every choice.
    """

    readings: pd.DataFrame
    choices: Mapping[str, Sequence[Hashable]]
    influence: Mapping[str, float]
    named: Mapping[str, Mapping[str, Hashable]]

    def by_option(self, universes: pd.DataFrame) -> dict[str, dict[tuple[str, Hashable], tuple[int, int]]]:
        """By data set and width, the widest first: for each option how many readings reproduce a claim, of how many.

        `universes` are the rows of `Evidence.universes` about it; those that cannot tell do not count.
        """
        widest_first = universes.sort_values("width", ascending=False, kind="stable")
        return {
            f"{dataset}, {width} neurons": {
                (choice, option): reproduced_in(rows.loc[rows[choice] == option, "verdict"])
                for choice, options in self.choices.items()
                for option in options
            }
            for (dataset, width), rows in widest_first.groupby(["dataset", "width"], sort=False)
        }


def multiverse_of(evidence: Evidence, changes: Mapping[str, Mapping[str, Hashable]]) -> Multiverse | None:
    """The study as it is shown, None where it was not made; `changes` has those of each named reading."""
    summary = evidence.summary
    if not summary.get("readings"):
        return None
    sums: dict[str, list[float]] = {choice: [] for choice in summary["crossed"]}
    for rule in summary["rules"]:
        for effect in rule["decomposition"].get("effects", ()):
            sums[effect["factor"]].append(effect["shapley"])
    influence = {choice: fmean(shares) for choice, shares in sums.items() if shares}
    influence = dict(sorted(influence.items(), key=lambda item: -item[1]))
    choices = {name: summary["choices"][name] for name in [*influence, *summary["choices"]]}
    readings = pd.DataFrame(summary["readings"])[list(choices)]
    printed = {name: options[0] for name, options in summary["choices"].items()}
    return Multiverse(
        readings=in_order(readings, choices),
        choices=varied(readings, choices),
        influence=influence,
        named={name: {**printed, **changes.get(name, {})} for name in evidence.readings},
    )


@dataclass(frozen=True)
class ClaimView:
    """A claim as its row and its page show it.

    Attributes:
        row: as the first reading tells it: statement, quantity, criterion.
        part: of the paper.
        datasets: whose data it is about, or the kind of study.
        verdicts: its row under each reading; None where that was judged before the claim was added.
        share: in how many universes it is reproduced, of how many that can tell.
        by_option: of `Multiverse.by_option`; empty where no reading can tell.
    """

    name: str
    row: Row
    part: str
    datasets: tuple[str, ...]
    verdicts: Mapping[str, Row | None]
    share: tuple[int, int] | None
    by_option: Mapping[str, Mapping[tuple[str, Hashable], tuple[int, int]]]
    claim: Claim


def claim_views(
    evidence: Evidence, multiverse: Multiverse | None, experiments: Mapping[str, Any]
) -> dict[str, ClaimView]:
    """Every claim that was judged under any reading by name, in the order of the paper."""
    by_claim = dict(tuple(evidence.universes.groupby("claim")))
    views = {}
    for part, claim in ((part, claim) for part, claims in PARTS.items() for claim in claims):
        name = claim.name
        verdicts = {reading.name: reading.claims.get(name) for reading in evidence.readings.values()}
        rows = [row for row in verdicts.values() if row]
        if rows:
            views[name] = ClaimView(
                name=name,
                row=rows[0],
                part=part,
                datasets=datasets_of(claim, experiments),
                verdicts=verdicts,
                share=evidence.shares(name),
                by_option=multiverse.by_option(by_claim[name]) if multiverse and name in by_claim else {},
                claim=claim,
            )
    return views


def datasets_of(claim: Claim, experiments: Mapping[str, Any]) -> tuple[str, ...]:
    """Whose data a claim is about."""
    settings = {"flow": "theorems' setting", "simulations": "reaction-diffusion"}
    names = [settings.get(source.kind) or experiments[source.name]["dataset"] for source in claim.reads]
    return tuple(dict.fromkeys(names))


def rules_of(evidence: Evidence) -> list[Row]:
    """The rules of the study with their sentences, the widest network first; none where no reading can tell."""
    summary = evidence.summary
    rules: list[Row] = [
        {**row, "sentence": read_rule(row, summary["readings"]).sentence}
        for row in summary.get("rules", ())
        if "conditions" in row
    ]
    return sorted(rules, key=lambda rule: -rule["width"])

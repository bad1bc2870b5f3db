"""What the pages say, made of the evidence: nothing here is typed but words."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pseudo_rd.claims.claim import EXPERIMENTS_KINDS, Claim
from pseudo_rd.claims.judge import reproduced_in
from pseudo_rd.claims.statements import CLAIMS, PARTS
from pseudo_rd.multiverse.rules import read_rule
from pseudo_rd.site.evidence import Evidence, Row

KNOWN = {claim.name: claim for claim in CLAIMS}
PART_OF = {claim.name: part for part, claims in PARTS.items() for claim in claims}


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

    def by_option(self, universes: pd.DataFrame) -> dict[str, dict[tuple[str, Hashable], tuple[int, int]]]:
        """How many runs of readings reproduce one claim, of how many that can tell.

        Args:
            universes: rows of `Evidence.universes` about the claim.

        Returns:
            By data set and width, the widest first, for each choice and option.
        """
        widest_first = universes.sort_values("width", ascending=False, kind="stable")
        return {
            f"{dataset}, {width} neurons": {
                (choice, option): reproduced_in(there.loc[there[choice] == option, "verdict"])
                for choice, options in self.choices.items()
                for option in options
            }
            for (dataset, width), there in widest_first.groupby(["dataset", "width"], sort=False)
        }


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
        by_option: of `Multiverse.by_option`; empty where no reading can tell.
        claim: how it is decided; None where this version does not know it any more.
    """

    name: str
    row: Row
    part: str
    datasets: tuple[str, ...]
    verdicts: Mapping[str, Row | None]
    share: tuple[int, int] | None
    by_option: Mapping[str, Mapping[tuple[str, Hashable], tuple[int, int]]]
    claim: Claim | None

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
            by_option=multiverse.by_option(there) if multiverse and there is not None else {},
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


def rules_of(evidence: Evidence) -> list[Row]:
    """The rules of the study with their sentences, the widest network first; none where no reading can tell."""
    summary = evidence.summary
    found: list[Row] = [
        {**row, "sentence": read_rule(row, summary["readings"]).sentence}
        for row in summary.get("rules", ())
        if "conditions" in row
    ]
    return sorted(found, key=lambda rule: -rule["width"])

"""Verdicts: measured numbers against criteria that params.yaml fixed beforehand."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pseudo_rd.claims.claim import Claim, value_at
from pseudo_rd.claims.clock import stands_for
from pseudo_rd.claims.evidence import Evidence, NotTestable
from pseudo_rd.claims.measures import MEASURES, Measure
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.results.digits import in_digits
from pseudo_rd.results.runs import overshot

REPRODUCED, NOT_REPRODUCED, NOT_TESTABLE = "reproduced", "not reproduced", "not testable"
VERDICTS = (REPRODUCED, NOT_REPRODUCED, NOT_TESTABLE)


@dataclass(frozen=True)
class Criterion:
    """What every measured number must satisfy; None: no limit on that side."""

    at_least: float | None = None
    at_most: float | None = None

    def holds(self, values: Sequence[float]) -> bool:
        """Whether all of the values satisfy it; there must be one at least."""
        lowest = -math.inf if self.at_least is None else self.at_least
        highest = math.inf if self.at_most is None else self.at_most
        return bool(values) and all(lowest <= value <= highest for value in values)

    def __str__(self) -> str:
        sides = (("at least", self.at_least), ("at most", self.at_most))
        return " and ".join(f"{word} {value:g}" for word, value in sides if value is not None)


def judge_all(evidence: Evidence, criteria: Mapping[str, Criterion]) -> list[dict[str, Any]]:
    """A row for each claim, in the order of the paper.

    Raises:
        ValueError: if a claim names a criterion that is not there.
    """
    missing = sorted({claim.criterion for claim in CLAIMS} - {*criteria})
    if missing:
        raise ValueError(f"claims.criteria lacks {', '.join(missing)}: add it to params.yaml")
    return [judge(claim, evidence, criteria[claim.criterion]) for claim in CLAIMS]


def measure_of(claim: Claim) -> Measure:
    """The measure that a claim names.

    Raises:
        ValueError: if it names none.
    """
    if claim.measure not in MEASURES:
        raise ValueError(
            f"claim {claim.name}: {claim.measure} is not a measure: write it in claims/measures.py, below @measure"
        )
    return MEASURES[claim.measure]


def objectives_of(claim: Claim) -> tuple[str, ...]:
    """The objectives whose runs decide a claim; none where no network does."""
    objectives = measure_of(claim).of
    return (claim.arguments["objective"],) if objectives is None else objectives


def values_of(claim: Claim, evidence: Evidence) -> list[float]:
    """The claim's numbers, computed from what it declares to read and from nothing else.

    Raises:
        NotTestable: if the evidence lacks it or cannot tell.
        ValueError: if the evidence came without a section of params.yaml that the claim names in `settings`.
    """
    inputs = [evidence.read(source) for source in claim.reads]
    settings = {argument: value_at(evidence.parameters, key) for argument, key in claim.settings.items()}
    return [float(number) for number in measure_of(claim).numbers(*inputs, **claim.arguments, **settings)]


def judge(claim: Claim, evidence: Evidence, criterion: Criterion) -> dict[str, Any]:
    """One row: the claim, what was measured, the criterion and the verdict.

    Evidence that is not there, a stand-in for the data, a part of data that the claim needs whole, or a preset that
    changes what the claim is about make it not testable; what was measured is reported all the same. Narrower networks
    that stand for the paper's decide a claim that is `carried`.
    """
    values: list[float] = []
    reasons: list[str] = []
    try:
        values = values_of(claim, evidence)
    except NotTestable as error:
        reasons = [str(error)]
    finite = [value for value in values if math.isfinite(value)]
    if len(finite) < len(values):
        reasons = ["a measured number is not finite"]
    gaps = {name: evidence.data_gaps(name) for name in claim.experiments}
    reasons += [f"{name} is a stand-in: {stand_in}" for name, (stand_in, _) in gaps.items() if stand_in]
    parts = {name: part for name, (_, part) in gaps.items() if part}
    substitutes = [stands_for(evidence, name) for name in claim.experiments] if claim.carried and claim.needs else []
    needs = () if substitutes and all(substitutes) else claim.needs
    data = {key.split(".")[1] for key in needs if key.startswith("datasets.")}  # it needs all samples of these
    reasons += [f"{name} is a part: {part}" for name, part in parts.items() if evidence.runs[name][0].dataset in data]
    reasons += [f"preset: {change}" for change in evidence.changes_below(*needs)]
    verdict = NOT_TESTABLE if reasons else REPRODUCED if criterion.holds(finite) else NOT_REPRODUCED
    rises = {name: overshot(evidence.runs.get(name, ())) for name in claim.experiments}
    return {
        "name": claim.name,
        "where": claim.where,
        "figures": list(claim.figures),
        "claim": claim.statement,
        "quantity": claim.quantity,
        "values": finite,
        "measured": values_in_words(finite, criterion),
        "criterion": str(criterion),
        "verdict": verdict,
        "reason": "; ".join(reasons),
        "carried": "" if needs == claim.needs else "; ".join(substitutes),
        "overshot": [f"{name}: {words}" for name, words in rises.items() if words],
        "shrunk": [
            *(f"{name}: {part}" for name, part in parts.items()),
            *evidence.changes_below(*evidence.scale_keys(claim.experiments)),
        ],
    }


def values_in_words(values: Sequence[float], criterion: Criterion) -> str:
    """Mean and range, or the number alone; how many pass the criterion where only some do."""
    if not values:
        return "-"
    if len(values) == 1:
        return in_digits(values[0])
    passes = sum(criterion.holds([value]) for value in values)
    remark = f"; {passes} of {len(values)} pass" if 0 < passes < len(values) else ""
    mean, low, high = map(in_digits, (math.fsum(values) / len(values), min(values), max(values)))
    return f"{mean} ({low} to {high}{remark})"


def reproduced_in(verdicts: Iterable[str]) -> tuple[int, int]:
    """In how many runs of readings a claim is reproduced, of how many can tell: the one count of tables and pictures.

    It counts verdicts, for which every seed must satisfy the criterion. A mean over the seeds that satisfies it does
    not count: one far seed can carry it. A network that died or diverged does what no claim says of it, however far it
    went: it counts among those that can tell.
    """
    testable = [verdict for verdict in verdicts if verdict != NOT_TESTABLE]
    return testable.count(REPRODUCED), len(testable)


def reproduced_in_words(reproduced: int, testable: int) -> str:
    """What `reproduced_in` counts at one data set and width, as every page says it."""
    return f"{reproduced} of {testable} readings {'reproduces' if reproduced == 1 else 'reproduce'} it"


def count_verdicts(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in VERDICTS}


def counts_in_words(rows: Sequence[Mapping[str, Any]]) -> str:
    """What `count_verdicts` counts: "40 reproduced, 12 not reproduced, 50 not testable"."""
    return ", ".join(f"{count} {verdict}" for verdict, count in count_verdicts(rows).items())

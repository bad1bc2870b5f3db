"""The sentences of the pages follow from the numbers."""

from pathlib import Path

import pytest
from made_up_site import PARAMETERS, READINGS

from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.site import content
from pseudo_rd.site.evidence import Evidence, collect

pytestmark = pytest.mark.xdist_group("site")


@pytest.fixture(scope="module")
def evidence(made: Path) -> Evidence:
    return collect(made, "quick", READINGS)


def test_columns_are_grouped_by_the_choice_that_decides_most(evidence: Evidence) -> None:
    multiverse = content.multiverse_of(evidence, PARAMETERS["readings"])
    shares = [*multiverse.influence.values()]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1, abs=0.05)
    first = multiverse.readings[next(iter(multiverse.influence))]
    assert (first != first.shift()).sum() == first.nunique()


def test_readings_that_reproduce_a_claim_are_counted_by_option(evidence: Evidence) -> None:
    multiverse = content.multiverse_of(evidence, PARAMETERS["readings"])
    there = evidence.universes[evidence.universes["claim"] == "figure-3-hidden-farther"]
    counts = multiverse.by_option(there)
    assert [*counts] == ["synthetic-784, 64 neurons", "synthetic-784, 32 neurons"]
    for choice, options in multiverse.choices.items():  # each reading has one option of each choice
        found = [place[choice, option] for place in counts.values() for option in options]
        assert tuple(map(sum, zip(*found, strict=True))) == evidence.shares("figure-3-hidden-farther")


def test_rules_come_with_their_sentence_the_widest_first(evidence: Evidence) -> None:
    rules = content.rules_of(evidence)
    assert [rule["width"] for rule in rules] == sorted((rule["width"] for rule in rules), reverse=True)
    assert all("readings reproduce" in rule["sentence"] for rule in rules)


def test_claims_about_other_than_data_sets_say_what_they_are_about() -> None:
    named = {claim.name: content.datasets_of(claim, PARAMETERS["experiments"]) for claim in CLAIMS}
    assert named["lemma-1"] == ("theorems' setting",)
    assert named["figure-18-printed"] == ("reaction-diffusion",)
    assert named["figure-17-linear"] == ("mnist",)

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


@pytest.mark.parametrize(
    ("least", "most", "word"),
    [(1, 1, "Yes"), (0.7, 0.9, "Mostly"), (0.3, 0.5, "In part"), (0.1, 0.2, "Hardly"), (0, 0, "No")],
)
def test_the_answer_in_a_word_follows_the_shares(least: float, most: float, word: str) -> None:
    assert content.in_a_word(least, most) == word


def test_the_answer_counts_what_can_be_tested(evidence: Evidence) -> None:
    _, sentence = content.answer(evidence)
    for name, reading in evidence.readings.items():
        verdicts = [row["verdict"] for row in reading.claims.values()]
        testable = len(verdicts) - verdicts.count("not testable")
        assert f"{verdicts.count('reproduced')} of {testable}" in sentence
        assert name in sentence
    reproduced, of = evidence.shares(content.MAIN)
    assert f"reproduced in {reproduced} of {of} universes" in sentence
    assert sentence.count(".") == 1


def test_headlines_are_claims_and_every_claim_has_a_part_of_the_paper() -> None:
    assert {*content.HEADLINES, content.MAIN} <= {*content.KNOWN}
    assert {*content.PART_OF} == {claim.name for claim in CLAIMS}


def test_columns_are_grouped_by_the_choice_that_decides_most(evidence: Evidence) -> None:
    multiverse = content.multiverse_of(evidence, PARAMETERS["readings"])
    shares = [*multiverse.influence.values()]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1, abs=0.05)
    first = multiverse.readings[next(iter(multiverse.influence))]
    assert (first != first.shift()).sum() == first.nunique()


def test_a_grid_has_the_verdicts_of_its_columns(evidence: Evidence) -> None:
    multiverse = content.multiverse_of(evidence, PARAMETERS["readings"])
    there = evidence.universes[evidence.universes["claim"] == content.MAIN]
    grid = multiverse.grid(there)
    assert [*grid] == ["synthetic-784, 32 neurons", "synthetic-784, 64 neurons"]
    reproduced, of = evidence.shares(content.MAIN)
    verdicts = [verdict for row in grid.values() for verdict in row]
    assert verdicts.count("reproduced") == reproduced
    assert len(verdicts) - verdicts.count("not testable") == of
    printed = multiverse.places()["printed"]
    options = {**multiverse.readings.iloc[printed]}
    wanted = there[(there[[*options]] == options).all(axis=1)].sort_values("width")["verdict"].tolist()
    assert [row[printed] for row in grid.values()] == wanted


def test_without_the_study_there_is_no_matrix(evidence: Evidence) -> None:
    alone = Evidence("quick", evidence.folder, evidence.readings, [], {}, evidence.universes.iloc[:0], {})
    assert content.multiverse_of(alone, {}) is None
    views = content.claim_views(alone, None, PARAMETERS["experiments"])
    assert {view.share for view in views.values()} == {None}
    assert {view.order for view in views.values()} == {-1}


def test_claims_about_other_than_data_sets_say_what_they_are_about() -> None:
    named = {claim.name: content.datasets_of(claim, PARAMETERS["experiments"]) for claim in CLAIMS}
    assert named["lemma-1"] == ("theorems' setting",)
    assert named["figure-18-printed"] == ("reaction-diffusion",)
    assert named["figure-17-linear"] == ("mnist",)

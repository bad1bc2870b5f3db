"""Every claim is decided by what the paper speaks of there, and by nothing else: all other evidence lies."""

import re
from dataclasses import dataclass

import pytest
from made_up import CRITERIA, evidence, judged
from projects import CONFIG

from pseudo_rd.claims.claim import Claim, value_at
from pseudo_rd.claims.judge import NOT_REPRODUCED, REPRODUCED
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.parameters.presets import resolve
from pseudo_rd.parameters.vocabulary import LAYERS, OBJECTIVES

# Read off the paper, not off the claims: what its figures, theorems and sections speak of.
SUBJECTS = {
    "Remark": {"flow"},
    "Lemma": {"flow"},
    "Theorem 1": {"flow"},
    "Theorem 2": {"flow"},
    "Theorem 3": {
        *(f"runs/{name}" for name in ("synthetic-784", "synthetic-1024", "mnist", "fashion-mnist", "mnist-widths"))
    },
    "Discussion": {"runs/synthetic-784", "runs/mnist", "runs/mnist-narrow", "runs/fashion-mnist"},
    "Linear Rate": {"runs/synthetic-784"},
    "Results on synthetic data": {"runs/synthetic-784"},
    "Training Details": {"runs/mnist-widths"},
    "Dissection of Diffusion": {"runs/mnist-widths"},
    "Figure 3": {"runs/synthetic-784"},
    "Figure 4": {"runs/synthetic-784", "runs/synthetic-1024"},
    "Figure 5": {"runs/synthetic-784", "runs/synthetic-1024"},
    "Figure 6": {"runs/mnist"},
    "Figure 7": {"runs/mnist-wide"},
    "Figure 8": {"runs/mnist"},
    "Figure 9": {"runs/mnist"},
    "Figure 10": {"filters/mnist"},
    "Figure 11": {"filters/mnist"},
    "Figure 13": {"runs/fashion-mnist", "runs/synthetic-784"},
    "Figure 14": {"filters/fashion-mnist"},
    "Figure 15": {"filters/fashion-mnist"},
    "Figure 16": {"runs/cifar10"},
    "Figure 17": {"runs/mnist-narrow"},
    "Figures 16, 17": {"runs/mnist-narrow"},
    "Figure 18": {"simulations/turing_printed", "simulations/turing_textbook"},
    "Figure 19": {"patterns/synthetic-784"},
    "Figure 20": {"patterns/synthetic-1024"},
    "Figure 21": {"patterns/mnist"},
    "Figure 22": {"patterns/fashion-mnist"},
    "Figures 24-27": {f"simulations/gray_scott_fig{number}" for number in (24, 25, 26, 27)},
}
# Words of a statement that leave one of several.
WORDS = {
    "synthetic-784": "runs/synthetic-784",
    "synthetic-1024": "runs/synthetic-1024",
    "On MNIST,": "runs/mnist",
    "On FashionMNIST": "runs/fashion-mnist",
    "in the narrow network": "runs/mnist-narrow",
    "printed constants": "simulations/turing_printed",
    "textbook": "simulations/turing_textbook",
    "breaks later": "runs/synthetic-784",
    "over the widths": "runs/mnist-widths",
}


@dataclass(frozen=True)
class Subject:
    """What a claim is about: parts of the evidence, by the words of its own row."""

    parts: frozenset[str]
    objectives: frozenset[str]
    layers: frozenset[str]

    def holds(self, kind: str, name: str, objective: str, layer: str) -> bool:
        part = f"{kind}/{name}" if name else kind
        return part in self.parts and objective in self.objectives | {""} and layer in self.layers | {""}


def subject(claim: Claim) -> Subject:
    where = claim.where if claim.where in SUBJECTS else claim.where.split(",")[0]
    parts = SUBJECTS[where] if where in SUBJECTS else SUBJECTS[where.split()[0]]
    text = f"{claim.statement} {claim.quantity}"
    named = {part for word, part in WORDS.items() if word in text} & parts
    if where == "Figure 13":  # a comparison of both, or FashionMNIST alone
        named = parts if "synthetic" in text else {"runs/fashion-mnist"}
    if parts == {"flow"}:
        objectives = adversaries_of(claim)
    elif re.search(r"\b(over|minus|less) (that |neighbours kept )?with(out| it)\b|augmented over", claim.quantity):
        objectives = {*OBJECTIVES}
    elif "ithout the critic" in text:
        objectives = {"supervised"}
    elif re.search("(ith|under) the critic", text):
        objectives = {"augmented"}
    else:
        objectives = {*OBJECTIVES}
    layers = {layer for layer in LAYERS if f"{layer} layer" in text} or {*LAYERS}
    return Subject(frozenset(named or parts), frozenset(objectives), frozenset(layers))


def adversaries_of(claim: Claim) -> set[str]:
    if not claim.where.startswith("Theorem 2"):
        return {"none"}
    if "not trained" in claim.statement:
        return {"frozen"}
    compared = "without" in claim.quantity
    return {"trained", "none"} if compared else {"trained"}


def verdict(claim: Claim, about: Subject, as_claimed: bool) -> str:
    """Judged on evidence in which the claim's own subject is on one side, and all else on the other."""
    row = judged(claim, evidence(lambda *part: about.holds(*part) == as_claimed))
    assert row["values"], row["reason"]
    return row["verdict"]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_a_claim_is_decided_by_its_own_subject_while_all_other_evidence_says_the_opposite(claim: Claim) -> None:
    assert verdict(claim, subject(claim), True) == REPRODUCED
    assert verdict(claim, subject(claim), False) == NOT_REPRODUCED


def test_claims_need_keys_that_params_yaml_has() -> None:
    paper = resolve(CONFIG, "full").model_dump()
    for key in {key for claim in CLAIMS for key in claim.needs}:
        value_at(paper, key)  # or a ValueError


def test_names_differ_and_every_criterion_is_used() -> None:
    assert len({claim.name for claim in CLAIMS}) == len(CLAIMS) >= 30
    assert {claim.criterion for claim in CLAIMS} == {*CRITERIA}


def test_figures_3_to_22_the_simulations_and_the_theory_have_claims() -> None:
    shown = {name for claim in CLAIMS for name in claim.figures}
    without = {"01", "02", "12", "23"}  # data, two illustrations, and Figure 21 once more with all neurons
    theory = {"theory_over_time", "theory_over_width", "width_study"}
    assert shown == {f"{number:02d}" for number in range(1, 28)} - without | theory

"""The theorems' statements: each can hold and can fail, for the adversaries that it is stated for."""

import numpy as np
import pytest

from pseudo_rd.theory.statements import ADVERSARIES, STATEMENTS, Statement, named, ratio, sides

# What each statement is about: the array of the study that decides it, whatever the others hold.
DECIDES = {
    "remark-1-premise": "neuron_distance",
    "remark-1-gram": "gram_shift",
    "remark-1-smallest": "gram_smallest",
    "remark-2": "mismatch",
    "remark-3": "residual",
    "lemma-1": "initial_norm",
    "lemma-4": "gram_largest",
    "theorem-1-neuron": "neuron_distance",
    "theorem-1-all": "distance",
    "theorem-2-sum": "sign_sum",
    "theorem-2-slope": "critic_slope",
    "theorem-2-convergence": "residual",
    "theorem-2-diffusion": "diffusion",
    "theorem-2-neuron": "neuron_distance",
    "theorem-2-all": "distance",
}


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement.name)
@pytest.mark.parametrize("holds", [True, False])
def test_a_statement_is_decided_by_its_own_array_and_by_no_other(
    theory_study: dict[str, np.ndarray], statement: Statement, holds: bool
) -> None:
    good, bad = 1e-9, 1e9
    made_up = dict(theory_study)
    for name in set(DECIDES.values()):
        value = good if (name == DECIDES[statement.name]) == holds else bad
        if name == "gram_smallest":  # bounded from below
            value = -bad if value == bad else float(theory_study["smallest"])
        made_up[name] = np.full_like(theory_study[name], value)
    made_up["residual"][..., 0] = theory_study["residual"][..., 0]  # bounds are built on the start
    for adversary in statement.adversaries:
        assert (ratio(statement, made_up, adversary) <= 1).all() == holds


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement.name)
def test_each_bound_is_the_papers_formula(theory_study: dict[str, np.ndarray], statement: Statement) -> None:
    # One cell, written out: n = 10, d_in = 6, m = 64, delta = 0.1, L = 0.3, seed 2, t = 8.
    adversary = statement.adversaries[-1]
    n, m, delta, time = 10, 64, 0.1, 8.0
    smallest, largest = float(theory_study["smallest"]), float(theory_study["largest"])
    start = float(theory_study["residual"][ADVERSARIES.index(adversary), 1, 1, 0])
    kappa = 2 * largest / smallest + 1
    hoeffding = 0.3 * np.sqrt(2 * np.log(2 / delta))
    mu = hoeffding * n / np.sqrt(m)
    decay = np.exp(-smallest * time / 2)
    settled = 2 * np.sqrt(n) * (start - kappa * mu) / (np.sqrt(m) * smallest) * (1 - decay)
    ball = settled + mu * (1 + kappa * np.sqrt(n)) / np.sqrt(m) * time
    expected = {
        "remark-1-premise": np.sqrt(2 * np.pi) / 16 * delta * smallest / n**2,
        "remark-1-gram": smallest / 4,
        "remark-1-smallest": smallest / 2,
        "remark-2": 0.05,
        "remark-3": start * decay,
        "lemma-1": 2 * np.sqrt(m * 6) / (np.sqrt(2 * np.pi) * delta),
        "lemma-4": largest + smallest / 2,
        "theorem-1-neuron": 2 * np.sqrt(n) * start / (np.sqrt(m) * smallest),
        "theorem-1-all": 2 * np.sqrt(n) * np.sqrt(n / 2 + n) / (smallest * delta),  # targets are signs
        "theorem-2-sum": hoeffding,
        "theorem-2-slope": hoeffding / np.sqrt(m),
        "theorem-2-convergence": (start - kappa * mu) * decay + kappa * mu,
        "theorem-2-diffusion": hoeffding * n / m,
        "theorem-2-neuron": ball,
        "theorem-2-all": np.sqrt(m) * ball,
    }
    _, bound = sides(statement, theory_study, adversary)
    assert bound[1, 1, -1] == pytest.approx(expected[statement.name])


def test_wide_networks_keep_the_supervised_bounds(theory_study: dict[str, np.ndarray]) -> None:
    for name in ("remark-1-smallest", "remark-3", "theorem-1-neuron", "theorem-1-all"):
        assert ratio(named(name), theory_study, "none")[-1].max() <= 1, name
    assert ratio(named("remark-1-premise"), theory_study, "none")[-1].max() > 1000

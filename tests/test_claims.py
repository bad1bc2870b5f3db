from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import yaml

from pseudo_rd.claims import measures
from pseudo_rd.claims.evidence import Evidence, NotTestable
from pseudo_rd.claims.judge import (
    NOT_REPRODUCED,
    NOT_TESTABLE,
    REPRODUCED,
    Criterion,
    count_verdicts,
    in_words,
    judge,
    judge_all,
    judge_readings,
)
from pseudo_rd.claims.statements import CLAIMS, Claim
from pseudo_rd.claims.table import to_markdown
from pseudo_rd.parameters.presets import plain, resolve
from pseudo_rd.results.runs import Pattern, Run
from pseudo_rd.theory.flow import recording_times, study, unit_problem

CONFIG = yaml.safe_load((Path(__file__).parents[1] / "params.yaml").read_text(encoding="utf-8"))
PARAMETERS = {
    name: plain(getattr(resolve(CONFIG, "paper"), name))
    for name in ("claims", "datasets", "experiments", "fits", "turing")
}
CRITERIA = {name: Criterion(**limits) for name, limits in PARAMETERS["claims"]["criteria"].items()}
INPUTS = 784


# Made-up evidence: once as the paper says, once the other way round.


def made_up_run(experiment: str, objective: str, width: int, seed: int, as_claimed: bool) -> Run:
    """A history whose curves are drawn by hand."""
    augmented = objective == "augmented"
    iterations = np.unique(np.concatenate([np.arange(0, 200, 4), np.linspace(200, 23000, 40).round()]))
    rows = pd.DataFrame({"iteration": iterations})
    start_noise = 1 + (0.001 if as_claimed else 0.2) * (seed - 2)
    size = start_noise * (1.3 if augmented and as_claimed else 1.0)
    if experiment == "fashion-mnist":
        size *= 2 if as_claimed else 0.5
    wiggle = 0 if as_claimed else 1
    # Distances are drawn in units of the start's norm, which grows as width^1/2.
    slopes = {"mnist-widths": 0.02 / width, "mnist-narrow": 3e-5} if as_claimed else {"mnist-widths": 1e-6 * width}
    slope = slopes.get(experiment, 0.0)
    narrow = experiment == "mnist-narrow"
    rates = {"hidden": 0.002, "top": 0.4} if as_claimed else {"hidden": 0.4, "top": 0.002}
    for layer, dimensions in (("hidden", INPUTS), ("top", 10)):
        distance = 1 - np.exp(-rates[layer] * iterations)
        if wiggle and not narrow:
            distance = distance * (1 + 0.9 * np.sin(iterations / 9)) + iterations / 23000 * 4
        rows[f"distance_{layer}"] = size * (distance + slope * iterations) * 0.01 * np.sqrt(width * dimensions)
        rows[f"reaction_{layer}"] = 1.0
        rows[f"diffusion_{layer}"] = (
            augmented
            * (0.01 if as_claimed else 5.0)
            * ((width / 8) ** 2 if experiment == "mnist-widths" and as_claimed else 1.0)
        )
    error = 0.01 + np.exp(-iterations / 400) if as_claimed else 0.9 + 0.1 / (1 + iterations) ** 0.3
    rows["train_error"] = rows["test_error"] = error
    return Run(
        dataset=experiment,
        objective=objective,
        width=width,
        seed=seed,
        history=rows,
        summary={
            "dataset": {"inputs": INPUTS, "stand_in": None},
            "ended": "converged" if as_claimed else "epoch limit",
        },
    )


def made_up_pattern(objective: str, as_claimed: bool) -> Pattern:
    random = np.random.default_rng(1)
    points = random.normal(size=(80, 2))
    moves = (objective == "augmented") == as_claimed  # without diffusion it stays, with it it breaks
    later = random.normal(size=points.shape) if moves else points
    maps = np.stack([points, later])
    clusters = np.zeros((2, 80), dtype=int)
    return Pattern(
        dataset="made up",
        objective=objective,
        width=80,
        seed=1,
        iterations=np.array([0, 10]),
        maps={"hidden": maps, "top": maps},
        clusters={"hidden": clusters, "top": clusters},
        converged={"hidden": np.ones(2, bool), "top": np.ones(2, bool)},
    )


def made_up_filters(as_claimed: bool) -> pd.DataFrame:
    rows = []
    for objective in ("supervised", "augmented"):
        lifted = (objective == "augmented") == as_claimed
        share = {"supervised": float(as_claimed), "augmented": float(not as_claimed)}[objective]
        rows += [
            {
                "objective": objective,
                "seed": seed,
                "variance": 2.0 if lifted else 1.0,
                "moran": 0.5 if lifted else 0.0,
                "full_perturbation": share,
            }
            for seed in (1, 2)
        ]
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def real_flow() -> dict[str, np.ndarray]:
    inputs, targets = unit_problem(4, 6, torch.Generator().manual_seed(0))
    return study(inputs, targets, [16, 32, 64], [1, 2], 0.1, 0.1, 0.1, recording_times(4, 0.1, 8))


def made_up_flow(real: dict[str, np.ndarray], as_claimed: bool) -> dict[str, np.ndarray]:
    """A real study with its measured arrays scaled far below or far above every bound."""
    flow = {name: np.array(values, copy=True) for name, values in real.items()}
    scale = 1e-9 if as_claimed else 1e9
    for name in ("residual", "neuron_distance", "distance", "gram_largest", "gram_shift", "mismatch", "diffusion"):
        flow[name][..., 1:] = scale
    for name in ("critic_slope", "sign_sum"):
        flow[name][..., 1:] = scale
    flow["initial_norm"][:] = scale
    flow["gram_smallest"][:] = flow["smallest"] if as_claimed else -scale
    widths, times = flow["widths"][None, :, None, None], flow["times"]
    flow["diffusion"] = flow["diffusion"] * widths ** (-0.5 if as_claimed else 0.5)
    if as_claimed:
        flow["distance"][2] = 1e-9 * (1 + times)
    return flow


def made_up_evidence(real: dict[str, np.ndarray], as_claimed: bool) -> Evidence:
    runs = {
        name: [
            made_up_run(name, objective, width, seed, as_claimed)
            for objective in ("supervised", "augmented")
            for width in experiment["widths"]
            for seed in (1, 2, 3)
        ]
        for name, experiment in PARAMETERS["experiments"].items()
    }
    patterns = [made_up_pattern(objective, as_claimed) for objective in ("supervised", "augmented")]
    grid = np.arange(100) * 0.01
    wave = np.cos(2 * np.pi * grid / (0.1 if as_claimed else 0.5))[None, :] * np.ones((100, 1))
    turing = {
        "u": np.stack([wave, (9 if as_claimed else 0.1) * wave]),
        "growth_rate": np.array(0.1 if as_claimed else -0.1),
        "wave_length": np.array(0.1),
    }
    gray_scott = {
        f"gray_scott_fig{number}": {"printed_u": np.full((2, 8, 8), 0.1 * number if as_claimed else 0.5)}
        for number in (24, 25, 26, 27)
    }
    return Evidence(
        runs=runs,
        patterns=dict.fromkeys(runs, patterns),
        simulations={"turing_printed": turing, "turing_textbook": turing, **gray_scott},
        flow=made_up_flow(real, as_claimed),
        filters=dict.fromkeys(runs, made_up_filters(as_claimed)),
        parameters=PARAMETERS,
    )


@pytest.fixture(scope="module")
def verdicts(real_flow: dict[str, np.ndarray]) -> dict[bool, dict[str, dict]]:
    return {
        side: {row["name"]: row for row in judge_all(made_up_evidence(real_flow, side), CRITERIA)}
        for side in (True, False)
    }


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_every_claim_is_reproduced_by_evidence_for_it_and_not_by_evidence_against_it(
    claim: Claim, verdicts: dict[bool, dict[str, dict]]
) -> None:
    assert verdicts[True][claim.name]["verdict"] == REPRODUCED, verdicts[True][claim.name]
    assert verdicts[False][claim.name]["verdict"] == NOT_REPRODUCED, verdicts[False][claim.name]


def test_names_differ_and_every_criterion_is_used() -> None:
    assert len({claim.name for claim in CLAIMS}) == len(CLAIMS) >= 30
    assert {claim.criterion for claim in CLAIMS} == {*CRITERIA}


def test_figures_3_to_22_the_simulations_and_the_theory_have_claims() -> None:
    shown = {name for claim in CLAIMS for name in claim.figures}
    without = {"01", "02", "12", "23"}  # data, two illustrations, and Figure 21 once more with all neurons
    theory = {"theory_over_time", "theory_over_width", "width_study"}
    assert shown == {f"{number:02d}" for number in range(1, 28)} - without | theory


# What makes a claim not testable.


def claim_named(name: str) -> Claim:
    return next(claim for claim in CLAIMS if claim.name == name)


def test_a_stand_in_is_not_evidence(real_flow: dict[str, np.ndarray]) -> None:
    evidence = made_up_evidence(real_flow, True)
    runs = [
        replace(run, summary={"dataset": {"inputs": 3072, "stand_in": "photographs"}})
        for run in evidence.runs["cifar10"]
    ]
    claim = claim_named("figure-16-hidden-farther")
    row = judge(claim, replace(evidence, runs={**evidence.runs, "cifar10": runs}), CRITERIA[claim.criterion])
    assert row["verdict"] == NOT_TESTABLE
    assert row["reason"] == "cifar10 is a stand-in: photographs"
    assert row["values"]  # what was measured is reported all the same


def test_a_claim_about_scale_needs_the_scale(real_flow: dict[str, np.ndarray]) -> None:
    changes = [("datasets.mnist.epochs", 1000, 60), ("datasets.mnist-like.epochs", 3, 4)]
    evidence = replace(made_up_evidence(real_flow, True), changes=changes)
    claim = claim_named("figure-9-converges-augmented")
    row = judge(claim, evidence, CRITERIA[claim.criterion])
    assert row["verdict"] == NOT_TESTABLE
    assert row["reason"] == "preset: datasets.mnist.epochs = 60 (preset paper: 1000)"
    farther = claim_named("figure-6-hidden-farther")
    row = judge(farther, evidence, CRITERIA[farther.criterion])
    assert row["verdict"] == REPRODUCED
    assert row["shrunk"] == ["datasets.mnist.epochs = 60 (preset paper: 1000)"]


def test_numbers_that_are_not_finite_decide_nothing() -> None:
    claim = replace(claim_named("remark-3"), measure=lambda evidence: [0.5, float("nan")])
    row = judge(claim, Evidence(parameters=PARAMETERS), CRITERIA["within_bound"])
    assert (row["verdict"], row["values"]) == (NOT_TESTABLE, [0.5])


def test_no_numbers_are_no_evidence() -> None:
    assert not Criterion(at_least=0).holds([])


def test_one_seed_against_it_is_enough() -> None:
    assert Criterion(at_least=1.05).holds([1.2, 1.05])
    assert not Criterion(at_least=1.05).holds([1.2, 1.04])
    assert not Criterion(at_least=0, at_most=1).holds([0.5, 1.5])


def test_a_criterion_must_be_able_to_fail() -> None:
    with pytest.raises(ValueError, match="cannot fail"):
        Criterion()


def test_a_missing_criterion_is_named() -> None:
    with pytest.raises(ValueError, match=r"claims\.criteria lacks farther"):
        judge_all(Evidence(), {name: value for name, value in CRITERIA.items() if name != "farther"})


# Measures with an answer known beforehand.


def history_run(objective: str = "augmented", width: int = 8, seed: int = 1, **columns: np.ndarray) -> Run:
    summary = {"dataset": {"inputs": 2, "stand_in": None}, "ended": "epoch limit"}
    return Run("made up", objective, width, seed, pd.DataFrame(columns), summary)


def test_a_straight_line_gains_half_of_its_distance_late() -> None:
    times = np.arange(11)
    run = history_run(iteration=times, distance_hidden=3.0 * times)
    assert measures.late_growth([run], "augmented", "distance_hidden") == [pytest.approx(0.5)]
    assert measures.late_slopes([run], "augmented", "distance_hidden") == {8: [pytest.approx(3.0)]}


def test_a_power_law_gives_its_exponent() -> None:
    assert measures.width_exponent({8: [2.0, 4.0], 32: [1.5], 128: [0.75]}) == pytest.approx(-0.5)
    with pytest.raises(NotTestable, match="only 2 widths"):
        measures.width_exponent({8: [1.0], 16: [1.0]})


def test_runs_that_end_apart_are_compared_where_both_were_recorded() -> None:
    short = history_run("supervised", iteration=[0, 1, 2], distance_top=[0.0, 1.0, 2.0])
    long = history_run("augmented", iteration=[0, 2, 9], distance_top=[0.0, 3.0, 50.0])
    assert measures.augmented_over_supervised([long, short], "distance_top") == [1.5]


def test_a_dead_network_is_no_reference() -> None:
    dead = history_run("supervised", iteration=[0, 1], distance_top=[0.0, 0.0])
    with pytest.raises(NotTestable, match="died"):
        measures.augmented_over_supervised(
            [dead, history_run(iteration=[0, 1], distance_top=[0.0, 1.0])], "distance_top"
        )


def test_layers_leave_when_they_pass_their_share() -> None:
    # Norms at the start: sqrt(8 * 2) = 4 and sqrt(8 * 10) = 8.94.
    run = history_run(
        iteration=[0, 10, 20, 30], distance_hidden=[0, 0.3, 0.39, 0.41], distance_top=[0.0, 0.9, 1.0, 1.0]
    )
    assert measures.leaving_iteration(run, "hidden", 0.1) == 30
    assert measures.leaving_iteration(run, "top", 0.1) == 10
    assert measures.hidden_leaves_after_top([run], 0.1) == [3.0]
    assert measures.hidden_leaves_after_top([run], 0.11) == [1.5]  # never leaves: counts as the last iteration
    with pytest.raises(NotTestable, match="no layer"):
        measures.hidden_leaves_after_top([run], 0.5)


def test_the_spread_is_the_sample_deviation_over_the_mean() -> None:
    runs = [
        history_run(seed=seed, iteration=[0, 1], distance_top=[0.0, end]) for seed, end in enumerate((9.0, 10.0, 11.0))
    ]
    assert measures.spread_between_starts(runs, "augmented", "distance_top") == [pytest.approx(0.1)]
    with pytest.raises(NotTestable, match="too few"):
        measures.spread_between_starts(runs[:2], "augmented", "distance_top")


def test_short_runs_do_not_tell_a_late_error() -> None:
    run = history_run(iteration=[0, 100], test_error=[1.0, 0.0])
    assert measures.at_iteration([run], "augmented", "test_error", 25) == [pytest.approx(0.75)]
    with pytest.raises(NotTestable, match="100, the claim is about 2,300"):
        measures.at_iteration([run], "augmented", "test_error", 2300)


def test_numbers_in_words() -> None:
    assert in_words([]) == "-"
    assert in_words([1.23456]) == "1.23"
    assert in_words([1.0, 3.0]) == "2 (1 to 3)"


# The page to read.


def test_the_page_shows_every_claim_and_what_is_shrunk(real_flow: dict[str, np.ndarray]) -> None:
    evidence = replace(made_up_evidence(real_flow, True), changes=[("datasets.mnist.epochs", 1000, 60)])
    rows = judge_all(evidence, CRITERIA)
    readings = judge_readings({"penalty": evidence.runs["synthetic-784"]}, CRITERIA, PARAMETERS)
    page = to_markdown(rows, readings, "quick")
    for row in rows:
        assert row["claim"].replace("|", "\\|") in page
    counts = count_verdicts(rows)
    assert sum(counts.values()) == len(CLAIMS)
    assert f"{counts[REPRODUCED]} reproduced" in page
    assert "- datasets.mnist.epochs = 60 (preset paper: 1000)" in page
    assert {row["verdict"] for row in readings["penalty"]} == {REPRODUCED}

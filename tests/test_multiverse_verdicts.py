"""Made-up histories in the columns of a study: what each universe's verdicts and outcomes are."""

import pandas as pd
import pytest
from made_up import CRITERIA, PARAMETERS
from made_up_histories import INPUTS, WIDTH, history, pair
from projects import CONFIG

from pseudo_rd.claims.claim import Claim
from pseudo_rd.claims.judge import NOT_REPRODUCED, NOT_TESTABLE, REPRODUCED, Criterion
from pseudo_rd.multiverse.verdicts import claims_of, outcomes_of, verdicts_of
from pseudo_rd.parameters.presets import resolve

CHOICES = ["generator_start", "gradient_penalty_weight", "biases"]
OTHER = {"generator_start": "framework", "gradient_penalty_weight": 1, "biases": True}
DATASETS = ("synthetic-784", "mnist")
CLAIMS = [(dataset, claim) for dataset in DATASETS for claim in claims_of(dataset)]
NAMES = [f"{dataset} {claim.name}" for dataset, claim in CLAIMS]


def verdicts(*pairs: pd.DataFrame) -> pd.DataFrame:
    return verdicts_of(pd.concat(pairs, ignore_index=True), CHOICES, CRITERIA, PARAMETERS)


def words(table: pd.DataFrame) -> dict[str, str]:
    return dict(zip(table["claim"], table["verdict"], strict=True))


@pytest.fixture(scope="module")
def judged() -> pd.DataFrame:
    return verdicts(
        *(pair(dataset) for dataset in DATASETS),
        *(pair(dataset, for_paper=False, options=OTHER) for dataset in DATASETS),
    )


def test_many_claims_are_asked_but_none_that_needs_a_whole_training() -> None:
    """No preset's study trains complete data for as long as the paper."""
    assert all(len(claims_of(dataset)) >= 10 for dataset in DATASETS)
    asked = {claim.name for _, claim in CLAIMS}
    whole = {"discussion-mnist-as-good", "figure-9-error-falls", "figure-9-converges-augmented", "figure-3-top-farther"}
    assert not asked & whole
    assert {"discussion-synthetic-784-as-good", "figure-3-hidden-farther", "figure-10-variance"} <= asked
    for preset in CONFIG["presets"]:
        paper, chosen = resolve(CONFIG, "full").datasets, resolve(CONFIG, preset)
        for dataset, place in chosen.multiverse.places.items():  # an embedded sample is small: quick's epochs are short
            assert place.epochs < paper[dataset].epochs or chosen.datasets[dataset].source == "embedded", preset


@pytest.mark.parametrize(("dataset", "claim"), CLAIMS, ids=NAMES)
def test_every_claim_can_hold_and_can_fail(judged: pd.DataFrame, dataset: str, claim: Claim) -> None:
    rows = judged[(judged["dataset"] == dataset) & (judged["claim"] == claim.name)]
    assert rows.set_index("generator_start")["verdict"].to_dict() == {"normal": REPRODUCED, "framework": NOT_REPRODUCED}


def test_a_row_says_which_universe_in_the_options_of_params_yaml(judged: pd.DataFrame) -> None:
    assert [*judged] == ["claim", "dataset", "width", *CHOICES, "verdict", "value"]
    assert judged["biases"].dtype == bool
    assert judged["gradient_penalty_weight"].dtype == int
    assert (judged["biases"] == True).sum() == len(CLAIMS)  # noqa: E712
    farther = judged[(judged["claim"] == "figure-6-hidden-farther") & (judged["generator_start"] == "normal")]
    assert farther["value"].tolist() == [pytest.approx(2)]


def concerned(claim: Claim) -> tuple[str, ...]:
    """The objectives whose runs a claim is about."""
    if claim.measure in ("diffusion_share", "hidden_leaves_after_top", "hidden_over_top_diffusion", "error_decay"):
        return ("augmented",)
    if claim.name.endswith("kept-without"):
        return ("supervised",)
    return (claim.arguments["objective"],) if "objective" in claim.arguments else ("supervised", "augmented")


@pytest.mark.parametrize("fate", ["died", "diverged"])
@pytest.mark.parametrize("objective", ["supervised", "augmented"])
@pytest.mark.parametrize("dataset", DATASETS)
def test_a_run_that_failed_decides_the_claims_about_it_and_no_others(dataset: str, objective: str, fate: str) -> None:
    found = words(verdicts(pair(dataset), pair(dataset, options=OTHER, **{objective: fate})).query("biases"))
    for claim in claims_of(dataset):
        assert found[claim.name] == (fate if objective in concerned(claim) else REPRODUCED), claim.name


def test_one_seed_that_failed_is_enough() -> None:
    table = pair("mnist")
    table.loc[(table["objective"] == "augmented") & (table["seed"] == 2), "fate"] = "died"
    assert words(verdicts(table))["figure-6-hidden-farther"] == "died"


def test_what_too_few_seeds_cannot_tell_is_testable_nowhere_not_even_where_runs_diverged() -> None:
    one = {"seeds": (1,)}
    table = verdicts(pair("mnist", **one), pair("mnist", augmented="diverged", options=OTHER, **one))
    spread = table[table["claim"].str.startswith("figure-8-spread")]
    assert len(spread) == 8
    assert {*spread["verdict"]} == {NOT_TESTABLE}
    farther = table[table["claim"] == "figure-6-hidden-farther"]
    assert farther["verdict"].tolist() == [REPRODUCED, "diverged"]


def test_outcomes_are_the_last_rows_of_each_pair() -> None:
    table = pd.concat([pair("mnist", seeds=(1, 2)), pair("mnist", seeds=(2,), augmented="diverged", options=OTHER)])
    outcomes = outcomes_of(table, CHOICES)  # whatever its index, here with repeated labels
    universes = [[1, "normal", 10, False], [2, "normal", 10, False], [2, "framework", 1, True]]
    assert outcomes[["seed", *CHOICES]].to_numpy().tolist() == universes
    assert outcomes[["dataset", "width", "inputs"]].drop_duplicates().to_numpy().tolist() == [["mnist", WIDTH, INPUTS]]
    assert outcomes["fate_augmented"].tolist() == ["finished", "finished", "diverged"]
    assert outcomes["fate_supervised"].tolist() == ["finished"] * 3
    for objective in ("supervised", "augmented"):
        for row, seed in ((0, 1), (1, 2)):
            last = history("mnist", objective, seed).iloc[-1]
            assert outcomes[f"distance_hidden_{objective}"].iloc[row] == last["distance_hidden"]
            assert outcomes[f"neighbors_top_{objective}"].iloc[row] == last["neighbors_top"]
    assert outcomes[["distance_hidden_augmented", "variance_augmented"]].iloc[2].isna().all()


def test_a_pair_of_which_one_run_is_missing_is_left_out() -> None:
    table = pair("mnist", seeds=(1, 2))
    table = table[(table["seed"] == 1) | (table["objective"] == "supervised")]
    assert outcomes_of(table, CHOICES)["seed"].tolist() == [1]


def test_a_criterion_is_the_one_of_params_yaml() -> None:
    strict = {**CRITERIA, "farther": Criterion(at_least=3)}
    found = words(verdicts_of(pair("mnist"), CHOICES, strict, PARAMETERS))
    assert found["figure-6-hidden-farther"] == NOT_REPRODUCED

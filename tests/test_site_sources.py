"""What made a result is told truly: code, checksums, machines, times."""

import hashlib
from pathlib import Path

import pytest
from made_up_site import PARAMETERS, READINGS
from projects import ROOT

from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.site import sources
from pseudo_rd.site.evidence import collect

pytestmark = pytest.mark.xdist_group("site")


def test_the_code_of_every_claims_measure_is_found() -> None:
    for claim in CLAIMS:
        code = sources.function(ROOT, f"claims.measures.{claim.measure}")
        assert code.text.startswith(f"def {claim.measure}(")
        assert (ROOT / code.path).is_file()


def test_inputs_are_the_runs_that_decide_a_claim_with_their_checksums(made: Path) -> None:
    evidence = collect(made, "quick", READINGS)
    claims = {claim.name: claim for claim in CLAIMS}
    reading, experiments = evidence.readings["printed"], PARAMETERS["experiments"]
    found = sources.inputs_of(claims["figure-3-hidden-farther"], reading, experiments)
    assert len(found) == 2  # objectives
    for path, checksum in found:
        assert hashlib.sha256(Path(path).read_bytes()).hexdigest().startswith(checksum)
    assert not sources.inputs_of(claims["figure-6-hidden-farther"], reading, experiments)


def test_machines_list_each_value_once(made: Path) -> None:
    runs = collect(made, "quick", READINGS).runs
    found = sources.machines_of(runs)
    assert found["torch"] == ["2.11"]
    assert found["git commit"] == ["0123456789abcdef"]
    assert sources.machines_of([]) == {}


def test_times_are_summed_by_rule_and_the_longest_comes_first(tmp_path: Path) -> None:
    measured = ("train/a", 1.5, 100), ("train/b", 2.0, 300), ("train/c", 0.5, "NA"), ("draw", 9.0, 50)
    for name, seconds, memory in (*measured, ("tiny", 0.1, "NA"), ("small", 0.2, "-")):
        path = tmp_path / "printed" / "benchmarks" / f"{name}.tsv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"s\th:m:s\tmax_rss\n{seconds}\t0:00:01\t{memory}\n", encoding="utf-8")
    assert sources.times(tmp_path) == [
        ("draw", 1, 9.0, 50.0),
        ("train", 3, 4.0, 300.0),
        ("small", 1, 0.2, None),
        ("tiny", 1, 0.1, None),
    ]


def test_tests_come_in_the_order_of_the_page_that_names_them() -> None:
    names = ["test_lemma_1_fails_for_large_delta_as_proved_and_as_printed"]
    names.append("test_a_neuron_that_slides_along_a_kink_does_not_obey_remark_2_however_small_the_step")
    found = sources.theory_tests(ROOT, f"`{names[1]}` and `{names[0]}`")
    assert [code.name for code in found] == names[::-1]

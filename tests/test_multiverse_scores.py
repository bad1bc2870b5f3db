import made_up_universes as made_up
import numpy as np
import pandas as pd
import pytest

from pseudo_rd.multiverse.scores import Charity, charitable, count_statements, pareto_front, rank_readings, why_not_more

RULE = Charity("synthetic-784", (256, 1024), 0.016)
TAGS = {"start": {"a": "unstated", "b": "printed", "c": "contradicts the print", "d": "printed"}}


def study(held: dict[str, int], errors: dict[str, float] | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One data set, one width; start n holds the first `held` of three claims."""
    keys = {"dataset": "synthetic-784", "width": 8}
    outcomes = [
        {**keys, "start": start, "seed": 1, "fate_supervised": "finished", "fate_augmented": "finished"}
        | {"test_error_supervised": (errors or {}).get(start, 0.01)}
        for start in held
    ]
    verdicts = [
        {
            **keys,
            "start": start,
            "claim": f"claim {claim}",
            "verdict": "reproduced" if claim < number else "not reproduced",
        }
        for start, number in held.items()
        for claim in range(3)
    ]
    return pd.DataFrame(outcomes), pd.DataFrame(verdicts)


def chosen(outcomes: pd.DataFrame, verdicts: pd.DataFrame) -> str | None:
    ranked = rank_readings(outcomes, verdicts, ["start"], TAGS, Charity("synthetic-784", (8,), 0.016))
    best = charitable(ranked, ["start"])
    return None if best is None else str(best["start"])


def test_most_statements_win() -> None:
    assert chosen(*study({"a": 1, "b": 2, "c": 3})) == "c"


def test_ties_go_to_fewer_contradictions_then_to_less_that_is_unstated() -> None:
    assert chosen(*study({"c": 2, "a": 2})) == "a"
    assert chosen(*study({"c": 2, "a": 2, "b": 2})) == "b"
    assert chosen(*study({"d": 2, "b": 2})) == "d"  # order of appearance


def test_who_misses_the_printed_error_dies_or_diverges_is_not_eligible() -> None:
    assert chosen(*study({"a": 1, "c": 3}, {"c": 0.0161})) == "a"
    for objective in ("supervised", "augmented"):
        for fate in ("died", "diverged"):
            outcomes, verdicts = study({"a": 1, "c": 3})
            outcomes.loc[1, f"fate_{objective}"] = fate
            assert chosen(outcomes, verdicts) == "a"


def test_who_was_not_run_everywhere_is_not_eligible() -> None:
    outcomes, verdicts = study({"a": 1, "c": 3})
    outcomes = pd.concat([outcomes, outcomes[:1].assign(dataset="mnist")], ignore_index=True)
    assert chosen(outcomes, verdicts) == "a"


def test_where_nobody_is_eligible_nobody_is_chosen_and_the_reasons_are_counted() -> None:
    outcomes, verdicts = study({"a": 1, "c": 3}, {"a": 1.0, "c": 1.0})
    outcomes.loc[0, "fate_augmented"] = "died"
    assert chosen(outcomes, verdicts) is None
    ranked = rank_readings(outcomes, verdicts, ["start"], TAGS, Charity("synthetic-784", (8,), 0.016))
    assert why_not_more(ranked) == (
        "0 of 2 readings are eligible: 2 miss the printed error, 1 die or diverge, 0 were not run everywhere."
    )


def test_an_option_without_a_tag_is_named() -> None:
    outcomes, verdicts = study({"a": 1, "e": 3})
    with pytest.raises(ValueError, match="start e has the tag None: give it one of printed"):
        chosen(outcomes, verdicts)


def test_a_row_is_on_the_front_unless_another_beats_it() -> None:
    values = np.array([[3, 0], [0, 3], [1, 1], [0, 2], [1, 1], [2, 0]])
    assert pareto_front(values).tolist() == [True, True, True, False, True, False]


@pytest.mark.parametrize("seed", range(5))
def test_who_is_off_the_front_is_beaten_by_one_who_is_on_it(seed: int) -> None:
    values = np.random.default_rng(seed).integers(0, 4, size=(40, 3))
    front = pareto_front(values)
    for value in values[~front]:
        assert any((other >= value).all() and (other > value).any() for other in values[front])


def test_scores_add_over_places_and_the_best_is_on_the_front() -> None:
    outcomes = made_up.outcomes()
    verdicts = made_up.verdicts(outcomes)
    scores = count_statements(verdicts, [*made_up.CHOICES])
    assert scores["reproduced"].sum() == (verdicts["verdict"] == "reproduced").sum()
    assert scores["testable"].sum() == (verdicts["verdict"] != "not testable").sum()
    assert scores.loc[scores["reproduced"].idxmax(), "on_front"]


def test_the_charitable_reading_of_a_whole_study_is_eligible_everywhere() -> None:
    outcomes = made_up.outcomes()
    ranked = rank_readings(outcomes, made_up.verdicts(outcomes), [*made_up.CHOICES], made_up.TAGS, RULE)
    best = charitable(ranked, [*made_up.CHOICES])
    assert best is not None
    # Of the two starts that meet the error the framework's moves more; with elements its penalty reading dies, and
    # "weight" diverges where the critic starts as the generator.
    assert (best["generator_start"], best["loss"], best["bound_reading"]) == ("framework", "element", "weight")
    assert best["critic_start"] == "printed"
    runs = outcomes[(outcomes[[*best]] == pd.Series(best)).all(axis=1)]
    assert set(runs["fate_augmented"]) == {"finished"}

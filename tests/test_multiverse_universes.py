import pytest

from pseudo_rd.multiverse.universes import each_once, in_words, universes_of, without_critic

PRINTED = {"generator_start": "normal", "critic_start": "normal", "loss": "batch", "biases": False, "pixels": "unit"}
FACTORIAL = {"generator_start": ["normal", "framework"], "loss": ["batch", "element"]}
ALONE = {"biases": [False, True], "pixels": ["unit", "symmetric"]}


def test_the_factorial_holds_every_combination_once() -> None:
    found = universes_of(PRINTED, FACTORIAL, {}, images=True)
    assert [(each["generator_start"], each["loss"]) for each in found] == [
        ("normal", "batch"),
        ("normal", "element"),
        ("framework", "batch"),
        ("framework", "element"),
    ]
    assert all(each["critic_start"] == "normal" for each in found)


def test_other_choices_change_one_at_a_time_from_each_start() -> None:
    found = universes_of(PRINTED, FACTORIAL, ALONE, images=True)
    added = found[4:]  # options as printed are in the factorial already
    assert [(each["generator_start"], each["biases"], each["pixels"]) for each in added] == [
        ("normal", True, "unit"),
        ("normal", False, "symmetric"),
        ("framework", True, "unit"),
        ("framework", False, "symmetric"),
    ]
    assert {each["loss"] for each in added} == {"batch"}


def test_points_have_no_pixels() -> None:
    assert len(universes_of(PRINTED, FACTORIAL, ALONE, images=False)) == 6


def test_an_unknown_choice_is_named() -> None:
    with pytest.raises(ValueError, match="colour is no choice"):
        universes_of(PRINTED, {"colour": ["red"]}, {}, images=True)


def test_universes_that_differ_in_the_critic_share_their_supervised_run() -> None:
    found = universes_of(PRINTED, FACTORIAL | {"critic_start": ["normal", "generator"]}, ALONE, images=True)
    assert len(each_once(without_critic(each, PRINTED) for each in found)) == 8
    assert without_critic({**PRINTED, "critic_start": "generator", "biases": True}, PRINTED) == {
        **PRINTED,
        "biases": True,
    }


def test_a_universe_is_named_by_its_departures() -> None:
    assert in_words(PRINTED, PRINTED) == "as printed"
    assert in_words({**PRINTED, "loss": "element", "biases": True}, PRINTED) == "loss element, biases True"

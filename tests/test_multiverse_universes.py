import pytest

from pseudo_rd.multiverse.universes import as_trained, each_once, universes_of

PRINTED = {"generator_start": "normal", "critic_start": "normal", "loss": "batch", "biases": False, "pixels": "unit"}
CROSSED = {"generator_start": ["normal", "framework"], "loss": ["batch", "element"]}
ALONE = {"biases": [False, True], "pixels": ["unit", "symmetric"]}


def test_crossed_options_are_combined_once() -> None:
    found = universes_of(PRINTED, CROSSED, {})
    assert [(each["generator_start"], each["loss"]) for each in found] == [
        ("normal", "batch"),
        ("normal", "element"),
        ("framework", "batch"),
        ("framework", "element"),
    ]
    assert all(each["critic_start"] == "normal" for each in found)


def test_other_choices_change_one_at_a_time_from_each_start() -> None:
    added = universes_of(PRINTED, CROSSED, ALONE)[4:]  # options as printed are among the crossed already
    assert [(each["generator_start"], each["biases"], each["pixels"]) for each in added] == [
        ("normal", True, "unit"),
        ("normal", False, "symmetric"),
        ("framework", True, "unit"),
        ("framework", False, "symmetric"),
    ]
    assert {each["loss"] for each in added} == {"batch"}


def test_an_unknown_choice_is_named() -> None:
    with pytest.raises(ValueError, match="colour is not a choice"):
        universes_of(PRINTED, {"colour": ["red"]}, {})


def test_universes_that_differ_in_the_critic_share_their_supervised_run() -> None:
    found = universes_of(PRINTED, CROSSED | {"critic_start": ["normal", "framework"]}, ALONE)
    assert len(each_once(as_trained(each, PRINTED, "supervised", images=True) for each in found)) == 8
    trained = each_once(as_trained(each, PRINTED, "augmented", images=True) for each in found)
    assert len(trained) == len(found)


def test_points_have_no_pixels() -> None:
    symmetric = {**PRINTED, "pixels": "symmetric"}
    assert as_trained(symmetric, PRINTED, "augmented", images=False) == PRINTED
    assert as_trained(symmetric, PRINTED, "augmented", images=True) == symmetric

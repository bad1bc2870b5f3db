from pseudo_rd.multiverse.universes import as_trained, universes_of

PRINTED = {"generator_start": "normal", "critic_start": "normal", "loss": "batch", "biases": False, "pixels": "unit"}
CROSSED = {"generator_start": ["normal", "framework"], "loss": ["batch", "element"]}
ALONE = {"biases": [False, True], "pixels": ["unit", "symmetric"]}


def test_crossed_options_are_combined_once() -> None:
    assert universes_of(PRINTED, CROSSED, {}) == [
        {**PRINTED, "generator_start": start, "loss": loss}
        for start in ("normal", "framework")
        for loss in ("batch", "element")
    ]


def test_other_choices_change_one_at_a_time_from_each_start() -> None:
    added = universes_of(PRINTED, CROSSED, ALONE)[4:]  # options as printed are among the crossed already
    assert added == [
        {**PRINTED, "generator_start": start, **changed}
        for start in ("normal", "framework")
        for changed in ({"biases": True}, {"pixels": "symmetric"})
    ]


def test_universes_that_differ_in_the_critic_share_their_supervised_run() -> None:
    found = universes_of(PRINTED, CROSSED | {"critic_start": ["normal", "framework"]}, ALONE)
    for objective, runs in (("supervised", 8), ("augmented", len(found))):
        trained = [as_trained(each, PRINTED, objective, images=True) for each in found]
        assert len({tuple(each.values()) for each in trained}) == runs


def test_points_have_no_pixels() -> None:
    symmetric = {**PRINTED, "pixels": "symmetric"}
    assert as_trained(symmetric, PRINTED, "augmented", images=False) == PRINTED
    assert as_trained(symmetric, PRINTED, "augmented", images=True) == symmetric

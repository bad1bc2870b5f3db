from pseudo_rd.multiverse.universes import universes_of

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

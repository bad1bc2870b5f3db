"""Choices, named readings and the study of all of them, as params.yaml says them."""

from typing import Any

import pytest
from changed_parameters import CONFIG, changed

from pseudo_rd.parameters.plain_yaml import ParametersError
from pseudo_rd.parameters.presets import resolve

BATCH = {"option": "batch", "standing": "printed", "sentence": "(2)"}
OPTIONS = [{**BATCH, "option": color} for color in ("red", "blue")]
PLACE = {"widths": [8], "seeds": [1], "epochs": 1, "records": 24}


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        (
            "choices.colour",
            {"question": "?", "options": OPTIONS},
            r"choices.colour is not a key of training \(lear",
        ),
        ("choices.loss.options", OPTIONS, "choices.loss: training.loss = 'red': Input should be 'batch'"),
        ("choices.loss.options", [BATCH, BATCH], "choices.loss names the option 'batch' twice"),
        ("choices.loss.options", [BATCH], "choices.loss.options = .*at least 2 items"),
        (
            "choices.loss.options",
            [{**BATCH, "standing": "liked"}, BATCH],
            "standing = 'liked': Input should be",
        ),
        ("readings.other", {"colour": "red"}, r"readings.other.colour is not in choices \(generator_start"),
        ("readings.other", {"loss": "huge"}, r"readings.other.loss = 'huge' is not in choices.loss \(batch, element"),
        ("multiverse.crossed.biases", [1], r"multiverse.crossed.biases = 1 is not in choices.biases \(False, True"),
        ("multiverse.alone.loss", [True], "multiverse.alone.loss = True is not in choices"),
        ("multiverse.alone.loss", [], "multiverse.alone.loss = .*at least 1 item"),
        ("multiverse.places.letters", PLACE, r"multiverse.places.letters is not in datasets \(cifar10"),
        ("multiverse.scales.dataset", "letters", r"multiverse.scales.dataset = 'letters' is not in datasets \(cifar10"),
        ("multiverse.scales.dataset", "synthetic-784", "multiverse.scales.dataset = 'synthetic-784' has no images"),
        ("multiverse.at_no_loss.error", {"letters": 1}, r"at_no_loss.error.letters is not in datasets \(cifar10"),
        ("multiverse.at_no_loss.accuracy", {"letters": 0.5}, "at_no_loss.accuracy.letters is not in datasets"),
    ],
)
def test_a_mistake_gets_one_line_that_names_the_key(key: str, value: Any, message: str) -> None:
    with pytest.raises(ParametersError, match=message) as caught:
        resolve(changed(key, value))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("preset", CONFIG["presets"])
@pytest.mark.parametrize("reading", CONFIG["readings"])
def test_every_reading_is_valid_under_every_preset(preset: str, reading: str) -> None:
    resolved = resolve(CONFIG, preset, reading)
    assert (resolved.preset, resolved.reading) == (preset, reading)


def test_a_reading_changes_the_training_it_names_and_what_a_user_types_counts_more() -> None:
    config = changed("readings.mine", {"generator_start": "framework", "biases": True})
    printed, mine = (resolve(config, "smoke", reading) for reading in ("printed", "mine"))
    changes = {"generator_start": "framework", "biases": True}
    assert mine.training == printed.training.model_copy(update=changes)
    typed = resolve(config, "smoke", "mine", {"training": {"generator_start": "xavier"}})
    assert (typed.training.generator_start, typed.training.biases) == ("xavier", True)


def test_the_reading_of_the_file_is_used_where_none_is_named() -> None:
    config = changed("readings.mine", {"loss": "element"}) | {"reading": "mine"}
    assert resolve(config).training.loss == "element"
    assert resolve(config, reading="printed").training.loss == "batch"


@pytest.mark.parametrize("named", [True, False])
def test_an_unknown_reading_gets_one_line(named: bool) -> None:
    with pytest.raises(ParametersError, match="reading = 'mine' is not in readings: choose one of printed") as caught:
        resolve(CONFIG if named else changed("reading", "mine"), reading="mine" if named else None)
    assert "\n" not in str(caught.value)


def test_the_printed_option_of_each_choice_comes_first_and_is_what_training_says() -> None:
    printed = resolve(CONFIG, "full", "printed")
    assert CONFIG["readings"]["printed"] == {}
    for key, choice in printed.choices.items():
        assert getattr(printed.training, key) == choice.options[0].option

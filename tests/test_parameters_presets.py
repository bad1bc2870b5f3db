import copy

import pytest
from projects import CONFIG, changed

from pseudo_rd.parameters.plain_yaml import ParametersError
from pseudo_rd.parameters.presets import differences, merge, plain, resolve


def test_the_default_is_quick_and_never_downloads() -> None:
    quick = resolve(CONFIG)
    assert quick.preset == "quick"
    assert {dataset.source for dataset in quick.datasets.values()} <= {"blobs", "embedded"}


def test_the_paper_preset_is_the_paper() -> None:
    paper = resolve(CONFIG, "full")
    assert paper.experiments["synthetic-784"].widths == paper.experiments["mnist"].widths == (2**13,)
    assert len(paper.experiments["mnist"].seeds) == 5
    assert paper.experiments["mnist-widths"].widths == tuple(2**power for power in range(3, 16))
    assert paper.experiments["cifar10"].widths == (2**10,)
    synthetic = paper.datasets["synthetic-784"]
    assert synthetic.train_samples // synthetic.batch_size * synthetic.epochs == 23000
    assert paper.datasets["mnist"].convergence_error == 0.001
    assert paper.datasets["cifar10"].convergence_error == 0.02
    assert (paper.training.learning_rate, paper.training.momentum) == (0.01, 0.9)
    assert paper.snapshots.neurons == 2048


def test_a_missing_key_is_named() -> None:
    config = copy.deepcopy(CONFIG)
    del config["patterns"]["principal_components"]
    with pytest.raises(ParametersError, match=r"patterns\.principal_components is missing from params.yaml"):
        resolve(config)


def test_what_a_user_types_counts_more_than_preset_and_reading() -> None:
    # Snakemake hands nested values of --config over as strings.
    overrides = {"training": {"records": "12", "generator_start": "xavier", "learning_rate": "1e-3"}}
    resolved = resolve(CONFIG, "smoke", "pytorch", overrides)
    assert resolved.training.records == 12
    assert resolved.training.generator_start == "xavier"
    assert resolved.training.learning_rate == 0.001
    assert resolved.training.threads == 1


def test_merging_goes_down_into_mappings_and_replaces_lists() -> None:
    base = {"a": {"b": 1, "c": [1, 2]}, "d": 4}
    assert merge(base, {"a": {"c": [3]}}) == {"a": {"b": 1, "c": [3]}, "d": 4}
    assert base == {"a": {"b": 1, "c": [1, 2]}, "d": 4}


@pytest.mark.parametrize("preset", CONFIG["presets"])
@pytest.mark.parametrize("reading", CONFIG["readings"])
def test_every_reading_is_valid_under_every_preset(preset: str, reading: str) -> None:
    resolved = resolve(CONFIG, preset, reading)
    assert (resolved.preset, resolved.reading) == (preset, reading)


def test_a_reading_changes_the_training_it_names() -> None:
    config = changed("readings.mine", {"generator_start": "framework", "biases": True})
    printed, mine = (resolve(config, "smoke", reading) for reading in ("printed", "mine"))
    changes = {"generator_start": "framework", "biases": True}
    assert mine.training == printed.training.model_copy(update=changes)


def test_the_reading_of_the_file_is_used_where_none_is_named() -> None:
    config = changed("readings.mine", {"loss": "element"}) | {"reading": "mine"}
    assert resolve(config).training.loss == "element"
    assert resolve(config, reading="printed").training.loss == "batch"


def test_the_printed_option_of_each_choice_comes_first_and_is_what_training_says() -> None:
    printed = resolve(CONFIG, "full", "printed")
    assert CONFIG["readings"]["printed"] == {}
    for key, choice in printed.choices.items():
        assert getattr(printed.training, key) == choice.options[0].option


def test_differences_name_the_dotted_key() -> None:
    assert differences({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}, "d": 4}) == [("a.c", 2, 3), ("d", None, 4)]


def test_plain_sections_are_sorted_and_free_of_tuples() -> None:
    section = plain(resolve(CONFIG).experiments["mnist"])
    assert list(section) == ["dataset", "seeds", "widths"]
    assert isinstance(section["seeds"], list)

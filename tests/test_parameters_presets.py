from pathlib import Path
from typing import Any

import pytest
import yaml

from pseudo_rd.parameters.plain_yaml import ParametersError
from pseudo_rd.parameters.presets import differences, merge, plain, resolve

ROOT = Path(__file__).parents[1]


@pytest.fixture
def config() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))


def changed(config: dict[str, Any], dotted: str, value: Any) -> dict[str, Any]:
    *path, last = dotted.split(".")
    section = config
    for key in path:
        section = section[key]
    section[last] = value
    return config


@pytest.mark.parametrize("preset", ["paper", "quick", "smoke"])
def test_every_preset_is_valid(config: dict[str, Any], preset: str) -> None:
    assert resolve(config, preset).preset == preset


def test_the_default_is_quick_and_never_downloads(config: dict[str, Any]) -> None:
    quick = resolve(config)
    assert quick.preset == "quick"
    assert {dataset.source for dataset in quick.datasets.values()} <= {"blobs", "embedded"}


def test_the_paper_preset_is_the_paper(config: dict[str, Any]) -> None:
    paper = resolve(config, "paper")
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


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("training.learning_rat", 0.1, "training.learning_rat is not a known key of params.yaml"),
        ("training.learning_rate", -1, "training.learning_rate = -1: Input should be greater than 0"),
        ("training.learning_rate", "fast", "training.learning_rate = 'fast': Input should be a valid number"),
        ("training.learning_rate", float("nan"), "training.learning_rate = nan: Input should be"),
        (
            "training.bound_reading",
            "lipschitz",
            "training.bound_reading = 'lipschitz': Input should be",
        ),
        ("training.momentum", 1, "training.momentum = 1: Input should be less than 1"),
        ("moving.turing.constants", "other", r"moving.turing.constants = 'other' is not in turing.constants \(printed"),
        ("moving.gray_scott.interval", 0.5, "moving.gray_scott.interval = 0.5 must lie between gray_scott.time_step"),
        ("moving.turing.interval", 31, "moving.turing.interval = 31.0 must lie between .* turing.times, 30"),
        ("experiments.mnist.seeds", [], "experiments.mnist.seeds = .*at least 1 item"),
        ("experiments.mnist.dataset", "letters", r"experiments.mnist.dataset = 'letters' is not in datasets \(cifar10"),
        ("experiments.mnist.width", [4], "experiments.mnist.width is not a known key"),
        ("datasets.mnist.scaling", None, "datasets.mnist: source .* needs scaling"),
        ("datasets.synthetic-784.inputs", None, "datasets.synthetic-784: source blobs needs inputs"),
        ("snapshots.fractions", [1.5], "snapshots.fractions.0 = 1.5: Input should be less than 1"),
        ("turing.times", [0, 2, 1], "turing: times must ascend"),
        ("gray_scott.pairs.fig24.feed", 1, "gray_scott.pairs.fig24.feed is not a known key"),
        ("nonsense", 1, "nonsense is not a known key"),
        ("preset", "huge", "preset = 'huge' is not in presets: choose one of paper, quick, smoke"),
        ("presets.smoke.trainin", {}, "presets.smoke.trainin is not a key that a preset can change"),
        ("presets.smoke.training", 3, "presets.smoke.training = 3 must be a mapping"),
        ("presets.paper", {"snapshots": {"neuron": 1}}, "presets.paper.snapshots.neuron is not a key"),
    ],
)
def test_a_mistake_gets_one_line_that_names_the_key(config: dict[str, Any], key: str, value: Any, message: str) -> None:
    with pytest.raises(ParametersError, match=message) as caught:
        resolve(changed(config, key, value))
    assert "\n" not in str(caught.value)


def test_a_missing_key_is_named(config: dict[str, Any]) -> None:
    del config["patterns"]["principal_components"]
    with pytest.raises(ParametersError, match=r"patterns\.principal_components is missing in params.yaml"):
        resolve(config)


def test_what_a_user_types_counts_more_than_the_preset(config: dict[str, Any]) -> None:
    # Snakemake hands nested values of --config over as strings.
    overrides = {"training": {"records": "12", "bound_reading": "clip"}}
    resolved = resolve(config, "smoke", overrides)
    assert resolved.training.records == 12
    assert resolved.training.bound_reading == "clip"
    assert resolved.training.threads == 1


def test_merging_goes_down_into_mappings_and_replaces_lists() -> None:
    base = {"a": {"b": 1, "c": [1, 2]}, "d": 4}
    assert merge(base, {"a": {"c": [3]}}) == {"a": {"b": 1, "c": [3]}, "d": 4}
    assert base == {"a": {"b": 1, "c": [1, 2]}, "d": 4}


def test_differences_name_the_dotted_key() -> None:
    assert differences({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}, "d": 4}) == [("a.c", 2, 3), ("d", None, 4)]


def test_plain_sections_are_sorted_and_free_of_tuples(config: dict[str, Any]) -> None:
    section = plain(resolve(config).experiments["mnist"])
    assert list(section) == ["dataset", "seeds", "widths"]
    assert isinstance(section["seeds"], list)

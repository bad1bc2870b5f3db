import re
from typing import Any

import pytest
from projects import CONFIG, changed

from pseudo_rd.parameters.plain_yaml import ParametersError
from pseudo_rd.parameters.presets import resolve
from pseudo_rd.parameters.schema import Parameters
from pseudo_rd.results.layout import runs_beyond

BATCH = {"option": "batch", "standing": "printed", "sentence": "(2)"}
COLOURS = [{**BATCH, "option": colour} for colour in ("red", "blue")]
PLACE = {"widths": [8], "seeds": [1], "epochs": 1, "records": 24}


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("training.learning_rate", -1, "training.learning_rate = -1: Input should be greater than 0"),
        ("training.learning_rate", float("nan"), "training.learning_rate = nan: Input should be"),
        ("training.loss", "huge", "training.loss = 'huge': Input should be 'batch', 'element'"),
        ("moving.turing.constants", "other", r"moving.turing.constants = 'other' is not in turing.constants \(printed"),
        ("moving.gray_scott.interval", 0.5, "gray_scott.interval = 0.5 must be a multiple of gray_scott.time_step"),
        ("moving.turing.interval", 0.05, "moving.turing.interval = 0.05 must be a multiple of turing.time_step = 0.02"),
        ("moving.turing.interval", 31, "moving.turing.interval = 31.0 must be a multiple .* turing.times, 30"),
        ("experiments.mnist.dataset", "letters", r"experiments.mnist.dataset = 'letters' is not in datasets \(cifar10"),
        ("datasets.synthetic-784.inputs", None, "datasets.synthetic-784: source blobs needs inputs"),
        ("turing.times", [0, 2, 1], "turing: times must ascend"),
        ("nonsense", 1, "nonsense is not a known key"),
        ("training.threads", True, "training.threads = True: Input should be a valid integer"),
        ("datasets.mnist.inputs", 784, "datasets.mnist: source .* does not read inputs: remove it or set it to null"),
        ("beyond.datasets", ["letters"], "beyond.datasets = 'letters' is not in datasets"),
        ("beyond.mapped", ["deep"], r"beyond.mapped = 'deep' is not in beyond.cases \(convolution, cross-entropy"),
        ("beyond.cases.hinge.without", "wide-critic", "beyond.cases.hinge.without = 'wide-critic' has no runs without"),
        ("beyond.cases.hinge.training.depth", 2, "beyond.cases.hinge and its paper must differ in the critic alone"),
        ("beyond.cases.hinge.training.adversary", "none", "beyond.cases.hinge: training.adversary = 'none': Input"),
        ("controls.dataset", "digits", r"controls.dataset = 'digits' is not in datasets"),
        ("controls.cases.frozen.training.widht", 2, "controls.cases.frozen: training.widht = 2: Extra inputs"),
        ("multiverse.dial.dataset", "cifar10", "multiverse.dial.dataset = 'cifar10' is not in multiverse.places"),
        ("multiverse.dial.reading", "any", "multiverse.dial.reading = 'any' is not in readings"),
        ("multiverse.dial.turned.bound.training.loss", "none", "dial.turned.bound: training.loss = 'none': Inp"),
        ("preset", "huge", "preset = 'huge' is not in presets: choose one of full, night, .*smoke"),
        ("reading", "literal", "reading = 'literal' is not in readings: choose one of printed"),
        ("presets.quick.trainin", {}, r"trainin is not a known key of params.yaml: .* \(preset quick\)"),
        ("presets.quick", 3, "presets.quick = 3 must be a mapping of the keys it changes"),
        ("choices.colour", {"question": "?", "options": COLOURS}, "training.colour = 'red': Extra inputs"),
        ("choices.loss.options", COLOURS, "choices.loss: training.loss = 'red': Input should be 'batch'"),
        ("choices.loss.options", [BATCH, BATCH], "choices.loss names the option 'batch' twice"),
        ("readings.other", {"colour": "red"}, r"readings.other.colour is not in choices \(generator_start"),
        ("readings.other", {"loss": "huge"}, r"readings.other.loss = 'huge' is not in choices.loss \(batch, element"),
        ("multiverse.crossed.biases", [1], r"multiverse.crossed.biases = 1 is not in choices.biases \(False, True"),
        ("multiverse.alone.loss", [True], "multiverse.alone.loss = True is not in choices"),
        ("multiverse.places.letters", PLACE, r"multiverse.places = 'letters' is not in datasets \(cifar10"),
        ("multiverse.scales.dataset", "letters", r"multiverse.scales.dataset = 'letters' is not in datasets \(cifar10"),
        ("multiverse.scales.dataset", "synthetic-784", "multiverse.scales.dataset = 'synthetic-784' has no images"),
        ("claims.learned.error", {"letters": 1}, r"learned.error = 'letters' is not in datasets \(cifar10"),
        ("claims.learned.accuracy", {"letters": 0.5}, "learned.accuracy = 'letters' is not in datasets"),
        ("claims.criteria.later", {}, "claims.criteria.later: a criterion without at_least and at_most cannot fail"),
    ],
)
def test_a_mistake_gets_one_line_that_names_the_key(key: str, value: Any, message: str) -> None:
    with pytest.raises(ParametersError, match=message) as caught:
        resolve(changed(key, value))
    assert "\n" not in str(caught.value)


def words_in(schema: Any) -> set[str]:
    """All words that a part of a JSON schema allows; those of sections stand elsewhere."""
    if isinstance(schema, dict):
        return {*schema.get("enum", ())}.union(*map(words_in, schema.values()))
    return set().union(*map(words_in, schema)) if isinstance(schema, list) else set()


WHOLE = Parameters.model_json_schema()
SECTIONS = {"Parameters": WHOLE, **WHOLE["$defs"]}
KEYS = [(section, name) for section, schema in SECTIONS.items() for name in schema["properties"]]


@pytest.mark.parametrize(("section", "name"), KEYS)
def test_a_key_tells_its_meaning_and_words_and_is_null_where_it_may_be_left_out(section: str, name: str) -> None:
    key = SECTIONS[section]["properties"][name]
    assert re.fullmatch(r"[^|\n]+\.", key["description"])  # a cell of a table, whole sentences
    assert not [word for word in words_in(key) if f"`{word}`" not in key["description"]]
    if name not in SECTIONS[section].get("required", ()):
        assert key["default"] is None
        assert {"type": "null"} in key["anyOf"]


def test_a_case_that_differs_in_the_critic_alone_shares_the_runs_without_it() -> None:
    beyond = resolve(CONFIG, "quick").beyond
    runs = runs_beyond(beyond, "hinge", "mnist")
    assert runs[:3] == [f"paper/mnist/supervised/m64/seed{seed}" for seed in (1, 2, 3)]
    assert runs[3:] == [f"hinge/mnist/augmented/m64/seed{seed}" for seed in (1, 2, 3)]
    assert all(run.startswith("four-layers/") for run in runs_beyond(beyond, "four-layers", "mnist"))
    changes = beyond.changes("convolution")
    assert changes["generator_start"] == "framework", "a case counts more than what all have"
    assert changes["critic_start"] == beyond.training["critic_start"]
    assert changes["convergence_error"] is None

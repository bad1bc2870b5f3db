import re
from collections.abc import Iterator
from types import NoneType
from typing import Any, Literal, get_args, get_origin

import pytest
from changed_parameters import CONFIG, changed
from pydantic import BaseModel

from pseudo_rd.parameters.plain_yaml import ParametersError
from pseudo_rd.parameters.presets import resolve
from pseudo_rd.parameters.schema import Parameters
from pseudo_rd.results.layout import runs_beyond


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("training.learning_rat", 0.1, "training.learning_rat is not a known key of params.yaml"),
        ("training.learning_rate", -1, "training.learning_rate = -1: Input should be greater than 0"),
        ("training.learning_rate", "fast", "training.learning_rate = 'fast': Input should be a valid number"),
        ("training.learning_rate", float("nan"), "training.learning_rate = nan: Input should be"),
        ("training.loss", "huge", "training.loss = 'huge': Input should be 'batch', 'element'"),
        ("training.momentum", 1, "training.momentum = 1: Input should be less than 1"),
        ("moving.turing.constants", "other", r"moving.turing.constants = 'other' is not in turing.constants \(printed"),
        ("moving.gray_scott.interval", 0.5, "moving.gray_scott.interval = 0.5 must lie between gray_scott.time_step"),
        ("moving.turing.interval", 0.05, "moving.turing.interval = 0.05 must be a multiple of turing.time_step = 0.02"),
        ("moving.gray_scott.interval", 1.5, "moving.gray_scott.interval = 1.5 must be a multiple of gray_scott"),
        ("moving.turing.interval", 31, "moving.turing.interval = 31.0 must lie between .* turing.times, 30"),
        ("experiments.mnist.seeds", [], "experiments.mnist.seeds = .*at least 1 item"),
        ("experiments.mnist.dataset", "letters", r"experiments.mnist.dataset = 'letters' is not in datasets \(cifar10"),
        ("experiments.mnist.width", [4], "experiments.mnist.width is not a known key"),
        ("datasets.mnist.scaling", "unit", "datasets.mnist.scaling is not a known key"),
        ("training.pixels", "none", "training.pixels = 'none': Input should be 'unit', 'symmetric' or 'standard'"),
        ("reading", "literal", r"reading = 'literal' is not in readings: choose one of \w+"),
        ("datasets.synthetic-784.inputs", None, "datasets.synthetic-784: source blobs needs inputs"),
        ("snapshots.fractions", [1.5], "snapshots.fractions.0 = 1.5: Input should be less than 1"),
        ("turing.times", [0, 2, 1], "turing: times must ascend"),
        ("gray_scott.pairs.fig24.feed", 1, "gray_scott.pairs.fig24.feed is not a known key"),
        ("nonsense", 1, "nonsense is not a known key"),
        ("training.threads", True, "training.threads = True: Input should be a valid integer"),
        ("training.device", "tpu", "training.device = 'tpu': Input should be 'auto', 'cpu' or 'cuda'"),
        ("datasets.mnist.inputs", 784, "datasets.mnist: source .* does not read inputs: remove it or set it to null"),
        ("beyond.datasets", ["letters"], "beyond.datasets: 'letters' is not in datasets"),
        ("beyond.mapped", ["deep"], r"beyond.mapped: 'deep' is not in beyond.cases \(convolution, cross-entropy"),
        ("beyond.cases.hinge.without", "wide-critic", "beyond.cases: 'wide-critic' is not in beyond.cases"),
        ("beyond.cases.hinge.width", 65, "beyond.cases.hinge and its paper must differ in the critic alone"),
        ("beyond.cases.hinge.training.depth", 2, "beyond.cases.hinge and its paper must differ in the critic alone"),
        ("beyond.cases.hinge.training.adversary", "none", "beyond.cases.hinge: training.adversary: Input should be"),
        ("beyond.cases.hinge.training.widht", 2, "beyond.cases.hinge: training.widht: Extra inputs"),
        ("controls.dataset", "digits", r"controls.dataset = 'digits' is not in datasets"),
        ("controls.cases.frozen.training.widht", 2, "controls.cases.frozen: training.widht: Extra inputs"),
        ("multiverse.dial.dataset", "cifar10", "multiverse.dial.dataset = 'cifar10' is not in multiverse.places"),
        ("multiverse.dial.reading", "any", "multiverse.dial.reading = 'any' is not in readings"),
        (
            "multiverse.dial.turned.bound.training.bound_reading",
            "no",
            "multiverse.dial.turned.bound: training.bound_rea",
        ),
        ("claims.criteria.later", {}, "claims.criteria.later: a criterion without at_least and at_most cannot fail"),
    ],
)
def test_a_mistake_gets_one_line_that_names_the_key(key: str, value: Any, message: str) -> None:
    with pytest.raises(ParametersError, match=message) as caught:
        resolve(changed(key, value))
    assert "\n" not in str(caught.value)


def parts_of(kind: Any) -> Iterator[Any]:
    """A type and all that it is made of."""
    yield kind
    for part in get_args(kind) if get_origin(kind) is not Literal else ():
        yield from parts_of(part)


def sections(model: type[BaseModel] = Parameters) -> Iterator[type[BaseModel]]:
    """The model and every model below it."""
    yield model
    for field in model.model_fields.values():
        for part in parts_of(field.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from sections(part)


KEYS = {f"{model.__name__}.{name}": field for model in sections() for name, field in model.model_fields.items()}


@pytest.mark.parametrize("name", KEYS)
def test_every_key_says_what_it_means_and_names_each_word_it_takes(name: str) -> None:
    meaning = KEYS[name].description
    assert meaning
    assert re.fullmatch(r"[^|\n]+\.", meaning)  # a cell of a table, whole sentences
    words = {word for part in parts_of(KEYS[name].annotation) if get_origin(part) is Literal for word in get_args(part)}
    assert not [word for word in words if f"`{word}`" not in meaning]


@pytest.mark.parametrize("name", KEYS)
def test_a_key_that_may_be_left_out_may_be_null(name: str) -> None:
    if not KEYS[name].is_required():
        assert KEYS[name].default is None
        assert NoneType in get_args(KEYS[name].annotation)


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

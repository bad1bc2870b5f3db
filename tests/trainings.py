"""What tests of training share: options, the textbook's networks, batches, and whether two runs are alike."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, islice
from typing import Any

import numpy as np
import pandas as pd
import torch
from textbook import Critic, Generator
from torch import Tensor

from pseudo_rd.training.batches import epochs_of_batches
from pseudo_rd.training.recorder import Result
from pseudo_rd.training.settings import OPTIONS, Settings
from pseudo_rd.training.weights import Weights

CPU = torch.device("cpu")
Options = dict[str, Any]
# The first of each is the default.
CHOICES: dict[str, Sequence[Any]] = {
    "critic_width": (None, 9, 200),
    "generator_start": OPTIONS["generator_start"],
    "start_scale": (1.0, 0.1),
    "critic_start": OPTIONS["critic_start"],
    "loss": OPTIONS["loss"],
    "bound_reading": OPTIONS["bound_reading"],
    "gradient_penalty_weight": (10.0, 1.0),
    "update_order": OPTIONS["update_order"],
    "biases": (False, True),
}


def alone(choices: Mapping[str, Sequence[Any]]) -> list[Options]:
    """Every option but the defaults."""
    return [{name: option} for name, options in choices.items() for option in options[1:]]


def pairs(choices: Mapping[str, Sequence[Any]]) -> list[Options]:
    """Every two of them that can be chosen together."""
    return [one | other for one, other in combinations(alone(choices), 2) if one.keys() != other.keys()]


def named(options: Options) -> str:
    return ", ".join(f"{name} {option}" for name, option in options.items()) or "as printed"


def with_a_step_that_fits(options: Options) -> Options:
    """The sum over the batch runs off to infinity with the usual step."""
    return options | {"learning_rate": 1e-4} if options.get("loss") == "sum" else options


def batches(samples: int, size: int, count: int, seed: int) -> list[tuple[Tensor, Tensor]]:
    """The first batches of a run, rows (batch,) and mixing (batch,), on the CPU."""
    epochs = epochs_of_batches(samples, size, count, seed)
    return list(islice((batch for epoch in epochs for batch in zip(*epoch, strict=True)), count))


def for_textbook(batches: Iterable[tuple[Tensor, Tensor]]) -> list[tuple[list[int], Tensor]]:
    return [(rows.tolist(), mixing.double()) for rows, mixing in batches]


def networks_of(weights: Weights, settings: Settings) -> tuple[Generator, Critic | None]:
    """The same networks as plain modules; where there are biases the critic has one of its output, too."""
    inputs, outputs = (len(array) - settings.biases for array in (weights.hidden, weights.critic_hidden))
    hidden_bias = weights.hidden[inputs] if settings.biases else None
    generator = Generator(
        weights.hidden[:inputs].T, weights.top, weights.generator_scale, hidden_bias, weights.top_bias
    )
    if not settings.adversarial:
        return generator, None
    biases = (weights.critic_hidden[outputs], torch.full((1,), 0.3, dtype=torch.float64)) if settings.biases else ()
    return generator, Critic(weights.critic_hidden[:outputs].T, weights.critic_top, weights.critic_scale, *biases)


def relative(one: Tensor, other: Tensor) -> float:
    return ((one - other).norm() / other.norm()).item()


def assert_alike(one: Result, other: Result, rtol: float = 0, atol: float = 0) -> None:
    """Whether two runs ended alike and left the same numbers, to the bit where no tolerance is given."""
    assert (one.ended, one.trained_dimensions) == (other.ended, other.trained_dimensions)
    histories = (result.history.drop(columns="seconds") for result in (one, other))
    pd.testing.assert_frame_equal(*histories, check_exact=not rtol, rtol=rtol, atol=atol)
    assert one.snapshots.keys() == other.snapshots.keys()
    for name, array in one.snapshots.items():
        np.testing.assert_allclose(array, other.snapshots[name], rtol=rtol, atol=10 * atol)

"""Theorem 3 against the terms (55)-(58) of networks, by automatic differentiation, and against attained maxima."""

import math
from collections.abc import Callable
from functools import partial

import pytest
import torch
from torch import Generator

Sizes = tuple[int, int, int, int]


def problem(sizes: Sizes, fill: Callable[..., torch.Tensor]) -> dict[str, torch.Tensor]:
    """Weights and data of so many samples, neurons, inputs and outputs; `fill` makes a tensor of a shape."""
    samples, width, inputs, outputs = sizes
    return {
        "hidden": fill(width, inputs),
        "top": fill(outputs, width),
        "critic_hidden": fill(width, outputs),
        "critic_top": fill(width).sign(),
        "inputs": fill(samples, inputs),
        "targets": fill(samples, outputs),
    }


def random_problem(width: int, seed: int) -> dict[str, torch.Tensor]:
    generator = Generator().manual_seed(seed)
    return problem((9, width, 4, 3), partial(torch.randn, generator=generator, dtype=torch.float64))


def norms(problem: dict[str, torch.Tensor], order: float) -> dict[str, torch.Tensor]:
    """Norms of the four terms, neuron by neuron: what the summed losses do to the weights, with the sign of descent."""
    hidden, top = (problem[name].clone().requires_grad_() for name in ("hidden", "top"))
    outputs = (problem["inputs"] @ hidden.T).relu() @ top.T / math.sqrt(top.numel())
    squares = (outputs - problem["targets"]).square().sum() / 2
    critic = (outputs @ problem["critic_hidden"].T).relu() @ problem["critic_top"]
    judged = critic.sum() / math.sqrt(len(problem["critic_top"]))
    reaction = torch.autograd.grad(-squares, (hidden, top), retain_graph=True)
    diffusion = torch.autograd.grad(judged, (hidden, top))
    return {
        f"{kind}_{layer}": torch.linalg.vector_norm(terms[place], order, dim=1 - place)
        for kind, terms in (("reaction", reaction), ("diffusion", diffusion))
        for place, layer in enumerate(("hidden", "top"))
    }


def printed(samples: int, width: int, inputs: int, outputs: int) -> dict[str, float]:
    """What stands inside the O(.) of Theorem 3 (59)."""
    reaction = samples * inputs * math.sqrt(outputs / width)
    return {
        "reaction_hidden": reaction,
        "diffusion_hidden": samples * width**2 * inputs * outputs**1.5,
        "reaction_top": reaction,
        "diffusion_top": samples * width**2 * inputs * outputs**0.5,
    }


def all_ones(*sizes: int) -> dict[str, float]:
    """1-norms of the terms of one neuron when every factor of every summand is 1, as Theorem 3 allows."""
    ones = problem(sizes, partial(torch.ones, dtype=torch.float64))
    _, width, inputs, outputs = sizes
    ones["targets"] += width * inputs / math.sqrt(outputs * width)
    return {name: float(values[0]) for name, values in norms(ones, order=1).items()}


@pytest.mark.parametrize("sizes", [(2, 8, 3, 5), (7, 16, 4, 2), (1, 32, 6, 10)])
def test_theorem_3_overstates_diffusion_by_m_squared_and_d_out_even_in_the_worst_case(sizes: Sizes):
    _, width, _, outputs = sizes
    attained = all_ones(*sizes)
    excess = {name: value / attained[name] for name, value in printed(*sizes).items()}
    assert excess["reaction_hidden"] == pytest.approx(1)
    assert excess["reaction_top"] == pytest.approx(1)
    assert excess["diffusion_hidden"] == pytest.approx(width**2 * outputs)
    assert excess["diffusion_top"] == pytest.approx(width**2)


def test_theorem_3_gives_the_hidden_layer_the_looser_bound_on_diffusion_not_the_tighter():
    scale = printed(samples=60_000, width=2**13, inputs=784, outputs=10)
    assert scale["diffusion_hidden"] == pytest.approx(10 * scale["diffusion_top"])


def test_diffusion_of_random_networks_falls_like_one_over_the_root_of_m_while_theorem_3_lets_it_grow():
    widths = [64, 256, 1024, 4096]
    sizes: dict[str, list[float]] = {"diffusion_hidden": [], "diffusion_top": []}
    for width in widths:
        runs = [norms(random_problem(width, seed), order=2) for seed in range(20)]
        for name, values in sizes.items():
            values.append(math.log(sum(float(run[name].mean()) for run in runs)))
    for values in sizes.values():
        slope = (values[-1] - values[0]) / math.log(widths[-1] / widths[0])
        assert slope == pytest.approx(-0.5, abs=0.1)

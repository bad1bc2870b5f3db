"""Reaction and diffusion terms against automatic differentiation; the scales of Theorem 3 against attained maxima."""

import math

import pytest
import torch
from torch import Generator

from pseudo_rd.theory.terms import Terms, counted_scale, neuron_norms, reaction_diffusion_terms, theorem_3_scale


def random_problem(width: int, critic_width: int, seed: int = 0) -> dict[str, torch.Tensor]:
    generator = Generator().manual_seed(seed)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    return {
        "hidden": normal(width, 4),
        "top": normal(3, width),
        "critic_hidden": normal(critic_width, 3),
        "critic_top": normal(critic_width).sign(),
        "inputs": normal(9, 4),
        "targets": normal(9, 3),
    }


def by_autograd(problem: dict[str, torch.Tensor], reduction: str) -> Terms:
    hidden, top = (problem[name].clone().requires_grad_() for name in ("hidden", "top"))
    outputs = (problem["inputs"] @ hidden.T).relu() @ top.T / math.sqrt(top.numel())
    squares = (outputs - problem["targets"]).square().sum(1) / 2
    judged = (
        (outputs @ problem["critic_hidden"].T).relu() @ problem["critic_top"] / math.sqrt(len(problem["critic_top"]))
    )
    reduce = torch.mean if reduction == "mean" else torch.sum
    supervised = torch.autograd.grad(-reduce(squares), (hidden, top), retain_graph=True)
    adversarial = torch.autograd.grad(reduce(judged), (hidden, top))
    return Terms(supervised[0], adversarial[0], supervised[1], adversarial[1])


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("critic_width", [6, 11])
def test_each_term_is_minus_the_gradient_of_its_part_of_the_loss(reduction: str, critic_width: int):
    problem = random_problem(6, critic_width)
    found, expected = reaction_diffusion_terms(**problem, reduction=reduction), by_autograd(problem, reduction)
    for name in vars(expected):
        torch.testing.assert_close(getattr(found, name), getattr(expected, name))
        assert getattr(found, name).norm() > 0


def test_norms_are_taken_neuron_by_neuron():
    terms = reaction_diffusion_terms(**random_problem(6, 6))
    norms = neuron_norms(terms)
    assert norms["diffusion_hidden"][2] == pytest.approx(float(terms.diffusion_hidden[2].norm()))
    assert norms["reaction_top"][4] == pytest.approx(float(terms.reaction_top[:, 4].norm()))
    ones = neuron_norms(terms, order=1)
    assert ones["reaction_hidden"][0] == pytest.approx(float(terms.reaction_hidden[0].abs().sum()))


def all_ones(samples: int, width: int, inputs: int, outputs: int) -> dict[str, float]:
    """1-norms of the terms of one neuron when every factor of every summand is 1, as Theorem 3 allows."""
    shape = {"dtype": torch.float64}
    problem = {
        "hidden": torch.ones((width, inputs), **shape),
        "top": torch.ones((outputs, width), **shape),
        "critic_hidden": torch.ones((width, outputs), **shape),
        "critic_top": torch.ones(width, **shape),
        "inputs": torch.ones((samples, inputs), **shape),
    }
    outputs_of_ones = width * inputs / math.sqrt(outputs * width)
    problem["targets"] = torch.full((samples, outputs), 1 + outputs_of_ones, **shape)
    terms = neuron_norms(reaction_diffusion_terms(**problem, reduction="sum"), order=1)
    return {name: float(values[0]) for name, values in terms.items()}


@pytest.mark.parametrize("sizes", [(2, 8, 3, 5), (7, 16, 4, 2), (1, 32, 6, 10)])
def test_the_counted_scale_is_attained_when_every_factor_is_one(sizes: tuple[int, int, int, int]):
    assert all_ones(*sizes) == pytest.approx(counted_scale(*sizes))


@pytest.mark.parametrize("sizes", [(2, 8, 3, 5), (7, 16, 4, 2), (1, 32, 6, 10)])
def test_theorem_3_overstates_diffusion_by_m_squared_and_d_out_even_in_the_worst_case(sizes: tuple[int, int, int, int]):
    _, width, _, outputs = sizes
    attained, printed = all_ones(*sizes), theorem_3_scale(*sizes)
    excess = {name: printed[name] / attained[name] for name in printed}
    assert excess["reaction_hidden"] == pytest.approx(1)
    assert excess["reaction_top"] == pytest.approx(1)
    assert excess["diffusion_hidden"] == pytest.approx(width**2 * outputs)
    assert excess["diffusion_top"] == pytest.approx(width**2)


def test_theorem_3_gives_the_hidden_layer_the_looser_bound_on_diffusion_not_the_tighter():
    printed = theorem_3_scale(samples=60_000, width=2**13, inputs=784, outputs=10)
    assert printed["diffusion_hidden"] == pytest.approx(10 * printed["diffusion_top"])


def test_diffusion_of_random_networks_falls_like_one_over_the_root_of_m_while_theorem_3_lets_it_grow():
    widths = [64, 256, 1024, 4096]
    sizes = {"diffusion_hidden": [], "diffusion_top": []}
    for width in widths:
        runs = [neuron_norms(reaction_diffusion_terms(**random_problem(width, width, seed))) for seed in range(20)]
        for name, values in sizes.items():
            values.append(math.log(sum(float(run[name].mean()) for run in runs)))
    for values in sizes.values():
        slope = (values[-1] - values[0]) / math.log(widths[-1] / widths[0])
        assert slope == pytest.approx(-0.5, abs=0.1)


def test_an_unknown_reduction_is_refused():
    with pytest.raises(ValueError, match="median"):
        reaction_diffusion_terms(**random_problem(6, 6), reduction="median")

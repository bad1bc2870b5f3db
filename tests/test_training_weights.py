import pytest
import torch

from pseudo_rd.training.weights import draw_weights, random_stream


def test_the_start_has_the_paper_s_distribution() -> None:
    weights = draw_weights(4000, 50, 10, seed=1)
    for array in (weights.hidden, weights.top, weights.critic_hidden):
        standard_error = array.numel() ** -0.5
        assert abs(array.mean().item()) < 4 * standard_error
        assert abs(array.var().item() - 1) < 4 * standard_error * 2**0.5
    assert set(weights.critic_top.tolist()) == {-1.0, 1.0}
    assert abs(weights.critic_top.mean().item()) < 4 * 4000**-0.5


def test_shapes_and_scales() -> None:
    weights = draw_weights(8, 5, 10, seed=1, dtype=torch.float64)
    assert weights.hidden.shape == (5, 8)
    assert weights.top.shape == weights.critic_hidden.shape == (10, 8)
    assert weights.generator_scale == pytest.approx(1 / (10 * 8) ** 0.5)
    assert weights.critic_scale == pytest.approx(1 / 8**0.5)


def test_a_seed_is_a_start() -> None:
    one, again, other = (draw_weights(6, 4, 10, seed) for seed in (1, 1, 2))
    assert torch.equal(one.hidden, again.hidden)
    assert not torch.equal(one.hidden, other.hidden)


def test_streams_of_one_seed_differ() -> None:
    drawn = [torch.rand(4, generator=random_stream(1, purpose)) for purpose in range(4)]
    assert len({tuple(values.tolist()) for values in drawn}) == 4


def test_a_clone_is_its_own() -> None:
    weights = draw_weights(6, 4, 10, 1)
    copy = weights.clone()
    weights.hidden.zero_()
    assert copy.hidden.abs().sum() > 0
    assert weights.zeros_like().top.abs().sum() == 0

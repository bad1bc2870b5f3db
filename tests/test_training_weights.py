import pytest
import torch

from pseudo_rd.parameters.vocabulary import STARTS
from pseudo_rd.training.settings import start_deviation
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


def test_streams_of_one_seed_differ() -> None:
    drawn = [torch.rand(4, generator=random_stream(1, purpose)) for purpose in range(4)]
    assert len({tuple(values.tolist()) for values in drawn}) == 4


def test_other_starts_draw_what_pytorch_draws() -> None:
    torch.manual_seed(0)
    layers = {"hidden": torch.nn.Linear(50, 4000), "top": torch.nn.Linear(4000, 10)}
    framework = draw_weights(4000, 50, 10, 1, generator_start="framework", biases=True)
    for layer in layers.values():
        torch.nn.init.xavier_normal_(layer.weight)
    xavier = draw_weights(4000, 50, 10, 1, generator_start="xavier")
    for name, layer in layers.items():
        bound = layer.in_features**-0.5
        drawn = getattr(framework, name)
        assert 0.99 * bound < drawn.abs().max() <= bound
        assert drawn.std().item() == pytest.approx(bound / 3**0.5, rel=0.02)  # of a uniform distribution
        assert getattr(xavier, name).std().item() == pytest.approx(layer.weight.std().item(), rel=0.02)
        biases = framework.hidden[50] if name == "hidden" else framework.top_bias
        assert 0.5 * bound < biases.abs().max() <= bound
        assert 0.5 * bound < layer.bias.abs().max() <= bound
    assert framework.generator_scale == xavier.generator_scale == 1


def test_the_critic_starts_as_printed_or_as_asked_for() -> None:
    printed = draw_weights(400, 50, 10, 1, generator_start="framework")
    assert torch.equal(printed.critic_hidden, draw_weights(400, 50, 10, 1).critic_hidden)
    assert printed.critic_scale == pytest.approx(400**-0.5)
    alike = draw_weights(400, 50, 10, 1, generator_start="framework", critic_start="framework", biases=True)
    assert alike.critic_hidden.shape == (11, 400)
    assert 0.95 * 10**-0.5 < alike.critic_hidden.abs().max() <= 10**-0.5
    assert 0.95 * 400**-0.5 < alike.critic_top.abs().max() <= 400**-0.5
    assert alike.critic_scale == 1
    scaled = draw_weights(400, 50, 10, 1, generator_start="framework", critic_start="framework-scaled")
    assert scaled.critic_scale == pytest.approx(400**-0.5)
    assert torch.equal(scaled.critic_hidden, alike.critic_hidden[:-1])
    assert scaled.generator_scale == 1
    xavier = draw_weights(400, 50, 10, 1, critic_start="xavier")
    assert xavier.critic_scale == 1
    assert xavier.critic_hidden.std().item() == pytest.approx((2 / 410) ** 0.5, rel=0.05)


@pytest.mark.parametrize("start", STARTS)
def test_the_deviation_of_a_start_is_that_of_its_draws(start: str) -> None:
    drawn = draw_weights(400, 300, 10, 1, torch.float64, generator_start=start)
    assert start_deviation(start, 300, 400) == pytest.approx(drawn.hidden.std().item(), rel=0.01)
    assert start_deviation(start, 400, 10) == pytest.approx(drawn.top.std().item(), rel=0.03)


@pytest.mark.parametrize("start", STARTS)
def test_biases_and_scale_leave_the_draw_of_the_weights(start: str) -> None:
    one = draw_weights(8, 5, 10, 1, torch.float64, generator_start=start)
    other = draw_weights(8, 5, 10, 1, torch.float64, generator_start=start, start_scale=0.1, biases=True)
    assert other.hidden.shape == (6, 8)
    torch.testing.assert_close(other.hidden[:5], one.hidden / 10)
    torch.testing.assert_close(other.top, one.top)  # the scale is that of the hidden layer
    assert torch.equal(other.critic_top, one.critic_top)
    assert one.top_bias is None
    assert other.top_bias.shape == (10,)


def test_the_critic_has_a_width_of_its_own_and_the_factor_that_goes_with_it() -> None:
    weights, usual = draw_weights(8, 5, 10, 1, critic_width=3), draw_weights(8, 5, 10, 1)
    assert weights.critic_hidden.shape == (10, 3)
    assert weights.critic_top.shape == (3,)
    assert weights.critic_scale == 3**-0.5
    assert usual.critic_top.shape == (8,)
    assert torch.equal(weights.hidden, usual.hidden)
    assert torch.equal(weights.top, usual.top)

import numpy as np
import pytest
from known_systems import PRINTED, WORMS

from pseudo_rd.reaction_diffusion.systems import System, Turing, gray_scott_start, turing_start


@pytest.mark.parametrize("system", [PRINTED, WORMS])
def test_the_jacobian_is_the_derivative_of_the_reaction(system: System) -> None:
    def reaction(u: float, v: float) -> np.ndarray:
        return system.react(np.array([u, v])[:, None, None])[:, 0, 0]

    u, v, shift = 0.6, 0.3, 1e-6
    by_u = (reaction(u + shift, v) - reaction(u - shift, v)) / (2 * shift)
    by_v = (reaction(u, v + shift) - reaction(u, v - shift)) / (2 * shift)
    np.testing.assert_allclose(system.jacobian(u, v), np.stack([by_u, by_v], axis=1), atol=1e-8)


@pytest.mark.parametrize("system", [PRINTED, WORMS])
def test_nothing_reacts_in_the_homogeneous_state(system: System) -> None:
    np.testing.assert_array_equal(system.react(np.array(system.homogeneous_state)), 0)


def test_turings_start_is_uniform_noise_around_the_homogeneous_state() -> None:
    system = Turing(a=1, b=-1, c=2, d=-1.5, h=2, k=5, diffusion_u=1e-4, diffusion_v=6e-4)
    start = turing_start(system, 60, 0.03, seed=3)
    for field, home in zip(start, (2, 5), strict=True):
        assert 0.0299 < np.abs(field - home).max() < 0.03
        assert field.std() == pytest.approx(0.03 / np.sqrt(3), rel=0.03)
    np.testing.assert_array_equal(start, turing_start(system, 60, 0.03, seed=3))
    assert np.abs(start - turing_start(system, 60, 0.03, seed=4)).max() > 0.01


def test_the_printed_start_is_ones_and_zeros_with_the_central_patch_inverted() -> None:
    u, v = gray_scott_start(100, 5)
    np.testing.assert_array_equal(u, 1 - v)
    assert set(np.unique(v)) == {0, 1}
    rows, columns = np.nonzero(v)
    assert set(rows) == set(columns) == {48, 49, 50, 51, 52}
    assert len(rows) == 25


def test_the_perturbed_start_keeps_zeros_and_is_uniform_around_the_rest() -> None:
    exact, perturbed = gray_scott_start(40, 5), gray_scott_start(40, 5, 0.01, seed=1)
    np.testing.assert_array_equal(perturbed[exact == 0], 0)
    assert 0.0099 < np.abs(perturbed[exact == 1] - 1).max() < 0.01
    np.testing.assert_array_equal(perturbed, gray_scott_start(40, 5, 0.01, seed=1))


def test_a_patch_larger_than_the_grid_is_refused() -> None:
    with pytest.raises(ValueError, match=r"patch = 9 must lie in 1 \.\. grid = 8"):
        gray_scott_start(8, 9)

import numpy as np
import pytest

from pseudo_rd.reaction_diffusion.euler import step_gray_scott


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (2, 3), (7, 5), (30, 41)])
def test_a_step_is_that_of_whole_arrays(shape: tuple[int, int], random: np.random.Generator) -> None:
    u, v = fields = random.uniform(0, 1, (2, *shape))
    old = np.concatenate([fields[..., -1:], fields, fields[..., :1]], axis=2)
    before, new = old.copy(), np.full_like(old, np.nan)
    step_gray_scott(old, new, (0.7, 0.8), (0.05, 0.02), 0.5, 0.03)
    around = sum(np.roll(fields, shift, axis) for shift in (1, -1) for axis in (1, 2))
    expected = np.array(
        [0.7 * u + 0.05 * around[0] - 0.5 * u * v**2 + 0.03, 0.8 * v + 0.02 * around[1] + 0.5 * u * v**2]
    )
    np.testing.assert_allclose(new[:, :, 1:-1], expected, rtol=0, atol=1e-15)
    np.testing.assert_array_equal(new[:, :, [0, -1]], new[:, :, [-2, 1]])
    np.testing.assert_array_equal(old, before)

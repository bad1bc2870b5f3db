"""Turing's system (63) and Gray and Scott's (64), and their starts. A state is (u, v)."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Turing:
    """Turing's linear system (63): u' = a(u - h) + b(v - k) + mu' lap u, v' = c(u - h) + d(v - k) + nu' lap v.

    Attributes:
        a, b, c, d: reaction.
        h, k: the homogeneous state.
        diffusion_u, diffusion_v: mu', nu'.
    """

    a: float
    b: float
    c: float
    d: float
    h: float
    k: float
    diffusion_u: float
    diffusion_v: float

    def react(self, state: np.ndarray) -> np.ndarray:
        """The reaction terms of `state`, (2, grid, grid)."""
        u, v = state[0] - self.h, state[1] - self.k
        return np.stack([self.a * u + self.b * v, self.c * u + self.d * v])

    def jacobian(self, u: float, v: float) -> np.ndarray:
        """Derivative of the reaction terms, (2, 2); the same at every state."""
        return np.array([[self.a, self.b], [self.c, self.d]], float)

    @property
    def homogeneous_state(self) -> tuple[float, float]:
        return self.h, self.k


@dataclass(frozen=True)
class GrayScott:
    """Gray and Scott's system (64): u' = F(1 - u) - u v^2 + mu' lap u, v' = -(F + k)v + u v^2 + nu' lap v.

    Attributes:
        feed_rate, kill_rate: F, k.
        diffusion_u, diffusion_v: mu', nu'.
    """

    feed_rate: float
    kill_rate: float
    diffusion_u: float
    diffusion_v: float

    def react(self, state: np.ndarray) -> np.ndarray:
        """The reaction terms of `state`, (2, grid, grid)."""
        u, v = state
        reaction = u * v * v
        return np.stack([self.feed_rate * (1 - u) - reaction, reaction - (self.feed_rate + self.kill_rate) * v])

    def jacobian(self, u: float, v: float) -> np.ndarray:
        """Derivative of the reaction terms at (u, v), (2, 2)."""
        loss = self.feed_rate + self.kill_rate
        return np.array([[-self.feed_rate - v**2, -2 * u * v], [v**2, 2 * u * v - loss]], float)

    @property
    def homogeneous_state(self) -> tuple[float, float]:
        """The one that the paper starts around; where F >= 4 (F + k)^2 there are two more, with v > 0."""
        return 1.0, 0.0


System = Turing | GrayScott


def turing_start(system: Turing, grid: int, perturbation: float, seed: int) -> np.ndarray:
    """The homogeneous state plus uniform noise in (-perturbation, perturbation), (2, grid, grid)."""
    noise = np.random.default_rng(seed).uniform(-perturbation, perturbation, (2, grid, grid))
    return noise + np.array([system.h, system.k])[:, None, None]


def gray_scott_start(grid: int, patch: int, perturbation: float = 0, seed: int = 0) -> np.ndarray:
    """u = 1 and v = 0, and the other way round in the central square of patch x patch cells, (2, grid, grid).

    Every value is multiplied by 1 + uniform noise in (-perturbation, perturbation), as Pearson (1993) did to break the
    symmetry of the square; the paper names no noise.

    Raises:
        ValueError: if the patch does not fit.
    """
    if not 0 < patch <= grid:
        raise ValueError(f"patch = {patch} must lie in 1 .. grid = {grid}")
    start = np.stack([np.ones((grid, grid)), np.zeros((grid, grid))])
    corner = grid // 2 - patch // 2
    centre = start[:, corner : corner + patch, corner : corner + patch]
    centre[:] = 1 - centre
    return start * (1 + np.random.default_rng(seed).uniform(-perturbation, perturbation, start.shape))

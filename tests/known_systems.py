"""The systems that the paper prints, and what several tests need to know of a lattice."""

import numpy as np

from pseudo_rd.reaction_diffusion.systems import GrayScott, Turing

PRINTED = Turing(a=1, b=-1, c=3, d=-1.5, h=1, k=1, diffusion_u=1e-4, diffusion_v=6e-4)
TEXTBOOK = Turing(a=1, b=-1, c=2, d=-1.5, h=1, k=1, diffusion_u=1e-4, diffusion_v=6e-4)
WORMS = GrayScott(feed_rate=0.04, kill_rate=0.06, diffusion_u=2e-5, diffusion_v=1e-5)
SPACING = 0.01


def still(diffusion_u: float, diffusion_v: float) -> Turing:
    """Diffusion alone."""
    return Turing(a=0, b=0, c=0, d=0, h=0, k=0, diffusion_u=diffusion_u, diffusion_v=diffusion_v)


def lattice_eigenvalues(grid: int, spacing: float) -> np.ndarray:
    """Minus the five-point Laplacian of each Fourier mode, (grid, grid)."""
    angle = 2 * np.pi * np.arange(grid) / grid
    return (4 - 2 * np.cos(angle)[:, None] - 2 * np.cos(angle)[None, :]) / spacing**2

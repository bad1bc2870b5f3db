"""Small simulations in the arrays that the workflow writes of them."""

import numpy as np

from pseudo_rd.reaction_diffusion.linear import facts
from pseudo_rd.reaction_diffusion.simulation import simulate
from pseudo_rd.reaction_diffusion.systems import GrayScott, Turing, gray_scott_start, turing_start


def turing(system: Turing, times: list[float]) -> dict[str, np.ndarray]:
    return simulate(system, turing_start(system, 32, 0.03, seed=1), 0.01, 0.02, times) | facts(system)


def gray_scott(feed_rate: float, kill_rate: float, times: list[float]) -> dict[str, np.ndarray]:
    system = GrayScott(feed_rate, kill_rate, diffusion_u=2e-5, diffusion_v=1e-5)
    arrays = facts(system, patch=5, perturbation=0.01)
    for name, perturbation in (("printed", 0), ("perturbed", 0.01)):
        fields = simulate(system, gray_scott_start(32, 5, perturbation, seed=1), 0.01, 1, times)
        arrays |= {f"{name}_{key}": array for key, array in fields.items()}
    return arrays

"""Features of hidden neurons by projected gradient ascent on the input, equations (60)-(62)."""

import numpy as np


def random_image(inputs: int, seed: int) -> np.ndarray:
    """The input x that all neurons share: uniform in [0, 1], shape (inputs,)."""
    return np.random.default_rng(seed).uniform(size=inputs)


def ascend(neurons: np.ndarray, radius: float, step: float, iterations: int) -> np.ndarray:
    """Maximize the pre-activation u_j.(x + delta) over ||delta||_inf <= radius, from delta = 0 (equations 60-62).

    As printed, (60) is linear: its gradient is u_j at every input, so neither x nor the activation enters. Each
    component moves straight to a face of the ball, where |u_jk| step >= radius with the very first step, and stays.
    What comes out is the maximum itself, radius sign(u_j), save where step iterations |u_jk| < radius. Whatever the
    objective, then, nearly every pixel is perturbed, and by the same amount: only the signs tell neurons apart.

    Args:
        neurons: rows u_j of the hidden layer, (neurons, inputs).
        radius: epsilon, in the unit of the input.
        step: learning rate of the ascent.
        iterations: number of steps.

    Returns:
        delta_j, (neurons, inputs).
    """
    delta = np.zeros_like(neurons)
    for _ in range(iterations):
        delta = np.clip(delta + step * neurons, -radius, radius)
    return delta

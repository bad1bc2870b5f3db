"""Constants and right sides of Theorems 1 and 2, for the summed loss (7), (8) and unit-norm inputs.

The right side of (31) is `pseudo_rd.theory.bernoulli.residual_bound`. Times are those of the gradient flow. Where the
paper writes O(.), the functions keep the constants of the proof, so that they can be held against measurements.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pseudo_rd.theory.gram import gram_infinity

# The c of Remark 1. A neuron within R of its start flips at a sample with probability at most 2 R / sqrt(2 pi); so the
# entries of |H - H(0)| have expectations of at most 4 R / sqrt(2 pi). Their sum, by Markov's inequality, stays below
# lambda_0 / 4 with probability 1 - delta once R = c delta lambda_0 / n^2 (Du et al. 2018, Lemma 3.2).
REMARK_1_CONSTANT = math.sqrt(2 * math.pi) / 16


@dataclass(frozen=True)
class Spectrum:
    """Extreme eigenvalues of H_inf and what the theorems make of them.

    Attributes:
        smallest: lambda_0 = lambda_min(H_inf), positive by Assumption 1.
        largest: lambda_1^inf = lambda_max(H_inf).

    Raises:
        ValueError: unless 0 < smallest <= largest.
    """

    smallest: float
    largest: float

    def __post_init__(self) -> None:
        if not 0 < self.smallest <= self.largest:
            raise ValueError(
                f"smallest is {self.smallest}, must be positive and at most largest = {self.largest}: "
                "drop parallel samples"
            )

    @property
    def lambda_1(self) -> float:
        """Twice the bound on lambda_max(H) (Lemma 4): 2 lambda_1^inf + lambda_0."""
        return 2 * self.largest + self.smallest

    @property
    def kappa(self) -> float:
        """lambda_1 / lambda_0, below (30): twice the condition number of H_inf, plus 1."""
        return self.lambda_1 / self.smallest


def spectrum(inputs: Tensor) -> Spectrum:
    """Extreme eigenvalues of H_inf from the matrix itself (Definition 1).

    Args:
        inputs: samples X, shape (samples, inputs), few enough for a dense matrix; else `gram.extreme_eigenvalues`.

    Returns:
        The spectrum's ends.

    Raises:
        ValueError: if H_inf is singular (Assumption 1 fails) or a row is zero.
    """
    eigenvalues = torch.linalg.eigvalsh(gram_infinity(inputs))
    return Spectrum(float(eigenvalues[0]), float(eigenvalues[-1]))


def stability_radius(samples: int, smallest: float, delta: float, constant: float = REMARK_1_CONSTANT) -> float:
    """R = c delta lambda_0 / n^2 (Remark 1): neurons that stay this close to their start keep H within lambda_0 / 4."""
    return constant * _probability(delta) * smallest / samples**2


def initialization_radius(width: int, inputs: int, delta: float) -> float:
    """zeta = 2 sqrt(m d_in) / (sqrt(2 pi) delta) (47), the radius of Lemma 1 as its proof has it.

    The lemma's statement prints sqrt(2 pi delta) instead: multiply by sqrt(delta) for that.
    """
    return 2 * math.sqrt(width * inputs) / (math.sqrt(2 * math.pi) * _probability(delta))


def expected_residual(targets: Tensor) -> float:
    """Upper bound sqrt(n / 2 + ||y||^2) on E ||z(0) - y||_2 for unit-norm inputs, which (14) needs.

    E z_p(0)^2 = E relu(u.x_p)^2 = 1/2, cross terms vanish with the random signs, and Jensen does the rest.
    It grows like sqrt(n); the paper takes O(n).

    Args:
        targets: y, shape (samples,).
    """
    return math.sqrt(len(targets) / 2 + float(targets.square().sum()))


def sign_sum_bound(delta: float, norm: float) -> float:
    """Right side of (24): |sum_r a_r w_r| <= ||w|| sqrt(2 log(2 / delta)), for signs a that w does not depend on."""
    return norm * math.sqrt(2 * math.log(2 / _probability(delta)))


def adversary_strength(samples: int, width: int, bound: float, delta: float) -> float:
    """mu = L n sqrt(2 log(2 / delta)) / sqrt(m) (27).

    Args:
        samples: n.
        width: m.
        bound: L, of ||w||_2.
        delta: probability of failure, in (0, 1).
    """
    return samples * sign_sum_bound(delta, bound) / math.sqrt(width)


def largest_bound(samples: int, width: int, delta: float, kappa: float, accuracy: float) -> float:
    """Supremum of L for which the error reaches `accuracy`: kappa mu = epsilon (below (41)).

    L = epsilon sqrt(m) / (kappa n sqrt(2 log(2 / delta))).
    """
    return accuracy * math.sqrt(width) / (kappa * samples * sign_sum_bound(delta, 1))


def arrival_time(residual: float, accuracy: float, spectrum: Spectrum, mu: float) -> float:
    """T_0 = (2 / lambda_0) log((||z(0) - y|| - kappa mu) / (epsilon - kappa mu)): from then on (31) is below epsilon.

    Args:
        residual: ||z(0) - y||_2.
        accuracy: epsilon.
        spectrum: of H_inf.
        mu: from `adversary_strength`; 0 without adversary.

    Raises:
        ValueError: unless kappa mu < accuracy < residual.
    """
    level = spectrum.kappa * mu
    if not level < accuracy < residual:
        raise ValueError(
            f"accuracy is {accuracy}, must lie between kappa mu = {level:.4g} and the residual {residual:.4g}: "
            "lower the bound L, widen the network or ask for less"
        )
    return 2 / spectrum.smallest * math.log((residual - level) / (accuracy - level))


def least_width_for(
    samples: int, residual: float, spectrum: Spectrum, radius: float, mu: float = 0.0, time: float = 0.0
) -> float:
    """Right side of (43) for given mu and T_0: ((2 sqrt(n) r / lambda_0 + mu (1 + kappa sqrt(n)) T_0) / R)^2.

    The first term is that of (13), which (43) rounds to n^{3/2} / (lambda_0 delta). With mu = 0 it is the width of
    supervised learning; mu falls with m itself, `least_width` heeds that.

    Args:
        samples: n.
        residual: r, either ||z(0) - y||_2 as measured or E ||z(0) - y||_2 / delta.
        spectrum: of H_inf.
        radius: R, from `stability_radius`.
        mu: from `adversary_strength`.
        time: T_0, from `arrival_time`.

    Returns:
        The width m as a real number.
    """
    reaction = 2 * math.sqrt(samples) * residual / spectrum.smallest
    return ((reaction + _drift(samples, spectrum, mu) * time) / radius) ** 2


def least_width(
    samples: int, residual: float, accuracy: float, bound: float, delta: float, spectrum: Spectrum, radius: float
) -> int:
    """Least integer m that satisfies (42), with mu and T_0 at that m.

    The left side, 2 sqrt(n) r / (sqrt(m) lambda_0) + mu (1 + kappa sqrt(n)) T_0 / sqrt(m), falls with m, so that
    bisection finds the width. Widths at which (31) never gets below `accuracy` do not count.

    Args:
        samples: n.
        residual: r, as in `least_width_for`.
        accuracy: epsilon, in (0, residual).
        bound: L >= 0.
        delta: probability of failure.
        spectrum: of H_inf.
        radius: R.

    Raises:
        ValueError: if accuracy is not between 0 and the residual, or radius is not positive.
    """
    if not (0 < accuracy < residual and radius > 0):
        raise ValueError(f"accuracy is {accuracy}, radius {radius}: need 0 < accuracy < {residual} and radius > 0")

    def sufficient(width: int) -> bool:
        mu = adversary_strength(samples, width, bound, delta)
        if spectrum.kappa * mu >= accuracy:
            return False
        time = arrival_time(residual, accuracy, spectrum, mu)
        return least_width_for(samples, residual, spectrum, radius, mu, time) <= width

    high = 1
    while not sufficient(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if sufficient(middle) else (middle, high)
    return high


def supervised_neuron_distance(samples: int, width: int, residual: float, smallest: float) -> float:
    """Right side of (13): 2 sqrt(n) ||z(0) - y||_2 / (sqrt(m) lambda_0) bounds ||u_j(t) - u_j(0)||_2 for every j, t.

    Args:
        samples: n.
        width: m.
        residual: ||z(0) - y||_2 as measured, or E ||z(0) - y||_2 / delta for (14).
        smallest: lambda_0.
    """
    return 2 * math.sqrt(samples) * residual / (math.sqrt(width) * smallest)


def supervised_distance(samples: int, expected_residual: float, smallest: float, delta: float) -> float:
    """Right side of (15): 2 sqrt(n) E ||z(0) - y||_2 / (lambda_0 delta) bounds ||U(t) - U(0)||_F.

    Args:
        samples: n.
        expected_residual: E ||z(0) - y||_2 over initializations, or a bound on it (`expected_residual`).
        smallest: lambda_0.
        delta: probability of failure.
    """
    return 2 * math.sqrt(samples) * expected_residual / (smallest * _probability(delta))


def diffusion_bound(samples: int, width: int, bound: float, delta: float) -> float:
    """Right side of (38): L n sqrt(2 log(2 / delta)) / m = mu / sqrt(m) bounds the diffusion term of every neuron."""
    return adversary_strength(samples, width, bound, delta) / math.sqrt(width)


def augmented_neuron_distance(
    times: np.ndarray | float, samples: int, width: int, residual: float, spectrum: Spectrum, mu: float
) -> np.ndarray | float:
    """Right side of (39), which bounds ||u_j(t) - u_j(0)||_2 under the adversary.

    2 sqrt(n) (r - kappa mu) / (sqrt(m) lambda_0) (1 - exp(-lambda_0 t / 2)) + mu (1 + kappa sqrt(n)) t / sqrt(m).
    With mu = 0 it is (12).

    Args:
        times: t >= 0, any shape.
        samples: n.
        width: m.
        residual: r = ||z(0) - y||_2.
        spectrum: of H_inf.
        mu: from `adversary_strength`.

    Returns:
        Bound in the shape of `times`.
    """
    times = np.asarray(times)
    settling = supervised_neuron_distance(samples, width, residual - spectrum.kappa * mu, spectrum.smallest)
    drift = _drift(samples, spectrum, mu) / math.sqrt(width)
    return settling * -np.expm1(-spectrum.smallest / 2 * times) + drift * times


def augmented_distance(
    times: np.ndarray | float, samples: int, residual: float, spectrum: Spectrum, mu: float
) -> np.ndarray | float:
    """Right side of (41) before it is rounded to O(.): sqrt(m) times (39), a bound on ||U(t) - U(0)||_F.

    The width only enters through mu. Arguments as in `augmented_neuron_distance`; pass E ||z(0) - y||_2 / delta as
    `residual` for the statement of Theorem 2.
    """
    return augmented_neuron_distance(times, samples, 1, residual, spectrum, mu)


def _drift(samples: int, spectrum: Spectrum, mu: float) -> float:
    return mu * (1 + spectrum.kappa * math.sqrt(samples))


def _probability(delta: float) -> float:
    if not 0 < delta < 1:
        raise ValueError(f"delta is {delta}, must lie between 0 and 1: it is a probability of failure")
    return delta

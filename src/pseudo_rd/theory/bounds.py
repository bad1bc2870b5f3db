"""Constants and right sides of Theorems 1 and 2, for the summed loss (7), (8) and unit-norm inputs.

Times are those of the gradient flow. Where the paper writes O(.), the functions keep the constants of the proof, so
that they can be held against measurements. Widths, residuals, strengths and times may be arrays, which broadcast.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = float | NDArray[np.float64]

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


def stability_radius(samples: int, smallest: float, delta: float) -> float:
    """R = c delta lambda_0 / n^2 (Remark 1): neurons that stay this close to their start keep H within lambda_0 / 4."""
    return REMARK_1_CONSTANT * _probability(delta) * smallest / samples**2


def initialization_radius(width: Values, inputs: int, delta: float) -> Values:
    """zeta = 2 sqrt(m d_in) / (sqrt(2 pi) delta) (47), the radius of Lemma 1 as its proof has it.

    The lemma's statement prints sqrt(2 pi delta) instead: multiply by sqrt(delta) for that.
    """
    return 2 * np.sqrt(width * inputs) / (math.sqrt(2 * math.pi) * _probability(delta))


def expected_residual(samples: int, target_norm: float) -> float:
    """Upper bound sqrt(n / 2 + ||y||^2) on E ||z(0) - y||_2 for unit-norm inputs, which (14) needs.

    E z_p(0)^2 = E relu(u.x_p)^2 = 1/2, cross terms vanish with the random signs, and Jensen does the rest.
    It grows like sqrt(n); the paper takes O(n).
    """
    return math.sqrt(samples / 2 + target_norm**2)


def sign_sum_bound(delta: float, norm: float) -> float:
    """Right side of (24): |sum_r a_r w_r| <= ||w|| sqrt(2 log(2 / delta)), for signs a that w does not depend on."""
    return norm * math.sqrt(2 * math.log(2 / _probability(delta)))


def adversary_strength(samples: int, width: Values, bound: float, delta: float) -> Values:
    """mu = L n sqrt(2 log(2 / delta)) / sqrt(m), defined above (28).

    Args:
        samples: n.
        width: m.
        bound: L, of ||w||_2.
        delta: probability of failure, in (0, 1).
    """
    return samples * sign_sum_bound(delta, bound) / np.sqrt(width)


def residual_bound(times: Values, residual: Values, spectrum: Spectrum, mu: Values) -> Values:
    """Right side of (31): (||z(0) - y|| - kappa mu) exp(-lambda_0 t / 2) + kappa mu bounds ||z(t) - y||_2.

    With psi = ||z(t) - y||^2 it solves d psi/dt = -lambda_0 psi + lambda_1 mu sqrt(psi), which is (29) with the sign of
    equality. With mu = 0 it is the right side of Remark 3.

    Args:
        times: t >= 0.
        residual: ||z(0) - y||_2 >= 0.
        spectrum: of H_inf.
        mu: from `adversary_strength`; 0 without adversary.
    """
    level = spectrum.kappa * mu
    return (residual - level) * np.exp(-spectrum.smallest / 2 * np.asarray(times)) + level


def supervised_neuron_distance(samples: int, width: Values, residual: Values, smallest: float) -> Values:
    """Right side of (13): 2 sqrt(n) ||z(0) - y||_2 / (sqrt(m) lambda_0) bounds ||u_j(t) - u_j(0)||_2 for every j, t.

    Args:
        samples: n.
        width: m.
        residual: ||z(0) - y||_2 as measured, or E ||z(0) - y||_2 / delta for (14).
        smallest: lambda_0.
    """
    return 2 * math.sqrt(samples) * residual / (np.sqrt(width) * smallest)


def supervised_distance(samples: int, expected_residual: float, smallest: float, delta: float) -> float:
    """Right side of (15): 2 sqrt(n) E ||z(0) - y||_2 / (lambda_0 delta) bounds ||U(t) - U(0)||_F.

    Args:
        samples: n.
        expected_residual: E ||z(0) - y||_2 over initializations, or a bound on it (`expected_residual`).
        smallest: lambda_0.
        delta: probability of failure.
    """
    return 2 * math.sqrt(samples) * expected_residual / (smallest * _probability(delta))


def diffusion_bound(samples: int, width: Values, bound: float, delta: float) -> Values:
    """Right side of (38): L n sqrt(2 log(2 / delta)) / m = mu / sqrt(m) bounds the diffusion term of every neuron."""
    return adversary_strength(samples, width, bound, delta) / np.sqrt(width)


def augmented_neuron_distance(
    times: Values, samples: int, width: Values, residual: Values, spectrum: Spectrum, mu: Values
) -> Values:
    """Right side of (39), which bounds ||u_j(t) - u_j(0)||_2 under the adversary.

    2 sqrt(n) (r - kappa mu) / (sqrt(m) lambda_0) (1 - exp(-lambda_0 t / 2)) + mu (1 + kappa sqrt(n)) t / sqrt(m).
    With mu = 0 it is (12).

    Args:
        times: t >= 0.
        samples: n.
        width: m.
        residual: r = ||z(0) - y||_2.
        spectrum: of H_inf.
        mu: from `adversary_strength`.
    """
    settling = supervised_neuron_distance(samples, width, residual - spectrum.kappa * mu, spectrum.smallest)
    drift = mu * (1 + spectrum.kappa * math.sqrt(samples)) / np.sqrt(width)
    return settling * -np.expm1(-spectrum.smallest / 2 * np.asarray(times)) + drift * times


def augmented_distance(times: Values, samples: int, residual: Values, spectrum: Spectrum, mu: Values) -> Values:
    """Right side of (41) before it is rounded to O(.): sqrt(m) times (39), a bound on ||U(t) - U(0)||_F.

    The width only enters through mu. Arguments as in `augmented_neuron_distance`; pass E ||z(0) - y||_2 / delta as
    `residual` for the statement of Theorem 2.
    """
    return augmented_neuron_distance(times, samples, 1, residual, spectrum, mu)


def _probability(delta: float) -> float:
    if not 0 < delta < 1:
        raise ValueError(f"delta is {delta}, must lie between 0 and 1: it is a probability of failure")
    return delta

"""Constants and right sides of Theorems 1 and 2, for the summed loss (7), (8) and unit-norm inputs.

Where the paper writes O(.), the constants of the proof are kept, so that they can be held against measurements.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Values = float | NDArray[np.float64]

# The c of Remark 1. A neuron within R of its start flips at a sample with probability at most 2 R / sqrt(2 pi); so the
# entries of |H - H(0)| have expectations of at most 4 R / sqrt(2 pi). Their sum, by Markov's inequality, stays below
# lambda_0 / 4 with probability 1 - delta once R = c delta lambda_0 / n^2 (Du et al. 2018, Lemma 3.2).
REMARK_1_CONSTANT = math.sqrt(2 * math.pi) / 16


@dataclass(frozen=True)
class Setting:
    """What the bounds are made of. Width, residual and times may be arrays, which broadcast, and so do the bounds.

    Attributes:
        samples, inputs, width: n, d_in, m.
        smallest, largest: lambda_0 and lambda_1^inf, the extreme eigenvalues of H_inf (`gram.spectrum`).
        bound: L, of the adversary's ||w||_2.
        delta: probability of failure.
        target_norm: ||y||_2.
        residual: ||z(0) - y||_2.
        times: t >= 0, of the gradient flow.
    """

    samples: float
    inputs: float
    width: Values
    smallest: float
    largest: float
    bound: float
    delta: float
    target_norm: float
    residual: Values
    times: Values

    @property
    def lambda_1(self) -> float:
        """Twice the bound on lambda_max(H) (Lemma 4): 2 lambda_1^inf + lambda_0."""
        return 2 * self.largest + self.smallest

    @property
    def kappa(self) -> float:
        """lambda_1 / lambda_0, below (30): twice the condition number of H_inf, plus 1."""
        return self.lambda_1 / self.smallest

    @property
    def mu(self) -> Values:
        """The adversary's strength L n sqrt(2 log(2 / delta)) / sqrt(m), above (28); without it bounds take mu = 0."""
        return self.samples * self.sign_sum_bound / np.sqrt(self.width)

    @property
    def stability_radius(self) -> float:
        """R = c delta lambda_0 / n^2 (Remark 1): neurons this close to their start keep H within lambda_0 / 4."""
        return REMARK_1_CONSTANT * self.delta * self.smallest / self.samples**2

    @property
    def initialization_radius(self) -> Values:
        """zeta = 2 sqrt(m d_in) / (sqrt(2 pi) delta) (47), the radius of Lemma 1 as its proof has it.

        The lemma's statement prints sqrt(2 pi delta) instead: multiply by sqrt(delta) for that.
        """
        return 2 * np.sqrt(self.width * self.inputs) / (math.sqrt(2 * math.pi) * self.delta)

    @property
    def expected_residual(self) -> float:
        """Upper bound sqrt(n / 2 + ||y||^2) on E ||z(0) - y||_2 for unit-norm inputs, which (14) needs.

        E z_p(0)^2 = E relu(u.x_p)^2 = 1/2, cross terms vanish with the random signs, and Jensen does the rest.
        It grows like sqrt(n); the paper takes O(n).
        """
        return math.sqrt(self.samples / 2 + self.target_norm**2)

    @property
    def sign_sum_bound(self) -> float:
        """Right side of (24): |sum_r a_r w_r| <= L sqrt(2 log(2 / delta)), for signs a that w does not depend on."""
        return self.bound * math.sqrt(2 * math.log(2 / self.delta))

    def residual_bound(self, mu: Values) -> Values:
        """Right side of (31): (||z(0) - y|| - kappa mu) exp(-lambda_0 t / 2) + kappa mu bounds ||z(t) - y||_2.

        With psi = ||z(t) - y||^2 it solves d psi/dt = -lambda_0 psi + lambda_1 mu sqrt(psi), which is (29) with the
        sign of equality. With mu = 0 it is the right side of Remark 3.
        """
        level = self.kappa * mu
        return (self.residual - level) * np.exp(-self.smallest / 2 * self.times) + level

    @property
    def supervised_neuron_distance(self) -> Values:
        """Right side of (13): 2 sqrt(n) ||z(0) - y||_2 / (sqrt(m) lambda_0) bounds ||u_j(t) - u_j(0)||_2, all j, t."""
        return 2 * math.sqrt(self.samples) * self.residual / (np.sqrt(self.width) * self.smallest)

    @property
    def supervised_distance(self) -> float:
        """Right side of (15): 2 sqrt(n) E ||z(0) - y||_2 / (lambda_0 delta) bounds ||U(t) - U(0)||_F."""
        return 2 * math.sqrt(self.samples) * self.expected_residual / (self.smallest * self.delta)

    @property
    def diffusion_bound(self) -> Values:
        """Right side of (38): mu / sqrt(m) bounds the diffusion term of every neuron."""
        return self.mu / np.sqrt(self.width)

    def augmented_neuron_distance(self, mu: Values) -> Values:
        """Right side of (39), which bounds ||u_j(t) - u_j(0)||_2 under the adversary. With mu = 0 it is (12).

        2 sqrt(n) (||z(0) - y|| - kappa mu) / (sqrt(m) lambda_0) (1 - exp(-lambda_0 t / 2))
        + mu (1 + kappa sqrt(n)) t / sqrt(m).
        """
        settling = replace(self, residual=self.residual - self.kappa * mu).supervised_neuron_distance
        drift = mu * (1 + self.kappa * math.sqrt(self.samples)) / np.sqrt(self.width)
        return settling * -np.expm1(-self.smallest / 2 * self.times) + drift * self.times

    def augmented_distance(self, mu: Values) -> Values:
        """Right side of (41) before it is rounded to O(.): sqrt(m) times (39), a bound on ||U(t) - U(0)||_F.

        The width only enters through mu. Theorem 2 states it for the residual E ||z(0) - y||_2 / delta.
        """
        return replace(self, width=1.0).augmented_neuron_distance(mu)

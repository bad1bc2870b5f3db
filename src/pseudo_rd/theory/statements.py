"""What Theorems 1 and 2 state of their own setting: one entry a statement, from which claims and figures follow.

A statement holds where measured / bound is at most 1, with that much to spare.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pseudo_rd.theory import bounds
from pseudo_rd.theory.bounds import Values

Adversary = Literal["none", "frozen", "trained"]
ADVERSARIES: tuple[Adversary, ...] = ("none", "frozen", "trained")
WITH_ADVERSARY: tuple[Adversary, ...] = ("frozen", "trained")

# Relative mismatch that counts as "the same dynamics" in Remark 2 and Lemma 2; Euler steps leave some.
STEP_TOLERANCE = 0.05

Array = NDArray[np.float64]
Panel = Literal["error", "farthest neuron", "all neurons", "diffusion"]


@dataclass(frozen=True)
class Study:
    """The arrays of `flow.study`, with the numbers that bounds are made of.

    Attributes:
        arrays: as the study returned them; measured quantities have the shape (adversaries, widths, seeds, times).
    """

    arrays: Mapping[str, Array]

    @property
    def samples(self) -> int:
        """n."""
        return int(self.arrays["samples"])

    @property
    def delta(self) -> float:
        """Probability with which a bound may fail."""
        return float(self.arrays["delta"])

    @property
    def bound(self) -> float:
        """L, of the adversary's ||w||_2."""
        return float(self.arrays["bound"])

    @property
    def spectrum(self) -> bounds.Spectrum:
        """Ends of the spectrum of H_inf."""
        return bounds.Spectrum(float(self.arrays["smallest"]), float(self.arrays["largest"]))

    @property
    def widths(self) -> Array:
        """m, shape (widths, 1, 1)."""
        return self.arrays["widths"][:, None, None]

    @property
    def start(self) -> Array:
        """||z(0) - y||_2, shape (adversaries, widths, seeds, 1)."""
        return self.arrays["residual"][..., :1]

    @property
    def strength(self) -> Values:
        """mu, shape (widths, 1, 1)."""
        return bounds.adversary_strength(self.samples, self.widths, self.bound, self.delta)


@dataclass(frozen=True)
class Statement:
    """A statement of the paper about the theorems' own setting.

    Attributes:
        name: its key, also of the claim about it.
        where: where the paper makes it.
        sentence: what the paper says.
        label: of its line in a figure, with formulas.
        adversaries: those that it is stated for.
        measured, bound: both sides, broadcastable to (adversaries, widths, seeds, times). Bounds are from above.
        panel: of the figure over time that shows both sides.
        ratio: what measured / bound is, in words.
    """

    name: str
    where: str
    sentence: str
    label: str
    adversaries: tuple[Adversary, ...]
    measured: Callable[[Study], Array]
    bound: Callable[[Study], Values]
    panel: Panel | None = None
    ratio: str = "measured over bound"


STATEMENTS: tuple[Statement, ...] = (
    Statement(
        name="remark-1-premise",
        where="Remark 1",
        sentence="Neurons stay within R = c delta lambda_0 / n^2 of their start.",
        label="Remark 1: neurons within R (premise)",
        adversaries=ADVERSARIES,
        measured=lambda study: study.arrays["neuron_distance"],
        bound=lambda study: bounds.stability_radius(study.samples, study.spectrum.smallest, study.delta),
    ),
    Statement(
        name="remark-1-gram",
        where="Remark 1",
        sentence="The Gram matrix moves by at most lambda_0 / 4.",
        label=r"Remark 1: $\Vert H - H(0) \Vert \leq \lambda_0 / 4$",
        adversaries=ADVERSARIES,
        measured=lambda study: study.arrays["gram_shift"],
        bound=lambda study: study.spectrum.smallest / 4,
    ),
    Statement(
        name="remark-1-smallest",
        where="Remark 1",
        sentence="The Gram matrix's smallest eigenvalue stays above lambda_0 / 2.",
        label=r"Remark 1: $\lambda_{min}(H) \geq \lambda_0 / 2$",
        adversaries=ADVERSARIES,
        # Turned around, so that it is a bound from above too.
        measured=lambda study: study.spectrum.smallest - study.arrays["gram_smallest"],
        bound=lambda study: study.spectrum.smallest / 2,
        ratio="lambda_0 less the smallest eigenvalue, over lambda_0 / 2,",
    ),
    Statement(
        name="remark-2",
        where="Remark 2",
        sentence="Predictions follow dz/dt = H (y - z), within a mismatch of 5 %.",
        label="Remark 2 / Lemma 2: prediction dynamics",
        adversaries=ADVERSARIES,  # with one it is (17) of Lemma 2
        measured=lambda study: study.arrays["mismatch"],
        bound=lambda study: STEP_TOLERANCE,
    ),
    Statement(
        name="remark-3",
        where="Remark 3",
        sentence="Without the critic the error falls as exp(-lambda_0 t / 2).",
        label="Remark 3: error",
        adversaries=("none",),
        measured=lambda study: study.arrays["residual"],
        bound=lambda study: bounds.residual_bound(study.arrays["times"], study.start, study.spectrum, 0.0),
        panel="error",
    ),
    Statement(
        name="lemma-1",
        where="Lemma 1",
        sentence="The start lies in a ball of radius zeta.",
        label=r"Lemma 1: $\zeta$",
        adversaries=("none",),
        measured=lambda study: study.arrays["initial_norm"][..., None],
        bound=lambda study: bounds.initialization_radius(study.widths, int(study.arrays["inputs"]), study.delta),
    ),
    Statement(
        name="lemma-4",
        where="Lemma 4",
        sentence="The Gram matrix's largest eigenvalue stays below lambda_1 / 2.",
        label=r"Lemma 4: $\lambda_{max}(H)$",
        adversaries=ADVERSARIES,
        measured=lambda study: study.arrays["gram_largest"],
        bound=lambda study: study.spectrum.lambda_1 / 2,
    ),
    Statement(
        name="theorem-1-neuron",
        where="Theorem 1, (13)",
        sentence="Each neuron stays close to its start.",
        label="(13): farthest neuron",
        adversaries=("none",),
        measured=lambda study: study.arrays["neuron_distance"],
        bound=lambda study: bounds.supervised_neuron_distance(
            study.samples, study.widths, study.start, study.spectrum.smallest
        ),
        panel="farthest neuron",
    ),
    Statement(
        name="theorem-1-all",
        where="Theorem 1, (15)",
        sentence="All neurons together stay close to the start.",
        label="(15): all neurons",
        adversaries=("none",),
        measured=lambda study: study.arrays["distance"],
        bound=lambda study: bounds.supervised_distance(
            study.samples,
            bounds.expected_residual(study.samples, float(study.arrays["target_norm"])),
            study.spectrum.smallest,
            study.delta,
        ),
        panel="all neurons",
    ),
    Statement(
        name="theorem-2-sum",
        where="Theorem 2, (24)",
        sentence="The critic's signed sum obeys Hoeffding's bound.",
        label="(24): sum of signs (Hoeffding)",
        adversaries=WITH_ADVERSARY,
        measured=lambda study: study.arrays["sign_sum"],
        bound=lambda study: bounds.sign_sum_bound(study.delta, study.bound),
    ),
    Statement(
        name="theorem-2-slope",
        where="Theorem 2, (27)",
        sentence="The critic's slope stays small.",
        label="(27): critic's slope",
        adversaries=WITH_ADVERSARY,
        # For each output, with the indicator that the last step of (26) drops.
        measured=lambda study: study.arrays["critic_slope"],
        bound=lambda study: bounds.sign_sum_bound(study.delta, study.bound) / np.sqrt(study.widths),
    ),
    Statement(
        name="theorem-2-convergence",
        where="Theorem 2, (31)",
        sentence="With the critic the error still falls exponentially fast.",
        label="(31): error",
        adversaries=WITH_ADVERSARY,
        measured=lambda study: study.arrays["residual"],
        bound=lambda study: bounds.residual_bound(study.arrays["times"], study.start, study.spectrum, study.strength),
        panel="error",
    ),
    Statement(
        name="theorem-2-diffusion",
        where="Theorem 2, (38)",
        sentence="A neuron's diffusion obeys its bound.",
        label="(38): diffusion",
        adversaries=WITH_ADVERSARY,
        measured=lambda study: study.arrays["diffusion"],
        bound=lambda study: bounds.diffusion_bound(study.samples, study.widths, study.bound, study.delta),
        panel="diffusion",
    ),
    Statement(
        name="theorem-2-neuron",
        where="Theorem 2, (39)",
        sentence="Each neuron stays within the larger ball.",
        label="(39): farthest neuron",
        adversaries=WITH_ADVERSARY,
        measured=lambda study: study.arrays["neuron_distance"],
        bound=lambda study: bounds.augmented_neuron_distance(
            study.arrays["times"], study.samples, study.widths, study.start, study.spectrum, study.strength
        ),
        panel="farthest neuron",
    ),
    Statement(
        name="theorem-2-all",
        where="Theorem 2, (41)",
        sentence="All neurons stay within the larger ball.",
        label="(41): all neurons",
        adversaries=WITH_ADVERSARY,
        measured=lambda study: study.arrays["distance"],
        bound=lambda study: bounds.augmented_distance(
            study.arrays["times"], study.samples, study.start, study.spectrum, study.strength
        ),
        panel="all neurons",
    ),
)


def named(name: str) -> Statement:
    """The statement of that name.

    Raises:
        ValueError: if there is none.
    """
    for statement in STATEMENTS:
        if statement.name == name:
            return statement
    raise ValueError(f'no statement is named "{name}": see STATEMENTS in theory/statements.py')


def sides(statement: Statement, arrays: Mapping[str, Array], adversary: Adversary) -> tuple[Array, Array]:
    """What was measured and what bounds it, from the second recorded time on.

    Time 0 is left out: there both sides of (31) agree and both sides of (39) vanish.

    Args:
        statement: one that is stated for the adversary.
        arrays: of `flow.study`.
        adversary: whose runs.

    Returns:
        Both sides, shape (widths, seeds, times - 1) each.

    Raises:
        ValueError: if the statement is not stated for the adversary.
    """
    if adversary not in statement.adversaries:
        raise ValueError(f'{statement.name} is stated for {", ".join(statement.adversaries)}, not for "{adversary}"')
    study, index, shape = Study(arrays), ADVERSARIES.index(adversary), arrays["residual"].shape
    measured, bound = (np.broadcast_to(side(study), shape) for side in (statement.measured, statement.bound))
    return measured[index, ..., 1:], bound[index, ..., 1:]


def ratio(statement: Statement, arrays: Mapping[str, Array], adversary: Adversary) -> Array:
    """Measured over bound, shape (widths, seeds, times - 1); arguments and errors as in `sides`."""
    measured, bound = sides(statement, arrays, adversary)
    return measured / bound

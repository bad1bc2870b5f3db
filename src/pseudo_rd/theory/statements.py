"""What Theorems 1 and 2 state of their own setting: one entry a statement, from which claims and figures follow.

A statement holds where measured / bound is at most 1, with that much to spare.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pseudo_rd.theory.bounds import Setting, Values

Adversary = Literal["none", "frozen", "trained"]
ADVERSARIES: tuple[Adversary, ...] = ("none", "frozen", "trained")
WITH_ADVERSARY: tuple[Adversary, ...] = ("frozen", "trained")

# Relative mismatch that counts as "the same dynamics" in Remark 2 and Lemma 2; Euler steps leave some.
STEP_TOLERANCE = 0.05

Array = NDArray[np.float64]
Panel = Literal["error", "farthest neuron", "all neurons", "diffusion"]


@dataclass(frozen=True)
class Statement:
    """A statement of the paper about the theorems' own setting.

    Attributes:
        name: its key, also of the claim about it.
        where: where the paper makes it.
        sentence: what the paper says.
        label: of its line in a figure, with formulas.
        measured: one side, out of the arrays of `flow.study`; broadcastable to (adversaries, widths, seeds, times).
        bound: the other, from above, alike.
        adversaries: those that it is stated for.
        panel: of the figure over time that shows both sides.
        ratio: what measured / bound is, in words.
    """

    name: str
    where: str
    sentence: str
    label: str
    measured: Callable[[Mapping[str, Array]], Array]
    bound: Callable[[Setting], Values]
    adversaries: tuple[Adversary, ...] = ADVERSARIES
    panel: Panel | None = None
    ratio: str = "measured over bound"


STATEMENTS: tuple[Statement, ...] = (
    Statement(
        name="remark-1-premise",
        where="Remark 1",
        sentence="Neurons stay within R = c delta lambda_0 / n^2 of their start.",
        label="Remark 1: neurons within R (premise)",
        measured=lambda arrays: arrays["neuron_distance"],
        bound=lambda setting: setting.stability_radius,
    ),
    Statement(
        name="remark-1-gram",
        where="Remark 1",
        sentence="The Gram matrix moves by at most lambda_0 / 4.",
        label=r"Remark 1: $\Vert H - H(0) \Vert \leq \lambda_0 / 4$",
        measured=lambda arrays: arrays["gram_shift"],
        bound=lambda setting: setting.smallest / 4,
    ),
    Statement(
        name="remark-1-smallest",
        where="Remark 1",
        sentence="The Gram matrix's smallest eigenvalue stays above lambda_0 / 2.",
        label=r"Remark 1: $\lambda_{min}(H) \geq \lambda_0 / 2$",
        # Turned around, so that it is a bound from above too.
        measured=lambda arrays: arrays["smallest"] - arrays["gram_smallest"],
        bound=lambda setting: setting.smallest / 2,
        ratio="lambda_0 less the smallest eigenvalue, over lambda_0 / 2,",
    ),
    Statement(
        name="remark-2",
        where="Remark 2",
        sentence="Predictions follow dz/dt = H (y - z), within a mismatch of 5 %.",
        label="Remark 2 / Lemma 2: prediction dynamics",
        # With an adversary it is (17) of Lemma 2.
        measured=lambda arrays: arrays["mismatch"],
        bound=lambda setting: STEP_TOLERANCE,
    ),
    Statement(
        name="remark-3",
        where="Remark 3",
        sentence="Without the critic the error falls as exp(-lambda_0 t / 2).",
        label="Remark 3: error",
        adversaries=("none",),
        measured=lambda arrays: arrays["residual"],
        bound=lambda setting: setting.residual_bound(mu=0),
        panel="error",
    ),
    Statement(
        name="lemma-1",
        where="Lemma 1",
        sentence="The start lies in a ball of radius zeta.",
        label=r"Lemma 1: $\zeta$",
        adversaries=("none",),
        measured=lambda arrays: arrays["initial_norm"][..., None],
        bound=lambda setting: setting.initialization_radius,
    ),
    Statement(
        name="lemma-4",
        where="Lemma 4",
        sentence="The Gram matrix's largest eigenvalue stays below lambda_1 / 2.",
        label=r"Lemma 4: $\lambda_{max}(H)$",
        measured=lambda arrays: arrays["gram_largest"],
        bound=lambda setting: setting.lambda_1 / 2,
    ),
    Statement(
        name="theorem-1-neuron",
        where="Theorem 1, (13)",
        sentence="Each neuron stays close to its start.",
        label="(13): farthest neuron",
        adversaries=("none",),
        measured=lambda arrays: arrays["neuron_distance"],
        bound=lambda setting: setting.supervised_neuron_distance,
        panel="farthest neuron",
    ),
    Statement(
        name="theorem-1-all",
        where="Theorem 1, (15)",
        sentence="All neurons together stay close to the start.",
        label="(15): all neurons",
        adversaries=("none",),
        measured=lambda arrays: arrays["distance"],
        bound=lambda setting: setting.supervised_distance,
        panel="all neurons",
    ),
    Statement(
        name="theorem-2-sum",
        where="Theorem 2, (24)",
        sentence="The critic's signed sum obeys Hoeffding's bound.",
        label="(24): sum of signs (Hoeffding)",
        adversaries=WITH_ADVERSARY,
        measured=lambda arrays: arrays["sign_sum"],
        bound=lambda setting: setting.sign_sum_bound,
    ),
    Statement(
        name="theorem-2-slope",
        where="Theorem 2, (27)",
        sentence="The critic's slope stays small.",
        label="(27): critic's slope",
        adversaries=WITH_ADVERSARY,
        # For each output, with the indicator that the last step of (26) drops.
        measured=lambda arrays: arrays["critic_slope"],
        bound=lambda setting: setting.sign_sum_bound / np.sqrt(setting.width),
    ),
    Statement(
        name="theorem-2-convergence",
        where="Theorem 2, (31)",
        sentence="With the critic the error still falls exponentially fast.",
        label="(31): error",
        adversaries=WITH_ADVERSARY,
        measured=lambda arrays: arrays["residual"],
        bound=lambda setting: setting.residual_bound(setting.mu),
        panel="error",
    ),
    Statement(
        name="theorem-2-diffusion",
        where="Theorem 2, (38)",
        sentence="A neuron's diffusion obeys its bound.",
        label="(38): diffusion",
        adversaries=WITH_ADVERSARY,
        measured=lambda arrays: arrays["diffusion"],
        bound=lambda setting: setting.diffusion_bound,
        panel="diffusion",
    ),
    Statement(
        name="theorem-2-neuron",
        where="Theorem 2, (39)",
        sentence="Each neuron stays within the larger ball.",
        label="(39): farthest neuron",
        adversaries=WITH_ADVERSARY,
        measured=lambda arrays: arrays["neuron_distance"],
        bound=lambda setting: setting.augmented_neuron_distance(setting.mu),
        panel="farthest neuron",
    ),
    Statement(
        name="theorem-2-all",
        where="Theorem 2, (41)",
        sentence="All neurons stay within the larger ball.",
        label="(41): all neurons",
        adversaries=WITH_ADVERSARY,
        measured=lambda arrays: arrays["distance"],
        bound=lambda setting: setting.augmented_distance(setting.mu),
        panel="all neurons",
    ),
)


def named(name: str) -> Statement:
    """The statement of that name."""
    return next(statement for statement in STATEMENTS if statement.name == name)


def setting_of(arrays: Mapping[str, Array]) -> Setting:
    """What bounds are made of, out of the arrays of `flow.study`."""
    numbers = ("samples", "inputs", "smallest", "largest", "bound", "delta", "target_norm")
    return Setting(
        **{name: float(arrays[name]) for name in numbers},
        width=arrays["widths"][:, None, None],
        residual=arrays["residual"][..., :1],
        times=arrays["times"],
    )


def sides(statement: Statement, arrays: Mapping[str, Array], adversary: Adversary) -> tuple[Array, Array]:
    """What was measured and what bounds it, from the second recorded time on, (widths, seeds, times - 1) each.

    Time 0 is left out: there both sides of (31) agree and both sides of (39) vanish.

    Args:
        statement: one that is stated for the adversary.
        arrays: of `flow.study`.
        adversary: whose runs.
    """
    index, shape = ADVERSARIES.index(adversary), arrays["residual"].shape
    measured = np.broadcast_to(statement.measured(arrays), shape)
    bound = np.broadcast_to(statement.bound(setting_of(arrays)), shape)
    return measured[index, ..., 1:], bound[index, ..., 1:]


def ratio(statement: Statement, arrays: Mapping[str, Array], adversary: Adversary) -> Array:
    """Measured over bound, shape (widths, seeds, times - 1); arguments as in `sides`."""
    measured, bound = sides(statement, arrays, adversary)
    return measured / bound

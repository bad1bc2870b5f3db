"""Reaction and diffusion terms of every neuron (55)-(58), their norms, and what Theorem 3 says of their size."""

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor


@dataclass(frozen=True)
class Terms:
    """The split of the generator's velocity: reaction from the supervised loss, diffusion from the critic.

    Attributes:
        reaction_hidden: (55), shape (width, inputs), one row a neuron.
        diffusion_hidden: (56), shape (width, inputs).
        reaction_top: (57), shape (outputs, width), one column a neuron, like V.
        diffusion_top: (58), shape (outputs, width).
    """

    reaction_hidden: Tensor
    diffusion_hidden: Tensor
    reaction_top: Tensor
    diffusion_top: Tensor


def reaction_diffusion_terms(
    hidden: Tensor,
    top: Tensor,
    critic_hidden: Tensor,
    critic_top: Tensor,
    inputs: Tensor,
    targets: Tensor,
    reduction: Literal["mean", "sum"] = "mean",
) -> Terms:
    """Terms (55)-(58) at given weights; reaction + diffusion is minus the gradient of the augmented loss (3).

    z_p = V relu(U x_p) / sqrt(d_out m), g(z) = a^T relu(W z) / sqrt(m_critic). The paper sums over the samples; its
    experiments only work with means, see `reduction`. At a kink of the ReLU the derivative is taken as 1 (the paper's
    indicators are of >= 0), where automatic differentiation takes 0.

    Args:
        hidden: U, shape (width, inputs).
        top: V, shape (outputs, width).
        critic_hidden: W, shape (critic width, outputs).
        critic_top: a, shape (critic width,).
        inputs: X, shape (samples, inputs).
        targets: Y, shape (samples, outputs).
        reduction: of the losses over samples.

    Returns:
        The four terms, in the dtype of the arguments.

    Raises:
        ValueError: if `reduction` is neither "mean" nor "sum".
    """
    if reduction not in ("mean", "sum"):
        raise ValueError(f'reduction is "{reduction}", must be "mean" or "sum"')
    scale = 1 / math.sqrt(top.shape[0] * top.shape[1])
    preactivations = inputs @ hidden.T  # (samples, width)
    activations = preactivations.relu()
    active = (preactivations >= 0).to(inputs.dtype)
    predictions = scale * activations @ top.T  # (samples, outputs)
    critic_active = (predictions @ critic_hidden.T >= 0).to(inputs.dtype)  # (samples, critic width)
    critic_slope = (critic_active * critic_top) @ critic_hidden / math.sqrt(len(critic_top))  # gradient of g at z_p
    weight = scale / len(inputs) if reduction == "mean" else scale

    def on_hidden(signal: Tensor) -> Tensor:  # signal (samples, outputs)
        return weight * (active * (signal @ top)).T @ inputs

    def on_top(signal: Tensor) -> Tensor:
        return weight * signal.T @ activations

    error = targets - predictions
    return Terms(on_hidden(error), on_hidden(critic_slope), on_top(error), on_top(critic_slope))


def neuron_norms(terms: Terms, order: float = 2) -> dict[str, Tensor]:
    """Norm of each term for each neuron, which is what Theorem 3 bounds.

    Args:
        terms: from `reaction_diffusion_terms`.
        order: of the vector norm; Theorem 3's count of summands is a bound on the 1-norm, hence on all others.

    Returns:
        By the names of `Terms`, shape (width,) each.
    """
    return {
        "reaction_hidden": torch.linalg.vector_norm(terms.reaction_hidden, order, dim=1),
        "diffusion_hidden": torch.linalg.vector_norm(terms.diffusion_hidden, order, dim=1),
        "reaction_top": torch.linalg.vector_norm(terms.reaction_top, order, dim=0),
        "diffusion_top": torch.linalg.vector_norm(terms.diffusion_top, order, dim=0),
    }


def theorem_3_scale(samples: int, width: int, inputs: int, outputs: int) -> dict[str, float]:
    """What stands inside the O(.) of Theorem 3 (59), by the names of `Terms`.

    Args:
        samples: n for summed losses, 1 for means.
        width: m, of generator and critic alike.
        inputs: d_in.
        outputs: d_out.
    """
    reaction = samples * inputs * math.sqrt(outputs / width)
    return {
        "reaction_hidden": reaction,
        "diffusion_hidden": samples * width**2 * inputs * outputs**1.5,
        "reaction_top": reaction,
        "diffusion_top": samples * width**2 * inputs * outputs**0.5,
    }


def counted_scale(samples: int, width: int, inputs: int, outputs: int) -> dict[str, float]:
    """The same by counting the summands of (55)-(58), each at most 1 as Theorem 3 assumes: attained, so the best O(.).

    In the 1-norm over a neuron's components, with |(y_p - z_p)_i|, |a_r|, |W_ri|, |v_ij|, |u_jk|, |x_pk| <= 1. The two
    diffusion bounds come out equal, and smaller than Theorem 3's by m^2 d_out (hidden) and m^2 (top).

    Args:
        samples, width, inputs, outputs: as in `theorem_3_scale`.
    """
    reaction = samples * inputs * math.sqrt(outputs / width)
    diffusion = samples * inputs * math.sqrt(outputs)
    return {
        "reaction_hidden": reaction,
        "diffusion_hidden": diffusion,
        "reaction_top": reaction,
        "diffusion_top": diffusion,
    }

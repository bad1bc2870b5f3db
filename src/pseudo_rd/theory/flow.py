"""The setting in which Theorems 1 and 2 are stated, which no figure of the paper runs, measured against their bounds.

Scalar output, unit-norm inputs, top layer fixed at random signs, summed losses (7), (8), full-batch gradient flow
integrated by Euler steps in float64:

    du_j/dt = (v_j / sqrt(m)) sum_p (y_p - z_p + g'(z_p)) 1{u_j.x_p >= 0} x_p,   z = v^T relu(U X) / sqrt(m),

with the adversary g(y) = a^T relu(w y) / sqrt(m), ||w||_2 <= L. Three adversaries: "none"; "frozen", whose w stays as
drawn, so that (24) applies to it; "trained", whose w climbs sum_p g(y_p) - g(z_p) (WGAN's critic) inside the ball.

Shapes: inputs X (samples, inputs), with unit norms; targets y and outputs z (samples,); preactivations U X (width,
samples).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Generator, Tensor
from torch.nn.functional import normalize

from pseudo_rd.theory.gram import gram, spectrum
from pseudo_rd.theory.statements import ADVERSARIES, Adversary, Array


@dataclass(frozen=True)
class Network:
    """Weights of generator and adversary.

    Attributes:
        hidden: U, shape (width, inputs).
        signs: v, +1 or -1, shape (width,).
        critic: w, shape (width,).
        critic_signs: a, +1 or -1, shape (width,).
    """

    hidden: Tensor
    signs: Tensor
    critic: Tensor
    critic_signs: Tensor


def unit_problem(samples: int, inputs: int, generator: Generator) -> tuple[Tensor, Tensor]:
    """Inputs uniform on the unit sphere and targets +1 or -1: no two samples parallel, labels at random.

    Returns:
        X, shape (samples, inputs), and y, shape (samples,), float64 on the generator's device.
    """
    return normalize(_gaussian((samples, inputs), generator)), _random_signs(samples, generator)


def initialize(width: int, inputs: int, bound: float, generator: Generator) -> Network:
    """Draw the weights of Theorems 1 and 2: u_j, w_r Gaussian, v_j, a_r random signs, then w scaled into ||w|| <= L.

    The scaling is ours: the theorem asks for both Gaussian w, whose norm is about sqrt(m), and ||w||_2 <= L.

    Args:
        width, inputs, bound: m, d_in, L.
        generator: source of all draws, in the order U, v, w, a; its device is that of the weights.
    """
    hidden, signs = _gaussian((width, inputs), generator), _random_signs(width, generator)
    critic, critic_signs = _project(_gaussian((width,), generator), bound), _random_signs(width, generator)
    return Network(hidden, signs, critic, critic_signs)


def predictions(preactivations: Tensor, signs: Tensor) -> Tensor:
    """z_p = v^T relu(U x_p) / sqrt(m) (6)."""
    return signs @ preactivations.relu() / math.sqrt(len(signs))


def velocity(preactivations: Tensor, signs: Tensor, signal: Tensor, inputs: Tensor) -> Tensor:
    """(v_j / sqrt(m)) sum_p signal_p 1{u_j.x_p >= 0} x_p: reaction (9) for y - z, diffusion (35) for g'(z).

    Returns:
        The part of dU/dt that the signal (samples,) drives, shape (width, inputs).
    """
    active = (preactivations >= 0).to(inputs.dtype)
    return (signs / math.sqrt(len(signs)))[:, None] * (active @ (signal[:, None] * inputs))


def critic_slope(critic: Tensor, critic_signs: Tensor, outputs: Tensor) -> Tensor:
    """g'(z_q) = (1 / sqrt(m)) sum_r a_r w_r 1{w_r z_q >= 0} (21), for each output, none of them zero.

    It only depends on the sign of z_q, hence two sums do for all samples.
    """
    weighted = critic_signs * critic / math.sqrt(len(critic))
    return torch.where(outputs >= 0, weighted[critic >= 0].sum(), weighted[critic <= 0].sum())


def recording_times(end: float, step: float, count: int) -> list[float]:
    """0 and at most `count` multiples of `step` up to `end`, dense at the start, ascending without repetition."""
    indices = np.unique(np.geomspace(1, round(end / step), count).round())
    return [0.0, *(indices * step).tolist()]


def gradient_flow(
    inputs: Tensor,
    targets: Tensor,
    start: Network,
    adversary: Adversary,
    bound: float,
    step: float,
    times: Sequence[float],
) -> dict[str, Array]:
    """Integrate the flow by Euler steps and measure what the theorems speak of.

    Args:
        inputs, targets: X and y, float64.
        start: weights at time 0.
        adversary: "none", "frozen" or "trained".
        bound: L, radius of the ball that a trained w stays in.
        step: of time, below 2 / lambda_max(H(0)).
        times: ascending multiples of `step`.

    Returns:
        What `measure` gives and sign_sum |sum_r a_r w_r|, by name, each of shape (times,).

    Raises:
        ValueError: if the step is unstable.
    """
    limit = 2 / float(torch.linalg.eigvalsh(gram(inputs, start.hidden))[-1])
    if step >= limit:
        raise ValueError(f"step is {step}, must lie below 2 / lambda_max(H(0)) = {limit:.4g}: take a smaller one")
    record_steps = [round(time / step) for time in times]
    hidden, critic = start.hidden, start.critic
    rows = []
    for index in range(record_steps[-1] + 1):
        preactivations = hidden @ inputs.T
        outputs = predictions(preactivations, start.signs)
        reaction = targets - outputs
        slope = torch.zeros_like(outputs) if adversary == "none" else critic_slope(critic, start.critic_signs, outputs)
        next_hidden = hidden + step * velocity(preactivations, start.signs, reaction + slope, inputs)
        if index in record_steps:
            rate = (predictions(next_hidden @ inputs.T, start.signs) - outputs) / step
            row = measure(inputs, start, hidden, reaction, slope, rate)
            rows.append(row | {"sign_sum": (start.critic_signs @ critic).abs()})
        if adversary == "trained":
            rise, fall = (_critic_gradient(critic, start.critic_signs, points) for points in (targets, outputs))
            critic = _project(critic + step * (rise - fall), bound)
        hidden = next_hidden
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


def measure(
    inputs: Tensor, start: Network, hidden: Tensor, reaction: Tensor, slope: Tensor, rate: Tensor
) -> dict[str, Tensor]:
    """What the theorems speak of at one time, each a number.

    Args:
        inputs, start: of `gradient_flow`.
        hidden: U(t).
        reaction, slope: y - z and g'(z), (samples,).
        rate: dz/dt of one step, (samples,).

    Returns:
        residual ||z - y||_2; neuron_distance max_j ||u_j - u_j(0)||_2; distance ||U - U(0)||_F;
        gram_smallest, gram_largest, gram_shift: extreme eigenvalues of H(t), ||H(t) - H(0)||_2;
        mismatch: of dz/dt from H (y - z + grad g) (Remark 2, Lemma 2), relative;
        reaction, diffusion: largest norm over neurons of either part of du_j/dt; critic_slope max_q |g'(z_q)|.
    """
    gram_now, distances = gram(inputs, hidden), (hidden - start.hidden).norm(dim=1)
    eigenvalues, predicted = torch.linalg.eigvalsh(gram_now), gram_now @ (reaction + slope)

    def largest(signal: Tensor) -> Tensor:
        return velocity(hidden @ inputs.T, start.signs, signal, inputs).norm(dim=1).max()

    return {
        "residual": reaction.norm(),
        "neuron_distance": distances.max(),
        "distance": distances.norm(),
        "gram_smallest": eigenvalues[0],
        "gram_largest": eigenvalues[-1],
        "gram_shift": torch.linalg.matrix_norm(gram_now - gram(inputs, start.hidden), 2),
        "mismatch": (rate - predicted).norm() / predicted.norm(),
        "reaction": largest(reaction),
        "diffusion": largest(slope),
        "critic_slope": slope.abs().max(),
    }


def study(
    inputs: Tensor,
    targets: Tensor,
    widths: Sequence[int],
    seeds: Sequence[int],
    bound: float,
    delta: float,
    step: float,
    times: Sequence[float],
    on_run: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Array]:
    """Run the flow for every adversary, width and seed; the three adversaries of a width and seed share their start.

    Args:
        inputs, targets, bound, step: of `gradient_flow`.
        widths: m, ascending.
        seeds: of the weights.
        delta: probability of failure that the bounds are written for.
        times: multiples of `step`, ascending from 0.
        on_run: called after each run with how many are done and how many there are.

    Returns:
        The arrays of `gradient_flow`, shape (adversaries, widths, seeds, times); initial_norm ||U(0)||_F, shape
        (widths, seeds); adversaries, widths, seeds, times; and the numbers that bounds are made of: samples, inputs,
        smallest, largest (of H_inf), bound, delta, step, target_norm. All of it can be written as npz without pickle.

    Raises:
        ValueError: as `gradient_flow` and `gram.spectrum` do.
    """
    smallest, largest = spectrum(inputs)
    shape = (len(ADVERSARIES), len(widths), len(seeds))
    result: dict[str, Array] = {}
    initial_norm = np.empty(shape[1:])
    for done, index in enumerate(np.ndindex(shape), 1):
        adversary, width, seed = ADVERSARIES[index[0]], widths[index[1]], seeds[index[2]]
        start = initialize(width, inputs.shape[1], bound, Generator(inputs.device).manual_seed(seed))
        initial_norm[index[1:]] = float(start.hidden.norm())
        for name, values in gradient_flow(inputs, targets, start, adversary, bound, step, times).items():
            result.setdefault(name, np.empty((*shape, len(times))))[index] = values
        on_run(done, math.prod(shape))
    facts = {
        "initial_norm": initial_norm,
        "adversaries": ADVERSARIES,
        "widths": widths,
        "seeds": seeds,
        "times": times,
        "samples": inputs.shape[0],
        "inputs": inputs.shape[1],
        "smallest": smallest,
        "largest": largest,
        "bound": bound,
        "delta": delta,
        "step": step,
        "target_norm": float(targets.norm()),
    }
    return result | {name: np.array(values) for name, values in facts.items()}


def _critic_gradient(critic: Tensor, critic_signs: Tensor, outputs: Tensor) -> Tensor:
    # Of sum_p g(y_p) with respect to w; relu(w_r y) has the slope y where w_r and y agree in sign.
    positive, negative = outputs.clamp(min=0).sum(), outputs.clamp(max=0).sum()
    return critic_signs * torch.where(critic >= 0, positive, negative) / math.sqrt(len(critic))


def _project(vector: Tensor, radius: float) -> Tensor:
    return vector * (radius / vector.norm()).clamp(max=1)


def _gaussian(shape: tuple[int, ...], generator: Generator) -> Tensor:
    return torch.randn(shape, generator=generator, dtype=torch.float64, device=generator.device)


def _random_signs(count: int, generator: Generator) -> Tensor:
    draws = torch.randint(2, (count,), generator=generator, device=generator.device)
    return (2 * draws - 1).to(torch.float64)

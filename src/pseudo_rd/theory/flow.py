"""The setting in which Theorems 1 and 2 are stated, which no figure of the paper runs, measured against their bounds.

Scalar output, unit-norm inputs, top layer fixed at random signs, summed losses (7), (8), full-batch gradient flow
integrated by Euler steps in float64:

    du_j/dt = (v_j / sqrt(m)) sum_p (y_p - z_p + g'(z_p)) 1{u_j.x_p >= 0} x_p,   z = v^T relu(U X) / sqrt(m),

with the adversary g(y) = a^T relu(w y) / sqrt(m), ||w||_2 <= L. Three adversaries: "none"; "frozen", whose w stays as
drawn, so that (24) applies to it; "trained", whose w climbs sum_p g(y_p) - g(z_p) (WGAN's critic) inside the ball.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Generator, Tensor

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
    options = {"generator": generator, "dtype": torch.float64, "device": generator.device}
    directions = torch.nn.functional.normalize(torch.randn((samples, inputs), **options))
    return directions, _random_signs(samples, generator)


def initialize(width: int, inputs: int, bound: float, generator: Generator) -> Network:
    """Draw the weights of Theorems 1 and 2: u_j, w_r Gaussian, v_j, a_r random signs, then w scaled into ||w|| <= L.

    The scaling is ours: the theorem asks for both Gaussian w, whose norm is about sqrt(m), and ||w||_2 <= L.

    Args:
        width: m.
        inputs: d_in.
        bound: L > 0.
        generator: source of all draws, in the order U, v, w, a.

    Returns:
        The weights, float64 on the generator's device.
    """
    options = {"generator": generator, "dtype": torch.float64, "device": generator.device}
    hidden = torch.randn((width, inputs), **options)
    signs = _random_signs(width, generator)
    critic = _project(torch.randn(width, **options), bound)
    return Network(hidden, signs, critic, _random_signs(width, generator))


def predictions(preactivations: Tensor, signs: Tensor) -> Tensor:
    """z_p = v^T relu(U x_p) / sqrt(m) (6).

    Args:
        preactivations: U X, shape (width, samples).
        signs: v, shape (width,).

    Returns:
        z, shape (samples,).
    """
    return signs @ preactivations.relu() / math.sqrt(len(signs))


def velocity(preactivations: Tensor, signs: Tensor, signal: Tensor, inputs: Tensor) -> Tensor:
    """(v_j / sqrt(m)) sum_p signal_p 1{u_j.x_p >= 0} x_p: reaction (9) for y - z, diffusion (35) for g'(z).

    Args:
        preactivations: U X, shape (width, samples).
        signs: v, shape (width,).
        signal: one number a sample, shape (samples,).
        inputs: X, shape (samples, inputs).

    Returns:
        Part of dU/dt that the signal drives, shape (width, inputs).
    """
    active = (preactivations >= 0).to(inputs.dtype)
    return (signs / math.sqrt(len(signs)))[:, None] * (active @ (signal[:, None] * inputs))


def critic_slope(critic: Tensor, critic_signs: Tensor, outputs: Tensor) -> Tensor:
    """g'(z_q) = (1 / sqrt(m)) sum_r a_r w_r 1{w_r z_q >= 0} (21), for each output.

    It only depends on the sign of z_q, hence two sums do for all samples.

    Args:
        critic: w, shape (width,).
        critic_signs: a, shape (width,).
        outputs: z, shape (samples,), not zero.

    Returns:
        Slopes, shape (samples,).
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
        inputs: X with unit norms, shape (samples, inputs), float64.
        targets: y, shape (samples,).
        start: weights at time 0.
        adversary: "none", "frozen" or "trained".
        bound: L, radius of the ball that a trained w stays in.
        step: of time, below 2 / lambda_max(H(0)).
        times: ascending; each is rounded to a multiple of `step`, no two to the same.

    Returns:
        Arrays of shape (times,):
        residual ||z - y||_2; neuron_distance max_j ||u_j - u_j(0)||_2; distance ||U - U(0)||_F;
        gram_smallest, gram_largest, gram_shift: extreme eigenvalues of H(t), ||H(t) - H(0)||_2;
        reaction, diffusion: largest norm over neurons of either part of du_j/dt;
        mismatch: of one step's dz/dt from H (y - z + grad g) (Remark 2, Lemma 2), relative;
        critic_slope max_q |g'(z_q)|; sign_sum |sum_r a_r w_r|.

    Raises:
        ValueError: if an input is not of unit norm, the step is unstable or the adversary unknown, or
            times do not ascend by whole steps.
    """
    refuse_unstable(inputs, start, adversary, step)
    wanted = [round(time / step) for time in times]
    if wanted != sorted(set(wanted)) or wanted[0] < 0:
        raise ValueError(f"times are not ascending by whole steps of {step}: drop repeated ones or take a smaller step")
    gram_start = gram(inputs, start.hidden)
    hidden, critic = start.hidden.clone(), start.critic
    rows = []
    for index in range(wanted[-1] + 1):
        preactivations = hidden @ inputs.T
        outputs = predictions(preactivations, start.signs)
        residual = targets - outputs
        slope = torch.zeros_like(outputs) if adversary == "none" else critic_slope(critic, start.critic_signs, outputs)
        moved = hidden + step * velocity(preactivations, start.signs, residual + slope, inputs)
        if index in wanted:
            measured = (predictions(moved @ inputs.T, start.signs) - outputs) / step
            reaction, diffusion = (velocity(preactivations, start.signs, part, inputs) for part in (residual, slope))
            rows.append(
                {
                    "residual": residual.norm(),
                    **distances(hidden, start.hidden),
                    **gram_numbers(gram(inputs, hidden), gram_start, residual + slope, measured),
                    "reaction": largest_row(reaction),
                    "diffusion": largest_row(diffusion),
                    "critic_slope": slope.abs().max(),
                    "sign_sum": (start.critic_signs @ critic).abs(),
                }
            )
        if adversary == "trained":
            towards, away = (_critic_gradient(critic, start.critic_signs, points) for points in (targets, outputs))
            critic = _project(critic + step * (towards - away), bound)
        hidden = moved
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


def refuse_unstable(inputs: Tensor, start: Network, adversary: Adversary, step: float) -> None:
    """Check what the theorems and Euler's scheme ask for; arguments as in `gradient_flow`.

    Raises:
        ValueError: if an input is not of unit norm, the step is unstable or the adversary unknown.
    """
    if adversary not in ADVERSARIES:
        raise ValueError(f'adversary is "{adversary}", must be one of {", ".join(ADVERSARIES)}')
    norms = inputs.norm(dim=1)
    if not torch.allclose(norms, torch.ones_like(norms)):
        raise ValueError(f"inputs have norms up to {float(norms.max()):.4g}, the theorems want 1: normalize the rows")
    limit = 2 / float(torch.linalg.eigvalsh(gram(inputs, start.hidden))[-1])
    if not 0 < step < limit:
        raise ValueError(
            f"step is {step}, must lie between 0 and 2 / lambda_max(H(0)) = {limit:.4g}: take a smaller one"
        )


def gram_numbers(now: Tensor, at_start: Tensor, signal: Tensor, measured: Tensor) -> dict[str, Tensor]:
    """Extreme eigenvalues of H(t), how far it moved, and how far one step's dz/dt is from H times the signal.

    Args:
        now, at_start: H(t) and H(0), (samples, samples).
        signal: y - z + g'(z), (samples,).
        measured: dz/dt of one step, (samples,).
    """
    eigenvalues, predicted = torch.linalg.eigvalsh(now), now @ signal
    return {
        "gram_smallest": eigenvalues[0],
        "gram_largest": eigenvalues[-1],
        "gram_shift": torch.linalg.matrix_norm(now - at_start, 2),
        "mismatch": (measured - predicted).norm() / predicted.norm(),
    }


def distances(hidden: Tensor, start: Tensor) -> dict[str, Tensor]:
    """How far the farthest neuron, and all together, are from their start."""
    moved = (hidden - start).norm(dim=1)
    return {"neuron_distance": moved.max(), "distance": moved.norm()}


def largest_row(matrix: Tensor) -> Tensor:
    """The largest norm of a row."""
    return matrix.norm(dim=1).max()


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
        inputs: X with unit norms, shape (samples, inputs), float64.
        targets: y, shape (samples,).
        widths: m, ascending.
        seeds: of the weights.
        bound: L.
        delta: probability of failure that the bounds are written for.
        step: of time.
        times: recorded, ascending from 0.
        on_run: called after each run with how many are done and how many there are.

    Returns:
        The arrays of `gradient_flow`, shape (adversaries, widths, seeds, times); initial_norm ||U(0)||_F, shape
        (widths, seeds); adversaries, widths, seeds, times; and the numbers that bounds are made of: samples, inputs,
        smallest, largest (of H_inf), bound, delta, step, target_norm. All of it can be written as npz without pickle.

    Raises:
        ValueError: as `gradient_flow` and `gram.spectrum` do, or if times do not start at 0.
    """
    if times[0] != 0:
        raise ValueError(f"times start at {times[0]}, must start at 0: the bounds begin at the residual of the start")
    limit = spectrum(inputs)
    shape = (len(ADVERSARIES), len(widths), len(seeds))
    result: dict[str, Array] = {}
    initial_norm = np.empty(shape[1:])
    for done, index in enumerate(np.ndindex(shape)):
        adversary, width, seed = ADVERSARIES[index[0]], widths[index[1]], seeds[index[2]]
        generator = Generator(inputs.device).manual_seed(seed)
        start = initialize(width, inputs.shape[1], bound, generator)
        initial_norm[index[1:]] = float(start.hidden.norm())
        for name, values in gradient_flow(inputs, targets, start, adversary, bound, step, times).items():
            result.setdefault(name, np.empty((*shape, len(times))))[index] = values
        on_run(done + 1, math.prod(shape))
    return result | {
        "initial_norm": initial_norm,
        "adversaries": np.array(ADVERSARIES),
        "widths": np.array(widths),
        "seeds": np.array(seeds),
        "times": np.array([round(time / step) * step for time in times]),
        "samples": np.array(inputs.shape[0]),
        "inputs": np.array(inputs.shape[1]),
        "smallest": np.array(limit.smallest),
        "largest": np.array(limit.largest),
        "bound": np.array(bound),
        "delta": np.array(delta),
        "step": np.array(step),
        "target_norm": np.array(float(targets.norm())),
    }


def _critic_gradient(critic: Tensor, critic_signs: Tensor, outputs: Tensor) -> Tensor:
    # Of sum_p g(y_p) with respect to w; relu(w_r y) has the slope y where w_r and y agree in sign.
    positive, negative = outputs.clamp(min=0).sum(), outputs.clamp(max=0).sum()
    return critic_signs * torch.where(critic >= 0, positive, negative) / math.sqrt(len(critic))


def _project(vector: Tensor, radius: float) -> Tensor:
    return vector * (radius / vector.norm()).clamp(max=1)


def _random_signs(count: int, generator: Generator) -> Tensor:
    draws = torch.randint(2, (count,), generator=generator, device=generator.device)
    return (2 * draws - 1).to(torch.float64)

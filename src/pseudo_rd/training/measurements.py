"""What a row of the history holds, measured between two iterations on data that stay the same."""

import math

import torch
from torch import Tensor

from pseudo_rd.training.objectives import LOSSES, divisors, gradient_penalties
from pseudo_rd.training.problem import Problem
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.steps import tile_width
from pseudo_rd.training.weights import Weights

DEAD_SHARE = 0.99  # of the samples


def measure(problem: Problem, settings: Settings) -> dict[str, float]:
    """Distances from the start, errors and accuracies on all samples, terms and losses on the first batch of them."""
    weights, start, probe = problem.weights, problem.start, slice(settings.batch_size)
    predictions = predict(weights, problem.train_inputs)
    train_error, train_accuracy = error_and_accuracy(predictions, problem.train_targets)
    test_error, test_accuracy = error_and_accuracy(predict(weights, problem.test_inputs), problem.test_targets)
    inputs, targets = problem.train_inputs[probe], problem.train_targets[probe]
    return {
        **distances(weights, start),
        "train_error": train_error,
        "test_error": test_error,
        "train_accuracy": train_accuracy,
        "test_accuracy": test_accuracy,
        **reaction_and_diffusion(weights, inputs, targets, settings),
        **losses(weights, predictions[probe], targets, settings),
    }


def distances(weights: Weights, start: Weights) -> dict[str, float]:
    """Frobenius norms of U(t) - U(0) and V(t) - V(0); a layer's biases are weights of it."""
    top = (weights.top - start.top).norm().item()
    if weights.top_bias is not None and start.top_bias is not None:
        top = math.hypot(top, (weights.top_bias - start.top_bias).norm().item())
    return {"distance_hidden": (weights.hidden - start.hidden).norm().item(), "distance_top": top}


def predict(weights: Weights, inputs: Tensor, block: int = 512) -> Tensor:
    """Outputs of the generator (1), (samples, outputs), in blocks that stay in the cache."""
    tile = tile_width(block, weights.top.shape[1], inputs.device)
    predictions = inputs.new_zeros(len(weights.top), len(inputs))
    for rows, result in zip(inputs.split(block), predictions.split(block, dim=1), strict=True):
        for hidden, top in zip(weights.hidden.split(tile, dim=1), weights.top.split(tile, dim=1), strict=True):
            result.addmm_(top, torch.mm(rows, hidden).clamp_(min=0).T, alpha=weights.generator_scale)
    if weights.top_bias is not None:
        predictions.add_(weights.top_bias[:, None], alpha=weights.generator_scale)
    return predictions.T


def has_died(predictions: Tensor) -> bool:
    """Whether nearly all samples have the same outputs, up to rounding: inputs do not reach them any more.

    Not all: on blobs all neurons may point away from the data, and one far sample still meet some of them.
    """
    usual = predictions.median(0).values
    same = (predictions - usual).abs() <= 100 * torch.finfo(usual.dtype).eps * usual.abs()
    return same.all(1).double().mean().item() >= DEAD_SHARE


def error_and_accuracy(predictions: Tensor, targets: Tensor) -> tuple[float, float]:
    """The paper's error, half the squared error averaged over samples and outputs (Reading R2), and accuracy."""
    error = (predictions - targets).square().mean().item() / 2
    accuracy = (predictions.argmax(1) == targets.argmax(1)).double().mean().item()
    return error, accuracy


def reaction_and_diffusion(weights: Weights, inputs: Tensor, targets: Tensor, settings: Settings) -> dict[str, float]:
    """Mean over the neurons of the norms of the terms (55)-(58), as the mean over a probe batch.

    The reaction is minus the gradient of the supervised loss, the diffusion minus that of the adversarial part:
    together they are the update of (u_j, v_j). Without a critic there is no diffusion: 0. A neuron's bias is one of its
    weights; the outputs' biases are no neuron's.
    """
    scale = weights.generator_scale
    supervised_divisor, adversarial_divisor = divisors(settings, targets.shape[1])
    hidden = torch.mm(inputs, weights.hidden).clamp_(min=0)
    predictions = hidden @ weights.top.T * scale
    if weights.top_bias is not None:
        predictions += weights.top_bias * scale
    pulls = {"reaction": LOSSES[settings.loss].slopes(predictions, targets) * (-scale / supervised_divisor)}
    if settings.adversarial:
        pulls["diffusion"] = critic_slopes(weights, predictions) * (scale / adversarial_divisor)
    active = hidden > 0
    norms = {"diffusion_hidden": 0.0, "diffusion_top": 0.0}
    for term, pull in pulls.items():
        norms[f"{term}_hidden"] = (inputs.T @ (pull @ weights.top).mul_(active)).norm(dim=0).mean().item()
        norms[f"{term}_top"] = (pull.T @ hidden).norm(dim=0).mean().item()
    return norms


def losses(weights: Weights, predictions: Tensor, targets: Tensor, settings: Settings) -> dict[str, float]:
    """The losses by their parts for the predictions on a probe batch; the critic's are NaN where there is none.

    The critic's slope is taken halfway between label and prediction, so that rows can be compared.
    """
    shares = (len(predictions) / divisor for divisor in divisors(settings, targets.shape[1]))
    supervised_share, adversarial_share = shares
    supervised = LOSSES[settings.loss].values(predictions, targets).mean().item() * supervised_share
    if not settings.adversarial:
        names = ("adversarial_loss", "critic_loss", "gradient_penalty", "critic_gradient_norm", "wasserstein")
        return {"supervised_loss": supervised, **dict.fromkeys(names, math.nan)}
    fake, real = (_critic(weights, points).mean().item() for points in (predictions, targets))
    norms = critic_slopes(weights, (predictions + targets) / 2).norm(dim=1)
    penalty = settings.penalty_weight * gradient_penalties(norms, settings.slope_target).mean().item()
    return {
        "supervised_loss": supervised,
        "adversarial_loss": -fake * adversarial_share,
        "critic_loss": fake - real + penalty,
        "gradient_penalty": penalty,
        "critic_gradient_norm": norms.mean().item(),
        "wasserstein": real - fake,
    }


def critic_slopes(weights: Weights, points: Tensor) -> Tensor:
    """grad g = scale W^T (a 1{W y > 0}) at each of the points, (points, outputs)."""
    active = (_with_constant(weights, points) @ weights.critic_hidden).gt_(0)
    outputs = points.shape[1]
    return active @ (weights.critic_top * weights.critic_hidden[:outputs]).T * weights.critic_scale


def _critic(weights: Weights, points: Tensor) -> Tensor:
    hidden = (_with_constant(weights, points) @ weights.critic_hidden).clamp_(min=0)
    return hidden @ weights.critic_top * weights.critic_scale


def _with_constant(weights: Weights, points: Tensor) -> Tensor:
    """The points with a 1 behind them where the critic has biases."""
    return torch.nn.functional.pad(points, (0, len(weights.critic_hidden) - points.shape[1]), value=1)

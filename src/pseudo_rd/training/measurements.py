"""What a row of the history holds, measured between two iterations on data that stay the same."""

import math

import torch
from torch import Tensor

from pseudo_rd.training.engine import Learner
from pseudo_rd.training.objectives import ADVERSARIES, LOSSES, divisors, gradient_penalties
from pseudo_rd.training.settings import Settings

DEAD_SHARE = 0.99  # of the samples


def measure(learner: Learner, settings: Settings) -> dict[str, float]:
    """Distances from the start, errors and accuracies on all samples, terms and losses on the first batch of them."""
    samples, probe = learner.samples, slice(settings.batch_size)
    predictions = learner.predict(samples.train_inputs)
    train_error, train_accuracy = error_and_accuracy(predictions, samples.train_targets)
    test_error, test_accuracy = error_and_accuracy(learner.predict(samples.test_inputs), samples.test_targets)
    inputs, targets = samples.train_inputs[probe], samples.train_targets[probe]
    return {
        **learner.distances(),
        "train_error": train_error,
        "test_error": test_error,
        "train_accuracy": train_accuracy,
        "test_accuracy": test_accuracy,
        **learner.terms(inputs, targets, settings),
        **losses(learner, predictions[probe], targets, settings),
    }


def has_died(predictions: Tensor) -> bool:
    """Whether nearly all samples have the same outputs, up to rounding: inputs do not reach them any more.

    Not all: on blobs all neurons may point away from the data, and one far sample still meet some of them.
    """
    median = predictions.median(0).values
    alike = (predictions - median).abs() <= 100 * torch.finfo(median.dtype).eps * median.abs()
    return alike.all(1).double().mean().item() >= DEAD_SHARE


def error_and_accuracy(predictions: Tensor, targets: Tensor) -> tuple[float, float]:
    """The paper's error, half the squared error averaged over samples and outputs (Reading R2), and accuracy."""
    error = (predictions - targets).square().mean().item() / 2
    accuracy = (predictions.argmax(1) == targets.argmax(1)).double().mean().item()
    return error, accuracy


def losses(learner: Learner, predictions: Tensor, targets: Tensor, settings: Settings) -> dict[str, float]:
    """The losses by their parts for the predictions on a probe batch; the critic's are NaN where there is none.

    The critic's slope is taken halfway between label and prediction, so that rows can be compared.
    """
    supervised_share, adversarial_share = (len(targets) / divisor for divisor in divisors(settings, targets.shape[1]))
    supervised = LOSSES[settings.loss].values(predictions, targets).mean().item() * supervised_share
    if not settings.adversarial:
        names = ("adversarial_loss", "critic_loss", "gradient_penalty", "critic_gradient_norm", "wasserstein")
        return {"supervised_loss": supervised, **dict.fromkeys(names, math.nan)}
    adversary, fake, real = ADVERSARIES[settings.adversary], learner.critic(predictions), learner.critic(targets)
    norms = learner.critic_slopes((predictions + targets) / 2).norm(dim=1)
    penalty = settings.penalty_weight * gradient_penalties(norms, settings.slope_target).mean().item()
    return {
        "supervised_loss": supervised,
        "adversarial_loss": adversary.generator(fake).mean().item() * adversarial_share,
        "critic_loss": adversary.fake(fake).mean().item() + adversary.real(real).mean().item() + penalty,
        "gradient_penalty": penalty,
        "critic_gradient_norm": norms.mean().item(),
        "wasserstein": real.mean().item() - fake.mean().item(),
    }

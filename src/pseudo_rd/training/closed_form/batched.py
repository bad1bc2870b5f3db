"""Several small networks as one batched problem: each alone keeps the processor waiting for many small operations."""

import time
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.training.batches import batches_from
from pseudo_rd.training.closed_form.problem import problem_of
from pseudo_rd.training.closed_form.steps import CriticGroup, Group, Steps, accepts, add_product, tile_width
from pseudo_rd.training.loop import pin_precision, refuse_large_batches
from pseudo_rd.training.objectives import LOSSES, divisors
from pseudo_rd.training.recorder import Diverged, Recorder, Result
from pseudo_rd.training.samples import Samples
from pseudo_rd.training.settings import Settings
from pseudo_rd.training.weights import Weights

MOST_NETWORKS = 16  # of a batch: more gain nothing, and a killed study loses those that were trained together
# Between networks that are trained together.
MAY_DIFFER = ("generator_start", "start_scale", "critic_start", "loss", "bound_reading", "gradient_penalty_weight")


def batches_of(runs: Iterable[Settings], device: torch.device) -> list[list[Settings]]:
    """Which runs are trained together: those that differ in `MAY_DIFFER` alone, and average the same error.

    Networks that are too wide for a tile are trained alone, and so are those on a GPU, with rounded products, or which
    the closed form does not know.
    """
    groups: dict[tuple[object, ...], list[Settings]] = {}
    for settings in runs:
        common = (value for name, value in vars(settings).items() if name not in MAY_DIFFER)
        groups.setdefault((*common, LOSSES[settings.loss].values), []).append(settings)
    batches: list[list[Settings]] = []
    for group in groups.values():
        first = group[0]
        width = max(first.width, first.critic_width or 0)
        fits = device.type == "cpu" and width == tile_width(first.batch_size, width, device)
        size = MOST_NETWORKS if fits and first.precision == "float32" and accepts(first) else 1
        batches += [group[part] for part in parts_of(len(group), size)]
    return batches


class BatchTrainer(Steps):
    """`steps.Trainer` for several networks of one width; arrays have a leading axis, one entry for each.

    Numbers that each network has its own of are tensors of shape (networks, 1, 1). As many networks as the cache holds
    are worked on at once. One that diverges does not touch the others.

    Args:
        weights: the starts; their arrays become views of what is trained.
        settings: of the networks; they differ in `MAY_DIFFER` alone.
    """

    def __init__(self, weights: Sequence[Weights], settings: Sequence[Settings]) -> None:
        arrays = {name: torch.stack([start.tensors()[name] for start in weights]) for name in weights[0].tensors()}
        super().__init__(arrays, settings[0])
        for number, start in enumerate(weights):
            for name, array in arrays.items():
                setattr(start, name, array[number])
        pairs = zip(self._critic_weights, settings, strict=True)
        self._bounds = [(critic_hidden, run.bound_reading, run.bound) for critic_hidden, run in pairs]

        def numbers(values: Iterable[float]) -> Tensor:
            return arrays["top"].new_tensor(list(values)).view(-1, 1, 1)

        networks, outputs, width = arrays["top"].shape
        supervised, adversarial = zip(*(divisors(run, outputs) for run in settings), strict=True)
        self.generator_scale = numbers(start.generator_scale for start in weights)
        self.critic_scale = numbers(start.critic_scale for start in weights)
        self.gradient_scale = self.generator_scale / numbers(supervised)
        self.slope_share = numbers(supervised) / numbers(adversarial)
        self.penalty_weight = numbers(run.penalty_weight for run in settings)
        self.slope_target = numbers(run.slope_target for run in settings)

        batch, count, empty = self.settings.batch_size, self.points.shape[1], arrays["top"].new_empty
        self.sums, self.slopes = empty(networks, outputs, batch), empty(networks, batch, outputs)
        # So many networks fill a tile with their activations, and each thread has a tile of its own.
        threads, critic_width = torch.get_num_threads(), arrays["critic_top"].shape[1]
        generators_at_once, critics_at_once = (
            tile_width(batch, networks * neurons, self.points.device) * threads // neurons
            for neurons in (width, critic_width)
        )
        sizes = min(generators_at_once, networks) * batch * width, min(critics_at_once, networks) * count * critic_width
        scratch = empty(max(sizes))
        layers = *self._layers, empty(networks, batch, width)
        self.groups = [
            Group(*(array[part] for array in layers), scratch=scratch, networks=part)
            for part in parts_of(networks, generators_at_once)
        ]
        if self.settings.adversarial:
            self.critic_groups = [
                CriticGroup(*(array[part] for array in self._critics), scratch=scratch, networks=part)
                for part in parts_of(networks, critics_at_once)
            ]

    def _predict(self, inputs: Tensor) -> None:
        for group in self.groups:
            add_product(group.active, inputs, group.hidden, beta=0)
            group.active.clamp_(min=0)
            add_product(self.sums[group.networks], group.top, group.active.mT, beta=0)
        torch.mul(self.sums.mT, self.generator_scale, out=self.predictions)
        if "top_bias" in self.arrays:
            self.predictions.addcmul_(self.arrays["top_bias"][:, None], self.generator_scale)

    def _output_gradient(self, targets: Tensor) -> Tensor:
        output_gradient = LOSSES[self.settings.loss].slopes(self.predictions, targets)
        if self.settings.adversarial:
            output_gradient.addcmul_(self._critic_slopes(slice(len(targets))), self.slope_share, value=-1)
        return output_gradient.mul_(self.gradient_scale)

    def _critic_slopes(self, rows: slice) -> Tensor:
        """As the method overridden; the slopes are overwritten by the next call."""
        torch.mul(self.arrays["critic_top"][:, None], self._critic_weights, out=self.signed[:, : self._outputs])
        for group in self.critic_groups:
            mask = group.mask(self.points[group.networks, rows])
            add_product(self.sums[group.networks], group.signed, mask.mT, beta=0)
        return torch.mul(self.sums.mT, self.critic_scale, out=self.slopes)


def outcomes_of(dataset: Dataset, settings: Sequence[Settings], samples: Samples) -> list[Result]:
    """Train several networks together; like `loop.outcome_of` for each but for rounding.

    Args:
        dataset: what is learned.
        settings: of networks that `batches_of` puts together.
        samples: of `samples_of`.

    Returns:
        A result for each. `seconds` in its rows are those of all together.
    """
    start_time = time.perf_counter()
    refuse_large_batches(dataset, settings[0])
    pin_precision()
    problems = [problem_of(samples, run) for run in settings]
    trainer = BatchTrainer([problem.weights for problem in problems], settings)
    recorders = {
        number: Recorder(problem, run, start_time)
        for number, (problem, run) in enumerate(zip(problems, settings, strict=True))
    }
    results: dict[int, Result] = {}

    def visit(iteration: int) -> None:
        for number, recorder in list(recorders.items()):
            try:
                recorder.visit(iteration)
                if not recorder.converged:
                    continue
                results[number] = recorder.finish(iteration)
            except Diverged as error:
                results[number] = error.result
            del recorders[number]  # its run has ended

    inputs, targets, iteration = samples.train_inputs, samples.train_targets, 0
    visit(iteration)
    for rows, mixing in batches_from(iteration, len(inputs), settings[0], inputs.device, inputs.dtype):
        if not recorders:
            break
        trainer.step(inputs.index_select(0, rows), targets.index_select(0, rows), mixing)
        iteration += 1
        visit(iteration)
    results |= {number: recorder.finish(iteration) for number, recorder in recorders.items()}
    return [results[number] for number in range(len(settings))]


def parts_of(count: int, size: int) -> list[slice]:
    """So many networks in parts of at most `size`."""
    return [slice(first, first + size) for first in range(0, count, size)]

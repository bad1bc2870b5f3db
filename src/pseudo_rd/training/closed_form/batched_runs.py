"""Whole runs of several small networks side by side, on the same batches."""

import time
from collections.abc import Sequence

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.training.batches import batches_from
from pseudo_rd.training.closed_form.batched import BatchTrainer
from pseudo_rd.training.closed_form.problem import problem_of
from pseudo_rd.training.engine import CLOSED_FORM
from pseudo_rd.training.loop import pin_precision, refuse_large_batches
from pseudo_rd.training.recorder import Diverged, Recorder, Result
from pseudo_rd.training.samples import Samples
from pseudo_rd.training.settings import Settings


def outcomes_of(dataset: Dataset, settings: Sequence[Settings], samples: Samples) -> list[Result]:
    """Train several networks together; like `loop.outcome_of` for each but for rounding.

    Args:
        dataset: what is learned.
        settings: of networks that `batched.batches_of` puts together.
        samples: of `samples_of`.

    Returns:
        A result for each. `seconds` in its rows are those of all together.
    """
    began = time.perf_counter()
    refuse_large_batches(dataset, settings[0])
    pin_precision()
    problems = [problem_of(samples, each) for each in settings]
    trainer = BatchTrainer([problem.weights for problem in problems], settings)
    running = {
        number: Recorder(problem, {}, each, None, None, began, CLOSED_FORM)
        for number, (problem, each) in enumerate(zip(problems, settings, strict=True))
    }
    ended: dict[int, Result] = {}

    def visit(iteration: int) -> None:
        for number, recorder in list(running.items()):
            try:
                recorder.visit(iteration)
            except Diverged as error:
                ended[number] = error.result
                del running[number]
            else:
                if recorder.converged:
                    ended[number] = recorder.finish(iteration)
                    del running[number]

    inputs, targets, iteration = samples.train_inputs, samples.train_targets, 0
    visit(iteration)
    for rows, mixing in batches_from(iteration, len(inputs), settings[0], inputs.device, inputs.dtype):
        if not running:
            break
        trainer.step(inputs.index_select(0, rows), targets.index_select(0, rows), mixing)
        iteration += 1
        visit(iteration)
    ended |= {number: recorder.finish(iteration) for number, recorder in running.items()}
    return [ended[number] for number in range(len(settings))]

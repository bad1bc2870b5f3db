"""The readings of "we set L = 0.01" side by side: one supervised run, one augmented run for each reading."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd

from pseudo_rd.data.dataset import Dataset
from pseudo_rd.parameters.vocabulary import BOUND_READINGS
from pseudo_rd.results.runs import Run
from pseudo_rd.training.checkpoint import Checkpoints
from pseudo_rd.training.loop import train
from pseudo_rd.training.settings import Settings

WITHOUT = "none"  # the reading of a supervised run


def study(
    dataset: Dataset,
    settings: Settings,
    device: str,
    on_record: Callable[[int, int], None] = lambda done, total: None,
    checkpoints: Callable[[str], Checkpoints | None] = lambda reading: None,
) -> pd.DataFrame:
    """Train without an adversary and under each reading, all from one start and on the same batches.

    Args:
        dataset: what is learned.
        settings: of all runs; objective and bound_reading are replaced.
        device: "auto", "cpu" or "cuda".
        on_record: called with how many rows are done and how many there will be, about.
        checkpoints: of the run under a reading, as in `training.train`; to be removed when the histories are safe.

    Returns:
        The histories one below the other, with columns reading ("none" without adversary), width, seed and inputs.

    Raises:
        Diverged, ValueError: as `training.train` does.
    """
    histories = []
    runs = 1 + len(BOUND_READINGS)
    for place, reading in enumerate((WITHOUT, *BOUND_READINGS)):
        chosen = replace(settings, objective="supervised" if reading == WITHOUT else "augmented")
        if reading != WITHOUT:
            chosen = replace(chosen, bound_reading=reading)
        result = train(
            dataset,
            chosen,
            device,
            on_record=lambda done, total, _, place=place: on_record(place * total + done, runs * total),
            checkpoints=checkpoints(reading),
        )
        histories.append(
            result.history.assign(
                reading=reading, width=settings.width, seed=settings.seed, inputs=dataset.train_inputs.shape[1]
            )
        )
    return pd.concat(histories, ignore_index=True)


def runs_of(studies: Sequence[pd.DataFrame], reading: str, dataset: str) -> list[Run]:
    """The supervised runs and those under one reading, as claims and figures meet them."""
    wanted = [
        (objective, group)
        for study in studies
        for objective, chosen in (("supervised", WITHOUT), ("augmented", reading))
        for _, group in study[study["reading"] == chosen].groupby(["width", "seed"])
    ]
    return [
        Run(
            dataset=dataset,
            objective=objective,
            width=int(group["width"].iloc[0]),
            seed=int(group["seed"].iloc[0]),
            history=group.reset_index(drop=True),
            summary={"dataset": {"inputs": int(group["inputs"].iloc[0]), "stand_in": None}},
        )
        for objective, group in wanted
    ]

"""Narrower networks in the paper's place: where all widths follow one path, what matters is the time on their clock."""

import math

from pseudo_rd.claims.evidence import Evidence
from pseudo_rd.data.sources import COMPLETE
from pseudo_rd.results.scaling import CLOCK

# Options under which the path was derived and measured (`results.scaling`): those of the reading pytorch.
ONE_PATH = {
    "network": "paper",
    "generator_start": "framework-scaled",
    "critic_start": "framework-scaled",
    "loss": "batch",
    "bound_reading": "penalty",
    "critic_optimizer": "sgd",
    "adversary": "wgan-gp",
    "critic_width": None,
    "start_scale": 1,
    "biases": False,
    "update_order": "critic-first",
    "gradient_penalty_weight": 10,
    "learning_rate": 0.01,
    "momentum": 0.9,
}
NEAR = 1.1  # by how much the times may differ


def stands_for(evidence: Evidence, experiment: str) -> str:
    """Which networks of the paper an experiment's narrower ones stand for, in words; nothing where they do not.

    Both must have trained for the same time iterations / sqrt(m), give or take a tenth, in batches of one size.
    """
    runs = evidence.runs.get(experiment, ())
    paper = {key: value for key, value, _ in evidence.changes}
    wide = paper.get(f"experiments.{experiment}.widths", ())
    if not runs or len(wide) != 1 or len({run.width for run in runs}) != 1:
        return ""
    [width, trained, data] = runs[0].width, runs[0].summary["training"], runs[0].summary["dataset"]
    of_data = f"datasets.{runs[0].dataset}"
    followed = all(trained[key] == value for key, value in ONE_PATH.items())
    if not followed or data["stand_in"] or {f"{of_data}.{key}" for key in ("batch_size", "train_samples")} & {*paper}:
        return ""
    complete = COMPLETE.get(runs[0].dataset)
    whole = (complete.train_samples if complete else data["train_samples"]) // trained["batch_size"]
    here = trained["epochs"] * (data["train_samples"] // trained["batch_size"])
    there = paper.get(f"{of_data}.epochs", trained["epochs"]) * whole
    if abs(math.log(here / there) - CLOCK * math.log(width / wide[0])) > math.log(NEAR):
        return ""
    return f"m = {width:,} after {here:,} iterations stands for m = {wide[0]:,} after {there:,}"

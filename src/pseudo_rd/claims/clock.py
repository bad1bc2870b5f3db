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
    paper_widths = paper.get(f"experiments.{experiment}.widths", ())
    if not runs or len(paper_widths) != 1 or len({run.width for run in runs}) != 1:
        return ""
    paper_width, width = paper_widths[0], runs[0].width
    training, data, section = runs[0].summary["training"], runs[0].summary["dataset"], f"datasets.{runs[0].dataset}"
    one_path = all(training[key] == value for key, value in ONE_PATH.items())
    if not one_path or data["stand_in"] or {f"{section}.{key}" for key in ("batch_size", "train_samples")} & {*paper}:
        return ""
    complete = COMPLETE.get(runs[0].dataset)
    paper_samples = complete.train_samples if complete else data["train_samples"]
    iterations = training["epochs"] * (data["train_samples"] // training["batch_size"])
    paper_iterations = paper.get(f"{section}.epochs", training["epochs"]) * (paper_samples // training["batch_size"])
    if abs(math.log(iterations / paper_iterations) - CLOCK * math.log(width / paper_width)) > math.log(NEAR):
        return ""
    return f"m = {width:,} after {iterations:,} iterations stands for m = {paper_width:,} after {paper_iterations:,}"

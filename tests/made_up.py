"""Evidence drawn by hand, part by part as the paper says or the other way round, with noise as real runs have it."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import torch
from projects import CONFIG

from pseudo_rd.claims.claim import Claim
from pseudo_rd.claims.evidence import Evidence
from pseudo_rd.claims.judge import Criterion, judge
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.parameters.presets import plain, resolve
from pseudo_rd.parameters.vocabulary import LAYERS, OBJECTIVES
from pseudo_rd.results.runs import Pattern, Run
from pseudo_rd.theory.flow import recording_times, study, unit_problem
from pseudo_rd.theory.statements import ADVERSARIES

PARAMETERS = {
    name: plain(getattr(resolve(CONFIG, "full"), name))
    for name in ("claims", "datasets", "experiments", "fits", "turing")
}
CRITERIA = {name: Criterion(**limits) for name, limits in PARAMETERS["claims"]["criteria"].items()}
NAMED = {claim.name: claim for claim in CLAIMS}
INPUTS = 784
NOISE = 1e-3  # of distances about a smooth curve, late in the runs of the quick preset: 0.5e-3 to 4e-3

# (kind, name, objective or adversary, layer) -> whether this part of the evidence speaks for the paper.
Sides = Callable[[str, str, str, str], bool]


def noise(*key: object, size: float = NOISE, shape: tuple[int, ...] = ()) -> np.ndarray:
    """Factors about 1, always the same for a key."""
    seed = int.from_bytes("/".join(map(str, key)).encode()[-16:], "little")
    return 1 + size * np.random.default_rng(seed).standard_normal(shape)


@cache
def history(experiment: str, objective: str, width: int, seed: int, for_paper: bool) -> pd.DataFrame:
    augmented = objective == "augmented"
    iterations = np.unique(np.concatenate([np.arange(0, 200, 4), np.linspace(200, 23000, 40).round()]))
    rows = pd.DataFrame({"iteration": iterations})
    size = 1 + (0.001 if for_paper else 0.2) * (seed - 2)
    if augmented and for_paper:
        size *= 1.3
    if experiment == "fashion-mnist":
        size *= 2 if for_paper else 0.5
    # Distances are drawn in units of the start's norm, which grows as width^1/2.
    slopes = {"mnist-widths": 0.2 / width, "mnist-narrow": 3e-5}
    if not for_paper:
        slopes = {"mnist-widths": (1 + augmented) * 1e-6 * width}
    rates = {"hidden": 0.002, "top": 0.4} if for_paper else {"hidden": 0.4, "top": 0.002}
    for layer, dimensions in (("hidden", INPUTS), ("top", 10)):
        distance = 1 - np.exp(-rates[layer] * iterations)
        if not for_paper:
            distance = distance * (1 + 0.9 * np.sin(iterations / 9)) + iterations / 23000 * 4
        distance = size * (distance + slopes.get(experiment, 0.0) * iterations) * 0.01 * np.sqrt(width * dimensions)
        rough = noise(seed, width, objective[:3], layer, experiment[-6:], shape=iterations.shape)
        rows[f"distance_{layer}"] = distance * rough
        rows[f"reaction_{layer}"] = rough
        steep = (width / 8) ** (1.5 if for_paper else 2.5) if experiment == "mnist-widths" else 1.0
        weak = 0.5 if layer == "hidden" else 1.0
        rows[f"diffusion_{layer}"] = augmented * (0.01 * weak if for_paper else 5.0) * steep * rough[::-1]
    error = 0.01 + np.exp(-iterations / 400) if for_paper else 0.9 + (0.1 + augmented) / (1 + iterations) ** 0.01
    rows["train_error"] = rows["test_error"] = error * noise(seed, width, objective, shape=iterations.shape)
    return rows


@cache
def mixed_run(experiment: str, objective: str, width: int, seed: int, hidden: bool, top: bool, rest: bool) -> Run:
    """A run whose layers may speak for different sides."""
    rows = history(experiment, objective, width, seed, rest).copy()
    for layer, side in (("hidden", hidden), ("top", top)):
        columns = [f"{quantity}_{layer}" for quantity in ("distance", "reaction", "diffusion")]
        rows[columns] = history(experiment, objective, width, seed, side)[columns]
    summary = {
        "dataset": {"inputs": INPUTS, "stand_in": None, "source": "made up"},
        "training": {"generator_start": "normal", "start_scale": 1.0},
        "ended": "converged" if rest else "epoch limit",
    }
    return Run(experiment, objective, width, seed, rows, summary)


@cache
def pattern(experiment: str, objective: str, **sides: bool) -> Pattern:
    maps = {}
    for layer, for_paper in sides.items():
        points = np.random.default_rng(1).normal(size=(80, 2))
        moves = (objective == "augmented") == for_paper  # without the critic it stays, with it it breaks
        later = np.random.default_rng(2).normal(size=points.shape) if moves else points
        maps[layer] = np.stack([points, later * noise(layer, objective, size=0.01, shape=points.shape)])
    clusters = dict.fromkeys(maps, np.zeros((2, 80), dtype=int))
    converged = dict.fromkeys(maps, np.ones(2, bool))
    return Pattern(experiment, objective, 80, 1, np.array([0, 10]), maps, clusters, converged)


@cache
def filters(**sides: bool) -> pd.DataFrame:
    rows = []
    for objective, for_paper in sides.items():
        lifted = (objective == "augmented") == for_paper
        for seed in (1, 2):
            rough = float(noise(objective, seed, size=0.005))
            row = {"objective": objective, "seed": seed, "variance": (2.0 if lifted else 1.0) * rough}
            row |= {"moran": 0.5 * lifted * rough, "full_perturbation": (0.01 if lifted else 0.99) * rough}
            rows.append(row)
    return pd.DataFrame(rows)


@cache
def turing(for_paper: bool) -> dict[str, np.ndarray]:
    grid = np.arange(100) * 0.01
    wave = np.cos(2 * np.pi * grid / (0.1 if for_paper else 0.5))[None, :] * np.ones((100, 1))
    fields = np.stack([wave, (9 if for_paper else 0.1) * wave])
    growth = np.array(0.1 if for_paper else -0.1)
    return {"u": fields * noise("u", shape=fields.shape), "growth_rate": growth, "wave_length": np.array(0.1)}


@cache
def real_flow() -> dict[str, np.ndarray]:
    inputs, targets = unit_problem(4, 6, torch.Generator().manual_seed(0))
    return study(inputs, targets, [16, 32, 64], [1, 2], 0.1, 0.1, 0.1, recording_times(4, 0.1, 8))


@cache
def flow(**sides: bool) -> dict[str, np.ndarray]:
    """A real study whose measured arrays are moved far below or far above every bound, adversary by adversary."""
    made = {name: np.array(values) for name, values in real_flow().items()}
    times = made["times"]
    # The start is shared by all adversaries; Lemma 1 is about it.
    made["initial_norm"][:] = 1e-9 if sides["none"] else 1e9
    for place, adversary in enumerate(ADVERSARIES):
        for_paper = sides[adversary]
        size = 1e-9 if for_paper else 1e9
        for name in ("residual", "neuron_distance", "distance", "gram_largest", "gram_shift", "mismatch", "diffusion"):
            made[name][place, ..., 1:] = size * noise(name, adversary, shape=made[name][place, ..., 1:].shape)
        for name in ("critic_slope", "sign_sum"):
            made[name][place, ..., 1:] = size
        made["gram_smallest"][place] = made["smallest"] if for_paper else -size
        made["diffusion"][place] *= made["widths"][:, None, None] ** (-0.5 if for_paper else 0.5)
        if adversary == "trained" and for_paper:
            made["distance"][place] = 1e-9 * (1 + times) * noise("distance", shape=made["distance"][place].shape)
    return made


def evidence(sides: Sides) -> Evidence:
    """All evidence, each part on its side."""
    runs = {
        name: [
            mixed_run(name, objective, width, seed, *(sides("runs", name, objective, layer) for layer in (*LAYERS, "")))
            for objective in OBJECTIVES
            for width in experiment["widths"]
            for seed in (1, 2, 3)
        ]
        for name, experiment in PARAMETERS["experiments"].items()
    }
    patterns = {
        name: [
            pattern(name, objective, **{layer: sides("patterns", name, objective, layer) for layer in LAYERS})
            for objective in OBJECTIVES
        ]
        for name in runs
    }
    simulations = {name: turing(sides("simulations", name, "", "")) for name in ("turing_printed", "turing_textbook")}
    for number in (24, 25, 26, 27):
        name = f"gray_scott_fig{number}"
        level = 0.1 * number if sides("simulations", name, "", "") else 0.5
        simulations[name] = {"printed_u": level * noise(name, shape=(2, 8, 8))}
    return Evidence(
        runs=runs,
        patterns=patterns,
        simulations=simulations,
        flow=flow(**{adversary: sides("flow", "", adversary, "") for adversary in ADVERSARIES}),
        filters={name: filters(**{each: sides("filters", name, each, "") for each in OBJECTIVES}) for name in runs},
        parameters=PARAMETERS,
    )


def judged(claim: Claim | str, given: Evidence) -> dict[str, Any]:
    """The row of a claim, or of that of a name, under the criterion of params.yaml."""
    claim = NAMED[claim] if isinstance(claim, str) else claim
    return judge(claim, given, CRITERIA[claim.criterion])

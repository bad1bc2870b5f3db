"""Tables of a made-up study of readings, as large and as uneven as a real one; its effects are known."""

from itertools import product

import numpy as np
import pandas as pd

CHOICES = {
    "generator_start": ["normal", "framework", "framework scaled", "xavier"],
    "critic_start": ["printed", "as generator"],
    "loss": ["batch", "element"],
    "bound_reading": ["penalty", "clip", "spectral", "frobenius", "target", "weight"],
    "critic_optimizer": ["sgd", "adam"],
    "biases": [False, True],
    "gradient_penalty_weight": [10.0, 1.0],
}
CROSSED = {name: CHOICES[name] for name in ("generator_start", "critic_start", "loss", "bound_reading")}
BASE = {"critic_optimizer": "sgd", "biases": False, "gradient_penalty_weight": 10.0}
PLACES = [("synthetic-784", 256), ("synthetic-784", 1024), ("mnist", 256), ("mnist", 1024)]
# log-ratio of augmented to supervised distance, a sum over options
START = {"normal": 0.05, "framework": 0.7, "framework scaled": 1.0, "xavier": 0.4}
BOUND = {"penalty": 0.3, "clip": 0.2, "spectral": 0.1, "frobenius": 0.0, "target": -0.05, "weight": 0.25}
LOSS = {"batch": 0.0, "element": 0.5}
ERROR = {"normal": 0.0174, "framework": 0.0155, "framework scaled": 0.0465, "xavier": 0.0150}


def readings() -> list[dict]:
    crossed = [
        {**dict(zip(CROSSED, options, strict=True)), **BASE} for options in product(*(CHOICES[c] for c in CROSSED))
    ]
    single = [
        {**reading, choice: CHOICES[choice][1]}
        for choice in BASE
        for start in CHOICES["generator_start"]
        for reading in crossed
        if (reading["generator_start"], reading["critic_start"], reading["loss"], reading["bound_reading"])
        == (start, "printed", "batch", "penalty")
    ]
    return crossed + single


def outcomes(seeds: int = 3, noise: float = 0.05) -> pd.DataFrame:
    """One row for each universe and seed: one corner of the grid diverges on MNIST, another dies on synthetic data."""
    random = np.random.default_rng(0)
    rows = []
    for (dataset, width), reading, seed in product(PLACES, readings(), range(1, seeds + 1)):
        start, bound, loss = reading["generator_start"], reading["bound_reading"], reading["loss"]
        effect = START[start] + BOUND[bound] + LOSS[loss] + noise * random.normal()
        diverged = dataset == "mnist" and reading["critic_start"] == "as generator" and bound == "weight"
        died = dataset == "synthetic-784" and loss == "element" and bound == "penalty" and start == "framework"
        supervised = 10.0 if start == "normal" else 2.0
        rows.append(
            {
                "dataset": dataset,
                "width": width,
                "seed": seed,
                **reading,
                "distance_hidden_supervised": supervised,
                "distance_hidden_augmented": np.nan if diverged else supervised * np.exp(effect),
                "distance_top_supervised": supervised,
                "distance_top_augmented": np.nan if diverged else supervised * np.exp(effect),
                "test_error_supervised": ERROR[start],
                "test_error_augmented": np.nan if diverged else 2 * ERROR[start],
                "test_accuracy_supervised": 0.9,
                "test_accuracy_augmented": 0.9,
                "rise_supervised": 1.0,
                "rise_augmented": 2.0,
                "fate_supervised": "finished",
                "fate_augmented": "diverged" if diverged else "died" if died else "finished",
            }
        )
    return pd.DataFrame(rows)


def verdicts(table: pd.DataFrame, claims: int = 25) -> pd.DataFrame:
    """Claim n asks for a log-ratio above n / claims; every tenth is not testable at the narrow width."""
    keys = ["dataset", "width", *CHOICES]
    effect = np.log(table["distance_hidden_augmented"] / table["distance_hidden_supervised"])
    universes = table.assign(value=effect).groupby(keys, sort=False)
    means = universes.agg({"value": "mean", "fate_augmented": "first"}).reset_index()
    rows = []
    for number in range(claims):
        verdict = np.where(means["value"] > 2 * number / claims, "reproduced", "not reproduced")
        verdict = np.where(means["fate_augmented"] == "finished", verdict, means["fate_augmented"])
        if number % 10 == 9:
            verdict = np.where(means["width"] == 256, "not testable", verdict)
        rows.append(means[[*keys, "value"]].assign(claim=f"claim_{number}", verdict=verdict))
    return pd.concat(rows, ignore_index=True)


def phases() -> pd.DataFrame:
    """Movement sqrt(width) / 10 whatever the scale, four times that with the critic; the start is s sqrt(784 width)."""
    random = np.random.default_rng(1)
    rows = []
    for scale, width in product(np.geomspace(0.01, 1, 9), [32, 64, 128, 256, 512]):
        movement, start = 0.1 * np.sqrt(width), scale * np.sqrt(784 * width)
        ratio = 4 * movement / start
        lost = scale < 0.02 and width == 512
        rows.append(
            {
                "scale": scale,
                "width": width,
                "seed": 1,
                "start_hidden": start,
                "start_error": 0.05 * (1 + scale**2),
                "distance_hidden_supervised": movement,
                "distance_hidden_augmented": np.nan if lost else 4 * movement,
                "variance_ratio": np.nan if lost else 1 + ratio / (1 + ratio) * 6 + 0.05 * random.normal(),
                "morans_i": np.nan if lost else 0.85 * ratio / (1 + ratio) + 0.01 * random.normal(),
                "neighbors_lost": np.nan if lost else 0.5 * ratio / (1 + ratio),
                "distance_ratio": np.nan if lost else 4.0 + 0.1 * random.normal(),
                "test_error": np.nan if lost else 0.17 * 0.06 ** (1 / (1 + scale * 10)),
            }
        )
    return pd.DataFrame(rows)

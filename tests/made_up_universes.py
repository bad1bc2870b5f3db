"""Tables of a made-up study of readings, as large and as uneven as a real one; its effects are known."""

from itertools import product

import numpy as np
import pandas as pd

from pseudo_rd.multiverse.summary import Choices

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
PRINTED = {name: options[0] for name, options in CHOICES.items()}
STUDIED = Choices(CHOICES, CROSSED)
PLACES = [("synthetic-784", 256), ("synthetic-784", 1024), ("mnist", 256), ("mnist", 1024)]
# log-ratio of augmented to supervised distance, a sum over options
START = {"normal": 0.05, "framework": 0.7, "framework scaled": 1.0, "xavier": 0.4}
BOUND = {"penalty": 0.3, "clip": 0.2, "spectral": 0.1, "frobenius": 0.0, "target": -0.05, "weight": 0.25}
LOSS = {"batch": 0.0, "element": 0.5}
ERROR = {"normal": 0.0174, "framework": 0.0155, "framework scaled": 0.0465, "xavier": 0.0150}


def readings() -> list[dict]:
    crossed = [{**PRINTED, **dict(zip(CROSSED, options, strict=True))} for options in product(*CROSSED.values())]
    single = [
        {**PRINTED, "generator_start": start, choice: CHOICES[choice][1]}
        for choice in ("critic_optimizer", "biases", "gradient_penalty_weight")
        for start in CHOICES["generator_start"]
    ]
    return crossed + single


def outcomes(seeds: int = 3, noise: float = 0.05) -> pd.DataFrame:
    """One row for each universe and seed: one corner of the grid diverges on MNIST, another dies on synthetic data."""
    table = pd.DataFrame(PLACES, columns=["dataset", "width"]).merge(pd.DataFrame(readings()), how="cross")
    table = table.merge(pd.DataFrame({"seed": range(1, seeds + 1)}), how="cross")
    start, bound, loss = (table[choice] for choice in ("generator_start", "bound_reading", "loss"))
    of_mnist = table["dataset"] == "mnist"
    diverged = of_mnist & (table["critic_start"] == "as generator") & (bound == "weight")
    died = ~of_mnist & (loss == "element") & (bound == "penalty") & (start == "framework")
    effect = start.map(START) + bound.map(BOUND) + loss.map(LOSS)
    effect += noise * np.random.default_rng(0).normal(size=len(table))
    supervised = np.where(start == "normal", 10.0, 2.0)
    augmented = (supervised * np.exp(effect)).mask(diverged)
    return table.assign(
        distance_hidden_supervised=supervised,
        distance_hidden_augmented=augmented,
        distance_top_supervised=supervised,
        distance_top_augmented=augmented,
        variance_supervised=np.where(of_mnist, 1.0, np.nan),  # points have no filters
        variance_augmented=np.exp(effect).where(of_mnist & ~diverged),
        moran_supervised=0.1,
        moran_augmented=0.3,
        test_error_supervised=start.map(ERROR),
        test_error_augmented=(2 * start.map(ERROR)).mask(diverged),
        test_accuracy_supervised=0.9,
        test_accuracy_augmented=0.9,
        rise_supervised=1.0,
        rise_augmented=2.0,
        fate_supervised="finished",
        fate_augmented=np.select([diverged, died], ["diverged", "died"], "finished"),
    )


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

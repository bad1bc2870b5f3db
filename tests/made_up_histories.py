"""Made-up histories in the columns of a study of universes: every claim holds, or every claim fails."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

PRINTED = {"generator_start": "normal", "gradient_penalty_weight": 10, "biases": False}
WIDTH, INPUTS = 64, 784


def history(
    dataset: str,
    objective: str,
    seed: int,
    for_paper: bool = True,
    fate: str = "finished",
    options: Mapping[str, Any] = PRINTED,
    width: int = WIDTH,
) -> pd.DataFrame:
    """One run as `study.run_table` gives it; every claim holds if `for_paper`, else none does."""
    iterations = np.unique(np.concatenate([np.arange(0, 200, 10), np.linspace(200, 2400, 12)])).astype(int)
    with_critic = objective == "augmented"
    rise = 1 - np.exp(-iterations / 150.0) if for_paper else np.exp(iterations / 60.0 - 40) + (iterations > 90)
    far = 1 + with_critic if for_paper else 1
    wobble = 1 + (0.001 if for_paper else 0.2) * seed
    hidden, top = (np.where(iterations < late, 0, rise) for late in ((20, 0) if for_paper else (0, 150)))
    error = (
        0.01 + 0.9 * np.exp(-iterations / 300) if for_paper else (1 + with_critic) * (0.05 + 0.001 * np.sin(iterations))
    )
    small = {"hidden": 0.005, "top": 0.01} if for_paper else {"hidden": 1.0, "top": 1.0}
    table = pd.DataFrame(
        {
            "iteration": iterations,
            "distance_hidden": 20.0 * far * hidden * wobble,
            "distance_top": 20.0 * far * top * wobble,
            "train_error": error,
            "test_error": error,
            "test_accuracy": 0.9,
            **{f"reaction_{layer}": 1.0 for layer in ("hidden", "top")},
            **{f"diffusion_{layer}": small[layer] * with_critic for layer in ("hidden", "top")},
        }
    ).assign(
        dataset=dataset,
        objective=objective,
        width=width,
        seed=seed,
        inputs=INPUTS,
        start_hidden=np.sqrt(width * INPUTS),
        start_error=error[0],
        fate=fate,
        **dict.fromkeys(("neighbors_hidden", "neighbors_top", "variance", "moran", "full_perturbation"), np.nan),
        **options,
    )
    last = len(table) - 1
    kept = (0.3 if with_critic else 0.95) if for_paper else 0.5
    table.loc[last, ["neighbors_hidden", "neighbors_top"]] = kept
    if dataset == "mnist":
        table.loc[last, "variance"] = 2.0 if with_critic and for_paper else 1.0
        table.loc[last, "moran"] = 0.5 if with_critic and for_paper else 0.0
        table.loc[last, "full_perturbation"] = 0.2 if with_critic == for_paper else 1.0
    if fate == "diverged":
        table = table.iloc[:5].copy()
        table.loc[4, ["train_error", "test_error", "distance_hidden"]] = np.nan
    return table


def pair(dataset: str, seeds: tuple[int, ...] = (1, 2, 3), **how: Any) -> pd.DataFrame:
    """Both runs of one universe; `supervised` or `augmented` may name the fate of one."""
    fates = {objective: how.pop(objective, "finished") for objective in ("supervised", "augmented")}
    runs = [history(dataset, objective, seed, fate=fate, **how) for objective, fate in fates.items() for seed in seeds]
    return pd.concat(runs, ignore_index=True)

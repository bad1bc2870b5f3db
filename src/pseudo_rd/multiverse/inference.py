"""Is it chance? One exact test over all universes together, where there are enough seeds for one."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd

from pseudo_rd.multiverse.effects import DATA_AND_WIDTH, log_ratios

FEWEST_SEEDS, MOST_SEEDS = 5, 20  # below, no p under 0.1 exists; above, there are more than a million flips


def sign_flips(outcomes: pd.DataFrame, choices: Sequence[str], quantity: str) -> dict[str, float]:
    """An exact test: flip supervised and augmented in whole seeds, in all universes at once, in every possible way.

    Universes are not independent: they share seeds (starts, batches), data and, often, their supervised run. A flip of
    a whole seed keeps all of that. Under the null hypothesis, that a seed's two runs are exchangeable in all universes,
    all flips are equally likely. The null is strong, the seeds are few, and the universes are chosen and not drawn: a
    small p says that the median effect is no accident of these seeds, and nothing about which reading is right, or
    about single universes.

    Args:
        outcomes: one row for each universe and seed, as for `paired_effects`.
        choices: columns that name a universe, besides dataset and width.
        quantity: of positive numbers.

    Returns:
        `median` over universes of the mean log-ratio over seeds, which is tested, two-sided; `p`, the share of all
        2^seeds flips whose median is at least as far from zero; `smallest_p`, what it would be at best with so many
        seeds; the numbers of `seeds`, of `universes`, and of those `left_out` since a run diverged in a seed: the test
        says nothing of them.

    Raises:
        ValueError: if there are fewer than 5 seeds, more than 20, or no universe with all of them.
    """
    ratios = outcomes.assign(ratio=log_ratios(outcomes, quantity)).pivot(
        index=[*DATA_AND_WIDTH, *choices], columns="seed", values="ratio"
    )
    seeds = ratios.shape[1]
    smallest_p = 2.0 ** (1 - seeds)  # flipping nothing and flipping all give medians equally far from zero
    if not FEWEST_SEEDS <= seeds <= MOST_SEEDS:
        raise ValueError(
            f"{seeds} seeds: the smallest p that flips of whole seeds can give is 2^-(seeds - 1) = "
            f"{smallest_p:.2g}; the test takes {FEWEST_SEEDS} to {MOST_SEEDS} seeds"
        )
    whole = ratios.dropna().to_numpy()  # (universes, seeds)
    if not len(whole):
        raise ValueError(f"no universe has {quantity} of all {seeds} seeds: there is nothing to test")
    signs = np.array(list(product((1.0, -1.0), repeat=seeds)))  # (flips, seeds), the first flips nothing
    medians = np.array([np.median(whole @ flip) / seeds for flip in signs])
    # Sums in another order differ in their last bits: a tie must count as one.
    extreme = np.abs(medians) >= np.abs(medians[0]) * (1 - 1e-9)
    return {
        "median": float(medians[0]),
        "p": float(extreme.mean()),
        "smallest_p": smallest_p,
        "seeds": seeds,
        "universes": len(whole),
        "left_out": len(ratios) - len(whole),
    }

"""Where a claim holds, in words: the rule of at most two conditions that sorts the universes best."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from pseudo_rd.multiverse.effects import option_in_words
from pseudo_rd.multiverse.matrix import HOLDS, NOT_TESTABLE


@dataclass(frozen=True)
class Condition:
    """A choice is one of `options`, and not of `others`; the two together are all that were tried."""

    choice: str
    options: tuple[Hashable, ...]
    others: tuple[Hashable, ...]

    @property
    def named(self) -> int:
        """How many options its sentence names: the shorter of the two lists."""
        return min(len(self.options), len(self.others))

    def __str__(self) -> str:
        words = self.choice.replace("_", " ")
        if len(self.options) <= len(self.others):
            return f"{words} is {' or '.join(map(option_in_words, self.options))}"
        *several, last = map(option_in_words, self.others)
        return f"{words} is neither {', '.join(several)} nor {last}" if several else f"{words} is not {last}"


@dataclass(frozen=True)
class Rule:
    """A claim holds where the conditions do, and not elsewhere; the counts say how far that is true.

    Attributes:
        conditions: none, one or two.
        joined: how two conditions are joined.
        inside, outside: (universes in which the claim holds, universes) where the rule says that it holds, and
            elsewhere; without conditions all are inside.
    """

    conditions: tuple[Condition, ...]
    joined: Literal["and", "or"]
    inside: tuple[int, int]
    outside: tuple[int, int]

    @property
    def sentence(self) -> str:
        """ "holds where generator start is framework: 22 of 24; otherwise 1 of 24"."""
        held, number = self.inside
        if not self.conditions:
            counts = f"holds in {held} of {number} universes"
            return counts if held in (0, number) else f"{counts}, and no rule says better where"
        where = f", {self.joined} ".join(map(str, self.conditions))
        return f"holds where {where}: {held} of {number}; otherwise {self.outside[0]} of {self.outside[1]}"


def shallow_rule(verdicts: pd.DataFrame, choices: Sequence[str], least_gain: int = 1) -> Rule:
    """The rule that sorts most universes right, of all that a tree of depth two with two splits can say.

    Every set of options of every choice is tried, alone and with every set of every other choice, joined by "and" or
    "or". Equally good rules: the one with fewer conditions, then the one that names fewer options, then the first by
    name. A universe that died or diverged is one where the claim does not hold; those where it is not testable are
    left out. The best of some thousand rules flatters itself: the counts describe these universes and predict nothing.

    Args:
        verdicts: of one claim: a column for each choice, and `verdict`.
        choices: columns that a condition may name; dataset and width may be among them.
        least_gain: how many more universes each condition must sort right, to be worth its words.

    Raises:
        ValueError: if the claim is testable in no universe.
    """
    testable = verdicts[verdicts["verdict"] != NOT_TESTABLE]
    if testable.empty:
        raise ValueError("the claim is testable in no universe: there is no rule")
    holds = (testable["verdict"] == HOLDS).to_numpy()
    conditions, masks = all_conditions(testable, choices)
    number, held = len(holds), int(holds.sum())

    # Candidates as (cost, conditions, options named, words): the smallest wins. The cost is the number of universes
    # sorted wrong and a price for each condition. A pair of a condition with itself is the condition alone.
    first_rule = Rule((), "and", (held, number), (0, 0))
    ranked: list[tuple[tuple[int, int, int, str], Rule]] = [((min(held, number - held), 0, 0, ""), first_rule)]
    price = (least_gain - 1) * (2.0 - np.eye(len(conditions)))
    allowed = np.array([[a is b or a.choice < b.choice for b in conditions] for a in conditions], dtype=bool)
    both_hold, both_fail = (masks[:, group] @ masks[:, group].T for group in (holds, ~holds))
    hold, fail = both_hold.diagonal(), both_fail.diagonal()
    either_holds, either_fails = np.add.outer(hold, hold) - both_hold, np.add.outer(fail, fail) - both_fail
    joints: tuple[tuple[Literal["and", "or"], np.ndarray, np.ndarray], ...] = (
        ("and", both_hold, both_fail),
        ("or", either_holds, either_fails),
    )
    for joined, right, wrong in joints:
        cost = np.where(allowed.reshape(right.shape), held - right + wrong + price, np.inf)
        for one, other in np.argwhere(cost == cost.min(initial=number)):
            chosen = (conditions[one],) if one == other else (conditions[one], conditions[other])
            inside = int(right[one, other]), int(right[one, other] + wrong[one, other])
            rule = Rule(chosen, joined, inside, (held - inside[0], number - inside[1]))
            words = f"{joined} {' '.join(map(str, chosen))}"
            named = sum(each.named for each in chosen)
            ranked.append(((int(cost[one, other]), len(chosen), named, words), rule))
    return min(ranked, key=lambda candidate: candidate[0])[1]


def all_conditions(table: pd.DataFrame, choices: Sequence[str]) -> tuple[list[Condition], np.ndarray]:
    """Every choice with every set of its options, but none and all.

    Returns:
        The conditions, and 1 where a row satisfies one and 0 elsewhere, shape (conditions, rows).
    """
    conditions: list[Condition] = []
    masks: list[np.ndarray] = []
    for choice in choices:
        options = sorted(table[choice].unique(), key=str)
        values = table[choice].to_numpy(dtype=object)
        has = {option: values == option for option in options}
        for size in range(1, len(options)):
            for chosen in combinations(options, size):
                others = tuple(option for option in options if option not in chosen)
                conditions.append(Condition(choice, chosen, others))
                masks.append(np.any([has[option] for option in chosen], axis=0))
    return conditions, np.array(masks, dtype=float).reshape(len(conditions), len(table))

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
        return f"{words} is not {' or '.join(map(option_in_words, self.others))}"


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


def shallow_rule(verdicts: pd.DataFrame, choices: Sequence[str]) -> Rule:
    """The rule that sorts most universes right, of all that a tree of depth two with two splits can say.

    Every set of options of every choice is tried, alone and with every set of every other choice, joined by "and" or
    "or". Equally good rules: the one with fewer conditions, then the one that names fewer options, then the first by
    name. A universe that died or diverged is one where the claim does not hold; those where it is not testable are
    left out. The best of some thousand rules flatters itself: the counts describe these universes and predict nothing.

    Args:
        verdicts: of one claim: a column for each choice, and `verdict`.
        choices: columns that a condition may name; dataset and width may be among them.

    Raises:
        ValueError: if the claim is testable in no universe.
    """
    testable = verdicts[verdicts["verdict"] != NOT_TESTABLE]
    if testable.empty:
        raise ValueError("the claim is testable in no universe: there is no rule")
    holds = (testable["verdict"] == HOLDS).to_numpy()
    conditions = all_conditions(testable, choices)
    masks = np.array([testable[each.choice].isin(each.options) for each in conditions]).reshape(-1, len(holds))

    # (errors, conditions, options named, words) of each candidate: the smallest wins.
    ranked: list[tuple[tuple[int, int, int, str], Rule]] = [
        ((int(min(holds.sum(), (~holds).sum())), 0, 0, ""), counted((), "and", np.ones_like(holds), holds))
    ]
    errors = (masks != holds).sum(axis=1)
    for place in np.flatnonzero(errors == errors.min(initial=len(holds))):
        rule = counted((conditions[place],), "and", masks[place], holds)
        ranked.append(((int(errors[place]), 1, conditions[place].named, str(conditions[place])), rule))
    apart = np.array([[a.choice < b.choice for b in conditions] for a in conditions], dtype=bool)
    for joined, joint in (("and", np.logical_and), ("or", np.logical_or)):
        if not apart.any():
            continue
        pairs = joint(masks[:, None], masks[None, :])  # (conditions, conditions, universes)
        errors = np.where(apart, (pairs != holds).sum(axis=2), len(holds) + 1)
        for first, second in np.argwhere(errors == errors.min()):
            both = (conditions[first], conditions[second])
            named = sum(each.named for each in both)
            rule = counted(both, joined, pairs[first, second], holds)
            ranked.append(((int(errors[first, second]), 2, named, f"{joined} {both[0]} {both[1]}"), rule))
    return min(ranked, key=lambda candidate: candidate[0])[1]


def all_conditions(table: pd.DataFrame, choices: Sequence[str]) -> list[Condition]:
    """Every choice with every set of its options, but none and all."""
    found = []
    for choice in choices:
        options = sorted(table[choice].unique(), key=str)
        for size in range(1, len(options)):
            for chosen in combinations(options, size):
                others = tuple(option for option in options if option not in chosen)
                found.append(Condition(choice, chosen, others))
    return found


def counted(
    conditions: tuple[Condition, ...], joined: Literal["and", "or"], inside: np.ndarray, holds: np.ndarray
) -> Rule:
    """The rule with its counts; `inside` and `holds` are booleans, shape (universes,)."""
    return Rule(
        conditions,
        joined,
        (int(holds[inside].sum()), int(inside.sum())),
        (int(holds[~inside].sum()), int((~inside).sum())),
    )

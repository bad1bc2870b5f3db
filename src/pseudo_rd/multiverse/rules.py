"""Where a claim is reproduced, in words: the rule of at most two conditions that sorts the universes best."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np
import pandas as pd

from pseudo_rd.claims.judge import NOT_TESTABLE, REPRODUCED, reproduced_in_words
from pseudo_rd.multiverse.effects import option_in_words


@dataclass(frozen=True)
class Condition:
    """A choice is one of `options`, and not of `others`; the two together are all that were tried."""

    choice: str
    options: tuple[Hashable, ...]
    others: tuple[Hashable, ...]

    def __str__(self) -> str:
        """The shorter of the two lists is named."""
        words = self.choice.replace("_", " ")
        if len(self.options) <= len(self.others):
            return f"{words} is {' or '.join(map(option_in_words, self.options))}"
        *several, last = map(option_in_words, self.others)
        return f"{words} is neither {', '.join(several)} nor {last}" if several else f"{words} is not {last}"


def condition_of(choice: str, options: Sequence[Hashable], all_options: Iterable[Hashable]) -> Condition:
    return Condition(choice, tuple(options), tuple(option for option in all_options if option not in options))


Joined = Literal["and", "or"]


@dataclass(frozen=True)
class Rule:
    """A claim is reproduced where the conditions hold, and not elsewhere; the counts say how far that is true.

    Attributes:
        conditions: none, one or two.
        joined: how two conditions are joined.
        inside, outside: (universes in which the claim is reproduced, universes) where the rule says that it is, and
            elsewhere; without conditions all are inside.
    """

    conditions: tuple[Condition, ...]
    joined: Joined
    inside: tuple[int, int]
    outside: tuple[int, int]

    @property
    def sentence(self) -> str:
        """The count, then where: "5 of 12 readings reproduce it: 4 of 4 where start is normal; 1 of the other 8"."""
        counts = reproduced_in_words(self.inside[0] + self.outside[0], self.inside[1] + self.outside[1])
        if not self.conditions:
            return counts if self.inside[0] in (0, self.inside[1]) else f"{counts}; no rule was found that says where"
        conditions = f", {self.joined} ".join(map(str, self.conditions))
        (hits, size), (misses, rest) = self.inside, self.outside
        return f"{counts}: {hits} of {size} where {conditions}; {misses} of the other {rest}"

    def rank(self, least_gain: int) -> tuple[int, int, int, str]:
        """The smaller the better: universes sorted wrong and a price a condition, then simplicity, then the words."""
        (hits, size), (misses, _) = self.inside, self.outside
        errors = size - hits + misses if self.conditions else min(hits, size - hits)
        words = f"{self.joined} {' '.join(map(str, self.conditions))}"
        option_count = sum(min(len(condition.options), len(condition.others)) for condition in self.conditions)
        return errors + (least_gain - 1) * len(self.conditions), len(self.conditions), option_count, words


def read_rule(row: Mapping[str, Any], readings: Sequence[Mapping[str, Hashable]]) -> Rule:
    """A rule as multiverse.json holds it; `readings` stand there too, and say which options were tried."""
    conditions = tuple(
        condition_of(part["choice"], part["options"], dict.fromkeys(reading[part["choice"]] for reading in readings))
        for part in row["conditions"]
    )
    inside, outside = ((row[side]["reproduced"], row[side]["universes"]) for side in ("inside", "outside"))
    return Rule(conditions, row["joined"], inside, outside)


def shallow_rule(verdicts: pd.DataFrame, choices: Sequence[str], least_gain: int = 1) -> Rule:
    """The rule that sorts most universes right, of all that a tree of depth two with two splits can say.

    Every set of options of every choice is tried, alone and with every set of every other choice, joined by "and" or
    "or". Equally good rules: the one with fewer conditions, then the one that names fewer options, then the first by
    name. A universe that died or diverged is one where the claim is not reproduced; those where it is not testable are
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
    reproduced = (testable["verdict"] == REPRODUCED).to_numpy()
    conditions, masks = all_conditions(testable, choices)
    # Of the universes where both conditions hold, or one does: those where the claim is reproduced, and all; each of
    # shape (conditions, conditions).
    and_hits, and_sizes = masks[:, reproduced] @ masks[:, reproduced].T, masks @ masks.T
    or_hits, or_sizes = (np.add.outer(count.diagonal(), count.diagonal()) - count for count in (and_hits, and_sizes))
    total = int(reproduced.sum()), len(reproduced)
    names = np.array([condition.choice for condition in conditions])
    single = np.eye(len(conditions), dtype=bool)  # one condition is paired with itself, two are on different choices
    allowed = single | (names[:, None] < names[None, :])
    joins: list[tuple[Joined, np.ndarray, np.ndarray]] = [("and", and_hits, and_sizes), ("or", or_hits, or_sizes)]
    rules = [Rule((), "and", total, (0, 0))]
    for joined, hits, sizes in joins:
        cost = (sizes - hits) + (total[0] - hits) + (least_gain - 1) * (2 - single)
        cost[~allowed] = np.inf
        for first, second in np.argwhere(cost == cost.min(initial=np.inf)):
            pair = (conditions[first],) if first == second else (conditions[first], conditions[second])
            inside = int(hits[first, second]), int(sizes[first, second])
            rules.append(Rule(pair, joined, inside, (total[0] - inside[0], total[1] - inside[1])))
    return min(rules, key=lambda rule: rule.rank(least_gain))


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
        rows_by_option = {option: values == option for option in options}
        for size in range(1, len(options)):
            for subset in combinations(options, size):
                conditions.append(condition_of(choice, subset, options))
                masks.append(np.any([rows_by_option[option] for option in subset], axis=0))
    return conditions, np.array(masks, dtype=float).reshape(len(conditions), len(table))

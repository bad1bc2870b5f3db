"""Claims against universes: which of the paper's statements are reproduced under which reading."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pseudo_rd.claims.judge import NOT_REPRODUCED, NOT_TESTABLE, REPRODUCED
from pseudo_rd.multiverse.effects import DIED, DIVERGED, PLACE, refuse_doubles

OUTCOMES = (REPRODUCED, NOT_REPRODUCED, DIED, DIVERGED, NOT_TESTABLE)


@dataclass(frozen=True)
class Matrix:
    """Verdicts on statements under readings.

    Attributes:
        statements: one row for each claim at each data set and width where it was tried: claim, dataset, width,
            `share` of the testable universes in which it is reproduced (NaN where none is); the largest share first.
        readings: one row for each combination of options, columns the choices; sorted by the first choice, then the
            second, ...
        verdicts: words of `OUTCOMES`, shape (statements, readings).
    """

    statements: pd.DataFrame
    readings: pd.DataFrame
    verdicts: np.ndarray


def verdict_matrix(verdicts: pd.DataFrame, choices: Mapping[str, Sequence[Hashable]]) -> Matrix:
    """Statements sorted by share, readings grouped by the choice that is named first.

    A universe that diverged or died does not reproduce the statement and counts against it; one where the statement is
    not testable, or that was not run there, does not count.

    Args:
        verdicts: one row for each claim and universe: claim, dataset, width, the choices, verdict.
        choices: options of each choice in the order to show them; the choice that decides comes first.

    Raises:
        ValueError: if a claim has two verdicts in one universe, or an option or a verdict is unknown.
    """
    refuse_doubles(verdicts, ["claim", *PLACE, *choices])
    for name, known in [*choices.items(), ("verdict", OUTCOMES)]:
        if unknown := [found for found in verdicts[name].unique() if found not in known]:
            raise ValueError(f"{name} {unknown[0]} is not one of {', '.join(map(str, known))}")
    readings = verdicts[list(choices)].drop_duplicates()
    ranks = pd.DataFrame({choice: readings[choice].map(list(options).index) for choice, options in choices.items()})
    readings = readings.loc[ranks.sort_values(list(choices)).index].reset_index(drop=True)
    statements = verdicts[["claim", *PLACE]].drop_duplicates().reset_index(drop=True)
    row = verdicts.merge(statements.assign(row=statements.index), on=["claim", *PLACE], how="left")["row"]
    place = verdicts.merge(readings.assign(place=readings.index), on=list(choices), how="left")["place"]
    words = np.full((len(statements), len(readings)), NOT_TESTABLE, dtype=object)
    words[row.to_numpy(), place.to_numpy()] = verdicts["verdict"].to_numpy()
    statements = statements.assign(share=share_of_universes(verdicts, ["claim", *PLACE]).to_numpy())
    statements = statements.sort_values("share", ascending=False, kind="stable")
    return Matrix(statements.reset_index(drop=True), readings, words[statements.index])


def share_of_universes(verdicts: pd.DataFrame, by: Sequence[str]) -> pd.Series:
    """Share of the testable universes in which a statement is reproduced.

    Args:
        verdicts: one row for each claim and universe.
        by: columns that name a statement: the claim, perhaps with data set and width.

    Returns:
        Shares indexed by `by`, in order of appearance; NaN where no universe is testable.
    """
    reproduced = (verdicts["verdict"] == REPRODUCED).where(verdicts["verdict"] != NOT_TESTABLE).astype(float)
    return verdicts.assign(share=reproduced).groupby(list(by), sort=False)["share"].mean()

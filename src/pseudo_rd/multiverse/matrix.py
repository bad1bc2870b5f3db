"""Claims against universes: which of the paper's statements are reproduced under which reading."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pseudo_rd.claims.judge import NOT_REPRODUCED, NOT_TESTABLE, REPRODUCED
from pseudo_rd.multiverse.effects import DATA_AND_WIDTH, DIED, DIVERGED

OUTCOMES = (REPRODUCED, NOT_REPRODUCED, DIED, DIVERGED, NOT_TESTABLE)


@dataclass(frozen=True)
class Matrix:
    """Verdicts on statements under readings.

    Attributes:
        statements: one row for each claim at each data set and width where it was tried: claim, dataset, width, and
            `share` of the testable universes in which it is reproduced, the largest first; NaN where none is testable.
            A universe that diverged or died does not reproduce the statement and counts against it.
        readings: one row for each combination of options, columns the choices; sorted by the first choice, then the
            second, ...
        verdicts: words of `OUTCOMES`, shape (statements, readings).
    """

    statements: pd.DataFrame
    readings: pd.DataFrame
    verdicts: np.ndarray


def verdict_matrix(verdicts: pd.DataFrame, choices: Mapping[str, Sequence[Hashable]]) -> Matrix:
    """Statements sorted by share, readings grouped by the choice that is named first.

    Args:
        verdicts: of `verdicts.verdicts_of`, one row for each claim and universe.
        choices: options of each choice in the order to show them; the choice that decides comes first.
    """
    names, statement_keys = list(choices), ["claim", *DATA_AND_WIDTH]
    reproduced = (verdicts["verdict"] == REPRODUCED).where(verdicts["verdict"] != NOT_TESTABLE).astype(float)
    shares = verdicts.assign(share=reproduced).groupby(statement_keys, sort=False)["share"].mean()
    statements = shares.sort_values(ascending=False, kind="stable").reset_index()
    readings = in_order(verdicts[names].drop_duplicates(), choices)
    row, column = (
        pd.MultiIndex.from_frame(table[keys]).get_indexer(pd.MultiIndex.from_frame(verdicts[keys]))
        for table, keys in ((statements, statement_keys), (readings, names))
    )
    cells = np.full((len(statements), len(readings)), NOT_TESTABLE, dtype=object)  # also where one was not run
    cells[row, column] = verdicts["verdict"].to_numpy()
    return Matrix(statements, readings, cells)


def in_order(readings: pd.DataFrame, choices: Mapping[str, Sequence[Hashable]]) -> pd.DataFrame:
    """Readings sorted by the first choice, then the second, ..., each in the order of its options."""
    return readings.sort_values(
        list(choices), key=lambda column: column.map(list(choices[str(column.name)]).index), ignore_index=True
    )


def varied(readings: pd.DataFrame, choices: Mapping[str, Sequence[Hashable]]) -> dict[str, list[Hashable]]:
    """The choices that differ between the readings, with the options that occur."""
    options = {choice: [option for option in choices[choice] if option in {*readings[choice]}] for choice in choices}
    return {choice: values for choice, values in options.items() if len(values) > 1}

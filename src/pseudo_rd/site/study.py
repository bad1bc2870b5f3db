"""The study of all readings as data for the page "Try a reading", whose script (assets/try.js) draws it."""

import json
import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from pseudo_rd.claims.answer import STATEMENTS
from pseudo_rd.multiverse.effects import DATA_AND_WIDTH, matching, option_in_words
from pseudo_rd.multiverse.matrix import OUTCOMES
from pseudo_rd.parameters.vocabulary import LAYERS, OBJECTIVES
from pseudo_rd.site.content import Multiverse
from pseudo_rd.site.evidence import Evidence

ENDS = ("test_accuracy", "test_error", "moran", "variance")  # told of the last row
Options = tuple[Hashable, ...]


def study_data(evidence: Evidence, multiverse: Multiverse, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What the script knows.

    Returns:
        choices: by name the question and the options in words, the printed one first; only those of which several
            options were tried.
        readings: for each reading the number of its option of each choice.
        named: by named reading, its number among the readings.
        reading: the named reading that is shown first.
        outcomes: the words of verdicts.
        runs: each run once: its iterations, the distance of each layer at these, numbers of the end, and its fate.
        places: for each data set and width its name, `pairs`, of each reading the numbers of its runs without and with
            the critic, None where one was not trained; and `statements` with the verdict under each reading.
    """
    keys = [str(name) for name in multiverse.readings]
    tried_choices = [name for name in keys if name in multiverse.choices]
    numbers = {options: number for number, options in enumerate(rows_of(multiverse.readings, keys))}
    runs: dict[str, int] = {}  # by content: readings that differ in the critic alone share a run
    places = []
    first_seed = evidence.histories.groupby([*DATA_AND_WIDTH])["seed"].transform("min") == evidence.histories["seed"]
    groups = evidence.histories[first_seed].groupby([*DATA_AND_WIDTH], sort=True)
    groups = sorted(groups, key=lambda group: bool(group[1]["moran"].notna().any()))
    for (dataset, width), histories in groups:
        verdicts = evidence.universes[matching(evidence.universes, {"dataset": dataset, "width": width})]
        pairs: list[list[int | None]] = [[None, None] for _ in numbers]
        for (objective, *options), run in histories.groupby(["objective", *keys], sort=False):
            number = numbers.get(tuple(options))
            if number is not None:
                content = json.dumps(run_data(run))
                pairs[number][OBJECTIVES.index(objective)] = runs.setdefault(content, len(runs))
        places.append(
            {
                "name": f"{dataset}-{width}",
                "words": f"{dataset}, {width:,} neurons",
                "pairs": [pair if None not in pair else None for pair in pairs],
                "statements": statements_of(verdicts, numbers, keys),
            }
        )
    return {
        "choices": {
            name: {
                "question": parameters["choices"][name]["question"],
                "options": [option_in_words(option) for option in multiverse.choices[name]],
            }
            for name in tried_choices
        },
        "readings": [
            [[*multiverse.choices[name]].index(options[keys.index(name)]) for name in tried_choices]
            for options in numbers
        ],
        "named": {
            name: numbers[options]
            for name, reading in multiverse.named.items()
            if (options := tuple(reading[key] for key in keys)) in numbers
        },
        "reading": parameters["reading"],
        "outcomes": OUTCOMES,
        "runs": [json.loads(run) for run in runs],
        "places": places,
    }


def rows_of(table: pd.DataFrame, keys: Sequence[str]) -> list[Options]:
    return list(table[[*keys]].itertuples(index=False, name=None))


def run_data(run: pd.DataFrame) -> dict[str, Any]:
    """The curves of a run and what it came to."""
    curves = {layer: [*map(in_short, run[f"distance_{layer}"])] for layer in LAYERS}
    ends = {name: in_short(run[name].iloc[-1]) for name in ENDS} | {layer: curve[-1] for layer, curve in curves.items()}
    return {"iteration": run["iteration"].tolist(), "curves": curves, "ends": ends, "fate": run["fate"].iloc[-1]}


def in_short(value: float) -> float | None:
    """To four digits; None where it is not finite."""
    return float(f"{value:.4g}") if math.isfinite(value) else None


def statements_of(table: pd.DataFrame, numbers: Mapping[Options, int], keys: Sequence[str]) -> list[dict[str, Any]]:
    """The main statements that readings of one data set and width can tell, with each one's place in `OUTCOMES`."""
    statements = []
    for statement in STATEMENTS:
        for name in statement.claims:
            rows = table[table["claim"] == name]
            if rows["verdict"].isin(OUTCOMES[:2]).any():
                verdicts = [len(OUTCOMES) - 1] * len(numbers)
                for options, verdict in zip(rows_of(rows, keys), rows["verdict"], strict=True):
                    verdicts[numbers[options]] = OUTCOMES.index(verdict)
                statements.append({"claim": name, "verdicts": verdicts})
    return statements

"""What decides: which choice turns a claim's verdict, beside the rule in words, and which the size of the effect."""

from math import ceil
from textwrap import fill
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pseudo_rd.claims.judge import reproduced_in
from pseudo_rd.figures.choice_ticks import FONT_SIZE, bare, wrap_rows
from pseudo_rd.figures.claims_matrix import statement_labels
from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.multiverse import at_largest_width, choices_of, empty
from pseudo_rd.figures.style import BLUE, FULL_WIDTH, SKY, VERMILION
from pseudo_rd.multiverse.effects import DATA_AND_WIDTH, grouped, option_in_words
from pseudo_rd.multiverse.rules import shallow_rule
from pseudo_rd.multiverse.summary import Choices, effect_decomposition, verdict_decomposition

LINE_HEIGHT, HEAD_HEIGHT = 0.105, 0.85  # inches
LEFT, RIGHT = 0.33, 0.56  # of the cells, share of the width
LABEL_CHARACTERS, RULE_CHARACTERS = 52, 66
DARK = 0.6  # share from which on the number is white
COLUMNS = 2
BAR = {"marker": "|", "markersize": 9, "markeredgewidth": 2.5}
STYLES: dict[str, dict[str, Any]] = {
    "first": {"label": "alone", "color": SKY, **BAR},
    "total": {"label": "with all interactions", "color": VERMILION, **BAR},
    "shapley": {"label": "Shapley effect", "color": BLUE, "marker": "o", "markersize": 4},
}


def claim_rules_figure(inputs: FigureInputs) -> Figure:
    """For each claim whose verdict varies at the largest width: which choice decides it, and a rule with its counts."""
    choices, least_gain = choices_of(inputs), inputs.parameters["multiverse.least_gain"]
    claims: list[dict[str, Any]] = []
    sentences: list[str] = []
    shapley: list[list[float]] = []
    for statement, table in grouped(at_largest_width(inputs.tables["verdicts"]), ["claim", *DATA_AND_WIDTH]):
        reproduced, total = reproduced_in(table["verdict"])
        if 0 < reproduced < total:
            claims.append(statement)
            sentences.append(shallow_rule(table, [*choices.options], least_gain).sentence)
            shapley.append(shapley_of(table, choices))
    if not claims:
        return empty("No claim is reproduced under some readings and not under others.")
    words = statement_labels(pd.DataFrame(claims).assign(width=0))
    (labels, rules), edges = wrap_rows((words, LABEL_CHARACTERS), (sentences, RULE_CHARACTERS))
    middles = ((edges[:-1] + edges[1:]) / 2).tolist()
    height = LINE_HEIGHT * float(edges[-1]) + HEAD_HEIGHT + 0.1
    figure, axes = plt.subplots(figsize=(FULL_WIDTH, height), layout="none")
    figure.subplots_adjust(left=LEFT, right=RIGHT, top=1 - HEAD_HEIGHT / height, bottom=0.1 / height)
    cells = np.ma.masked_invalid(np.array(shapley))
    columns = np.arange(len(choices.crossed) + 1)
    axes.pcolormesh(columns, edges, cells, cmap="Blues", vmin=0, vmax=1, edgecolors="w", linewidth=0.8)
    for middle, shares, rule in zip(middles, shapley, rules, strict=True):
        for column, share in enumerate(shares):
            text, color = f"{100 * share:.0f}", "w" if share > DARK else "0.15"
            if np.isnan(share):
                text, color = "·", "0.5"
            axes.text(column + 0.5, middle, text, ha="center", va="center", fontsize=FONT_SIZE, color=color)
        axes.text(len(choices.crossed) + 0.15, middle, rule, va="center", fontsize=FONT_SIZE)
    axes.set_yticks(middles, labels, fontsize=FONT_SIZE, va="center")
    names = [choice.replace("_", " ") for choice in choices.crossed]
    axes.set_xticks(columns[:-1] + 0.5, names, fontsize=6, rotation=40, ha="left")
    axes.xaxis.tick_top()
    axes.set_ylim(edges[-1], 0)
    head = 1 - 0.12 / height
    for left, text in ((0.01, "claim"), (LEFT, "Shapley effect, %"), (RIGHT + 0.01, "rule")):
        figure.text(left, head, text, fontsize=7, weight="bold")
    bare(axes)
    return figure


def shapley_of(verdicts: pd.DataFrame, choices: Choices) -> list[float]:
    """Shapley's share of each crossed choice in one claim's verdict; NaN where there is nothing to decompose."""
    try:
        return verdict_decomposition(verdicts, choices)["shapley"].tolist()
    except ValueError:
        return [float("nan")] * len(choices.crossed)


def deciding_choices_figure(inputs: FigureInputs) -> Figure:
    """Which choice decides how much farther the critic drives the hidden layer, and how much filters vary."""
    decompositions = effects_on_pairs(at_largest_width(inputs.tables["outcomes"]), choices_of(inputs))
    if not decompositions:
        return empty("No effect varies over readings whose runs are finite.")
    columns = min(COLUMNS, len(decompositions))
    rows = ceil(len(decompositions) / columns)
    height = 0.85 + 0.2 * max(len(effects) for _, effects, _ in decompositions)
    figure, panels = plt.subplots(rows, columns, figsize=(FULL_WIDTH, rows * height + 0.35), squeeze=False)
    for axes, (title, effects, note) in zip(panels.flat, decompositions, strict=False):
        draw_shares(axes, effects)
        axes.set_title(fill(title, 48), fontsize=8)
        axes.set_xlabel(fill(note, 60), fontsize=6, loc="left")
    spare_panels = panels.flat[len(decompositions) :]
    for axes in spare_panels:
        axes.set_axis_off()
    handles = [Line2D([], [], linestyle="", **STYLES[name]) for name in ("first", "shapley", "total")]
    style: dict[str, Any] = {"handles": handles, "fontsize": 8, "title": "share of the variance", "title_fontsize": 8}
    if len(spare_panels):
        spare_panels[0].legend(loc="center", **style)
    else:
        figure.legend(loc="outside upper center", ncols=3, **style)
    return figure


def effects_on_pairs(outcomes: pd.DataFrame, choices: Choices) -> list[tuple[str, pd.DataFrame, str]]:
    """What is decomposed in words, the shares of `effect_decomposition`, and which options these leave out."""
    decompositions = []
    for setting, table in grouped(outcomes, DATA_AND_WIDTH):
        for quantity, label in (("distance_hidden", "hidden distance"), ("variance", "filters' variance")):
            try:
                effects, omitted_options = effect_decomposition(table, choices, quantity)
            except ValueError:  # points have no filters, or too few runs are finite
                continue
            width = f"m = {setting['width']:,}".replace(" ", "\N{NO-BREAK SPACE}")
            omissions = "; ".join(
                f"{choice.replace('_', ' ')} {', '.join(map(option_in_words, options))}"
                for choice, options in omitted_options.items()
            )
            note = f"Left out, since runs there diverged: {omissions}." if omissions else ""
            decompositions.append((f"{label}, with over without: {setting['dataset']}, {width}", effects, note))
    return decompositions


def draw_shares(axes: Axes, effects: pd.DataFrame) -> None:
    """A line for each factor, the one with the largest Shapley effect first."""
    effects = effects.sort_values("shapley", ascending=False, kind="stable")
    lines = range(len(effects))
    axes.hlines(lines, effects["first"], effects["total"], color="0.8", linewidth=3, zorder=1)
    for name, style in STYLES.items():
        axes.plot(effects[name], lines, linestyle="", zorder=2, **style)
    for line, share in zip(lines, effects["shapley"], strict=True):
        axes.text(1.02, line, f"{100 * share:.0f} %", transform=axes.get_yaxis_transform(), va="center", fontsize=6.5)
    axes.set_yticks(lines, [str(factor).replace("_", " ") for factor in effects["factor"]], fontsize=7)
    axes.set(xlim=(-0.03, 1.03), ylim=(len(effects) - 0.4, -0.6))
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=7)

"""The specification curve: one effect in all universes, sorted, above the options that make each universe."""

from collections.abc import Hashable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from pseudo_rd.claims.claim import Claim
from pseudo_rd.claims.judge import REPRODUCED, reproduced_in, reproduced_in_words
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.figures.choice_ticks import ROW_HEIGHT, draw_ticks, number_of_rows
from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.multiverse import at_largest_width, choices_of, named_readings
from pseudo_rd.figures.style import BLUE, FULL_WIDTH, READING_COLORS
from pseudo_rd.multiverse.effects import DIED, matching, paired_effects
from pseudo_rd.multiverse.matrix import varied
from pseudo_rd.multiverse.scores import learned
from pseudo_rd.parameters.vocabulary import OBJECTIVES
from pseudo_rd.results.runs import Limits, learned_in_words

KNOWN = {claim.name: claim for claim in CLAIMS}
FIT, MISFIT = BLUE, "0.62"
CURVE_HEIGHT = 2.5  # inches
EDGES = (0.2, 5.0)  # ratios beyond stand at the edge with their number: one of them would flatten all others
DASHES = (0, (4, 2))


def specification_curve_figure(inputs: FigureInputs, claim: str, words: str) -> Figure:
    """The effect that a claim is about, in each universe at the largest width, smallest first, with its verdicts.

    Args:
        inputs: tables of outcomes and verdicts, and what params.yaml says of choices and claims.
        claim: its name.
        words: the quantity, for the label of the axis.
    """
    about, limits = KNOWN[claim], inputs.parameters["claims.learned"]
    criterion = inputs.parameters["claims.criteria"][about.criterion]["at_least"]
    if criterion is None:
        raise ValueError(f"claims.criteria.{about.criterion} has no at_least to draw")
    choices, (dataset,) = choices_of(inputs).options, about.experiments
    outcomes = at_largest_width(inputs.tables["outcomes"])
    outcomes = outcomes[outcomes["dataset"] == dataset]
    table = effects_of(outcomes, at_largest_width(inputs.tables["verdicts"]), about, [*choices], limits)
    ticked = varied(table, choices)
    heights = (CURVE_HEIGHT, ROW_HEIGHT * number_of_rows(ticked))
    figure, (curve, ticks) = plt.subplots(2, 1, figsize=(FULL_WIDTH, sum(heights) + 0.5), height_ratios=heights)
    colors = [FIT if fits else MISFIT for fits in table["learned"]]
    draw_curve(curve, table, colors)
    curve.axhline(criterion, color="black", linewidth=0.9, linestyle=DASHES)
    curve.set_ylabel(f"{words},\nwith critic over without", fontsize=8)
    draw_ticks(ticks, table, ticked, colors, counts(table, ticked))
    ticks.text(1.008, 0, "reproduced in", transform=ticks.get_yaxis_transform(), va="center", fontsize=6, weight="bold")
    setting = f"{dataset}, m = {outcomes['width'].iloc[0]:,}"
    summary = f"{setting}: {reproduced_in_words(*reproduced_in(table['verdict']))}; intervals: {intervals(table)}"
    ticks.set_xlabel(summary, fontsize=7)
    for (name, options), color in zip(named_readings(inputs).items(), READING_COLORS, strict=False):
        mark(curve, ticks, table, options, color)
        curve.plot([], [], "o", fillstyle="none", markersize=6, color=color, label=f"reading {name}")
    fit = f"learned without the critic: {learned_in_words(limits, dataset)}"
    for color, label in ((FIT, fit), (MISFIT, "did not")):
        curve.plot([], [], "o-", color=color, markersize=3, linewidth=0.8, label=label)
    curve.plot([], [], "o", fillstyle="none", markersize=3, color=FIT, label="not reproduced from every start")
    curve.plot([], [], color="black", linewidth=0.9, linestyle=DASHES, label=f"criterion: {criterion:g}")
    if (table["fate"] == DIED).any():
        curve.plot([], [], "x", color="0.3", markersize=3.5, label="a network died")
    handles, _ = curve.get_legend_handles_labels()
    figure.legend(handles=handles, loc="outside upper center", ncols=3, fontsize=6.5, columnspacing=1.2)
    return figure


def effects_of(
    outcomes: pd.DataFrame, verdicts: pd.DataFrame, about: Claim, keys: Sequence[str], limits: Limits
) -> pd.DataFrame:
    """`paired_effects` in each universe, smallest first, with the `verdict` of the claim `about` it there.

    `learned` tells whether all runs without the critic did. Runs that diverged have no effect; they come last.
    """
    fits = outcomes.assign(learned=learned(outcomes, OBJECTIVES[0], limits)).groupby([*keys])["learned"].all()
    judged = verdicts.loc[verdicts["claim"] == about.name, [*keys, "verdict"]]
    effects = paired_effects(outcomes, keys, about.arguments["column"])
    effects = effects.merge(fits.reset_index(), on=[*keys]).merge(judged, on=[*keys])
    return effects.sort_values("effect", kind="stable", na_position="last", ignore_index=True)


def draw_curve(axes: Axes, table: pd.DataFrame, colors: Sequence[str]) -> None:
    """Ratios with their intervals on a logarithmic axis, filled where the claim is reproduced.

    A cross stands where a network died, a grey field where there is no ratio.
    """
    measured = np.exp(table["effect"].to_numpy(dtype=float))
    ratio, low, high = (within_edges(table[name]) for name in ("effect", "low", "high"))
    finite, died = np.isfinite(ratio), (table["fate"] == DIED).to_numpy()
    axes.vlines(np.arange(len(table)), low, high, colors=list(colors), linewidth=0.8)
    reproduced = (table["verdict"] == REPRODUCED).to_numpy()
    for group, marker in ((finite & ~died, "o"), (finite & died, "x")):
        columns = np.flatnonzero(group).tolist()
        shades = [colors[column] for column in columns]
        drawn = axes.scatter(columns, ratio[group], c=shades, marker=marker, s=9, linewidth=0.9, zorder=3)
        if marker == "o":
            drawn.set(edgecolors=shades, facecolors=np.where(reproduced[group], shades, "white").tolist())
    labels = {1: 0, -1: 0}
    for column in np.flatnonzero(finite & (measured != ratio)).tolist():
        side, alignment = (1, "left") if measured[column] < 1 else (-1, "right")  # away from the frame
        offset = (4 * side, 7 * side * labels[side])  # points; neighbours' labels one above the other
        labels[side] += 1
        beside = {"xytext": offset, "textcoords": "offset points", "ha": alignment, "va": "center"}
        axes.annotate(f"{measured[column]:.3g}", (column, ratio[column]), fontsize=6, **beside)
    axes.axhline(1, color="0.6", linewidth=0.8)
    axes.set(yscale="log", xlim=(-0.7, len(table) - 0.3), xticks=[])
    axes.yaxis.set_major_locator(LogLocator(10, subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.grid(axis="x", visible=False)
    number = int(finite.sum())
    if number < len(table):
        axes.axvspan(number - 0.5, len(table) - 0.5, color="0.9", zorder=0)
        axes.text(1, 1.01, "diverged", transform=axes.transAxes, ha="right", va="bottom", fontsize=6.5)


def within_edges(logarithms: pd.Series) -> np.ndarray:
    """Ratios, moved to `EDGES` where they lie beyond."""
    return np.clip(np.exp(logarithms.to_numpy(dtype=float)), *EDGES)


def mark(curve: Axes, ticks: Axes, table: pd.DataFrame, options: Mapping[str, Hashable], color: str) -> None:
    """A ring around the universe with these options, and a bar down through its ticks."""
    for column in np.flatnonzero(matching(table, options)).tolist():
        for axes in (curve, ticks):
            axes.axvline(column, color=color, linewidth=3, alpha=0.25, zorder=1)
        ratio = within_edges(table["effect"])[column]
        curve.plot([column], [ratio], "o", markersize=8, fillstyle="none", color=color, markeredgewidth=1.5, zorder=4)


def counts(table: pd.DataFrame, choices: Mapping[str, Sequence[Hashable]]) -> dict[tuple[str, Hashable], str]:
    """For each option, in how many of its universes the claim is reproduced."""
    return {
        (choice, option): "{} of {}".format(*reproduced_in(table.loc[table[choice] == option, "verdict"]))
        for choice, options in choices.items()
        for option in options
    }


def intervals(table: pd.DataFrame) -> str:
    most = int(table["seeds"].max())
    if most < 2:
        return "none (one seed)"
    return "range of two seeds" if most == 2 else f"95 %, Student's t over {most} seeds"

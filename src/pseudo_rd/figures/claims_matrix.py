"""All claims under all readings: what is reproduced where, and how much of the paper each reading reproduces."""

from collections.abc import Hashable, Sequence
from itertools import pairwise
from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from pseudo_rd.claims.judge import NOT_REPRODUCED, NOT_TESTABLE, REPRODUCED
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.figures.choice_ticks import FONT_SIZE, ROW_HEIGHT, bare, draw_ticks, number_of_rows, wrap_rows
from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.multiverse import at_largest_width, choices_of, empty, named_readings
from pseudo_rd.figures.style import BLUE, FULL_WIDTH, PURPLE, READING_COLORS
from pseudo_rd.multiverse.effects import DIED, DIVERGED, matching, option_in_words
from pseudo_rd.multiverse.matrix import OUTCOMES, varied, verdict_matrix
from pseudo_rd.multiverse.scores import count_statements
from pseudo_rd.multiverse.summary import order_by_influence

WORDS = {claim.name: claim.statement for claim in CLAIMS}
# Told apart by lightness too, for print without colour.
OUTCOME_COLORS = {REPRODUCED: BLUE, NOT_REPRODUCED: "#F7D9B5", DIED: PURPLE, DIVERGED: "0.25", NOT_TESTABLE: "0.93"}
SCORE_HEIGHT, LINE_HEIGHT = 0.9, 0.088  # inches
LABEL_CHARACTERS, GROUP_CHARACTERS = 54, 10


def claims_matrix_figure(inputs: FigureInputs) -> Figure:
    """All claims at the largest width of each data set against all readings, but for those that none can decide.

    Rows: the most often reproduced first. Columns: grouped by the choice that decides.
    """
    verdicts = at_largest_width(inputs.tables["verdicts"])
    decided = verdicts["claim"].isin(verdicts.loc[verdicts["verdict"] != NOT_TESTABLE, "claim"])
    undecided = verdicts.loc[~decided, "claim"].nunique()
    verdicts = verdicts[decided]
    if verdicts.empty:
        return empty("No claim is testable under any reading.")
    choices = order_by_influence(verdicts, choices_of(inputs))
    matrix = verdict_matrix(verdicts, choices)
    front = matrix.readings.merge(count_statements(verdicts, [*choices]), on=[*choices], how="left")["on_front"]
    ticked = varied(matrix.readings, choices)
    (labels,), edges = wrap_rows((statement_labels(matrix.statements), LABEL_CHARACTERS))
    heights = (SCORE_HEIGHT, LINE_HEIGHT * float(edges[-1]), ROW_HEIGHT * max(number_of_rows(ticked), 1))
    figure, ((scores, corner), (cells, share), (ticks, below)) = plt.subplots(
        3, 2, figsize=(FULL_WIDTH, sum(heights) + 0.7), height_ratios=heights, width_ratios=(1, 0.09)
    )
    corner.set_axis_off()
    below.set_axis_off()
    draw_scores(scores, matrix.verdicts, front.to_numpy(dtype=bool))
    draw_cells(cells, matrix.verdicts, labels, edges)
    if undecided:
        cells.set_xlabel(f"left out: {undecided} statements that are not testable under any reading here", fontsize=6)
    draw_share(share, matrix.statements["share"].to_numpy(dtype=float), edges)
    draw_ticks(ticks, matrix.readings, ticked, ["0.25"] * len(matrix.readings), {})
    first = next(iter(choices))
    draw_groups((scores, cells, ticks), first.replace("_", " "), matrix.readings[first].tolist())
    handles: list[Patch | Line2D] = [Patch(color=OUTCOME_COLORS[outcome], label=outcome) for outcome in OUTCOMES]
    for (name, options), color in zip(named_readings(inputs).items(), READING_COLORS, strict=False):
        for column in np.flatnonzero(matching(matrix.readings, options)).tolist():
            for axes in (scores, ticks):
                axes.axvline(column, color=color, linewidth=3, alpha=0.3, zorder=1)
            cells.axvspan(column - 0.5, column + 0.5, fill=False, edgecolor=color, linewidth=1.1, zorder=4)
        handles.append(Line2D([], [], color=color, linewidth=2, label=f"reading {name}"))
    handles.append(Line2D([], [], color="black", marker="D", markersize=2.5, linestyle="", label="beaten by none"))
    figure.legend(handles=handles, loc="outside upper center", ncols=5, fontsize=6, columnspacing=1)
    return figure


def draw_scores(axes: Axes, verdicts: np.ndarray, front: np.ndarray) -> None:
    """How many statements each reading reproduces; a diamond above those that no other reading beats."""
    counts = (verdicts == REPRODUCED).sum(axis=0)
    columns = np.arange(len(counts))
    most = max(int(counts.max()), 1)
    axes.bar(columns, counts, width=0.8, color=OUTCOME_COLORS[REPRODUCED], linewidth=0)
    axes.plot(columns[front], counts[front] + 0.08 * most, "D", color="black", markersize=2)
    axes.set(xlim=(-0.7, len(counts) - 0.3), ylim=(0, 1.2 * most), xticks=[])
    axes.set_ylabel("statements\nreproduced", fontsize=7)
    axes.tick_params(labelsize=6)
    axes.grid(axis="x", visible=False)


def draw_cells(axes: Axes, verdicts: np.ndarray, labels: Sequence[str], edges: np.ndarray) -> None:
    """A cell for each verdict, shape (statements, readings); `edges` of the rows, shape (statements + 1,)."""
    codes = np.array([[OUTCOMES.index(word) for word in row] for row in verdicts])
    colors = ListedColormap([OUTCOME_COLORS[outcome] for outcome in OUTCOMES])
    columns = np.arange(codes.shape[1] + 1) - 0.5
    axes.pcolormesh(columns, edges, codes, cmap=colors, vmin=-0.5, vmax=len(OUTCOMES) - 0.5, linewidth=0)
    axes.hlines(edges[1:-1], columns[0], columns[-1], color="white", linewidth=0.6)
    axes.set(xlim=(-0.7, codes.shape[1] - 0.3), ylim=(edges[-1], 0), xticks=[])
    axes.set_yticks((edges[:-1] + edges[1:]) / 2, labels, fontsize=FONT_SIZE, va="center", linespacing=0.95)
    bare(axes)


def draw_share(axes: Axes, share: np.ndarray, edges: np.ndarray) -> None:
    """A bar for each statement: the share of universes in which it is reproduced."""
    middles = (edges[:-1] + edges[1:]) / 2
    axes.barh(middles, np.nan_to_num(share), height=np.diff(edges) - 0.5, color="0.8", linewidth=0)
    for middle, value in zip(middles.tolist(), share, strict=True):
        text = f"{100 * value:.0f} %" if np.isfinite(value) else "-"
        axes.text(0.04, middle, text, va="center", fontsize=FONT_SIZE)
    axes.set(xlim=(0, 1), ylim=(edges[-1], 0), xticks=[], yticks=[])
    axes.set_title("reproduced in", fontsize=6)
    bare(axes)


def statement_labels(statements: pd.DataFrame) -> list[str]:
    """What is claimed, with data set and width where the table has several and the claim does not name them."""
    several = [name for name in ("dataset", "width") if statements[name].nunique() > 1]
    labels = []
    for row in statements.to_dict("records"):
        claim = WORDS[row["claim"]].removesuffix(".")
        setting = {"dataset": str(row["dataset"]), "width": f"m = {row['width']:,}"}
        added = ", ".join(setting[name] for name in several if setting[name] not in claim.lower())
        labels.append(f"{claim} ({added})" if added else claim)
    return labels


def draw_groups(panels: tuple[Axes, Axes, Axes], choice: str, options: Sequence[Hashable]) -> None:
    """A line between columns where the option of the choice changes, and its name above them."""
    starts = [0, *(column for column in range(1, len(options)) if options[column] != options[column - 1])]
    top, cells, bottom = panels
    top.text(-0.012, 1.04, choice, transform=top.transAxes, ha="right", va="bottom", fontsize=6, weight="bold")
    for start, end in pairwise([*starts, len(options)]):
        name = fill(option_in_words(options[start]), GROUP_CHARACTERS)
        beside = top.get_xaxis_transform()
        top.text((start + end - 1) / 2, 1.04, name, transform=beside, ha="center", va="bottom", fontsize=6)
        if start:
            cells.axvline(start - 0.5, color="white", linewidth=1.6)
            for axes in (top, bottom):
                axes.axvline(start - 0.5, color="0.6", linewidth=0.6)

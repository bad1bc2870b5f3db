"""Figures of the theorems' own setting and of the claims."""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex
from styled import style as style

from pseudo_rd.claims.judge import NOT_REPRODUCED, NOT_TESTABLE, REPRODUCED
from pseudo_rd.figures import claims_page, theory, widths
from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.style import save_figure
from pseudo_rd.results.runs import Run
from pseudo_rd.theory.statements import named, ratio, sides


def test_over_time_every_seed_stands_beside_its_bound(theory_study: dict[str, np.ndarray]) -> None:
    figure = theory.over_time_figure(FigureInputs(flow=theory_study))
    error = figure.axes[0]
    solid = [line for line in error.lines if line.get_linestyle() == "-"]
    dashed = [line for line in error.lines if line.get_linestyle() == "--"]
    assert len(solid) == 3 * 2  # adversaries, seeds
    measured, bound = sides(named("remark-3"), theory_study, "none")
    np.testing.assert_allclose(solid[0].get_ydata(), measured[-1, 0])
    np.testing.assert_allclose(dashed[0].get_ydata(), bound[-1, 0])
    assert len(dashed) == 2


def test_over_width_the_worst_ratio_is_drawn(theory_study: dict[str, np.ndarray]) -> None:
    figure = theory.over_width_figure(FigureInputs(flow=theory_study))
    panel = figure.axes[0]
    lines = {line.get_label(): line for line in panel.lines}
    expected = ratio(named("remark-3"), theory_study, "none").max(axis=(1, 2))
    np.testing.assert_allclose(lines["Remark 3: error"].get_ydata(), expected)
    assert panel.get_ylim()[1] > 1  # the region of failure is in sight


def test_the_page_of_claims_has_a_sign_for_each_and_is_saved_without_a_warning(tmp_path: Path) -> None:
    verdicts = (REPRODUCED, NOT_REPRODUCED, NOT_TESTABLE)
    rows = [
        {"where": f"Figure {n}", "claim": "it is so", "measured": "1", "criterion": "at least 1", "verdict": verdict}
        for n, verdict in enumerate(verdicts)
    ]
    figure = claims_page.draw(rows)
    save_figure(figure, tmp_path / "claims.png", tmp_path / "claims.pdf")
    texts = figure.axes[0].texts
    signs = {text.get_text(): to_hex(text.get_color()) for text in texts if text.get_text() in "✓✗?"}
    assert len(set(signs.values())) == 3
    assert [text.get_text() for text in texts[:3]] == ["✓ 1 reproduced", "✗ 1 not reproduced", "? 1 not testable"]


def test_the_width_study_stands_beside_the_exponents_of_the_theorems() -> None:
    def history(width: int) -> pd.DataFrame:
        laws = {"distance_hidden": np.array([0, 10, 20]) * width**-0.25, "diffusion_hidden": width**-1.0}
        return pd.DataFrame({"iteration": [0, 10, 20], **laws, "diffusion_top": width**-0.5})

    runs = tuple(
        Run("made up", objective, width, 1, history(width), {})
        for objective in ("supervised", "augmented")
        for width in (8, 32, 128)
    )
    figure = widths.width_study_figure(FigureInputs(runs={"mnist-widths": runs}))
    laws = [line.get_label().rsplit("m^", 1)[-1] for axes in figure.axes for line in axes.lines]
    assert laws == ["{-0.25}$", "{-0.25}$", "{-1/2}$", "{-1.00}$", "{-0.50}$", "2$"]
    reference = figure.axes[0].lines[-1].get_ydata()
    np.testing.assert_allclose(reference[1:] / reference[:-1], 0.5)

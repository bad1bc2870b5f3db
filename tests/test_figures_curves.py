"""What the curve figures hold: means, bands, fits, labels and limits, read back from the axes."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.colors import same_color
from matplotlib.figure import Figure
from styled import style as style

from pseudo_rd.claims.measures import spread_between_starts
from pseudo_rd.figures import curves
from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.style import OBJECTIVE_COLORS, OBJECTIVE_LABELS
from pseudo_rd.results.fits import fit_saturating
from pseudo_rd.results.runs import Run

ITERATIONS = np.array([0, 1, 2, 3, 5, 8, 13, 20, 40, 60, 80, 100])


def made_up_run(objective: str, seed: int, iterations=ITERATIONS, width: int = 512, dataset: str = "mnist") -> Run:
    level = seed + (2 if objective == "augmented" else 0)
    saturated = 1 - np.exp(-0.1 * iterations)
    history = pd.DataFrame(
        {
            "iteration": iterations,
            "distance_hidden": level * saturated,
            "distance_top": 0.5 * level * saturated,
            "train_error": level * np.exp(-0.03 * iterations),
            "test_error": 0.1 + level * np.exp(-0.03 * iterations),
        }
    )
    return Run(dataset, objective, width, seed, history, summary={})


def made_up_runs(seeds=(1, 2, 6), **changes) -> tuple[Run, ...]:
    return tuple(made_up_run(objective, seed, **changes) for objective in ("augmented", "supervised") for seed in seeds)


def line_of(axes, objective, linestyle=None):
    [line] = [
        line
        for line in axes.lines
        if same_color(line.get_color(), OBJECTIVE_COLORS[objective])
        and (line.get_linestyle() == linestyle or (linestyle is None and line.get_linestyle() != ":"))
    ]
    return line


def band_of(axes, objective) -> pd.DataFrame:
    """Smallest and largest y at each x of the objective's band."""
    bands = [band for band in axes.collections if isinstance(band, PolyCollection)]
    color = OBJECTIVE_COLORS[objective]
    [band] = [band for band in bands if same_color(band.get_facecolor()[0][:3], color)]
    points = pd.DataFrame(band.get_paths()[0].vertices, columns=["x", "y"])
    return points.groupby("x")["y"].agg(["min", "max"])


def legend_texts(legend) -> list[str]:
    return [text.get_text() for text in legend.get_texts()]


def one_experiment(runs) -> FigureInputs:
    return FigureInputs(runs={"some": runs})


@pytest.mark.parametrize("objective, lowest, mean, highest", [("supervised", 1, 3, 6), ("augmented", 3, 5, 8)])
def test_lines_are_means_over_seeds_and_bands_reach_from_smallest_to_largest(objective, lowest, mean, highest):
    figure = curves.distances_figure(one_experiment(made_up_runs()))
    for axes, scale in zip(figure.axes, (1, 0.5), strict=True):  # hidden, top
        saturated = scale * (1 - np.exp(-0.1 * ITERATIONS))
        line, band = line_of(axes, objective), band_of(axes, objective)
        np.testing.assert_allclose(line.get_xdata(), ITERATIONS)
        np.testing.assert_allclose(line.get_ydata(), mean * saturated)
        np.testing.assert_allclose(band["min"], lowest * saturated)
        np.testing.assert_allclose(band["max"], highest * saturated)


def test_panels_name_layer_width_and_formula_and_show_zero():
    figure = curves.distances_figure(one_experiment(made_up_runs()))
    hidden, top = figure.axes
    assert hidden.get_title() == "(a) hidden layer, $m = 2^{9}$"
    assert top.get_title() == "(b) top layer, $m = 2^{9}$"
    assert hidden.get_ylabel() == "distance from initialization\n$\\Vert U(t) - U(0)\\Vert_F$"
    assert "V(t) - V(0)" in top.get_ylabel()
    assert all(axes.get_ylim()[0] <= 0 < axes.get_ylim()[1] for axes in figure.axes)


def test_the_legend_names_objectives_and_the_number_of_seeds():
    [legend] = curves.distances_figure(one_experiment(made_up_runs())).legends
    assert legend_texts(legend) == [f"{label}, mean and range of 3 seeds" for label in OBJECTIVE_LABELS.values()]
    [legend] = curves.distances_figure(one_experiment(made_up_runs(seeds=(4,)))).legends
    assert legend_texts(legend) == [f"{label}, 1 seed" for label in OBJECTIVE_LABELS.values()]


def test_seeds_that_stop_at_different_iterations_are_averaged_where_all_recorded():
    early = made_up_run("supervised", 1, iterations=np.array([0, 1, 2, 3, 4]))
    table = curves.seed_table([early, made_up_run("supervised", 2)], "distance_hidden")
    assert table.index.tolist() == [0, 1, 2, 3]
    assert table.columns.tolist() == [1, 2]


def test_runs_of_several_widths_are_refused_in_one_line():
    runs = (made_up_run("supervised", 1, width=64), made_up_run("supervised", 1, width=128))
    with pytest.raises(ValueError, match=r"runs of mnist have widths \[64, 128\]"):
        curves.distances_figure(one_experiment(runs))


def test_the_panel_says_the_ratio_of_the_ends() -> None:
    for axes in curves.distances_figure(one_experiment(made_up_runs())).axes:
        assert [text.get_text() for text in axes.texts] == ["at the end, with over without: 1.67"]
    alone = [run for run in made_up_runs() if run.objective == "supervised"]
    assert not curves.distances_figure(one_experiment(alone)).axes[0].texts


@pytest.mark.parametrize(("rate", "scale"), [(0.05, "symlog"), (0.0005, "linear")])
def test_time_is_logarithmic_where_the_first_hundred_steps_hold_most_of_the_way(rate: float, scale: str) -> None:
    times = np.array([0, 10, 50, 100, 1000, 5000])
    runs = made_up_runs(iterations=times)
    for run in runs:
        for layer, factor in (("hidden", 1.0), ("top", 0.5)):
            run.history[f"distance_{layer}"] = factor * run.seed * (1 - np.exp(-rate * times))
    for figure in (curves.distances_figure(one_experiment(runs)), curves.starts_figure(one_experiment(runs))):
        assert {axes.get_xscale() for axes in figure.axes} == {scale}
        assert all(axes.get_xlim()[0] <= 0 for axes in figure.axes), "iteration 0 is in sight"


def test_of_a_straight_curve_only_the_product_of_alpha_and_beta_is_said() -> None:
    runs = made_up_runs()
    for run in runs:
        run.history["distance_hidden"] = 0.25 * run.history["iteration"]
    inputs = FigureInputs(runs=dict.fromkeys("ab", runs), parameters={"fits": {"early_iterations": 40}})
    legend = curves.early_distances_figure(inputs, "hidden").axes[0].get_legend()
    assert legend_texts(legend) == ["straight: 0.25 per iteration, 3 seeds"] * 2


def early_figure(layer: str) -> Figure:
    """Up to iteration 20."""
    data = {"synthetic-784": (1, 2, 6), "synthetic-1024": (10, 20)}
    runs = {dataset: made_up_runs(seeds, dataset=dataset) for dataset, seeds in data.items()}
    return curves.early_distances_figure(FigureInputs(runs=runs, parameters={"fits": {"early_iterations": 20}}), layer)


@pytest.mark.parametrize("layer, scale", [("hidden", 1), ("top", 0.5)])
def test_early_figures_cut_at_the_last_early_iteration_and_draw_the_fit_over_it(layer, scale):
    figure = early_figure(layer)
    kept = ITERATIONS[ITERATIONS <= 20]
    for axes, mean in zip(figure.axes, (3, 15), strict=True):
        line = line_of(axes, "supervised")
        np.testing.assert_allclose(line.get_xdata(), kept)
        np.testing.assert_allclose(line.get_ydata(), scale * mean * (1 - np.exp(-0.1 * kept)))
        fits = [line for line in axes.lines if line.get_linestyle() == ":"]
        assert [fit.get_color() for fit in fits] == [OBJECTIVE_COLORS[each] for each in ("supervised", "augmented")]
        assert len(fits) == 2
        times, fitted = fits[0].get_data()
        np.testing.assert_allclose(fitted, scale * mean * (1 - np.exp(-0.1 * times)), rtol=1e-4, atol=1e-6)


def test_early_figures_name_data_alpha_beta_and_seeds_on_shared_axes():
    figure = early_figure("hidden")
    first, second = figure.axes
    assert first.get_title() == "(a) synthetic-784, hidden layer, $m = 2^{9}$"
    assert second.get_title() == "(b) synthetic-1024, hidden layer, $m = 2^{9}$"
    assert legend_texts(first.get_legend()) == [
        r"$\alpha$ = 3, $\beta$ = 0.1, 3 seeds",
        r"$\alpha$ = 5, $\beta$ = 0.1, 3 seeds",
    ]
    assert legend_texts(second.get_legend())[0] == r"$\alpha$ = 15, $\beta$ = 0.1, 2 seeds"
    assert first.get_ylim() == second.get_ylim()
    assert first.get_ylim()[1] > 22 * (1 - np.exp(-2)), "the widest band of both panels fits"


def test_the_fit_in_the_figure_is_the_fit_to_the_rows_drawn():
    noise = np.random.default_rng(0).normal(1, 0.2, len(ITERATIONS))
    bent = made_up_run("supervised", 3)
    bent.history["distance_hidden"] *= noise
    inputs = FigureInputs(runs=dict.fromkeys("ab", (bent,)), parameters={"fits": {"early_iterations": 40}})
    axes = curves.early_distances_figure(inputs, "hidden").axes[0]
    fit = fit_saturating(ITERATIONS[:9], bent.history["distance_hidden"].to_numpy()[:9])
    assert f"{fit.alpha:.3g}, $\\beta$ = {fit.beta:.2g}" in legend_texts(axes.get_legend())[0]


def test_every_start_is_a_line_and_the_spread_at_the_end_is_written_in():
    runs = made_up_runs(seeds=(1, 2, 3, 4, 5))
    figure = curves.starts_figure(one_experiment(runs))
    for axes, column in zip(figure.axes, ("distance_hidden", "distance_top"), strict=True):
        drawn = sorted(line.get_ydata()[-1] for line in axes.lines)
        assert drawn == sorted(run.history[column].iloc[-1] for run in runs)
        # Levels 1..5 and 3..7: standard deviation sqrt(2.5) of means 3 and 5.
        assert legend_texts(axes.get_legend()) == ["52.7 % of the mean", "31.6 % of the mean"]


def test_starts_that_end_apart_are_spread_where_the_claim_looks():
    early = made_up_run("supervised", 1, iterations=ITERATIONS[:4])
    runs = [early, *(made_up_run("supervised", seed) for seed in (2, 3))]
    [claimed] = spread_between_starts(runs, "supervised", "distance_hidden")
    figure = curves.starts_figure(one_experiment(runs))
    assert legend_texts(figure.axes[0].get_legend()) == [f"{100 * claimed:.1f} % of the mean"] == ["50.0 % of the mean"]


def test_one_start_has_no_spread():
    figure = curves.starts_figure(one_experiment(made_up_runs(seeds=(1,))))
    assert figure.axes[0].get_legend() is None


def test_errors_have_a_panel_for_each_objective_on_the_same_logarithmic_axes():
    figure = curves.errors_figure(one_experiment(made_up_runs()))
    without, with_critic = figure.axes
    assert without.get_title() == "(a) without the critic, $m = 2^{9}$"
    assert with_critic.get_title() == "(b) with the critic, $m = 2^{9}$"
    assert without.get_ylim() == with_critic.get_ylim() and without.get_xlim() == with_critic.get_xlim()
    assert without.get_yscale() == with_critic.get_yscale() == "log"
    for axes, objective, mean in ((without, "supervised", 3), (with_critic, "augmented", 5)):
        expected = mean * np.exp(-0.03 * ITERATIONS[1:])
        np.testing.assert_allclose(line_of(axes, objective, ":").get_ydata(), expected)
        np.testing.assert_allclose(line_of(axes, objective, "-").get_ydata(), 0.1 + expected)
        assert legend_texts(axes.get_legend())[0] == "train error, mean and range of 3 seeds"

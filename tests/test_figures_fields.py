import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from styled import style as style

from pseudo_rd.figures.fields import FieldRow, draw_rows, gray_scott_figure, turing_figure
from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.reaction_diffusion.linear import facts
from pseudo_rd.reaction_diffusion.simulation import simulate
from pseudo_rd.reaction_diffusion.systems import GrayScott, Turing, gray_scott_start, turing_start

GRAY_SCOTT = ((0.025, 0.055), (0.025, 0.060), (0.040, 0.060), (0.035, 0.065))  # F and k of Figures 24-27


def panels(figure: Figure) -> list[Axes]:
    return [axes for axes in figure.axes if axes.get_title()]


def colorbars(figure: Figure) -> list[Axes]:
    return [axes for axes in figure.axes if not axes.get_title()]


def turing(c: float) -> dict[str, np.ndarray]:
    system = Turing(a=1, b=-1, c=c, d=-1.5, h=1, k=1, diffusion_u=1e-4, diffusion_v=6e-4)
    return simulate(system, turing_start(system, 32, 0.03, seed=1), 0.01, 0.02, [0, 1, 20]) | facts(system)


def gray_scott(feed_rate: float, kill_rate: float) -> dict[str, np.ndarray]:
    system = GrayScott(feed_rate, kill_rate, diffusion_u=2e-5, diffusion_v=1e-5)
    arrays = facts(system, patch=5, perturbation=0.01)
    for name, perturbation in (("printed", 0), ("perturbed", 0.01)):
        fields = simulate(system, gray_scott_start(32, 5, perturbation, seed=1), 0.01, 1, [0, 50])
        arrays |= {f"{name}_{key}": array for key, array in fields.items()}
    return arrays


def test_rows_of_equal_limits_share_one_colour_bar_and_others_have_their_own() -> None:
    fields = np.arange(18.0).reshape(2, 3, 3)
    rows = [FieldRow(name, np.array([0, 0.5]), fields, (0.0, 20.0)) for name in ("one", "two")]
    shared = draw_rows(rows, "u")
    assert len(colorbars(shared)) == 1
    assert [axes.get_title() for axes in panels(shared)] == ["(a) t = 0", "(b) t = 0.5", "(c) t = 0", "(d) t = 0.5"]
    apart = draw_rows([rows[0], FieldRow("two", np.array([0, 0.5]), fields, (0.0, 1.0))], "u")
    assert len(colorbars(apart)) == 2
    assert [axes.images[0].get_clim() for axes in panels(apart)] == [(0, 20)] * 2 + [(0, 1)] * 2


def test_figure_18_names_decay_and_growth_by_what_was_computed() -> None:
    decaying, growing = turing(c=3), turing(c=2)
    figure = turing_figure(FigureInputs(simulations={"turing_printed": decaying, "turing_textbook": growing}))
    first, second = panels(figure)[0], panels(figure)[3]
    assert first.get_ylabel() == "printed, c = 3\ngrowth rate -0.197:\nevery wave decays"
    assert second.get_ylabel() == "textbook, c = 2\ngrowth rate +0.114:\nwaves of 0.11 grow"
    # The words follow the numbers, not the row.
    swapped = turing_figure(FigureInputs(simulations={"turing_printed": growing, "turing_textbook": decaying}))
    assert panels(swapped)[0].get_ylabel() == "printed, c = 2\ngrowth rate +0.114:\nwaves of 0.11 grow"


def test_figure_18_has_one_scale_around_the_homogeneous_state_and_writes_deviations() -> None:
    simulations = {"turing_printed": turing(c=3), "turing_textbook": turing(c=2)}
    figure = turing_figure(FigureInputs(simulations=simulations))
    drawn = panels(figure)
    assert len(colorbars(figure)) == 1
    ((low, high),) = {axes.images[0].get_clim() for axes in drawn}
    assert (low + high) / 2 == pytest.approx(1)
    widest = max(field.std() for simulation in simulations.values() for field in simulation["u"])
    assert high - 1 == pytest.approx(1.5 * widest)
    for row, simulation in zip((drawn[:3], drawn[3:]), simulations.values(), strict=True):
        for axes, field in zip(row, simulation["u"], strict=True):
            np.testing.assert_array_equal(axes.images[0].get_array(), field)
            assert axes.get_xlabel() == f"deviation {np.std(field):.1e}"


@pytest.mark.parametrize(("feed_rate", "kill_rate"), GRAY_SCOTT)
def test_figures_24_to_27_show_the_seed_patch_and_both_starts_on_one_scale(feed_rate: float, kill_rate: float) -> None:
    simulation = gray_scott(feed_rate, kill_rate)
    figure = gray_scott_figure(FigureInputs(simulations={"some": simulation}))
    assert figure.get_suptitle() == f"F = {feed_rate:.3f}, k = {kill_rate:.3f}"
    drawn = panels(figure)
    assert {axes.images[0].get_clim() for axes in drawn} == {(0, 1)}
    assert len(colorbars(figure)) == 1
    assert np.count_nonzero(drawn[0].images[0].get_array() == 0) == 25
    for axes, field in zip(drawn, [*simulation["printed_u"], *simulation["perturbed_u"]], strict=True):
        np.testing.assert_array_equal(axes.images[0].get_array(), field)
    assert [drawn[0].get_ylabel(), drawn[2].get_ylabel()] == ["5 x 5 patch,\nas printed", "perturbed by\nup to 1 %"]
    assert drawn[1].get_xlabel() == f"rate of change {simulation['printed_change']:.0e}"
    assert not drawn[0].get_xlabel()

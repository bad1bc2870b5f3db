import numpy as np
import pytest
from known_systems import PRINTED, TEXTBOOK
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from simulated import gray_scott, turing
from styled import style as style

from pseudo_rd.figures.fields import gray_scott_figure, turing_figure
from pseudo_rd.figures.inputs import FigureInputs


@pytest.fixture(scope="module")
def simulations() -> dict[str, dict[str, np.ndarray]]:
    return {f"turing_{name}": turing(each, [0, 1, 20]) for name, each in (("printed", PRINTED), ("textbook", TEXTBOOK))}


def panels(figure: Figure) -> list[Axes]:
    return [axes for axes in figure.axes if axes.get_title()]


def colorbars(figure: Figure) -> list[Axes]:
    return [axes for axes in figure.axes if not axes.get_title()]


def test_figure_18_names_decay_and_growth_by_what_was_computed(simulations: dict[str, dict[str, np.ndarray]]) -> None:
    figure = turing_figure(FigureInputs(simulations=simulations))
    first, second = panels(figure)[0], panels(figure)[3]
    assert first.get_ylabel() == "printed, c = 3\ngrowth rate -0.197:\nevery wave decays"
    assert second.get_ylabel() == "textbook, c = 2\ngrowth rate +0.114:\nwaves of 0.11 grow"
    # The words follow the numbers, not the row.
    swapped = dict(zip(simulations, reversed(simulations.values()), strict=True))
    label = panels(turing_figure(FigureInputs(simulations=swapped)))[0].get_ylabel()
    assert label == "printed, c = 2\ngrowth rate +0.114:\nwaves of 0.11 grow"


def test_figure_18_has_one_scale_around_the_homogeneous_state_and_writes_deviations(
    simulations: dict[str, dict[str, np.ndarray]],
) -> None:
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


def test_figures_24_to_27_show_the_seed_patch_and_both_starts_on_one_scale() -> None:
    simulation = gray_scott(0.025, 0.06, [0, 50])
    figure = gray_scott_figure(FigureInputs(simulations={"some": simulation}))
    assert figure.get_suptitle() == "F = 0.025, k = 0.060"
    drawn = panels(figure)
    assert {axes.images[0].get_clim() for axes in drawn} == {(0, 1)}
    assert len(colorbars(figure)) == 1
    assert np.count_nonzero(drawn[0].images[0].get_array() == 0) == 25
    for axes, field in zip(drawn, [*simulation["printed_u"], *simulation["perturbed_u"]], strict=True):
        np.testing.assert_array_equal(axes.images[0].get_array(), field)
    assert [drawn[0].get_ylabel(), drawn[2].get_ylabel()] == ["5 x 5 patch,\nas printed", "perturbed by\nup to 1 %"]
    assert drawn[1].get_xlabel() == f"rate of change {simulation['printed_change']:.0e}"
    assert not drawn[0].get_xlabel()

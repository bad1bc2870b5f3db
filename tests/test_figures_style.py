from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from pseudo_rd.figures.style import paper_style, save_figure, width_label
from pseudo_rd.results.runs import Run


def test_a_figure_is_saved_twice_with_its_note(tmp_path: Path) -> None:
    with paper_style():
        figure, axes = plt.subplots(figsize=(3.4, 2))
        axes.plot([0, 1])
        save_figure(figure, tmp_path / "plain.png", tmp_path / "plain.pdf")
        save_figure(figure, tmp_path / "noted.png", tmp_path / "noted.pdf", "Preset quick: " + "much is smaller, " * 20)
    heights = {name: plt.imread(tmp_path / f"{name}.png").shape[0] for name in ("plain", "noted")}
    assert heights["noted"] > heights["plain"] + 20
    assert (tmp_path / "noted.pdf").read_bytes().startswith(b"%PDF")


def test_the_same_figure_is_the_same_file_whatever_a_matplotlibrc_sets(tmp_path: Path) -> None:
    for name, users in (("one", {}), ("two", {"axes.facecolor": "red", "figure.figsize": (2, 2)})):
        with plt.rc_context(users), paper_style():
            figure, axes = plt.subplots()
            axes.plot([0, 1])
            save_figure(figure, tmp_path / f"{name}.png", tmp_path / f"{name}.pdf", "note")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_no_figure_and_no_setting_is_left_behind() -> None:
    before = plt.rcParams["font.size"]
    with pytest.raises(KeyError), paper_style():
        plt.figure()
        raise KeyError
    assert plt.get_fignums() == []
    assert plt.rcParams["font.size"] == before


@pytest.mark.parametrize(("width", "label"), [(500, "$m = 500$"), (8192, "$m = 2^{13}$")])
def test_a_width_is_written_as_a_power_of_two_where_it_is_one(width: int, label: str) -> None:
    assert width_label([Run("mnist", objective, width, 1, pd.DataFrame(), {}) for objective in "ab"]) == label

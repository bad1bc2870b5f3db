import base64
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import simulated
from imageio_ffmpeg import get_ffmpeg_exe
from known_systems import TEXTBOOK
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from PIL import Image
from projects import ROOT
from styled import style as style

from pseudo_rd.claims.words import WITH_OR_WITHOUT
from pseudo_rd.figures.inputs import FigureInputs
from pseudo_rd.figures.moving import (
    Film,
    draw_frames,
    film_page,
    gray_scott_film,
    neurons_film,
    save_film,
    shares_kept,
    turing_film,
    write_mp4,
)
from pseudo_rd.results.files import write_whole

OBJECTIVES = ("supervised", "augmented")


@pytest.fixture(scope="module")
def turing() -> dict[str, np.ndarray]:
    return simulated.turing(replace(TEXTBOOK, h=2, k=0.5), [0, 0.5, 10, 20])


@pytest.fixture(scope="module")
def gray_scott() -> dict[str, np.ndarray]:
    return simulated.gray_scott(0.025, 0.06, [0, 200, 400])


@pytest.fixture(scope="module")
def maps() -> dict[str, dict[str, np.ndarray]]:
    """By what the workflow calls them, two runs of 30 neurons from one start; the augmented one goes farther."""
    random = np.random.default_rng(1)
    places, direction, weights = (random.standard_normal((30, dimensions)) for dimensions in (2, 2, 10))
    frames = np.arange(3)[:, None, None]
    change = frames * random.standard_normal((30, 10))
    runs = {}
    for objective, far in (("supervised", 0.1), ("augmented", 0.5)):
        layers = {layer: places + far * frames * direction for layer in ("hidden", "top")}
        components = {f"{layer}_components": weights + far * change for layer in layers}
        told = {"dataset": np.array("mnist"), "iterations": np.array([0, 700, 1400])}
        runs[f"maps_{objective}"] = told | layers | components
    return runs


def small_print(figure: Figure) -> str:
    return figure.get_supxlabel().replace("\n", " ")


# What is seen


def test_turings_film_shows_the_simulated_fields_on_one_colour_scale(turing: dict[str, np.ndarray]) -> None:
    film = turing_film(FigureInputs(frames={"turing": turing}))
    assert film.frames == 4
    left, right, *_ = film.figure.axes
    reach = np.abs(turing["u"] - 2).max()
    for frame, title in ((0, "t = 0.0"), (1, "t = 0.5"), (3, "t = 20.0")):
        film.show(frame)
        np.testing.assert_array_equal(left.images[0].get_array(), turing["u"][frame])
        assert left.images[0].get_clim() == pytest.approx((2 - reach, 2 + reach))
        assert left.get_title() == title
        growth, so_far, now = right.lines
        np.testing.assert_allclose(so_far.get_ydata(), [np.std(field) for field in turing["u"][: frame + 1]])
        assert now.get_xydata().tolist() == [so_far.get_xydata()[-1].tolist()]
    slope = np.diff(np.log(growth.get_ydata())) / np.diff(growth.get_xdata())
    np.testing.assert_allclose(slope, 0.114, atol=5e-4)
    assert "(63), a = 1, b = -1, c = 2, d = -1.5, out of noise around u = 2, v = 0.5." in small_print(film.figure)


def test_gray_and_scotts_film_shows_both_starts_on_one_colour_scale(gray_scott: dict[str, np.ndarray]) -> None:
    film = gray_scott_film(FigureInputs(frames={"gray_scott": gray_scott}))
    assert film.frames == 3
    for frame, title in ((0, "t = 0"), (2, "t = 400")):
        film.show(frame)
        for axes, start in zip(film.figure.axes, ("printed", "perturbed"), strict=False):
            np.testing.assert_array_equal(axes.images[0].get_array(), gray_scott[f"{start}_u"][frame])
            assert axes.images[0].get_clim() == (0, 1)
        assert film.figure.get_suptitle() == title
    titles = [axes.get_title() for axes in film.figure.axes[:2]]
    assert titles == ["start as printed: symmetric", "start perturbed by up to 1 %"]
    assert "F = 0.025, k = 0.060" in small_print(film.figure)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_neurons_film_shows_the_maps_and_lines_from_the_start(
    objective: str, maps: dict[str, dict[str, np.ndarray]]
) -> None:
    film, run = neurons_film(FigureInputs(frames=maps), objective), maps[f"maps_{objective}"]
    assert film.frames == 3
    for frame in (0, 2):
        film.show(frame)
        for axes, layer in zip(film.figure.axes, ("hidden", "top"), strict=False):
            (points,) = [each for each in axes.collections if isinstance(each, PathCollection)]
            (lines,) = [each for each in axes.collections if isinstance(each, LineCollection)]
            np.testing.assert_array_equal(points.get_offsets(), run[layer][frame])
            np.testing.assert_array_equal([line[0] for line in lines.get_segments()], run[layer][0])
            np.testing.assert_array_equal([line[1] for line in lines.get_segments()], run[layer][frame])
            kept = shares_kept(run[f"{layer}_components"])[frame]
            np.testing.assert_array_equal(points.get_array(), kept)
            assert points.get_clim() == (0, 1)
            assert axes.get_title() == f"{layer} layer: {100 * kept.mean():.0f} % of neighbours kept"
    assert film.figure.get_suptitle().startswith(f"{WITH_OR_WITHOUT[objective]}: iteration 1,400 of 1,400")
    assert "a point for each of 30 neurons" in small_print(film.figure)


def test_both_films_of_neurons_share_their_limits(maps: dict[str, dict[str, np.ndarray]]) -> None:
    films = [neurons_film(FigureInputs(frames=maps), objective) for objective in OBJECTIVES]
    supervised, augmented = ([axes.get_xlim() for axes in film.figure.axes[:2]] for film in films)
    assert supervised == augmented
    farthest = {name: np.abs(run["hidden"]).max() for name, run in maps.items()}
    assert supervised[0][1] > farthest["maps_augmented"] > farthest["maps_supervised"]


def test_neighbours_kept_are_counted_neuron_by_neuron(random: np.random.Generator) -> None:
    points = random.standard_normal((2, 25, 3))
    near = [np.linalg.norm(frame[:, None] - frame, axis=2).argsort(axis=1)[:, 1:11] for frame in points]
    expected = [len(set(before) & set(after)) / 10 for before, after in zip(*near, strict=True)]
    np.testing.assert_allclose(shares_kept(points), [np.ones(25), expected])
    assert 0.2 < np.mean(expected) < 0.7  # by chance 10 of 24


# The files


def keep(film: Film, folder: Path) -> None:
    save_film(film, *(folder / f"film.{kind}" for kind in ("html", "gif", "mp4")), "A film", 5, 2, "A note.")


@pytest.fixture
def film(gray_scott: dict[str, np.ndarray]) -> Film:
    return gray_scott_film(FigureInputs(frames={"gray_scott": gray_scott}))


def test_a_gif_holds_every_frame_for_its_time_and_starts_again(film: Film, tmp_path: Path) -> None:
    keep(film, tmp_path)
    frames = list(draw_frames(film))
    with Image.open(tmp_path / "film.gif") as gif:
        assert (gif.n_frames, gif.info["loop"]) == (3, 0)
        for number, (frame, duration) in enumerate(zip(frames, (200, 200, 2200), strict=True)):
            gif.seek(number)
            assert gif.info["duration"] == duration  # milliseconds
            assert np.abs(np.asarray(gif.convert("RGB"), float) - frame).mean() < 3


def test_an_mp4_holds_every_frame_and_stays_at_the_last(film: Film, tmp_path: Path) -> None:
    keep(film, tmp_path)
    assert small_print(film.figure).endswith("on a periodic square. A note.")
    assert film_page("A film", (tmp_path / "film.mp4").read_bytes()) == (tmp_path / "film.html").read_text()
    command = [get_ffmpeg_exe(), "-i", tmp_path / "film.mp4", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    decoded = subprocess.run(command, capture_output=True, check=True)
    assert re.search(r"Video: h264 .* yuv420p.* 640x360.* 5 fps", decoded.stderr.decode())
    pictures = np.frombuffer(decoded.stdout, np.uint8).reshape(-1, 360, 640, 3)
    frames = list(draw_frames(film))
    assert len(pictures) == 3 + 2 * 5
    for frame, picture in zip([*frames, *frames[-1:] * 10], pictures, strict=True):
        assert np.abs(picture.astype(float) - frame).mean() < 6


def test_panels_stay_where_they_are(film: Film) -> None:
    places = {tuple(axes.get_position().bounds for axes in film.figure.axes) for _ in draw_frames(film)}
    assert len(places) == 1


def test_what_ffmpeg_refuses_is_told_in_one_line_and_leaves_no_file(tmp_path: Path) -> None:
    odd = [np.zeros((5, 7, 3), np.uint8)]
    with pytest.raises(OSError, match=r"film\.mp4 cannot be written \(ffmpeg: .*divisible by 2[^\n]*$"):
        write_whole(tmp_path / "film.mp4", lambda path: write_mp4(odd, 5, path))
    assert list(tmp_path.iterdir()) == []


def test_the_page_plays_the_film_and_needs_no_other_file() -> None:
    page = film_page("one & only", b"a film")
    (film,) = re.findall(r'src="data:video/mp4;base64,([^"]*)"', page)
    assert base64.b64decode(film) == b"a film"
    assert "<title>one &amp; only</title>" in page
    assert page.count("src=") == 1
    assert "href" not in page and "url(" not in page


RULES = (ROOT / "workflow" / "rules" / "moving.smk").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("end", "interval", "frames", "last"),
    [(30, 0.7, 43, 29.4), (30, 0.5, 61, 30), (0.6, 0.2, 4, 0.6), (0.4, 0.1, 5, 0.4)],
)
def test_a_film_ends_with_its_simulation_or_before(end: float, interval: float, frames: int, last: float) -> None:
    given: dict[str, Callable[[dict[str, Any], float], dict[str, Any]]] = {}
    exec(re.search(r"^def frame_times.*?\n\n\n", RULES, flags=re.MULTILINE | re.DOTALL)[0], given)  # noqa: S102
    times = given["frame_times"]({"time_step": 0.02, "times": [0, end]}, interval)["times"]
    assert len(times) == frames
    assert times[-1] == pytest.approx(last)

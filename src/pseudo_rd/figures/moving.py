"""Films: the systems of Figures 18 and 24-27 and the neurons' maps of Figures 19-23, frame by frame, as GIF and MP4."""

import base64
import html
import subprocess
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from imageio_ffmpeg import get_ffmpeg_exe
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from PIL import Image

from pseudo_rd.figures.inputs import FigureInputs, only
from pseudo_rd.figures.style import COLORMAP, LAYER_LABELS, OBJECTIVE_LABELS
from pseudo_rd.neurons.neighbors import NEIGHBORS, nearest
from pseudo_rd.results.files import write_text, write_whole

SIZE = (6.4, 3.6)  # inches
DPI = 100  # an even number of pixels a side, which H.264 asks for
COLORS, GREYS = 48, 16  # of a GIF; with 96 and 16 Gray and Scott's film takes twice the room
QUALITY = 20  # x264's constant rate factor: 0 loses nothing, 51 is worst


@dataclass(frozen=True)
class Film:
    """A picture that changes.

    Attributes:
        figure: of SIZE.
        show: puts the frame of a number into the figure.
        frames: how many there are.
    """

    figure: Figure
    show: Callable[[int], None]
    frames: int


def turing_film(inputs: FigureInputs) -> Film:
    """Turing's system: u on one colour scale, and beside it the deviation of u as far as the film has come."""
    simulation = only(inputs.frames)
    times, u, steady_u = simulation["times"], simulation["u"], float(simulation["h"])
    rate, wave_length = (float(simulation[name]) for name in ("growth_rate", "wave_length"))
    deviation = u.std(axis=(1, 2))
    figure, (left, right) = plt.subplots(1, 2, figsize=SIZE, dpi=DPI, width_ratios=(1.15, 1))
    half_range = float(np.abs(u - steady_u).max())
    image = draw_field(left, u[-1], (steady_u - half_range, steady_u + half_range))
    figure.colorbar(image, ax=left, label="u", shrink=0.85)
    growth = deviation[-1] * np.exp(rate * (times - times[-1]))
    label = f"growth of the fastest wave,\nrate {rate:.3f}, length {wave_length:.2g}"
    right.plot(times, growth, color="0.6", linestyle="--", label=label)
    (line,) = right.plot(times, deviation, color="black")
    (point,) = right.plot(times[-1:], deviation[-1:], "o", color="black", markersize=4)
    right.set(xlabel="t", title="standard deviation of u", yscale="log")
    right.set(ylim=(deviation.min() / 2, deviation.max() * 3))
    right.legend(loc="upper left")
    constants = ", ".join(f"{name} = {float(simulation[name]):g}" for name in "abcd")
    steady_state = f"u = {steady_u:g}, v = {float(simulation['k']):g}"
    explain(figure, f"Turing's system (63), {constants}, out of noise around {steady_state}.")

    def show(frame: int) -> None:
        image.set_data(u[frame])
        left.set_title(f"t = {times[frame]:.1f}")
        line.set_data(times[: frame + 1], deviation[: frame + 1])
        point.set_data(times[frame : frame + 1], deviation[frame : frame + 1])

    return Film(figure, show, len(times))


def gray_scott_film(inputs: FigureInputs) -> Film:
    """Gray and Scott's system: u out of the printed start and out of the perturbed one, on one colour scale."""
    simulation = only(inputs.frames)
    times = simulation["printed_times"]
    titles = {
        "printed": "start as printed: symmetric",
        "perturbed": f"start perturbed by up to {100 * simulation['perturbation']:g} %",
    }
    figure, axes = plt.subplots(1, len(titles), figsize=SIZE, dpi=DPI)
    images = []
    for panel, (start, title) in zip(axes, titles.items(), strict=True):
        images.append(draw_field(panel, simulation[f"{start}_u"][-1], (0.0, 1.0)))
        panel.set_title(title)
    figure.colorbar(images[0], ax=axes, label="u", shrink=0.85, pad=0.01)
    rates = f"F = {simulation['feed_rate']:.3f}, k = {simulation['kill_rate']:.3f}"
    explain(figure, f"Gray and Scott's system (64), {rates}, on a periodic square.")

    def show(frame: int) -> None:
        for image, start in zip(images, titles, strict=True):
            image.set_data(simulation[f"{start}_u"][frame])
        figure.suptitle(f"t = {times[frame]:,.0f}", fontsize=9)

    return Film(figure, show, len(times))


def neurons_film(inputs: FigureInputs, objective: str) -> Film:
    """The neurons' maps of one objective's run, each neuron with a line from its place at the start.

    A map shows who is near whom, and bends it. So the colours and the number above a panel are measured in what was
    embedded: the share of a neuron's nearest neighbours at the start that are among its nearest now.

    Args:
        inputs: of both objectives, since both films share their limits: `iterations`, and by layer the maps (frames,
            neurons, 2) and the components they were made of (frames, neurons, dimensions).
        objective: "supervised" or "augmented".
    """
    run = inputs.frames[f"maps_{objective}"]
    iterations = run["iterations"]
    neurons = run["hidden"].shape[1]
    figure, axes = plt.subplots(1, len(LAYER_LABELS), figsize=SIZE, dpi=DPI)
    panels = []
    for panel, layer in zip(axes, LAYER_LABELS, strict=True):
        limit = 1.05 * max(float(np.abs(maps[layer]).max()) for maps in inputs.frames.values())
        lines = LineCollection([], color="0.75", linewidth=0.6, zorder=1)
        panel.add_collection(lines)
        shares = shares_kept(run[f"{layer}_components"])
        points = panel.scatter(*run[layer][0].T, c=shares[0], cmap=f"{COLORMAP}_r", vmin=0, vmax=1, s=14, linewidth=0)
        panel.set(xlim=(-limit, limit), ylim=(-limit, limit), xticks=[], yticks=[], aspect="equal")
        panels.append((panel, layer, lines, points, shares))
    figure.colorbar(points, ax=axes, label="share of nearest neighbours kept", shrink=0.85, pad=0.01)
    dimensions = run["hidden_components"].shape[2]
    explain(
        figure,
        f"{run['dataset']}: a point for each of {neurons} neurons (t-SNE, each map from the one before), a line from "
        f"its place at the start. Kept: of its {NEIGHBORS} nearest neighbours at the start, those among its nearest "
        f"now, in the weights (hidden layer: {dimensions} principal components).",
    )

    def show(frame: int) -> None:
        title = f"{OBJECTIVE_LABELS[objective]}: iteration {iterations[frame]:,} of {iterations[-1]:,}"
        figure.suptitle(title, fontsize=9)
        for panel, layer, lines, points, shares in panels:
            lines.set_segments([*np.stack([run[layer][0], run[layer][frame]], axis=1)])
            points.set_offsets(run[layer][frame])
            points.set_array(shares[frame])
            panel.set_title(f"{LAYER_LABELS[layer]}: {100 * shares[frame].mean():.0f} % of neighbours kept")

    return Film(figure, show, len(iterations))


def draw_field(axes: Axes, field: np.ndarray, limits: tuple[float, float]) -> AxesImage:
    """One field (grid, grid) as a picture without ticks."""
    axes.set(xticks=[], yticks=[])
    axes.grid(False)
    return axes.imshow(field, COLORMAP, vmin=limits[0], vmax=limits[1], interpolation="nearest")


def explain(figure: Figure, text: str) -> None:
    """Add a text to the small print below the panels: what is seen, or what a preset shrank or replaced."""
    lines = [figure.get_supxlabel(), *textwrap.wrap(text, int(figure.get_figwidth() * 20))]
    figure.supxlabel("\n".join(filter(None, lines)), fontsize=6.5, color="0.35")


def shares_kept(points: np.ndarray) -> np.ndarray:
    """Of each point's nearest others at the start, the share that are among its nearest in each frame.

    Args:
        points: (frames, points, dimensions).

    Returns:
        (frames, points).
    """
    start_neighbors, *_ = neighbors = [nearest(frame) for frame in points]
    pairs = [zip(start_neighbors, frame_neighbors, strict=True) for frame_neighbors in neighbors]
    return np.array([[np.isin(before, after).mean() for before, after in pair] for pair in pairs])


def draw_frames(film: Film) -> Iterator[np.ndarray]:
    """Pixels of each frame, (height, width, 3), 8 bits. Laid out once, for the last frame: panels must not wander."""
    canvas = FigureCanvasAgg(film.figure)
    film.show(film.frames - 1)
    film.figure.draw_without_rendering()
    film.figure.set_layout_engine("none")
    for frame in range(film.frames):
        film.show(frame)
        canvas.draw()
        yield np.asarray(canvas.buffer_rgba())[..., :3].copy()


def save_film(
    film: Film,
    page: Path | str,
    gif: Path | str,
    mp4: Path | str,
    title: str,
    frames_per_second: int,
    pause: int,
    note: str = "",
) -> None:
    """A film as GIF, as MP4, and a page that plays it; the same bytes for the same film.

    Args:
        film: it ends up with `note` in its small print.
        page, gif, mp4: the files.
        title: of the page.
        frames_per_second: of both files.
        pause: seconds for which the last frame stays longer.
        note: what a preset shrank or replaced.

    Raises:
        OSError: naming the file that cannot be written.
    """
    explain(film.figure, note)
    frames = list(draw_frames(film))
    write_whole(gif, partial(write_gif, frames, frames_per_second, pause))
    write_whole(mp4, partial(write_mp4, [*frames, *frames[-1:] * (pause * frames_per_second)], frames_per_second))
    write_text(page, film_page(title, Path(mp4).read_bytes()))


def write_gif(frames: Sequence[np.ndarray], frames_per_second: int, pause: int, path: Path) -> None:
    """A GIF that starts again at its end. All frames share the colour scale's colours and some greys."""
    scale = plt.get_cmap(COLORMAP)(np.linspace(0, 1, COLORS))[:, :3]
    greys = np.linspace((0, 0, 0), (1, 1, 1), GREYS)
    palette = Image.new("P", (1, 1))
    palette.putpalette(np.rint(255 * np.concatenate([scale, greys])).astype(np.uint8).tobytes())
    images = [Image.fromarray(frame).quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    durations = [1000 // frames_per_second] * len(frames)  # milliseconds
    durations[-1] += 1000 * pause
    images[0].save(path, save_all=True, append_images=images[1:], duration=durations, loop=0)


def write_mp4(frames: Sequence[np.ndarray], frames_per_second: int, path: Path) -> None:
    """An H.264 film that every browser plays, without a date and by one thread: threads change its bytes.

    Raises:
        OSError: with what ffmpeg says.
    """
    height, width, _ = frames[0].shape
    size, rate = f"{width}x{height}", str(frames_per_second)
    source = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", rate, "-i", "-"]
    encoding = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", str(QUALITY), "-threads", "1", "-bitexact"]
    command = [get_ffmpeg_exe(), "-y", "-loglevel", "error", *source, *encoding, "-movflags", "+faststart", str(path)]
    process = subprocess.run(command, input=b"".join(frame.tobytes() for frame in frames), capture_output=True)
    if process.returncode:
        raise OSError(f"ffmpeg: {process.stderr.decode(errors='replace')}")


def film_page(title: str, mp4: bytes) -> str:
    """An HTML page that plays one film, without another file.

    A report hands its pages to the browser as one address, and Chromium opens none of more than 2 MiB: hence a page for
    each film.
    """
    title, film = html.escape(title), base64.b64encode(mp4).decode()
    return f"""<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>{title}</title>
<body style="background: white; text-align: center">
<video style="max-width: 100%" autoplay loop muted controls src="data:video/mp4;base64,{film}"></video>
</body>
</html>
"""

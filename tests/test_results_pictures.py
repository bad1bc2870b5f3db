from pathlib import Path

import numpy as np
from matplotlib import colormaps
from PIL import Image

from pseudo_rd.results.pictures import shrink


def test_a_wide_picture_is_narrowed_and_looks_the_same(tmp_path: Path) -> None:
    pixels = np.full((100, 2000, 3), 255, dtype=np.uint8)
    pixels[:, 1000:] = (200, 30, 30)
    Image.fromarray(pixels).save(tmp_path / "wide.png")
    shrink(tmp_path / "wide.png", tmp_path / "small.png")
    with Image.open(tmp_path / "small.png") as found:
        assert found.size == (1600, 80)
        shown = np.asarray(found.convert("RGB")).astype(int)
    assert np.abs(shown[:, :795] - 255).max() <= 8
    assert np.abs(shown[:, 805:] - [200, 30, 30]).max() <= 8


def test_a_narrow_picture_keeps_its_size(tmp_path: Path) -> None:
    Image.new("RGB", (30, 20), "white").save(tmp_path / "one.png")
    shrink(tmp_path / "one.png", tmp_path / "two.png")
    with Image.open(tmp_path / "two.png") as found:
        assert found.size == (30, 20)


def test_rare_colours_of_a_diverging_scale_stay(tmp_path: Path) -> None:
    """Weights as filters show them, most of them small, with grey letters' edges and the whole scale beside them."""
    weights = np.random.default_rng(1).normal(0.5, 0.1, size=(300, 300))
    weights[:, :8] = np.linspace(0, 1, 300)[:, None]
    pixels = np.round(255 * colormaps["RdBu_r"](weights)[..., :3]).astype(np.uint8)
    pixels[:, -60:] = np.random.default_rng(2).integers(0, 256, size=(300, 60, 1))
    Image.fromarray(pixels).save(tmp_path / "filters.png")
    shrink(tmp_path / "filters.png", tmp_path / "small.png")
    with Image.open(tmp_path / "small.png") as found:
        shown = np.asarray(found.convert("RGB")).astype(int)
    assert np.abs(shown - pixels).max() <= 12

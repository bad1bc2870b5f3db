"""Pictures of modest size, to be kept in a repository."""

from pathlib import Path

from PIL import Image

COLORS = 256  # of a palette
WIDEST = 1600  # pixels
LARGEST = 150_000  # bytes


def shrink(source: Path, target: Path) -> None:
    """Write a PNG with a palette of colours, narrowed until it is small enough; the picture itself stays as it is."""
    with Image.open(source) as picture:
        rgb = picture.convert("RGB")
    width = min(rgb.width, WIDEST)
    while True:
        resized = rgb
        if width < rgb.width:
            resized = rgb.resize((width, max(1, round(rgb.height * width / rgb.width))), Image.Resampling.LANCZOS)
        # The usual method gives rare colours away: the reds of a diverging scale turned brown.
        resized.quantize(COLORS, Image.Quantize.MAXCOVERAGE).save(target, optimize=True)
        if target.stat().st_size <= LARGEST or width <= 64:
            return
        width = width * 7 // 8

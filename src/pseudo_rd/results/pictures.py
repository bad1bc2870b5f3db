"""Pictures of modest size, to be kept in a repository."""

from pathlib import Path

from PIL import Image

COLORS = 64  # of a palette: figures are flat


def shrink(source: Path, target: Path, widest: int = 1600) -> None:
    """Write a PNG no wider than `widest` pixels with a palette of colours; the picture itself stays as it is."""
    with Image.open(source) as picture:
        shown = picture.convert("RGB")
    if shown.width > widest:
        shown = shown.resize((widest, round(shown.height * widest / shown.width)), Image.Resampling.LANCZOS)
    shown.quantize(COLORS).save(target, optimize=True)

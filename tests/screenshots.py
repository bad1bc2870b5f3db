"""Pictures of the companion for README, by `make screenshots`: of a folder of pages, into another folder."""

import sys
from io import BytesIO
from pathlib import Path

from browser import chromium
from PIL import Image

SHOWN = {  # the page, and what must be seen of it
    "site-front": ("index.html", "h1"),
    "site-claim": ("claims/figure-3-hidden-farther.html", "h1"),
    "site-readings": ("readings.html", "figure"),
    "site-try": ("try.html", "#curves"),
}
VIEW = {"width": 1280, "height": 1340}


def take(site: Path, docs: Path) -> None:
    """A picture of each page, scrolled as far as it must be."""
    with chromium() as browser:
        page = browser.new_context(offline=True, viewport=VIEW, color_scheme="light").new_page()
        for name, (place, seen) in SHOWN.items():
            page.goto((site / place).absolute().as_uri(), wait_until="load")
            page.locator(seen).first.evaluate("part => part.scrollIntoView({block: 'nearest'})")
            with Image.open(BytesIO(page.screenshot())) as picture:
                picture.convert("RGB").quantize(64).save(docs / f"{name}.png", optimize=True)


if __name__ == "__main__":
    take(*map(Path, sys.argv[1:]))

"""Pictures of the companion for README, by `make screenshots`: of a folder of pages, into another folder."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from browser import chromium

from pseudo_rd.results.pictures import shrink

SHOWN = {
    "site-front": "index.html",
    "site-claim": "claims/figure-3-hidden-farther.html",
    "site-readings": "readings.html",
}
VIEW = {"width": 1200, "height": 1000}


def take(site: Path, docs: Path) -> None:
    """One picture of the first screen of each page."""
    with chromium() as browser, TemporaryDirectory() as folder:
        page = browser.new_context(offline=True, viewport=VIEW, color_scheme="light").new_page()
        for name, place in SHOWN.items():
            page.goto((site / place).absolute().as_uri(), wait_until="load")
            if name == "site-readings":
                page.locator("svg.map").evaluate("map => map.scrollIntoView({block: 'center'})")
            page.screenshot(path=Path(folder, f"{name}.png"))
            shrink(Path(folder, f"{name}.png"), docs / f"{name}.png", VIEW["width"])


if __name__ == "__main__":
    take(*map(Path, sys.argv[1:]))

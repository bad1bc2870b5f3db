"""The report that Snakemake makes: one page that needs no network."""

from pathlib import Path

import pytest
from browser import MISSING, WHY, chromium
from projects import READING, ROOT, output, snakemake

from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.figures.registry import read_registry

FIGURES = read_registry(ROOT / "workflow" / "figures.yaml").values()
SECTIONS = {"1 Claims", *(figure.section for figure in FIGURES if figure.target not in ("beyond", "controls"))}
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("smoke")]


@pytest.fixture(scope="module")
def report(walked: Path) -> Path:
    page = walked / "results" / "smoke" / READING / "report.html"
    output(snakemake(walked, "--report", str(page), "figures", "study", "moving", "--config", "preset=smoke"))
    return page


def test_the_report_is_one_file(report: Path) -> None:
    assert report.stat().st_size > 10**6
    assert {path.name for path in report.parent.iterdir() if path.suffix in (".html", ".zip")} == {"report.html"}


@pytest.mark.skipif(MISSING, reason=WHY)
def test_a_browser_without_network_sees_claims_figures_and_films(report: Path) -> None:
    with chromium() as browser:
        page = browser.new_context(offline=True).new_page()
        troubles: list[str] = []
        page.on("requestfailed", lambda request: troubles.append(request.url[:200]))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.goto(report.as_uri())
        page.get_by_text(f"of {len(CLAIMS)} claims read off the paper").wait_for()
        for section in SECTIONS:
            page.get_by_text(section, exact=True).first.wait_for()
        page.get_by_text("8 Gray and Scott's patterns", exact=True).first.click()
        page.get_by_text("how the pattern grows out of the seed patch").first.wait_for()
        assert page.get_by_text("how the pattern grows out of the seed patch").count() == 4
        # Two pictures in a section: with two labels each the page would break.
        page.goto(report.as_uri())
        page.get_by_text("5 Dissection of diffusion", exact=True).first.click()
        row = page.locator("tr", has_text="17: the slope of the distances")
        row.locator("a").nth(0).click()
        picture = page.locator("img[src^='data:image/png']")
        picture.wait_for(timeout=20_000)
        assert picture.evaluate("image => image.naturalWidth") > 300
        row.locator("a").nth(1).click()
        page.get_by_text("What came out here").wait_for()
        page.get_by_text("The linear slope is larger with fewer hidden units").first.wait_for()
        page.goto(report.as_uri())
        page.get_by_text("Moving pictures", exact=True).first.click()
        page.locator("tr", has_text="Neurons with the critic").first.locator("a").nth(0).click()
        film = page.frame_locator("iframe").locator("video")
        film.evaluate("film => new Promise(seen => film.ontimeupdate = () => film.currentTime > 0 && seen())")
        assert film.evaluate("film => film.videoWidth") == 640
    assert troubles == []

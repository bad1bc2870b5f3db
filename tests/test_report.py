"""The report that Snakemake makes: one page that needs no network."""

import os
from pathlib import Path

import pytest
from projects import snakemake

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("smoke")]


@pytest.fixture(scope="module")
def report(walked: Path) -> Path:
    page = walked / "results" / "smoke" / "report.html"
    finished = snakemake(walked, "--report", str(page), "figures", "--config", "preset=smoke")
    assert finished.returncode == 0, finished.stdout[-3000:]
    return page


def test_the_report_is_one_file(report: Path) -> None:
    assert report.stat().st_size > 10**6
    assert {path.name for path in report.parent.iterdir() if path.suffix in (".html", ".zip")} == {"report.html"}


@pytest.mark.skipif(not os.access(CHROMIUM, os.X_OK), reason="no /usr/bin/chromium: install Debian's package chromium")
def test_a_browser_without_network_sees_claims_and_figures(report: Path) -> None:
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        page = browser.new_context(offline=True).new_page()
        troubles: list[str] = []
        page.on("requestfailed", lambda request: troubles.append(request.url[:200]))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.goto(report.as_uri())
        for category in ("Claims", "Figures", "Theory"):
            page.get_by_text(category, exact=True).first.wait_for()
        page.get_by_text("Figures", exact=True).first.click()
        page.get_by_text("ten blobs, one for each class").first.wait_for()
        assert page.get_by_text("how the pattern grows out of the seed patch").count() == 4
        page.locator("tr", has_text="ten blobs").locator("a").first.click()
        picture = page.locator("img[src^='data:image/png']")
        picture.wait_for(timeout=20_000)
        assert picture.evaluate("image => image.naturalWidth") > 300
        browser.close()
    assert troubles == []

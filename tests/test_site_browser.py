"""The companion in a browser without network: it opens, plays, filters, sorts, searches, and everyone can use it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import MISSING, WHY, chromium
from made_up_site import READINGS
from playwright.sync_api import Browser, Page, expect
from projects import ROOT

from pseudo_rd.claims.statements import CLAIMS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("site"), pytest.mark.skipif(MISSING, reason=WHY)]
KINDS = (
    "index.html",
    "claims.html",
    "claims/figure-3-hidden-farther.html",
    "claims/lemma-1.html",
    "figures.html",
    "figures/fig03.html",
    "figures/turing.html",
    "readings.html",
    "try.html",
    "theory.html",
    "beyond.html",
    "runs.html",
    "docs/index.html",
    "docs/paper.html",
)
IN_THE_DARK = ("index.html", "claims/figure-3-hidden-farther.html", "try.html", "docs/paper.html")
ABORTED = "net::ERR_ABORTED"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 400, "height": 800}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page, wide if the test asks for nothing else."""
    context = browser.new_context(offline=True, **{"viewport": WIDE, **getattr(request, "param", {})})
    yield context.new_page()
    context.close()


def test_every_page_opens_without_a_failed_or_foreign_request_or_an_error(site: Path, page: Page) -> None:
    troubles: list[str] = []
    own = site.parent.as_uri()
    page.on("request", lambda request: None if request.url.startswith((own, "data:")) else troubles.append(request.url))
    page.on("response", lambda response: None if response.ok else troubles.append(response.url))
    # What still loads when the next page opens is aborted; whether it is there, test_site_build.py asks.
    page.on("requestfailed", lambda request: None if request.failure == ABORTED else troubles.append(request.url))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    opened = sorted(site.rglob("*.html"))
    for path in opened:
        page.goto(path.as_uri(), wait_until="load")
    assert len(opened) > len(CLAIMS) + 30
    assert troubles == []


@pytest.mark.parametrize(
    ("page", "names", "options"),
    [
        ({"color_scheme": "light"}, KINDS, None),
        ({"color_scheme": "dark"}, IN_THE_DARK, {"runOnly": ["color-contrast"]}),  # all else is the same
    ],
    indirect=["page"],
)
def test_axe_finds_nothing_on_any_kind_of_page(site: Path, page: Page, names: list[str], options: dict | None) -> None:
    axe, found = Axe(), []
    for name in names:
        page.goto((site / name).as_uri())
        violations = axe.run(page, options=options).response["violations"]
        found += [f"{name}: {each['id']}: {each['nodes'][0]['html'][:200]}" for each in violations]
    assert found == []


@pytest.mark.parametrize("page", [{"viewport": NARROW}], indirect=True)
def test_no_page_is_wider_than_a_telephone(site: Path, page: Page) -> None:
    for name in KINDS:
        page.goto((site / name).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], name


def test_filters_leave_the_claims_that_were_asked_for(site: Path, page: Page) -> None:
    page.goto((site / "claims.html").as_uri())
    rows = page.locator("#claims tbody tr")
    shown = page.locator("#claims tbody tr:visible")
    assert shown.count() == rows.count() == len(CLAIMS)
    page.get_by_label("Verdict").select_option("reproduced")
    page.get_by_label("under").select_option("printed")
    wanted = page.locator("#claims tbody tr:has(td:nth-of-type(2) .verdict.reproduced)").count()
    assert 0 < shown.count() == wanted < len(CLAIMS)
    assert page.locator("#filters output").text_content() == f"{wanted} of {len(CLAIMS)}"
    page.get_by_label("Part of the paper").select_option("Theorems")
    assert {row.get_attribute("data-part") for row in shown.all()} == {"Theorems"}
    page.get_by_role("button", name="Reset").click()
    page.locator("select[name=dataset]").select_option("cifar10")
    page.get_by_label("Words").fill("HIDDEN layer ends farther")
    assert [row.locator("th").text_content() for row in shown.all()] == [
        "On CIFAR10, the hidden layer ends farther from its start with the critic."
    ]


def test_a_click_sorts_by_a_column_and_the_next_one_turns_it_round(site: Path, page: Page) -> None:
    page.goto((site / "claims.html").as_uri())
    head = page.locator("#claims th", has_text="Readings that reproduce it")
    for direction, reverse in (("ascending", False), ("descending", True)):
        head.get_by_role("button").press("Enter")  # by the keyboard
        shares = [float(cell.get_attribute("data-value") or 0) for cell in page.locator("#claims td:last-child").all()]
        assert shares == sorted(shares, reverse=reverse)
        assert head.get_attribute("aria-sort") == direction


def test_films_play(site: Path, page: Page) -> None:
    page.goto((site / "figures" / "turing.html").as_uri())
    film = page.locator("video")
    film.evaluate("film => film.play()")
    film.evaluate("film => new Promise(seen => film.ontimeupdate = () => film.currentTime > 0 && seen())")
    assert film.evaluate("film => film.videoWidth") == 64


def test_the_search_finds_a_page_by_its_words(site: Path, page: Page) -> None:
    page.goto((site / "docs" / "index.html").as_uri())
    page.get_by_label("Search all pages").fill("moran's i")
    found = page.locator("#found a")
    title = (ROOT / "docs" / "paper.md").read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
    assert title in found.all_text_contents()
    found.filter(has_text=title).click()
    expect(page.locator("h1")).to_have_text(title)


def test_the_keyboard_reaches_the_content_first_and_the_focus_is_seen(site: Path, page: Page) -> None:
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.evaluate("link => link === document.activeElement && link.getBoundingClientRect().left >= 0")
    page.keyboard.press("Tab")
    outline = "link => getComputedStyle(link).outlineStyle + getComputedStyle(link).outlineWidth"
    assert page.locator("header a").first.evaluate(outline) == "solid3px"


def test_a_link_to_folded_code_opens_it(site: Path, page: Page) -> None:
    page.goto((site / "theory.html").as_uri())
    page.locator("a[href^='#test_']").first.click()
    page.locator("details[open] pre").wait_for()  # visible; the page is told of the click a moment later


def test_the_table_of_claims_prints_without_what_only_a_screen_needs(site: Path, page: Page) -> None:
    page.goto((site / "claims.html").as_uri())
    page.emulate_media(media="print")
    assert not page.locator("header").is_visible()
    assert not page.locator("#filters").is_visible()
    assert page.locator("#claims tbody tr:visible").count() == len(CLAIMS)


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_without_scripts_everything_is_there(site: Path, page: Page) -> None:
    page.goto((site / "claims.html").as_uri())
    assert page.locator("#claims tbody tr:visible").count() == len(CLAIMS)
    assert not page.locator("#filters").is_visible()
    assert page.locator(f"th:has-text('{READINGS[0]}')").first.is_visible()


def test_a_reading_is_chosen_by_the_keyboard_said_aloud_and_kept_in_the_address(site: Path, page: Page) -> None:
    page.goto((site / "try.html").as_uri())
    said = page.locator("#said[aria-live=polite]")
    assert said.inner_text().startswith("The reading pytorch: with the critic the hidden layer ends 1.35 times as far")
    page.get_by_label("How do the generator's weights start?").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    # The page is told of its new address a moment after the key, so each answer is waited for.
    expect(said).to_contain_text("This reading: with the critic")
    assert "generator_start=xavier" in page.url
    again = page.context.new_page()
    again.goto(page.url)
    expect(again.locator("#said")).to_have_text(said.inner_text())
    expect(again.locator("#curves svg[role=img]")).to_have_count(2)
    assert "layer from its start over" in str(again.locator("#curves svg").first.get_attribute("aria-label"))


def test_a_reading_beside_goes_as_far_as_its_link_says(site: Path, page: Page) -> None:
    page.goto((site / "try.html").as_uri())
    item = page.locator("#beside li").first
    ratio = item.inner_text().partition(": ")[2].split()[1]
    item.get_by_role("link").click()
    expect(page.locator("#here")).to_have_text(ratio)
    expect(page.locator("#among circle.own, #among path.own")).to_have_count(1)


def test_a_combination_that_was_not_trained_offers_the_nearest(site: Path, page: Page) -> None:
    page.goto((site / "try.html").as_uri() + "#on=mnist-32&loss=sum&biases=yes")
    expect(page.locator("#said")).to_contain_text("This combination was not trained")
    expect(page.locator("#outcome")).not_to_be_visible()
    page.locator("#said a").first.click()
    expect(page.locator("#outcome")).to_be_visible()

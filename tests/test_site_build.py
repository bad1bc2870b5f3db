"""The companion as files: every page is there, every link leads somewhere, every number comes from the results."""

import json
import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from made_up_site import FIGURES, PARAMETERS, PUBLISHED, companion
from projects import ROOT
from screenshots import SHOWN

from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.site.build import build

pytestmark = pytest.mark.xdist_group("site")
LINKS = {"a": "href", "link": "href", "script": "src", "img": "src", "video": "src"}


class Page(HTMLParser):
    """What a page links to, its anchors, and its words."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.anchors: set[str] = set()
        self.alternatives: list[str | None] = []
        self.words: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        if found.get("id"):
            self.anchors.add(str(found["id"]))
        if found.get(LINKS.get(tag, "")):
            self.links.append((tag, str(found[LINKS[tag]])))
        if tag == "img":
            self.alternatives.append(found.get("alt"))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def pages_of(site: Path) -> dict[str, Page]:
    return {str(path.relative_to(site)): Page(path) for path in sorted(site.rglob("*.html"))}


def dead_links(pages: dict[str, Page], site: Path) -> list[str]:
    """Links and pictures that lead to no file, to no place on it, or elsewhere by themselves."""
    dead = []
    for name, page in pages.items():
        for tag, link in page.links:
            parts = urlsplit(link)
            if (parts.scheme == "https" and tag == "a") or link == "data:,":
                continue
            target = (site / name).parent / unquote(parts.path) if parts.path else site / name
            if parts.scheme or not target.is_file():
                dead.append(f"{name}: {tag} {link}")
            elif parts.fragment and unquote(parts.fragment) not in pages[os.path.relpath(target, site)].anchors:
                dead.append(f"{name}: no {link}")
    return dead


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    return pages_of(site)


def test_there_is_a_page_for_every_claim_figure_and_document(pages: dict[str, Page]) -> None:
    wanted = {f"claims/{claim.name}.html" for claim in CLAIMS} | {f"figures/{stem}.html" for stem in FIGURES}
    wanted |= {f"docs/{path.stem}.html" for path in (ROOT / "docs").glob("*.md")}
    names = ("index", "claims", "figures", "readings", "try", "theory", "beyond", "runs", "docs/index", "docs/readme")
    assert wanted | {f"{name}.html" for name in names} <= {*pages}


def test_every_link_leads_to_a_file_and_to_a_place_on_it(pages: dict[str, Page], site: Path) -> None:
    assert dead_links(pages, site) == []
    assert len([link for page in pages.values() for link in page.links]) > 2000


def test_verdicts_of_one_reading_alone_make_a_companion_too(tmp_path: Path) -> None:
    (tmp_path / "quick" / "printed").mkdir(parents=True)
    shutil.copy(PUBLISHED / "printed" / "claims.json", tmp_path / "quick" / "printed")
    build(ROOT, tmp_path, PARAMETERS, tmp_path / "site")
    pages = pages_of(tmp_path / "site")
    assert dead_links(pages, tmp_path / "site") == []
    assert not {"try.html", "beyond.html"} & {*pages}
    assert "Under all readings" not in pages["claims/figure-3-hidden-farther.html"].text


def test_no_script_style_or_picture_comes_from_elsewhere(site: Path) -> None:
    for path in [*site.rglob("*.css"), site / "assets" / "site.js"]:
        assert not re.search(r"http|url\(|@import", path.read_text(encoding="utf-8"))


def test_every_picture_has_words_in_its_place_and_one_that_no_reading_changes_is_shown_once(
    pages: dict[str, Page],
) -> None:
    assert [name for name, page in pages.items() if None in page.alternatives] == []
    assert str(pages["figures/fig03.html"].alternatives[0]).startswith("Figure 3, reading printed: both layers")
    assert len(pages["figures/fig03.html"].alternatives) == 2
    assert len(pages["figures/fig01.html"].alternatives) == 1
    assert "the same under every reading" in pages["figures/fig01.html"].text


def test_a_claims_page_says_where_it_stands_what_decided_it_and_how_to_make_it_again(pages: dict[str, Page]) -> None:
    text = pages["claims/figure-3-hidden-farther.html"].text
    for words in (
        "On synthetic-784, the hidden layer ends farther",
        "Figure 3",
        "at least 1.05",
        "claims.criteria.farther",
        "scripts/judge_claims.py",
        "def augmented_over_supervised",
        "0123456789abcdef",
        "snakemake --cores all results/quick/printed/claims.json",
        "history.parquet",
        "What the preset quick shrinks",
        "readings reproduce it; no rule was found",
    ):
        assert words in text, words


def test_the_slips_of_the_paper_come_with_the_test_that_shows_them(pages: dict[str, Page]) -> None:
    page = pages["theory.html"]
    shown = [link for _, link in page.links if link.startswith("#test_")]
    assert len(shown) >= 12
    assert "def test_gaussian_w_of_theorem_2_is_never_within_a_small_ball" in page.text


@pytest.fixture(scope="module")
def changed(made: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    """The companion after the verdict and the numbers of one claim were changed; another has no row of lemma-1."""
    root = tmp_path_factory.mktemp("changed") / "results"
    shutil.copytree(made, root, ignore=shutil.ignore_patterns("site"))
    path = root / "quick" / "printed" / "claims.json"
    page = json.loads(path.read_text(encoding="utf-8"))
    row = next(row for row in page["claims"] if row["name"] == "figure-3-hidden-farther")
    row |= {"verdict": "not reproduced", "measured": "0.4321", "values": [0.4321], "reason": "changed <by hand>"}
    path.write_text(json.dumps(page), encoding="utf-8")
    path = root / "quick" / "pytorch" / "claims.json"
    page = json.loads(path.read_text(encoding="utf-8"))
    page["claims"] = [row for row in page["claims"] if row["name"] != "lemma-1"]
    path.write_text(json.dumps(page), encoding="utf-8")
    site = companion(root)
    names = ("index", "theory", "claims", "claims/figure-3-hidden-farther", "figures/fig03", "readings")
    return {name: Page(site / f"{name}.html") for name in names}


def test_a_changed_number_changes_each_page_that_shows_it_and_words_are_no_markup(pages: dict, changed: dict) -> None:
    for name in ("claims", "claims/figure-3-hidden-farther", "figures/fig03"):
        assert "0.4321" not in pages[f"{name}.html"].text
        assert "0.4321" in changed[name].text
    assert "changed <by hand>" in changed["claims/figure-3-hidden-farther"].text


def test_a_claim_without_a_row_under_one_reading_is_not_judged_there(pages: dict, changed: dict) -> None:
    assert "not judged pytorch" not in pages["theory.html"].text
    assert "not judged pytorch" in changed["theory"].text


def test_the_front_says_word_for_word_what_readme_says(pages: dict[str, Page]) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search("<!-- begin answer -->(.*?)<!-- end statements -->", readme, re.DOTALL)[1]
    words = set(re.findall(r"[\w.]+", re.sub(r"<!--.*?-->|\]\(.*?\)", "", block)))
    assert [word for word in words if word not in pages["index.html"].text] == []
    assert any("Accuracy lost with the critic" in str(words) for words in pages["index.html"].alternatives)


def test_a_changed_verdict_changes_the_counts(pages: dict[str, Page], changed: dict[str, Page]) -> None:
    shown = pages["readings.html"], changed["readings"]
    before, after = (int(page.text.partition("printed nothing quick ")[2].split()[0]) for page in shown)
    assert after == before - 1


def test_published_evidence_alone_makes_a_companion_of_a_static_hosts_size(tmp_path: Path) -> None:
    build(ROOT, ROOT / "docs" / "results", PARAMETERS, tmp_path / "site")
    assert len([*(tmp_path / "site" / "claims").glob("*.html")]) == len(CLAIMS)
    assert (tmp_path / "site" / "try.html").exists()
    assert "a critic 8 times narrower" in (tmp_path / "site" / "beyond.html").read_text(encoding="utf-8")
    assert sum(path.stat().st_size for path in (tmp_path / "site").rglob("*") if path.is_file()) < 15e6


def test_a_folder_of_something_else_is_left_alone(made: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept", encoding="utf-8")
    with pytest.raises(ValueError, match="holds something else than a companion: name a new folder"):
        build(ROOT, made, PARAMETERS, tmp_path)
    assert (tmp_path / "mine.txt").exists()


def test_the_pictures_in_readme_are_of_pages_that_exist_and_modest(site: Path) -> None:
    for name, (place, _) in SHOWN.items():
        assert (site / place).is_file()
        assert (ROOT / "docs" / f"{name}.png").stat().st_size <= 150_000

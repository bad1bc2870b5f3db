"""What the documentation names is there: links, files, tests, modules, keys, and files of results."""

import re
from collections.abc import Iterator
from pathlib import Path
from pkgutil import resolve_name

import pytest
from pages import PAGES, blocks, by_hand, name_of, prose
from projects import CONFIG, ROOT, RULES

from pseudo_rd.claims.evidence import Evidence
from pseudo_rd.claims.judge import Criterion, judge
from pseudo_rd.claims.statements import CLAIMS

TESTS = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "tests").glob("*.py")}
# Files that a page tells to write, and none that is there.
EXAMPLES = {"src/pseudo_rd/figures/growth.py", "tests/test_figures_growth.py", "data/raw/my-images.npz"}
MADE = ("parameters.md", "findings.md", "figures.md")
each_page = pytest.mark.parametrize("page", PAGES, ids=name_of)


def in_backticks(page: Path, pattern: str = ".*") -> list[str]:
    return [name for name in re.findall(r"`([^`\n]+)`", prose(page)) if re.fullmatch(pattern, name)]


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes of a page's headings, and those that it names itself."""
    headings = re.findall(r"^#+ (.*)$", prose(page), flags=re.MULTILINE)
    named = re.findall(r'<a id="([^"]+)">', page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings} | {*named}


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@each_page
def test_files_that_are_named_exist(page: Path) -> None:
    for name in in_backticks(page, r"(src|tests|docs|workflow|scripts|benchmarks|data)/[\w./-]+\w"):
        made = name in EXAMPLES or name.startswith(("data/raw", "data/processed"))
        assert made or (ROOT / name).exists(), name


@each_page
def test_tests_that_are_named_exist(page: Path) -> None:
    assert {*in_backticks(page, r"test_\w+\.py")} <= {*TESTS}
    for name in in_backticks(page, r"test(_[a-z0-9]+){4,}"):  # shorter ones are keys and columns
        assert any(f"def {name}(" in text for text in TESTS.values()), name


@each_page
def test_modules_and_functions_that_are_named_exist(page: Path) -> None:
    for name in in_backticks(page, r"pseudo_rd(\.\w+)+"):
        resolve_name(name)  # raises where there is none


@pytest.mark.parametrize("page", [page for page in PAGES if page.name not in MADE], ids=name_of)
def test_keys_of_params_yaml_that_are_named_exist(page: Path) -> None:
    for name in in_backticks(page):
        path = re.sub(r": .*", "", name).split(".")
        if len(path) > 1 and path[0] in CONFIG and path[-1] not in ("json", "md", "png", "py", "rst", "yaml"):
            held = CONFIG
            for part in path:
                assert part in held, name
                held = held[part]


def test_there_are_few_pages_and_few_words() -> None:
    pages = [*(ROOT / "docs").glob("*.md")]
    assert len(pages) <= 14
    words = {page.name: len(by_hand(page.read_text(encoding="utf-8")).split()) for page in pages}
    assert sum(number for name, number in words.items() if name not in MADE) <= 14_000
    assert words["results.md"] <= 800


def test_readme_is_read_in_five_minutes() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert sum(re.search(r"\w", word) is not None for word in text.split()) <= 700  # bars and signs of a table are none


def test_the_index_names_every_page() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    names = {path.name for path in (ROOT / "docs").glob("*.md")} - {"index.md"}
    assert {link for link in re.findall(r"\]\(([^)/#]+)\)", index)} == names


# An example


def test_claims_are_judged_without_the_workflow_as_the_page_shows() -> None:
    names = {
        "Evidence": Evidence,
        "judge": judge,
        "CLAIMS": CLAIMS,
        "runs": [],
        "sections": CONFIG,
        "criteria": {name: Criterion(**limits) for name, limits in CONFIG["claims"]["criteria"].items()},
    }
    (code,) = blocks((ROOT / "docs" / "claims.md").read_text(encoding="utf-8"), "python")
    exec(code, names)  # noqa: S102, our own page
    assert {row["verdict"] for row in names["rows"]} == {"not testable"}


# docs/files.md


def outputs() -> Iterator[str]:
    """Patterns of the files that rules leave, as docs/files.md writes them."""
    for body in RULES.values():
        for block in re.findall(r"^    output:\n((?: {8}.*\n)+)", body, flags=re.MULTILINE):
            for pattern in re.findall(r'"((?:results|data)/[^"]*)"', re.sub(r"temp\([^)]*\)", "", block)):
                yield re.sub(r"\{+(\w+)\}+", r"<\1>", pattern)


def listed() -> Iterator[str]:
    (tree,) = re.findall(r"^```\n(.*?)^```$", (ROOT / "docs" / "files.md").read_text(), flags=re.MULTILINE | re.DOTALL)
    folder = ""
    for line in filter(None, tree.splitlines()):
        name = line.split()[0]
        if name.endswith("/"):
            folder = name
        elif not name.startswith("data/raw/"):
            yield folder + name if line.startswith(" ") else name


def test_docs_files_lists_every_file_that_a_rule_leaves_and_no_other() -> None:
    assert sorted(listed()) == sorted(outputs())
    assert len([*outputs()]) > 30


# docs/paper.md

# "Chizat, Oyallon and Bach 2019", "Sobol' 1993", "Du et al. (2018".
OTHERS = r"(?:(?:, [A-Z][a-z]+)*,? and [A-Z][a-z]+| et al\.| and others)?'?"
CITED = re.compile(rf"\b([A-Z][a-z]+){OTHERS},?\s+\(?((?:18|19|20)\d\d)\b(?! ?[a-z]{{3}})")


def cited() -> list[tuple[str, str, str]]:
    """(file, first author, year) of what docs and code cite."""
    folders = ((ROOT / "docs", "*.md"), (ROOT / "src", "**/*.py"), (ROOT / "benchmarks", "*.py"))
    files = [path for folder, pattern in folders for path in sorted(folder.glob(pattern)) if path.name != "paper.md"]
    files += [ROOT / "params.yaml", ROOT / "workflow" / "figures.yaml"]
    found = [
        (name_of(path), name, year)
        for path in files
        for name, year in CITED.findall(path.read_text(encoding="utf-8"))
        if name != "Features"  # the end of a title
    ]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize(("file", "name", "year"), cited())
def test_what_is_cited_stands_in_the_references(file: str, name: str, year: str) -> None:
    references = (ROOT / "docs" / "paper.md").read_text(encoding="utf-8").split("## References")[1]
    entries = [entry for entry in references.split("\n- ") if re.search(rf"\b{name}\b", entry) and year in entry]
    assert entries, f"{file} cites {name} {year}: add it to docs/paper.md"


def test_citations_are_found() -> None:
    assert {("Pearson", "1993"), ("Owen", "2014"), ("Chizat", "2019")} <= {(name, year) for _, name, year in cited()}

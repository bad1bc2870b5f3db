"""The pages of the documentation, and where their links lead."""

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from markupsafe import Markup

from pseudo_rd.site import words
from pseudo_rd.site.folder import Site


def write_docs(site: Site, project: Path) -> None:
    """The documentation, page by page, and its index with the search, which stands in for docs/index.md."""
    paths = [project / "README.md", *in_order(project / "docs"), project / "CHANGELOG.md"]
    pages = {path: f"{path.stem.lower()}.html" for path in paths}
    targets = {path.resolve(): page for path, page in pages.items()}
    targets[(project / "docs" / "index.md").resolve()] = "index.html"
    entries = []
    for path, page in pages.items():
        source = path.read_text(encoding="utf-8")
        html, headings = words.page(
            source, partial(doc_link, path.parent, targets), partial(doc_image, site, path.parent)
        )
        title = next((heading for level, _, heading in headings if level == 1), path.stem)
        contents = [heading for heading in headings if heading[0] == 2]
        site.write(f"docs/{page}", "doc.html", html=html, title=title, contents=contents, source=path.name)
        site.add_to_search(title, f"docs/{page}", words.words_of(source))
        entries.append({"title": title, "path": page, "file": path.name})
    site.write("docs/index.html", "docs.html", pages=entries)


def readme_answer(site: Site, project: Path) -> Markup:
    """README's first screen without the question: from the short answer to the picture and its caption."""
    text = (project / "README.md").read_text(encoding="utf-8").partition("<!-- begin answer -->")[2]
    match = re.match(r".*?^!\[[^\n]*\n\n\*.*?\*$", text, re.MULTILINE | re.DOTALL)
    source = re.sub("<!--.*?-->", "", match[0] if match else "")
    html, _ = words.page(source, image=lambda link: f"docs/{doc_image(site, project, link)}")
    return words.as_cards(re.sub(r"(?<=[✓✗?→≥≤×\d]) (?=[-→%×\d])", "\N{NO-BREAK SPACE}", html))


def in_order(docs: Path) -> list[Path]:
    """The pages in the order in which docs/index.md names them, then any other."""
    index = docs / "index.md"
    links = re.findall(r"\]\(([\w/-]+\.md)\)", index.read_text(encoding="utf-8"))
    return [*dict.fromkeys([*(docs / link for link in links), *sorted({*docs.glob("*.md")} - {index})])]


def doc_link(folder: Path, pages: Mapping[Path, str], link: str) -> str | None:
    """Where a link of a page leads on the site: outside, to another page, or nowhere."""
    if link.startswith(("https://", "http://", "#")):
        return link
    path, _, anchor = link.partition("#")
    page = pages.get((folder / path).resolve())
    return f"{page}#{anchor}" if page and anchor else page


def doc_image(site: Site, folder: Path, link: str) -> str:
    """A picture of a page, copied beside it."""
    site.copy(folder / link, f"docs/media/{Path(link).name}")
    return f"media/{Path(link).name}"

"""The folder of pages: templates in, files out."""

import json
import shutil
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from pseudo_rd.multiverse.effects import option_in_words
from pseudo_rd.results.digits import in_digits
from pseudo_rd.site import words

ASSETS = Path(__file__).parent / "assets"


class Site:
    """Pages and files below one folder; the pages share a look, a menu and a foot."""

    def __init__(self, target: Path, **variables: Any) -> None:
        """Make a new folder in place of an earlier one; `variables` are those of the templates of every page.

        Raises:
            ValueError: if something else lies there.
        """
        if target.exists() and any(target.iterdir()) and not (target / "assets" / "site.js").exists():
            raise ValueError(f"{target} holds something else than a companion: name a new folder")
        self.target = target
        self._search_index: list[dict[str, str]] = []
        self._templates = Environment(
            loader=PackageLoader("pseudo_rd.site"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.policies["json.dumps_kwargs"] = {"separators": (",", ":")}  # in the order given
        self._templates.filters |= {
            "typeset": words.typeset,
            "caption": words.caption,
            "option": option_in_words,
            "digits": in_digits,
        }
        self._templates.globals |= variables
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(ASSETS, target / "assets")

    def write(self, path: str, template: str, **variables: Any) -> None:
        """Write a page; `path` is relative to the site's root, as everywhere here, and `root` leads back to it."""
        file = self.target / path
        file.parent.mkdir(parents=True, exist_ok=True)
        root = "../" * path.count("/")
        text = self._templates.get_template(template).render(**variables, root=root, current=path)
        file.write_text(text, encoding="utf-8")

    def copy(self, source: Path, path: str) -> None:
        """Copy a file to a path of the site, once."""
        if not (self.target / path).exists():
            (self.target / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, self.target / path)

    def add_to_search(self, title: str, path: str, text: str) -> None:
        """Add a page to the search: the words that find it."""
        self._search_index.append({"title": title, "path": path, "text": " ".join(text.split())})

    def write_search(self) -> None:
        """Write what the search looks through, as a script: a page that is opened from disk may load no other kind."""
        index = json.dumps(self._search_index, ensure_ascii=False).replace("</", "<\\/")
        (self.target / "assets" / "search.js").write_text(f"const pages = {index};\n", encoding="utf-8")

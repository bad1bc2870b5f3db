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
    """Pages and files below one folder; the pages share a look, a menu and the words of the foot."""

    def __init__(self, target: Path, **shared: Any) -> None:
        """A new folder in place of an earlier one, and what every page is handed.

        Raises:
            ValueError: if something else lies there.
        """
        if target.exists() and any(target.iterdir()) and not (target / "assets" / "site.js").exists():
            raise ValueError(f"{target} holds something else than a companion: name a new folder")
        self.target = target
        self._searched: list[dict[str, str]] = []
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
        self._templates.globals |= shared
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(ASSETS, target / "assets")

    def write(self, place: str, template: str, **given: Any) -> None:
        """A page; `root` leads from it to the site's first folder."""
        path = self.target / place
        path.parent.mkdir(parents=True, exist_ok=True)
        root = "../" * place.count("/")
        text = self._templates.get_template(template).render(**given, root=root, here=place)
        path.write_text(text, encoding="utf-8")

    def copy(self, source: Path, place: str) -> None:
        """A file at a place, copied once."""
        if not (self.target / place).exists():
            (self.target / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, self.target / place)

    def searchable(self, title: str, place: str, text: str) -> None:
        """Words that the search finds a page by."""
        self._searched.append({"title": title, "place": place, "text": " ".join(text.split())})

    def write_search(self) -> None:
        """What the search looks through, as a script: a page from a file may load no other kind."""
        index = json.dumps(self._searched, ensure_ascii=False).replace("</", "<\\/")
        (self.target / "assets" / "search.js").write_text(f"const pages = {index};\n", encoding="utf-8")

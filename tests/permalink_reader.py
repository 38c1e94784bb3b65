"""A reader without JavaScript who follows an address through the files of a built site, as HTML means them.

Must not use anything of the program: it is the second opinion on where old addresses lead.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from bs4 import BeautifulSoup, Tag


@dataclass(frozen=True)
class Arrival:
    """Where a reader ended: "text" (words found), "page" (a whole page), "gone" (told why) or "lost"; by how many
    steps, and at which address.
    """

    kind: str
    words: str
    address: str
    steps: int = 0


class Reader:
    """Reads the pages of one site; each is parsed once."""

    def __init__(self, site: Path) -> None:
        self.site = site
        self._pages: dict[str, BeautifulSoup] = {}

    def page(self, path: str) -> BeautifulSoup | None:
        """Return a page of the site, None where there is none."""
        if path not in self._pages:
            file = self.site / path
            if not file.is_file():
                return None
            self._pages[path] = BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")
        return self._pages[path]

    def follow(self, address: str, steps: int = 0) -> Arrival:
        """Return where an address of the site leads to."""
        path, _, anchor = address.partition("#")
        page = self.page(path)
        if page is None or steps > 5:
            return Arrival("lost", "", address, steps)
        if anchor:
            return self._place(page, path, anchor, steps)
        refresh = page.find("meta", attrs={"http-equiv": "refresh"})
        if isinstance(refresh, Tag):
            return self.follow(self._target(path, str(refresh["content"]).partition("url=")[2]), steps + 1)
        moved = page.find("a", id="moved")
        if isinstance(moved, Tag):
            return self.follow(self._target(path, str(moved["href"])), steps + 1)
        heading = page.find("h1")
        assert isinstance(heading, Tag), f"{address}: a page without a heading"
        if self._is_old(page):
            main = page.find("main")
            assert isinstance(main, Tag)
            return Arrival("gone", self._words(main), address, steps)
        return Arrival("page", self._words(heading), address, steps)

    def _place(self, page: BeautifulSoup, path: str, anchor: str, steps: int) -> Arrival:
        address = f"{path}#{anchor}"
        found = page.find(id=anchor)
        if not isinstance(found, Tag):
            return Arrival("lost", "", address, steps)
        if "alias" in (found.get("class") or []):
            parent = found.parent
            assert isinstance(parent, Tag)
            found = parent if parent.name == "p" else parent.find_parent("section") or parent
        departed = found if "departed" in (found.get("class") or []) else found.find_parent(class_="departed")
        if isinstance(departed, Tag):
            # what was asked for is the link itself, or its line has one, or the line says why it is gone
            link = found if found.name == "a" else found.find("a", recursive=False) if found is departed else None
            if isinstance(link, Tag):
                return self.follow(self._target(path, str(link["href"])), steps + 1)
            place = page.find("main") if self._is_old(page) else departed
            assert isinstance(place, Tag)
            return Arrival("gone", self._words(place), address, steps)
        return Arrival("text", self._words(found), address, steps)

    @staticmethod
    def _is_old(page: BeautifulSoup) -> bool:
        robots = page.find("meta", attrs={"name": "robots"})
        return isinstance(robots, Tag) and robots["content"] == "noindex"

    @staticmethod
    def _target(path: str, href: str) -> str:
        base, mark, anchor = href.partition("#")
        target = normpath(join(dirname(path), unquote(base))) if base else path
        return f"{target}{mark}{unquote(anchor)}"

    @staticmethod
    def _words(element: Tag) -> str:
        copy = BeautifulSoup(str(element), "html.parser")
        for extra in copy.select(".pn, .who"):
            extra.decompose()
        return " ".join(copy.get_text(" ").split())

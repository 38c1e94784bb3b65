"""What an editor types for an address of the edition, and the two files that say what became of addresses.

    content/permalinks/moved.yaml    old address: new address
    content/permalinks/gone.yaml     address: {date, reason, was}

This module must not know whether an address exists; resolving.py does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple
from urllib.parse import unquote

from edition import urls
from edition.ledger.records import FOLDER
from edition.model import Locus
from edition.problems import Problem, Refused, suggest
from edition.yamlfiles import Node, as_date, as_map, as_text, read_yaml

MOVED: Final = f"{FOLDER}/moved.yaml"
GONE: Final = f"{FOLDER}/gone.yaml"
_GONE_KEYS: Final = ("date", "reason", "was")

_LIKE_BRIEFING = re.compile(r"(?:\d{4}-\d\d-\d\d|undated)-[a-z0-9-]+")
_ENDING = re.compile(r"\.[a-z0-9]+(?:\.[a-z0-9]+)?$")
_PATH = re.compile(r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*)*", re.IGNORECASE)
_ANCHOR = re.compile(r"[^\s#]+")


class Address(NamedTuple):
    """A file of the site by its path below the root, and a place on it ("": all of it)."""

    path: str
    anchor: str = ""

    @property
    def briefing(self) -> str:
        """The id of the briefing whose page this is, "" for any other file."""
        return briefing_of(self.path)

    def __str__(self) -> str:
        """The address as an editor types it: ID#q3 of a briefing, speakers/ID of another page."""
        page = self.briefing or self.path.removesuffix(".html")
        return f"{page}#{self.anchor}" if self.anchor else page


def briefing_of(path: str) -> str:
    """Return the id of the briefing whose page lies at a path, "" where it is no briefing's."""
    name = path.removeprefix("briefings/").removesuffix(".html")
    return name if path == urls.briefing_path(name) and path != urls.BRIEFINGS else ""


def _know_none(id: str) -> bool:
    return False


#: Says whether an id is that of a briefing which the edition has or had.
IsBriefing = Callable[[str], bool]


def parse_address(
    typed: str, is_briefing: IsBriefing = _know_none, site_url: str | None = None, here: str = ""
) -> Address:
    """Return the address that somebody typed: with or without .html, of a briefing its id alone, or as the browser
    shows it. `here`: the page that a bare "#q3" means. Raises ValueError with the reason.
    """
    text = typed.strip()
    if site_url and text.startswith(site_url):
        text = text[len(site_url) :] or "index.html"
    if ":" in text.partition("/")[0] or text.startswith("//"):
        raise ValueError(f"“{typed}” is no address of this site")
    page, mark, anchor = text.partition("#")
    page, anchor = unquote(page).removeprefix("./").removeprefix("/"), unquote(anchor)
    if mark and not _ANCHOR.fullmatch(anchor):
        raise ValueError(f"“{typed}” names no place behind its #")
    if not page:
        if not here or not mark:
            raise ValueError(f"“{typed}” names no page")
        return Address(here, anchor)
    if page.endswith("/"):
        page += "index.html"
    if not _PATH.fullmatch(page) or ".." in page:
        raise ValueError(f"“{typed}” can't be an address")
    if not _ENDING.search(page):
        bare = "/" not in page and (_LIKE_BRIEFING.fullmatch(page) or is_briefing(page))
        page = urls.briefing_path(page) if bare else f"{page}.html"
    return Address(page, anchor)


@dataclass(frozen=True, slots=True)
class Moved:
    """An editor's word that an address has moved."""

    old: Address
    new: Address
    locus: Locus


@dataclass(frozen=True, slots=True)
class Gone:
    """An editor's word that an address is gone: since when (YYYY-MM-DD), why, and what it was ("": its title)."""

    old: Address
    date: str
    reason: str
    was: str
    locus: Locus


@dataclass(frozen=True, slots=True)
class Departures:
    """What editors have said became of addresses."""

    moved: dict[Address, Moved] = field(default_factory=dict)
    gone: dict[Address, Gone] = field(default_factory=dict)

    def anchors(self, path: str) -> frozenset[str]:
        """Return the anchors of a page of which something is said."""
        return frozenset(a.anchor for a in (*self.moved, *self.gone) if a.path == path and a.anchor)

    def by_page(self) -> dict[str, frozenset[str]]:
        """Return the anchors of which something is said, by page."""
        found: dict[str, set[str]] = {}
        for address in (*self.moved, *self.gone):
            if address.anchor:
                found.setdefault(address.path, set()).add(address.anchor)
        return {path: frozenset(anchors) for path, anchors in found.items()}

    def __contains__(self, address: object) -> bool:
        return address in self.moved or address in self.gone


def read_departures(
    edition_dir: Path,
    is_briefing: IsBriefing = _know_none,
    site_url: str | None = None,
    changed: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Departures, list[Problem]]:
    """Return what moved.yaml and gone.yaml say, and what of it can't be read.

    `changed`: files of the edition → the text that they are to have, in place of what they hold.
    """
    problems: list[Problem] = []
    moved: dict[Address, Moved] = {}
    texts = {name: changed[name] if name in changed else _read(edition_dir, name, problems) for name in (MOVED, GONE)}
    for old, node in _read_entries(texts[MOVED], MOVED, is_briefing, site_url, problems):
        try:
            new = _parse_node(node, is_briefing, site_url, old.path)
        except Refused as refused:
            problems += refused.problems
            continue
        if old in moved:
            problems.append(_twice(node, old, moved[old].locus))
        else:
            moved[old] = Moved(old, new, node.locus)
    gone: dict[Address, Gone] = {}
    for old, node in _read_entries(texts[GONE], GONE, is_briefing, site_url, problems):
        try:
            entry = _read_gone(old, node)
        except Refused as refused:
            problems += refused.problems
            continue
        if old in moved or old in gone:
            problems.append(_twice(node, old, moved[old].locus if old in moved else gone[old].locus))
        else:
            gone[old] = entry
    return Departures(moved, gone), problems


def _read(edition_dir: Path, name: str, problems: list[Problem]) -> str:
    try:
        return (edition_dir / name).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        problems.append(Problem(Locus(name), "not in the encoding UTF-8", "save the file as UTF-8"))
    except OSError as e:
        problems.append(Problem(Locus(name), f"can't be read: {e.strerror or e}"))
    return ""


def _read_entries(
    text: str, name: str, is_briefing: IsBriefing, site_url: str | None, problems: list[Problem]
) -> Iterable[tuple[Address, Node]]:
    try:
        root = read_yaml(text, name)
        if root.is_null:
            return
        as_map(root)
    except Refused as refused:
        problems += refused.problems
        return
    pairs: tuple[tuple[Node, Node], ...] = root.value  # type: ignore[assignment]
    for key, node in pairs:
        try:
            # the key's line is the entry's
            yield _parse_node(key, is_briefing, site_url), node._replace(line=key.line)
        except Refused as refused:
            problems += refused.problems


def _parse_node(node: Node, is_briefing: IsBriefing, site_url: str | None, here: str = "") -> Address:
    try:
        return parse_address(as_text(node), is_briefing, site_url, here)
    except ValueError as e:
        hint = "write it as 2025-05-14-ines-halvard#q3, speakers/ines-halvard or about#sources"
        raise Refused(Problem(node.locus, str(e), hint)) from None


def _twice(node: Node, old: Address, first: Locus) -> Problem:
    return Problem(node.locus, f"what became of “{old}” is said twice", f"the other entry is {first}; keep one")


def _read_gone(old: Address, node: Node) -> Gone:
    if node.kind == "scalar":
        hint = f"write: {old}: {{date: 2026-03-02, reason: “…”}}"
        raise Refused(Problem(node.locus, f"since when “{old}” is gone isn't said", hint))
    parts = {key: part for key, part in as_map(node, _GONE_KEYS).items() if not part.is_null}
    for key, example in (("date", "date: 2026-03-02"), ("reason", "reason: The office took it back.")):
        if key not in parts:
            raise Refused(Problem(node.locus, f"“{old}” is gone without “{key}”", f"add a line: {example}"))
    was = " ".join(as_text(parts["was"]).split()) if "was" in parts else ""
    return Gone(old, as_date(parts["date"]), " ".join(as_text(parts["reason"]).split()), was, node.locus)


def suggest_address(address: Address, known: Iterable[str]) -> str:
    """Return “did you mean …?” with the likeliest of some paths, or ""."""
    shown = {str(Address(path)): path for path in known}
    return suggest(str(Address(address.path)), shown)

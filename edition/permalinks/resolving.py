"""Where an address that was published leads now: to a page and a place on it, to the word that it is gone, or nowhere.

    Resolver(site, departures, recorded).resolve(address) -> Address | Gone | None

What the editor has said comes first, then what follows from it (a page takes its anchors along, a section its
paragraphs), then what the edition itself says (an outlet's old name among the names of another). This module must not
report a problem, and follows no circle.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from edition import urls
from edition.ledger.records import RecordedBriefing
from edition.permalinks.addresses import Address, Departures, Gone

#: How many entries are followed one after the other; a longer row is a circle.
_LONGEST: Final = 40
_YEAR_OF_ENTITY = re.compile(r"([a-z]+)/([^/]+)/(\d{4}|undated)\.html")
_PARALLEL = re.compile(r"parallel/(.+?)--(.+)\.html")


def _find_nobody(family: str, name: str) -> Collection[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Site:
    """What a build publishes. `pages`: path → title ("" for the program's own); `files`: paths of everything else;
    `anchors`: of the pages whose anchors are promised, all that stand there; `find_named`: (family, a name as an
    address has it) → the pages of those who have that name among their names. `sections`: path of a briefing's page →
    each anchor on it → the section in which it stands, or which it is.
    """

    pages: Mapping[str, str]
    files: frozenset[str] = frozenset()
    anchors: Mapping[str, frozenset[str]] = field(default_factory=dict)
    find_named: Callable[[str, str], Collection[str]] = _find_nobody
    sections: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def section_of(self, address: Address) -> Address | None:
        """Return the section of a briefing's page in which a living section or paragraph stands, None where it is
        neither.
        """
        section = self.sections.get(address.path, {}).get(address.anchor)
        return Address(address.path, section) if section else None

    def has(self, address: Address) -> bool:
        """Say whether an address is a living one. Pages without promised anchors have whatever anchor is named."""
        if not address.anchor:
            return address.path in self.pages or address.path in self.files
        if address.path not in self.pages:
            return False
        anchors = self.anchors.get(address.path)
        return anchors is None or address.anchor in anchors


def find_kin(departures: Departures) -> dict[str, frozenset[str]]:
    """Return page → all pages that are or were the same one: those that moved to one place, and that place.

    An anchor means the same on all of them, since no id is given twice.
    """
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for old in departures.moved:
        if old.anchor:
            continue
        path, steps = old.path, 0
        while (moved := departures.moved.get(Address(path))) and not moved.new.anchor and steps < _LONGEST:
            path, steps = moved.new.path, steps + 1
        groups[path] |= {old.path, path}
    return {path: frozenset(group) for group in groups.values() for path in group}


@dataclass(frozen=True, slots=True)
class Resolver:
    """Leads from addresses that were published to where they are now. `recorded`: a briefing as published; `kin`: what
    `find_kin` says.
    """

    site: Site
    departures: Departures
    recorded: Callable[[str], RecordedBriefing | None]
    kin: Mapping[str, frozenset[str]]

    def resolve(self, address: Address) -> Address | Gone | None:
        """Return the living address that an old one leads to, the word that it is gone, or None where it is lost.

        A section that is none any more leads to its own first words, behind what was put before them since; so does one
        whose words have all left the section that has its id now.
        """
        led = self._resolve(address)
        section = self.site.section_of(led) if isinstance(led, Address) and led != address else None
        if section is None:
            return led
        own = [at for at in map(self._resolve, self._list_paragraphs(address)) if isinstance(at, Address) and at.anchor]
        if section == led and any(self.site.section_of(at) == section for at in own):
            return led
        return own[0] if own else led

    def _resolve(self, address: Address, steps: int = 0) -> Address | Gone | None:
        if steps > _LONGEST:
            return None
        if moved := self.departures.moved.get(address):
            return self._resolve(moved.new, steps + 1)
        if gone := self.departures.gone.get(address):
            return gone
        if self.site.has(address):
            return address
        if not address.anchor:
            return self._page(address.path, steps)
        if (same := self._said_of(address)) and same != address:
            return self._resolve(same, steps + 1)
        return self._anchor(address, steps)

    def is_lost(self, address: Address) -> bool:
        """Say whether nothing is known of what became of an address. One that moved to another that is lost is not
        asked about itself: it follows once that is settled.
        """
        return address not in self.departures and self._resolve(address) is None

    def _said_of(self, address: Address) -> Address | None:
        """Return the anchor of which something is said, on this page or under another address that it had."""
        pages = (address.path, *sorted(self.kin.get(address.path, ())))
        return next((a for path in pages if (a := Address(path, address.anchor)) in self.departures), None)

    def _anchor(self, address: Address, steps: int) -> Address | Gone | None:
        """Return where an anchor leads of which nothing is said itself: a page takes its anchors along, a section its
        paragraphs.
        """
        page = Address(address.path)
        led = None if self.site.has(page) else self._resolve(page, steps + 1)
        now = led.path if isinstance(led, Address) else ""
        if now in self.site.anchors and self.site.has(there := Address(now, address.anchor)):
            return there
        # the newest name under which the anchor was recorded knows best in which section it was
        names = [*reversed(self._names(address.path)), *sorted(self.kin.get(address.path, ()))]
        for path in dict.fromkeys([*([now] if now else []), *names]):
            section = self._section(Address(path, address.anchor))
            place = self._said_of(Address(path, section)) if section else None
            if place is not None:
                # the section may have left the page before that went
                return self._beside(place, address.anchor.removeprefix(f"{section}."), steps)
        # a section may stand, and a paragraph of it be lost: that is asked
        return None if now in self.site.anchors else led

    def _names(self, path: str) -> list[str]:
        """Return the paths that a page has had since it had this one, this one first."""
        names = [path]
        while (moved := self.departures.moved.get(Address(names[-1]))) and not moved.new.anchor:
            if moved.new.path in names:
                break
            names.append(moved.new.path)
        return names

    def _beside(self, section: Address, number: str, steps: int) -> Address | Gone | None:
        """Return where a paragraph is whose section has departed: under its number where the section went, and on from
        there by itself, since the section may have gone further without it; else the section.
        """
        moved = self.departures.moved.get(section)
        if moved and moved.new.anchor:
            same = Address(moved.new.path, f"{moved.new.anchor}.{number}")
            if led := self._resolve(same, steps + 1):
                return led
        return self._resolve(section, steps + 1)

    def _list_paragraphs(self, address: Address) -> list[Address]:
        """Return the paragraphs that were recorded of a section of a briefing and aren't on its page any more: one that
        is there will be recorded under another section.
        """
        recorded = self.recorded(address.briefing) if address.briefing else None
        anchors = recorded.anchors.items() if recorded else ()
        own = (Address(address.path, anchor) for anchor, section in anchors if section == address.anchor != anchor)
        return [each for each in own if not self.site.has(each)]

    def _section(self, address: Address) -> str:
        """Return the section under which an anchor of a briefing was recorded, "" where it is one itself."""
        recorded = self.recorded(address.briefing) if address.briefing else None
        section = recorded.anchors.get(address.anchor, "") if recorded else ""
        return "" if section == address.anchor else section

    def _page(self, path: str, steps: int) -> Address | Gone | None:
        family, _, name = path.partition("/")
        if path.startswith("years/"):
            return Address(urls.BRIEFINGS)
        if found := _YEAR_OF_ENTITY.fullmatch(path):
            return self._year_of_entity(found[1], found[2], found[3], steps)
        if found := _PARALLEL.fullmatch(path):
            return self._parallel(found[1], found[2], steps)
        if family in urls.FAMILIES and name.endswith(".html"):
            return self._entity(family, name.removesuffix(".html"))
        return None

    def _entity(self, family: str, slug: str) -> Address | None:
        """Return the page of the one entity that has this name among its names: of its family, else of another."""
        for each in (family, *(f for f in urls.FAMILIES if f != family)):
            pages = self.site.find_named(each, slug)
            if pages:
                return Address(next(iter(pages))) if len(pages) == 1 else None
        return None

    def _year_of_entity(self, family: str, slug: str, year: str, steps: int) -> Address | Gone | None:
        """Return the same year of where the entity's page leads now; an entity with few entries has no such pages."""
        led = self._resolve(Address(urls.entity_path(family, slug)), steps + 1)
        if not isinstance(led, Address):
            return led
        same = led.path.removesuffix(".html") + f"/{year}.html"
        return Address(same) if same in self.site.pages else Address(led.path)

    def _parallel(self, one: str, two: str, steps: int) -> Address | Gone | None:
        """Return the page with both briefings side by side under the ids that they have now, else the first one's."""
        ids = []
        for id in (one, two):
            led = self._resolve(Address(urls.briefing_path(id)), steps + 1)
            if not isinstance(led, Address) or not led.briefing:
                continue
            ids.append(led.briefing)
        if len(ids) == 2 and (path := urls.parallel_path(*ids)) in self.site.pages:
            return Address(path)
        return self._resolve(Address(urls.briefing_path(ids[0] if ids else one)), steps + 1)

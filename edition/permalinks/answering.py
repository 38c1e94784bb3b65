"""What old addresses show: pages in place of those that are no more, ids and lines on living ones, copies of files.

This module must not ask anything: an address that leads nowhere is left out here and asked about elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from edition import urls
from edition.ledger.records import RecordedBriefing, natural_key
from edition.model import Transcript
from edition.permalinks.addresses import Address, Gone
from edition.permalinks.resolving import Resolver


@dataclass(frozen=True, slots=True)
class OldAnchor:
    """An anchor that is no more on its page, and what became of it."""

    id: str
    led: Address | Gone


@dataclass(frozen=True, slots=True)
class OldSection:
    """A section of a page that is no more, with its paragraphs."""

    anchor: OldAnchor
    paragraphs: tuple[OldAnchor, ...] = ()


@dataclass(frozen=True, slots=True)
class OldPage:
    """A page that was published and is none now: its title as recorded, what became of it, and of its anchors."""

    path: str
    title: str
    led: Address | Gone
    sections: tuple[OldSection, ...] = ()


@dataclass(frozen=True, slots=True)
class Stub:
    """What stands on a living page in the place of a section or paragraph that is no more there: it stood behind
    `behind` ("": at the beginning) in `section` ("": a section itself).
    """

    left: OldSection
    section: str
    behind: str


@dataclass(frozen=True, slots=True)
class Answers:
    """All that a site shows for old addresses. `aliases`: page → living anchor → the old ones that stand beside it;
    `stubs`: page → what stands in the place of what left it; `copies`: old path → the living file that is there, too.
    """

    old: tuple[OldPage, ...] = ()
    aliases: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    stubs: Mapping[str, tuple[Stub, ...]] = field(default_factory=dict)
    copies: Mapping[str, str] = field(default_factory=dict)


def answer_briefing(record: RecordedBriefing, resolver: Resolver) -> OldPage | None:
    """Return the page for a published briefing that is no more under its id, None where it is lost."""
    path = urls.briefing_path(record.id)
    led = resolver.resolve(Address(path))
    if led is None:
        return None
    return OldPage(path, record.title, led, tuple(_old_sections(path, record, resolver)))


def _old_sections(path: str, record: RecordedBriefing, resolver: Resolver) -> Iterator[OldSection]:
    for section in record.sections:
        whole = resolver.resolve(Address(path, section.id))
        parts = [(p.id, resolver.resolve(Address(path, p.id))) for p in section.paragraphs]
        if whole:
            yield OldSection(OldAnchor(section.id, whole), tuple(OldAnchor(id, led) for id, led in parts if led))


def answer_page(path: str, title: str, anchors: Iterable[str], resolver: Resolver) -> OldPage | None:
    """Return the page for another published page that is no more, None where it is lost."""
    led = resolver.resolve(Address(path))
    if led is None:
        return None
    sections = [OldSection(OldAnchor(id, at)) for id in anchors if (at := resolver.resolve(Address(path, id)))]
    if path.startswith(urls.PARALLEL):
        # the anchors of such a page are the sections of its first briefing
        first = path.removeprefix(urls.PARALLEL).partition("--")[0]
        record = resolver.recorded(first)
        whole = _old_sections(urls.briefing_path(first), record, resolver) if record else ()
        sections += [OldSection(each.anchor) for each in whole]
    return OldPage(path, title, led, tuple(sections))


def answer_places(
    record: RecordedBriefing, transcript: Transcript, resolver: Resolver
) -> tuple[dict[str, tuple[str, ...]], tuple[Stub, ...]]:
    """Return what stands on a living briefing's page for anchors that are no more on it: aliases and stubs."""
    path = urls.briefing_path(record.id)
    order = [s.id for s in transcript.sections]
    # anchor, living or an alias → (section, paragraph) in which and behind which something can stand
    places = {s.id: (s.id, "") for s in transcript.sections}
    places |= {p.id: (s.id, p.id) for s in transcript.sections for p in s.paragraphs}
    here = frozenset(places)
    aliases: defaultdict[str, list[str]] = defaultdict(list)
    stubs: list[Stub] = []

    def leave(id: str) -> OldAnchor | None:
        led = None if id in here else resolver.resolve(Address(path, id))
        if isinstance(led, Address) and led.path == path and led.anchor in here:
            aliases[led.anchor].append(id)
            places[id] = places[led.anchor]
            return None
        return OldAnchor(id, led) if led else None

    for section in record.sections:
        whole = leave(section.id)
        parts = [(p.id, leave(p.id)) for p in section.paragraphs]
        left = tuple(part for _, part in parts if part)
        if whole:
            behind = max((s for s in order if natural_key(s) < natural_key(section.id)), key=natural_key, default="")
            stubs.append(Stub(OldSection(whole, left), "", behind))
        elif left:
            stubs += _stubs_of(section.id, parts, places)
    return {id: tuple(ids) for id, ids in aliases.items()}, tuple(stubs)


def _stubs_of(
    section: str, parts: Sequence[tuple[str, OldAnchor | None]], places: Mapping[str, tuple[str, str]]
) -> Iterator[Stub]:
    """Yield the stubs of paragraphs of a section that is still on the page, under its id or another: each behind the
    one before it, wherever that stands now.
    """
    place = places.get(section, ("", ""))
    for id, part in parts:
        if part:
            yield Stub(OldSection(part), *place)
        else:
            place = places.get(id, place)


def answer_headings(path: str, anchors: Iterable[str], resolver: Resolver) -> Iterator[Stub]:
    """Yield what a living page of the editor shows for headings that are no more on it."""
    for id in anchors:
        led = resolver.resolve(Address(path, id))
        if led and led != Address(path, id):
            yield Stub(OldSection(OldAnchor(id, led)), "", "")


def find_copies(old: Iterable[OldPage], patterns: Iterable[str], files: frozenset[str]) -> dict[str, str]:
    """Return old path → living file for the other forms of pages that moved: they stand at both places.

    `patterns`: the forms that were published (briefings/*.txt). The folder of briefings holds no record but those of
    living briefings, so that whoever reads it whole reads each once.
    """
    forms = [pattern.partition("*")[::2] for pattern in patterns if pattern != "briefings/*.json"]
    found: dict[str, str] = {}
    for page in old:
        if not isinstance(page.led, Address) or page.led.anchor:
            continue
        for folder, ending in forms:
            names = (stem_of(page.path, folder), stem_of(page.led.path, folder))
            was, now = (f"{folder}{name}{ending}" for name in names)
            if all(names) and now in files and was not in files:
                found[was] = now
    return found


def stem_of(path: str, folder: str) -> str:
    """Return the name that the forms of a page have behind a folder (or the beginning of a name), "" where none."""
    if folder.startswith("data/"):
        year = path.removeprefix("years/").removesuffix(".html")
        return year if path == urls.year_path(year) else ""
    if folder.rstrip("/") not in urls.FAMILIES:
        return Address(path).briefing
    name = path.removeprefix(folder).removesuffix(".html")
    return name if path == f"{folder}{name}.html" and "/" not in name and name != "index" else ""

"""Who, where, what and when: every entity's entries and counts, the calendar, what ties a briefing to the others.

    make_edition(config, abstracts, …) -> Edition;  make_index(edition, language) -> Index
    make_links(index, briefing) -> Links            all that the page and the files of one briefing say of others

Everything is computed once and linearly from abstracts. This module must not know addresses of pages, interface words
or templates, and must not change a briefing.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from edition.abstracts import Abstract, SectionAbstract
from edition.annotate.repeats import Repeated
from edition.config import Release
from edition.entities import DECLARATIONS, Entity, Key, show_authorities
from edition.memo import Kept
from edition.model import Authorities, Briefing
from edition.releases import NOTHING, History
from edition.versions import LinkedVersion, link_versions

if TYPE_CHECKING:
    from edition.config import Config

#: How many entries an entity may have on one page; above it, each year gets its own.
ENTRIES_ON_A_PAGE = 200
#: How many companions ("most often with") are kept for an entity.
COMPANIONS = 8
#: For how many of its entities a section says what came earlier and later.
THREADS_OF_A_SECTION = 2


# ── The edition and its indexes, as values ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class WrittenPage:
    """A page that the editor wrote: `content/pages/NAME.md`. `text` is its Markdown below the title."""

    name: str
    title: str
    text: str
    file: str
    first_line: int = 1


@dataclass(frozen=True, slots=True)
class Edition:
    """The whole publication. `briefings`: newest first, undated last. `repeats`: by briefing. `versions`:
    a briefing's id → the same briefing in other languages. `shelf`: a briefing's id → the whole briefing. `history`:
    its releases.
    """

    config: Config
    briefings: tuple[Abstract, ...]
    authorities: Authorities
    repeats: Mapping[str, Repeated]
    pages: tuple[WrittenPage, ...]
    versions: Mapping[str, tuple[LinkedVersion, ...]]
    shelf: Mapping[str, Briefing]
    history: History = NOTHING

    def config_of(self, id: str) -> Config:
        """Return the config with the release that a briefing belongs to."""
        return self.config.of_release(self.history.release_of(id))

    def read_briefings(self) -> Iterator[Briefing]:
        """Yield every briefing, whole, in the order of the edition. Only one need lie in memory at a time."""
        return (self.shelf[briefing.id] for briefing in self.briefings)


class Entry(Kept, frozen=True):
    """One section of one briefing."""

    briefing: Abstract
    section: SectionAbstract

    @property
    def key(self) -> tuple[str, str]:
        return self.briefing.id, self.section.id


@dataclass(frozen=True, slots=True)
class EntityIndex:
    """Everything the edition holds on an entity.

    `entries`: newest first, undated last, sections of one briefing in their order. `first`, `last`: ISO dates of the
    oldest and newest dated entry. `years`: (year, entries), oldest first; None for undated, last. `companions`: the
    countries and topics that stand most often in the same sections, with how many.
    """

    entity: Entity
    entries: tuple[Entry, ...]
    briefings: int
    first: str | None
    last: str | None
    years: tuple[tuple[str | None, int], ...]
    companions: tuple[tuple[Entity, int], ...]

    def list_years(self) -> Iterator[tuple[str | None, tuple[Entry, ...]]]:
        """Yield (year, its entries), in the order of the entries."""
        start, counts = 0, dict(self.years)
        for year in (*reversed([year for year in counts if year]), *([None] if None in counts else ())):
            yield year, self.entries[start : start + counts[year]]
            start += counts[year]


class Thread(Kept, frozen=True):
    """What came before and after a section on one of its entities, in other briefings."""

    entity: Entity
    earlier: Entry | None
    later: Entry | None


@dataclass(frozen=True, slots=True)
class Year:
    """The briefings of a year, newest first; `months`: how many in each, January first. `year` None: undated."""

    year: str | None
    briefings: tuple[Abstract, ...]
    months: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """All indexes of an edition. `families`: family → its entities by name; every one has at least one entry. `days`:
    (day, language) → the briefings of that day, the last id first. `quiet`: entities whose page was published and that
    have no entry now; nothing lists them, and their pages stay. `told`: (family, id, slug, name) of all.
    """

    edition: Edition
    families: Mapping[str, tuple[EntityIndex, ...]]
    threads: Mapping[tuple[str, str], tuple[Thread, ...]]
    neighbours: Mapping[str, tuple[Abstract | None, Abstract | None]]
    years: tuple[Year, ...]
    briefings: Mapping[str, Abstract]
    entities: Mapping[Key, EntityIndex]
    days: Mapping[tuple[str, str], tuple[str, ...]]
    sections: int
    exchanges: int
    told: Mapping[Key, tuple[str, str, str, str]]
    quiet: tuple[EntityIndex, ...] = ()

    def find(self, family: str, id: str) -> EntityIndex | None:
        """Return what the edition holds on an entity, None where it holds nothing."""
        return self.entities.get((family, id))

    def most_asked(self, family: str, count: int) -> tuple[EntityIndex, ...]:
        """Return the entities of a family with the most entries, most first, names of equals in order."""
        listed = (e for e in self.families[family] if e.entity.listed)
        return tuple(sorted(listed, key=lambda e: (-len(e.entries), *_name_key(e.entity)))[:count])


# ── Making ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _name_key(entity: Entity) -> tuple[str, str, str]:
    return fold_name(entity.name), entity.name, entity.id


# Names are sorted again and again: by family, by companions, on pages.
@lru_cache(maxsize=20_000)
def fold_name(name: str) -> str:
    """Return a name as it is sorted: letter case and marks apart (Åland under A)."""
    bare = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in bare if not unicodedata.combining(c))


def make_edition(
    config: Config,
    briefings: Iterable[Abstract],
    authorities: Authorities,
    repeats: Mapping[str, Repeated],
    pages: Iterable[WrittenPage],
    shelf: Mapping[str, Briefing],
    history: History = NOTHING,
) -> Edition:
    """Return the edition, its briefings newest first (of one day: the later id first), the undated last by id."""
    every = list(briefings)
    dated = sorted((b for b in every if b.date), key=lambda b: (b.date or "", b.id), reverse=True)
    undated = sorted((b for b in every if not b.date), key=lambda b: b.id)
    ordered = tuple(sorted(pages, key=lambda p: p.name))
    versions = link_versions(every)
    return Edition(config, (*dated, *undated), authorities, repeats, ordered, versions, shelf, history)


def _companions(
    own: Key, together: Iterable[Sequence[Key]], shown: Mapping[Key, Entity]
) -> tuple[tuple[Entity, int], ...]:
    """Return the companions of an entity. `together`: which stand in each of its sections, itself perhaps, too."""
    counts = Counter(chain.from_iterable(together))
    del counts[own]
    least = min(sorted(counts.values(), reverse=True)[:COMPANIONS], default=0)
    # of hundreds only those that can be among the first are sorted by name
    first = ((key, n) for key, n in counts.items() if n >= least)
    ranked = sorted(first, key=lambda item: (-item[1], *_name_key(shown[item[0]])))
    return tuple((shown[key], n) for key, n in ranked[:COMPANIONS])


@dataclass(slots=True)
class _Tally:
    """How often an entity stands in an edition that is gone through from its newest briefing on."""

    briefings: int = 0
    years: Counter[str | None] = field(default_factory=Counter)
    first: str | None = None
    last: str | None = None

    def count(self, briefing: Abstract, times: int) -> None:
        self.briefings += 1
        self.years[briefing.year] += times
        if briefing.date:
            self.first = briefing.date
            self.last = self.last or briefing.date


def _index_entity(
    entity: Entity, entries: Sequence[Entry], tally: _Tally, companions: tuple[tuple[Entity, int], ...]
) -> EntityIndex:
    return EntityIndex(
        entity=entity,
        entries=tuple(entries),
        briefings=tally.briefings,
        first=tally.first,
        last=tally.last,
        years=tuple(sorted(tally.years.items(), key=lambda item: (item[0] is None, item[0] or ""))),
        companions=companions,
    )


def _follow_threads(
    indexes: Mapping[Key, EntityIndex], threaded: frozenset[str]
) -> dict[tuple[str, str], tuple[Thread, ...]]:
    found: dict[int, tuple[Entry, list[Thread]]] = {}
    # The rarer an entity, the more its thread tells.
    for key in sorted((k for k in indexes if k[0] in threaded), key=lambda k: (len(indexes[k].entries), k)):
        index = indexes[key]
        groups: list[list[Entry]] = []
        for entry in index.entries:
            if groups and groups[-1][0].briefing is entry.briefing:
                groups[-1].append(entry)
            elif entry.briefing.date is not None:
                groups.append([entry])
        for place, group in enumerate(groups if len(groups) > 1 else ()):
            thread = None
            for entry in group:
                _, threads = found.setdefault(id(entry), (entry, []))
                if len(threads) < THREADS_OF_A_SECTION:
                    if thread is None:
                        later = groups[place - 1][0] if place else None
                        earlier = groups[place + 1][-1] if place + 1 < len(groups) else None
                        thread = Thread(index.entity, earlier, later)
                    threads.append(thread)
    return {entry.key: tuple(threads) for entry, threads in found.values()}


def _list_years(briefings: tuple[Abstract, ...]) -> tuple[Year, ...]:
    groups: defaultdict[str | None, list[Abstract]] = defaultdict(list)
    for briefing in briefings:
        groups[briefing.year].append(briefing)
    made = []
    for year, each in groups.items():
        months = [0] * 12
        for briefing in each:
            if briefing.date and len(briefing.date) >= 7:
                months[int(briefing.date[5:7]) - 1] += 1
        made.append(Year(year, tuple(each), tuple(months)))
    return tuple(sorted(made, key=lambda y: (y.year is not None, y.year or ""), reverse=True))


def _list_quiet(
    edition: Edition, shown: Mapping[Key, Entity], indexes: Mapping[Key, EntityIndex], kept: Collection[tuple[str, str]]
) -> Iterator[EntityIndex]:
    known = {(e.family, e.slug): e for e in shown.values()}
    for person in edition.authorities.persons:
        if person.status == "confirmed":
            known.setdefault(("persons", person.id), Entity("persons", person.id, person.id, person.name))
    held = {(each.entity.family, each.entity.slug) for each in indexes.values()}
    for place in sorted(set(kept) - held):
        if place in known:
            yield _index_entity(known[place], (), _Tally(), ())


def make_index(edition: Edition, language: str, kept: Collection[tuple[str, str]] = ()) -> Index:
    """Return every index of the edition, entities under their names in `language` (that of the interface).

    `kept`: (family, slug) of pages that were published; who is in the authority files keeps the page without entries.
    """
    shown = show_authorities(edition.authorities, language).entities
    entities: dict[Key, Entity] = {}
    entries: defaultdict[Key, list[Entry]] = defaultdict(list)
    together: defaultdict[Key, list[tuple[Key, ...]]] = defaultdict(list)
    companion = frozenset(d.family for d in DECLARATIONS if d.companion)
    tallies: defaultdict[Key, _Tally] = defaultdict(_Tally)
    sections = exchanges = 0
    days: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for briefing in edition.briefings:
        if briefing.date:
            days[briefing.date, briefing.language].append(briefing.id)
        for stranger in briefing.strangers:
            entities.setdefault(stranger.key, stranger)
        for section in briefing.sections:
            sections += 1
            exchanges += section.kind == "exchange"
            entry = Entry(briefing, section)
            partners = tuple([key for key in section.mentions if key[0] in companion])
            for key in section.mentions:
                if key in shown:
                    entities.setdefault(key, shown[key])
                entries[key].append(entry)
                together[key].append(partners)
        for key, times in Counter(chain.from_iterable(s.mentions for s in briefing.sections)).items():
            tallies[key].count(briefing, times)
    indexes = {
        key: _index_entity(entities[key], entries[key], tallies[key], _companions(key, together[key], entities))
        for key in sorted(entities)
    }
    quiet = tuple(_list_quiet(edition, shown, indexes, kept))
    dated = [b for b in edition.briefings if b.date]
    neighbours: dict[str, tuple[Abstract | None, Abstract | None]] = {
        b.id: (dated[i + 1] if i + 1 < len(dated) else None, dated[i - 1] if i else None) for i, b in enumerate(dated)
    }
    return Index(
        edition=edition,
        families={
            d.family: tuple(
                sorted((x for x in indexes.values() if x.entity.family == d.family), key=lambda x: _name_key(x.entity))
            )
            for d in DECLARATIONS
        },
        threads=_follow_threads(indexes, frozenset(d.family for d in DECLARATIONS if d.threaded)),
        neighbours=neighbours,
        years=_list_years(edition.briefings),
        briefings={b.id: b for b in edition.briefings},
        entities=indexes,
        days={day: tuple(ids) for day, ids in days.items()},
        sections=sections,
        exchanges=exchanges,
        told={
            each.entity.key: (each.entity.family, each.entity.id, each.entity.slug, each.entity.name)
            for each in (*quiet, *indexes.values())
        },
        quiet=quiet,
    )


# ── What ties a briefing to the others ──────────────────────────────────────────────────────────────────────────────


class Neighbour(Kept, frozen=True):
    """The briefing before or after another one."""

    id: str
    title: str
    date: str | None
    language: str


class Pointer(Kept, frozen=True):
    """A section that another one refers to."""

    briefing: str
    section: str
    number: str
    date: str | None


class LinkedThread(Kept, frozen=True):
    """What came before and after a section on some entities, named in the language of the interface."""

    names: tuple[str, ...]
    earlier: Pointer | None
    later: Pointer | None


class Links(Kept, frozen=True):
    """All that the page and the files of a briefing say of the rest of the edition: a small value, so that they can be
    made anywhere, and need not be made again while it is the same.

    `versions`: in other languages, here or elsewhere; `held`: the ids of those that are here. `entities`: (family, id,
    slug, name) of what it mentions and has a page. `days`: (day that its text names, the only briefing of that day).
    `pointers`: the sections of other briefings that it refers to. `repeats`, `threads`: by section. `release`: that it
    belongs to.
    """

    older: Neighbour | None = None
    newer: Neighbour | None = None
    versions: tuple[LinkedVersion, ...] = ()
    held: tuple[str, ...] = ()
    entities: tuple[tuple[str, str, str, str], ...] = ()
    days: tuple[tuple[str, str], ...] = ()
    pointers: tuple[Pointer, ...] = ()
    repeats: Repeated = ()
    threads: tuple[tuple[str, tuple[LinkedThread, ...]], ...] = ()
    release: Release | None = None


def make_links(index: Index, briefing: Abstract) -> Links:
    """Return what ties a briefing to the rest of its edition."""
    edition, id = index.edition, briefing.id
    older, newer = index.neighbours.get(id, (None, None))
    versions = edition.versions.get(id, ())
    mentioned = dict.fromkeys(key for section in briefing.sections for key in section.mentions)
    repeats = edition.repeats.get(id, ())
    wanted = dict.fromkeys(_refer(briefing, repeats))
    return Links(
        older=_approach(older),
        newer=_approach(newer),
        versions=versions,
        held=tuple(v.briefing for v in versions if v.briefing is not None and v.briefing in index.briefings),
        entities=tuple(filter(None, map(index.told.get, (*mentioned, *briefing.named)))),
        days=tuple(
            (day, held[0])
            for day in briefing.days
            # of several briefings of a day the text doesn't say which one it means
            if len(held := index.days.get((day, briefing.language), ())) == 1 and held[0] != id
        ),
        pointers=tuple(filter(None, (_find_section(index, *place) for place in wanted))),
        repeats=repeats,
        threads=tuple(
            (s.id, tuple(_join_threads(threads)))
            for s in briefing.sections
            if (threads := index.threads.get((id, s.id)))
        ),
        release=edition.history.release_of(id),
    )


def _approach(other: Abstract | None) -> Neighbour | None:
    return None if other is None else Neighbour(other.id, other.title, other.date, other.language)


def _point(entry: Entry | None) -> Pointer | None:
    if entry is None:
        return None
    return Pointer(entry.briefing.id, entry.section.id, entry.section.number, entry.briefing.date)


def _refer(briefing: Abstract, repeats: Repeated) -> Iterator[tuple[str, str]]:
    """Yield the (briefing, section) pairs that a briefing follows or repeats."""
    for section in briefing.sections:
        for target in section.follows:
            home, _, anchor = target.rpartition("#")
            yield home, anchor
    for _, each in repeats:
        for repeat in each:
            yield repeat.briefing, repeat.section


def _find_section(index: Index, briefing: str, section: str) -> Pointer | None:
    found = index.briefings.get(briefing)
    for each in found.sections if found else ():
        if found and each.id == section:
            return _point(Entry(found, each))
    return None


def _join_threads(threads: Iterable[Thread]) -> Iterator[LinkedThread]:
    """Yield one thread for all entities that lead to the same sections."""
    together: dict[tuple[object, object], list[Thread]] = {}
    for thread in threads:
        ends = (thread.earlier and thread.earlier.key, thread.later and thread.later.key)
        together.setdefault(ends, []).append(thread)
    for each in together.values():
        yield LinkedThread(tuple(t.entity.name for t in each), _point(each[0].earlier), _point(each[0].later))

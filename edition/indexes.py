"""Who, where, what and when: every entity's entries and counts, the calendar, the threads between sections.

Everything is computed once and linearly from annotated briefings. This module must not know addresses of pages,
interface words or templates, and must not change a briefing.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from edition.model import (
    DEFAULT_SECTION_KIND,
    AnnotatedSection,
    Authorities,
    Briefing,
    Paragraph,
    Place,
    Repeat,
    Section,
    Speaker,
)
from edition.releases import NOTHING, History
from edition.urls import slug
from edition.versions import LinkedVersion, link_versions

if TYPE_CHECKING:
    from edition.config import Config

#: How many entries an entity may have on one page; above it, each year gets its own.
ENTRIES_ON_A_PAGE = 200
#: How many companions ("most often with") are kept for an entity.
COMPANIONS = 8
#: For how many of its entities a section says what came earlier and later.
THREADS_OF_A_SECTION = 2

_TITLE_LENGTH = 96
_EXCERPT_LENGTH = 170
_SPACE = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[”’\"')]*\s|(?<=[。！？])")
_WIDE = re.compile(r"[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")


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
    """The whole publication. `briefings`: newest first, undated last. `repeats`: of (briefing, section). `versions`:
    a briefing's id → the same briefing in other languages. `history`: its releases.
    """

    config: Config
    briefings: tuple[Briefing, ...]
    authorities: Authorities
    repeats: Mapping[tuple[str, str], tuple[Repeat, ...]]
    pages: tuple[WrittenPage, ...]
    versions: Mapping[str, tuple[LinkedVersion, ...]]
    history: History = NOTHING

    def config_of(self, id: str) -> Config:
        """Return the config with the release that a briefing belongs to."""
        release = self.history.release_of(id)
        return self.config if release in (None, self.config.release) else replace(self.config, release=release)


@dataclass(frozen=True, slots=True)
class Entity:
    """A speaker, place, topic or outlet as the site shows it. `kind`: "country" or "territory" for places, else ""."""

    family: str
    id: str
    slug: str
    name: str
    full_name: str = ""
    note: str = ""
    kind: str = ""
    region: str = ""
    listed: bool = True
    known: bool = True
    related: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        return self.family, self.id


@dataclass(frozen=True, slots=True)
class Entry:
    """One section of one briefing."""

    briefing: Briefing
    section: AnnotatedSection

    @property
    def key(self) -> tuple[str, str]:
        return self.briefing.id, self.section.section.id


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


@dataclass(frozen=True, slots=True)
class Thread:
    """What came before and after a section on one of its entities, in other briefings."""

    entity: Entity
    earlier: Entry | None
    later: Entry | None


@dataclass(frozen=True, slots=True)
class Year:
    """The briefings of a year, newest first; `months`: how many in each, January first. `year` None: undated."""

    year: str | None
    briefings: tuple[Briefing, ...]
    months: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """All indexes of an edition. `families`: family → its entities by name; every one has at least one entry. `quiet`:
    entities whose page was published and that have no entry now; nothing lists them, and their pages stay.
    """

    edition: Edition
    families: Mapping[str, tuple[EntityIndex, ...]]
    threads: Mapping[tuple[str, str], tuple[Thread, ...]]
    neighbours: Mapping[str, tuple[Briefing | None, Briefing | None]]
    years: tuple[Year, ...]
    briefings: Mapping[str, Briefing]
    entities: Mapping[tuple[str, str], EntityIndex]
    sections: int
    exchanges: int
    quiet: tuple[EntityIndex, ...] = ()

    def find(self, family: str, id: str) -> EntityIndex | None:
        """Return what the edition holds on an entity, None where it holds nothing."""
        return self.entities.get((family, id))

    def most_asked(self, family: str, count: int) -> tuple[EntityIndex, ...]:
        """Return the entities of a family with the most entries, most first, names of equals in order."""
        listed = (e for e in self.families[family] if e.entity.listed)
        return tuple(sorted(listed, key=lambda e: (-len(e.entries), *_name_key(e.entity)))[:count])


# ── Declarations: one line a family ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Declaration:
    """A family of entities: which of them a section is about, and how the site shows them.

    `mentions` gives the entities of a section in order of importance, each once. `companion`: worth showing under
    "most often with"; `threaded`: worth an "earlier / later on …".
    """

    family: str
    mentions: Callable[[Briefing, AnnotatedSection, Shown], Iterable[Entity]]
    companion: bool = False
    threaded: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """The authorities as the site shows them, in its language: (family, id) → Entity."""

    language: str
    entities: Mapping[tuple[str, str], Entity]


def _speakers(briefing: Briefing, section: AnnotatedSection, shown: Shown) -> Iterator[Entity]:
    # A text without any label is spoken by those whom the briefing names; a label that nobody knows is nobody's.
    labelled = any(turn.label for turn in section.section.turns)
    pairs = zip(section.section.turns, section.speakers, strict=False)
    said: tuple[Speaker | None, ...] = tuple(speaker for turn, speaker in pairs if turn.role in ("answer", "statement"))
    if not labelled and not any(said):
        said = briefing.speakers
    seen: set[str] = set()
    for speaker in said:
        if speaker is not None and speaker.id not in seen:
            seen.add(speaker.id)
            yield shown.entities.get(("speakers", speaker.id)) or _speaker_entity(speaker, shown.language)


def _countries(briefing: Briefing, section: AnnotatedSection, shown: Shown) -> Iterator[Entity]:
    for tag in (*section.countries, *section.territories):
        yield shown.entities.get(("countries", tag.id)) or Entity("countries", tag.id, slug(tag.id), tag.id)


def _topics(briefing: Briefing, section: AnnotatedSection, shown: Shown) -> Iterator[Entity]:
    for id in section.topics:
        yield shown.entities.get(("topics", id)) or Entity("topics", id, slug(id), id)


def _outlets(briefing: Briefing, section: AnnotatedSection, shown: Shown) -> Iterator[Entity]:
    outlet = section.outlet
    if outlet is not None:
        made = Entity("outlets", outlet.id, outlet.id, outlet.name, outlet.full_name, outlet.note, known=outlet.known)
        yield shown.entities.get(("outlets", outlet.id)) or made


def _persons(briefing: Briefing, section: AnnotatedSection, shown: Shown) -> Iterator[Entity]:
    for person in section.persons:
        # Who speaks in this edition has the speaker's page; somebody proposed has none.
        if person.status == "confirmed" and ("speakers", person.id) not in shown.entities:
            yield Entity("persons", person.id, person.id, person.name, note=person.note)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("speakers", _speakers),
    Declaration("countries", _countries, companion=True, threaded=True),
    Declaration("topics", _topics, companion=True, threaded=True),
    Declaration("outlets", _outlets),
    Declaration("persons", _persons),
)


def _named(names: tuple[tuple[str, str], ...], language: str, default: str) -> str:
    found = dict(names)
    return found.get(language) or found.get(language.split("-")[0]) or default


def _speaker_entity(speaker: Speaker, language: str) -> Entity:
    name = _named(speaker.names, language, speaker.name)
    return Entity("speakers", speaker.id, speaker.id, name, note=speaker.note, known=speaker.known)


def show_place(place: Place, language: str) -> Entity:
    """Return a country or territory under its name in a language."""
    return Entity(
        "countries",
        place.id,
        place.slug,
        _named(place.names, language, place.name),
        note=place.note,
        kind=place.kind,
        region=place.region,
        listed=place.listed,
    )


def show_authorities(authorities: Authorities, language: str) -> Shown:
    """Return every entity of the authority files under its name in a language."""
    made = [_speaker_entity(s, language) for s in authorities.speakers]
    made += [show_place(p, language) for p in authorities.places]
    made += [
        Entity(
            "topics",
            t.id,
            t.id,
            _named(t.labels, language, t.label),
            note=_named(t.scope_notes, language, t.scope_note),
            related=(*t.broader, *t.related),
        )
        for t in authorities.topics
    ]
    made += [Entity("outlets", o.id, o.id, o.name, o.full_name, o.note, known=o.known) for o in authorities.outlets]
    return Shown(language, {e.key: e for e in made})


# ── Words that stand for a section ──────────────────────────────────────────────────────────────────────────────────


def number_of(briefing: Briefing, section_id: str) -> str:
    """Return the number a reader sees and cites: "3" for q3 of a press conference, "A1" for its first announcement.

    It comes from the id alone, so that it stays when sections are added before it.
    """
    kind = DEFAULT_SECTION_KIND[briefing.transcript.kind]
    plain = {"exchange": "q", "passage": "p", "article": "t", "item": "i"}.get(kind, "")
    match = re.fullmatch(r"([a-z])(\d+[a-z]?)", section_id)
    if not match:
        return section_id
    return match[2] if match[1] == plain else match[1].upper() + match[2]


def number_of_place(briefing: Briefing, id: str) -> str:
    """Return the number of a section or a paragraph: "3.2" for q3.2, whatever section it stands in."""
    section, dot, rest = id.partition(".")
    return f"{number_of(briefing, section)}.{rest}" if dot else number_of(briefing, id)


def read_plain(paragraph: Paragraph) -> str:
    """Return a paragraph's words on one line, without the readings that its source struck out."""
    text, end = [], 0
    for mark in sorted(paragraph.marks, key=lambda m: m.start):
        if mark.kind == "deleted" and mark.start >= end:
            text.append(paragraph.text[end : mark.start])
            end = mark.end
    return " ".join(("".join(text) + paragraph.text[end:]).split())


def first_words(text: str, length: int) -> str:
    """Return the beginning of a text, at most `length` columns (a Han character counts two), cut between words."""
    wide = len(_WIDE.findall(text[:length]))
    room = length - min(wide, length // 2)
    if len(text) <= room:
        return text
    ends = [m.start() for m in _SENTENCE_END.finditer(text, 0, room + 1) if room * 0.45 <= m.start() <= room]
    if ends:
        return text[: ends[-1]].rstrip() + " …"
    cut = text.rfind(" ", int(room * 0.6), room + 1) if wide < room // 2 else room
    return text[: cut if cut > 0 else room].rstrip(" ,;:–—-") + " …"


def _opening(section: Section, roles: tuple[str, ...]) -> str:
    words = ""
    for turn in section.turns:
        if turn.role in roles:
            for paragraph in turn.paragraphs:
                if paragraph.kind == "text":
                    words = f"{words} {read_plain(paragraph)}" if words else read_plain(paragraph)
                    if len(words) >= _EXCERPT_LENGTH:
                        return words
    return words


def title_of(section: Section, length: int = _TITLE_LENGTH) -> str:
    """Return what a section is about: its heading, else the first words of the question, or of its text."""
    if section.heading:
        return section.heading
    words = _opening(section, ("question",)) or _opening(section, ("statement", "answer", "note"))
    if not words:
        words = next((read_plain(p) for p in section.paragraphs), section.id)
    return first_words(words, length)


def excerpt_of(section: Section) -> str:
    """Return the first words of the answer, or of the text where its title is a heading; "" where nothing is left."""
    answer = _opening(section, ("answer",))
    if answer:
        return first_words(answer, _EXCERPT_LENGTH)
    if section.heading:
        return first_words(_opening(section, ("statement", "note", "question")), _EXCERPT_LENGTH)
    return ""


# ── Making ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _name_key(entity: Entity) -> tuple[str, str, str]:
    return fold_name(entity.name), entity.name, entity.id


def fold_name(name: str) -> str:
    """Return a name as it is sorted: letter case and marks apart (Åland under A)."""
    bare = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in bare if not unicodedata.combining(c))


def make_edition(
    config: Config,
    briefings: Iterable[Briefing],
    authorities: Authorities,
    repeats: Mapping[tuple[str, str], tuple[Repeat, ...]] | None = None,
    pages: Iterable[WrittenPage] = (),
    history: History = NOTHING,
) -> Edition:
    """Return the edition, its briefings newest first (of one day: the later id first), the undated last by id."""
    every = list(briefings)
    dated = sorted((b for b in every if b.date), key=lambda b: (b.date or "", b.id), reverse=True)
    undated = sorted((b for b in every if not b.date), key=lambda b: b.id)
    ordered = tuple(sorted(pages, key=lambda p: p.name))
    versions = link_versions(every)
    return Edition(config, (*dated, *undated), authorities, dict(repeats or {}), ordered, versions, history)


def _companions(
    counts: Counter[tuple[str, str]], shown: Mapping[tuple[str, str], Entity]
) -> tuple[tuple[Entity, int], ...]:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], *_name_key(shown[item[0]])))
    return tuple((shown[key], n) for key, n in ranked[:COMPANIONS])


def _index_entity(entity: Entity, entries: list[Entry], companions: tuple[tuple[Entity, int], ...]) -> EntityIndex:
    dates = [e.briefing.date for e in entries if e.briefing.date]
    counts = Counter(e.briefing.year for e in entries)
    years = tuple(sorted(counts.items(), key=lambda item: (item[0] is None, item[0] or "")))
    return EntityIndex(
        entity=entity,
        entries=tuple(entries),
        briefings=len({e.briefing.id for e in entries}),
        first=min(dates, default=None),
        last=max(dates, default=None),
        years=years,
        companions=companions,
    )


def _follow_threads(
    indexes: Mapping[tuple[str, str], EntityIndex], threaded: frozenset[str]
) -> dict[tuple[str, str], tuple[Thread, ...]]:
    found: defaultdict[tuple[str, str], list[tuple[int, Thread]]] = defaultdict(list)
    for key in sorted(k for k in indexes if k[0] in threaded):
        index = indexes[key]
        groups: list[list[Entry]] = []
        for entry in index.entries:
            if entry.briefing.date is None:
                continue
            if groups and groups[-1][0].briefing.id == entry.briefing.id:
                groups[-1].append(entry)
            else:
                groups.append([entry])
        for place, group in enumerate(groups):
            later = groups[place - 1][0] if place else None
            earlier = groups[place + 1][-1] if place + 1 < len(groups) else None
            if earlier or later:
                for entry in group:
                    found[entry.key].append((len(index.entries), Thread(index.entity, earlier, later)))
    # The rarer an entity, the more its thread tells.
    return {
        key: tuple(thread for _, thread in sorted(each, key=lambda p: (p[0], p[1].entity.key))[:THREADS_OF_A_SECTION])
        for key, each in found.items()
    }


def _list_years(briefings: tuple[Briefing, ...]) -> tuple[Year, ...]:
    groups: defaultdict[str | None, list[Briefing]] = defaultdict(list)
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
    edition: Edition, shown: Shown, indexes: Mapping[tuple[str, str], EntityIndex], kept: Collection[tuple[str, str]]
) -> Iterator[EntityIndex]:
    known = {(e.family, e.slug): e for e in shown.entities.values()}
    for person in edition.authorities.persons:
        if person.status == "confirmed":
            known.setdefault(("persons", person.id), Entity("persons", person.id, person.id, person.name))
    held = {(each.entity.family, each.entity.slug) for each in indexes.values()}
    for place in sorted(set(kept) - held):
        if place in known:
            yield _index_entity(known[place], [], ())


def make_index(edition: Edition, language: str, kept: Collection[tuple[str, str]] = ()) -> Index:
    """Return every index of the edition, entities under their names in `language` (that of the interface).

    `kept`: (family, slug) of pages that were published; who is in the authority files keeps the page without entries.
    """
    shown = show_authorities(edition.authorities, language)
    entities: dict[tuple[str, str], Entity] = {}
    entries: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
    together: defaultdict[tuple[str, str], Counter[tuple[str, str]]] = defaultdict(Counter)
    companion = frozenset(d.family for d in DECLARATIONS if d.companion)
    sections = exchanges = 0
    for briefing in edition.briefings:
        for section in briefing.sections:
            sections += 1
            exchanges += section.section.kind == "exchange"
            entry = Entry(briefing, section)
            keys: dict[tuple[str, str], None] = {}
            for declaration in DECLARATIONS:
                for entity in declaration.mentions(briefing, section, shown):
                    if entity.key not in keys:
                        keys[entity.key] = None
                        entities.setdefault(entity.key, entity)
                        entries[entity.key].append(entry)
            partners = [k for k in keys if k[0] in companion]
            for key in keys:
                together[key].update(k for k in partners if k != key)
    indexes = {
        key: _index_entity(entities[key], entries[key], _companions(together[key], entities))
        for key in sorted(entities)
    }
    dated = [b for b in edition.briefings if b.date]
    neighbours: dict[str, tuple[Briefing | None, Briefing | None]] = {
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
        sections=sections,
        exchanges=exchanges,
        quiet=tuple(_list_quiet(edition, shown, indexes, kept)),
    )

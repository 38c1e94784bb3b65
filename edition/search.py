"""An edition → one search record per section, made briefing by briefing, and the words of them all.

This module must not decide how a query is read or shown (that is assets/search/*.js), nor how an index is laid out
(that is search_index.py), and never writes a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final, Protocol

from edition.abstracts import Abstract, number_of, read_plain, title_of
from edition.entities import DECLARATIONS, Shown, show_authorities
from edition.model import AnnotatedSection, Authorities, Briefing, Place, Role
from edition.urls import UNDATED, anchor, briefing_path

#: The facts of a section that a reader can choose by; the names are those of the address (search.html?country=NO).
FACETS: Final = ("speaker", "outlet", "country", "topic", "person", "year", "kind", "language", "briefing")

_FACET_OF_FAMILY: Final = {
    "speakers": "speaker", "outlets": "outlet", "countries": "country", "topics": "topic", "persons": "person",
}  # fmt: skip


# ── Records ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class Searchable(Protocol):
    """What of an edition can be searched: `indexes.Edition` is one."""

    @property
    def briefings(self) -> Sequence[Abstract]: ...

    @property
    def shelf(self) -> Mapping[str, Briefing]: ...

    @property
    def authorities(self) -> Authorities: ...


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """A section as search knows it.

    `title`: what stands for the section in a list; `briefing_title`, `number`: where it stands. `text`: its paragraphs
    in order, each with its turn's role (a question's words weigh more). `facets`: facet → ids, in the order of
    `FACETS`. `names`: other words a reader may look for it by (names and aliases of the tagged places, the outlet, the
    speakers; readings that the source struck out), which stand in no paragraph. `day`: YYYY-MM-DD or None.
    """

    briefing: str
    section: str
    language: str
    title: str
    briefing_title: str
    number: str
    heading: str
    text: tuple[tuple[Role, str], ...]
    facets: tuple[tuple[str, tuple[str, ...]], ...]
    names: tuple[str, ...]
    day: str | None

    @property
    def address(self) -> str:
        """The section's place on the site: briefings/ID.html#q3."""
        return anchor(briefing_path(self.briefing), self.section)


@dataclass(frozen=True, slots=True)
class Part:
    """The records of one briefing, made when they are asked for: its language, its day (YYYY-MM-DD or None), how many
    they are; its id and those of its sections.
    """

    language: str
    day: str | None
    sections: int
    make: Callable[[], Iterable[SearchRecord]]
    briefing: str = ""
    anchors: tuple[str, ...] = ()


def list_parts(edition: Searchable) -> tuple[Part, ...]:
    """Return the briefings of an edition that have a section: newest first, undated last."""
    maker = RecordMaker(edition.authorities)
    dated = [b for b in edition.briefings if b.date]
    undated = [b for b in edition.briefings if not b.date]
    return tuple(
        Part(
            b.language,
            b.date,
            len(b.sections),
            partial(_make_records, edition.shelf, b.id, maker),
            b.id,
            tuple(section.id for section in b.sections),
        )
        for b in (*sorted(dated, key=lambda b: b.date or "", reverse=True), *undated)
        if b.sections
    )


class RecordMaker:
    """Who makes records of briefings, by the authority files. Another process gets these, and lays out its own."""

    def __init__(self, authorities: Authorities) -> None:
        self._authorities = authorities

    def __reduce__(self) -> tuple[type[RecordMaker], tuple[Authorities]]:
        return RecordMaker, (self._authorities,)

    @cached_property
    def _ready(self) -> tuple[_PlaceNames, Shown]:
        return _PlaceNames(self._authorities.places), show_authorities(self._authorities, "")

    def make(self, briefing: Briefing) -> Iterator[SearchRecord]:
        """Yield the record of each section."""
        for section in briefing.sections:
            yield _make_record(briefing, section, *self._ready)


def make_records(edition: Searchable) -> Iterator[SearchRecord]:
    """Yield one record per section: in the order of `list_parts`, sections of a briefing in their order."""
    for part in list_parts(edition):
        yield from part.make()


def _make_records(shelf: Mapping[str, Briefing], id: str, maker: RecordMaker) -> Iterator[SearchRecord]:
    yield from maker.make(shelf[id])


def _make_record(briefing: Briefing, tagged: AnnotatedSection, names: _PlaceNames, shown: Shown) -> SearchRecord:
    section, language = tagged.section, briefing.transcript.language
    # the same declarations make the index pages, so that "search in this" finds what the page lists
    values = {
        _FACET_OF_FAMILY[declaration.family]: tuple(
            dict.fromkeys(entity.id for entity in declaration.mentions(briefing, tagged, shown))
        )
        for declaration in DECLARATIONS
    }
    values["year"] = (briefing.year or UNDATED,)
    values["kind"] = (section.kind,)
    values["language"] = (language,)
    values["briefing"] = (briefing.id,)
    return SearchRecord(
        briefing=briefing.id,
        section=section.id,
        language=language,
        title=title_of(section),
        briefing_title=briefing.transcript.title,
        number=number_of(briefing, section.id),
        heading=section.heading or "",
        text=tuple((turn.role, read_plain(paragraph)) for turn in section.turns for paragraph in turn.paragraphs),
        facets=tuple((facet, values[facet]) for facet in FACETS),
        names=tuple(dict.fromkeys(filter(None, _other_names(briefing, tagged, names)))),
        day=briefing.date,
    )


def _other_names(briefing: Briefing, tagged: AnnotatedSection, names: _PlaceNames) -> Iterator[str]:
    language = briefing.transcript.language
    for tag in (*tagged.countries, *tagged.territories):
        yield from names[tag.id, language]
    if tagged.outlet:
        yield from (tagged.outlet.name, tagged.outlet.full_name, *tagged.outlet.aliases)
    for speaker in tagged.speakers if any(tagged.speakers) else briefing.speakers:
        if speaker:
            yield from (speaker.name, *(name for _, name in speaker.names), *speaker.aliases)
    for person in tagged.persons:
        yield from (person.name, *person.aliases)
    for turn in tagged.section.turns:
        yield turn.label or ""
        for paragraph in turn.paragraphs:
            yield from (paragraph.text[m.start : m.end] for m in paragraph.marks if m.kind == "deleted")


class _PlaceNames(dict[tuple[str, str], tuple[str, ...]]):
    """A place's id and a record's language → its names in all languages and its aliases in that one; its demonyms stand
    in the text anyway.
    """

    def __init__(self, places: Iterable[Place]) -> None:
        self._places = {place.id: place for place in places}

    def __missing__(self, key: tuple[str, str]) -> tuple[str, ...]:
        id, language = key
        base = language.partition("-")[0]
        place = self._places.get(id)
        if place:
            forms = (form for spoken, forms in place.aliases if spoken in (language, base, "") for form in forms)
            self[key] = (place.name, *(name for _, name in place.names), *forms)
        return self.setdefault(key, ())

"""Speakers, places, topics, outlets and persons as the site shows them, and which of them a section is about.

One line a family (DECLARATIONS): index pages, search and data take the same answer. This module must not know addresses
of pages but slugs, and must not look at any text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from edition.model import AnnotatedSection, Authorities, Briefing, Place, Speaker
from edition.urls import slug

#: What an entity is told apart by: (family, id).
Key: TypeAlias = tuple[str, str]


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
    def key(self) -> Key:
        return self.family, self.id


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

"""A briefing → its abstract: what every list, index, feed and table needs of it, and other briefings' pages.

    make_abstract(briefing, shown) -> Abstract

An edition is indexed from abstracts alone, so that no more than these lie in memory together. This module must not know
addresses, interface words or anything of another briefing, and must not change a word that it takes over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date as Day
from functools import lru_cache
from typing import Final

from edition.entities import DECLARATIONS, Entity, Key, Shown
from edition.memo import Kept, digest, replace
from edition.model import (
    DEFAULT_SECTION_KIND,
    AnnotatedSection,
    Briefing,
    BriefingKind,
    Paragraph,
    Section,
    SectionKind,
    Source,
    SpanKind,
    Version,
)

#: The families of tags, in the order of `SectionAbstract.tags`.
TAGS: Final = ("countries", "territories", "topics", "persons", "outlets", "speakers")
_TITLE_LENGTH = 96
_EXCERPT_LENGTH = 170
#: How long the words are that stand for a whole briefing which has neither headings nor tags.
_SUBJECT_LENGTH = 160
_SENTENCE_END = re.compile(r"(?<=[.!?…])[”’\"')]*\s|(?<=[。！？])")
_WIDE = re.compile(r"[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who speaks in a briefing. `known`: a register has them."""

    id: str
    name: str
    known: bool = True


class SectionAbstract(Kept, frozen=True):
    """What is told of a section in other places than its own page.

    `number`: as `number_of` gives it. `heading`: "" for none. `outlet`: its name, "" for none. `mentions`: the entities
    that it is about, family by family, each once. `tags`: the ids of each family of `TAGS`, parted by blanks. `names`:
    of those who speak, each once. `paragraphs`: their ids, parted by blanks. `follows`: sections of other briefings, as
    BRIEFING#SECTION. `mark`: a checksum of all this but the line, and of what is told of the briefing
    besides its sections.
    """

    id: str
    kind: SectionKind
    number: str
    heading: str
    title: str
    excerpt: str
    outlet: str
    mentions: tuple[Key, ...]
    tags: tuple[str, ...]
    names: tuple[str, ...]
    words: int
    paragraphs: str
    follows: tuple[str, ...] = ()
    line: int = 0
    mark: bytes = b""


class Abstract(Kept, frozen=True):
    """What is told of a briefing in other places than its own page.

    `rights`: something says what may be done with its text. `opening`: the first words, where neither headings nor tags
    can say what it is about. `strangers`: entities that it mentions and no register has. `named`: entities that stand
    in its text besides those that its sections are about. `days`: the calendar days that its text names.
    """

    id: str
    file: str
    kind: BriefingKind
    title: str
    date: str | None
    language: str
    published: str | None
    source: Source
    rights: bool
    speakers: tuple[Voice, ...]
    versions: tuple[Version, ...]
    sections: tuple[SectionAbstract, ...]
    opening: str = ""
    strangers: tuple[Entity, ...] = ()
    named: tuple[Key, ...] = ()
    days: tuple[str, ...] = ()

    @property
    def year(self) -> str | None:
        """The year as printed in addresses, None where undated."""
        return self.date[:4] if self.date else None


# ── Words that stand for a section ────────────────────────────────────────────────────────────────────────────────────


def number_of(briefing: Briefing | Abstract, section_id: str) -> str:
    """Return the number a reader sees and cites: "3" for q3 of a press conference, "A1" for its first announcement.

    It comes from the id alone, so that it stays when sections are added before it.
    """
    return _number(briefing.kind, section_id)


# Most briefings have sections of the same ids.
@lru_cache(maxsize=4_000)
def _number(briefing_kind: BriefingKind, section_id: str) -> str:
    kind = DEFAULT_SECTION_KIND[briefing_kind]
    plain = {"exchange": "q", "passage": "p", "article": "t", "item": "i"}.get(kind, "")
    match = re.fullmatch(r"([a-z])(\d+[a-z]?)", section_id)
    if not match:
        return section_id
    return match[2] if match[1] == plain else match[1].upper() + match[2]


def number_of_place(briefing: Briefing | Abstract, id: str) -> str:
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


#: A Han or kana letter, or whatever follows a first letter or digit up to the next white space.
_HAN = "\\u3005-\\u3007\\u3040-\\u30ff\\u3400-\\u9fff\\uf900-\\ufaff\\U00020000-\\U0003ffff"
_WORD = re.compile(rf"[{_HAN}]|[^\W{_HAN}][^\s{_HAN}]*")
#: Whatever stands as high as the first wide letter; a quick look that spares most texts the slow way.
_HIGH = re.compile("[\u3005-\U0010ffff]")
_LETTER = re.compile(r"\w")


def count_words(sections: Iterable[AnnotatedSection]) -> int:
    """Return how many words the paragraphs of sections hold, parted by white space; a Han or kana letter is one."""
    return sum(_count(paragraph.text) for each in sections for paragraph in each.section.paragraphs)


def _count(text: str) -> int:
    if not text.isascii() and _HIGH.search(text):
        return len(_WORD.findall(text))
    pieces = text.split()
    return len(pieces) - sum([not _LETTER.search(piece) for piece in pieces if not piece.isalnum()])


# ── Making ──────────────────────────────────────────────────────────────────────────────────────────────────────────

#: The families in which an entity that a text names may have its page.
_FAMILIES: dict[SpanKind, tuple[str, ...]] = {
    "country": ("countries",), "territory": ("countries",), "speaker": ("speakers",), "outlet": ("outlets",),
    "person": ("persons", "speakers"), "date": (),
}  # fmt: skip


def make_abstract(briefing: Briefing, shown: Shown) -> Abstract:
    """Return the abstract of a briefing. `shown`: the authorities, in whatever language."""
    transcript = briefing.transcript
    strangers: dict[Key, Entity] = {}
    sections = tuple(_abridge(briefing, annotated, shown, strangers) for annotated in briefing.sections)
    about = {key for section in sections for key in section.mentions}
    headed = any(section.heading for section in sections)
    tagged = any(family in ("countries", "topics") for family, _ in about)
    head = Abstract(
        id=transcript.id,
        file=transcript.file,
        kind=transcript.kind,
        title=transcript.title,
        date=transcript.date,
        language=transcript.language,
        published=transcript.published,
        source=transcript.source,
        rights=briefing.rights is not None or transcript.rights is not None,
        speakers=tuple(Voice(speaker.id, speaker.name, speaker.known) for speaker in briefing.speakers),
        versions=transcript.versions,
        sections=(),
        opening="" if headed or tagged or not sections else title_of(transcript.sections[0], _SUBJECT_LENGTH),
        strangers=tuple(strangers.values()),
        named=tuple(key for key in dict.fromkeys(_named(briefing)) if key not in about),
        days=tuple(dict.fromkeys(_days(briefing))),
    )
    told = digest(head)
    return replace(head, sections=tuple(replace(each, mark=digest(told, replace(each, line=0))) for each in sections))


def _abridge(
    briefing: Briefing, annotated: AnnotatedSection, shown: Shown, strangers: dict[Key, Entity]
) -> SectionAbstract:
    section = annotated.section
    mentions: dict[Key, None] = {}
    for declaration in DECLARATIONS:
        for entity in declaration.mentions(briefing, annotated, shown):
            mentions[entity.key] = None
            if entity.key not in shown.entities:
                strangers.setdefault(entity.key, entity)
    return SectionAbstract(
        id=section.id,
        kind=section.kind,
        number=number_of(briefing, section.id),
        heading=section.heading or "",
        title=title_of(section),
        excerpt=excerpt_of(section),
        outlet=annotated.outlet.name if annotated.outlet else "",
        mentions=tuple(mentions),
        tags=tags_of(annotated),
        names=tuple(dict.fromkeys(speaker.name for speaker in annotated.speakers if speaker is not None)),
        words=count_words([annotated]),
        paragraphs=" ".join(paragraph.id for turn in section.turns for paragraph in turn.paragraphs),
        follows=tuple(target for target in annotated.follows if target.rpartition("#")[0]),
        line=section.line,
    )


def tags_of(annotated: AnnotatedSection) -> tuple[str, ...]:
    """Return the ids of each family of `TAGS` that a section is tagged with, parted by blanks."""
    speakers = dict.fromkeys(speaker.id for speaker in annotated.speakers if speaker is not None)
    return (
        " ".join(tag.id for tag in annotated.countries),
        " ".join(tag.id for tag in annotated.territories),
        " ".join(annotated.topics),
        " ".join(person.id for person in annotated.persons),
        annotated.outlet.id if annotated.outlet else "",
        " ".join(speakers),
    )


def _named(briefing: Briefing) -> Iterator[Key]:
    """Yield everything that the page of a briefing may lead to because its text names it."""
    for speaker in briefing.speakers:
        yield "speakers", speaker.id
    for annotated in briefing.sections:
        for said in annotated.speakers:
            if said is not None:
                yield "speakers", said.id
        for person in annotated.persons:
            if person.status == "confirmed":
                yield from (("persons", person.id), ("speakers", person.id))
        for _, spans in annotated.spans:
            for span in spans:
                for family in _FAMILIES[span.kind]:
                    yield family, span.target


def _days(briefing: Briefing) -> Iterator[str]:
    for annotated in briefing.sections:
        for _, spans in annotated.spans:
            for span in spans:
                if span.kind == "date" and is_day(span.target):
                    yield span.target


# Most days are named many times.
@lru_cache(maxsize=20_000)
def is_day(iso: str) -> bool:
    """Return whether an ISO date is a day of the calendar, not a month, a year or a range."""
    try:
        return len(iso) == 10 and bool(Day.fromisoformat(iso))
    except ValueError:
        return False

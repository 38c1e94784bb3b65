"""The values that pass between stages: whole and frozen when made.

This module must not import anything of the house, read a file, or hold a rule about where text comes from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

SectionKind = Literal["exchange", "announcement", "notice", "article", "item", "passage"]
BriefingKind = Literal["press-conference", "statement", "digest", "listing", "other"]
Role = Literal["question", "answer", "statement", "note"]
ParagraphKind = Literal["text", "stage"]
SpanKind = Literal["country", "territory", "person", "speaker", "outlet", "date"]

SECTION_KINDS: tuple[SectionKind, ...] = ("exchange", "announcement", "notice", "article", "item", "passage")
BRIEFING_KINDS: tuple[BriefingKind, ...] = ("press-conference", "statement", "digest", "listing", "other")
ROLES: tuple[Role, ...] = ("question", "answer", "statement", "note")

#: The kind that a section has in a transcript when its heading names none.
DEFAULT_SECTION_KIND: dict[BriefingKind, SectionKind] = {
    "press-conference": "exchange",
    "statement": "passage",
    "digest": "article",
    "listing": "item",
    "other": "passage",
}


@dataclass(frozen=True, slots=True, order=True)
class Locus:
    """A place that a message can point at: a file (path as the user knows it), a line (from 1; 0: the whole file)."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


# ── The transcript: what an editor keeps ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Mark:
    """Editor's markup on characters start..end (end excluded) of a paragraph's text.

    kind "entity": target is "scheme:id" (country:GL, person:jim-jordan, outlet:afp, topic:energy, speaker:…,
    territory:gaza) or "none:" for "no tag here". kind "deleted": a reading that the source itself struck out.
    """

    start: int
    end: int
    kind: Literal["entity", "deleted"]
    target: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. `text` is plain text as printed, white space folded by the importer; "\\n" is a line break."""

    id: str
    text: str
    kind: ParagraphKind = "text"
    marks: tuple[Mark, ...] = ()
    line: int = field(default=0, compare=False)
    written: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says without a break. `label`: the speaker as printed, without its colon; None if none is."""

    role: Role
    label: str | None
    paragraphs: tuple[Paragraph, ...]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Occasion:
    """Printed words that introduce a section and belong to no turn, with what they say of it."""

    value: Literal["after-conference", "separate"]
    printed: str


@dataclass(frozen=True, slots=True)
class Section:
    """An addressable part of a briefing.

    `printed`: the heading stands in the source. `proposed`: the section's start is the importer's guess, for an
    editor to confirm. `attributes`: the editor's word on this section (follows, countries, territories, topics,
    persons, dates, date), as sorted (name, value) pairs; see docs/content-format.md for their grammar.
    """

    id: str
    kind: SectionKind
    heading: str | None
    turns: tuple[Turn, ...]
    printed: bool = False
    proposed: bool = False
    occasion: Occasion | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    line: int = field(default=0, compare=False)

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """All paragraphs of all turns, in order."""
        return tuple(p for t in self.turns for p in t.paragraphs)


@dataclass(frozen=True, slots=True)
class Source:
    """The witness of a transcript. `file`: its base name as received; `path`: the kept copy, below content/sources."""

    file: str
    sha256: str
    layout: str
    path: str | None = None
    publisher: str | None = None
    url: str | None = None
    retrieved: str | None = None
    #: (first, last) lines, in order, where the witness holds more than this briefing; (): all of it
    lines: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class MetadataLine:
    """A printed line of the witness that became a field (letterhead, title, stamp)."""

    text: str
    field: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class DroppedLine:
    """A printed line of the witness that is page furniture, and why it was left out."""

    text: str
    reason: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Emendation:
    """A change between witness and transcript, and why."""

    before: str
    after: str
    reason: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Apparatus:
    """Everything that stands between witness and transcript."""

    metadata: tuple[MetadataLine, ...] = ()
    dropped: tuple[DroppedLine, ...] = ()
    emendations: tuple[Emendation, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """The same briefing in another language: its page on the web (`url`), its id in this edition, or both."""

    language: str
    url: str | None = None
    briefing: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Words that a later witness has in place of others; "" where it adds or lacks them. `section`: id, if known."""

    before: str
    after: str
    section: str | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """A later witness of the same briefing, the day on which it was received, and its changes word by word.

    `taken`: the sections hold its words; otherwise they hold those of the witness before it.
    """

    received: str
    path: str
    sha256: str
    changes: tuple[Change, ...]
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Doubt:
    """What the importer could not decide, for an editor to settle. `line` of the witness; None: the whole of it."""

    text: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Rights:
    """Rights in the text."""

    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """A briefing as an editor keeps it: `content/briefings/ID.md`.

    `date` is YYYY-MM-DD or None (the source doesn't say); `published` ISO 8601 as exact as printed; `language` BCP 47;
    `speakers` are ids of the register, or names not yet in it. `starts`, `ends`: ISO 8601 as exact as printed, with
    the offset where the printed zone has one; `place` as printed.
    """

    id: str
    kind: BriefingKind
    title: str
    date: str | None
    language: str
    speakers: tuple[str, ...]
    source: Source
    sections: tuple[Section, ...]
    apparatus: Apparatus = Apparatus()
    published: str | None = None
    rights: Rights | None = None
    notes: tuple[str, ...] = ()
    starts: str | None = None
    ends: str | None = None
    place: str | None = None
    versions: tuple[Version, ...] = ()
    revisions: tuple[Revision, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    file: str = field(default="", compare=False)


# ── Authority files: the known speakers, outlets, places and topics ─────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Office:
    """A role that a person holds from `start` to `end` (ISO dates, as exact as known; None: open)."""

    title: str
    start: str | None = None
    end: str | None = None


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who answers or makes statements. `aliases`: other printed labels. `names`: language → name."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    offices: tuple[Office, ...] = ()
    note: str = ""
    names: tuple[tuple[str, str], ...] = ()
    known: bool = True  # False: only seen as a printed label, not in a register


@dataclass(frozen=True, slots=True)
class Outlet:
    """A news organisation. `name` is the short form in use (AFP), `full_name` the long one."""

    id: str
    name: str
    full_name: str = ""
    aliases: tuple[str, ...] = ()
    country: str | None = None
    note: str = ""
    known: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A country or territory. `id`: ISO 3166-1 alpha-2 code (NO, HK), or a slug where no code exists (gaza).

    `slug`: the page's address, never changed. `names`: language → display name. Forms for matching, as language →
    forms: `aliases` (other names, abbreviations, historical and diplomatic forms), `adjectives` (adjectives and
    demonyms), `capitals` (count as the government). `listed`: shows in the country index.
    """

    id: str
    slug: str
    kind: Literal["country", "territory"]
    name: str
    names: tuple[tuple[str, str], ...] = ()
    aliases: tuple[tuple[str, tuple[str, ...]], ...] = ()
    adjectives: tuple[tuple[str, tuple[str, ...]], ...] = ()
    capitals: tuple[tuple[str, tuple[str, ...]], ...] = ()
    region: str = ""
    listed: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cue:
    """A word or phrase that speaks for a topic, with its weight. `language` "" means every language."""

    text: str
    weight: float = 1.0
    language: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject of the controlled vocabulary. `labels`, `scope_notes`: language → text; `label`: the English one;
    `aliases`: language → other labels."""

    id: str
    label: str
    scope_note: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    scope_notes: tuple[tuple[str, str], ...] = ()
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    cues: tuple[Cue, ...] = ()
    aliases: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named in the texts. Only a confirmed person gets a page and links."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    offices: tuple[Office, ...] = ()
    status: Literal["proposed", "confirmed"] = "proposed"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Authorities:
    """All authority files of an edition, defaults and the edition's own merged; each mapping is sorted by id."""

    speakers: tuple[Speaker, ...] = ()
    outlets: tuple[Outlet, ...] = ()
    places: tuple[Place, ...] = ()
    topics: tuple[Topic, ...] = ()
    persons: tuple[Person, ...] = ()
    #: words that look like a place and are none: ("en/names", forms) …; the keys stand in docs/authorities.md
    not_places: tuple[tuple[str, tuple[str, ...]], ...] = ()


# ── The annotated briefing: what pages, data and search are made of ─────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Span:
    """Characters start..end of a paragraph's text tied to an entity. `target`: id of the entity, or an ISO date."""

    start: int
    end: int
    kind: SpanKind
    target: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A place of a section with the printed words that speak for it (empty evidence: the editor added it)."""

    id: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DateTag:
    """A calendar day or range A/B (ISO 8601) with its printed text."""

    iso: str
    text: str


@dataclass(frozen=True, slots=True)
class AnnotatedSection:
    """A section with all that is known of it. `speakers[i]` belongs to `section.turns[i]`, `spans` to paragraph ids."""

    section: Section
    outlet: Outlet | None = None
    speakers: tuple[Speaker | None, ...] = ()
    countries: tuple[Tag, ...] = ()
    territories: tuple[Tag, ...] = ()
    topics: tuple[str, ...] = ()
    persons: tuple[Person, ...] = ()
    dates: tuple[DateTag, ...] = ()
    dates_resolved: tuple[DateTag, ...] = ()
    follows: tuple[str, ...] = ()
    spans: tuple[tuple[str, tuple[Span, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Briefing:
    """An annotated transcript."""

    transcript: Transcript
    speakers: tuple[Speaker, ...]
    sections: tuple[AnnotatedSection, ...]
    rights: Rights | None = None

    @property
    def id(self) -> str:
        return self.transcript.id

    @property
    def kind(self) -> BriefingKind:
        return self.transcript.kind

    @property
    def date(self) -> str | None:
        return self.transcript.date

    @property
    def year(self) -> str | None:
        """The year as printed in addresses, None where undated."""
        return self.transcript.date[:4] if self.transcript.date else None


@dataclass(frozen=True, slots=True)
class Repeat:
    """Earlier words said again: `share` (0..1) of this answer's wording stands in that section."""

    briefing: str
    section: str
    share: float

"""A briefing as TEI P5 (briefings/ID.xml), and the edition as one corpus: transcriptions of speech, as Parla-CLARIN has
them for parliaments.

The header tells what the witness was, who speaks and who is named; the back lists what was changed. In the text every
turn is a `u` with its speaker in @who, every paragraph a `seg`, and nothing else: what is found in the words stands
apart from them (`standOff`), as ranges of their characters. Where a section has an id or a paragraph has one, @xml:id
is the same. This module must not leave out a word of the text; what XML 1.0 can't hold is U+FFFD.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from edition.abstracts import count_words, number_of
from edition.config import Config
from edition.exports.writing import (
    Element,
    Names,
    append,
    append_text,
    element,
    escape,
    write_element,
    write_xml,
)
from edition.indexes import Edition
from edition.model import (
    AnnotatedSection,
    Apparatus,
    Authorities,
    Briefing,
    Outlet,
    Paragraph,
    Person,
    Revision,
    Rights,
    Role,
    Span,
    Speaker,
    Turn,
)
from edition.urls import briefing_path, canonical, safe_href
from edition.versions import LinkedVersion

T = TypeVar("T")

TEI: Final = "http://www.tei-c.org/ns/1.0"

#: Elements whose text runs on, where no white space may be added, and small ones that read better on one line.
_RUNNING = frozenset(
    ("title", "publisher", "licence", "idno", "date", "note", "p", "seg", "head", "rs", "del", "item", "persName",
     "orgName", "placeName", "add", "catDesc", "language", "measure", "edition", "label", "ref", "name",
     "category", "correction", "creation", "extent", "langUsage", "org", "person", "place", "quotation", "span",
     "titleStmt")
)  # fmt: skip

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?")

_ROLES: dict[Role, str] = {
    "question": "A question",
    "answer": "An answer",
    "statement": "A statement that answers nobody",
    "note": "Words outside any turn",
}


@dataclass(frozen=True, slots=True)
class _Voices:
    """What the text points at: identifiers, and the names that people and places have."""

    names: Names
    labels: Mapping[tuple[str, str], str]
    #: the briefings that stand in the same document as this one
    together: Collection[str] = ()

    def elsewhere(self, briefing: str, id: str = "") -> str:
        """Return the pointer to another briefing, or to a section of it."""
        if briefing in self.together:
            return f"#{_prefix(briefing)}{self.names.fit(id or 'text')}"
        return f"{briefing}.xml#{id}" if id else f"{briefing}.xml"


def make_tei(
    briefing: Briefing,
    config: Config,
    authorities: Authorities,
    versions: Sequence[LinkedVersion] = (),
    words: int | None = None,
) -> bytes:
    """Return the bytes of briefings/ID.xml: well-formed XML 1.0, valid against tei_all of TEI P5 4.3 and later.

    `versions`: the same briefing in other languages. `words`: how many it has, where they were counted already.
    """
    return write_xml(_make_text(briefing, config, authorities, versions, words=words), _RUNNING)


def make_corpus(edition: Edition) -> Iterator[bytes]:
    """Yield the whole edition as one document, a briefing at a time: a teiCorpus, valid against tei_all.

    Identifiers have the briefing's id before them (`b-ID.q3.2`), since they must be unique in a document; nothing is
    yielded for an edition without briefings, as a corpus must have a text.
    """
    if not edition.briefings:
        return
    config = edition.config
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<teiCorpus xmlns="{TEI}">\n'.encode()
    header = element("teiHeader")
    file = append(header, "fileDesc")
    append(append(file, "titleStmt"), "title", {"type": "main"}, config.title)
    _write_edition(file, config)
    counts = {"texts": len(edition.briefings), "sections": sum(len(b.sections) for b in edition.briefings)}
    extent = append(file, "extent")
    for unit, count in counts.items():
        append(extent, "measure", {"unit": unit, "quantity": str(count)}, f"{count} {unit}")
    publication = append(file, "publicationStmt")
    append(publication, "publisher", None, config.publisher or config.title)
    if config.site_url:
        append(publication, "idno", {"type": "URL"}, config.site_url)
    _write_rights(append(publication, "availability"), config.rights)
    append(append(file, "sourceDesc"), "p", None, "The witness of each text is described in its own header.")
    yield f"{write_element(header, _RUNNING)}\n".encode()
    ids = frozenset(briefing.id for briefing in edition.briefings)
    for briefing in edition.read_briefings():
        versions = edition.versions.get(briefing.id, ())
        text = _make_text(briefing, config, edition.authorities, versions, ids)
        yield f"{write_element(text, _RUNNING)}\n".encode()
    yield b"</teiCorpus>\n"


def _prefix(briefing: str) -> str:
    """Return what stands before every identifier of a briefing in a document of many."""
    return f"b-{briefing}."


def _make_text(
    briefing: Briefing,
    config: Config,
    authorities: Authorities,
    versions: Sequence[LinkedVersion],
    together: Collection[str] = (),
    words: int | None = None,
) -> Element:
    names = Names(_prefix(briefing.id) if together else "")
    for annotated in briefing.sections:
        names.name("", annotated.section.id)
    for annotated in briefing.sections:
        for paragraph in annotated.section.paragraphs:
            names.name("paragraph", paragraph.id)
    voices = _Voices(names, _list_labels(authorities), together)
    language = _language(briefing.transcript.language)
    root = element(
        "TEI",
        {"xml:id": names.name("", "text"), "xml:lang": language} if together else {"xmlns": TEI, "xml:lang": language},
    )
    header = append(root, "teiHeader")
    _write_file_description(append(header, "fileDesc"), briefing, config, versions, voices, words)
    _write_encoding(append(header, "encodingDesc"), briefing, voices)
    _write_profile(append(header, "profileDesc"), briefing, voices)
    if briefing.transcript.revisions:
        _write_revisions(append(header, "revisionDesc"), briefing.transcript.revisions, voices)
    _write_apart(root, briefing, versions, voices)
    text = append(root, "text")
    body = append(text, "body")
    for annotated in briefing.sections:
        _write_section(body, briefing, annotated, voices)
    if not briefing.sections:
        append(body, "p")
    _write_apparatus(text, briefing.transcript.apparatus)
    return root


def _list_labels(authorities: Authorities) -> Mapping[tuple[str, str], str]:
    """Return the names of places and topics."""
    labels: dict[tuple[str, str], str] = {("country", p.id): p.name for p in authorities.places}
    labels |= {("territory", p.id): p.name for p in authorities.places}
    labels |= {("topic", t.id): t.label for t in authorities.topics}
    return labels


def _language(tag: str) -> str:
    return tag or "und"


# ── The header ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _write_apart(root: Element, briefing: Briefing, versions: Iterable[LinkedVersion], voices: _Voices) -> None:
    """Write what is said about the text and is not the text: places, names and days by ranges of its characters, and
    which sections of other versions correspond.
    """
    apart = element("standOff")
    places = sorted(
        {("country", tag.id) for annotated in briefing.sections for tag in annotated.countries}
        | {("territory", tag.id) for annotated in briefing.sections for tag in annotated.territories}
    )
    if places:
        group = append(apart, "listPlace")
        for kind, id in places:
            place = append(group, "place", {"xml:id": voices.names.name(kind, id), "type": kind})
            append(place, "placeName", None, voices.labels.get((kind, id), id))
            append(place, "idno", None, id)
    ranges: dict[str, dict[str, list[str]]] = {}
    for annotated in briefing.sections:
        texts = {paragraph.id: paragraph.text for paragraph in annotated.section.paragraphs}
        for paragraph, spans in annotated.spans:
            text, id = texts[paragraph], voices.names.name("paragraph", paragraph)
            for span in spans:
                if 0 <= span.start < span.end <= len(text):
                    targets = ranges.setdefault(span.kind, {}).setdefault(span.target, [])
                    targets.append(_point(id, text, span))
    for kind in sorted(ranges):
        group = append(apart, "spanGrp", {"type": kind})
        for target, pointers in sorted(ranges[kind].items()):
            listed = voices.names.given(kind, target)
            attributes = {"target": " ".join(pointers), "ana": f"#{listed}" if listed else None}
            append(group, "span", attributes, target)
    for version in versions:
        if not (version.briefing and version.sections):
            continue
        group = append(apart, "linkGrp", {"type": "version", "n": version.language})
        for mine, other in version.sections:
            target = voices.elsewhere(version.briefing or "", other)
            append(group, "link", {"target": f"#{voices.names.name('', mine)} {target}"})
    if apart.parts:
        root.parts.append(apart)


def _point(id: str, text: str, span: Span) -> str:
    """Return the pointer to characters of a paragraph (TEI P5, 17.2.4: string-range, offset from 0, length).

    Printed line breaks are elements, no characters: they don't count.
    """
    start, length = span.start, span.end - span.start
    if "\n" in text:
        start -= text.count("\n", 0, span.start)
        length -= text.count("\n", span.start, span.end)
    return f"#string-range({id},{start},{length})"


def _write_edition(parent: Element, config: Config) -> None:
    if config.release:
        edition = append(append(parent, "editionStmt"), "edition", {"n": config.release.label}, config.release.label)
        if config.release.date:
            append_text(edition, ", ")
            append(edition, "date", {"when": config.release.date}, config.release.date)


def _write_rights(parent: Element, rights: Rights | None) -> None:
    if rights:
        append(parent, "licence", {"target": safe_href(rights.url)}, rights.text)
    else:
        append(parent, "p", None, "No statement of rights is known.")


def _write_file_description(
    parent: Element,
    briefing: Briefing,
    config: Config,
    versions: Iterable[LinkedVersion],
    voices: _Voices,
    words: int | None,
) -> None:
    transcript, source = briefing.transcript, briefing.transcript.source
    rights = briefing.rights or transcript.rights
    append(append(parent, "titleStmt"), "title", {"type": "main"}, transcript.title)
    _write_edition(parent, config)
    count = str(count_words(briefing.sections) if words is None else words)
    append(append(parent, "extent"), "measure", {"unit": "words", "quantity": count}, count)
    publication = append(parent, "publicationStmt")
    append(publication, "publisher", None, config.publisher or config.title)
    if config.site_url:
        append(publication, "idno", {"type": "URL"}, canonical(config.site_url, briefing_path(transcript.id)))
    append(publication, "idno", {"type": "briefing"}, transcript.id)
    _write_rights(append(publication, "availability"), rights)
    append(append(parent, "seriesStmt"), "title", None, config.title)
    places = [(v.language, voices.elsewhere(v.briefing) if v.briefing else safe_href(v.url)) for v in versions]
    related = [(language, target) for language, target in places if target]
    if transcript.notes or related:
        notes = append(parent, "notesStmt")
        for note in transcript.notes:
            append(notes, "note", None, note)
        for language, target in related:
            append(notes, "relatedItem", {"type": "version", "n": language, "target": target})
    bibl = append(append(parent, "sourceDesc"), "bibl")
    append(bibl, "title", None, transcript.title)
    if source.publisher:
        append(bibl, "publisher", None, source.publisher)
    if transcript.published:
        append(bibl, "date", {"type": "published", "when": _when(transcript.published)}, transcript.published)
    append(bibl, "idno", {"type": "file"}, source.file)
    append(bibl, "idno", {"type": "sha256"}, source.sha256)
    append(bibl, "idno", {"type": "layout"}, source.layout)
    for first, last in source.lines:
        append(bibl, "biblScope", {"unit": "line", "from": str(first), "to": str(last)})
    if source.url:
        append(bibl, "ref", {"target": safe_href(source.url)}, source.url)
    if source.retrieved:
        append(bibl, "date", {"type": "retrieved", "when": _when(source.retrieved)}, source.retrieved)


def _when(iso: str) -> str | None:
    """Return a date as @when takes it: no more than the day, None where it is no such date."""
    day = iso[:10]
    digits = day.replace("-", "")
    return day if len(day) in (4, 7, 10) and digits.isascii() and digits.isdecimal() else None


def _moment(iso: str | None) -> str | None:
    """Return a moment as @from and @to take it (W3C XML Schema): a time with its seconds, else no more than the day."""
    found = _TIME.fullmatch(iso or "")
    if iso is None or found is None:
        return None if iso is None else _when(iso)
    return f"{found[1]}{found[2] or ':00'}{found[3] or ''}"


def _write_revisions(parent: Element, revisions: Iterable[Revision], voices: _Voices) -> None:
    # newest first, as the TEI asks
    for revision in reversed(tuple(revisions)):
        attributes = {"when": _when(revision.received), "status": "taken" if revision.taken else "waiting"}
        changes = append(append(parent, "change", attributes), "list")
        for change in revision.changes:
            place = voices.names.given("", change.section) if change.section else None
            item = append(changes, "item", {"corresp": f"#{place}" if place else None})
            if change.before:
                append(item, "del", None, change.before)
            if change.after:
                append(item, "add", None, change.after)
        if not revision.changes:
            append(changes, "item", None, revision.sha256)


def _write_encoding(parent: Element, briefing: Briefing, voices: _Voices) -> None:
    declaration = append(parent, "editorialDecl")
    append(
        append(declaration, "correction"), "p", None,
        "Every change between the witness and this text, and every printed line left out, is listed in the back.",
    )  # fmt: skip
    append(append(declaration, "quotation"), "p", None, "Quotation marks are characters of the text, as printed.")
    classes = append(parent, "classDecl")
    roles = append(classes, "taxonomy", {"xml:id": voices.names.name("", "roles")})
    for role, meaning in _ROLES.items():
        category = append(roles, "category", {"xml:id": voices.names.name("role", role)})
        append(category, "catDesc", None, meaning)
    topics = sorted({topic for annotated in briefing.sections for topic in annotated.topics})
    if topics:
        taxonomy = append(classes, "taxonomy", {"xml:id": voices.names.name("", "topics")})
        for topic in topics:
            category = append(taxonomy, "category", {"xml:id": voices.names.name("topic", topic)})
            append(category, "catDesc", None, voices.labels.get(("topic", topic), topic))


def _write_profile(parent: Element, briefing: Briefing, voices: _Voices) -> None:
    transcript = briefing.transcript
    creation = append(parent, "creation")
    if transcript.date:
        append(creation, "date", {"when": _when(transcript.date)}, transcript.date)
    if transcript.starts or transcript.ends or transcript.place:
        setting = append(append(parent, "settingDesc"), "setting")
        if transcript.place:
            append(setting, "placeName", None, transcript.place)
        if transcript.starts or transcript.ends:
            printed = "/".join(moment for moment in (transcript.starts, transcript.ends) if moment)
            append(setting, "date", {"from": _moment(transcript.starts), "to": _moment(transcript.ends)}, printed)
    languages = append(parent, "langUsage")
    append(languages, "language", {"ident": _language(transcript.language)}, _language(transcript.language))
    speakers: dict[str, Speaker] = {s.id: s for s in briefing.speakers}
    outlets: dict[str, Outlet] = {}
    persons: dict[str, Person] = {}
    for annotated in briefing.sections:
        speakers |= {s.id: s for s in annotated.speakers if s is not None and s.id not in speakers}
        persons |= {p.id: p for p in annotated.persons if p.id not in persons}
        if annotated.outlet is not None:
            outlets.setdefault(annotated.outlet.id, annotated.outlet)
    if speakers or outlets or persons:
        people = append(parent, "particDesc")
        if speakers:
            _write_people(people, "speakers", ((("speaker", s.id), s.name) for s in _by_id(speakers)), voices)
        if outlets:
            organisations = append(people, "listOrg", {"type": "outlets"})
            for outlet in _by_id(outlets):
                made = append(organisations, "org", {"xml:id": voices.names.name("outlet", outlet.id)})
                append(made, "orgName", None, outlet.name)
                if outlet.full_name and outlet.full_name != outlet.name:
                    append(made, "orgName", {"type": "full"}, outlet.full_name)
        if persons:
            _write_people(people, "named", ((("person", p.id), p.name) for p in _by_id(persons)), voices)


def _by_id(things: Mapping[str, T]) -> list[T]:
    return [things[id] for id in sorted(things)]


def _write_people(parent: Element, kind: str, people: Iterable[tuple[tuple[str, str], str]], voices: _Voices) -> None:
    group = append(parent, "listPerson", {"type": kind})
    for key, name in people:
        append(append(group, "person", {"xml:id": voices.names.name(*key)}), "persName", None, name)


# ── The text ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _write_section(parent: Element, briefing: Briefing, annotated: AnnotatedSection, voices: _Voices) -> None:
    section = annotated.section
    names = voices.names
    # The printed number is no identifier: A1 and 1 are different sections.
    known = {each.section.id for each in briefing.sections}
    follows = [f"#{names.name('', id)}" for id in annotated.follows if id in known]
    follows += [voices.elsewhere(*id.split("#", 1)) for id in annotated.follows if "#" in id]
    tags = [("topic", topic) for topic in annotated.topics]
    tags += [("country", tag.id) for tag in annotated.countries]
    tags += [("territory", tag.id) for tag in annotated.territories]
    attributes = {
        "type": section.kind,
        "xml:id": names.name("", section.id),
        "n": number_of(briefing, section.id),
        "ana": " ".join(f"#{names.name(kind, id)}" for kind, id in tags) or None,
        "corresp": " ".join(follows) or None,
        "cert": "low" if section.proposed else None,
    }
    div = append(parent, "div", attributes)
    if section.heading:
        append(div, "head", {"type": "printed" if section.printed else "editorial"}, section.heading)
    if section.occasion:
        append(div, "note", {"type": "occasion", "subtype": section.occasion.value}, section.occasion.printed)
    for place, turn in enumerate(section.turns):
        speaker = annotated.speakers[place] if place < len(annotated.speakers) else None
        who = names.name("speaker", speaker.id) if speaker is not None else None
        if who is None and turn.role == "question" and annotated.outlet is not None:
            who = names.name("outlet", annotated.outlet.id)
        _write_turn(div, turn, who, voices)
    if not section.turns:
        append(div, "p")


def _write_turn(div: Element, turn: Turn, who: str | None, voices: _Voices) -> None:
    if turn.label is not None:
        append(div, "note", {"type": "speaker"}, turn.label)
    utterance: Element | None = None
    for paragraph in turn.paragraphs:
        attributes = {"xml:id": voices.names.name("paragraph", paragraph.id)}
        if turn.role == "note":
            made = append(div, "p", attributes | {"ana": f"#{voices.names.name('role', 'note')}"})
        elif paragraph.kind == "stage" and utterance is None and len(turn.paragraphs) == 1:
            made = append(div, "note", attributes | {"type": "stage"})
        else:
            if utterance is None:
                role = f"#{voices.names.name('role', turn.role)}"
                utterance = append(div, "u", {"who": f"#{who}" if who else None, "ana": role})
            stage = paragraph.kind == "stage"
            made = append(utterance, "note" if stage else "seg", attributes | ({"type": "stage"} if stage else {}))
        _write_running(made, paragraph)


def _write_running(parent: Element, paragraph: Paragraph) -> None:
    """Write a paragraph's words, with the readings that the source itself struck out."""
    text = paragraph.text
    place = 0
    for mark in sorted(paragraph.marks, key=lambda mark: (mark.start, mark.end)):
        if mark.kind == "deleted" and place <= mark.start < mark.end <= len(text):
            parent.parts += [piece for piece in (_show(text[place : mark.start]),) if piece]
            append(parent, "del").parts.append(_show(text[mark.start : mark.end]))
            place = mark.end
    parent.parts += [piece for piece in (_show(text[place:]),) if piece]


def _show(text: str) -> str:
    """Return words as they stand in the text, printed line breaks as elements."""
    shown = escape(text)
    return shown.replace("\n", "<lb />") if "\n" in shown else shown


# ── What stands between witness and text ────────────────────────────────────────────────────────────────────────────


def _write_apparatus(text: Element, apparatus: Apparatus) -> None:
    if not (apparatus.metadata or apparatus.dropped or apparatus.emendations):
        return
    div = append(append(text, "back"), "div", {"type": "apparatus"})
    if apparatus.metadata:
        lines = append(div, "list", {"type": "metadata"})
        for m in apparatus.metadata:
            append(lines, "item", {"n": _number(m.line)}, f"{m.field}: {m.text}")
    if apparatus.dropped:
        lines = append(div, "list", {"type": "dropped"})
        for d in apparatus.dropped:
            item = append(lines, "item", {"n": _number(d.line)})
            append(item, "del", None, d.text)
            append_text(item, " ")
            append(item, "note", None, d.reason)
    if apparatus.emendations:
        lines = append(div, "list", {"type": "emendations"})
        for e in apparatus.emendations:
            item = append(lines, "item", {"n": _number(e.line)})
            choice = append(item, "choice")
            append(choice, "sic", None, e.before)
            append(choice, "corr", None, e.after)
            append_text(item, " ")
            append(item, "note", None, e.reason)


def _number(line: int | None) -> str | None:
    return None if line is None else str(line)

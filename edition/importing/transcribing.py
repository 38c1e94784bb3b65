"""A witness → its transcripts: page or text, layout, language, id; refused where a word would be lost.

This module must not hold a rule about a layout, read an edition's folder, or write a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import NamedTuple

from edition.config import Config
from edition.containers import PageText, page_lines, read_markdown_text, read_page_text
from edition.importing.languages import choose_language
from edition.importing.parting import Part, part_document
from edition.layouts.parts import (
    Document,
    Furniture,
    Known,
    Parsed,
    dropped,
    make_document,
    make_markdown_document,
    make_page_document,
    mark_deleted,
)
from edition.layouts.recognising import Recognised, recognise
from edition.model import (
    Apparatus,
    Authorities,
    Doubt,
    Locus,
    MetadataLine,
    Section,
    Source,
    Transcript,
    Turn,
    Version,
)
from edition.problems import Problem, Refused
from edition.urls import readable, slug
from edition.witnesses import Witness
from edition.words import check_conservation, label_key

_ID_LENGTH = 100
#: Room for a counter behind an id: “-99999”.
_COUNTER_ROOM = 6


class Reading(NamedTuple):
    """A transcript under the id that it would have alone, and the layout that read it."""

    transcript: Transcript
    recognised: Recognised


def make_transcripts(witness: Witness, config: Config, known: Known, authorities: Authorities) -> tuple[Reading, ...]:
    """Return the transcripts of a witness, in the order in which it prints them; raises Refused where no layout can be
    tried or where words would not be conserved.
    """
    container = _read_container(witness)
    sources = container.sources
    parts = part_document(
        container.document,
        known,
        len(witness.lines),
        (lambda number: sources[number]) if sources else (lambda number: number),
        container.shown,
    )
    readings = [_read_part(witness, container, part, config, known, authorities) for part in parts]
    return tuple(_with_day_of_other(r, readings, config) for r in readings)


@dataclass(frozen=True, slots=True)
class _Container:
    """A witness taken out of its container. `sources`: of a web page, the line of its source by document line; `front`,
    `furniture`: what the container itself knows as metadata and furniture; `shown`: lines at which furniture stands;
    `printed`: what is printed, by line of the witness, as its conservation is checked.
    """

    document: Document
    sources: tuple[int, ...] = ()
    front: tuple[MetadataLine, ...] = ()
    furniture: Furniture = ()
    page: PageText | None = None
    shown: frozenset[int] = frozenset()
    printed: tuple[str, ...] = ()


def _read_container(witness: Witness) -> _Container:
    if witness.container == "html":
        page = read_page_text(witness.text)
        document, sources, furniture = make_page_document(witness.name, page)
        shown = frozenset(line.number for line in page.lines if line.part == "furniture")
        return _Container(document, sources, (), furniture, page, shown, page_lines(witness.text))
    if witness.container == "markdown":
        document, front, furniture = make_markdown_document(witness.name, read_markdown_text(witness.lines))
        return _Container(document, (), front, furniture, printed=witness.lines)
    return _Container(make_document(witness.name, witness.lines), printed=witness.lines)


def _read_part(
    witness: Witness, container: _Container, part: Part, config: Config, known: Known, authorities: Authorities
) -> Reading:
    document, page, sources = part.document, container.page, container.sources
    recognised = recognise(document, known)
    parsed = mark_deleted(recognised.layout.parse(recognised.page), document)
    above = tuple(d for line in part.above for d in dropped(line, "above several briefings"))
    parsed = replace(parsed, dropped=(*above, *parsed.dropped), doubts=(*part.doubts, *parsed.doubts))
    places = [d.line or 0 for d in parsed.dropped]
    if page is not None:
        parsed = _of_page(parsed, sources)
    front = tuple(m for m in container.front if _within(m.line, part.lines))
    furniture = [(place, d) for place, d in container.furniture if _within(d.line, part.lines)]
    # In the order in which they are printed, also where a whole page is one line of its source.
    left_out = sorted([*furniture, *zip(places, parsed.dropped, strict=True)], key=lambda d: (d[1].line or 0, d[0]))
    parsed = replace(parsed, metadata=(*front, *parsed.metadata), dropped=tuple(d for _, d in left_out))
    layout = "/".join([*_container_names(witness, page), recognised.layout.name])
    if not parsed.sections:
        message = "nothing but a title and page furniture: there is no text to import"
        if page is not None and page.absent:
            message = f"this page has no text saved: {page.absent}"
        raise Refused(Problem(Locus(witness.origin, part.lines[0][0] if part.lines else 0), message))
    fields = document.fields
    language, doubt = choose_language(_words_of(parsed), fields.language if fields else None, config.language)
    if doubt:
        parsed = replace(parsed, doubts=(*parsed.doubts, (0, doubt)))
    transcript = Transcript(
        id="",
        kind=parsed.kind,
        title=parsed.title,
        date=parsed.date,
        language=language,
        speakers=tuple(speaker_id(name, authorities) for name in parsed.speakers),
        source=Source(
            witness.name,
            witness.sha256,
            layout,
            witness.path,
            parsed.publisher,
            witness.url or (fields.url if fields else None),
            None,
            part.lines,
        ),
        sections=parsed.sections,
        apparatus=Apparatus(parsed.metadata, parsed.dropped, document.emendations),
        published=parsed.published,
        notes=parsed.notes,
        starts=parsed.starts,
        ends=parsed.ends,
        place=parsed.place,
        versions=tuple(Version(tag, url) for tag, url in fields.versions) if fields and page else (),
        doubts=_doubts(parsed, page if not part.lines else None, recognised),
    )
    problems = check_conservation(container.printed, transcript, file=witness.origin)
    if problems:
        raise Refused(*problems)
    return Reading(replace(transcript, id=base_id(transcript, config.language)), recognised)


def _container_names(witness: Witness, page: PageText | None) -> tuple[str, ...]:
    return (page.family,) if page is not None else ("markdown",) if witness.container == "markdown" else ()


def _within(line: int | None, ranges: tuple[tuple[int, int], ...]) -> bool:
    return not ranges or any(first <= (line or 1) <= last for first, last in ranges)


def _with_day_of_other(reading: Reading, readings: Sequence[Reading], config: Config) -> Reading:
    """Return a reading without a day with that of the one other reading of its witness, where it is in another
    language: two languages of one conference print its day once.
    """
    transcript = reading.transcript
    others = [r.transcript for r in readings if r.transcript.language != transcript.language]
    if transcript.date or len(readings) != 2 or not others or others[0].date is None:
        return reading
    doubts = [d for d in transcript.doubts if not d.text.startswith("undated")]
    doubts.append(Doubt("its day is printed with the other language only"))
    dated = replace(transcript, date=others[0].date, doubts=tuple(doubts))
    return reading._replace(transcript=replace(dated, id=base_id(dated, config.language)))


def _doubts(parsed: Parsed, page: PageText | None, recognised: Recognised) -> tuple[Doubt, ...]:
    """Return what could not be decided about the document, in the order of its lines."""
    found = [*(page.doubts if page else ()), *parsed.doubts]
    if recognised.ties:
        found.append((0, f"read as {recognised.layout.name}, but {', '.join(recognised.ties)} would fit as well"))
    if parsed.date is None:
        found.append((0, "undated: no date is printed"))
    if "\ufffd" in parsed.title or any("\ufffd" in p.text for s in parsed.sections for p in s.paragraphs):
        found.append((0, "the text holds the sign for a lost character (U+FFFD)"))
    ordered = sorted(dict.fromkeys(found), key=lambda doubt: doubt[0])
    return tuple(Doubt(text, line or None) for line, text in ordered)


def _of_page(parsed: Parsed, sources: tuple[int, ...]) -> Parsed:
    """Return what was read of a web page with the lines of its HTML source."""

    def turn(t: Turn) -> Turn:
        return replace(
            t, line=sources[t.line], paragraphs=tuple(replace(p, line=sources[p.line]) for p in t.paragraphs)
        )

    def section(s: Section) -> Section:
        return replace(s, line=sources[s.line], turns=tuple(turn(t) for t in s.turns))

    return replace(
        parsed,
        sections=tuple(section(s) for s in parsed.sections),
        metadata=tuple(replace(m, line=sources[m.line or 0]) for m in parsed.metadata),
        dropped=tuple(replace(d, line=sources[d.line or 0]) for d in parsed.dropped),
        doubts=tuple((sources[line], message) for line, message in parsed.doubts),
    )


def _words_of(parsed: Parsed) -> str:
    return " ".join([parsed.title, *(p.text for s in parsed.sections for p in s.paragraphs)])


def known_of(config: Config, authorities: Authorities) -> Known:
    """Return what layouts may know of the edition."""
    speakers = {label_key(n) for s in authorities.speakers for n in (s.name, *s.aliases, *(v for _, v in s.names))}
    outlets = {label_key(n) for o in authorities.outlets for n in (o.name, o.full_name, *o.aliases)}
    return Known(frozenset(speakers - {""}), frozenset(outlets - {""}), config.language)


def speaker_id(name: str, authorities: Authorities) -> str:
    """Return the register's id of a speaker's printed name; of a single word that is part of just one speaker's name,
    that speaker's; the name itself where the register does not have it.
    """
    key = label_key(name)
    parts: list[str] = []
    for s in authorities.speakers:
        names = (s.name, *s.aliases, *(v for _, v in s.names))
        if key in {label_key(n) for n in names}:
            return s.id
        if any(key == label_key(w) for n in names for w in n.split()):
            parts.append(s.id)
    return parts[0] if len(parts) == 1 and " " not in name else name


def _name(text: str) -> str:
    """Return a text's part of an id: readable, since a counter parts equal ones; with a hash where nothing is."""
    return readable(text) or slug(text)


def base_id(transcript: Transcript, default_language: str) -> str:
    """Return the id that a transcript would have if it were alone: date-speaker, with the language where it is not the
    edition's; an undated one has the slug of its file's name. Of the language only its first subtag, so that an address
    does not depend on how exactly a page says it.
    """
    tail = "" if transcript.language == default_language else f"-{slug(transcript.language.split('-')[0])}"
    if transcript.date is None:
        head = f"undated-{_name(PurePosixPath(transcript.source.file).stem)}"
    else:
        who = _name(transcript.speakers[0]) if transcript.speakers else transcript.kind
        head = f"{transcript.date}-{who}"
    return head[: _ID_LENGTH - _COUNTER_ROOM - len(tail)].rstrip("-") + tail

"""The edition as data for programs: data/edition.json, data/briefings.csv, the sections of each year, a CSV per entity.

Columns are described in dictionary.py. CSV is RFC 4180 (UTF-8 with a byte order mark, commas, CRLF). A cell that a
spreadsheet would take for a formula gets an apostrophe before it; JSON gives every text untouched. This module
must not order anything but as the edition does: newest first, undated last.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any, Final, TypeAlias

from edition import retagging
from edition.abstracts import Abstract, SectionAbstract, number_of
from edition.exports.dictionary import BRIEFINGS, SECTIONS, TAGS
from edition.exports.record import describe_outlet, describe_speaker
from edition.exports.writing import Piece, encode_text
from edition.indexes import Edition, Entry
from edition.model import AnnotatedSection, Briefing
from edition.review import FormEntry, Outcome, Review
from edition.urls import anchor, briefing_path

EDITION_SCHEMA: Final = "edition/1"

#: Columns of data/review.csv, which only `build --review` writes.
REVIEW_COLUMNS: Final = (
    "family", "form", "language", "count", "briefings", "doubt", "target", "other", "reason", "times", "wordings",
    "doubtful", "url", "example",
)  # fmt: skip

_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode

#: What spreadsheets read as the start of a formula or a command, also behind white space ("CSV Injection", OWASP).
_FORMULA = re.compile(r"[\s\u200b\ufeff]*[=+\-@\t\r＝＋－＠]")


#: The rows of a briefing's sections as lines of CSV, each with its line break, in their order. A line is made once and
#: kept, because a section stands in the tables of six entities or so.
Rows: TypeAlias = Callable[[Abstract], Sequence[str]]


def make_section_rows(briefing: Abstract) -> tuple[str, ...]:
    """Return the rows of a briefing's sections."""
    return tuple(_write_lines(_section_row(briefing, section) for section in briefing.sections))


def part_edition_json(edition: Edition) -> Iterator[Piece]:
    """Yield the pieces of data/edition.json: what the edition is, and one line for each briefing."""
    config = edition.config
    release = config.release
    rights = config.rights
    record = {
        "schema": EDITION_SCHEMA,
        "title": config.title,
        "publisher": config.publisher,
        "language": config.language,
        "site_url": config.site_url,
        "release": {"name": release.name, "date": release.date, "later": release.later} if release else None,
        "rights": {"text": rights.text, "url": rights.url} if rights else None,
        "counts": {
            "briefings": len(edition.briefings),
            "sections": sum(len(briefing.sections) for briefing in edition.briefings),
        },
    }
    head = "".join(f" {_JSON(key)}: {_JSON(value)},\n" for key, value in record.items())
    between = f'{{\n{head} "briefings": [\n'
    for briefings in _by_year(edition.briefings):
        yield _write_piece(between)
        yield Piece(briefings, partial(_list_briefings, briefings))
        between = ",\n"
    yield _write_piece(f"{'' if edition.briefings else between}\n ]\n}}\n")


def _write_piece(text: str) -> Piece:
    return Piece((), partial(encode_text, text))


def _by_year(briefings: Iterable[Abstract]) -> Iterator[tuple[Abstract, ...]]:
    yield from (tuple(of_year) for _, of_year in groupby(briefings, lambda briefing: briefing.year))


def _by_month(briefings: Iterable[Abstract]) -> Iterator[tuple[Abstract, ...]]:
    yield from (tuple(of_month) for _, of_month in groupby(briefings, lambda briefing: (briefing.date or "")[:7]))


def _list_briefings(briefings: Iterable[Abstract]) -> bytes:
    return encode_text(",\n".join(f"  {_JSON(_describe(briefing))}" for briefing in briefings))


def _describe(briefing: Abstract) -> dict[str, Any]:
    return {
        "id": briefing.id,
        "date": briefing.date,
        "kind": briefing.kind,
        "title": briefing.title,
        "language": briefing.language,
        "speakers": [speaker.id for speaker in briefing.speakers],
        "sections": len(briefing.sections),
        "words": sum(section.words for section in briefing.sections),
        "url": briefing_path(briefing.id),
    }


def part_section_lines(edition: Edition, briefings: Iterable[Abstract]) -> Iterator[Piece]:
    """Yield the pieces of data/sections-YEAR.jsonl."""
    for of_month in _by_month(briefings):
        yield Piece(of_month, partial(_join_section_lines, edition, of_month))


def _join_section_lines(edition: Edition, briefings: Iterable[Abstract]) -> bytes:
    return b"".join(make_section_lines(edition.shelf[briefing.id] for briefing in briefings))


def make_section_lines(briefings: Iterable[Briefing]) -> Iterator[bytes]:
    """Yield lines of data/sections-YEAR.jsonl, a briefing at a time: a section a line, with its whole text."""
    for briefing in briefings:
        lines = [_JSON(describe_section(briefing, section)) for section in briefing.sections]
        if lines:
            yield encode_text("\n".join(lines) + "\n")


def describe_section(briefing: Briefing, annotated: AnnotatedSection) -> dict[str, Any]:
    """Return a section with its whole text (paragraphs parted by an empty line) and tags, as one flat record."""
    section = annotated.section
    transcript = briefing.transcript
    speakers = {s.id: s for s in annotated.speakers if s is not None}
    return {
        "briefing": transcript.id,
        "section": section.id,
        "number": number_of(briefing, section.id),
        "url": anchor(briefing_path(transcript.id), section.id),
        "date": transcript.date,
        "kind": section.kind,
        "language": transcript.language,
        "heading": section.heading,
        "outlet": None if annotated.outlet is None else describe_outlet(annotated.outlet),
        "speakers": [describe_speaker(speaker) for speaker in speakers.values()],
        "turns": [
            {"role": turn.role, "label": turn.label, "text": "\n\n".join(p.text for p in turn.paragraphs)}
            for turn in section.turns
        ],
        "countries": [tag.id for tag in annotated.countries],
        "territories": [tag.id for tag in annotated.territories],
        "topics": list(annotated.topics),
        "persons": [person.id for person in annotated.persons],
        "dates": [date.iso for date in annotated.dates],
        "follows": list(annotated.follows),
    }


def part_briefings_table(briefings: Iterable[Abstract]) -> Iterator[Piece]:
    """Yield the pieces of data/briefings.csv: one row for each briefing."""
    yield _head_table(BRIEFINGS.names)
    for of_year in _by_year(briefings):
        yield Piece(of_year, partial(_list_rows, BRIEFINGS.names, map(_briefing_row, of_year)))


def _head_table(columns: Sequence[str]) -> Piece:
    return Piece((), partial(join_table, columns, ()))


def _list_rows(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    return encode_text("".join(_write_lines(rows, len(columns))))


def _briefing_row(briefing: Abstract) -> Sequence[str]:
    source = briefing.source
    return (
        briefing.date or "", briefing.id, briefing.kind, briefing.title, briefing.language,
        "; ".join(speaker.name for speaker in briefing.speakers), source.publisher or "", str(len(briefing.sections)),
        str(sum(section.words for section in briefing.sections)), briefing_path(briefing.id), source.file,
        source.url or "", source.sha256,
    )  # fmt: skip


def part_tags_table(briefings: Iterable[Abstract]) -> Iterator[Piece]:
    """Yield the pieces of data/tags.csv: one row for each section with the ids of everything it is tagged with."""
    yield _head_table(TAGS.names)
    for of_year in _by_year(briefings):
        yield Piece(of_year, partial(_list_rows, TAGS.names, retagging.make_tag_rows(of_year)))


def make_review_table(review: Review) -> bytes:
    """Return data/review.csv: one row for each outcome of each form, the most doubtful forms first."""
    entries = (entry for family in review.entries.values() for entry in family)
    return make_table(REVIEW_COLUMNS, (_review_row(entry, outcome) for entry in entries for outcome in entry.outcomes))


def _review_row(entry: FormEntry, outcome: Outcome) -> Sequence[str]:
    example = outcome.examples[0]
    return (
        entry.family, entry.form, entry.language, str(entry.count), str(entry.briefings), str(entry.doubt),
        outcome.target, outcome.other, outcome.reason, str(outcome.count), str(outcome.wordings),
        "yes" if outcome.doubtful else "no", anchor(briefing_path(example.briefing), example.anchor),
        f"{example.before}{example.form}{example.after}",
    )  # fmt: skip


def part_sections_table(briefings: Iterable[Abstract], rows: Rows = make_section_rows) -> Iterator[Piece]:
    """Yield the pieces of data/sections-YEAR.csv: one row for each section of some briefings. `rows` spares making them
    again.
    """
    yield _head_table(SECTIONS.names)
    for of_month in _by_month(briefings):
        yield Piece(of_month, partial(_list_sections, of_month, rows))


def _list_sections(briefings: Iterable[Abstract], rows: Rows) -> bytes:
    return encode_text("".join([line for briefing in briefings for line in rows(briefing)]))


def part_entries_table(years: Iterable[Sequence[Entry]], rows: Rows = make_section_rows) -> Iterator[Piece]:
    """Yield the pieces of the table of an entity: one row for each section that is about it. `years`: its entries of
    each year; `rows` spares making rows again.
    """
    yield _head_table(SECTIONS.names)
    for entries in years:
        yield Piece(entries, partial(_list_entries, entries, rows))


def _list_entries(entries: Iterable[Entry], rows: Rows) -> bytes:
    lines = []
    at: tuple[str, Mapping[str, str]] = ("", {})
    for entry in entries:
        id = entry.briefing.id
        if at[0] != id:
            made = zip(entry.briefing.sections, rows(entry.briefing), strict=True)
            at = (id, {section.id: line for section, line in made})
        lines.append(at[1][entry.section.id])
    return encode_text("".join(lines))


def _section_row(briefing: Abstract, section: SectionAbstract) -> Sequence[str]:
    countries, territories, topics, *_ = section.tags
    return (
        briefing.date or "", briefing.id, section.id, section.number, section.kind, section.title, section.excerpt,
        section.outlet, "; ".join(section.names), countries, territories, topics, str(section.words),
        anchor(briefing_path(briefing.id), section.id),
    )  # fmt: skip


def make_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as CSV under their column names; every row has one cell a column."""
    return join_table(columns, _write_lines(rows, len(columns)))


def join_table(columns: Sequence[str], lines: Iterable[str]) -> bytes:
    """Return lines of CSV, each with its line break, under their column names."""
    return b"\xef\xbb\xbf" + encode_text("".join([*_write_lines([columns]), *lines]))


class _Lines(list[str]):
    """What a writer of CSV writes, a row an item."""

    write = list.append


def _write_lines(rows: Iterable[Sequence[str]], width: int = 0) -> list[str]:
    lines = _Lines()
    writer = csv.writer(lines, lineterminator="\r\n")
    for row in rows:
        if width and len(row) != width:
            raise ValueError(f"a row of {len(row)} cells under {width} columns")
        writer.writerow([defuse(cell) for cell in row])
    return lines


def defuse(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; NUL, which CSV can't hold, becomes U+FFFD."""
    safe = cell.replace("\0", "\ufffd")
    return f"'{safe}" if _FORMULA.match(safe) else safe

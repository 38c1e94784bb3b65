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
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from edition import retagging
from edition.exports.dictionary import BRIEFINGS, SECTIONS, TAGS
from edition.exports.record import describe_outlet, describe_speaker
from edition.exports.writing import encode_text
from edition.indexes import Edition, Entry, excerpt_of, number_of, title_of
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


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section as a row of tables. It is made once, because a section stands in the tables of six entities or so.

    `line`: the row as CSV, with its line break; `words`: how many the section has.
    """

    line: str
    words: int


#: The rows of a briefing's sections, in their order.
Rows: TypeAlias = Callable[[Briefing], Sequence[SectionRow]]


def make_section_rows(briefing: Briefing) -> tuple[SectionRow, ...]:
    """Return the rows of a briefing's sections."""
    counts = [count_words([annotated]) for annotated in briefing.sections]
    cells = (_section_row(briefing, annotated, n) for annotated, n in zip(briefing.sections, counts, strict=True))
    return tuple(SectionRow(line, n) for line, n in zip(_write_lines(cells), counts, strict=True))


def make_edition_json(edition: Edition, rows: Rows = make_section_rows) -> bytes:
    """Return data/edition.json: what the edition is, and one line for each briefing. `rows` spares counting words."""
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
    briefings = ",\n".join(f"  {_JSON(_describe(briefing, rows(briefing)))}" for briefing in edition.briefings)
    return encode_text(f'{{\n{head} "briefings": [\n{briefings}\n ]\n}}\n')


def _describe(briefing: Briefing, rows: Sequence[SectionRow]) -> dict[str, Any]:
    transcript = briefing.transcript
    return {
        "id": transcript.id,
        "date": transcript.date,
        "kind": transcript.kind,
        "title": transcript.title,
        "language": transcript.language,
        "speakers": [speaker.id for speaker in briefing.speakers],
        "sections": len(briefing.sections),
        "words": sum(row.words for row in rows),
        "url": briefing_path(transcript.id),
    }


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


def make_briefings_table(briefings: Iterable[Briefing], rows: Rows = make_section_rows) -> bytes:
    """Return data/briefings.csv: one row for each briefing. `rows` spares counting words."""
    return make_table(BRIEFINGS.names, (_briefing_row(briefing, rows(briefing)) for briefing in briefings))


def _briefing_row(briefing: Briefing, rows: Sequence[SectionRow]) -> Sequence[str]:
    transcript = briefing.transcript
    source = transcript.source
    return (
        transcript.date or "", transcript.id, transcript.kind, transcript.title, transcript.language,
        "; ".join(speaker.name for speaker in briefing.speakers), source.publisher or "", str(len(briefing.sections)),
        str(sum(row.words for row in rows)), briefing_path(transcript.id), source.file, source.url or "",
        source.sha256,
    )  # fmt: skip


def make_tags_table(briefings: Iterable[Briefing]) -> bytes:
    """Return data/tags.csv: one row for each section with the ids of everything it is tagged with."""
    return make_table(TAGS.names, retagging.make_tag_rows(briefings))


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


def make_sections_table(briefings: Iterable[Briefing], rows: Rows = make_section_rows) -> bytes:
    """Return data/sections-YEAR.csv: one row for each section of some briefings. `rows` spares making them again."""
    return join_table(SECTIONS.names, [row.line for briefing in briefings for row in rows(briefing)])


def make_entries_table(entries: Iterable[Entry], rows: Rows = make_section_rows) -> bytes:
    """Return the table of an entity: one row for each section that is about it. `rows` spares making them again."""
    lines = []
    at: tuple[str, Mapping[str, str]] = ("", {})
    for entry in entries:
        id = entry.briefing.id
        if at[0] != id:
            made = zip(entry.briefing.sections, rows(entry.briefing), strict=True)
            at = (id, {annotated.section.id: row.line for annotated, row in made})
        lines.append(at[1][entry.section.section.id])
    return join_table(SECTIONS.names, lines)


def _section_row(briefing: Briefing, annotated: AnnotatedSection, words: int) -> Sequence[str]:
    section = annotated.section
    names = dict.fromkeys(speaker.name for speaker in annotated.speakers if speaker is not None)
    return (
        briefing.date or "", briefing.id, section.id, number_of(briefing, section.id), section.kind,
        title_of(section), excerpt_of(section), annotated.outlet.name if annotated.outlet else "", "; ".join(names),
        " ".join(tag.id for tag in annotated.countries), " ".join(tag.id for tag in annotated.territories),
        " ".join(annotated.topics), str(words), anchor(briefing_path(briefing.id), section.id),
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


#: A Han or kana letter, or whatever follows a first letter or digit up to the next white space.
_WIDE = "\\u3005-\\u3007\\u3040-\\u30ff\\u3400-\\u9fff\\uf900-\\ufaff\\U00020000-\\U0003ffff"
_WORD = re.compile(rf"[{_WIDE}]|[^\W{_WIDE}][^\s{_WIDE}]*")
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

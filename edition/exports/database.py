"""The edition as one SQLite database, made for Datasette: tables with keys and references, and a full-text index.

    make_database(edition) -> Iterator[bytes]       the file, piece by piece

The tables are those of dictionary.DATABASE. The same content gives the same bytes: rows go in in the edition's order,
the file is rewritten without gaps (VACUUM), and the three fields of its header that tell which SQLite wrote it, and
how often, are set to fixed values. A briefing is forgotten once its rows are written. This module must not keep the
file: it lies in a temporary folder while it is read.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from edition.abstracts import count_words, number_of
from edition.entities import show_authorities
from edition.exports.dictionary import DATABASE, Column, Table, Type
from edition.exports.writing import REPLACEMENT, SURROGATES
from edition.indexes import Edition
from edition.model import AnnotatedSection, Briefing, Locus
from edition.problems import Problem, Refused
from edition.urls import anchor, briefing_path

Row = tuple[str | int | None, ...]

_PIECE = 1 << 16
#: The table that the full-text index is of.
_SEARCHED: Final = "paragraphs"
#: What the tables are looked up by, besides their keys.
_INDEXES: Final = (
    ("briefings", "date"),
    ("sections", "outlet"),
    ("turns", "speaker"),
    ("paragraphs", "paragraph"),
    ("section_places", "place"),
    ("section_topics", "topic"),
    ("section_persons", "person"),
    ("follows", "other_briefing, other_section"),
)
_TYPES: dict[Type, str] = {"integer": "INTEGER", "boolean": "INTEGER", "number": "REAL"}
#: Fields of the header (sqlite.org/fileformat2.html, section 1.3): the change counter, the counter for which the
#: version number holds, the version number of the library.
_HEADER: Final = ((24, 1), (92, 1), (96, 3_040_000))


def make_database(edition: Edition) -> Iterator[bytes]:
    """Yield the bytes of the database. Raises Refused where this Python's SQLite has no full-text index (FTS5)."""
    with tempfile.TemporaryDirectory(prefix="rostrum-") as folder:
        file = Path(folder, "edition.sqlite")
        _write_database(edition, file)
        with file.open("r+b") as stream:
            for place, number in _HEADER:
                stream.seek(place)
                stream.write(number.to_bytes(4, "big"))
            stream.seek(0)
            while piece := stream.read(_PIECE):
                yield piece


def _write_database(edition: Edition, file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as base:
        for pragma in ("page_size = 4096", "encoding = 'UTF-8'", "journal_mode = OFF", "synchronous = OFF"):
            base.execute(f"PRAGMA {pragma}")
        base.execute("BEGIN")
        for table in DATABASE:
            base.execute(_create(table))
        try:
            base.execute(
                f"CREATE VIRTUAL TABLE {_SEARCHED}_fts USING fts5"
                f"(text, content='{_SEARCHED}', tokenize='unicode61 remove_diacritics 2')"
            )
        except sqlite3.OperationalError as error:
            message = f"this Python's SQLite can't make a full-text index: {error}"
            raise Refused(Problem(Locus("edition.sqlite"), message, "use a Python whose SQLite has FTS5")) from None
        names = _Names()
        _insert(base, "edition", _edition_rows(edition))
        for briefing in edition.read_briefings():
            for name, rows in _rows_of(briefing, edition.config.publisher, names):
                _insert(base, name, rows)
        for name, listed in names.list_rows(edition):
            _insert(base, name, listed)
        for name, columns in _INDEXES:
            base.execute(f"CREATE INDEX {name}_{columns.replace(', ', '_')} ON {name} ({columns})")
        for command in ("rebuild", "optimize"):
            base.execute(f"INSERT INTO {_SEARCHED}_fts ({_SEARCHED}_fts) VALUES (?)", (command,))
        base.execute("COMMIT")
        broken = base.execute("PRAGMA foreign_key_check").fetchone()
        if broken:
            raise AssertionError(f"a row of {broken[0]} refers to nothing in {broken[2]}")
        base.execute("VACUUM")


def _create(table: Table) -> str:
    """Return the statement that makes a table; what its columns mean stays in it as comments."""
    columns = [f"  {_declare(column)}, -- {column.about}" for column in table.columns]
    last = [f"PRIMARY KEY ({', '.join(table.key)})"]
    last += [
        f"FOREIGN KEY ({', '.join(mine)}) REFERENCES {other} ({', '.join(theirs)})"
        for mine, other, theirs in table.references
    ]
    # a table without row numbers is kept in the order of its key, which then stands in it once
    end = ")" if table.name == _SEARCHED else ") WITHOUT ROWID"
    return f"CREATE TABLE {table.name} ( -- {table.about}\n" + "\n".join([*columns, "  " + ",\n  ".join(last), end])


def _declare(column: Column) -> str:
    parts = [column.name, _TYPES.get(column.type, "TEXT")]
    parts += ["NOT NULL"] if column.required else []
    if column.values:
        parts.append(f"CHECK ({column.name} IN ({', '.join(repr(value) for value in column.values)}))")
    return " ".join(parts)


_COUNTS: Final = {table.name: len(table.columns) for table in DATABASE}


def _insert(base: sqlite3.Connection, table: str, rows: Iterable[Row]) -> None:
    marks = ", ".join("?" * _COUNTS[table])
    base.executemany(f"INSERT INTO {table} VALUES ({marks})", (_fit(row) for row in rows))


def _fit(row: Row) -> Row:
    """Return a row whose texts UTF-8 can hold."""
    return tuple(SURROGATES.sub(REPLACEMENT, cell) if isinstance(cell, str) else cell for cell in row)


class _Names:
    """Everything that rows refer to, with its names, gathered while the briefings go by."""

    def __init__(self) -> None:
        self.speakers: dict[str, Row] = {}
        self.outlets: dict[str, Row] = {}
        self.persons: dict[str, Row] = {}
        self.places: dict[str, None] = {}
        self.topics: dict[str, None] = {}

    def gather(self, annotated: AnnotatedSection) -> None:
        for speaker in annotated.speakers:
            if speaker is not None:
                self.speakers.setdefault(speaker.id, (speaker.id, speaker.name, int(speaker.known)))
        outlet = annotated.outlet
        if outlet is not None:
            self.outlets.setdefault(outlet.id, (outlet.id, outlet.name, outlet.full_name or None, int(outlet.known)))
        for person in annotated.persons:
            self.persons.setdefault(person.id, (person.id, person.name, person.status))
        self.places |= dict.fromkeys(tag.id for tag in (*annotated.countries, *annotated.territories))
        self.topics |= dict.fromkeys(annotated.topics)

    def list_rows(self, edition: Edition) -> Iterator[tuple[str, Iterable[Row]]]:
        shown = show_authorities(edition.authorities, edition.config.interface).entities
        for table, rows in (("speakers", self.speakers), ("outlets", self.outlets), ("persons", self.persons)):
            yield table, [rows[id] for id in sorted(rows)]
        places = [(id, shown.get(("countries", id))) for id in sorted(self.places)]
        yield (
            "places",
            [
                (id, place.name, place.kind or "territory", place.region or None)
                if place
                else (id, id, "country" if id.isupper() else "territory", None)
                for id, place in places
            ],
        )
        topics = [(id, shown.get(("topics", id))) for id in sorted(self.topics)]
        yield "topics", [(id, topic.name, topic.note or None) if topic else (id, id, None) for id, topic in topics]


def _edition_rows(edition: Edition) -> Iterator[Row]:
    config, release, rights = edition.config, edition.config.release, edition.config.rights
    facts = (
        ("title", config.title),
        ("publisher", config.publisher),
        ("language", config.language),
        ("site_url", config.site_url),
        ("release", release.label if release else None),
        ("release_date", release.date if release else None),
        ("rights", rights.text if rights else None),
        ("rights_url", rights.url if rights else None),
    )
    return ((name, value) for name, value in facts if value)


def _rows_of(briefing: Briefing, publisher: str | None, names: _Names) -> Iterator[tuple[str, Sequence[Row]]]:
    transcript, id = briefing.transcript, briefing.id
    source, rights = transcript.source, briefing.rights or transcript.rights
    words = [count_words([annotated]) for annotated in briefing.sections]
    yield (
        "briefings",
        [
            (
                id, transcript.date, transcript.published, transcript.starts, transcript.ends, transcript.place,
                transcript.kind, transcript.title, transcript.language, source.publisher or publisher,
                rights.text if rights else None, rights.url if rights else None, sum(words), briefing_path(id),
                source.file, source.sha256, source.layout, source.url, source.retrieved,
            )
        ],
    )  # fmt: skip
    for speaker in briefing.speakers:
        names.speakers.setdefault(speaker.id, (speaker.id, speaker.name, int(speaker.known)))
    yield "briefing_speakers", [(id, n, speaker.id) for n, speaker in enumerate(briefing.speakers, 1)]
    for position, (annotated, count) in enumerate(zip(briefing.sections, words, strict=True), 1):
        names.gather(annotated)
        yield from _rows_of_section(briefing, annotated, position, count)
    yield "apparatus", list(_apparatus_rows(briefing))


def _rows_of_section(
    briefing: Briefing, annotated: AnnotatedSection, position: int, words: int
) -> Iterator[tuple[str, Sequence[Row]]]:
    section = annotated.section
    key = briefing.id, section.id
    yield (
        "sections",
        [
            (
                *key, position, number_of(briefing, section.id), section.kind, section.heading, int(section.printed),
                int(section.proposed), section.occasion.printed if section.occasion else None,
                annotated.outlet.id if annotated.outlet else None, words,
                anchor(briefing_path(briefing.id), section.id),
            )
        ],
    )  # fmt: skip
    said = (*annotated.speakers, *[None] * len(section.turns))
    turns = list(enumerate(zip(section.turns, said, strict=False), 1))
    yield "turns", [(*key, n, turn.role, turn.label, who.id if who else None) for n, (turn, who) in turns]
    yield (
        "paragraphs",
        [
            (briefing.id, paragraph.id, section.id, n, place, paragraph.kind, paragraph.text)
            for n, (turn, _) in turns
            for place, paragraph in enumerate(turn.paragraphs, 1)
        ],
    )
    places = dict.fromkeys(tag.id for tag in (*annotated.countries, *annotated.territories))
    yield "section_places", [(*key, n, place) for n, place in enumerate(places, 1)]
    yield "section_topics", [(*key, n, topic) for n, topic in enumerate(annotated.topics, 1)]
    yield "section_persons", [(*key, n, person.id) for n, person in enumerate(annotated.persons, 1)]
    dates = [*((date, 0) for date in annotated.dates), *((date, 1) for date in annotated.dates_resolved)]
    yield "section_dates", [(*key, n, date.iso, date.text, resolved) for n, (date, resolved) in enumerate(dates, 1)]
    others = (target.rpartition("#") for target in annotated.follows)
    yield (
        "follows",
        [(*key, n, home or briefing.id, anchor) for n, (home, _, anchor) in enumerate(others, 1)],
    )


def _apparatus_rows(briefing: Briefing) -> Iterator[Row]:
    apparatus = briefing.transcript.apparatus
    lines: list[Row] = [("metadata", m.line, m.text, None, m.field) for m in apparatus.metadata]
    lines += [("dropped", d.line, d.text, None, d.reason) for d in apparatus.dropped]
    lines += [("emendation", e.line, e.before, e.after, e.reason) for e in apparatus.emendations]
    return ((briefing.id, n, *line) for n, line in enumerate(lines, 1))

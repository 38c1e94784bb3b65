"""The data dictionary: every table and record that an edition publishes as data, column by column, in one place.

    TABLES        the CSV files           LINE_TABLES            the files of lines: sections-YEAR.jsonl, changes.jsonl
    DATABASE      the SQLite file         read_record_tables()   briefings/ID.json, from its JSON Schema

The data package, the tables of the database, docs/data.md and the page data/index.html are made from it, and the CSV
writers take their columns from here, so that what is said of a file can't differ from what is in it. This module
must not write a value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from edition import retagging
from edition.model import BRIEFING_KINDS, ROLES, SECTION_KINDS

Type = Literal["string", "integer", "number", "boolean", "date", "array", "object"]

SCHEMA_FILE: Final = Path(__file__).parent / "briefing.schema.json"


@dataclass(frozen=True, slots=True)
class Column:
    """A column or field. `required`: it is never empty; `values`: the only ones it has, () for any."""

    name: str
    about: str
    type: Type = "string"
    required: bool = False
    values: tuple[str, ...] = ()

    def describe(self) -> str:
        """Return what the column holds, with the values that it may have where the sentence doesn't name them."""
        if all(f"`{value}`" in self.about for value in self.values):
            return self.about
        return f"{self.about}: {', '.join(f'`{value}`' for value in self.values)}"


@dataclass(frozen=True, slots=True)
class Table:
    """A table or record. `key`: the columns that together are unique; `references`: (columns, table, its columns)."""

    name: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    references: tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns in their order."""
        return tuple(column.name for column in self.columns)


def _column(name: str, about: str, type: Type = "string", *values: str) -> Column:
    """Return a column that is never empty."""
    return Column(name, about, type, True, values)


_BRIEFING: Final = _column("briefing", "id of the briefing")
_SECTION: Final = _column("section", "id of the section, its anchor on the page")
_IN_SECTION: Final = ((("briefing", "section"), "sections", ("briefing", "section")),)
_OF_BRIEFING: Final = ((("briefing",), "briefings", ("id",)),)

BRIEFINGS: Final = Table(
    "briefings",
    "All briefings, one a row, newest first, undated last.",
    (
        Column("date", "the day on which it took place, empty where its source prints none", "date"),
        _column("id", "its name in every address"),
        _column("kind", "what it is", "string", *BRIEFING_KINDS),
        _column("title", "the printed title"),
        _column("language", "of the text (BCP 47)"),
        Column("speakers", "names of those who speak for the publisher, parted by `; `"),
        Column("publisher", "whose briefing it is, where its source says so"),
        _column("sections", "how many", "integer"),
        _column("words", "how many; a Han or kana letter counts as one", "integer"),
        _column("url", "its page"),
        _column("source_file", "name of the witness on arrival"),
        Column("source_url", "where it came from"),
        _column("source_sha256", "its checksum"),
    ),
    ("id",),
)
SECTIONS: Final = Table(
    "sections",
    "The sections of a year, or those about a speaker, country, topic or outlet, one a row.",
    (
        Column("date", "of the briefing, empty where undated", "date"),
        _BRIEFING,
        _SECTION,
        _column("number", "what a reader cites: 3 for `q3`, A1 for `a1`"),
        _column("kind", "what it is", "string", *SECTION_KINDS),
        Column("title", "its heading, else its first words"),
        Column("excerpt", "the first words of the answer"),
        Column("outlet", "who asks"),
        Column("speakers", "names, parted by `; `"),
        Column("countries", "codes (ISO 3166-1), parted by blanks"),
        Column("territories", "codes or ids, parted by blanks"),
        Column("topics", "ids, parted by blanks, the weightiest first"),
        _column("words", "how many", "integer"),
        _column("url", "its place on the page"),
    ),
    ("briefing", "section"),
    _OF_BRIEFING,
)
_TAG_WORDS: Final = {
    "countries": "codes (ISO 3166-1)", "territories": "codes or ids", "topics": "ids, the weightiest first",
    "persons": "ids of people named in it", "outlets": "id of who asks", "speakers": "ids of who speaks",
}  # fmt: skip
TAGS: Final = Table(
    "tags",
    "The ids of everything that a section is tagged with, parted by blanks, one section a row.",
    (_BRIEFING, _SECTION, *(Column(family, _TAG_WORDS[family]) for family in retagging.FAMILIES)),
    ("briefing", "section"),
    _OF_BRIEFING,
)
MOVED: Final = Table(
    "moved",
    "Every old address of the edition, one a row, and what became of it.",
    (
        _column("old", "the address that was published: a page, a place on it, another form of a page"),
        Column("new", "where it leads now, empty where it is gone"),
        Column("gone", "since when it is gone, empty where it moved", "date"),
        Column("reason", "why it is gone"),
    ),
    ("old",),
)
#: The CSV files of data/ by the beginning of their names.
TABLES: Final[Mapping[str, Table]] = {table.name: table for table in (BRIEFINGS, SECTIONS, TAGS, MOVED)}

LINES: Final = Table(
    "sections.jsonl",
    "Every section of a year with its whole text and tags, one JSON object a line.",
    (
        _BRIEFING,
        _SECTION,
        _column("number", "what a reader cites"),
        _column("url", "its place on the page"),
        Column("date", "of the briefing, or null", "date"),
        _column("kind", "of the section", "string", *SECTION_KINDS),
        _column("language", "of the text"),
        Column("heading", "printed or editorial, or null"),
        Column("outlet", "who asks: `id`, `name`, perhaps `full_name`; or null", "object"),
        _column("speakers", "who speaks for the publisher in it: `id`, `name`", "array"),
        _column("turns", "`role`, `label` and the whole `text`, its paragraphs parted by an empty line", "array"),
        _column("countries", "codes", "array"),
        _column("territories", "codes or ids", "array"),
        _column("topics", "ids, the weightiest first", "array"),
        _column("persons", "ids", "array"),
        _column("dates", "ISO days, or two with a slash", "array"),
        _column("follows", "ids of sections that it comes back to", "array"),
    ),
    ("briefing", "section"),
)

CHANGES: Final = Table(
    "changes.jsonl",
    "What every release changed, one JSON object a line for each briefing, the oldest release first.",
    (
        Column("release", "the name of the release; null: since the newest one"),
        Column("released", "its day, or null", "date"),
        _column("change", "what became of the briefing", "string", "added", "corrected", "noted", "withdrawn"),
        _BRIEFING,
        _column("title", "its title after the change"),
        Column("date", "its day, or null", "date"),
        Column("url", "its page; null: there is none any more"),
        _column(
            "errata",
            "`kind` (`title`, `date`, `emended`, `restored`, `revised`, `noticed`, `left-out`, `section-added`, "
            "`section-gone`, `reworded`), `section`, the words `before` and `after`, the `reason`, the `date` on which "
            "the source's later words were received; what is empty is left out",
            "array",
        ),
    ),
)

#: The files of lines in data/ by the beginning of their names.
LINE_TABLES: Final[Mapping[str, Table]] = {"sections": LINES, "changes": CHANGES}

EDITION: Final = Table(
    "edition.json",
    "What the edition is, and one line for each briefing.",
    (
        _column("schema", "`edition/1`"),
        _column("title", "the edition"),
        Column("publisher", "who publishes it, or null"),
        _column("language", "the language of most of its texts"),
        Column("site_url", "where it lives, or null"),
        Column("release", "`name` and `date` of the newest, `later`: it has changed since; or null", "object"),
        Column("rights", "`text` and `url`, or null", "object"),
        _column("counts", "`briefings` and `sections`", "object"),
    ),
)
EDITION_BRIEFINGS: Final = Table(
    "edition.json: briefings",
    "The briefings, newest first, undated last.",
    (
        _column("id", "as in its record"),
        Column("date", "as in its record", "date"),
        _column("kind", "as in its record", "string", *BRIEFING_KINDS),
        _column("title", "as in its record"),
        _column("language", "as in its record"),
        _column("speakers", "their ids", "array"),
        _column("sections", "how many", "integer"),
        _column("words", "how many; a Han or kana letter counts as one", "integer"),
        _column("url", "its page"),
    ),
    ("id",),
)

# ── The database ────────────────────────────────────────────────────────────────────────────────────────────────────


def _named(name: str, about: str, *more: Column) -> Table:
    return Table(name, about, (_column("id", "its id"), _column("name", "its name in use"), *more), ("id",))


def _tag_table(name: str, about: str, column: str, target: str) -> Table:
    place = _column("position", "its place among those of the section, from 1", "integer")
    columns = (_BRIEFING, _SECTION, place, _column(column, "its id"))
    references = (*_IN_SECTION, ((column,), target, ("id",)))
    return Table(name, about, columns, ("briefing", "section", "position"), references)


_WITNESS_LINE: Final = Column("line", "its line in the witness, empty where unknown", "integer")
_RANK: Final = _column("position", "its place in the list, from 1", "integer")

DATABASE: Final[tuple[Table, ...]] = (
    Table(
        "edition",
        "What the edition is, one fact a row.",
        (_column("name", "title, publisher, language, site_url, release, release_date, rights, rights_url"),
         _column("value", "the fact")),
        ("name",),
    ),
    _named("speakers", "Those who speak for the publisher.", _column("known", "1: a register has them", "boolean")),
    _named(
        "outlets", "Those who ask.", Column("full_name", "the name in full"),
        _column("known", "1: a register has it", "boolean"),
    ),
    _named(
        "places", "Countries and territories that a section is tagged with.",
        _column("kind", "what it is", "string", "country", "territory"), Column("region", "where it lies"),
    ),
    _named("topics", "Topics that a section is tagged with.", Column("note", "what belongs to it")),
    _named(
        "persons", "People named in the text.",
        _column("status", "whether an editor confirmed the person", "string", "proposed", "confirmed"),
    ),
    Table(
        "briefings",
        "All briefings.",
        (
            _column("id", "its name in every address"),
            Column("date", "the day on which it took place", "date"),
            Column("published", "when it was published, ISO 8601, as exact as printed"),
            Column("starts", "when it began, in the same way"),
            Column("ends", "when it ended"),
            Column("place", "where it was held, as printed"),
            _column("kind", "what it is", "string", *BRIEFING_KINDS),
            _column("title", "the printed title"),
            _column("language", "of the text (BCP 47)"),
            Column("publisher", "whose briefing it is"),
            Column("rights", "what may be done with the text"),
            Column("rights_url", "where that is said at length"),
            _column("words", "how many; a Han or kana letter counts as one", "integer"),
            _column("url", "its page"),
            _column("source_file", "name of the witness on arrival"),
            _column("source_sha256", "its checksum"),
            _column("source_layout", "the layout that it was read with"),
            Column("source_url", "where it came from"),
            Column("source_retrieved", "when"),
        ),
        ("id",),
    ),
    Table(
        "briefing_speakers",
        "Who speaks for the publisher in a briefing.",
        (_BRIEFING, _RANK, _column("speaker", "id of the speaker")),
        ("briefing", "position"),
        (*_OF_BRIEFING, (("speaker",), "speakers", ("id",))),
    ),
    Table(
        "sections",
        "All sections.",
        (
            _BRIEFING,
            _SECTION,
            _column("position", "its place in the briefing, from 1", "integer"),
            _column("number", "what a reader cites"),
            _column("kind", "what it is", "string", *SECTION_KINDS),
            Column("heading", "printed or editorial"),
            _column("printed", "1: the source prints the heading", "boolean"),
            _column("proposed", "1: its start is the program’s guess", "boolean"),
            Column("occasion", "printed words that say when it was said"),
            Column("outlet", "id of who asks"),
            _column("words", "how many", "integer"),
            _column("url", "its place on the page"),
        ),
        ("briefing", "section"),
        (*_OF_BRIEFING, (("outlet",), "outlets", ("id",))),
    ),
    Table(
        "turns",
        "What one voice says before another takes over.",
        (
            _BRIEFING,
            _SECTION,
            _column("turn", "its place in the section, from 1", "integer"),
            _column("role", "what it is", "string", *ROLES),
            Column("label", "the speaker as printed, without the colon"),
            Column("speaker", "id of the speaker"),
        ),
        ("briefing", "section", "turn"),
        (*_IN_SECTION, (("speaker",), "speakers", ("id",))),
    ),
    Table(
        "paragraphs",
        "All paragraphs; paragraphs_fts is their full-text index.",
        (
            _BRIEFING,
            _column("paragraph", "its anchor on the page"),
            _SECTION,
            _column("turn", "the turn that it belongs to", "integer"),
            _column("position", "its place in the turn, from 1", "integer"),
            _column("kind", "a stage note or text", "string", "text", "stage"),
            _column("text", "its characters as printed"),
        ),
        ("briefing", "section", "turn", "position"),
        ((("briefing", "section", "turn"), "turns", ("briefing", "section", "turn")),),
    ),
    _tag_table("section_places", "Countries and territories of sections.", "place", "places"),
    _tag_table("section_topics", "Topics of sections, the weightiest first.", "topic", "topics"),
    _tag_table("section_persons", "People named in sections.", "person", "persons"),
    Table(
        "section_dates",
        "Calendar days that a section prints.",
        (
            _BRIEFING,
            _SECTION,
            _RANK,
            _column("iso", "a day, or two with a slash"),
            _column("text", "as printed"),
            _column("resolved", "1: worked out from words like “yesterday”", "boolean"),
        ),
        ("briefing", "section", "position"),
        _IN_SECTION,
    ),
    Table(
        "follows",
        "Sections that a section comes back to.",
        (_BRIEFING, _SECTION, _RANK, _column("other_briefing", "of the earlier section"),
         _column("other_section", "the earlier section")),
        ("briefing", "section", "position"),
        _IN_SECTION,
    ),
    Table(
        "apparatus",
        "Everything that stands between a witness and its text.",
        (
            _BRIEFING,
            _RANK,
            _column("kind", "what was done", "string", "metadata", "dropped", "emendation"),
            _WITNESS_LINE,
            _column("printed", "the words of the witness"),
            Column("given", "the words that stand in their place"),
            _column("reason", "why; of metadata the field that it became"),
        ),
        ("briefing", "position"),
        _OF_BRIEFING,
    ),
)  # fmt: skip


# ── The record of a briefing ────────────────────────────────────────────────────────────────────────────────────────


@cache
def read_record_tables() -> tuple[Table, ...]:
    """Return the fields of briefings/ID.json as its JSON Schema has them: of a briefing, section, turn, paragraph."""
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    parts = {"Briefing": schema, **{name: schema["$defs"][name.lower()] for name in ("Section", "Turn", "Paragraph")}}
    return tuple(Table(name, "", tuple(_read_fields(part))) for name, part in parts.items())


def _read_fields(part: Mapping[str, Any]) -> Iterator[Column]:
    for name, field in part["properties"].items():
        values = tuple(field.get("enum", ()))
        yield Column(name, field.get("description", ""), _type_of(field), name in part["required"], values)


def _type_of(field: Mapping[str, Any]) -> Type:
    given = field.get("type", "object" if "oneOf" in field else "string")
    types = [each for each in (given if isinstance(given, list) else [given]) if each != "null"]
    found: Type = types[0]
    return "date" if field.get("format") == "date" else found

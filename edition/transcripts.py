"""The canonical Markdown of a briefing: `dumps` and `loads`, exact inverses of each other.

This module must not read or write a file, know an authority file, or change a word of a text. The format is explained
for editors in docs/content-format.md.
"""

from __future__ import annotations

import datetime
import html.entities
import itertools
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from string import ascii_lowercase
from typing import Any, NamedTuple, TypeVar

from edition.config import parse_language
from edition.model import (
    BRIEFING_KINDS,
    DEFAULT_SECTION_KIND,
    ROLES,
    SECTION_KINDS,
    Apparatus,
    BriefingKind,
    Change,
    Doubt,
    DroppedLine,
    Emendation,
    Locus,
    Mark,
    MetadataLine,
    Occasion,
    Paragraph,
    ParagraphKind,
    Revision,
    Rights,
    Role,
    Section,
    SectionKind,
    Source,
    Transcript,
    Turn,
    Version,
)
from edition.problems import Problem, Refused, suggest
from edition.yamlfiles import Node, as_bool, as_date, as_list, as_map, as_text, dump_yaml, read_yaml

#: The editor's attributes of a section, and what each value is made of.
ATTRIBUTES: tuple[str, ...] = (
    "countries", "date", "dates", "follows", "outlet", "persons", "speaker", "territories", "topics",
)  # fmt: skip
MARK_SCHEMES: tuple[str, ...] = ("country", "territory", "person", "speaker", "outlet", "topic", "date", "none")
OCCASIONS: tuple[str, ...] = ("after-conference", "separate")
MAX_PROBLEMS = 50  # of one file; a file with more is not a transcript

#: Attributes that say nothing without a value.
_VALUED = ("date", "follows", "outlet", "speaker")
_KNOWN_ATTRIBUTES = ("kind", "printed", "proposed", *ATTRIBUTES, "occasion", "intro")
_ID = re.compile(r"[a-z][a-z0-9.-]*")
_FILE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
_CODE = re.compile(r"[A-Z]{2}")
_MARK_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_MOMENT = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?)?)?)?"
)


# ── Ids of paragraphs ───────────────────────────────────────────────────────────────────────────────────────────────

_COUNTED = re.compile(r"(.*\.)(\d{1,9})", re.ASCII)


def first_paragraph_id(section: str) -> str:
    """Return the id that a section's first paragraph has where none is written: q3.1."""
    return f"{section}.1"


def following_id(id: str, expected: str) -> str:
    """Return the id that the paragraph after `id` has where none is written: the next number (q3.5 after q3.4).

    An id that doesn't end in a number of its own (q3.4a) does not count: what was `expected` before it still is.
    """
    found = _COUNTED.fullmatch(id)
    return f"{found[1]}{int(found[2]) + 1}" if found else expected


_LETTERED = re.compile(r"(.*?\d)[a-z]*", re.DOTALL)


def lettered_id(before: str, used: Collection[str]) -> str:
    """Return a free id for a paragraph that is put in behind another one: q3.1a behind q3.1, q3.1b behind that."""
    found = _LETTERED.fullmatch(before)
    stem = found[1] if found else f"{before}."
    letters = itertools.chain(ascii_lowercase, map("".join, itertools.product(ascii_lowercase, repeat=2)))
    free = (f"{stem}{letter}" for letter in letters if f"{stem}{letter}" not in used)
    return next(free, f"{before}.{len(used)}")


# ── Writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────

# White space that Markdown or an editor's program may strip at the end of a line. Control characters are left as they
# are: Markdown has no escape for them.
_EDGE = " \t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\u2028\u2029"
_NEEDS_ESCAPE = re.compile(
    r"[\\`*\[\]<~{|]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=#?[A-Za-z0-9]{1,40};)|[\0\t\r\u2028\u2029]"
)
#: What holds none of these needs no escape: asked first, as it takes a fraction of the time.
_MAY_NEED_ESCAPE = re.compile(r"[\\`*\[\]<~{|_&\0\t\r\u2028\u2029]")
_LINE_START = re.compile(r"[#>+=:-]|(?P<number>\d{1,9})[.)](?=\s|\Z)")
#: A backslash before the colon means that it is escaped already, or that no address is.
_COLON_OF_ADDRESS = re.compile(r"(?<!\\)://")
_ASCII_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def dumps(transcript: Transcript) -> str:
    """Return the transcript as canonical Markdown, ending with a line break.

    Raises ValueError where the value breaks a rule of `faults_of`: such a transcript could not be read again.
    """
    if faults := faults_of(transcript):
        raise ValueError(f"{transcript.id}: " + "; ".join(faults))
    out = ["---\n", dump_yaml(_front_matter(transcript)), "---\n"]
    for section in transcript.sections:
        out.append(f"\n{_heading_line(section, DEFAULT_SECTION_KIND[transcript.kind])}\n")
        following = first_paragraph_id(section.id)
        for index, turn in enumerate(section.turns):
            opening = _opening(section, index, turn)
            if not turn.paragraphs:
                out.append(f"\n{opening}\n")
            for paragraph in turn.paragraphs:
                out.append(f"\n{_paragraph(paragraph, opening, following)}\n")
                following = following_id(paragraph.id, following)
                opening = ""
    return "".join(out)


def _front_matter(transcript: Transcript) -> dict[str, Any]:
    source, rights, apparatus = transcript.source, transcript.rights, transcript.apparatus
    parts: dict[str, Any] = {
        "title": transcript.title,
        "date": _dated(transcript.date),
        "published": _dated(transcript.published),
        "starts": transcript.starts,
        "ends": transcript.ends,
        "place": transcript.place,
        "kind": transcript.kind,
        "speakers": list(transcript.speakers),
        "language": transcript.language,
        "source": {key: _source_value(source, key) for key in _SOURCE_KEYS if getattr(source, key) not in (None, ())},
        "versions": [_given(version, _VERSION_KEYS) for version in transcript.versions],
        "revisions": [
            {
                "received": _dated(revision.received),
                "path": revision.path,
                "sha256": revision.sha256,
                **({"taken": True} if revision.taken else {}),
                "changes": [_given(change, _CHANGE_KEYS) for change in revision.changes],
            }
            for revision in transcript.revisions
        ],
        "rights": rights and {"text": rights.text, **({"url": rights.url} if rights.url is not None else {})},
        "notes": list(transcript.notes),
        "doubts": [_given(doubt, _DOUBT_KEYS) for doubt in transcript.doubts],
        "apparatus": {
            name: [_given(entry, keys) for entry in getattr(apparatus, name)]
            for name, (keys, _) in _APPARATUS.items()
            if getattr(apparatus, name)
        },
    }
    return {key: value for key, value in parts.items() if value or key in ("title", "speakers")}


def _given(entry: object, keys: Sequence[str]) -> dict[str, Any]:
    return {key: getattr(entry, key) for key in keys if getattr(entry, key) is not None}


def _source_value(source: Source, key: str) -> str | datetime.date | None:
    if key == "lines":
        return ", ".join(f"{first}-{last}" for first, last in source.lines) or None
    return _dated(getattr(source, key))


def _dated(text: str | None) -> str | datetime.date | None:
    """Return a whole date as a date, which YAML writes without quotes, anything else as it is."""
    return datetime.date.fromisoformat(text) if text and _is_day(text) else text


_RANGE = re.compile(r"([1-9]\d{0,8})-([1-9]\d{0,8})", re.ASCII)
_SOURCE_KEYS = ("file", "path", "sha256", "layout", "publisher", "url", "retrieved", "lines")
_VERSION_KEYS = ("language", "url", "briefing")
_REVISION_KEYS = ("received", "path", "sha256", "taken", "changes")
_CHANGE_KEYS = ("section", "before", "after")
_DOUBT_KEYS = ("line", "text")
_APPARATUS: dict[str, tuple[tuple[str, ...], type[Any]]] = {
    "metadata": (("line", "field", "text"), MetadataLine),
    "dropped": (("line", "reason", "text"), DroppedLine),
    "emendations": (("line", "before", "after", "reason"), Emendation),
}
FRONT_MATTER_KEYS = (
    "title", "date", "published", "starts", "ends", "place", "kind", "speakers", "language", "source", "versions",
    "revisions", "rights", "notes", "doubts", "apparatus",
)  # fmt: skip


def _heading_line(section: Section, default: SectionKind) -> str:
    parts = [f"#{section.id}"]
    if section.kind != default:
        parts.append(f"kind={section.kind}")
    parts += [flag for flag in ("printed", "proposed") if getattr(section, flag)]
    parts += [f"{name}={_attribute_value(value)}" for name, value in section.attributes]
    if section.occasion:
        parts.append(f"occasion={section.occasion.value}")
        parts.append('intro="{}"'.format(_inline(section.occasion.printed, False).replace('"', '\\"')))
    heading = f"{_inline(section.heading, False)} " if section.heading is not None else ""
    return f"## {heading}{{{' '.join(parts)}}}"


def _attribute_value(value: str) -> str:
    return value if re.fullmatch(r"[\w.+/#-]+", value) else f'"{value}"'


def _opening(section: Section, index: int, turn: Turn) -> str:
    """Return what stands before a turn's first paragraph: its label, and its role where another is expected."""
    label = f"**{_inline(turn.label, False)}:**" if turn.label is not None else ""
    expected = turn.role == _expected_role(section.kind, index)
    return label if expected and (label or index == 0) else f"{label}{{{turn.role}}}"


def _expected_role(kind: SectionKind, index: int) -> Role:
    if kind != "exchange":
        return "statement"
    return "answer" if index else "question"


def _paragraph(paragraph: Paragraph, opening: str, default_id: str) -> str:
    starts_line = not opening and paragraph.kind == "text"
    body = _marked(paragraph, starts_line) if paragraph.marks else _inline(paragraph.text, True, starts_line)
    if paragraph.kind == "stage":
        body = f"*{body}*"
    tail = "" if paragraph.id == default_id else f" {{#{paragraph.id}}}"
    return f"{opening} {body}{tail}" if opening else f"{body}{tail}"


def _inline(text: str, breaks: bool, starts_line: bool = False) -> str:
    """Return `text` as Markdown that renders as exactly these characters.

    `breaks`: "\\n" becomes a hard line break, otherwise (labels, headings) a character reference. `starts_line`: the
    text begins a line of the file, where a hash or a hyphen would mean something.
    """
    return _written(text, 0, len(text), _forced(text, breaks, starts_line))


def _forced(text: str, breaks: bool, starts_line: bool) -> dict[int, str]:
    """Return position → source for the characters whose place, not only whose kind, decides how they are written."""
    forced: dict[int, str] = {}
    if not breaks:
        forced.update((found.start(), "&#10;") for found in re.finditer("\n", text))
    first = len(text) - len(text.lstrip(_EDGE + "\n"))
    last = len(text.rstrip(_EDGE + "\n"))
    for at in (*range(first), *range(max(first, last), len(text))):
        forced[at] = f"&#{ord(text[at])};"
    if first == 0 and starts_line:
        _force_line_start(text, 0, forced)
    if breaks and "\n" in text:
        for found in re.finditer("\n", text[:last]):
            at = found.start()
            if at < first:
                continue
            forced[at] = "\\\n"
            before, after = at - 1, at + 1
            while text[before] in _EDGE:
                forced[before] = f"&#{ord(text[before])};"
                before -= 1
            while text[after] in _EDGE:
                forced[after] = f"&#{ord(text[after])};"
                after += 1
            if after == at + 1:
                _force_line_start(text, after, forced)
    return forced


def _force_line_start(text: str, at: int, forced: dict[int, str]) -> None:
    if found := _LINE_START.match(text, at):
        last = found.end() - 1
        forced[last] = f"\\{text[last]}"


def _written(text: str, start: int, end: int, forced: dict[int, str]) -> str:
    """Return text[start:end] as Markdown."""
    if not forced and not _MAY_NEED_ESCAPE.search(text, start, end):
        return text[start:end]
    if not forced:
        return _guard_addresses(_NEEDS_ESCAPE.sub(_escape, text[start:end]))
    out: list[str] = []
    for at in sorted(at for at in forced if start <= at < end):
        out += (_NEEDS_ESCAPE.sub(_escape, text[start:at]), forced[at])
        start = at + 1
    out.append(_NEEDS_ESCAPE.sub(_escape, text[start:end]))
    return _guard_addresses("".join(out))


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    return f"&#{ord(character)};" if character in "\0\t\r\u2028\u2029" else f"\\{character}"


def _guard_addresses(source: str) -> str:
    """Return the source with the colon of each web address that holds an escape escaped too.

    GitHub turns a bare address into a link before it looks at escapes, and would print their backslashes.
    """
    if "\\" not in source or not ("://" in source or "www." in source):
        return source
    return "".join(
        _COLON_OF_ADDRESS.sub("\\\\://", word).replace("www.", "www\\.") if "\\" in word and word != "\\" else word
        for word in re.split(r"(\s)", source)
    )


def _marked(paragraph: Paragraph, starts_line: bool) -> str:
    """Return the text of a paragraph with its marks as Markdown."""
    text = paragraph.text
    forced = _forced(text, True, starts_line)
    brackets = {at for mark in paragraph.marks if mark.kind == "entity" for at in (mark.start, mark.end)}
    for deletion in paragraph.marks:
        if deletion.kind == "deleted":
            _force_flanks(text, deletion, brackets, forced)
    out: list[str] = []
    ends: list[Mark] = []
    at = 0

    def write_to(end: int) -> None:
        nonlocal at
        out.append(_written(text, at, end, forced))
        at = end

    mark: Mark | None
    for mark in (*paragraph.marks, None):
        while ends and (mark is None or ends[-1].end <= mark.start):
            closing = ends.pop()
            write_to(closing.end)
            out.append("~~" if closing.kind == "deleted" else f"]({closing.target})")
        if mark is not None:
            write_to(mark.start)
            if mark.kind == "entity" and out[-1].endswith("!"):  # or it would be an image
                out[-1] = f"{out[-1][:-1]}\\!"
            out.append("~~" if mark.kind == "deleted" else "[")
            ends.append(mark)
    write_to(len(text))
    return "".join(out)


def _force_flanks(text: str, mark: Mark, brackets: set[int], forced: dict[int, str]) -> None:
    """Write as references what would keep Markdown from seeing the tildes of a deletion.

    Tildes open only before a character that is no white space, and before punctuation only after white space or
    punctuation (CommonMark 6.2, flanking); for the end the same holds mirrored.
    """
    for inner, outer, edge in ((mark.start, mark.start - 1, mark.start), (mark.end - 1, mark.end, mark.end)):
        if (text[inner].isspace() and not _is_control(text[inner])) or text[inner] in "\n\t\r":
            forced[inner] = f"&#{ord(text[inner])};"
        if text[inner].isalnum() and inner not in forced and edge not in brackets:
            continue
        if not 0 <= outer < len(text) or outer in forced:
            continue
        neighbour = text[outer]
        if not neighbour.isspace() and neighbour not in _ASCII_PUNCTUATION and not _is_control(neighbour):
            forced[outer] = f"&#{ord(neighbour)};"


def _is_control(character: str) -> bool:
    code = ord(character)
    return code < 0x20 or 0x7F <= code < 0xA0 or 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE


# ── What a transcript must be ───────────────────────────────────────────────────────────────────────────────────────


def faults_of(transcript: Transcript) -> tuple[str, ...]:
    """Return what keeps a transcript from being written and read again, each as half a sentence (none: ())."""
    faults: list[str] = []
    need = _collector(faults)
    need(_FILE_ID.fullmatch(transcript.id), f"the id “{transcript.id}” can't be a file name and an address")
    need(transcript.title, "no title")
    need(transcript.kind in BRIEFING_KINDS, f"unknown kind “{transcript.kind}”")
    need(transcript.date is None or _is_day(transcript.date), f"“{transcript.date}” is not a date")
    need(
        transcript.language and not _language_fault(transcript.language), f"“{transcript.language}” is no language tag"
    )
    need(all(transcript.speakers) and all(transcript.notes), "an empty speaker or note")
    need(all(doubt.text for doubt in transcript.doubts), "an empty doubt")
    need(all(d.line is None or 0 < d.line < 10**9 for d in transcript.doubts), "a line of a doubt below 1")
    for moment in (transcript.published, transcript.starts, transcript.ends, transcript.source.retrieved):
        need(moment is None or _is_moment(moment), f"“{moment}” is not a date or time of ISO 8601")
    source, rights = transcript.source, transcript.rights
    need(source.file and source.layout, "a source without a file or a layout")
    need(_SHA256.fullmatch(source.sha256), "a source without its SHA-256")
    need(source.path != "" and source.publisher != "", "an empty path or publisher of the source")
    ends = [number for lines in source.lines for number in lines]
    need(_are_ranges(ends), "lines of the source out of order")
    need(transcript.place != "", "an empty place")
    faults += (fault for version in transcript.versions if (fault := _version_fault(version)))
    for revision in transcript.revisions:
        need(_is_day(revision.received), f"revision: “{revision.received}” is not a date")
        need(revision.path and _SHA256.fullmatch(revision.sha256), "a revision without its path or its SHA-256")
        need(all(c.before or c.after for c in revision.changes), "a revision with a change that changes nothing")
        need(all(c.section is None or _ID.fullmatch(c.section) for c in revision.changes), "a change without a place")
    need(rights is None or rights.text, "rights without a text")
    for address in (source.url, rights.url if rights else None):
        need(address is None or _ADDRESS.fullmatch(address), f"“{address}” is not a web address")
    apparatus = transcript.apparatus
    lines = [
        entry.line for entries in (apparatus.metadata, apparatus.dropped, apparatus.emendations) for entry in entries
    ]
    need(all(line is None or 0 < line < 10**9 for line in lines), "a line of the apparatus below 1")
    need(transcript.sections, "no section")
    anchors: set[str] = set()
    for section in transcript.sections:
        faults += (f"section {section.id}: {fault}" for fault in _section_faults(section))
        for anchor in (section.id, *(p.id for p in section.paragraphs)):
            need(anchor not in anchors, f"the id “{anchor}” stands twice")
            anchors.add(anchor)
    return tuple(faults)


def _version_fault(version: Version) -> str:
    if _language_fault(version.language):
        return f"version: “{version.language}” is no language tag"
    if version.url is None and version.briefing is None:
        return "a version without its address or its briefing"
    if version.briefing is not None and not _FILE_ID.fullmatch(version.briefing):
        return f"version: “{version.briefing}” is not the id of a briefing"
    return "" if version.url is None or _ADDRESS.fullmatch(version.url) else f"“{version.url}” is not a web address"


def _collector(faults: list[str]) -> Callable[[object, str], None]:
    def need(fact: object, fault: str) -> None:
        if not fact:
            faults.append(fault)

    return need


def _section_faults(section: Section) -> list[str]:
    faults: list[str] = []
    need = _collector(faults)
    need(_ID.fullmatch(section.id), "its id does not match [a-z][a-z0-9.-]*")
    need(section.kind in SECTION_KINDS, f"unknown kind “{section.kind}”")
    need(section.heading != "", "an empty heading")
    need(section.heading is not None or not section.printed, "“printed” without a heading")
    need(section.turns or section.printed, "no text")
    need(section.occasion is None or section.occasion.printed, "an occasion without its printed words")
    need(section.occasion is None or section.occasion.value in OCCASIONS, "an unknown occasion")
    names = [name for name, _ in section.attributes]
    need(names == sorted(set(names)), "attributes out of order or twice")
    for name, value in section.attributes:
        tidy, fault = _checked_value(name, value) if name in ATTRIBUTES else (value, f"unknown attribute “{name}”")
        need(not fault and tidy == value, fault or f"{name}: “{value}” is not in canonical form")
    for turn in section.turns:
        need(turn.label != "", "an empty label")
        need(turn.paragraphs or turn.label, "a turn without label and text")
        need(turn.role in ROLES, f"unknown role “{turn.role}”")
        for paragraph in turn.paragraphs:
            need(_ID.fullmatch(paragraph.id), f"paragraph id “{paragraph.id}” does not match [a-z][a-z0-9.-]*")
            need(paragraph.text, f"paragraph {paragraph.id} has no text")
            need(paragraph.kind in ("text", "stage"), f"paragraph {paragraph.id}: unknown kind")
            if paragraph.marks:
                faults += (f"paragraph {paragraph.id}: {fault}" for fault in _mark_faults(paragraph))
    return faults


def _mark_faults(paragraph: Paragraph) -> list[str]:
    faults: list[str] = []
    marks = paragraph.marks
    if list(marks) != sorted(marks, key=lambda mark: (mark.start, -mark.end, mark.kind)):
        faults.append("marks out of order")
    open_marks: list[Mark] = []
    deleted_to = -1
    for mark in marks:
        if not 0 <= mark.start < mark.end <= len(paragraph.text):
            faults.append("a mark outside the text")
        while open_marks and open_marks[-1].end <= mark.start:
            open_marks.pop()
        if any(other.end < mark.end or other.kind == mark.kind for other in open_marks):
            faults.append("marks that overlap, or one inside another of its kind")
        if mark.kind == "deleted":
            if mark.start <= deleted_to:
                faults.append("deleted readings that touch: make them one")
            deleted_to = mark.end
            if mark.target:
                faults.append("a deleted reading with a target")
        elif fault := _target_fault(mark.target):
            faults.append(fault)
        open_marks.append(mark)
    return faults


def _target_fault(target: str) -> str:
    scheme, colon, name = target.partition(":")
    if not colon or scheme not in MARK_SCHEMES:
        return f"“{target}” starts with none of {': '.join(MARK_SCHEMES)}:"
    if scheme == "none":
        return "nothing stands after none:" if name else ""
    if scheme == "date":
        days = name.split("/")
        return (
            "" if len(days) < 3 and all(map(_is_day, days)) else f"“{name}” is no day (YYYY-MM-DD) and no range of days"
        )
    if scheme == "country" and not _CODE.fullmatch(name):
        return f"“{name}” is not a country code (two capital letters)"
    return "" if _MARK_ID.fullmatch(name) else f"“{name}” can't be an id"


def _is_day(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_moment(text: str) -> bool:
    found = _MOMENT.fullmatch(text)
    return found is not None and _is_day(f"{found[1]}-{found[2] or '01'}-{found[3] or '01'}")


def _language_fault(tag: str) -> bool:
    try:
        return parse_language(Node(tag, 0, "scalar", True, "")) != tag
    except Refused:
        return True


def _checked_value(name: str, value: str) -> tuple[str, str]:
    """Return an attribute's value in canonical form, and what is wrong with it ("" where nothing is)."""
    words = value.replace(",", " ").split()
    for word in words:
        bare = word if name == "date" else word.lstrip("+-=") if word[1:2] not in "+-=" or len(word) == 1 else word
        if name == "date":
            right = _is_day(bare) and len(words) == 1
            hint = "one day, YYYY-MM-DD"
        elif name == "dates":
            right = (all(map(_is_day, bare.split("/"))) and bare.count("/") < 2) or word == "="
            hint = "days or ranges: 2025-05-14 2025-05-20/2025-05-22"
        elif name == "follows":
            briefing, hash_sign, anchor = bare.rpartition("#")
            right = bool(_ID.fullmatch(anchor)) and (not hash_sign or bool(_FILE_ID.fullmatch(briefing)))
            right = right or word == "="
            hint = "ids of sections: q3, or 2025-05-13-ines-halvard#q3 of another briefing"
        elif name == "countries":
            right = bool(_CODE.fullmatch(bare)) or word == "="
            hint = (
                f"did you mean “{word.upper()}”?"
                if _CODE.fullmatch(bare.upper())
                else "two capital letters: NO +JP -GE"
            )
        elif name == "territories":
            right = bool(_CODE.fullmatch(bare) or _SLUG.fullmatch(bare)) or word == "="
            hint = "codes or ids of the list of places: HK gaza"
        elif name in ("outlet", "speaker"):
            right = (bool(_SLUG.fullmatch(bare)) or word == "=") and len(words) == 1
            hint = "one id, or = for nobody"
        else:
            right = bool(_SLUG.fullmatch(bare)) or word == "="
            hint = "ids: lower-case letters, digits and hyphens"
        if not right:
            return value, f"{name}: “{word}” is not right here ({hint})"
    return " ".join(words), "" if words or name not in _VALUED else f"{name} without a value"


class Amendment(NamedTuple):
    """An attribute's word on what the annotation found: take its place (`replace`), or add to it and remove from it."""

    replace: bool
    added: tuple[str, ...]
    removed: tuple[str, ...]

    def apply(self, found: Collection[str]) -> tuple[str, ...]:
        """Return the found ids as the editor wants them, in their order, what was added at the end."""
        kept = () if self.replace else tuple(word for word in found if word not in self.removed)
        return kept + tuple(word for word in self.added if word not in kept)


def read_amendment(value: str) -> Amendment:
    """Return what a list attribute of a section says: “+JP” adds, “-GE” removes, bare or “=” ids replace the list."""
    words = value.split()
    added = tuple(dict.fromkeys(word.lstrip("+=") for word in words if word[0] != "-" and word != "="))
    removed = tuple(word[1:] for word in words if word[0] == "-")
    return Amendment(not words or any(word[0] not in "+-" for word in words), added, removed)


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_FENCE = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_HEADING = re.compile(r"(#{1,6})(?:[ \t]+(.*))?$|(##)(?!#)(.*\{\s*#.*)$", re.DOTALL)
_BARE_HEADING = re.compile(r"##[ \t]+(?:([^\\&{#]*[^\\&{#\s])[ \t]+)?\{#([a-z][a-z0-9.-]*)\}")
_TO_BRACE = re.compile(r"(?:[^\\{]++|\\.|\\\Z)*+", re.DOTALL)
_ATTRIBUTE = re.compile(
    r"""\s*+ (?: \#(?P<id>[^\s}"]*+)
      | (?P<name>[^\s=}"#]++) \s*+ = \s*+ (?: "(?P<quoted>(?:[^"\\]++|\\.)*+)" | (?P<bare>[^\s}"]*+) )
      | (?P<flag>[^\s=}"#]++) )""",
    re.VERBOSE | re.DOTALL,
)
_LABEL = re.compile(r"\*\*((?:[^\\*]++|\\.)*+)\*\*([:：]?)", re.DOTALL)
_ROLE = re.compile(r"[ \t]*\{([^{}#\s]*)\}")
_SPECIAL = re.compile(r"[\\&~\[\]<`*_]")
_REFERENCE = re.compile(r"&(?:#(\d{1,8})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));")
_DESTINATION = re.compile(r"\(([^()\s]*)\)")
_LIKE_TARGET = re.compile(rf"\((?:{'|'.join(MARK_SCHEMES)}):")
_SMART_QUOTES = "“”„‟«»‘’‚＂"
_BULLET = re.compile(r"[-+*][ \t]|\d{1,9}[.)][ \t]")
_RULE = re.compile(r"(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|=+[ \t]*)\Z")
_DELIMITER_ROW = re.compile(r"\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?[ \t]*)?\Z")
# Scripts that put no blank between words: a wrapped line goes on without one.
_NO_BLANKS = re.compile("[\u2e80-\u312f\u31a0-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]")

Found = TypeVar("Found")
Tell = Callable[[int, str, str], None]


def loads(text: str, file: str, language: str = "en") -> Transcript:
    """Return the Transcript of a file's text. Its id is the stem of `file`; `language` holds where the file names none.

    Tolerates what editors type: CR LF, wrapped lines, blank lines and blanks at the ends of lines, attributes in any
    order. Raises Refused with the problems of the whole file, in file order.
    """
    if undecided := _UNDECIDED.search(text):
        line = len(_LINE_ENDS.findall(text, 0, undecided.start())) + 1
        hint = "keep one of the two, and delete the lines “<<<<<<<”, “=======” and “>>>>>>>”"
        raise Refused(Problem(Locus(file, line), "a merge that git left undecided: both versions stand here", hint))
    return _Reader(text, file).transcript(language)


#: A line by which git marks where two versions differ; a printed one has a backslash before it.
_UNDECIDED = re.compile(r"^(?:<{7}|>{7})(?= |$)", re.M)
_LINE_ENDS = re.compile(r"\r\n|\r|\n")


_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


def put_ids(text: str, file: str, headings: Mapping[int, str], paragraphs: Mapping[int, str]) -> str:
    """Return the text of a transcript with other ids, and every other byte as it was.

    `headings`: line → the section's new id, which also takes its place in `follows=` of the same file; `paragraphs`:
    the line on which a paragraph begins → the id that is to stand at its end. Raises Refused where the text can't be
    read, and ValueError where the result would not read as the same transcript with just these ids.
    """
    reader = _Reader(text, file)
    before = reader.transcript("en")
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    rows = _LINES.findall(text.removeprefix("\ufeff"))
    named = {section.id: headings[section.line] for section in before.sections if section.line in headings}
    if named:
        for section in before.sections:
            rows[section.line - 1] = _with_section_ids(rows[section.line - 1], named)
    for line, id in paragraphs.items():
        at = reader.ends[line] - 1
        rows[at] = _with_paragraph_id(rows[at], id)
    put = mark + "".join(rows)
    try:
        after = loads(put, file)
    except Refused:
        raise ValueError(f"{file}: other ids can't be written into it") from None
    lines = {section.line: section.id for section in after.sections}
    lines |= {p.line: p.id for section in after.sections for p in section.paragraphs if p.line in paragraphs}
    wanted = {**headings, **paragraphs}
    if {line: lines.get(line) for line in wanted} != wanted or _without_ids(after) != _without_ids(before, named):
        raise ValueError(f"{file}: other ids can't be written into it")
    return put


def _with_section_ids(row: str, named: Mapping[str, str]) -> str:
    """Return a heading's line with other ids of sections, its own and those that it follows."""
    found_at = _TO_BRACE.match(row)
    at = found_at.end() + 1 if found_at else len(row)
    spans: list[tuple[int, int, str]] = []
    while found := _ATTRIBUTE.match(row, at):
        at = found.end()
        if found["id"] is not None:
            spans.append((*found.span("id"), named.get(found["id"], found["id"])))
        elif found["name"] == "follows":
            group = "bare" if found["quoted"] is None else "quoted"
            words = [named.get(word, word) for word in re.split(r"([\s,]+)", found[group])]
            spans.append((*found.span(group), "".join(words)))
    for start, end, word in reversed(spans):
        row = row[:start] + word + row[end:]
    return row


def _with_paragraph_id(row: str, id: str) -> str:
    """Return the last line of a paragraph with an id at its end, in place of one that stands there."""
    line = row.rstrip("\r\n")
    end = row[len(line) :]
    body = line.rstrip(_EDGE)
    blanks = line[len(body) :]
    at = body.rfind("{#") if body.endswith("}") else -1
    if at == 0 or (at > 0 and body[at - 1] in _EDGE):
        body = body[:at].rstrip(_EDGE)
    return f"{body} {{#{id}}}{blanks}{end}"


def _without_ids(transcript: Transcript, named: Mapping[str, str] | None = None) -> Transcript:
    """Return a transcript whose sections and paragraphs are numbered by place; `named`: sections with another id now,
    for what follows them.
    """
    names = named or {}
    sections = []
    for place, section in enumerate(transcript.sections, 1):
        turns = tuple(
            replace(turn, paragraphs=tuple(replace(p, id="x") for p in turn.paragraphs)) for turn in section.turns
        )
        attributes = tuple(
            (name, " ".join(names.get(w, w) for w in value.split(" ")) if name == "follows" else value)
            for name, value in section.attributes
        )
        sections.append(replace(section, id=f"x{place}", turns=turns, attributes=attributes))
    return replace(transcript, sections=tuple(sections))


class _Draft:
    """A section while its lines are being read."""

    def __init__(self, identifier: str, line: int) -> None:
        self.id = identifier
        self.line = line
        self.kind: SectionKind = "passage"
        self.heading: str | None = None
        self.flags: set[str] = set()
        self.attributes: dict[str, str] = {}
        self.occasion: Occasion | None = None
        self.turns: list[tuple[Role | None, str | None, list[Paragraph], int]] = []
        #: the id of the next paragraph where none is written; "" before the first one
        self.following = ""

    def section(self) -> Section:
        turns = tuple(
            Turn(role or _expected_role(self.kind, index), label, tuple(paragraphs), line)
            for index, (role, label, paragraphs, line) in enumerate(self.turns)
        )
        printed, proposed = "printed" in self.flags, "proposed" in self.flags
        attributes = tuple(sorted(self.attributes.items())) if self.attributes else ()
        return Section(self.id, self.kind, self.heading, turns, printed, proposed, self.occasion, attributes, self.line)


#: What may be an id that somebody wrote.
_WRITTEN = re.compile(r"\{#([a-z][a-z0-9.-]*)")


class _Reader:
    """Reads one file from its first line to its last; collects problems on the way."""

    def __init__(self, text: str, file: str) -> None:
        text = text.removeprefix("\ufeff")
        self.text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
        self.file = file
        self.problems: list[Problem] = []
        self.unshown = 0
        self.anchors: dict[str, int] = {}
        #: the first line of a paragraph → its last one
        self.ends: dict[int, int] = {}

    def free_id(self, kind: SectionKind) -> str:
        """Return an id for a section that stands behind those read so far: the next number, or where one further on in
        the file has it, the last one's with a letter.
        """
        numbers = (int(id[1:]) for id in self.anchors if id[0] == _LETTERS[kind] and id[1:].isdecimal())
        last = max(numbers, default=0)
        free = f"{_LETTERS[kind]}{last + 1}"
        taken = self.written
        return lettered_id(f"{_LETTERS[kind]}{last}", taken) if free in taken and last else free

    @cached_property
    def written(self) -> frozenset[str]:
        """Every id that stands anywhere in the file."""
        return frozenset(_WRITTEN.findall(self.text))

    def tell(self, line: int, message: str, hint: str = "") -> None:
        last = self.problems[-1] if self.problems else None
        if last and last.locus.line == line and last.message == message:
            return
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(Locus(self.file, line), message, hint))
        else:
            self.unshown += 1

    def transcript(self, language: str) -> Transcript:
        identifier = re.split(r"[\\/]", self.file)[-1].removesuffix(".md")
        if not _FILE_ID.fullmatch(identifier):
            better = re.sub(r"[^a-z0-9]+", "-", identifier.lower()).strip("-")[:100]
            hint = f"rename it: {better}.md" if better else "use lower-case letters a–z, digits and hyphens"
            self.tell(0, "the file's name becomes an address and can't be one", hint)
        header, body_at = self.split_front_matter()
        fields = self.read_front_matter(header)
        kind: BriefingKind = fields.pop("kind", "other")
        first_line = self.text.count("\n", 0, body_at) + 1
        sections = self.read_body(self.text[body_at:].split("\n"), first_line, DEFAULT_SECTION_KIND[kind])
        if not sections and not self.problems:
            self.tell(first_line, "the transcript has no section", "a section starts with a line like: ## {#q1}")
        if self.problems:
            self.refuse()
        fields.setdefault("language", language)
        return Transcript(id=identifier, kind=kind, sections=sections, file=self.file, **fields)

    def refuse(self) -> None:
        more = [Problem(Locus(self.file), f"{self.unshown} more problems are not shown")] if self.unshown else []
        raise Refused(*sorted(self.problems), *more)

    # ── front matter

    def split_front_matter(self) -> tuple[str, int]:
        """Return the header's text and the position where the body begins."""
        first, _, _ = self.text.partition("\n")
        hint = "the first line is ---, then title: … and the other fields, then a line --- again"
        if first.rstrip() != "---":
            self.tell(1, "the file does not begin with its front matter", hint)
            raise Refused(*self.problems)
        closing = _FENCE.search(self.text, len(first) + 1)
        if not closing:
            self.tell(1, "the front matter is opened here and never closed", "put a line --- after its last field")
            raise Refused(*self.problems)
        return self.text[len(first) + 1 : closing.start()], min(closing.end() + 1, len(self.text))

    def attempt(self, read: Callable[[Node], Found], node: Node | None) -> Found | None:
        """Return what `read` makes of the node; None where it is absent or refused, which is noted."""
        if node is None or node.is_null:
            return None
        try:
            return read(node)
        except Refused as refusal:
            self.problems += refusal.problems
            return None

    def read_front_matter(self, header: str) -> dict[str, Any]:
        """Return the fields of the Transcript that the header gives; notes the problems of the rest."""
        try:
            root = read_yaml(header, self.file, 2)
            nodes = as_map(root)
        except Refused as refusal:
            self.problems += refusal.problems
            return {}
        for key, node in nodes.items():
            if key not in FRONT_MATTER_KEYS:
                every = f"known are: {', '.join(FRONT_MATTER_KEYS)}"
                self.tell(node.line, f"unknown key “{key}”", suggest(key, FRONT_MATTER_KEYS) or every)
        for key, example in (
            ("title", "title: Regular press briefing, 14 May 2025"),
            ("kind", f"kind: one of {', '.join(BRIEFING_KINDS)}"),
            ("source", "source: with file, sha256 and layout, as the import writes it"),
        ):
            if key not in nodes or nodes[key].is_null:
                self.tell(nodes[key].line if key in nodes else 1, f"“{key}” is missing", f"add {example}")
        fields: dict[str, Any] = {
            "title": self.attempt(_as_words, nodes.get("title")),
            "date": self.attempt(as_date, nodes.get("date")),
            "published": self.attempt(_as_moment, nodes.get("published")),
            "starts": self.attempt(_as_moment, nodes.get("starts")),
            "ends": self.attempt(_as_moment, nodes.get("ends")),
            "place": self.attempt(_as_words, nodes.get("place")),
            "kind": self.attempt(_as_kind, nodes.get("kind")),
            "language": self.attempt(parse_language, nodes.get("language")),
            "source": self.attempt(_as_source, nodes.get("source")),
            "versions": self.attempt(_as_versions, nodes.get("versions")),
            "revisions": self.attempt(_as_revisions, nodes.get("revisions")),
            "rights": self.attempt(_as_rights, nodes.get("rights")),
            "speakers": self.attempt(_as_words_list, nodes.get("speakers")),
            "notes": self.attempt(_as_words_list, nodes.get("notes")),
            "doubts": self.attempt(_as_doubts, nodes.get("doubts")),
            "apparatus": self.attempt(_as_apparatus, nodes.get("apparatus")),
        }
        return {"date": None, "speakers": ()} | {key: value for key, value in fields.items() if value is not None}

    # ── body

    def read_body(self, lines: list[str], first_line: int, default: SectionKind) -> tuple[Section, ...]:
        sections: list[Section] = []
        draft: _Draft | None = None
        block: list[str] = []
        block_line = first_line
        stray = False
        for number, typed in enumerate(lines, first_line):
            line = typed.strip(_EDGE)
            heading = _HEADING.match(line) if line[:1] == "#" else None
            if line and not heading and not (block and line[:2] == "**" and self.opens_turn(block[-1], line)):
                if not block:
                    block_line = number
                block.append(line)
                continue
            if block:
                if draft:
                    self.read_paragraph(draft, block, block_line)
                elif not stray:
                    stray = True
                    self.tell(block_line, "text before the first section", "put a line like ## {#q1} before it")
                block = []
            if heading:
                if draft:
                    self.finish(draft, sections)
                draft = self.read_heading(line, heading, number, default)
            elif line:
                block, block_line = [line], number
        if block and draft:
            self.read_paragraph(draft, block, block_line)
        elif block and not stray:
            self.tell(block_line, "text before the first section", "put a line like ## {#q1} before it")
        if draft:
            self.finish(draft, sections)
        return tuple(sections)

    @staticmethod
    def opens_turn(before: str, line: str) -> bool:
        """Say whether a line in the midst of a paragraph is a label whose blank line was forgotten."""
        found = _LABEL.match(line)
        if not found or _ends_in_backslash(before):
            return False
        return bool(found[2]) or found[1].rstrip()[-1:] in (":", "：")

    def finish(self, draft: _Draft, sections: list[Section]) -> None:
        if not draft.turns and "printed" not in draft.flags:
            hint = "delete its heading line, or move the heading above the text that belongs to it"
            self.tell(draft.line, f"section {draft.id or 'without id'} has no text", hint)
        sections.append(draft.section())

    def claim(self, anchor: str, line: int, paragraph: bool = False) -> None:
        """Note that `anchor` is used on `line`; a second use is a problem."""
        other = self.anchors.setdefault(anchor, line)
        if other != line:
            hint = f"the other one is on line {other}; an id that was published must stay, so change the newer one"
            if paragraph:
                hint += f": write {{#{lettered_id(anchor, self.anchors)}}} at its end"
            self.tell(line, f"the id “{anchor}” stands twice", hint)

    def read_heading(self, line: str, heading: re.Match[str], number: int, default: SectionKind) -> _Draft:
        draft = _Draft("", number)
        draft.kind = default
        if plain := _BARE_HEADING.fullmatch(line):
            draft.id = plain[2]
            if plain[1] is not None and not _SPECIAL.search(plain[1]):
                draft.heading = plain[1]
            elif plain[1] is not None:
                draft.heading = self.decode_plain(plain[1], number)
            self.claim(draft.id, number)
            return draft
        if heading[1] and len(heading[1]) != 2:
            hint = "a section starts with ## ; a printed hash at the start of a line is written \\#"
            self.tell(number, f"a heading of level {len(heading[1])}", hint)
        rest = (heading[2] or "") if heading[1] else heading[4]
        brace = _TO_BRACE.match(rest).end()  # type: ignore[union-attr]
        words = rest[:brace].strip(_EDGE)
        if words:
            draft.heading = self.decode_plain(words, number)
        if brace < len(rest):
            self.read_attributes(draft, rest, brace + 1, number)
        if not draft.id:
            hint = f"write {line[: line.find('{')].rstrip() if '{' in line else line} {{#{self.free_id(draft.kind)}}}"
            self.tell(number, "a section without an id", hint)
        elif not _ID.fullmatch(draft.id):
            self.tell(number, f"“{draft.id}” can't be an id", "lower-case letters, digits, . and -, a letter first")
        else:
            self.claim(draft.id, number)
        if "printed" in draft.flags and draft.heading is None:
            self.tell(number, "“printed” without a heading", "write the printed heading between ## and {")
        return draft

    def read_attributes(self, draft: _Draft, rest: str, at: int, number: int) -> None:
        values: dict[str, str] = {}
        while found := _ATTRIBUTE.match(rest, at):
            at = found.end()
            if found["id"] is not None:
                if draft.id:
                    self.tell(number, f"two ids, “{draft.id}” and “{found['id']}”", "keep the one that was published")
                draft.id = found["id"]
            elif found["flag"] is not None:
                flag = found["flag"]
                if flag in ("printed", "proposed"):
                    draft.flags.add(flag)
                elif flag in _KNOWN_ATTRIBUTES:
                    self.tell(number, f"“{flag}” without a value", f"write {flag}=…")
                else:
                    self.unknown_attribute(flag, number)
            else:
                name = found["name"]
                value = found["bare"] if found["quoted"] is None else self.decode_plain(found["quoted"], number)
                if value[:1] and value[0] in _SMART_QUOTES and found["quoted"] is None:
                    hint = f'write {name}="…" with the straight quotes of the keyboard'
                    self.tell(number, f"typographic quotes in {name}=", hint)
                    return
                if name in values:
                    self.tell(number, f"“{name}” stands twice in one heading", "keep one, with all its values")
                if name in _KNOWN_ATTRIBUTES and name not in ("printed", "proposed"):
                    values[name] = value
                elif name in ("printed", "proposed"):
                    self.tell(number, f"“{name}” takes no value", f"write {name} alone")
                else:
                    self.unknown_attribute(name, number)
        if rest[at:].strip(_EDGE) != "}":
            hint = 'attributes look like {#q1 follows=q3 countries="-GE +JP"}; a printed brace is written \\{'
            unread = rest[at:].strip(_EDGE)
            fault = f"unreadable from “{unread[:30]}” on" if unread else "attributes that are opened and never closed"
            self.tell(number, fault, hint)
            return
        self.settle(draft, values, number)

    def unknown_attribute(self, name: str, number: int) -> None:
        hint = suggest(name, _KNOWN_ATTRIBUTES) or f"known are: {', '.join(_KNOWN_ATTRIBUTES)}"
        self.tell(number, f"unknown attribute “{name}”", hint)

    def settle(self, draft: _Draft, values: dict[str, str], number: int) -> None:
        """Put the values read into the draft, each checked."""
        kind = values.pop("kind", None)
        value, intro = values.pop("occasion", None), values.pop("intro", None)
        for known in SECTION_KINDS:
            if kind == known:
                draft.kind = known
        if kind is not None and kind not in SECTION_KINDS:
            hint = suggest(kind, SECTION_KINDS) or f"known are: {', '.join(SECTION_KINDS)}"
            self.tell(number, f"unknown kind of section “{kind}”", hint)
        if (value is None) != (not intro):
            hint = 'occasion=after-conference and intro="the printed words" belong together'
            self.tell(number, "only one of occasion and intro", hint)
        elif value is not None and intro:
            if value == "after-conference":
                draft.occasion = Occasion("after-conference", intro)
            elif value == "separate":
                draft.occasion = Occasion("separate", intro)
            else:
                hint = suggest(value, OCCASIONS) or f"known are: {', '.join(OCCASIONS)}"
                self.tell(number, f"unknown occasion “{value}”", hint)
        for name, typed in values.items():
            tidy, fault = _checked_value(name, typed)
            if fault:
                self.tell(number, fault)
            draft.attributes[name] = tidy

    def read_paragraph(self, draft: _Draft, block: list[str], line: int) -> None:
        """Add a paragraph of the file to the draft: to its last turn, or as the first one of a new turn."""
        raw = block[0] if len(block) == 1 else self.joined(block, line)
        self.ends[line] = line + len(block) - 1
        label: str | None = None
        role: Role | None = None
        if raw[0] == "*" and raw[:2] == "**" and (found := _LABEL.match(raw)):
            words = found[1].rstrip(_EDGE)
            if not found[2] and words[-1:] in (":", "：") and not _ends_in_backslash(words[:-1]):
                words = words[:-1].rstrip(_EDGE)
            elif not found[2]:
                hint = "a label ends with its colon: **Name:** ; printed asterisks are written \\*"
                self.tell(line, f"bold text that is no label: “{words[:40]}”", hint)
            label = self.decode_plain(words.strip(_EDGE), line)
            if not label:
                self.tell(line, "a label without a name", "write the speaker as printed: **Name:**")
                label = "?"
            raw = raw[found.end() :]
        if (label is not None or raw[0] == "{") and (found := _ROLE.match(raw)):
            role = self.role(found[1], line)
            raw = raw[found.end() :]
        raw = raw.lstrip(_EDGE)
        if label is not None or role is not None or not draft.turns:
            draft.turns.append((role, label, [], line))
        identifier = ""
        if raw[-1:] == "}" and (at := raw.rfind("{#")) >= 0 and (at == 0 or raw[at - 1] in _EDGE):
            identifier = raw[at + 2 : -1]
            raw = raw[:at].rstrip(_EDGE)
            if not _ID.fullmatch(identifier):
                self.tell(line, f"“{identifier}” can't be an id", "lower-case letters, digits, . and -, a letter first")
        if not raw:
            if label is None or identifier:
                self.tell(line, "a paragraph without text", "write its text, or delete the line")
            return
        stage = raw[0] in "*_" and len(raw) > 2 and raw[-1] == raw[0] and raw[1] not in _EDGE and _is_stage(raw)
        if stage:
            raw = raw[1:-1]
        marks: tuple[Mark, ...] = ()
        text = raw
        if _SPECIAL.search(raw):
            text, marks = _decode(raw, self.teller(block, line))
        expected = draft.following or first_paragraph_id(draft.id)
        if identifier or draft.id:
            self.claim(identifier or expected, line, paragraph=True)
        draft.following = following_id(identifier or expected, expected)
        kind: ParagraphKind = "stage" if stage else "text"
        draft.turns[-1][2].append(Paragraph(identifier or expected, text, kind, marks, line, bool(identifier)))

    def role(self, name: str, line: int) -> Role | None:
        for known in ROLES:
            if name == known:
                return known
        hint = suggest(name, ROLES) or f"known are: {', '.join(ROLES)}; a printed brace is written \\{{"
        self.tell(line, f"unknown role “{name}”", hint)
        return None

    def joined(self, block: list[str], line: int) -> str:
        """Return a wrapped paragraph as one line; a hard line break stays a backslash and a line break."""
        self.refuse_blocks(block, line)
        parts: list[str] = []
        for part, after in itertools.pairwise(block):
            parts.append(part)
            if _ends_in_backslash(part):
                parts.append("\n")
            elif not (_NO_BLANKS.match(part[-1]) and _NO_BLANKS.match(after[0])):
                parts.append(" ")
        parts.append(block[-1])
        return "".join(parts)

    def refuse_blocks(self, block: list[str], line: int) -> None:
        """Note what Markdown would show as something else than a paragraph, and what a transcript has no place for."""
        if all(_BULLET.match(part) for part in block):
            hint = "put a blank line between paragraphs; a printed hyphen at the start of a line is written \\-"
            self.tell(line, "a list; a transcript has paragraphs only", hint)
        for number, part in enumerate(block[1:], line + 1):
            if part[0] in "=-*_" and _RULE.match(part):
                hint = f"delete it, or write \\{part[0]} where it is printed"
                self.tell(number, "a line that Markdown takes for a heading or a rule", hint)
            elif part[0] in "|:- \t" and _DELIMITER_ROW.match(part):
                self.tell(number, "a table; a transcript has paragraphs only", "write each row as a paragraph")

    def decode_plain(self, raw: str, line: int) -> str:
        """Return the text of a label, a heading or a quoted value, which have no marks."""
        if not _SPECIAL.search(raw):
            return raw
        text, marks = _decode(raw, lambda at, message, hint: self.tell(line, message, hint))
        if marks:
            self.tell(
                line, "a mark in a label, a heading or an attribute", "marks belong into paragraphs; write \\[ or \\~"
            )
        return text

    def teller(self, block: list[str], line: int) -> Tell:
        """Return a function that notes a problem at a position of the joined paragraph."""

        def tell(at: int, message: str, hint: str) -> None:
            # The position counts in the paragraph without its label and wraps: near enough to find the line.
            row = 0
            while row < len(block) - 1 and at > len(block[row]):
                at -= len(block[row]) + 1
                row += 1
            self.tell(line + row, message, hint)

        return tell


_LETTERS: dict[SectionKind, str] = {
    "exchange": "q", "announcement": "a", "notice": "n", "passage": "p", "article": "t", "item": "i"
}  # fmt: skip


def _ends_in_backslash(line: str) -> bool:
    """Say whether the line ends in a backslash that is not itself escaped."""
    return line[-1:] == "\\" and (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _is_stage(raw: str) -> bool:
    """Say whether a paragraph that starts and ends with one asterisk or underscore is wholly emphasised."""
    return (
        raw[1] != raw[0]
        and not _ends_in_backslash(raw[:-1])
        and not re.search(rf"(?<!\\)(?:\\\\)*\{raw[0]}" if raw[0] == "*" else r"(?<![\\\w])_|(?<!\\)_(?!\w)", raw[1:-1])
    )


def _decode(raw: str, tell: Tell) -> tuple[str, tuple[Mark, ...]]:
    """Return the text and the marks that a paragraph's Markdown stands for; `tell` hears of problems and where."""
    out: list[str] = []
    marks: list[Mark] = []
    brackets: list[tuple[int, int, int, int]] = []  # piece of out, position in the text, marks so far, position in raw
    deleted = -1  # where the open deletion starts in the text
    deleted_at = 0
    size = at = 0  # of the text so far; in raw

    def add(piece: str) -> None:
        nonlocal size
        out.append(piece)
        size += len(piece)

    for found in _SPECIAL.finditer(raw):
        here = found.start()
        if here < at:
            continue
        if here > at:
            add(raw[at:here])
        at = here + 1
        sign = raw[here]
        after = raw[at : at + 1]
        if sign == "\\":
            if after in _ASCII_PUNCTUATION or after == "\n":
                add(after)
                at += len(after)
            else:
                add(sign)
        elif sign == "&":
            reference = _REFERENCE.match(raw, here)
            character = _referenced(reference) if reference else sign
            if character is None or reference is None:
                add(sign)
                if reference:
                    tell(here, f"“{reference.group()}” stands for no character", "a printed & is written \\&")
            else:
                add(character)
                at = reference.end()
        elif sign == "~":
            if after != "~":
                add(sign)
                continue
            at += 1
            if deleted < 0:
                deleted, deleted_at = size, here
            elif deleted == size:
                tell(here, "nothing stands between ~~ and ~~", "printed tildes are written \\~\\~")
                deleted = -1
            else:
                marks.append(Mark(deleted, size, "deleted"))
                deleted = -1
        elif sign == "[":
            brackets.append((len(out), size, len(marks), here))
            add(sign)
        elif sign == "]":
            destination = _DESTINATION.match(raw, at) if after == "(" else None
            if after == "(" and not destination and _LIKE_TARGET.match(raw, at):
                tell(here, "a mark whose ) is missing", "a mark looks like [Georgia](country:GE)")
            if destination and not brackets and _LIKE_TARGET.match(raw, at):
                tell(here, "a mark whose [ is missing", "a mark looks like [Georgia](country:GE)")
            opening = brackets.pop() if brackets else None
            if not destination or opening is None:
                add(sign)
                continue
            piece, start, count, _ = opening
            at = destination.end()
            if start + 1 == size:
                tell(here, "a mark around nothing", "a mark looks like [Georgia](country:GE)")
            if fault := _target_fault(destination[1]):
                scheme, _, name = destination[1].partition(":")
                hint = "a mark looks like [Georgia](country:GE); a printed [ is written \\["
                if scheme not in MARK_SCHEMES:
                    hint = suggest(scheme, MARK_SCHEMES) or hint
                elif scheme == "country" and _CODE.fullmatch(name.upper()):
                    hint = f"did you mean “{scheme}:{name.upper()}”?"
                tell(here, f"a mark that can't be: {fault}", hint)
            if any(mark.kind == "entity" for mark in marks[count:]):
                tell(here, "a mark inside a mark", "keep one of them")
            out[piece] = ""
            size -= 1
            marks[count:] = [
                Mark(m.start - 1, m.end - 1, m.kind, m.target)
                if m.start > start
                else Mark(m.start, m.end - 1, m.kind, m.target)
                for m in marks[count:]
            ]
            if deleted > start:
                deleted -= 1
            if start < size:
                marks.append(Mark(start, size, "entity", destination[1]))
        else:
            add(sign)
            if stray := _stray(raw, here, sign, after):
                tell(here, *stray)
    add(raw[at:])
    if deleted >= 0:
        tell(deleted_at, "~~ without a second ~~", "a deleted reading looks like ~~18~~; printed tildes: \\~\\~")
    if len(marks) > 1:
        marks.sort(key=lambda mark: (mark.start, -mark.end, mark.kind))
        for first, second in itertools.pairwise(marks):
            if first.end > second.start and first.end < second.end:
                tell(0, "marks that overlap without one inside the other", "close the inner mark first")
            if first.kind == second.kind == "deleted" and first.end == second.start:
                tell(0, "deleted readings that touch", "make them one: ~~18 of 24~~")
    return "".join(out), tuple(marks)


def _stray(raw: str, here: int, sign: str, after: str) -> tuple[str, str] | None:
    """Return message and hint where Markdown would take a sign for markup that a transcript does not have."""
    before = raw[here - 1] if here else " "
    if sign == "<":
        if after and ((after.isascii() and after.isalpha()) or after in "/!?"):
            return "HTML, or an address between < and >", "a printed < is written \\<"
    elif sign == "`":
        return "a grave accent, which Markdown takes for code", "a printed one is written \\`"
    elif sign == "*":
        if not (before.isspace() and (not after or after.isspace())):
            return "an asterisk that Markdown takes for emphasis", "a printed one is written \\*"
    elif not before.isalnum() and after and not after.isspace() and raw.find("_", here + 1) >= 0:
        return "an underscore that Markdown takes for emphasis", "a printed one is written \\_"
    return None


def _referenced(reference: re.Match[str]) -> str | None:
    """Return the character of a reference (&#160; &#xA0; &nbsp;), None where there is none."""
    decimal, hexadecimal, name = reference.groups()
    if name:
        return html.entities.html5.get(f"{name};")
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return None if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF else chr(code)


# ── Front matter, field by field ────────────────────────────────────────────────────────────────────────────────────


def _as_words(node: Node) -> str:
    text = as_text(node)
    if not text:
        raise Refused(Problem(node.locus, "a value is missing", "write it after the colon"))
    return text


def _as_words_list(node: Node) -> tuple[str, ...]:
    if node.kind == "scalar":
        return (_as_words(node),)
    return tuple(map(_as_words, as_list(node)))


def _as_moment(node: Node) -> str:
    text = as_text(node)
    if not _is_moment(text):
        hint = "as exact as it is printed: 2025, 2025-05, 2025-05-14, 2025-05-14T16:05, 2025-05-14T16:05+01:00"
        raise Refused(Problem(node.locus, f"“{text}” is not a date or time", hint))
    return text


def _as_kind(node: Node) -> BriefingKind:
    text = as_text(node)
    for known in BRIEFING_KINDS:
        if text == known:
            return known
    hint = suggest(text, BRIEFING_KINDS) or f"known are: {', '.join(BRIEFING_KINDS)}"
    raise Refused(Problem(node.locus, f"unknown kind of briefing “{text}”", hint))


def _as_address(node: Node) -> str:
    text = as_text(node)
    if not _ADDRESS.fullmatch(text):
        raise Refused(
            Problem(node.locus, f"“{text}” is not a web address", "write it in full, e.g. https://example.org/a")
        )
    return text


def _as_rights(node: Node) -> Rights:
    if node.kind == "scalar":
        return Rights(_as_words(node))
    parts = as_map(node, ("text", "url"))
    if "text" not in parts:
        raise Refused(Problem(node.locus, "rights without a text", "add a line text: … that says what readers may do"))
    url = parts.get("url")
    return Rights(_as_words(parts["text"]), None if url is None or url.is_null else _as_address(url))


def _as_source(node: Node) -> Source:
    parts = as_map(node, _SOURCE_KEYS)
    for key in ("file", "sha256", "layout"):
        if key not in parts or parts[key].is_null:
            raise Refused(Problem(node.locus, f"the source has no {key}", "the import writes it; don't remove it"))
    sha256 = as_text(parts["sha256"])
    if not _SHA256.fullmatch(sha256):
        hint = "64 digits 0–9 a–f; the import writes it"
        raise Refused(Problem(parts["sha256"].locus, f"“{sha256}” is not a SHA-256", hint))
    readers: dict[str, Callable[[Node], Any]] = {"url": _as_address, "retrieved": _as_moment, "lines": _as_lines}
    given: dict[str, Any] = {k: readers.get(k, _as_words)(part) for k, part in parts.items() if not part.is_null}
    return Source(**given)


def _as_lines(node: Node) -> tuple[tuple[int, int], ...]:
    ranges = [_RANGE.fullmatch(part) for part in re.split(r",\s*", as_text(node))]
    found = tuple((int(r[1]), int(r[2])) for r in ranges if r)
    if len(found) < len(ranges) or not _are_ranges([number for lines in found for number in lines]):
        raise Refused(Problem(node.locus, f"“{as_text(node)}” is no range of lines", "write it so: 17-240, 251-260"))
    return found


def _are_ranges(ends: Sequence[int]) -> bool:
    """Return whether the first and last lines of ranges, one after the other, are in order and don't overlap."""
    starts_behind = all(after > before for before, after in zip(ends[1::2], ends[2::2], strict=False))
    return starts_behind and all(0 < a <= b < 10**9 for a, b in zip(ends[::2], ends[1::2], strict=True))


def _as_versions(node: Node) -> tuple[Version, ...]:
    return tuple(map(_as_version, as_list(node)))


def _as_version(node: Node) -> Version:
    parts = {key: part for key, part in as_map(node, _VERSION_KEYS).items() if not part.is_null}
    if "language" not in parts or len(parts) < 2:
        raise Refused(
            Problem(node.locus, "a version needs its language, and its url or its briefing", "e.g. language: zh")
        )
    briefing = _as_words(parts["briefing"]) if "briefing" in parts else None
    if briefing is not None and not _FILE_ID.fullmatch(briefing):
        hint = "the name of its file below content/briefings, without .md"
        raise Refused(Problem(parts["briefing"].locus, f"“{briefing}” is not the id of a briefing", hint))
    url = _as_address(parts["url"]) if "url" in parts else None
    return Version(parse_language(parts["language"]), url, briefing)


def _as_revisions(node: Node) -> tuple[Revision, ...]:
    return tuple(map(_as_revision, as_list(node)))


def _as_revision(node: Node) -> Revision:
    parts = as_map(node, _REVISION_KEYS)
    for key in ("received", "path", "sha256"):
        if key not in parts or parts[key].is_null:
            raise Refused(Problem(node.locus, f"a revision without “{key}”", "the import writes it; don't remove it"))
    sha256 = as_text(parts["sha256"])
    if not _SHA256.fullmatch(sha256):
        hint = "64 digits 0–9 a–f; the import writes it"
        raise Refused(Problem(parts["sha256"].locus, f"“{sha256}” is not a SHA-256", hint))
    changes = tuple(map(_as_change, as_list(parts["changes"]))) if "changes" in parts else ()
    taken = as_bool(parts["taken"]) if "taken" in parts else False
    return Revision(as_date(parts["received"]), _as_words(parts["path"]), sha256, changes, taken)


def _as_change(node: Node) -> Change:
    parts = as_map(node, _CHANGE_KEYS)
    before, after = (as_text(parts[k]) if k in parts and not parts[k].is_null else "" for k in ("before", "after"))
    if not before and not after:
        raise Refused(
            Problem(node.locus, "a change needs “before” or “after”", "the words that stood, and stand, there")
        )
    section = _as_words(parts["section"]) if "section" in parts and not parts["section"].is_null else None
    if section is not None and not _ID.fullmatch(section):
        raise Refused(Problem(node.locus, f"“{section}” is not the id of a section", "e.g. q3"))
    return Change(before, after, section)


def _as_doubts(node: Node) -> tuple[Doubt, ...]:
    return tuple(map(_as_doubt, as_list(node)))


def _as_doubt(node: Node) -> Doubt:
    parts = {key: part for key, part in as_map(node, _DOUBT_KEYS).items() if not part.is_null}
    if "text" not in parts:
        raise Refused(Problem(node.locus, "a doubt without its text", "a doubt that is settled is deleted whole"))
    return Doubt(_as_words(parts["text"]), _as_line(parts["line"]) if "line" in parts else None)


def _as_line(node: Node) -> int:
    text = as_text(node)
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
        raise Refused(Problem(node.locus, f"“{text}” is not the number of a line", "lines count from 1"))
    return int(text)


def _as_apparatus(node: Node) -> Apparatus:
    lists: dict[str, tuple[Any, ...]] = {}
    for name, part in as_map(node, tuple(_APPARATUS)).items():
        keys, entry_type = _APPARATUS[name]
        lists[name] = tuple(_as_entry(entry, keys, entry_type) for entry in as_list(part))
    return Apparatus(**lists)


def _as_entry(node: Node, keys: Sequence[str], entry_type: Callable[..., Found]) -> Found:
    parts = as_map(node, keys)
    values: dict[str, Any] = {}
    for key in keys:
        part = parts.get(key)
        if part is not None and not part.is_null:
            values[key] = _as_line(part) if key == "line" else as_text(part)
        elif key != "line":
            raise Refused(
                Problem(node.locus, f"an entry of the apparatus without “{key}”", f"its keys: {', '.join(keys)}")
            )
    return entry_type(**values)

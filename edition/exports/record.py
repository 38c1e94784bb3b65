"""The record of a briefing as data: briefings/ID.json, under the contract in briefing.schema.json beside this module.

It must not leave a field of the contract out, rename one or change what it means; further fields may join.
Offsets count Unicode code points of the paragraph's text, start included, end excluded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from edition.abstracts import number_of
from edition.exports.writing import encode_text
from edition.model import (
    AnnotatedSection,
    Apparatus,
    Briefing,
    Occasion,
    Outlet,
    Paragraph,
    Person,
    Repeat,
    Revision,
    Rights,
    Span,
    Speaker,
    Turn,
)
from edition.urls import briefing_path, parallel_path
from edition.versions import LinkedVersion

SCHEMA: Final = "briefing/1"

#: Earlier sections that say the same, by (briefing id, section id).
Repeats = Mapping[tuple[str, str], Sequence[Repeat]]

#: A value that fits on one line of this length stays on one line.
_LINE = 120


def make_record(
    briefing: Briefing,
    repeats: Repeats | None = None,
    publisher: str | None = None,
    versions: Sequence[LinkedVersion] = (),
) -> bytes:
    """Return the bytes of briefings/ID.json. `publisher`: the edition's own, where the witness names none.

    `versions`: the same briefing in other languages.
    """
    return encode_text(_lay_out_record(describe_briefing(briefing, repeats or {}, publisher, versions)))


def describe_briefing(
    briefing: Briefing, repeats: Repeats, publisher: str | None = None, versions: Sequence[LinkedVersion] = ()
) -> dict[str, Any]:
    """Return the record of a briefing as plain values, keys in the order in which they are written."""
    transcript = briefing.transcript
    source = transcript.source
    record: dict[str, Any] = {
        "schema": SCHEMA,
        "id": transcript.id,
        "url": briefing_path(transcript.id),
        "kind": transcript.kind,
        "title": transcript.title,
        "date": transcript.date,
        "published": transcript.published,
        "starts": transcript.starts,
        "ends": transcript.ends,
        "place": transcript.place,
        "language": transcript.language,
        "speakers": [describe_speaker(speaker) for speaker in briefing.speakers],
        "publisher": source.publisher or publisher,
        "rights": _describe_rights(briefing.rights or transcript.rights),
        "source": {
            "file": source.file,
            "sha256": source.sha256,
            "layout": source.layout,
            "url": source.url,
            "retrieved": source.retrieved,
        },
    }
    if source.lines:
        record["source"]["lines"] = [list(lines) for lines in source.lines]
    if versions:
        record["versions"] = [_describe_version(transcript.id, version) for version in versions]
    if transcript.revisions:
        record["revisions"] = [_describe_revision(revision) for revision in transcript.revisions]
    if transcript.notes:
        record["notes"] = list(transcript.notes)
    record["sections"] = [
        _describe_section(
            section, number_of(briefing, section.section.id), repeats.get((transcript.id, section.section.id), ())
        )
        for section in briefing.sections
    ]
    record["apparatus"] = _describe_apparatus(transcript.apparatus)
    return record


def describe_speaker(speaker: Speaker) -> dict[str, Any]:
    """Return the reference to a speaker; `known` is false where no register has them."""
    reference: dict[str, Any] = {"id": speaker.id, "name": speaker.name}
    if not speaker.known:
        reference["known"] = False
    return reference


def describe_outlet(outlet: Outlet) -> dict[str, Any]:
    """Return the reference to an outlet: the short form in use, the long one where it has one."""
    reference: dict[str, Any] = {"id": outlet.id, "name": outlet.name}
    if outlet.full_name and outlet.full_name != outlet.name:
        reference["full_name"] = outlet.full_name
    if not outlet.known:
        reference["known"] = False
    return reference


def describe_person(person: Person) -> dict[str, Any]:
    """Return the reference to somebody named in the text."""
    return {"id": person.id, "name": person.name, "status": person.status}


def _describe_rights(rights: Rights | None) -> dict[str, Any] | None:
    return None if rights is None else {"text": rights.text, "url": rights.url}


def _describe_version(id: str, version: LinkedVersion) -> dict[str, Any]:
    record: dict[str, Any] = {
        "language": version.language,
        "briefing": version.briefing,
        "url": version.url,
        "evidence": version.evidence,
        "sections": [list(pair) for pair in version.sections],
    }
    if version.briefing and version.sections:
        record["parallel"] = parallel_path(id, version.briefing)
    return record


def _describe_revision(revision: Revision) -> dict[str, Any]:
    return {
        "received": revision.received,
        "sha256": revision.sha256,
        "taken": revision.taken,
        "changes": [
            {"section": change.section, "before": change.before, "after": change.after} for change in revision.changes
        ],
    }


def _describe_section(annotated: AnnotatedSection, number: str, repeats: Sequence[Repeat]) -> dict[str, Any]:
    section = annotated.section
    spans = dict(annotated.spans)
    speakers = annotated.speakers
    record: dict[str, Any] = {
        "id": section.id,
        "number": number,
        "kind": section.kind,
        "heading": section.heading if section.printed else None,
    }
    if section.heading and not section.printed:
        record["title"] = section.heading
    if section.proposed:
        record["proposed"] = True
    record["outlet"] = None if annotated.outlet is None else describe_outlet(annotated.outlet)
    record["turns"] = [
        _describe_turn(turn, speakers[i] if i < len(speakers) else None, spans) for i, turn in enumerate(section.turns)
    ]
    record["countries"] = [{"code": tag.id, "evidence": list(tag.evidence)} for tag in annotated.countries]
    record["territories"] = [tag.id for tag in annotated.territories]
    record["topics"] = list(annotated.topics)
    record["persons"] = [describe_person(person) for person in annotated.persons]
    record["dates"] = [{"iso": date.iso, "text": date.text} for date in annotated.dates]
    record["follows"] = list(annotated.follows)
    if annotated.dates_resolved:
        record["dates_resolved"] = [{"iso": date.iso, "text": date.text} for date in annotated.dates_resolved]
    if section.occasion is not None:
        record["occasion"] = _describe_occasion(section.occasion)
    if repeats:
        record["repeats"] = [
            {"briefing": r.briefing, "section": r.section, "share": round(r.share, 3)} for r in repeats
        ]
    return record


def _describe_occasion(occasion: Occasion) -> dict[str, Any]:
    return {"value": occasion.value, "printed": occasion.printed}


def _describe_turn(turn: Turn, speaker: Speaker | None, spans: Mapping[str, Sequence[Span]]) -> dict[str, Any]:
    return {
        "role": turn.role,
        "label": turn.label,
        "speaker": None if speaker is None else describe_speaker(speaker),
        "paragraphs": [_describe_paragraph(p, spans.get(p.id, ())) for p in turn.paragraphs],
    }


def _describe_paragraph(paragraph: Paragraph, spans: Sequence[Span]) -> dict[str, Any]:
    record: dict[str, Any] = {"id": paragraph.id, "text": paragraph.text}
    if paragraph.kind != "text":
        record["kind"] = paragraph.kind
    annotations = [[span.start, span.end, span.kind, span.target] for span in spans]
    annotations += [[mark.start, mark.end, "deleted", ""] for mark in paragraph.marks if mark.kind == "deleted"]
    if annotations:
        record["annotations"] = sorted(annotations)
    return record


def _describe_apparatus(apparatus: Apparatus) -> dict[str, Any]:
    return {
        "metadata": [{"line": m.line, "field": m.field, "text": m.text} for m in apparatus.metadata],
        "dropped": [{"line": d.line, "reason": d.reason, "text": d.text} for d in apparatus.dropped],
        "emendations": [
            {"line": e.line, "before": e.before, "after": e.after, "reason": e.reason} for e in apparatus.emendations
        ],
    }


#: What opens a section and a paragraph in encoded JSON. Inside a string a quotation mark has a backslash before it,
#: so that nothing that holds a bare one can be part of a text.
_SECTION = re.compile(r'\{"id": "[^"\\]*+", "number": ')
_PARAGRAPH = re.compile(r'\{"id": "[^"\\]*+", "text": ')


def _lay_out_record(record: Mapping[str, Any]) -> str:
    """Return the record of a briefing as JSON in which a field, a paragraph and a line of the apparatus is a line.

    One call of the encoder for all sections: `lay_out`, which looks at every value, takes six times as long.
    """
    lines = []
    for key, value in record.items():
        flat = _ENCODE(value)
        if key == "sections":
            flat = _PARAGRAPH.sub(r"\n     \g<0>", _SECTION.sub(r"\n  \g<0>", flat)).replace(
                '{"role": ', '\n    {"role": '
            )
            flat = flat.replace('"turns": ', '\n   "turns": ').replace('"countries": ', '\n   "countries": ')
        elif key == "apparatus":
            flat = flat.replace('{"line": ', '\n  {"line": ')
        # a string holds no bare line break either: these blanks are before breaks of ours
        lines.append(f' "{key}": ' + flat.replace(", \n", ",\n"))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def lay_out(value: Any) -> str:
    """Return `value` as JSON that a person can read and compare line by line, ended by a line break.

    What fits on a line stays on it, and so does a paragraph or printed line (an object with a "text"), however long.
    """
    lines: list[str] = []
    _spread(value, "", "", lines)
    return "\n".join(lines) + "\n"


_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": "), allow_nan=False).encode


def _spread(value: Any, indent: str, head: str, lines: list[str], tail: str = "") -> None:
    whole = not value or not isinstance(value, (dict, list)) or (isinstance(value, dict) and "text" in value)
    if whole or _depth(value) <= 3:
        flat = _ENCODE(value)
        if whole or len(indent) + len(head) + len(flat) <= _LINE:
            lines.append(f"{indent}{head}{flat}{tail}")
            return
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    lines.append(f"{indent}{head}{opening}")
    members = (
        [(f"{_ENCODE(key)}: ", member) for key, member in value.items()]
        if isinstance(value, dict)
        else [("", member) for member in value]
    )
    for position, (key, member) in enumerate(members, 1):
        _spread(member, indent + " ", key, lines, "," if position < len(members) else "")
    lines.append(f"{indent}{closing}{tail}")


def _depth(value: Any) -> int:
    """Return how deep containers nest, counted only as far as four."""
    depth, level = 0, [value]
    while level and depth < 4:
        depth += 1
        level = [
            member
            for container in level
            for member in (container.values() if isinstance(container, dict) else container)
            if isinstance(member, (dict, list)) and member
        ]
    return depth

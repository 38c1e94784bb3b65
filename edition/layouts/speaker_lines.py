"""A conference whose speakers stand on a line of their own, in capitals or before a colon, with their words below it.

This layout must not take a heading for a speaker, and must not look for a place or an office below the first of them.
"""

from __future__ import annotations

import re
from dataclasses import replace

from edition.layouts.head import read_stamp
from edition.layouts.page import Layout, Page, parse_turns
from edition.layouts.parts import Evidence, Line, Parsed, dropped, ends_sentence, is_separator, metadata
from edition.layouts.turns import read_body
from edition.model import DroppedLine, MetadataLine

#: “—000—”, “-o0o-”, “+++++”, “FIN”: nothing more is said.
_END = re.compile(r"[\W_]*(?:[0oO]{2,6}|FIN|END|ENDE)[\W_]*|[+*=#]{3,}")
_ADDRESS = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,6}(?:/\S*)?")
_HEAD_WORDS = 16
_HEAD_LINES = 6
#: More lines than these, office and place, are a list.
_OFFICE_LINES = 3
_OFFICE_AND_DAY = re.compile(r"(.+?)[,.;|·–—-]\s*(.+)")


def recognise(page: Page) -> Evidence:
    """Return the evidence: labels that stand alone (0.6), who asks among them (0.3), a title (0.1)."""
    if not page.standing:
        return Evidence(0)
    score, reasons = 0.6, [f"{len(page.standing)} labels on lines of their own"]
    if page.body.exchanges:
        score += 0.3
        reasons.append(f"{page.body.exchanges} exchanges")
    if page.head.title:
        score += 0.1
        reasons.append("a title")
    return Evidence(score, tuple(reasons))


def parse(page: Page) -> Parsed:
    """Return the turns; what stands between the title and the first of them becomes fields: office, place, day."""
    lines = list(page.paragraphs)
    fields: list[MetadataLine] = []
    gone: list[DroppedLine] = []
    while lines and (_END.fullmatch(lines[-1].text) or _ADDRESS.fullmatch(lines[-1].text)):
        last = lines.pop()
        gone += dropped(last, "mark of the end" if _END.fullmatch(last.text) else "page furniture")
    published, publisher = page.head.published, page.head.publisher
    held: str | None = None
    place: str | None = None
    first = next((i for i, line in enumerate(lines) if line.number in page.standing), 0)
    above = [line for line in lines[:first] if not is_separator(line.text)]
    undated = sum(1 for line in above if not any(_place_and_day(line.text)))
    if (
        page.head.title
        and len(above) <= _HEAD_LINES
        and undated <= _OFFICE_LINES
        and all(_is_short(line) for line in above)
    ):
        for line in above:
            stamp, where = _place_and_day(line.text)
            if stamp and where:
                fields += metadata(line, "held")
                held, place = held or stamp, place or where
            elif stamp:
                fields += metadata(line, "published" if published is None else "stamp")
                published = published or stamp
            elif publisher is None:
                fields += metadata(line, "publisher")
                publisher = line.text
            else:
                fields += metadata(line, "place")
                place = place or line.text
        gone += [d for line in lines[:first] if is_separator(line.text) for d in dropped(line, "separator")]
        lines = lines[first:]
    body = read_body(lines, page.head.speaker, page.known, page.grammar, page.standing)
    parsed = parse_turns(replace(page, body=body))
    shouted = [line for line in lines if line.text.isupper() and _is_heading(line) and line.number not in page.standing]
    doubts = [(line.number, f"“{line.text}” is read as words of the text, not as a speaker") for line in shouted]
    return replace(
        parsed,
        date=parsed.date or (held or published or "")[:10] or None,
        published=published,
        publisher=publisher,
        place=place,
        metadata=tuple(sorted((*parsed.metadata, *fields), key=lambda m: m.line or 0)),
        doubts=(*parsed.doubts, *doubts),
        dropped=tuple(sorted((*parsed.dropped, *gone), key=lambda d: d.line or 0)),
    )


def _is_heading(line: Line) -> bool:
    return len(line.text.split()) > 1 and not ends_sentence(line.text) and not is_separator(line.text)


def _is_short(line: Line) -> bool:
    return len(line.text.split()) <= _HEAD_WORDS and not ends_sentence(line.text.rstrip(".")) and ":" not in line.text


def _place_and_day(text: str) -> tuple[str | None, str | None]:
    """Return (ISO day, place) of “27 de abril de 2019” or “Harbour House, 6 May 2025”; (None, None) of other lines."""
    if stamp := read_stamp(text):
        return stamp, None
    found = _OFFICE_AND_DAY.fullmatch(text)
    stamp = read_stamp(found[2]) if found else None
    return (stamp, found[1].strip()) if found and stamp else (None, None)


LAYOUT = Layout("speaker-lines", recognise, parse)

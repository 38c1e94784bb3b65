"""A briefing of a press room: place and time above, “Q” without a colon, speakers in capitals, “END” and a time below.

This layout must not take a line for a place that stands among the turns, and must not read a day from figures whose
order nothing in the text settles.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import replace

from edition.layouts.grammars import CAPITALS, choose_grammar
from edition.layouts.head import read_stamp
from edition.layouts.page import Layout, Page, parse_turns
from edition.layouts.parts import Evidence, Line, Parsed, dropped, ends_sentence, is_separator, metadata
from edition.layouts.turns import read_body
from edition.model import DroppedLine, MetadataLine

_ZONE = r"\(?(?:[A-Z]{2,4}|[Ll]ocal(?:\s+[Tt]ime)?)\)?"
_TIME = re.compile(rf"\(?\d{{1,2}}[:.]\d{{2}}\s*[AaPp]\.?\s*[Mm]\.?,?\s*(?:{_ZONE})?\.?\)?")
_AMERICAN = re.compile(r"\b[ECMP][SD]T\b")
_END = re.compile(r"[-–—\s]*(?:END|End)[-–—\s.]*|(?:#\s*){2,}")
_END_AT = re.compile(rf"(?:END|End)[\s.,–—-]*{_TIME.pattern}")
_RELEASE = re.compile(r"for\s+(?:immediate|internal)\s+(?:release|use)\b.*", re.I)
_FIGURES = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?![\d/])")
_PLACE_WORDS = 14
_HEAD_LINES = 12


def recognise(page: Page) -> Evidence:
    """Return the evidence: the tradition of “Q” and capitals (0.6), a time by itself near an end (0.2), “END” (0.1), a
    title (0.1).
    """
    lines = page.paragraphs
    if choose_grammar(lines) is not CAPITALS or not page.body.exchanges:
        return Evidence(0)
    score, reasons = 0.6, [f"{page.body.labels} labels, “Q” without a colon"]
    if any(_TIME.fullmatch(line.text) for line in (*lines[:_HEAD_LINES], *lines[-3:])):
        score += 0.2
        reasons.append("a line with a time only")
    if any(_END.fullmatch(line.text) or _END_AT.fullmatch(line.text) for line in lines[-4:]):
        score += 0.1
        reasons.append("“END”")
    if page.head.title:
        score += 0.1
        reasons.append("a title")
    return Evidence(score, tuple(reasons))


def parse(page: Page) -> Parsed:
    """Return the turns; place, times and letterhead become fields, the mark of the end is dropped."""
    lines = list(page.paragraphs)
    fields: list[MetadataLine] = list(page.head.metadata)
    gone: list[DroppedLine] = []
    ending: list[Line] = []
    while lines and (_TIME.fullmatch(lines[-1].text) or _END_AT.fullmatch(lines[-1].text)):
        ending.append(lines.pop())
    while lines and _END.fullmatch(lines[-1].text):
        gone += dropped(lines.pop(), "mark of the end")
    for line in reversed(ending):
        fields += metadata(line, "end")
    above, lines = _head(lines, fields, gone)
    american = any(_AMERICAN.search(line.text) for line in (*above, *ending))
    body = read_body(lines, page.head.speaker, page.known, CAPITALS)
    parsed = parse_turns(replace(page, body=body))
    date, doubts = parsed.date, list(parsed.doubts)
    for line in above:
        if date is None and (stamp := read_stamp(line.text)):
            date = stamp[:10]
    if date is None:
        date, found = _day_of(parsed.title, american)
        if found and date is None:
            doubts.append((page.head.title_line, found))
    return replace(
        parsed,
        date=date,
        metadata=tuple(sorted(fields, key=lambda m: m.line or 0)),
        dropped=tuple(sorted((*parsed.dropped, *gone), key=lambda d: d.line or 0)),
        doubts=tuple(doubts),
    )


def _head(lines: list[Line], fields: list[MetadataLine], gone: list[DroppedLine]) -> tuple[list[Line], list[Line]]:
    """Take place, time, letterhead and stamps off the beginning; return (what was taken, the lines that are left)."""
    taken: list[Line] = []
    left: list[Line] = []
    at_top = True
    for i, line in enumerate(lines[:_HEAD_LINES]):
        bare = CAPITALS.bare
        turn = ":" in line.text[:80] and line.text.partition(":")[0].isupper()
        if not _TIME.fullmatch(line.text) and (turn or (bare and bare.fullmatch(line.text))):
            return taken, [*left, *lines[i:]]
        if _TIME.fullmatch(line.text):
            fields += metadata(line, "time")
            taken.append(line)
        elif at_top and is_separator(line.text):
            gone += dropped(line, "separator")
        elif at_top and (read_stamp(line.text) or _RELEASE.fullmatch(line.text)):
            fields += metadata(line, "stamp" if read_stamp(line.text) else "release")
            taken.append(line)
        elif (
            at_top and len(line.text.split()) <= _PLACE_WORDS and (not ends_sentence(line.text) or "D.C." in line.text)
        ):
            fields += metadata(line, "place")
            taken.append(line)
        else:
            at_top = False
            left.append(line)
    return taken, [*left, *lines[_HEAD_LINES:]]


def _day_of(title: str, american: bool) -> tuple[str | None, str]:
    """Return (ISO day, doubt) of a date in figures in the title: month first where the second number can be no month,
    or where the times printed are American; else the doubt says why there is none.
    """
    found = _FIGURES.search(title)
    if not found:
        return None, ""
    first, second = int(found[1]), int(found[2])
    year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
    if first <= 12 and second <= 12 and first != second and not american:
        return None, f"the title's date {found[0]} may be read two ways: left undated"
    month, day = (first, second) if first <= 12 and (american or second > 12 or first == second) else (second, first)
    try:
        return datetime.date(year, month, day).isoformat(), ""
    except ValueError:
        return None, f"the title's date {found[0]} does not exist: left undated"


LAYOUT = Layout("press-room", recognise, parse)

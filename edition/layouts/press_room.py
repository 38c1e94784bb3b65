"""A briefing of a press room: place and time above, “Q” or “QUESTION”, speakers in capitals, “END” and a time below.

This layout must not take a line for a place that stands among the turns, and must not read a day from figures whose
order nothing in the text settles.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import replace

from edition.layouts.grammars import CAPITALS
from edition.layouts.head import day_in_brackets, is_title, read_stamp
from edition.layouts.page import Layout, Page, parse_turns
from edition.layouts.parts import Evidence, Line, Parsed, dropped, ends_sentence, is_separator, is_stage, metadata
from edition.layouts.times import Clock, moments, read_clock
from edition.layouts.turns import Body, is_person_with_role, is_role, opens_turn, read_body
from edition.model import DroppedLine, MetadataLine, Paragraph, Section, Turn

_AMERICAN = re.compile(r"\b(?:[ECMP][SD]T|AK[SD]T|HST)\b")
_END = re.compile(r"[-–—\s(]*(?:END|End)[-–—\s.)]*|(?:#\s*){2,}")
_RELEASE = re.compile(r"for\s+(?:immediate|internal)\s+(?:release|use)\b(?:\s+only)?[\s:,–—-]*", re.I)
_BY = re.compile(
    r"(?:BY|AND|WITH|TO|ON)\b|.*\b(?:SECRETARY|PRESIDENT|ADVISOR|DIRECTOR|ADMINISTRATOR|MINISTER|SPOKES\w+)\b"
)
_OFFICE = re.compile(r"(?:the\s+white\s+house|(?:the\s+)?office\s+of\b.*|(?:u\.?s\.?\s+)?department\s+of\b.*)", re.I)
_FIGURES = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?![\d/])")
_PLACE_WORDS = 14
_MODERATORS = frozenset({"MODERATOR", "OPERATOR", "AIDE", "STAFF", "PARTICIPANT", "INTERPRETER"})
_HEAD_LINES = 12
#: How many paragraphs may stand below the time at which it ended: an address, a correction.
_AFTER_END = 6


def recognise(page: Page) -> Evidence:
    """Return the evidence: the tradition of capitals with questions (0.96), a time by itself near an end (0.02), the
    mark of the end (0.01), a title (0.01). Speakers in capitals tell more than anything that stands above them.
    """
    lines = page.paragraphs
    if page.grammar is not CAPITALS or not page.body.exchanges:
        return Evidence(0)
    score, reasons = 0.96, [f"{page.body.labels} labels, speakers in capitals"]
    near = (*lines[:_HEAD_LINES], *lines[-_AFTER_END:])
    if any(read_clock(line.text) for line in near):
        score += 0.02
        reasons.append("a line with a time only")
    if any(_END.fullmatch(line.text) for line in lines[-4:]):
        score += 0.01
        reasons.append("“END”")
    if page.head.title:
        score += 0.01
        reasons.append("a title")
    return Evidence(score, tuple(reasons))


def parse(page: Page) -> Parsed:
    """Return the turns; place, times and letterhead become fields, the mark of the end is dropped, and what stands
    below the end is a notice.
    """
    fields: list[MetadataLine] = list(page.head.metadata)
    gone: list[DroppedLine] = []
    lines, below, end = _foot(list(page.paragraphs), fields, gone)
    above, lines, start = _head(lines, fields, gone)
    doubts = []
    place: list[str] = []
    held: str | None = None
    printed: str | None = None
    for line, field in above:
        if field == "place":
            place.append(line.text)
        elif field == "held":
            held = held or day_in_brackets(line.text)
        elif field in ("stamp", "release"):
            printed = printed or read_stamp(_RELEASE.sub("", line.text))
    body = read_body(lines, None, page.known, CAPITALS)
    parsed = parse_turns(replace(page, body=body))
    american = any(_AMERICAN.search(m.text) for m in fields if m.field in ("time", "end"))
    date = parsed.date
    if held:
        if date and date != held and date != (parsed.published or "")[:10]:
            doubts.append((above[0][0].number, f"the title has the day {date}, a line below it {held}: that is taken"))
        date = held
    if date is None and printed:
        date = printed[:10]
    if date is None:
        date, found = _day_of(parsed.title, american)
        if found and date is None:
            doubts.append((page.head.title_line, found))
    starts, ends = moments(date, start, end)
    starts = starts or page.head.starts
    said = page.document.fields.place if page.document.fields else None
    names = " | ".join([parsed.title, *(line.text for line, field in above if field == "speaker")])
    return replace(
        parsed,
        sections=(*parsed.sections, *_notice(below, parsed.sections)),
        speakers=_named(parsed.speakers, names, body),
        date=date,
        published=parsed.published or printed,
        metadata=tuple(sorted(fields, key=lambda m: m.line or 0)),
        dropped=tuple(sorted((*parsed.dropped, *gone), key=lambda d: d.line or 0)),
        doubts=(*parsed.doubts, *doubts),
        starts=starts,
        ends=ends,
        place=", ".join(place) or page.head.place or said,
    )


def _foot(
    lines: list[Line], fields: list[MetadataLine], gone: list[DroppedLine]
) -> tuple[list[Line], list[Line], Clock | None]:
    """Take the end off: return (the lines above it, those below it, the time at which it ended)."""
    first = max(1, len(lines) - _AFTER_END)
    marks = [i for i in range(first, len(lines)) if _END.fullmatch(lines[i].text) or read_clock(lines[i].text)]
    if not marks:
        return lines, [], None
    # Words between two marks of the end are still below it, but a time among turns is none.
    at = next(i for i in marks if not any(opens_turn(line.text, CAPITALS) for line in lines[i + 1 :]) or i == marks[-1])
    if any(opens_turn(line.text, CAPITALS) for line in lines[at + 1 :]):
        return lines, [], None
    end: Clock | None = None
    below: list[Line] = []
    for line in lines[at:]:
        if clock := read_clock(line.text):
            end = end or clock
            fields += metadata(line, "end")
        elif _END.fullmatch(line.text):
            gone += dropped(line, "mark of the end")
        elif is_separator(line.text):
            gone += dropped(line, "separator")
        else:
            below.append(line)
    return lines[:at], below, end


def _notice(below: list[Line], sections: tuple[Section, ...]) -> tuple[Section, ...]:
    if not below:
        return ()
    name = f"n{sum(1 for s in sections if s.id.startswith('n')) + 1}"
    paragraphs = tuple(
        Paragraph(f"{name}.{k}", line.text, "stage" if is_stage(line.text) else "text", line=line.number)
        for k, line in enumerate(below, 1)
    )
    line = below[0].number
    return (Section(name, "notice", None, (Turn("statement", None, paragraphs, line),), line=line),)


def _head(
    lines: list[Line], fields: list[MetadataLine], gone: list[DroppedLine]
) -> tuple[list[tuple[Line, str]], list[Line], Clock | None]:
    """Take place, time, letterhead and stamps off the beginning; return (what was taken with its field, the lines that
    are left, the time at which it began). A time may stand below the first words too.
    """
    taken: list[tuple[Line, str]] = []
    left: list[Line] = []
    start: Clock | None = None
    at_top = True
    for line in lines[:_HEAD_LINES]:
        text = line.text
        at_top = at_top and not opens_turn(text, CAPITALS)
        field = ""
        if start is None and (clock := read_clock(text)):
            start, field = clock, "time"
        elif at_top and is_separator(text):
            gone += dropped(line, "separator")
            continue
        elif at_top and day_in_brackets(text):
            field = "held"
        elif at_top and read_stamp(text):
            field = "stamp"
        elif at_top and _RELEASE.match(text):
            field = "release"
        elif at_top and text.isupper() and (is_title(text) or (taken and taken[-1][1] == "title" and _BY.match(text))):
            field = "title"
        elif at_top and _OFFICE.fullmatch(text):
            field = "publisher"
        elif at_top and is_person_with_role(text):
            field = "speaker"
        elif at_top and _can_be_place(text):
            field = "place"
        if field:
            fields += metadata(line, field)
            taken.append((line, field))
        else:
            at_top = False
            left.append(line)
    return taken, [*left, *lines[_HEAD_LINES:]], start


def _can_be_place(text: str) -> bool:
    if len(text.split()) > _PLACE_WORDS or is_stage(text):
        return False
    return not ends_sentence(text) or re.search(r"\b[A-Z]\.[A-Z]\.$", text) is not None


def _named(labels: tuple[str, ...], printed: str, body: Body) -> tuple[str, ...]:
    """Return who speaks: a surname in capitals as `printed` (title and names below it) spells it, with the given name
    where it has one, else as the text spells it. Those that `printed` names stand first; who only moderates, last.
    """
    text = " ".join(p.text for s in body.sections for p in s.paragraphs)
    ranked: list[tuple[int, int, str]] = []
    for i, label in enumerate(labels):
        label = _without_office(label.rstrip(";"))
        name, place = label, -1
        words_of = label.split()
        for words in dict.fromkeys((label, words_of[-1])) if not is_role(words_of[-1]) else ():
            surname = re.escape(words)
            found = re.search(
                rf"(?<![\w’'-])(?:([^\W\d_][\w’'-]+(?:\s+[^\W\d_]\.)?)\s+)?(?i:({surname}))(?![\w-])", printed
            )
            if found and _in_capitals(words):
                given = found[1] if found[1] and found[1][0].isupper() and not is_role(found[1]) else ""
                name, place = f"{given} {found[2]}".strip(), found.start(2)
                break
        if place < 0 and _in_capitals(name) and not is_role(words_of[-1]):
            spelled = re.search(rf"(?<![\w’'-])(?!{re.escape(name)})(?i:{re.escape(name)})(?![\w-])", text)
            name = spelled[0] if spelled and spelled[0][0].isupper() else name
            if name.isupper() and name not in _MODERATORS:
                name = " ".join(w.title() if w.isupper() else w for w in name.split())
        rank = 0 if place >= 0 else 2 if name in _MODERATORS else 1
        ranked.append((rank, place if place >= 0 else i, name))
    return tuple(dict.fromkeys(name for _, _, name in sorted(ranked)))


def _without_office(label: str) -> str:
    """Return the name behind an office in a label in capitals (“PRESS SECRETARY TOM ROE”), else the label."""
    words = label.split()
    at = max((i for i, w in enumerate(words) if is_role(w)), default=-1)
    return " ".join(words[at + 1 :]) if label.isupper() and at + 1 < len(words) else label


def _in_capitals(name: str) -> bool:
    """Return whether most letters are capitals: “LIND”, “McROE”."""
    return sum(c.isupper() for c in name) > sum(c.islower() for c in name)


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

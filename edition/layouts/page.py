"""A whole page read once: head, body, foot; what every layout weighs, and what the layouts with turns give back.

This module must not choose a layout.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from edition.layouts.grammars import choose_grammar
from edition.layouts.head import Head, is_title, read_foot, read_head, read_stamp
from edition.layouts.parts import Document, Evidence, Known, Line, Parsed, bridged, dropped, metadata, paragraphs
from edition.layouts.standing import find_standing
from edition.layouts.turns import Body, Grammar, read_body
from edition.model import BriefingKind, DroppedLine, Section, Turn

_REMARKS = re.compile(
    r"\b(?:remarks|statement|comments?|communiqu[eé]|declaraci(?:ón|ones)|comunicado|comunicato|comunicação"
    r"|nota oficial|déclaration|erklärung|stellungnahme|mitteilung|заявление)\b"
    r"|谈话|談話|声明|聲明|讲话|講話|表态|بيان|성명",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Page:
    """A document with what was found on it. `paragraphs`: the body's; `foot`: what was dropped at the end; `grammar`:
    the tradition that the body follows; `standing`: the numbers of the lines that are labels by themselves.
    """

    document: Document
    known: Known
    head: Head
    paragraphs: tuple[Line, ...]
    body: Body
    foot: tuple[DroppedLine, ...]
    grammar: Grammar
    standing: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Layout:
    """A source layout: its name (written into each transcript), how well it fits a page, and its reading of one."""

    name: str
    recognise: Callable[[Page], Evidence]
    parse: Callable[[Page], Parsed]


def read_page(document: Document, known: Known) -> Page:
    """Return the page that the document prints."""
    head = read_head(document)
    rest, foot = read_foot(head.body)
    head, rest = _with_end(head, rest)
    head, rest = _without_time_codes(head, rest)
    standing = find_standing(rest, head.title)
    parts = bridged(paragraphs(rest, document.before_blank, standing, document.soft))
    grammar = choose_grammar(parts, standing)
    body = read_body(parts, head.speaker, known, grammar, standing)
    return Page(document, known, head, parts, body, foot, grammar, standing)


_END_DAY = re.compile(r"(?:ends?\b\s*[/,.:]?\s*|issued\s+(?:on|at)\s+)(?P<day>.{6,60})", re.I)
_END_MARK = re.compile(r"N{3,6}|Issued at .{4,20}|[\W_]*(?:ends?|concludes|fin|ende|30)[\W_]*", re.I)
_CODED = re.compile(r"([\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?[\])]?)\s+(?=[^\W\d_][^:：]{0,60}[:：])")


def _with_end(head: Head, lines: tuple[Line, ...]) -> tuple[Head, tuple[Line, ...]]:
    """Return the head with the day that a line such as “Ends/Wednesday, May 14, 2025” gives at the end, and the
    lines without it and without marks of the end; both as they are where no such line stands there.
    """
    while len(lines) > 1 and _END_MARK.fullmatch(lines[-1].text):
        head = replace(head, dropped=(*head.dropped, *dropped(lines[-1], "mark of the end")))
        lines = lines[:-1]
    last = lines[-1:]
    if not last or not _day_at_end(last[0].text):
        return head, lines
    published = head.published or _day_at_end(last[0].text) or ""
    head = replace(
        head,
        date=head.date or published[:10],
        published=published,
        metadata=(*head.metadata, *metadata(last[0], "stamp" if head.published else "published")),
    )
    return head, lines[:-1]


def _day_at_end(text: str) -> str | None:
    found = _END_DAY.fullmatch(text)
    return read_stamp(found["day"]) if found else None


def _without_time_codes(head: Head, lines: tuple[Line, ...]) -> tuple[Head, tuple[Line, ...]]:
    """Return (head, lines) without the times of a recording before the labels (“[00:01:10] REPORTER:”), where at least
    half of the lines begin so; each is left out with its reason.
    """
    # what it prints may become a field, which holds no time
    coded = {line.number: m for line in lines if (m := _CODED.match(line.text)) and line.printed.startswith(m[1])}
    if len(coded) < 3 or 2 * len(coded) < len(lines):
        return head, lines
    gone = [DroppedLine(m[1], "time in a recording", number) for number, m in coded.items()]
    rest = tuple(_without_beginning(line, coded[line.number]) if line.number in coded else line for line in lines)
    return replace(head, dropped=(*head.dropped, *gone)), rest


def _without_beginning(line: Line, found: re.Match[str]) -> Line:
    """Return a line without what was found at its beginning."""
    at = found.end()
    deleted = tuple((max(0, start - at), end - at) for start, end in line.deleted if end > at)
    return replace(line, printed=line.printed[len(found[1]) :].lstrip(), text=line.text[at:], deleted=deleted)


_NUMBERED = re.compile(r"[(（](\d{1,2})[)）]\s")
_TIME_CODE = re.compile(r"[\[(]?(?:\d{1,2}:)?\d{1,2}:\d{2}[\])]?(?=[^\d\s:]|\s+[a-z])")


_CUE = re.compile(r"(?:\d{1,2}:)?\d{2}:\d{2}[.,]\d{3} --> .*")
#: Signs of markup that is not read here, so that it would be taken for words, by the name of what they belong to, with
#: letters that a line with such a sign must hold.
_FOREIGN = (
    ("subtitles", " --> ", _CUE),
    ("a wiki’s markup", "", re.compile(r"'''[^']+'''.*|==+[^=]+==+|\[\[Category:.*")),
    ("BBCode", "[/", re.compile(r".*\[(b|i|u|quote|url|size|color)\b[^\]]*\].*\[/\1\].*")),
    ("LaTeX", "\\", re.compile(r"\\(?:begin|end|section|subsection|documentclass|textbf|item)\b.*")),
    ("JSON", '"', re.compile(r"[{\[]\s*\"\w+\"\s*:.*|\"\w+\"\s*:\s*[\"\[{\d].*")),
)


def foreign_markup(page: Page) -> tuple[int, str] | None:
    """Return (line, name) of a markup that the layouts do not read and that at least two lines have (one, where it is
    the only line), None where there is none.
    """
    lines = [line for line in page.document.lines[:400] if not line.level]
    for name, needs, sign in _FOREIGN:
        found = [line for line in lines if needs in line.text and sign.fullmatch(line.text)]
        if len(found) >= min(2, len(lines)) and found:
            return found[0].number, name
    return None


def doubts_of(page: Page) -> tuple[tuple[int, str], ...]:
    """Return (line, message) of what makes the text something else than a transcript: paragraphs numbered in order and
    nobody who speaks, a video's time codes before most lines.
    """
    lines = page.paragraphs
    out = []
    if other := foreign_markup(page):
        out.append((other[0], f"signs of {other[1]} stand among the words, which are kept as they are"))
    numbers = [(line, int(m[1])) for line in lines if (m := _NUMBERED.match(line.text))]
    if len(numbers) > 2 and [n for _, n in numbers] == list(range(1, len(numbers) + 1)) and not page.body.labels:
        out.append((numbers[0][0].number, "paragraphs numbered in order: a summary, not a transcript"))
    coded = [line for line in lines if _TIME_CODE.match(line.text)]
    if len(coded) > 2 and 2 * len(coded) > len(lines):
        out.append((coded[0].number, "time codes before most lines: a video's captions, kept as printed"))
    return tuple(out)


def parse_turns(page: Page, untitled: str = "[Press conference, no title printed]") -> Parsed:
    """Return a page with turns as a briefing: head and foot as apparatus, the body's sections.

    Its kind follows from what it holds: with an exchange it is a press conference; without one, where the title speaks
    of remarks or of a statement, a statement in passages; where neither title nor labels speak of a briefing, something
    else; else a press conference of announcements; both with a doubt.
    """
    head, body = page.head, page.body
    doubts = [*head.doubts, *body.doubts, *doubts_of(page)]
    kind: BriefingKind = "press-conference"
    sections = body.sections
    notes: list[str] = []
    if not body.exchanges:
        if head.title and _REMARKS.search(head.title):
            kind, sections = "statement", _as_passages(body.sections)
        elif head.title and not is_title(head.title) and not body.labels:
            kind, sections = "other", _as_passages(body.sections)
            doubts.append((head.title_line, "nobody speaks here and the title names no briefing"))
        else:
            doubts.append((head.title_line, "no question found"))
    if head.title is None:
        notes.append("The title is the editor's: the source prints none.")
    return Parsed(
        kind=kind,
        title=head.title or untitled,
        sections=sections,
        date=head.date,
        published=head.published,
        publisher=head.publisher,
        place=head.place,
        starts=head.starts,
        speakers=body.speakers,
        metadata=head.metadata,
        dropped=tuple(sorted((*head.dropped, *body.dropped, *page.foot), key=lambda d: d.line or 0)),
        notes=tuple(notes),
        doubts=tuple(doubts),
    )


def _as_passages(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Return each paragraph of the sections as a passage; a turn's label opens the first of its passages, and a
    section's heading stands above its first.
    """
    out: list[Section] = []
    for section in sections:
        heading = section.heading
        for turn in section.turns:
            for i, p in enumerate(turn.paragraphs):
                name = f"p{len(out) + 1}"
                opened = Turn("statement", turn.label if i == 0 else None, (replace(p, id=f"{name}.1"),), p.line)
                out.append(Section(name, "passage", heading, (opened,), heading is not None, line=p.line))
                heading = None
        if heading is not None:
            out.append(Section(f"p{len(out) + 1}", "passage", heading, (), True, line=section.line))
    return tuple(out)

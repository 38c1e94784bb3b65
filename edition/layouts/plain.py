"""The last resort: anything that no other layout knows becomes passages, so that no text is refused for its shape.

This layout must not claim to know what the text is.
"""

from __future__ import annotations

from collections.abc import Sequence

from edition.layouts.head import take_title
from edition.layouts.page import Layout, Page, doubts_of, foreign_markup
from edition.layouts.parts import Evidence, Line, Parsed, dropped, ends_sentence, is_separator, is_stage
from edition.model import Paragraph, Section, Turn

_TITLE_WORDS = 25


def recognise(page: Page) -> Evidence:
    """Return weak evidence for any page: more than none, less than any layout that knows its page; and all of it where
    the text is in a markup that no layout reads.
    """
    if other := foreign_markup(page):
        return Evidence(1, (f"signs of {other[1]}",))
    return Evidence(0.1, ("no layout knows this page",))


def parse(page: Page) -> Parsed:
    """Return each paragraph as a passage, with the headings that a page prints. A first line that is short and no
    sentence is the title, with the stamps below it; separators are dropped.
    """
    head = page.head
    title = head.title
    fields, date, published = list(head.metadata), head.date, head.published
    parts = list(page.paragraphs)
    notes = []
    first = parts[0] if parts else None
    if title is None and first and len(parts) > 1 and _can_be_title(first):
        title, parts, fields, date, published = take_title(head, parts)
    if title is None:
        title = "[Document without a title]"
        notes.append("The title is the editor's: the source prints none.")
    gone = [*head.dropped, *(d for line in parts if is_separator(line.text) for d in dropped(line, "separator"))]
    sections = _passages([line for line in parts if not is_separator(line.text)])
    doubts = ((0, "no layout knows this page: imported as plain paragraphs"),)
    return Parsed(
        kind="other",
        title=title,
        sections=sections,
        date=date,
        published=published,
        publisher=head.publisher,
        metadata=tuple(fields),
        dropped=tuple(sorted((*gone, *page.foot), key=lambda d: d.line or 0)),
        notes=tuple(notes),
        doubts=(*head.doubts, *doubts, *doubts_of(page)),
    )


def _can_be_title(line: Line) -> bool:
    return len(line.text.split()) <= _TITLE_WORDS and not ends_sentence(line.text) and not is_separator(line.text)


def _passages(lines: Sequence[Line]) -> tuple[Section, ...]:
    """Return each paragraph as a passage; where a page prints headings, all that stands below one is its passage."""
    groups: list[tuple[Line | None, list[Line]]] = []
    for line in lines:
        if line.level:
            groups.append((line, []))
        elif groups and groups[-1][0] is not None:
            groups[-1][1].append(line)
        else:
            groups.append((None, [line]))
    return tuple(_passage(f"p{i}", heading, below) for i, (heading, below) in enumerate(groups, 1))


def _passage(name: str, heading: Line | None, lines: Sequence[Line]) -> Section:
    paragraphs = tuple(
        Paragraph(f"{name}.{i}", line.text, "stage" if is_stage(line.text) else "text", line=line.number)
        for i, line in enumerate(lines, 1)
    )
    turns = (Turn("statement", None, paragraphs, lines[0].number),) if lines else ()
    first = heading or lines[0]
    printed = heading is not None
    return Section(name, "passage", heading.text if heading else None, turns, printed=printed, line=first.number)


LAYOUT = Layout("plain", recognise, parse)

"""A briefing told in indirect speech: the day behind “»”, topic headings, what was asked and what was said.

This layout must not make turns of reported words: nobody is quoted, so nobody has a label.
"""

from __future__ import annotations

import re

from edition.layouts.head import read_stamp
from edition.layouts.page import Layout, Page
from edition.layouts.parts import Evidence, Line, Parsed, dropped, ends_sentence, is_separator, metadata
from edition.model import DroppedLine, MetadataLine, Paragraph, Section, Turn

_DAY = re.compile(r"[»›>]+\s*(.+)")
_ASKED = re.compile(r"(?:Asked\b|Put to\b|Questioned\b|Pressed\b|In (?:answer|response|reply) to\b|Told that\b)")
#: The line under a report: when it took place, and links.
_UNDER = re.compile(r"[^|]{1,60}\|[^|]{1,40}\|\s*[^|]{1,30}")
_HEADING_WORDS = 14


def recognise(page: Page) -> Evidence:
    """Return the evidence: a day behind “»” as the first line (0.5), paragraphs that tell what was asked (0.4)."""
    lines = page.document.lines
    first = _DAY.fullmatch(lines[0].text) if lines else None
    asked = sum(1 for line in lines if _ASKED.match(line.text))
    if not first or not read_stamp(first[1]) or not asked or page.body.labels:
        return Evidence(0)
    return Evidence(0.9, ("a day behind “»”", f"{asked} paragraphs tell what was asked"))


def parse(page: Page) -> Parsed:
    """Return each topic as a passage under its printed heading; the line of links under a report is dropped."""
    lines = page.document.lines
    day = read_stamp(lines[0].text.lstrip("»›> "))
    fields: list[MetadataLine] = list(metadata(lines[0], "title"))
    gone: list[DroppedLine] = []
    topics: list[tuple[Line | None, list[Line]]] = []
    for line in lines[1:]:
        if is_separator(line.text):
            gone += dropped(line, "separator")
        elif _UNDER.fullmatch(line.text):
            gone += dropped(line, "page furniture")
        elif len(line.text.split()) <= _HEADING_WORDS and not ends_sentence(line.text):
            topics.append((line, []))
        else:
            if not topics:
                topics.append((None, []))
            topics[-1][1].append(line)
    return Parsed(
        kind="other",
        title=lines[0].text,
        sections=tuple(_passage(i, heading, below) for i, (heading, below) in enumerate(topics, 1)),
        date=day[:10] if day else None,
        metadata=tuple(fields),
        dropped=tuple(gone),
        doubts=((lines[0].number, "told in indirect speech: no turns"),),
    )


def _passage(number: int, heading: Line | None, below: list[Line]) -> Section:
    name = f"p{number}"
    paragraphs = tuple(Paragraph(f"{name}.{k}", line.text, line=line.number) for k, line in enumerate(below, 1))
    turns = (Turn("statement", None, paragraphs, below[0].number),) if below else ()
    first = (heading or below[0]).number
    return Section(name, "passage", heading.text if heading else None, turns, heading is not None, line=first)


LAYOUT = Layout("indirect", recognise, parse)

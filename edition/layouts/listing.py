"""A listing: headlines, each with a summary below it, between a site's menu and its pager.

This layout must not make a briefing of a page that only points at briefings: its kind says what it is.
"""

from __future__ import annotations

import re
from itertools import pairwise

from edition.layouts.head import read_stamp, take_title
from edition.layouts.page import Layout, Page
from edition.layouts.parts import Evidence, Line, Parsed, dropped, ends_sentence, is_separator
from edition.model import DroppedLine, Paragraph, Section, Turn

_PAGER = re.compile(
    r"(?:(?:first|prev(?:ious)?|page)\s*)?[\W_]*(?:\d{1,4}[\W_]+){2,}(?:\d{1,4}[\W_]*)?(?:(?:next|last|page)\W*){0,2}",
    re.I,
)
_HEADLINE_WORDS = 25
_AFTER_PAGER_WORDS = 14


def recognise(page: Page) -> Evidence:
    """Return the evidence: the share of lines that stand in pairs of headline and summary, at least three of them, and
    a pager (0.1).
    """
    lines = _entries(page)
    if page.body.exchanges > 1 or len(lines) < 6:
        return Evidence(0)
    pairs = sum(1 for a, b in pairwise(lines) if _is_headline(a) and _is_summary(b, a))
    share = 2 * pairs / len(lines)
    if pairs < 3 or share < 0.6:
        return Evidence(0)
    pager = any(_PAGER.fullmatch(line.text) for line in page.paragraphs)
    reasons = (f"{pairs} pairs of headline and summary in {len(lines)} lines", *(("a pager",) if pager else ()))
    return Evidence(min(1.0, 0.85 * share + (0.1 if pager else 0)), reasons)


def parse(page: Page) -> Parsed:
    """Return each headline with its summary as an item. The page's heading is the title; a headline that has no summary
    is an item all the same. After the pager, short lines are furniture.
    """
    head = page.head
    title = head.title
    fields, date, published = list(head.metadata), head.date, head.published
    gone: list[DroppedLine] = [*head.dropped, *page.foot]
    lines = list(page.paragraphs)
    notes: list[str] = []
    if title is None and len(lines) > 2 and _is_headline(lines[0]) and _is_headline(lines[1]):
        title, lines, fields, date, published = take_title(head, lines)
    if title is None:
        title = "[Listing of releases]"
        notes.append("The title is the editor's: the source prints none.")
    items: list[tuple[Line | None, list[Line]]] = []
    after_pager = False
    for line in lines:
        if _PAGER.fullmatch(line.text):
            gone += dropped(line, "pager")
            after_pager = True
        elif is_separator(line.text):
            gone += dropped(line, "separator")
        elif after_pager and len(line.text.split()) <= _AFTER_PAGER_WORDS:
            gone += dropped(line, "page furniture")
        elif items and (read_stamp(line.text) or _is_summary(line, items[-1][0])):
            items[-1][1].append(line)
        elif _is_headline(line):
            items.append((line, []))
        elif items:
            items[-1][1].append(line)
        else:
            items.append((None, [line]))
    return Parsed(
        kind="listing",
        title=title,
        sections=tuple(_item(i, headline, summary) for i, (headline, summary) in enumerate(items, 1)),
        date=date,
        published=published,
        publisher=head.publisher,
        metadata=tuple(fields),
        dropped=tuple(sorted(gone, key=lambda d: d.line or 0)),
        notes=tuple(notes),
        doubts=head.doubts,
    )


def _entries(page: Page) -> list[Line]:
    return [line for line in page.paragraphs if not _PAGER.fullmatch(line.text)]


def _is_headline(line: Line) -> bool:
    return len(line.text.split()) <= _HEADLINE_WORDS and not line.text.endswith((".", "。", ";", ":"))


def _is_summary(line: Line, headline: Line | None) -> bool:
    return ends_sentence(line.text) and (headline is None or len(line.text) > len(headline.text))


def _item(number: int, headline: Line | None, summary: list[Line]) -> Section:
    name = f"i{number}"
    paragraphs = tuple(Paragraph(f"{name}.{k}", line.text, line=line.number) for k, line in enumerate(summary, 1))
    turns = (Turn("statement", None, paragraphs, summary[0].number),) if summary else ()
    first = headline or summary[0]
    text = headline.text if headline else None
    return Section(name, "item", text, turns, printed=headline is not None, line=first.number)


LAYOUT = Layout("listing", recognise, parse)

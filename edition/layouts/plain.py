"""The last resort: anything that no other layout knows becomes one passage, so that no text is refused for its shape.

This layout must not claim to know what the text is.
"""

from __future__ import annotations

from edition.layouts.page import Layout, Page
from edition.layouts.parts import Evidence, Line, Parsed, dropped, ends_sentence, is_separator, is_stage, metadata
from edition.model import MetadataLine, Paragraph, Section, Turn

_TITLE_WORDS = 25


def recognise(page: Page) -> Evidence:
    """Return weak evidence for any page: more than none, less than any layout that knows its page."""
    return Evidence(0.1, ("no layout knows this page",))


def parse(page: Page) -> Parsed:
    """Return the page as one passage; a separator begins another. A first line that is short and no sentence is the
    title, with the stamps below it.
    """
    head = page.head
    title, fields = head.title, head.metadata
    parts = list(page.paragraphs)
    notes = []
    first = parts[0] if parts else None
    if title is None and first and len(parts) > 1 and _can_be_title(first):
        title, fields = first.text, (*fields, metadata(first, "title"))
        parts.pop(0)
    if title is None:
        title = "[Document without a title]"
        notes.append("The title is the editor's: the source prints none.")
    sections: list[Section] = []
    gone = list(head.dropped)
    run: list[Line] = []
    for line in parts:
        if is_separator(line.text):
            gone.append(dropped(line, "separator"))
            sections += _passage(run, len(sections))
            run = []
        else:
            run.append(line)
    sections += _passage(run, len(sections))
    doubts = ((0, "no layout knows this page: imported as plain paragraphs"),)
    return Parsed(
        kind="other",
        title=title,
        sections=tuple(sections),
        date=head.date,
        published=head.published,
        publisher=head.publisher or page.known.publisher,
        metadata=tuple(sorted(fields, key=_line)),
        dropped=tuple(sorted((*gone, *page.foot), key=lambda d: d.line or 0)),
        notes=tuple(notes),
        doubts=(*head.doubts, *doubts),
    )


def _line(entry: MetadataLine) -> int:
    return entry.line or 0


def _can_be_title(line: Line) -> bool:
    return len(line.text.split()) <= _TITLE_WORDS and not ends_sentence(line.text) and not is_separator(line.text)


def _passage(run: list[Line], before: int) -> list[Section]:
    if not run:
        return []
    name = f"p{before + 1}"
    paragraphs = tuple(
        Paragraph(f"{name}.{i}", line.text, "stage" if is_stage(line.text) else "text", line=line.number)
        for i, line in enumerate(run, 1)
    )
    turn = Turn("statement", None, paragraphs, run[0].number)
    return [Section(name, "passage", None, (turn,), line=run[0].number)]


LAYOUT = Layout("plain", recognise, parse)

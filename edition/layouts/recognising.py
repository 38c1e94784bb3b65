"""The known source layouts, and which of them a document has, by its structure.

This module must not look at a file's name or address, and must not prefer a layout but by its evidence.
"""

from __future__ import annotations

from dataclasses import dataclass

from edition.layouts import (
    digest,
    indirect,
    language_bar,
    letterhead,
    listing,
    plain,
    press_room,
    speaker_lines,
    title_only,
)
from edition.layouts.page import Layout, Page, read_page
from edition.layouts.parts import Document, Evidence, Known

#: To add a layout: add its file, import it above, name it here, and give it a pair of fixtures (docs/layouts.md).
LAYOUTS: tuple[Layout, ...] = (
    press_room.LAYOUT,
    speaker_lines.LAYOUT,
    letterhead.LAYOUT,
    language_bar.LAYOUT,
    title_only.LAYOUT,
    indirect.LAYOUT,
    digest.LAYOUT,
    listing.LAYOUT,
    plain.LAYOUT,
)

#: Two layouts whose scores lie closer than this are a tie, which the report tells.
_TIE = 0.05


@dataclass(frozen=True, slots=True)
class Recognised:
    """The layout that fits best, why, the page as it was read, and the names of layouts that fit as well."""

    layout: Layout
    evidence: Evidence
    page: Page
    ties: tuple[str, ...] = ()


def recognise(document: Document, known: Known) -> Recognised:
    """Return the layout with the best evidence for the document; where two have as much, the one named first."""
    page = read_page(document, known)
    weighed = [(layout, layout.recognise(page)) for layout in LAYOUTS]
    layout, best = max(weighed, key=lambda w: w[1].score)
    ties = tuple(other.name for other, e in weighed if other is not layout and best.score - e.score < _TIE)
    return Recognised(layout, best, page, ties)

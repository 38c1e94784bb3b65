"""A press conference under a letterhead: the office's name in one or more lines, the title, “Updated: …”, turns.

This layout must not take a name for a letterhead that stands in a sentence.
"""

from __future__ import annotations

import re

from edition.layouts.page import Layout, Page, parse_turns
from edition.layouts.parts import Evidence

_UPDATED = re.compile(r"[^\W\d]+[^:]*:")


def recognise(page: Page) -> Evidence:
    """Return the evidence: lines above the title (0.4), a title (0.2), a stamp after a word (0.2), turns (0.2)."""
    head = page.head
    if not head.title or not head.letterhead or head.language_bar:
        return Evidence(0)
    score, reasons = 0.6, [f"{head.letterhead} lines of letterhead", "a title"]
    if head.stamp and _UPDATED.match(head.stamp):
        score += 0.2
        reasons.append("a stamp with a word before it")
    if page.body.labels:
        score += 0.2
        reasons.append(f"{page.body.labels} labels")
    return Evidence(score, tuple(reasons))


LAYOUT = Layout("letterhead", recognise, parse_turns)

"""A press conference or statement with nothing above its body but a title (and a stamp at most), or not even that.

This layout must not invent a title that looks printed: where none is, the title stands in square brackets.
"""

from __future__ import annotations

from edition.layouts.head import is_title
from edition.layouts.page import Layout, Page, parse_turns
from edition.layouts.parts import Evidence


def recognise(page: Page) -> Evidence:
    """Return the evidence: a title as the first line (0.4), turns (0.4), a speaker in the title (0.1). Without a title
    at least two exchanges must stand there; a title that names neither a briefing nor a speaker needs one.
    """
    head, body = page.head, page.body
    if head.letterhead or head.language_bar:
        return Evidence(0.3, ("turns",)) if body.exchanges else Evidence(0)
    score = 0.0
    reasons = []
    if head.title and (is_title(head.title) or head.speaker or body.exchanges):
        score += 0.4
        reasons.append("a title first")
        if head.speaker:
            score += 0.1
            reasons.append(f"the title names {head.speaker}")
    if body.exchanges > (0 if head.title else 1):
        score += 0.4
        reasons.append(f"{body.labels} labels")
    return Evidence(score, tuple(reasons))


LAYOUT = Layout("title-only", recognise, parse_turns)

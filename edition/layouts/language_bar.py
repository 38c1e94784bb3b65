"""A press conference on a page with a bar of languages: the bar, the title, a bare stamp, turns, tools at the foot.

This layout must not drop a line that it does not know as furniture.
"""

from __future__ import annotations

from edition.layouts.page import Layout, Page, parse_turns
from edition.layouts.parts import Evidence


def recognise(page: Page) -> Evidence:
    """Return the evidence: a bar of languages (0.5), a title (0.2), turns (0.2), a foot of page tools (0.1)."""
    head = page.head
    if not head.title or not head.language_bar:
        return Evidence(0)
    score, reasons = 0.7, ["a bar of languages", "a title"]
    if page.body.labels:
        score += 0.2
        reasons.append(f"{page.body.labels} labels")
    if page.foot:
        score += 0.1
        reasons.append("tools of a page at the foot")
    return Evidence(score, tuple(reasons))


LAYOUT = Layout("language-bar", recognise, parse_turns)

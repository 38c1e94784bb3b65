"""Where the text of an unknown page is: the element that holds nearly all long lines which are no furniture.

This module must not fail: every page has some element that holds its text, at worst the page itself. What libraries
for this make of the same pages is measured by tests/compare_main_content.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from edition.containers.markup import Element
from edition.containers.shown import ShownLine

#: A line of at least this many characters that is no link speaks for the element it stands in; Chinese needs a third.
_LONG = 60
_LONG_WIDE = 20
#: The text goes down into a part while that part holds this share of the long lines' letters.
_NEARLY_ALL = 0.8
#: From this share of its letters on, a line is a link.
LINKED = 0.9


def main_element(lines: Sequence[ShownLine], groups: Sequence[str], root: Element) -> Element:
    """Return the innermost element that holds four fifths of the letters of the page's long lines. `groups`: for each
    line the group of furniture around it, "" for none. Lines in furniture count only where nothing else is long.
    """
    for chosen in (
        [line for line, group in zip(lines, groups, strict=True) if not group and _is_long(line)],
        [line for line, group in zip(lines, groups, strict=True) if not group],
        list(lines),
    ):
        if chosen:
            return _innermost(chosen, root)
    return root


def misnamed(lines: Sequence[ShownLine], title: int | None) -> frozenset[int]:
    """Return the ids of elements that are no furniture whatever they are called: those around the page's title (its
    position in `lines`) that hold at least half of the letters of all long lines.
    """
    if title is None:
        return frozenset()
    around = {id(e) for e in _upwards(lines[title].element)}
    held: dict[int, int] = defaultdict(int)
    every = 0
    for line in lines:
        if _is_long(line):
            every += len(line.text)
            for at in _upwards(line.element):
                if id(at) in around:
                    held[id(at)] += len(line.text)
    return frozenset(i for i, n in held.items() if n * 2 >= every)


def teasers(lines: Sequence[ShownLine], groups: Sequence[str], title: int | None) -> frozenset[int]:
    """Return the positions of lines that lead to other pages: those in an element that stands around a heading which
    is a link, and around no other heading and not the title. None where such lines are what the page is about: where
    fewer than two long lines are left, or less than a fifth of the long lines' letters.
    """
    linked: dict[int, int] = defaultdict(int)
    other: dict[int, int] = defaultdict(int)
    around: set[int] = set()
    for i, line in enumerate(lines):
        if line.level or i == title:
            leads = line.linked >= LINKED and i != title
            for at in _upwards(line.element):
                (linked if leads else other)[id(at)] += 1
            if leads and line.element.parent is not None:
                around.add(id(line.element.parent))
    around = {i for i in around if not other[i]}
    found: list[int] = []
    theirs = 0
    own: list[int] = []
    for i, (line, group) in enumerate(zip(lines, groups, strict=True)):
        if any(id(at) in around for at in _upwards(line.element)):
            found.append(i)
            theirs += len(line.text) if _is_long(line) and not group else 0
        elif _is_long(line) and not group:
            own.append(len(line.text))
    return frozenset(found) if len(own) >= 2 and sum(own) * 4 >= theirs else frozenset()


def _upwards(element: Element | None) -> list[Element]:
    out: list[Element] = []
    while element is not None:
        out.append(element)
        element = element.parent
    return out


def _is_long(line: ShownLine) -> bool:
    wide = sum(1 for c in line.text if c >= "\u2e80")
    return line.linked < 0.5 and len(line.text) >= (_LONG_WIDE if wide * 2 > len(line.text) else _LONG)


def _innermost(lines: Sequence[ShownLine], root: Element) -> Element:
    held: dict[int, int] = defaultdict(int)
    inside: dict[int, list[Element]] = defaultdict(list)
    seen: set[int] = set()
    for line in lines:
        for at in _upwards(line.element):
            held[id(at)] += len(line.text)
            if id(at) not in seen and at.parent is not None:
                seen.add(id(at))
                inside[id(at.parent)].append(at)
    best = root
    while True:
        part = max(inside[id(best)], key=lambda e: held[id(e)], default=None)
        # A block that is one line only is a paragraph, never the text.
        if part is None or held[id(part)] < _NEARLY_ALL * held[id(root)] or not inside[id(part)]:
            return best
        if any(_belongs(other, part, best) for other in inside[id(best)] if other is not part):
            return best
        best = part


def _belongs(other: Element, part: Element, around: Element) -> bool:
    """Return whether what stands beside the largest part is text as well: an element of the same tag and names, or a
    paragraph, unless it stands on the bare page.
    """
    if other.tag == "p":
        return around.tag not in ("", "html", "body")
    return bool(part.names) and (other.tag, other.names) == (part.tag, part.names)

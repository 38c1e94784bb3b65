"""Where the text of an unknown page is: the element that holds nearly all long lines which are no furniture.

This module must not fail: every page has some element that holds its text, at worst the page itself.
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


def _is_long(line: ShownLine) -> bool:
    wide = sum(1 for c in line.text if c >= "\u2e80")
    return line.linked < 0.5 and len(line.text) >= (_LONG_WIDE if wide * 2 > len(line.text) else _LONG)


def _innermost(lines: Sequence[ShownLine], root: Element) -> Element:
    held: dict[int, int] = defaultdict(int)
    inside: dict[int, list[Element]] = defaultdict(list)
    seen: set[int] = set()
    for line in lines:
        at: Element | None = line.element
        while at is not None:
            held[id(at)] += len(line.text)
            if id(at) not in seen and at.parent is not None:
                seen.add(id(at))
                inside[id(at.parent)].append(at)
            at = at.parent
    best = root
    while True:
        part = max(inside[id(best)], key=lambda e: held[id(e)], default=None)
        # A block that is one line only is a paragraph, never the text.
        if part is None or held[id(part)] < _NEARLY_ALL * held[id(root)] or not inside[id(part)]:
            return best
        best = part

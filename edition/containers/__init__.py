"""Containers: a saved page → its visible text as lines, each body or furniture with the reason, and the page's fields.

The first of two stages (the second, who speaks, is the layouts'): where the text of a page is follows from structure
and from what is counted in it, never from its address or its name. This module must not lose a visible word, and must
not fail: a page of no known family is read all the same.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from edition.containers.families import Fit, best_family
from edition.containers.fields import Fields, read_fields
from edition.containers.furniture import elsewhere, group_of
from edition.containers.main_content import LINKED, main_element, misnamed, teasers
from edition.containers.markdown import MarkdownText, read_markdown_text
from edition.containers.markup import Element, Markup, read_markup
from edition.containers.shown import LINE_END, ShownLine, line_starts, shown_lines
from edition.words import label_key

__all__ = [
    "Fields",
    "MarkdownText",
    "PageLine",
    "PageText",
    "page_lines",
    "read_markdown_text",
    "read_page_text",
]

Part = Literal["title", "stamp", "body", "furniture"]

#: The bytes of a page as a program printed them, alone or as all that an element holds.
_BYTES = "|".join(rf"{q}(?=(?:\\[nrt]|\s)*<[!a-z])(?:[^{q}\\\n]|\\.)*{q}" for q in "'\"")
_REPR = re.compile(rf"(?:^|(?<=>))\s*(b(?:{_BYTES}))(?=\s*(?:</|$))", re.I)


@dataclass(frozen=True, slots=True)
class PageLine:
    """A visible line. `number`: in the HTML source; `reason`: the group of furniture, "" for what is none; `bold`:
    share of its letters; `level`: of a heading; `deleted`: spans that are struck out; `runs_on`: a single `<br>` ends
    it; `label`: only its beginning up to a colon is bold. `joined`: (number, text) of the lines of which it is put
    together, none where it is one.
    """

    number: int
    text: str
    part: Part
    reason: str = ""
    bold: float = 0.0
    level: int = 0
    deleted: tuple[tuple[int, int], ...] = ()
    runs_on: bool = False
    label: bool = False
    joined: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PageText:
    """A page read: every visible line in document order, its fields, the family that it belongs to ("page" for none),
    what spoke for that, and what a person should look at. `absent`: why it shows no text, "" where it does.
    """

    lines: tuple[PageLine, ...]
    fields: Fields
    family: str
    reasons: tuple[str, ...] = ()
    doubts: tuple[tuple[int, str], ...] = ()
    absent: str = ""


def read_page_text(text: str) -> PageText:
    """Return what the page with this HTML source shows, sorted into title, stamp, body and furniture."""
    source = _unwrapped(text)
    markup = read_markup(source)
    shown = shown_lines(markup, source)
    fields = read_fields(markup)
    parts, family, reasons = _sorted(markup, shown, fields)
    lines = _whole_title(
        PageLine(line.number, line.text, part, reason, line.bold, line.level, line.deleted, line.runs_on, line.label)
        for line, (part, reason) in zip(shown, parts, strict=True)
    )
    starts = line_starts(source)
    doubts = tuple((bisect_right(starts, at), message) for at, message in markup.faults)
    absent = "" if any(line.part == "body" for line in lines) else _absent(markup)
    return PageText(lines, fields, family, reasons, doubts, absent)


def _absent(markup: Markup) -> str:
    """Return why a page may show no text of its own."""
    tags = {e.tag for e in markup.elements}
    if not tags.isdisjoint(("frame", "iframe")):
        return "its text stands in frames, which are pages of their own: save those"
    if markup.scripts or any("src" in e.attributes for e in markup.elements if e.tag == "script"):
        return "scripts would have fetched it: save the page again, after a browser has shown it"
    return "it shows none"


#: Characters that a title which is broken into several lines has at most.
_LONGEST_TITLE = 500


def _whole_title(lines: Iterable[PageLine]) -> tuple[PageLine, ...]:
    """Return the lines with a title that is broken into several as one. A heading that was never closed has the whole
    text in it, and is none.
    """
    out: list[PageLine] = []
    for part, run in groupby(lines, key=lambda line: line.part):
        together = list(run)
        if part == "title" and len(together) > 1:
            text = " ".join(line.text for line in together)
            if len(text) > _LONGEST_TITLE:
                together = [replace(line, part="body", level=0) for line in together]
            else:
                joined = tuple((line.number, line.text) for line in together)
                together = [replace(together[0], text=text, deleted=(), runs_on=False, joined=joined)]
        out += together
    return tuple(out)


def page_lines(text: str) -> tuple[str, ...]:
    """Return the visible text of a page as `words.check_conservation` compares it: for each line of the HTML source,
    what begins to be shown there. It knows nothing of body and furniture.
    """
    source = _unwrapped(text)
    by_line: dict[int, list[str]] = {}
    last = 0
    for line in shown_lines(read_markup(source), source):
        last = line.number
        by_line.setdefault(last, []).append(line.text)
    return tuple(" ".join(by_line.get(n, ())) for n in range(1, last + 1))


def _unwrapped(text: str) -> str:
    """Return the page's source. Where a program stored a page, or the inside of one, as the representation of its bytes
    (`b'<p>…\\xe2…'`), that is the page, all of it on the line on which it begins.
    """
    found = _REPR.search(text)
    if found is None:
        return text
    try:
        data = ast.literal_eval(found[1])
        source = data.decode("utf-8") if isinstance(data, bytes) else text
    except UnicodeDecodeError:
        source = data.decode("cp1252", "replace")
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    return text[: found.start(1)] + LINE_END.sub(" ", source) + text[found.end(1) :]


def _sorted(
    markup: Markup, shown: Sequence[ShownLine], fields: Fields
) -> tuple[list[tuple[Part, str]], str, tuple[str, ...]]:
    cache: dict[int, str] = {}
    groups = [group_of(line.inline, known=cache) for line in shown]
    fit = best_family(markup)
    inside: dict[int, bool] = {}
    if fit is not None and any(_within(line.element, fit.body, inside) for line in shown):
        return _by_elements(shown, groups, fit, fields), fit.family.name, fit.reasons
    title = _title_line(shown, fields)
    if spared := misnamed(shown, title):
        cache = dict.fromkeys(spared, "")
        groups = [group_of(line.inline, known=cache) for line in shown]
    for i in teasers(shown, groups, title):
        groups[i] = groups[i] or "other pages"
    main = main_element(shown, groups, markup.elements[0])
    if title is None:
        title = _title_line(shown, fields, main)
    return _by_content(shown, groups, main, title), "page", (f"text: {main.tag or 'the whole page'}",)


def _by_elements(shown: Sequence[ShownLine], groups: Sequence[str], fit: Fit, fields: Fields) -> list[tuple[Part, str]]:
    """Return the part of each line where the page's family says which element holds which; the title may also be the
    heading that the page's head repeats.
    """
    body, title, stamp = fit.body, fit.title, fit.stamp
    heading = _title_line(shown, fields) if title is None else None
    beside: dict[int, bool] = {}
    in_body: dict[int, bool] = {}
    in_title: dict[int, bool] = {}
    in_stamp: dict[int, bool] = {}
    out: list[tuple[Part, str]] = []
    past = False
    titled: int | None = None
    for i, (line, group) in enumerate(zip(shown, groups, strict=True)):
        if _within(line.element, body, in_body):
            past = True
            if line.scripted or _is_beside(line.element, fit, beside):
                out.append(("furniture", "shown by a script only" if line.scripted else group or "below the text"))
            else:
                out.append(("body", ""))
        elif not past and (i == heading or (title is not None and _within(line.inline, title, in_title))):
            first = titled is None or titled == i - 1
            titled = i if first else titled
            out.append(("title", "") if first else ("furniture", group or elsewhere(line, True)))
        elif stamp is not None and not line.scripted and not past and _within(line.inline, stamp, in_stamp):
            out.append(("stamp", ""))
        else:
            out.append(("furniture", group or elsewhere(line, not past)))
    return out


def _is_beside(element: Element, fit: Fit, known: dict[int, bool]) -> bool:
    """Return whether the element, or one around it inside the body, is one that the family names as no text."""
    at: Element | None = element
    walked: list[int] = []
    found = False
    while at is not None and at is not fit.body and not found:
        if id(at) in known:
            found = known[id(at)]
            break
        walked.append(id(at))
        found = any(place.fits(at) for place in fit.family.beside)
        at = at.parent
    for each in walked:
        known[each] = found
    return found


def _by_content(
    shown: Sequence[ShownLine], groups: Sequence[str], main: Element, title: int | None
) -> list[tuple[Part, str]]:
    """Return the part of each line where the text was found by what the page holds. In the text's own element only what
    stands in a telling element of its own is furniture.
    """
    inside: dict[int, bool] = {}
    cache: dict[int, str] = {}
    own: list[str | None] = [
        (group if group == "other pages" else group_of(line.inline, main, cache))
        if _within(line.element, main, inside)
        else None
        for line, group in zip(shown, groups, strict=True)
    ]
    if main.tag in ("", "html", "body"):
        # A page without parts: links before its first words and after its last ones are its menus.
        within = [i for i, group in enumerate(own) if group == ""]
        words = [i for i in within if shown[i].linked < LINKED and i != title]
        for i in within:
            if words and not words[0] <= i <= words[-1] and shown[i].linked >= LINKED:
                own[i] = "links"
    last = max((i for i, group in enumerate(own) if group == ""), default=-1)
    first = next((i for i, group in enumerate(own) if group == ""), len(shown))
    if title is not None and title >= last:
        title = None  # what nothing follows is no title
    out: list[tuple[Part, str]] = []
    for i, (line, group) in enumerate(zip(shown, groups, strict=True)):
        mine = own[i]
        if i == title:
            out.append(("title", ""))
        elif mine == "" and not line.scripted:
            out.append(("body", ""))
        elif title is not None and title < i < first and not group and mine is None and line.linked < 0.5:
            # Between the title and the text stand stamps, places, names: printed words of the document.
            out.append(("body", ""))
        else:
            out.append(("furniture", mine or group or elsewhere(line, i < last)))
    if not any(part == "body" for part, _ in out):
        return [("body", "") if part == "furniture" else (part, "") for part, _ in out]
    return out


def _title_line(shown: Sequence[ShownLine], fields: Fields, main: Element | None = None) -> int | None:
    """Return the position of the line that prints the page's title: a heading that the page's head repeats, else its
    only heading of the first level, else the only one in the `main` element.
    """
    said = [label_key(t) for t in (fields.title, fields.title_tag) if t]
    headings = [i for i, line in enumerate(shown) if line.level and label_key(line.text)]
    for i in headings:
        key = label_key(shown[i].text)
        if any(key == t or (len(key) >= 8 and (t.startswith(key) or t.endswith(key))) for t in said):
            return i
    inside: dict[int, bool] = {}
    first_level = [i for i in headings if shown[i].level == 1]
    if len(first_level) == 1:
        return first_level[0]
    if main is None:
        return None
    within = [i for i in first_level if _within(shown[i].element, main, inside)]
    return within[0] if len(within) == 1 else None


def _within(element: Element, outer: Element, known: dict[int, bool]) -> bool:
    walked: list[int] = []
    at: Element | None = element
    found = False
    while at is not None:
        if at is outer:
            found = True
            break
        if id(at) in known:
            found = known[id(at)]
            break
        walked.append(id(at))
        at = at.parent
    for each in walked:
        known[each] = found
    return found

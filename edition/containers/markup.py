"""HTML text → a flat tree: elements that know their parent, and pieces of text that know their element and place.

The tokenizer is our own (after the WHATWG's): what is read must be the same under every Python, since witnesses are
read again years later, and broken markup must cost neither a traceback nor more than linear time. This module must not
know a site, and must not decide what is shown or what matters.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass, field

#: Elements below this depth are no longer nested (browsers do so at 512): their words stay, their structure goes.
MAX_DEPTH = 400
#: Attributes beyond this number and the text of longer values say nothing to us.
_MAX_ATTRIBUTES = 60


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BLOCKS = _words(
    "address article aside blockquote body caption center col colgroup dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup html legend li main "
    "menu nav ol optgroup option p pre search section select summary table tbody td tfoot th thead tr ul"
)
_VOID = _words(
    "area base basefont bgsound br col command embed frame hr image img input keygen link meta param source track wbr"
)
#: Elements whose content is no markup; nothing of it is ever shown.
_RAW = frozenset(["script", "style", "xmp", "iframe", "noembed", "noframes"])
#: Elements whose content is text without markup.
_TEXT_ONLY = frozenset(("textarea", "title"))
_CELLS = frozenset(["td", "th", "table", "caption"])
#: An element that opens ends these, up to one of those.
_ENDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset(("li",)), frozenset(["ul", "ol", "menu", "dir", "table"])),
    "dt": (frozenset(("dt", "dd")), frozenset(("dl", "table"))),
    "dd": (frozenset(("dt", "dd")), frozenset(("dl", "table"))),
    "tr": (frozenset(("tr", "td", "th")), frozenset(("table",))),
    "td": (frozenset(("td", "th")), frozenset(("tr", "table"))),
    "th": (frozenset(("td", "th")), frozenset(("tr", "table"))),
    "tbody": (frozenset(["tbody", "thead", "tfoot", "tr", "td", "th"]), frozenset(("table",))),
    "option": (frozenset(("option",)), frozenset(("select",))),
    "body": (frozenset(("head",)), frozenset(("html",))),
}
_ENDS["thead"] = _ENDS["tfoot"] = _ENDS["tbody"]

_OPEN = re.compile(r"<(?:!--|[!?]|(/?)([A-Za-z][^\s/>]*))")
_NAME = re.compile(r"[^\s/>=]+")
_GAP = re.compile(r"[\s/]*")
_EQUALS = re.compile(r"\s*=\s*")
_BARE = re.compile(r"[^\s>]*")
_COMMENT_END = re.compile(r"--!?>")


@dataclass(slots=True)
class Element:
    """An element: its tag in small letters, attributes (first of each name), place in the text, and its parent."""

    tag: str
    attributes: dict[str, str]
    at: int
    parent: Element | None = None
    depth: int = 0
    #: words of class and id, in small letters
    names: frozenset[str] = frozenset()


@dataclass(slots=True)
class Piece:
    """Something that stands in an element, in document order: text (entities resolved), or a break.

    `kind`: "text"; "open" and "close" of a block; "br"; "link" where a link ends.
    """

    kind: str
    element: Element
    text: str = ""
    at: int = 0


@dataclass(slots=True)
class Markup:
    """A page as it is marked up. `scripts`: the text of its scripts; `titles`: of its `title` elements."""

    elements: list[Element] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    #: where markup breaks off, with what is wrong
    faults: list[tuple[int, str]] = field(default_factory=list)


def read_markup(text: str) -> Markup:
    """Return what is marked up in `text`. Nothing is an error; time and memory are linear in the length."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.out = Markup()
        root = Element("", {}, 0)
        self.out.elements.append(root)
        self.stack: list[Element] = [root]
        self.open: Counter[str] = Counter()
        self.flat: Counter[str] = Counter()
        self.no_quote: set[str] = set()

    def read(self) -> Markup:
        text, at = self.text, 0
        while True:
            found = _OPEN.search(text, at)
            if found is None:
                self._data(at, len(text))
                break
            self._data(at, found.start())
            name = found[2]
            if name is None:
                at = self._comment(found)
            elif found[1]:
                _, at = self._attributes(found.end(), keep=False)
                self._close(name.lower(), found.start())
            else:
                at = self._start(name.lower(), found)
        while len(self.stack) > 1:
            self._pop()
        return self.out

    def _data(self, start: int, end: int) -> None:
        if end > start:
            self.out.pieces.append(Piece("text", self.stack[-1], html.unescape(self.text[start:end]), start))

    def _comment(self, found: re.Match[str]) -> int:
        text, start = self.text, found.start()
        if text.startswith("<!--", start):
            if text.startswith((">", "->"), start + 4):
                return text.index(">", start) + 1
            end = _COMMENT_END.search(text, start + 4)
            if end is None:
                self.out.faults.append((start, "a comment is never closed: what follows it is not shown"))
                return len(text)
            self.out.comments.append(text[start + 4 : min(end.start(), start + 1000)])
            return end.end()
        closing = text.find(">", found.end())
        return len(text) if closing < 0 else closing + 1

    def _attributes(self, at: int, keep: bool = True) -> tuple[dict[str, str], int]:
        """Return a tag's attributes and the place after its “>”."""
        text = self.text
        out: dict[str, str] = {}
        while True:
            gap = _GAP.match(text, at)
            at = gap.end() if gap else at
            if at >= len(text):
                return out, at
            if text[at] == ">":
                return out, at + 1
            name = _NAME.match(text, at)
            if name is None:  # a stray “=”
                at += 1
                continue
            at = name.end()
            value = ""
            if equals := _EQUALS.match(text, at):
                at = equals.end()
                quote = text[at : at + 1]
                closing = -1
                if quote in ('"', "'") and quote not in self.no_quote:
                    closing = text.find(quote, at + 1)
                    if closing < 0:
                        self.no_quote.add(quote)
                if closing >= 0:
                    value, at = text[at + 1 : closing], closing + 1
                elif bare := _BARE.match(text, at):
                    value, at = bare[0], bare.end()
            if keep and len(out) < _MAX_ATTRIBUTES:
                out.setdefault(name[0].lower(), html.unescape(value) if "&" in value else value)

    def _start(self, tag: str, found: re.Match[str]) -> int:
        attributes, at = self._attributes(found.end())
        if tag in ("html", "body") and self.open[tag]:
            return at
        self._imply_ends(tag)
        parent = self.stack[-1]
        element = Element(tag, attributes, found.start(), parent, parent.depth + 1, _names(attributes))
        if tag in _VOID:
            self.out.elements.append(element)
            if tag in ("br", "hr"):
                self.out.pieces.append(Piece("br" if tag == "br" else "open", parent, at=found.start()))
            return at
        if tag in _RAW or tag in _TEXT_ONLY:
            self.out.elements.append(element)
            if attributes.get("srcdoc", "").strip():
                self.out.faults.append((element.at, "an “iframe” holds a page of its own, which is not read"))
            return self._content(element, at)
        if tag == "a" and self.open["a"]:
            self._close("a", found.start())
            element.parent = parent = self.stack[-1]
        if tag in BLOCKS:
            self.out.pieces.append(Piece("open", parent, at=found.start()))
        if len(self.stack) > MAX_DEPTH:
            self.flat[tag] += 1
            return at
        self.out.elements.append(element)
        self.stack.append(element)
        self.open[tag] += 1
        return at

    def _content(self, element: Element, at: int) -> int:
        closing = re.compile(rf"</{element.tag}(?=[\s/>])", re.I).search(self.text, at)
        end = closing.start() if closing else len(self.text)
        content = self.text[at:end]
        if element.tag == "script":
            self.out.scripts.append(content)
        elif element.tag == "title":
            self.out.titles.append(html.unescape(content))
        elif element.tag == "textarea":
            self.out.pieces += [
                Piece("open", element, at=at),
                Piece("text", element, html.unescape(content), at),
                Piece("close", element, at=end),
            ]
        if closing is None:
            self.out.faults.append((element.at, f"“{element.tag}” is never closed: what follows it is not shown"))
            return end
        return self._attributes(closing.end(), keep=False)[1]

    def _imply_ends(self, tag: str) -> None:
        if self.open["p"] and tag in BLOCKS:
            self._pop_to(frozenset(("p",)), _CELLS)
        if tag in _ENDS:
            ending, limit = _ENDS[tag]
            if any(self.open[t] for t in ending):
                self._pop_to(ending, limit, every=True)

    def _pop_to(self, tags: frozenset[str], limit: frozenset[str], every: bool = False) -> None:
        """Close the innermost open element of `tags` (`every`: the outermost), unless one of `limit` stands between."""
        at = None
        for i in range(len(self.stack) - 1, 0, -1):
            tag = self.stack[i].tag
            if tag in tags:
                at = i
                if not every:
                    break
            elif tag in limit:
                break
        while at is not None and len(self.stack) > at:
            self._pop()

    def _close(self, tag: str, place: int) -> None:
        if tag == "br":  # browsers read “</br>” as “<br>”
            self.out.pieces.append(Piece("br", self.stack[-1], at=place))
            return
        if self.flat[tag]:
            self.flat[tag] -= 1
            if tag in BLOCKS:
                self.out.pieces.append(Piece("close", self.stack[-1], at=place))
            return
        if not self.open[tag] or tag in ("html", "body"):
            return
        # A stray end of an inline element must not end the block around it, nor anything end the cell around it.
        limit = BLOCKS if tag not in BLOCKS else _CELLS if tag not in ("table", *_ENDS) else frozenset(("table",))
        self._pop_to(frozenset((tag,)), limit - {tag})

    def _pop(self) -> None:
        element = self.stack.pop()
        self.open[element.tag] -= 1
        if element.tag in BLOCKS:
            self.out.pieces.append(Piece("close", element))
        elif element.tag == "a":
            self.out.pieces.append(Piece("link", element))


def _names(attributes: dict[str, str]) -> frozenset[str]:
    named = f"{attributes.get('class', '')} {attributes.get('id', '')}"
    return frozenset(named.lower().split())

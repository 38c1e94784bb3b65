"""The last step of every export: text to UTF-8, element trees to XML that any reader takes.

It must not know a briefing, and must not change a character that the format can hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

SURROGATES = re.compile("[\ud800-\udfff]")
#: What the production Char of XML 1.0 (fifth edition, section 2.2) leaves out.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_NAME = re.compile(r"[^A-Za-z0-9_.\-]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a file: `make()` its bytes, and `of` which briefings or entries alone it is made; of none: it is made
    each time, of whatever it likes.
    """

    of: Sequence[Any]
    make: Callable[[], bytes]


def join_pieces(pieces: Iterable[Piece]) -> bytes:
    """Return the bytes of a file that is put together of pieces."""
    return b"".join([piece.make() for piece in pieces])


def encode_text(text: str) -> bytes:
    """Return `text` as UTF-8; half of a surrogate pair, which UTF-8 can't hold, becomes U+FFFD."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return SURROGATES.sub(REPLACEMENT, text).encode("utf-8")


def xml_text(text: str) -> str:
    """Return `text` with each character that XML 1.0 forbids as U+FFFD."""
    return _NOT_XML.sub(REPLACEMENT, text)


class Element:
    """An element of XML while it is made: its name, its attributes as they are written, and what it holds.

    A list of pieces where the standard library has a tree: a document of four hundred elements takes a third of the
    time.
    """

    __slots__ = ("attributes", "name", "parts")

    def __init__(self, name: str, attributes: str = "") -> None:
        self.name = name
        self.attributes = attributes
        self.parts: list[str | Element] = []


def escape(text: str) -> str:
    """Return text as it stands between tags; a carriage return is kept from being read as a line feed."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    # A bare carriage return would be read back as a line feed (XML 1.0, section 2.11).
    return text.replace("\r", "&#13;") if "\r" in text else text


def _quote(text: str) -> str:
    text = escape(text)
    if text.isprintable() and '"' not in text:
        return text
    # In an attribute every white space is read back as a blank (section 3.3.3).
    return text.replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def write_attributes(attributes: Mapping[str, str | None]) -> str:
    """Return attributes as they stand in a tag, each with a blank before it; those that are None are left out."""
    return "".join([f' {k}="{_quote(v)}"' for k, v in attributes.items() if v is not None])


def element(name: str, attributes: Mapping[str, str | None] | None = None, text: str = "") -> Element:
    """Return an element. Attributes that are None are left out."""
    made = Element(name, write_attributes(attributes) if attributes else "")
    if text:
        made.parts.append(escape(text))
    return made


def append(parent: Element, name: str, attributes: Mapping[str, str | None] | None = None, text: str = "") -> Element:
    """Return a new last child of `parent`."""
    made = element(name, attributes, text)
    parent.parts.append(made)
    return made


def append_text(parent: Element, text: str) -> None:
    """Put `text` at the end of what `parent` holds."""
    if text:
        parent.parts.append(escape(text))


def append_child(parent: Element, written: str) -> None:
    """Put an element that `write_element` wrote with a depth of 1 at the end of a document's root."""
    parent.parts.append(f"\n {written}")


def write_xml(root: Element, running: Collection[str] = ()) -> bytes:
    """Return the tree as a document: one element a line, except inside the elements named in `running`.

    White space inside `running` (elements whose text runs on between their children) stays exactly as it is. What XML
    1.0 forbids is U+FFFD.
    """
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{write_element(root, running)}\n'.encode()


def write_element(root: Element, running: Collection[str] = (), depth: int = 0) -> str:
    """Return the tree as `write_xml` does, without the declaration and the last line break. `depth`: of elements that
    it will stand in.
    """
    out: list[str] = []
    _write(root, "\n" + " " * depth, frozenset(running), out)
    return xml_text("".join(out))


def _write(node: Element, line: str, running: frozenset[str], out: list[str]) -> None:
    parts = node.parts
    if not parts:
        out.append(f"<{node.name}{node.attributes} />")
        return
    out.append(f"<{node.name}{node.attributes}>")
    if node.name in running:
        for part in parts:
            if isinstance(part, str):
                out.append(part)
            else:
                _write_inline(part, out)
    else:
        deeper = line + " "
        first = True
        for part in parts:
            if isinstance(part, str):
                out.append(part)
                continue
            out.append(deeper)
            _write(part, deeper, running, out)
            first = False
        if not first:
            out.append(line)
    out.append(f"</{node.name}>")


def _write_inline(node: Element, out: list[str]) -> None:
    if not node.parts:
        out.append(f"<{node.name}{node.attributes} />")
        return
    out.append(f"<{node.name}{node.attributes}>")
    for part in node.parts:
        if isinstance(part, str):
            out.append(part)
        else:
            _write_inline(part, out)
    out.append(f"</{node.name}>")


class Names:
    """Identifiers for one XML document: each valid (NCName, ASCII) and given to one thing only.

    `prefix`: what every one begins with, so that several documents can be put together.
    """

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self._given: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()

    def name(self, kind: str, id: str) -> str:
        """Return the identifier of a thing: always the same for the same kind and id.

        It is the id itself, with `kind` before it where this is neither "" nor "paragraph", and with a number after it
        where that is taken.
        """
        known = self._given.get((kind, id))
        if known is not None:
            return known
        wish = self._prefix + self.fit(id if kind in ("", "paragraph") else f"{kind}.{id}")
        name, count = wish, 1
        while name in self._taken:
            count += 1
            name = f"{wish}_{count}"
        self._taken.add(name)
        self._given[kind, id] = name
        return name

    @staticmethod
    def fit(wish: str) -> str:
        """Return the identifier that is nearest to a wish."""
        name = _NOT_NAME.sub("_", wish)
        return name if name and (name[0].isalpha() or name[0] == "_") else f"_{name}"

    def given(self, kind: str, id: str) -> str | None:
        """Return the identifier that a thing has, None where it has none."""
        return self._given.get((kind, id))

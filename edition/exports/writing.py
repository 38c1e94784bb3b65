"""The last step of every export: text to UTF-8, element trees to XML that any reader takes.

It must not know a briefing, and must not change a character that the format can hold.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final
from xml.etree import ElementTree as ET

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

SURROGATES = re.compile("[\ud800-\udfff]")
#: What the production Char of XML 1.0 (fifth edition, section 2.2) leaves out.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_NAME = re.compile(r"[^A-Za-z0-9_.\-]")


def encode_text(text: str) -> bytes:
    """Return `text` as UTF-8; half of a surrogate pair, which UTF-8 can't hold, becomes U+FFFD."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return SURROGATES.sub(REPLACEMENT, text).encode("utf-8")


def xml_text(text: str) -> str:
    """Return `text` with each character that XML 1.0 forbids as U+FFFD."""
    return _NOT_XML.sub(REPLACEMENT, text)


def element(name: str, attributes: Mapping[str, str | None] | None = None, text: str = "") -> ET.Element:
    """Return an element. Attributes that are None are left out; all text is made fit for XML."""
    made = ET.Element(name, {k: xml_text(v) for k, v in (attributes or {}).items() if v is not None})
    if text:
        made.text = xml_text(text)
    return made


def append(
    parent: ET.Element, name: str, attributes: Mapping[str, str | None] | None = None, text: str = ""
) -> ET.Element:
    """Return a new last child of `parent`."""
    made = element(name, attributes, text)
    parent.append(made)
    return made


def append_text(parent: ET.Element, text: str) -> None:
    """Put `text` at the end of what `parent` holds."""
    fit = xml_text(text)
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + fit
    else:
        parent.text = (parent.text or "") + fit


def write_xml(root: ET.Element, running: Collection[str] = ()) -> bytes:
    """Return the tree as a document: one element a line, except inside the elements named in `running`.

    White space inside `running` (elements whose text runs on between their children) stays exactly as it is.
    """
    _indent(root, "\n", frozenset(running))
    # A bare carriage return would be read back as a line feed (XML 1.0, section 2.11).
    body = ET.tostring(root, encoding="unicode").replace("\r", "&#13;")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def _indent(node: ET.Element, line: str, running: frozenset[str]) -> None:
    if node.tag in running or not len(node):
        return
    node.text = line + " "
    for child in node:
        _indent(child, line + " ", running)
        child.tail = line + " "
    node[-1].tail = line


class Names:
    """Identifiers for one XML document: each valid (NCName, ASCII) and given to one thing only."""

    def __init__(self) -> None:
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
        wish = _NOT_NAME.sub("_", id if kind in ("", "paragraph") else f"{kind}.{id}")
        if not wish or not (wish[0].isalpha() or wish[0] == "_"):
            wish = "_" + wish
        name, count = wish, 1
        while name in self._taken:
            count += 1
            name = f"{wish}_{count}"
        self._taken.add(name)
        self._given[kind, id] = name
        return name

    def given(self, kind: str, id: str) -> str | None:
        """Return the identifier that a thing has, None where it has none."""
        return self._given.get((kind, id))

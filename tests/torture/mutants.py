"""Mutants of real and invented sources: changes of bytes, of lines, of markup, and of a page's tree.

Every change is drawn from a `random.Random`, so that a seed gives the same mutant again.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from pathlib import Path

from bs4 import BeautifulSoup, Comment, Tag

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
#: No source longer than this is mutated: most mutants must be small to be many.
_LONGEST = 60_000

_INSERTS = [
    *("\n", "\n\n", "\r\n", "\r", " ", "\u00a0", "\u3000", "\u2028", "\u200b", "\ufeff", "\u00ad", "\t", "\x0c"),
    *("\x0b", "\x00", "\x1b", "\x7f", "\x85", "\x92", "\ufffe", "\ufffd", "\u202e", "\u200f", "\u2067", "\u2069"),
    *("🧂", "e\u0301", "毛宁：", "问：", "答：", "记者：", "Q: ", "A: ", "Q  ", "MR. STRAND:  ", ": ", "：", ":::::"),
    *("***\n", "\n---\n", "\n# ", "**", "_", "`", "<b>", "</b>", "&amp;", "&amp;amp;", "&#0;", "&#x110000;", "&nbsp"),
    *("{#q1}", "[x](y)", "Links: a b Copyright ©", "Follow-up: ", "(x)", "(Laughter.)", "1 2 3", "10:30", "«", "»"),
    *("Ines Halvard: ", "Harbour Post: ", "PREGUNTA\n", "Updated: May 6, 2025 10:00\n", "http://x.org", "“", "”", "~~"),
    *("After the press conference, a question was raised: ", "\\", "$", "%", "|", "\n|---|\n", "\n> ", "\n- ", "\n1. "),
    *(
        "<",
        ">",
        "<!--",
        "-->",
        "<s>",
        "</s>",
        "<p>",
        "</p>",
        "<div class=nav>",
        "</div>",
        "<table>",
        "<td>",
        "</table>",
    ),
    *("<script>", "</script>", "<style>", "<pre>", "</pre>", "<br>", "<h1>", "</h1>", "<a href=x>", "</a>", "'", '"'),
    *(
        "<title>",
        "</title>",
        "<p hidden>",
        "<textarea>",
        "b'",
        "\\n",
        "\\xe2",
        "<form>",
        "<article>",
        "<aside>",
        "\n=\n",
    ),
]


def sources() -> dict[str, bytes]:
    """Return the fixtures that are sources and, where it is there, the shared corpus's files; by name, in order."""
    out: dict[str, bytes] = {}
    for room in ("layouts", "containers", "main_content"):
        for path in sorted((FIXTURES / room).rglob("*")):
            if path.is_file() and ".expected." not in path.name:
                out[f"{room}/{path.name}"] = path.read_bytes()
    if shared := os.environ.get("ROSTRUM_SHARED"):
        for path in sorted((Path(shared) / "corpus").glob("*/*")):
            if path.is_file() and path.stat().st_size <= _LONGEST:
                out[f"{path.parent.name}/{path.name}"] = path.read_bytes()
    return out


def is_page(data: bytes) -> bool:
    """Whether a source is a page rather than a text."""
    return data.lstrip()[:1] == b"<"


def _two(text: str, r: random.Random) -> tuple[int, int]:
    start = r.randrange(len(text) + 1)
    return start, min(len(text), start + r.choice([1, 5, 80, 2000]))


def _insert(text: str, r: random.Random) -> str:
    at = r.randrange(len(text) + 1)
    return text[:at] + r.choice(_INSERTS) * r.choice([1, 1, 1, 2, 30]) + text[at:]


def _cut(text: str, r: random.Random) -> str:
    start, end = _two(text, r)
    return text[:start] + text[end:]


def _double(text: str, r: random.Random) -> str:
    start, end = _two(text, r)
    return text[:end] + text[start:end] * r.choice([1, 1, 5]) + text[end:]


def _swap(text: str, r: random.Random) -> str:
    parts = re.split(r.choice([r"(\n)", r"(\n\n)", r"(<[^<>]*>)", r"( )"]), text)
    for _ in range(r.choice([1, 3, 20])):
        a, b = r.randrange(len(parts)), r.randrange(len(parts))
        parts[a], parts[b] = parts[b], parts[a]
    return "".join(parts)


def _drop_kind(text: str, r: random.Random) -> str:
    kinds = ["\n\n", "\n", " ", ":", ".", "<p", "</", ">", '"', "Q", "<br", "：", "-"]
    return text.replace(r.choice(kinds), r.choice(["", " ", "\n", "\n\n", "\u00a0", ": "]))


def _huge_line(text: str, r: random.Random) -> str:
    return text.replace("\n", " ") if r.random() < 0.5 else _insert(text, r) + "word " * r.choice([100, 3000])


def _nest(text: str, r: random.Random) -> str:
    at, n = r.randrange(len(text) + 1), r.choice([3, 50, 500])
    tag = r.choice(["div", "b", "table", "ul", "blockquote", "span", "font", "s", "li"])
    return text[:at] + f"<{tag}>" * n + text[at:]


_CHANGES: tuple[Callable[[str, random.Random], str], ...] = (
    *(_insert, _insert, _insert, _cut, _cut, _double, _swap, _swap, _drop_kind, _huge_line, _nest),
)
_ENCODINGS = ("utf-8", "utf-8", "utf-8", "utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "gb18030", "cp1252")


def mutate(data: bytes, other: bytes, r: random.Random) -> bytes:
    """Return `data` after one to six changes; now and then `other` is spliced in, or the encoding or a byte changed."""
    text = data.decode("utf-8", "replace")
    for _ in range(r.randint(1, 6)):
        text = r.choice(_CHANGES)(text, r)
    if r.random() < 0.1:
        more = other.decode("utf-8", "replace")
        start, end = sorted((r.randrange(len(more) + 1), r.randrange(len(more) + 1)))
        at = r.randrange(len(text) + 1)
        text = text[:at] + more[start:end] + text[at:]
    out = text[: 4 * _LONGEST].encode(r.choice(_ENCODINGS), "replace")
    if r.random() < 0.05 and out:
        at = r.randrange(len(out))
        out = out[:at] + bytes([r.randrange(256)]) + out[at + 1 :]
    return out


_NOT_SHOWN = ["script", "style", "noscript", "head", "template", "title", "svg", "object", "iframe"]


def mutate_tree(data: bytes, other: bytes, r: random.Random) -> tuple[str, list[str]]:
    """Return (a page, the pieces of text that it shows) after changes of its tree: elements moved, doubled, taken out,
    renamed. The page is well formed and hides nothing by a style, so that what it shows is certain.
    """
    soup, more = (BeautifulSoup(d.decode("utf-8", "replace"), "html.parser") for d in (data, other))
    for tree in (soup, more):
        for node in tree.find_all(string=lambda s: isinstance(s, Comment)):
            node.extract()
        for tag in tree.find_all(_NOT_SHOWN):
            tag.decompose()
        for tag in tree.find_all(True):
            for name in ("style", "hidden"):
                tag.attrs.pop(name, None)
    body = soup.body or soup
    for _ in range(r.randint(1, 8)):
        tags = [t for t in body.find_all(True) if isinstance(t, Tag)]
        if not tags:
            break
        tag, target = r.choice(tags), r.choice(tags)
        match r.randrange(6):
            case 0:
                tag.extract()
            case 1 if tag not in target.parents and tag is not target:
                target.insert_after(tag.extract())
            case 2:
                tag.insert_after(BeautifulSoup(str(tag)[:5000], "html.parser"))
            case 3:
                tag.name = r.choice(["div", "p", "span", "b", "h1", "h3", "li", "td", "nav", "section", "s", "aside"])
            case 4:
                tag["class"] = r.choice(["nav", "content", "footer", "related", "body", "share", "title", "lang"])
            case _:
                found = [t for t in more.find_all(True) if isinstance(t, Tag)]
                if found:
                    tag.insert_before(BeautifulSoup(str(r.choice(found))[:5000], "html.parser"))
    page = f"<!DOCTYPE html><html><body>{body.decode_contents() if body.name == 'body' else body}</body></html>"
    again = BeautifulSoup(page, "html.parser")
    for tag in again.find_all(_NOT_SHOWN):
        tag.decompose()
    return page, [str(s) for s in again.strings if type(s).__name__ == "NavigableString"]

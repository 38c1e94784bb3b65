"""What pages are shown with: style sheets, scripts, pictures, fonts, published under names that tell what they hold.

    read_assets(edition_dir) -> Assets       names: assets/edition.css → assets/edition.3f9a1c20.css; files: their bytes

So a browser may keep such a file for ever, and a page never meets one of another version. This module must not write a
file, and must not know a page.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from posixpath import normpath
from typing import Final
from urllib.parse import unquote

from edition import urls
from edition.model import Locus
from edition.problems import Problem

_OURS: Final = Path(__file__).resolve().parent.parent / "assets"

#: The scripts of the search page in the order in which they build on each other: published as one, so that a browser
#: asks once, and the page of a section that a result leads to has it already.
SEARCH_SCRIPT: Final = "assets/search/search.js"
PARTS: Final = (
    "words", "forms", "query", "digits", "register", "index", "answer", "vocabulary", "marks", "passage", "address",
    "facets", "results", "page",
)  # fmt: skip

#: Endings of what a page is shown with. Anything else among the assets (a PDF) is linked and cited: it keeps its name.
SHOWN: Final = frozenset(
    ("css", "js", "mjs", "svg", "png", "jpg", "jpeg", "gif", "webp", "avif", "ico", "woff", "woff2", "ttf", "otf")
)
#: A comment that begins a line and ends one, by the ending of the file.
_COMMENTS: Final = {
    ".js": re.compile(rb"^[ \t]*/\*\*.*?\*/[ \t]*$|^[ \t]*//[^\n]*$", re.M | re.S),
    ".css": re.compile(rb"^[ \t]*/\*(?:(?!\*/).)*+\*/[ \t]*$", re.M | re.S),
}
#: A comment of a style sheet, or one of its addresses: url(…), or the string of an @import (CSS Syntax 3, 4.3; CSS
#: Cascade 5, 2).
_CSS_ADDRESS = re.compile(
    r"""/\*.*?(?:\*/|\Z)|url\(\s*(?:"([^"]*)"|'([^']*)'|([^\s"')]*))\s*\)|@import\s+(?:"([^"]*)"|'([^']*)')""",
    re.DOTALL | re.IGNORECASE,
)
#: A string of a script that may be the address of an asset.
_NAMED = re.compile(rf"""["'`]((?:[\w.~-]+/)*[\w.~-]+\.(?:{"|".join(sorted(SHOWN))}))["'`]""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Assets:
    """The assets of a site. `names`: the path of each by the name that it has in assets/ → the path under which it is
    published; `files`: that path → bytes, in order; `problems`: what is wrong with an edition's own.
    """

    names: Mapping[str, str]
    files: Mapping[str, bytes]
    problems: tuple[Problem, ...] = ()


def read_assets(edition_dir: Path | None = None) -> Assets:
    """Return the assets of a site, an edition's own in place of ours.

    The scripts of the search page are joined (an edition may have its own in place of one, or of the whole); our own
    scripts and style sheets lose their comments, indentation and empty lines, and nothing inside a line; an address in
    a style sheet follows the asset that it means. All else is as it is.
    """
    sources = {path: [file] for path, file in list_sources(edition_dir).items()}
    parts = [sources.pop(f"assets/search/{name}.js")[0] for name in PARTS]
    sources.setdefault(SEARCH_SCRIPT, parts)
    reading = _Reading(sources)
    names = {path: reading.publish(path) for path in sorted(sources)}
    # names that differ in case alone: what is published differs in more, but not every disk holds both in assets/
    clashes = urls.find_collisions((name, Locus(name)) for name in names)
    problems = [*reading.problems, *_find_plain_names(sources, names), *clashes]
    return Assets(names, {path: reading.files[path] for path in names.values()}, tuple(sorted(problems)))


def list_sources(edition_dir: Path | None = None) -> dict[str, Path]:
    """Return path in the site → file of every asset as it lies in assets/, the edition's own in place of ours."""
    found: dict[str, Path] = {}
    for folder in (_OURS, *([edition_dir / "assets"] if edition_dir else [])):
        for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if file.is_file() and not file.name.startswith("."):
                found[urls.asset_path(file.relative_to(folder).as_posix())] = file
    return found


def find_addresses(style_sheet: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, address) of each address in a style sheet, without the signs around it."""
    for match in _CSS_ADDRESS.finditer(style_sheet):
        if match.lastindex:
            yield *match.span(match.lastindex), match[match.lastindex]


def split_address(address: str) -> tuple[str, str]:
    """Return the path of a relative address ("": it leads elsewhere), and what follows: its query or fragment."""
    path = re.split(r"[?#]", address, maxsplit=1)[0]
    return ("" if path.startswith("/") or ":" in path else unquote(path)), address[len(path) :]


class _Reading:
    """The reading of assets: a style sheet is published after whatever it asks for, since that has its name in it."""

    def __init__(self, sources: Mapping[str, list[Path]]) -> None:
        self._sources = sources
        self._names: dict[str, str] = {}
        self._open: set[str] = set()
        self.files: dict[str, bytes] = {}
        self.problems: list[Problem] = []

    def publish(self, path: str) -> str:
        """Return the path under which a source is published."""
        if path not in self._names:
            self._open.add(path)
            data = b"\n".join(map(_read_source, self._sources[path]))
            ending = path.rpartition(".")[2].lower()
            if ending == "css":
                data = self._follow(path, data)
            tagged = urls.tag_path(path, hashlib.sha256(data).hexdigest()) if ending in SHOWN else path
            self._names[path] = tagged
            self.files[tagged] = data
            self._open.remove(path)
        return self._names[path]

    def _follow(self, path: str, data: bytes) -> bytes:
        """Return a style sheet whose addresses lead to what is published."""
        text = data.decode("utf-8", "surrogateescape")
        pieces, end = [], 0
        for start, stop, address in find_addresses(text):
            target, tail = split_address(address)
            meant = normpath(f"{path.rpartition('/')[0]}/{target}")
            if not target or meant not in self._sources:
                continue
            if meant in self._open:
                line = text.count("\n", 0, start) + 1
                message = f"the style sheet asks for “{address}”, which asks for it in turn"
                self.problems.append(Problem(Locus(path, line), message, "put what both need into a third one"))
                continue
            pieces += [text[end:start], urls.relative_file(path, self.publish(meant)), tail]
            end = stop
        return "".join((*pieces, text[end:])).encode("utf-8", "surrogateescape")


def _is_ours(file: Path) -> bool:
    return file.resolve().is_relative_to(_OURS)


def _read_source(file: Path) -> bytes:
    data = file.read_bytes()
    comment = _COMMENTS.get(file.suffix)
    # an edition's own files are not ours to change
    if comment is None or not _is_ours(file):
        return data
    return b"\n".join(filter(None, (line.strip() for line in comment.sub(b"", data).split(b"\n")))) + b"\n"


def _find_plain_names(sources: Mapping[str, list[Path]], names: Mapping[str, str]) -> Iterator[Problem]:
    """Yield a note for each asset that a script of the edition's own seems to ask for by a name that it hasn't."""
    for path, files in sources.items():
        folder = path.rpartition("/")[0]
        for file in files:
            if file.suffix not in (".js", ".mjs") or _is_ours(file):
                continue
            for number, line in enumerate(file.read_text("utf-8", "replace").splitlines(), 1):
                for match in _NAMED.finditer(line):
                    beside, below = normpath(f"{folder}/{match[1]}"), re.sub(r"^(?:\.\.?/)+", "", match[1])
                    meant = beside if beside in names else below
                    if names.get(meant, meant) != meant:
                        yield Problem(
                            Locus(f"{folder}/{file.name}", number),
                            f"the script names “{match[1]}”, which is published as “{names[meant]}”",
                            f'let a template tell it: data-…="{{{{ asset("{meant.removeprefix("assets/")}") }}}}"',
                            "note",
                        )

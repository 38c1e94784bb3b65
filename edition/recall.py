"""The last build remembered: whether another one would find the very same files, so that nothing need be done.

    take_stock(folder, site, options) -> Stock        recall_build(folder, stock) -> Recalled | None
    remember_build(folder, before, after, recalled)

Files are compared by size, times and number on the disk, as git compares them, and not by their bytes: every file of
the edition, of the program and of the site. Whoever changes one changes its times. This module must not read a text,
and must not decide what a build does; what it keeps may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from edition.memo import MEMO, STEP
from edition.model import Locus
from edition.problems import Problem

_FILE: Final = "build.json"
#: What a build reads of an edition.
_READ: Final = ("config.yaml", "content", "templates", "assets")
_PROGRAM: Final = Path(__file__).resolve().parent.parent
#: What may change a build and is no file.
_VARIABLES: Final = ("SOURCE_DATE_EPOCH", "CI")


@dataclass(frozen=True, slots=True)
class Stock:
    """The state of all that a build reads (`inputs`) and of what the last one published (`site`), as digests.

    `settled`: no file changed so lately that a later change could be missed.
    """

    inputs: str
    site: str
    settled: bool


@dataclass(frozen=True, slots=True)
class Recalled:
    """What the last build told: how many `briefings`, `sections` and `files` there are, and its problems."""

    briefings: int
    sections: int
    files: int
    problems: tuple[Problem, ...]


def take_stock(folder: Path, site: Path, options: Iterable[object]) -> Stock:
    """Return the state of the edition in `folder`, of the program, and of what lies in `site`. `options`: of the
    build. Takes some two seconds for a million files.
    """
    now = time.time_ns()
    digest = hashlib.sha256()
    for each in (sys.version, *options, *map(os.environ.get, _VARIABLES)):
        digest.update(f"{each}\0".encode("utf-8", "surrogatepass"))
    newest = 0
    for place in (
        *(folder / name for name in _READ),
        *(_PROGRAM / name for name in ("edition", "templates", "assets")),
    ):
        newest = max(newest, _weigh(place, digest))
    for path in map(Path, sys.path):
        # another version of a library comes with another folder in here
        if path.name.endswith("-packages") and path.is_dir():
            digest.update(f"{path}\0{path.stat().st_mtime_ns}\0".encode("utf-8", "surrogatepass"))
    published = hashlib.sha256()
    _weigh(site, published)
    return Stock(digest.hexdigest(), published.hexdigest(), newest < now - STEP)


def recall_build(folder: Path, stock: Stock) -> Recalled | None:
    """Return what the last build told where all is as it left it, None where that isn't certain."""
    try:
        kept = json.loads((folder / MEMO / _FILE).read_bytes())
        if (kept["inputs"], kept["site"]) != (stock.inputs, stock.site):
            return None
        problems = tuple(
            Problem(Locus(each["file"], each["line"]), each["message"], each["hint"], each["severity"])
            for each in kept["problems"]
        )
        return Recalled(int(kept["briefings"]), int(kept["sections"]), int(kept["files"]), problems)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remember_build(folder: Path, before: Stock, after: Stock, recalled: Recalled) -> None:
    """Keep what a build told, where nothing that it read changed meanwhile; else forget the build before.

    `before`, `after`: the stock at its beginning and its end. What can't be written isn't remembered.
    """
    file = folder / MEMO / _FILE
    try:
        if not before.settled or before.inputs != after.inputs:
            file.unlink(missing_ok=True)
            return
        problems = [
            {"file": p.locus.file, "line": p.locus.line, "message": p.message, "hint": p.hint, "severity": p.severity}
            for p in recalled.problems
        ]
        told = asdict(recalled) | {"inputs": after.inputs, "site": after.site, "problems": problems}
        file.parent.mkdir(exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{_FILE}.", dir=file.parent)
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogatepass") as out:
            json.dump(told, out)
        Path(name).replace(file)
    except OSError:
        return


def _weigh(place: Path, digest: hashlib._Hash) -> int:
    """Put the state of every file below a place into a digest; return when the newest of them changed (ns)."""
    newest = 0
    try:
        lines = []
        for path, state in _list_states(place):
            newest = max(newest, state.st_mtime_ns, state.st_ctime_ns)
            lines.append(f"{path}\0{state.st_size}\0{state.st_mtime_ns}\0{state.st_ctime_ns}\0{state.st_ino}")
        digest.update("\n".join(lines).encode("utf-8", "surrogatepass"))
    except OSError as error:
        digest.update(f"{place}\0{error.errno}".encode("utf-8", "surrogatepass"))
    return newest


def _list_states(place: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Yield every file at or below a place and its state, in order; byte code isn't looked at."""
    if place.is_dir():
        yield from _list_inside(os.fspath(place))
    else:
        yield os.fspath(place), place.stat()


def _list_inside(place: str) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(place) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _list_inside(entry.path)
        else:
            yield entry.path, entry.stat()

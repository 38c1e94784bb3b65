"""What an edition's folder holds already, and where a witness and a transcript are kept in it.

This module must not write a file, and must not read a transcript whole.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Literal
from urllib.parse import urlsplit

from edition.importing.catalogue import Catalogue
from edition.model import Locus
from edition.problems import Problem, Refused
from edition.witnesses import Witness
from edition.words import fold
from edition.yamlfiles import plain_value, read_yaml

BRIEFINGS, SOURCES, REVISIONS = "content/briefings", "content/sources", "content/revisions"
#: What stands before the ending of a later witness, or of another text that came under a name that was taken.
_MARKED = re.compile(r"(?:\.(?:rev|alt)-[0-9a-f]{8})+(?=\.[^.]*$|$)")
_REVISIONS_BLOCK = re.compile(r"^revisions:[ ]*\n((?:[ -].*\n?)+)", re.M)
_SHA256 = re.compile(r"\bsha256:[ ]['\"]?([0-9a-f]{64})\b")
_SAFE_PART = re.compile(r"[^\w.()+,' -]|[\x00-\x1f\x7f]")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.I)
_SOURCE_BLOCK = re.compile(r"^source:[ ]*\n((?:[ ]+.*\n?)+)", re.M)
_SOURCE_FIELD = re.compile(r"^[ ]+((?:path|sha256|url):[ ].+)$", re.M)
#: Parameters by which advertisers and newsletters follow readers; they choose no page.
_FOLLOWING = re.compile(r"(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_cid|mc_eid|_ga|_gl|spm)=", re.I)
_TOP_FIELD = re.compile(r"^((?:title|date):[ ].+)$", re.M)


State = Literal["published", "waits", "told"]


@dataclass(frozen=True, slots=True)
class Held:
    """A witness of a briefing that the edition has. `id`: the briefing's; `path`: the kept witness, below
    content/sources; `file`: the transcript, below the edition's folder; `state`: its words are the briefing's
    ("published"), a revision of it that waits ("waits"), or one that is only told of in its front matter ("told").
    """

    id: str
    sha256: str
    path: str
    file: str
    title: str = ""
    date: str = ""
    state: State = "published"


@dataclass(frozen=True, slots=True)
class Existing:
    """What an edition's folder holds already: of each transcript its id, its witness, and what it says of itself."""

    ids: frozenset[str] = frozenset()
    by_path: dict[str, tuple[Held, ...]] = field(default_factory=dict)
    by_url: dict[str, tuple[Held, ...]] = field(default_factory=dict)
    by_sha: dict[str, tuple[Held, ...]] = field(default_factory=dict)
    titles: dict[tuple[str, str], str] = field(default_factory=dict)
    #: (id, file below the edition's folder) of each transcript
    files: tuple[tuple[str, str], ...] = ()


def read_existing(edition_dir: Path, catalogue: Catalogue | None = None) -> tuple[Existing, list[Problem]]:
    """Return what the edition holds. A transcript that can't be read still keeps its id and, where its lines can be
    found, its witness; it is the build that tells what is wrong with it. `catalogue`: that of the edition, where it is
    to remember (default: one that only recalls).
    """
    catalogue = catalogue or Catalogue(edition_dir, keep=False)
    by_path: dict[str, tuple[Held, ...]] = {}
    by_url: dict[str, tuple[Held, ...]] = {}
    by_sha: dict[str, tuple[Held, ...]] = {}
    titles: dict[tuple[str, str], str] = {}
    files: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for folder, state in ((BRIEFINGS, "published"), (REVISIONS, "waits")):
        for file in sorted((edition_dir / folder).rglob("*.md")):
            shown = file.relative_to(edition_dir).as_posix()
            header = ""
            try:
                header = catalogue.read_header(shown)
            except OSError as e:
                problems.append(Problem(Locus(shown), f"can't be read: {e.strerror or e}"))
            fields, named = _source_fields(header), _fields(_TOP_FIELD.findall(header))
            title, date = named.get("title", ""), named.get("date", "")
            path, sha = fields.get("path", ""), fields.get("sha256", "")
            held = Held(file.stem, sha, path, shown, title, date, "published" if state == "published" else "waits")
            if sha:
                by_sha[sha] = (*by_sha.get(sha, ()), held)
            if state == "waits":
                continue
            files.append((file.stem, shown))
            if path:
                plain = plain_path(path)
                by_path[plain] = (*by_path.get(plain, ()), held)
            if url := fields.get("url"):
                key = address_key(url)
                by_url[key] = (*by_url.get(key, ()), held)
            if date:
                titles[(fold(title), date)] = file.stem
            for other in _SHA256.findall("".join(_REVISIONS_BLOCK.findall(header))):
                if other != sha:
                    told = replace(held, sha256=other, state="told")
                    by_sha[other] = (*by_sha.get(other, ()), told)
    ids = frozenset(id_ for id_, _ in files)
    return Existing(ids, by_path, by_url, by_sha, titles, tuple(files)), problems


def address_key(url: str) -> str:
    """Return what the addresses of one page have in common: without scheme, “www.”, standard port, slash at the end,
    fragment, and what is put behind it to follow readers; "" for no address of the web. Hosts of other names are other
    pages: that one mirrors another is no more than likely.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").removeprefix("www.").rstrip("."), parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host:
        return ""
    query = sorted(pair for pair in parts.query.split("&") if pair and not _FOLLOWING.match(pair))
    shown = f":{port}" if port not in (None, 80, 443) else ""
    return f"{host}{shown}{parts.path.rstrip('/')}{'?' if query else ''}{'&'.join(query)}"


def plain_path(path: str) -> str:
    """Return the path of a kept witness without what a revision, or a second file of its name, has put into it."""
    return _MARKED.sub("", path)


def kept_path(path: str) -> str:
    """Return where a witness is kept below content/sources: its own path, or a safe one that ends in eight digits of
    the path's SHA-256 where a part of it is no name that every file system takes.
    """
    parts = unicodedata.normalize("NFC", path).split("/")
    safe = [_safe_part(p) for p in parts]
    if safe == path.split("/"):
        return path
    return with_suffix("/".join(safe), hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:8])


def find_held(existing: Existing, witness: Witness, url: str | None) -> tuple[Held, ...]:
    """Return the briefings that the edition has of a witness: by its path, else by its source's address."""
    plain = kept_path(witness.path)
    return (
        existing.by_path.get(plain)
        or existing.by_path.get(with_suffix(plain, _digest(witness.path)))
        or existing.by_url.get(address_key(url or ""))
        or ()
    )


def is_path_of(held: Held, path: str) -> bool:
    """Return whether a file that is imported as `path` is where the briefing's witness came from."""
    plain = kept_path(path)
    return plain_path(held.path) in {plain, with_suffix(plain, _digest(path))}


def free_id(base: str, ids: set[str]) -> str:
    """Return `base`, with a counter behind it where `ids` has it."""
    if base not in ids:
        return base
    n = 2
    while f"{base}-{n}" in ids:
        n += 1
    return f"{base}-{n}"


def free_path(path: str, taken: dict[str, str], origin: str) -> str:
    """Return `path`, with a hash where another file of the batch has it on a file system that knows no capitals, or
    came from another folder under the same name. `taken`: those given so far, which this one joins.
    """
    first = taken.setdefault(path.casefold(), path)
    if first != path:
        path = with_suffix(path, _digest(path))
    elif taken.setdefault(f"{path}\n", origin) != origin:
        path = with_suffix(path, f"alt-{_digest(origin)}", ".")
    return path


def _digest(path: str) -> str:
    return hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def with_suffix(path: str, suffix: str, joint: str = "-") -> str:
    """Return the path with `suffix` before its ending."""
    p = PurePosixPath(path)
    return (p.parent / f"{p.stem}{joint}{suffix}{p.suffix}").as_posix()


def _safe_part(part: str) -> str:
    """Return a part of a path as every common file system takes it: no signs of its own, at most 180 bytes (a longer
    one is cut to 150, so that what is put behind it later fits).
    """
    safe = _SAFE_PART.sub("_", part).rstrip(". ").lstrip(" ") or "_"
    if _DEVICE.fullmatch(safe) or safe.startswith("."):
        safe = f"_{safe}"
    too_long = len(safe.encode()) > 180
    while too_long and len(safe.encode()) > 150:
        stem, dot, suffix = safe.rpartition(".")
        safe = f"{stem[:-1]}.{suffix}" if dot and len(suffix) < 10 and len(stem) > 1 else safe[:-1]
    return safe


def _source_fields(header: str) -> dict[str, str]:
    block = _SOURCE_BLOCK.search(header)
    return _fields(_SOURCE_FIELD.findall(block[1])) if block else {}


def _fields(lines: Iterable[str]) -> dict[str, str]:
    """Return the values of “key: value” lines. Only a quoted value is given to the YAML reader: an edition has tens of
    thousands of headers, and reading each whole would take minutes.
    """
    out: dict[str, str] = {}
    for line in lines:
        key, _, value = line.partition(":")
        value = value.strip()
        if value[:1] in ("'", '"'):
            try:
                value = str(plain_value(read_yaml(value, "")))
            except Refused:
                continue
        out[key] = value
    return out

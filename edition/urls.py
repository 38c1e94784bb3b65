"""Every address of the site and every anchor on it: slugs, paths below the site's root, relative links, collisions.

An address never changes once published, so nothing here may depend on what else the edition holds. This module must
not read or write files and knows no page; paths are given and returned with "/" and relative to the site's root.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal
from urllib.parse import quote, urlsplit

from anyascii import anyascii

from edition.model import Locus
from edition.problems import Problem

Family = Literal["speakers", "countries", "topics", "outlets", "persons"]

#: The families of entities that have a folder of pages. Territories live under countries.
FAMILIES: tuple[Family, ...] = ("speakers", "countries", "topics", "outlets", "persons")

HOME = "index.html"
BRIEFINGS = "briefings/index.html"
SEARCH = "search.html"
DIAGNOSTICS = "diagnostics.html"
REVIEW = "review.html"
PARALLEL = "parallel/"
FIGURES = "figures.html"
DATA = "data/index.html"
NOT_FOUND = "404.html"
FEED = "feed.xml"
JSON_FEED_PATH = "feed.json"
COMPLIANCE = "compliance.html"
CHANGES = "changes.html"
CHANGES_FEED = "changes.xml"
FILES = "files.html"
SITEMAP = "sitemap.xml"
OPENSEARCH = "opensearch.xml"
UNDATED = "undated"

_SLUG_LENGTH = 80
#: Names that Windows keeps for devices, with any ending ("Naming Files, Paths, and Namespaces", Microsoft).
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
    + [f"{port}{n}" for port in ("com", "lpt") for n in (*"0123456789", "¹", "²", "³")]
)
_RESERVED = _DEVICES | {"index", UNDATED}
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_HAN_RUN = re.compile("([\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+)")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
#: The hundred commonest surnames (simplified and traditional), some rarer ones, and the usual ones of two characters.
_SURNAMES = frozenset(
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖萧蕭田董袁潘于"
    "蒋蔣蔡余杜叶葉程苏蘇魏吕呂丁任沈姚卢盧姜崔钟鐘谭譚陆陸汪范金石廖贾賈夏韦韋傅方白邹鄒孟熊秦邱江尹薛闫段雷侯龙龍"
    "史陶黎贺賀顾顧毛郝龚龔邵万萬钱錢严嚴覃武戴莫孔向汤湯华華耿洪章裴季戚翁"
) | {
    "欧阳", "歐陽", "司马", "司馬", "诸葛", "諸葛", "上官", "司徒", "东方", "東方", "皇甫", "尉迟", "公孙", "公孫",
    "慕容", "令狐", "宇文",
}  # fmt: skip
#: Where the anchor or query of an address begins.
_TAIL = re.compile("[#?]")
#: What tells the content of an asset in its name.
_TAG = re.compile(r"\.[0-9a-f]{8}(?=\.[^./]+$)")
_FORBIDDEN = re.compile(r'[<>:"\\|?*\x00-\x1f\x7f]')
#: Letters that canonical decomposition leaves whole.
_LETTERS = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h",
        "ŋ": "n", "ŧ": "t", "ĸ": "k", "ə": "e", "ƙ": "k", "ɓ": "b", "ɗ": "d", "ʼ": "", "’": "", "'": "", "‘": "",
        "&": " and ",
    }
)  # fmt: skip


def readable(text: str) -> str:
    """Return `text` in [a-z0-9-] as people would write it in Latin letters, at most 80 characters; "" where nothing of
    it can be read. Two texts may have the same: who gives addresses with it counts them (ids of briefings).

    Latin letters lose their marks (Türkiye → turkiye); other scripts are transliterated (anyascii). A Chinese personal
    name is surname and given name (汪文斌 → wang-wenbin), other Han characters stand syllable by syllable.
    """
    composed = unicodedata.normalize("NFC", text)
    parts = [_han(part) if _HAN.match(part) else _latin(part) for part in _HAN_RUN.split(composed) if part]
    return _NOT_SLUG.sub("-", "".join(parts)).strip("-")[:_SLUG_LENGTH].strip("-")


def slug(text: str) -> str:
    """Return `text` as a name for an address: [a-z0-9-], never empty, at most 80 characters, always the same.

    It is `readable`, and where letters of another script stand in it (many Han characters sound alike), where the name
    is cut, or where it would be reserved (con, index), eight digits of its SHA-256 follow: two such names differ.
    """
    composed = unicodedata.normalize("NFC", text)
    name = _NOT_SLUG.sub("-", _latin(composed)).strip("-")
    bare = "".join(c for c in unicodedata.normalize("NFKD", composed.casefold().translate(_LETTERS)) if c.isalnum())
    if bare.isascii() and name and len(name) <= _SLUG_LENGTH and name not in _RESERVED:
        return name
    digest = hashlib.sha256(composed.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{readable(text)[: _SLUG_LENGTH - 9].strip('-') or 'n'}-{digest}"


def _latin(text: str) -> str:
    """Return small ASCII letters and digits for text without Han characters, a space for everything else."""
    out = []
    for c in text.casefold().translate(_LETTERS):
        bare = "".join(d for d in unicodedata.normalize("NFKD", c) if not unicodedata.combining(d))
        if bare.isascii():
            out.append(bare)
        elif c.isalnum() or unicodedata.category(c) in ("Mn", "Mc"):
            out.append("".join(a for a in anyascii(c).lower() if a.isalnum()))
        else:
            out.append(" ")
    return "".join(out)


def _han(run: str) -> str:
    """Return the syllables of Han characters: a name's surname and given name, else one by one."""
    syllables = [anyascii(c).strip().lower() for c in run]
    surname = 2 if run[:2] in _SURNAMES else 1 if run[:1] in _SURNAMES else 0
    if surname and surname < len(run) <= surname + 2:
        return f" {''.join(syllables[:surname])} {''.join(syllables[surname:])} "
    return f" {' '.join(syllables)} "


def briefing_path(id: str, ext: str = "html") -> str:
    """Return the path of a briefing, or of one of its other forms (json, xml, txt, md)."""
    return f"briefings/{id}.{ext}"


def parallel_path(one: str, other: str) -> str:
    """Return the path of the page that shows two versions of a briefing side by side, whichever comes first."""
    first, second = sorted((one, other))
    return f"{PARALLEL}{first}--{second}.html"


def entity_path(family: str, slug: str, ext: str = "html") -> str:
    """Return the path of the page of a speaker, country, topic or outlet; "csv" is its table, "xml" (Atom) and
    "feed.json" its feeds."""
    return f"{family}/{slug}.{ext}"


def entity_year_path(family: str, slug: str, year: str | None) -> str:
    """Return the path of one year of an entity that has many entries; None is what has no date."""
    return f"{family}/{slug}/{year or UNDATED}.html"


def family_path(family: str) -> str:
    """Return the path of the index of a family."""
    return f"{family}/index.html"


def year_path(year: str | None) -> str:
    """Return the path of the list of a year's briefings; None is what has no date."""
    return f"years/{year or UNDATED}.html"


def release_path(name: str, ext: str = "html") -> str:
    """Return the path of the page of a release; "xml" is its feed (Atom)."""
    return f"releases/{name}.{ext}"


def page_path(name: str) -> str:
    """Return the path of a page that the editor wrote (content/pages/NAME.md)."""
    return f"{name}.html"


def data_path(name: str) -> str:
    """Return the path of a file that is there to be downloaded."""
    return f"data/{name}"


def year_data_path(name: str, year: str | None, ext: str) -> str:
    """Return the path of a year's part of a data file; None is what has no date."""
    return data_path(f"{name}-{year or UNDATED}.{ext}")


def asset_path(name: str) -> str:
    """Return the path of an asset (edition.css) by the name that it has in assets/."""
    return f"assets/{name}"


def tag_path(path: str, checksum: str) -> str:
    """Return a path with the first eight digits of a checksum before its ending: assets/edition.3f9a1c20.css."""
    stem, dot, ending = path.rpartition(".")
    return f"{stem}.{checksum[:8]}{dot}{ending}"


def untag_path(path: str) -> str:
    """Return a path without what `tag_path` has put into it."""
    return _TAG.sub("", path)


def anchor(path: str, id: str) -> str:
    """Return the address of a section (q3) or a paragraph (q3.2) on a page."""
    return f"{path}#{id}"


def relative(from_path: str, to_path: str) -> str:
    """Return the link from one page of the site to another, percent-encoded; "#…" and "?…" of `to_path` stay.

    A link to the page itself is its bare anchor, or its own file name.
    """
    end = _TAIL.search(to_path)
    target, tail = (to_path[: end.start()], to_path[end.start() :]) if end else (to_path, "")
    if target == from_path and tail.startswith("#"):
        return tail
    return _way(from_path.rpartition("/")[0], target) + tail


def relative_file(from_path: str, to_path: str) -> str:
    """Return the link from one page of the site to a file, percent-encoded, whatever signs its name has."""
    return _way(from_path.rpartition("/")[0], to_path)


# All pages of a folder have the same way to the pages that most of them link to.
@lru_cache(maxsize=20_000)
def _way(folder: str, target: str) -> str:
    """Return the link from the pages of a folder ("": the site's root) to a path."""
    here, there = folder.split("/") if folder else [], target.split("/")
    common = 0
    while common < len(here) and common < len(there) - 1 and here[common] == there[common]:
        common += 1
    parts = [".."] * (len(here) - common) + [quote(part, safe="~") for part in there[common:]]
    return "/".join(parts)


def canonical(site_url: str, path: str) -> str:
    """Return the absolute address of a path. `site_url` ends in "/"; index.html is its folder."""
    cut = path.removesuffix("index.html") if path == HOME or path.endswith("/index.html") else path
    target, mark, fragment = cut.partition("#")
    return site_url + _quote_path(target) + mark + fragment


@lru_cache(maxsize=20_000)
def _quote_path(path: str) -> str:
    """Return a path as it stands in an absolute address."""
    return quote(path, safe="/~")


def safe_href(url: str | None) -> str | None:
    """Return `url` where it is an absolute http(s) address that a page may link to, else None (javascript: …)."""
    if not url or any(c <= " " or c in '<>"\\^`{|}' or c == "\x7f" for c in url):
        return None
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    return url if parts.scheme.lower() in ("http", "https") and host and not parts.username else None


def fold_path(path: str) -> str:
    """Return a path, or a part of one, as Windows and macOS compare it: letter case and Unicode composition apart."""
    return unicodedata.normalize("NFC", path).casefold()


def find_collisions(addresses: Iterable[tuple[str, Locus]]) -> Iterator[Problem]:
    """Yield a problem for each path that two things claim, or that some file system can't hold.

    `addresses` are (path, where it comes from). Compared as Windows and macOS compare: letter case and Unicode
    composition apart. Problems come in the order of the addresses; each names the file that came first.
    """
    seen: dict[str, tuple[str, Locus]] = {}
    pairs = sorted(addresses, key=lambda pair: (pair[0], pair[1]))
    folders: dict[str, tuple[str, Locus]] = {}
    for path, locus in pairs:
        key = fold_path(path)
        first = seen.setdefault(key, (path, locus))
        if first != (path, locus):
            other = "" if first[0] == path else f" (as “{first[0]}”, which some systems take for the same)"
            yield Problem(
                locus,
                f"the address “{path}” is taken by {first[1]}{other}",
                "give one of the two another id; published addresses never change",
            )
        parts = key.split("/")
        for depth in range(1, len(parts)):
            folders.setdefault("/".join(parts[:depth]), (path, locus))
        for part in path.split("/"):
            if part.casefold().split(".")[0] in _DEVICES:
                yield Problem(
                    locus, f"the address “{path}” can't be stored on Windows: “{part}” is a device", "use another id"
                )
            elif part in ("", ".", "..") or _FORBIDDEN.search(part) or part[-1] in " ." or len(part.encode()) > 240:
                yield Problem(locus, f"the address “{path}” can't be stored everywhere: “{part}”", "use another id")
    for key, (path, locus) in seen.items():
        if key in folders:
            yield Problem(
                locus,
                f"the address “{path}” is a file, and a folder for “{folders[key][0]}” ({folders[key][1]})",
                "give one of the two another id",
            )

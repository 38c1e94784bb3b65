"""Sources as they were received: files, folders and zips → `Witness` values whose bytes are kept exactly.

This module must not know a layout, write a file, or change a byte; it decodes text and says why where it can't.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Literal

from edition.model import Locus
from edition.problems import Problem, Refused

#: A file above this size is refused before it is read. The longest briefing known to us has 0.2 MB of text.
MAX_BYTES = 20_000_000
#: Limits for one zip: entries, unpacked bytes altogether, and how often smaller than its content an entry may be.
MAX_ZIP_ENTRIES = 200_000
MAX_ZIP_BYTES = 4_000_000_000
MAX_ZIP_RATIO = 200

Container = Literal["text", "html", "markdown"]

_LINE_END = re.compile(r"\r\n|\r|\n")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)""",
    re.IGNORECASE,
)
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
#: A part of a page, without its beginning, and its proof: an element that ends.
_FRAGMENT = re.compile(
    r"\s*<(?:div|p|h[1-6]|table|section|article|main|meta|title|link|style|script|span|center|font|ul|ol)\b[^<>]*>",
    re.I,
)
_CLOSING = re.compile(r"</(?:div|p|h[1-6]|table|section|article|main|title|span|center|font|ul|ol)\s*>", re.I)
#: A key of front matter at the beginning of its line.
FRONT_MATTER_KEY = re.compile(r"[\"']?([A-Za-z_][\w.-]{0,40})[\"']?[ ]?:(?:\s+|$)")
#: The same between lines of three plus signs (TOML), as Hugo writes it.
TOML_KEY = re.compile(r"[\"']?([A-Za-z_][\w.-]{0,40})[\"']?[ \t]*=[ \t]*")
_FRONT_LINES = 500
#: Keys by which front matter is told from anything else between two rules.
_USUAL_KEYS = frozenset(
    (
        "title", "headline", "date", "published", "published_time", "pubdate", "url", "source_url", "source", "link",
        "permalink", "slug", "tags", "categories", "category", "layout", "lang", "language", "locale", "author",
        "authors", "description", "summary", "draft", "type", "kind", "id",
    )
)  # fmt: skip
#: What only Markdown has: escaped signs, a heading, words in two stars at the start of a line, links, quotations.
_MARKDOWN = re.compile(r"\\[\[\]*_#~<>]|^#{1,6}[ ]\S|^\*\*[^*\n]{1,100}\*\*|\]\(https?://[^\s)]+\)|^>[ ]\S", re.M)
#: What each of these begins with: asked first, as most texts hold none.
_MARKDOWN_SIGNS = re.compile(r"[\\#>\]]|\*\*")
#: The bytes of a page as a program printed them.
_REPR = re.compile(r"\s*b['\"]\s*(?:\\n|\\t|\\r|\s)*<[!a-z]", re.I)
#: What browsers read under these names (WHATWG Encoding Standard, "names and labels").
_WEB_NAMES = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252"}
_KINDS = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip or an office document"),
    (b"\xd0\xcf\x11\xe0", "an office document of the old kind"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"{\\rtf", "a document in Rich Text Format"),
    (b"bplist00", "a web archive of Safari"),
)
#: The head of a message whose text is packed for its journey: an e-mail as sent, a web archive (MHTML).
_PACKED = re.compile(
    rb"(?=[\w-]+:[ \t])(?:[^\n]*\n){0,60}?(?:Content-Transfer-Encoding:[ \t]*(?:quoted-printable|base64)"
    rb"|Content-Type:[ \t]*multipart/)",
    re.I,
)


#: Endings of files that go with a collection and are none of its texts. One that is named itself is read all the same.
_COMPANIONS = frozenset(
    (".json", ".jsonl", ".csv", ".tsv", ".xml", ".yaml", ".yml", ".toml", ".ini", ".log", ".css", ".js", ".py", ".sh")
)


@dataclass(frozen=True, slots=True)
class Witness:
    """A source as received. `path`: below the imported folder or zip, with “/”; `name`: its last part; `origin`: how
    messages call it; `lines`: the text's printed lines without their ends (line n is `lines[n - 1]`).
    """

    name: str
    path: str
    origin: str
    data: bytes
    sha256: str
    text: str
    encoding: str
    lines: tuple[str, ...]
    container: Container = "text"
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A file that can be read as a witness, not read yet. `read` gives its bytes or raises Refused."""

    path: str
    origin: str
    read: Callable[[], bytes]


def find_witnesses(paths: Iterable[Path]) -> tuple[Found | Problem, ...]:
    """Return what lies at `paths` (files, folders with everything below, zips), in the order of the paths given and,
    below a folder or in a zip, of their names. Hidden files, the leavings of desktops and, below a folder or in a zip,
    files of data and programs are named in one note a path.
    """
    found: list[Found | Problem] = []
    for path in paths:
        shown = _shown(path)
        try:
            if path.is_dir():
                found += _in_folder(path)
            elif not path.exists():
                found.append(Problem(Locus(shown), "there is no such file or folder"))
            elif path.suffix.lower() == ".zip":
                found += _in_zip(path)
            elif not path.is_file():
                found.append(Problem(Locus(shown), "neither a file nor a folder"))
            else:
                found.append(Found(_shown(Path(path.name)), shown, _file_reader(path, shown)))
        except (OSError, ValueError) as e:
            found.append(Problem(Locus(shown), f"can't be read: {_reason(e)}"))
    return tuple(found)


def read_witness(found: Found) -> Witness:
    """Return the witness at `found`; raises Refused where it is no text, empty, too large or can't be decoded."""
    return make_witness(found.path, found.origin, found.read())


def read_witnesses(paths: Iterable[Path]) -> Iterator[Witness | Problem]:
    """Yield each witness at `paths`, or the problem that stands in its way; one at a time to keep memory small."""
    for found in find_witnesses(paths):
        if isinstance(found, Problem):
            yield found
            continue
        try:
            yield read_witness(found)
        except Refused as refused:
            yield from refused.problems


def make_witness(path: str, origin: str, data: bytes) -> Witness:
    """Return the witness with these bytes; raises Refused with the byte and line at which it can't be read."""
    text, encoding = decode(data, origin)
    lines = tuple(_LINE_END.split(text))
    return Witness(
        PurePosixPath(path).name,
        path,
        origin,
        data,
        hashlib.sha256(data).hexdigest(),
        text,
        encoding,
        lines,
        container_of(text),
    )


def container_of(text: str) -> Container:
    """Return whether the text is a web page ("html"), also one that a program stored as `b'…'`, "markdown" (it has
    front matter, or at least two signs that only Markdown has), or plain "text".
    """
    if is_page(text):
        return "html"
    if text[:4].lstrip("\ufeff").startswith(("---", "+++")) and front_matter_end(_LINE_END.split(text))[0]:
        return "markdown"
    if not _MARKDOWN_SIGNS.search(text):
        return "text"
    return "markdown" if len(list(islice(_MARKDOWN.finditer(text), 2))) == 2 else "text"


def is_page(text: str) -> bool:
    """Return whether the text is a web page, also one that a program stored as `b'…'`."""
    start = text[:4096]
    if _HTML.match(start) or (_REPR.match(start) and text.rstrip().endswith(("'", '"'))):
        return True
    return bool(_FRAGMENT.match(start) and _CLOSING.search(text))


def front_matter_end(lines: Sequence[str]) -> tuple[int, bool]:
    """Return (index of the first line after the front matter, True); where it never closes (its length, False); (0,
    False) where there is none. Front matter is a first line “---” and lines “key: value” (“+++”, “key = value”)
    with what is indented below them, one of the keys a usual one, up to a line “---” or “...” (“+++”).
    """
    border = lines[0].lstrip("\ufeff").rstrip() if lines else ""
    if border not in ("---", "+++"):
        return 0, False
    ends, key = (("---", "..."), FRONT_MATTER_KEY) if border == "---" else (("+++",), TOML_KEY)
    usual = False
    for i in range(1, min(len(lines), _FRONT_LINES)):
        line = lines[i]
        if line.rstrip() in ends:
            return (i + 1, True) if usual else (0, False)
        found = key.match(line)
        if found:
            usual = usual or found[1].casefold() in _USUAL_KEYS
        elif line.strip() and not line.startswith((" ", "\t", "-", "#", "]", "[")):
            return (i, False) if usual else (0, False)
    return (min(len(lines), _FRONT_LINES), False) if usual else (0, False)


def decode(data: bytes, origin: str) -> tuple[str, str]:
    """Return (text, name of the encoding): a byte order mark decides, then UTF-8, then what the file itself declares.

    Raises Refused otherwise, with the byte offset and a likely encoding; nothing is decoded on a guess.
    """
    if len(data) > MAX_BYTES:
        raise Refused(_too_large(origin, len(data)))
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise Refused(Problem(Locus(origin), "the file is empty"))
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            try:
                return _checked(data.decode(name), origin), name
            except UnicodeDecodeError as e:
                raise Refused(_undecodable(data, e, origin, f"begins like {name.upper()}, but")) from None
    for signature, what in _KINDS:
        if data.startswith(signature):
            hint = "unpack it first, or save its text" if "zip" in what else "save its text as .txt (UTF-8)"
            raise Refused(Problem(Locus(origin), f"no text: this is {what}", hint))
    if _PACKED.match(data[:8192]):
        message = "no text: this is an e-mail or a web archive as sent, its text packed (MIME)"
        raise Refused(Problem(Locus(origin), message, "open it, and save its text as .txt or the page as .html"))
    if b"\x00" in data:
        at = data.index(b"\x00")
        raise Refused(Problem(Locus(origin, _line_at(data, at)), f"no text: a zero byte at offset {at}", _wide(data)))
    try:
        return _checked(data.decode("utf-8"), origin), "utf-8"
    except UnicodeDecodeError as e:
        error = e
    declared = _DECLARED.search(data[:4096])
    if not declared:
        raise Refused(_undecodable(data, error, origin, "is not UTF-8:"))
    name = (declared[1] or declared[2]).decode("ascii", "replace").lower()
    try:
        codec = codecs.lookup(_WEB_NAMES.get(name, name)).name
        if not getattr(codecs.lookup(codec), "_is_text_encoding", True):
            raise LookupError(name)
        return _checked(data.decode(codec), origin), codec
    except LookupError:
        how = f"declares the unknown encoding “{name}” and is not UTF-8:"
        raise Refused(_undecodable(data, error, origin, how)) from None
    except UnicodeDecodeError as e:
        raise Refused(_undecodable(data, e, origin, f"declares {name}, but")) from None


def _checked(text: str, origin: str) -> str:
    """Return `text` unless so many characters are control characters that it can't be text (more than one in ten)."""
    controls = len(_CONTROLS.findall(text))
    if controls * 10 > len(text):
        raise Refused(Problem(Locus(origin), f"no text: {controls} of {len(text)} characters are control characters"))
    if not _LETTER_OR_DIGIT.search(text):
        raise Refused(Problem(Locus(origin), "the file has no words"))
    return text


def _undecodable(data: bytes, error: UnicodeDecodeError, origin: str, how: str) -> Problem:
    at = error.start
    byte = f"byte 0x{data[at]:02X} at offset {at}" if at < len(data) else f"the end at offset {at}"
    likely = _likely_encoding(data)
    hint = "save the file as UTF-8 and import it again"
    if likely:
        hint = f"it looks like {likely}: iconv -f {likely} -t UTF-8 FILE > NEW, look at the result, and import that"
    return Problem(Locus(origin, _line_at(data, at)), f"{how} {byte} can't be decoded", hint)


def _likely_encoding(data: bytes) -> str:
    """Return the name of an encoding under which `data` reads like text, "" where none does. Only for a hint."""
    best, best_share = "", 0.0
    sample = data[:200_000]
    for name, first, last in (
        ("GB18030", "\u4e00", "\u9fff"),
        ("SHIFT_JIS", "\u3040", "\u9fff"),
        ("BIG5", "\u4e00", "\u9fff"),
        ("EUC-KR", "\uac00", "\ud7a3"),
        ("WINDOWS-1251", "\u0400", "\u04ff"),
        ("WINDOWS-1252", "\u00a0", "\u2122"),
    ):
        decoder = codecs.getincrementaldecoder(name)("strict")
        try:
            text = decoder.decode(sample)
        except UnicodeDecodeError:
            continue
        other = [c for c in text if c > "\x7f"]
        # High bytes among ASCII letters speak for the one-byte Latin encoding; in rows, for the encodings of scripts.
        rows = len(re.findall(r"[^\x00-\x7f]{2,}", text))
        share = sum(1 for c in other if first <= c <= last) / max(1, len(other))
        if name == "SHIFT_JIS" and sum(1 for c in other if "\u3040" <= c <= "\u30ff") * 5 > len(other):
            share += 0.2  # kana come out of no other encoding by chance
        if name == "WINDOWS-1252":
            share = 0.95 if rows * 4 < len(other) else 0.5
        elif len(other) * 5 < sum(1 for c in text if c.isascii() and c.isalpha()):
            share *= 0.9
        if share > best_share + 0.02:
            best, best_share = name, share
    return best if best_share >= 0.5 else ""


def _wide(data: bytes) -> str:
    even, odd = data[0:2000:2].count(0), data[1:2000:2].count(0)
    if max(even, odd) * 4 > min(len(data), 2000) // 2:
        return f"it looks like {'UTF-16LE' if odd > even else 'UTF-16BE'} without its mark: save it as UTF-8"
    return "save its text as .txt (UTF-8) and import that"


def _line_at(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1


def _too_large(origin: str, size: int) -> Problem:
    message = f"too large: {size:,} bytes, and at most {MAX_BYTES:,} are read"
    return Problem(Locus(origin), message, "a briefing's text is far smaller: is this the right file?")


def _reason(e: Exception) -> str:
    return (e.strerror if isinstance(e, OSError) and e.strerror else str(e)) or type(e).__name__


def _shown(path: Path) -> str:
    """Return a path as messages print it: with “/”, and U+FFFD for bytes of a name that are not UTF-8."""
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")


def _unwanted(part: str) -> bool:
    return part.startswith(".") or part in {"__MACOSX", "Thumbs.db", "desktop.ini"}


def _passed_over(shown: str, hidden: list[str], companions: list[str]) -> list[Problem]:
    out: list[Problem] = []
    for what, names in (("hidden files", hidden), ("files of data or programs", companions)):
        if names:
            some = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
            out.append(Problem(Locus(shown), f"{what} passed over: {len(names)} ({some})", severity="note"))
    return out


def _in_folder(folder: Path) -> list[Found | Problem]:
    shown = _shown(folder)
    out: list[Found | Problem] = []
    hidden: list[str] = []
    companions: list[str] = []
    files: list[tuple[tuple[bytes, ...], Path]] = []

    def failed(e: OSError) -> None:
        out.append(Problem(Locus(_shown(Path(e.filename or folder))), f"can't be read: {_reason(e)}"))

    for top, folders, names in os.walk(folder, onerror=failed):
        base = Path(top)
        hidden += [_shown((base / n).relative_to(folder)) + "/" for n in folders if _unwanted(n)]
        folders[:] = [n for n in folders if not _unwanted(n)]
        for n in names:
            below = (base / n).relative_to(folder)
            if _unwanted(n):
                hidden.append(_shown(below))
            elif below.suffix.lower() in _COMPANIONS:
                companions.append(_shown(below))
            else:
                files.append((tuple(os.fsencode(p) for p in below.parts), base / n))
    for _, file in sorted(files, key=lambda f: f[0]):
        origin, below_text = _shown(file), _shown(file.relative_to(folder))
        out.append(Found(below_text, origin, _file_reader(file, origin)))
    return [*_passed_over(shown, sorted(hidden), sorted(companions)), *out]


def _file_reader(file: Path, origin: str) -> Callable[[], bytes]:
    return partial(_read_file, file, origin)


def _read_file(file: Path, origin: str) -> bytes:
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Refused(Problem(Locus(origin), "not an ordinary file"))
        if status.st_size > MAX_BYTES:
            raise Refused(_too_large(origin, status.st_size))
        with file.open("rb") as f:
            return f.read(MAX_BYTES + 1)
    except OSError as e:
        raise Refused(Problem(Locus(origin), f"can't be read: {_reason(e)}")) from None


def _in_zip(archive: Path) -> list[Found | Problem]:
    shown = _shown(archive)
    try:
        with zipfile.ZipFile(archive) as z:
            infos = z.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as e:
        return [Problem(Locus(shown), f"not a readable zip: {_reason(e)}")]
    if len(infos) > MAX_ZIP_ENTRIES:
        return [Problem(Locus(shown), f"refused: {len(infos):,} entries, and at most {MAX_ZIP_ENTRIES:,} are read")]
    total = sum(i.file_size for i in infos)
    if total > MAX_ZIP_BYTES:
        return [Problem(Locus(shown), f"refused: {total:,} bytes unpacked, and at most {MAX_ZIP_BYTES:,} are read")]
    out: list[Found | Problem] = []
    hidden: list[str] = []
    companions: list[str] = []
    seen: set[str] = set()
    for info in sorted(infos, key=lambda i: i.filename.split("/")):
        name = info.filename
        origin = f"{shown}/{name}"
        parts = name.replace("\\", "/").split("/")
        if info.is_dir():
            continue
        if any(_unwanted(p) for p in parts if p not in {"", ".", ".."}):
            hidden.append(name)
        elif name.startswith(("/", "\\")) or ".." in parts or re.match(r"[A-Za-z]:", name) or "" in parts:
            out.append(Problem(Locus(origin), "refused: its path leads out of the zip"))
        elif stat.S_ISLNK(info.external_attr >> 16):
            out.append(Problem(Locus(origin), "refused: a link inside a zip"))
        elif name in seen:
            out.append(Problem(Locus(origin), "refused: the zip has this name twice"))
        elif PurePosixPath(name).suffix.lower() in _COMPANIONS:
            companions.append(name)
        else:
            seen.add(name)
            out.append(Found("/".join(parts), origin, _zip_reader(archive, info, origin)))
    return [*_passed_over(shown, hidden, companions), *out]


def _zip_reader(archive: Path, info: zipfile.ZipInfo, origin: str) -> Callable[[], bytes]:
    return partial(_read_entry, archive, info, origin)


def _read_entry(archive: Path, info: zipfile.ZipInfo, origin: str) -> bytes:
    if info.flag_bits & 1:
        raise Refused(Problem(Locus(origin), "refused: encrypted"))
    if info.file_size > MAX_BYTES:
        raise Refused(_too_large(origin, info.file_size))
    if info.file_size > 1_000_000 and info.file_size > info.compress_size * MAX_ZIP_RATIO:
        raise Refused(Problem(Locus(origin), "refused: packed like a zip bomb"))
    try:
        status = archive.stat()
        # The header may lie about the size, so no more than the limit is unpacked whatever it says.
        with _open_zip(archive, status.st_mtime_ns, status.st_size).open(info) as f:
            data = f.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as e:
        raise Refused(Problem(Locus(origin), f"can't be unpacked: {_reason(e)}")) from None
    if len(data) > MAX_BYTES:
        raise Refused(_too_large(origin, len(data)))
    return data


@lru_cache(maxsize=1)
def _open_zip(archive: Path, _changed: int, _size: int) -> zipfile.ZipFile:
    """Return the zip, opened once for all of its entries: its list of contents is read anew at each opening."""
    return zipfile.ZipFile(archive)

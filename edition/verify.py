#!/usr/bin/env python3
"""Tells whether a copy of a digital edition is whole: which files are missing, altered or added, by name.

    python3 verify.py                      the folder in which this file lies
    python3 verify.py FOLDER or ARCHIVE    a bag (RFC 8493), a ZIP archive with one in it, or a mirrored site

It needs Python 3.8 or newer and nothing else. A copy of it lies in every offline copy of an edition, where it works
alone: this module must not import anything but the standard library. It must not write, unpack or follow a link, and
whatever it reads may have been made by somebody who wants to mislead it.
"""

from __future__ import annotations

import argparse
import codecs
import hashlib
import itertools
import os
import re
import struct
import sys
import threading
import time
import unicodedata
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, NamedTuple

#: Exit codes: every file is there and nothing else; something differs; it can't be told.
WHOLE, DIFFERENT, UNKNOWN = 0, 1, 2

SITE_MANIFEST = "manifest-sha256.txt"
BAG_DECLARATION = "bagit.txt"
PAYLOAD = "data/"

_BLOCK = 1 << 18
#: What is read of a file at first. More would cost a small file, as most are, more than its checksum does.
_FIRST = 1 << 16
#: Files that are given to a thread at a time, and how many of these portions wait: little enough to stay in step.
_PORTION = 32
_WAITING = 4
#: No path that a computer can hold is longer, and no list of ours has a longer line.
_LONGEST_LINE = 1 << 16
#: Text shrinks to a tenth at best; what claims to unpack to so many times its size is no edition.
_GREATEST_RATIO = 200
_GIGABYTE = 1 << 30

_BAG_LINE = re.compile(r"([0-9A-Fa-f]{8,})[ \t]+(\S.*)")
_SITE_LINE = re.compile(r"(\\?)([0-9A-Fa-f]{64}) [ *](.+)")
_MANIFEST_NAME = re.compile(r"(tag)?manifest-([a-z0-9-]+)\.txt")
_ENCODED = re.compile(r"%(0[AaDd]|25)")
_DRIVE = re.compile(r"[A-Za-z]:")


class Finding(NamedTuple):
    """One thing that is not as it should be. `kind`: missing, altered, added, or unclear (it can't be told)."""

    kind: str
    path: str
    text: str = ""

    def __str__(self) -> str:
        return show(f"{self.kind}: {self.path}: {self.text}" if self.text else f"{self.kind}: {self.path}")


class Report(NamedTuple):
    """What was found. `what`: the kind of copy; `label`: what it says it is; `files` and `octets` that were read;
    `algorithms` that they were compared by; `proofs`: (name, SHA-256) of the lists on which everything rests.
    """

    what: str
    label: str
    files: int
    octets: int
    algorithms: tuple[str, ...]
    findings: tuple[Finding, ...]
    proofs: tuple[tuple[str, str], ...]

    @property
    def code(self) -> int:
        """The exit code that says the same."""
        kinds = {finding.kind for finding in self.findings}
        if kinds - {"unclear"}:
            return DIFFERENT
        return UNKNOWN if kinds else WHOLE


class Unreadable(Exception):
    """The copy as a whole can't be read; the text says why."""


def show(text: str) -> str:
    """Return text that can stand in a terminal: what isn't printable is escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def verify(
    path: str,
    threads: int = 0,
    algorithms: Sequence[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Return what is missing, altered or added in the folder or ZIP archive at `path`.

    `threads`: how many read at the same time (0: one a processor, four at most). `algorithms`: compare by these only,
    where the copy has several lists (as in "sha256"). `progress` is told (files done, files in all) now and then.
    Raises Unreadable where there is nothing that could be verified.
    """
    tree = _open_tree(path)
    try:
        return _verify_tree(tree, threads or min(4, os.cpu_count() or 1), algorithms, progress)
    finally:
        tree.close()


# ── Folders and archives ────────────────────────────────────────────────────────────────────────────────────────────


class Tree:
    """Files by their paths, with "/", below the root of the copy. `findings`: what was odd about the tree itself."""

    def __init__(self) -> None:
        self.paths: dict[str, Any] = {}
        self.findings: list[Finding] = []

    def read(self, path: str) -> Iterator[bytes]:
        """Yield a file's bytes, a block at a time. Raises OSError where it can't be read."""
        raise NotImplementedError

    def enter(self) -> None:
        """Make the folder in which the copy lies the root."""

    def close(self) -> None:
        """Let go of open files."""


class Folder(Tree):
    """A folder on a disk. Links are named and not followed."""

    def __init__(self, root: str) -> None:
        super().__init__()
        self.root = root
        self._list("")

    def _list(self, below: str) -> None:
        todo = [below]
        while todo:
            folder = todo.pop()
            try:
                entries = list(os.scandir(os.path.join(self.root, folder) if folder else self.root))
            except OSError as error:
                self.findings.append(Finding("unclear", folder or ".", f"can't be read: {error.strerror or error}"))
                continue
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_symlink():
                    self.findings.append(Finding("unclear", path, "is a link, not a file, and isn't followed"))
                elif entry.is_dir(follow_symlinks=False):
                    todo.append(path)
                elif entry.is_file(follow_symlinks=False):
                    self.paths[path] = None
                else:
                    self.findings.append(Finding("unclear", path, "is neither a file nor a folder"))

    def read(self, path: str) -> Iterator[bytes]:
        # a file that became a link since it was listed, or a pipe that would make us wait
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        file = os.open(os.path.join(self.root, path), flags)
        try:
            block = os.read(file, _FIRST)
            while block:
                yield block
                block = os.read(file, _BLOCK)
        finally:
            os.close(file)


class Entry(NamedTuple):
    """Where a file lies in an archive. `packed` and `size` in bytes; `method`: 0 as it is, 8 deflated."""

    offset: int
    packed: int
    size: int
    method: int
    flags: int


class Archive(Tree):
    """A ZIP archive, read where it lies (APPNOTE.TXT 6.3.10 of PKWARE). Nothing is unpacked to a disk."""

    def __init__(self, file_name: str) -> None:
        super().__init__()
        self.file_name = file_name
        self._prefix = ""
        self._names: dict[str, str] = {}
        self._opened: list[IO[bytes]] = []
        self._local = threading.local()
        self._lock = threading.Lock()
        try:
            self._read_directory()
        except (struct.error, IndexError):
            self.close()
            raise Unreadable("the archive's directory is damaged") from None
        except BaseException:
            self.close()
            raise

    def _file(self) -> IO[bytes]:
        """Return this thread's own handle."""
        file: IO[bytes] | None = getattr(self._local, "file", None)
        if file is None:
            file = open(self.file_name, "rb", buffering=0)  # noqa: SIM115 - closed by `close`
            self._local.file = file
            with self._lock:
                self._opened.append(file)
        return file

    def close(self) -> None:
        for file in self._opened:
            file.close()

    def _read_directory(self) -> None:
        file = self._file()
        total = file.seek(0, os.SEEK_END)
        start, length, count = _find_directory(file, total)
        # A directory takes 46 bytes an entry: a number that can't be true is not believed.
        if start + length > total or count * 46 > length:
            raise Unreadable("the archive's directory lies outside of it: it is cut off or damaged")
        spans: list[tuple[int, int]] = []
        unpacked = 0
        for name, entry, mode in _read_entries(file, start, length):
            unpacked += entry.size
            spans.append(
                (entry.offset, entry.offset + 30 + len(name.encode("utf-8", "surrogateescape")) + entry.packed)
            )
            self._add(name, entry, mode, start)
            count -= 1
        if count:
            raise Unreadable("the archive's directory doesn't hold as many entries as it says")
        self._refuse_bombs(spans, unpacked, total)

    def _refuse_bombs(self, spans: list[tuple[int, int]], unpacked: int, total: int) -> None:
        if unpacked > _GREATEST_RATIO * total + _GIGABYTE:
            text = f"it says that it unpacks to {unpacked:,} bytes, from {total:,}: nothing of it is read"
            raise Unreadable(text)
        spans.sort()
        if any(one[1] > other[0] for one, other in zip(spans, spans[1:])):
            raise Unreadable("files in the archive lie over each other, as in one that is made to do harm")

    def _add(self, name: str, entry: Entry, mode: int, end: int) -> None:
        complaint = _complain(name.rstrip("/"))
        kind = (mode >> 16) & 0o170000
        if complaint:
            self.findings.append(Finding("unclear", name, complaint))
        elif name.endswith("/"):
            return
        elif kind not in (0, 0o100000):
            self.findings.append(Finding("unclear", name, "is a link or a device, not a file"))
        elif name in self._names:
            self.findings.append(Finding("unclear", name, "stands twice in the archive"))
        elif entry.offset + 30 + entry.packed > end:
            self.findings.append(Finding("unclear", name, "lies outside the archive"))
        else:
            self._names[name] = name
            self.paths[name] = entry

    def enter(self) -> None:
        """Make the one folder that holds the copy the root, where the archive has it in a folder."""
        marks = (BAG_DECLARATION, SITE_MANIFEST)
        if any(mark in self.paths for mark in marks):
            return
        homes = {name.split("/")[0] for name in self.paths if name.split("/")[1:] in [[mark] for mark in marks]}
        if len(homes) != 1:
            return
        self._prefix = f"{homes.pop()}/"
        inside = {name[len(self._prefix) :]: e for name, e in self.paths.items() if name.startswith(self._prefix)}
        outside = [name for name in self.paths if not name.startswith(self._prefix)]
        self.findings += [Finding("added", name, "beside the folder of the copy") for name in outside]
        self.paths = inside

    def read(self, path: str) -> Iterator[bytes]:
        entry: Entry = self.paths[path]
        if entry.flags & 0x41:
            raise OSError("it is encrypted")
        file = self._file()
        file.seek(entry.offset)
        # a small file comes at once, with what stands before it
        start = file.read(min(30 + 4 * len(path) + entry.packed, _FIRST))
        if len(start) < 30 or start[:4] != b"PK\x03\x04":
            raise OSError("its beginning in the archive is damaged")
        length, more = struct.unpack_from("<HH", start, 26)
        head = 30 + length + more
        if len(start) < head:
            start += file.read(head - len(start))
        if _decode_name(start[30 : 30 + length], entry.flags) != self._prefix + path:
            raise OSError("it has another name inside the archive than in its directory")
        here = start[head : head + entry.packed]
        packed = itertools.chain([here] if here else [], _read_exactly(file, entry.packed - len(here)))
        if entry.method == 0 and entry.packed == entry.size:
            return packed
        if entry.method == 8:
            return _inflate(packed, entry.size)
        raise OSError(f"it is packed in a way (method {entry.method}) that this program doesn't know")


def _find_directory(file: IO[bytes], total: int) -> tuple[int, int, int]:
    """Return offset and length in bytes of an archive's directory, and how many entries it has."""
    tail_length = min(total, 65_557)
    file.seek(total - tail_length)
    tail = file.read(tail_length)
    at = tail.rfind(b"PK\x05\x06")
    # the remark at an archive's end may look like an end itself
    while at >= 0 and tail[at + 20 : at + 22] != struct.pack("<H", tail_length - at - 22 & 0xFFFF):
        at = tail.rfind(b"PK\x05\x06", 0, at)
    if at < 0:
        raise Unreadable("it is no ZIP archive, or its end is missing (an interrupted download?)")
    disk, first_disk, here, count, length, start = struct.unpack_from("<HHHHII", tail, at + 4)
    locator = total - tail_length + at - 20
    if locator >= 0 and (0xFFFF in (count, here) or 0xFFFFFFFF in (length, start)):
        file.seek(locator)
        mark, _, place, _ = struct.unpack("<4sIQI", file.read(20))
        if mark == b"PK\x06\x07":
            file.seek(min(place, total))
            fields = struct.unpack("<4sQHHIIQQQQ", file.read(56))
            if fields[0] != b"PK\x06\x06":
                raise Unreadable("the archive's directory is damaged")
            disk, first_disk, here, count, length, start = fields[4:]
    if disk or first_disk or here != count:
        raise Unreadable("it is one part of an archive in several parts")
    return start, length, count


def _read_entries(file: IO[bytes], start: int, length: int) -> Iterator[tuple[str, Entry, int]]:
    """Yield (name, entry, mode) of everything that the directory of an archive lists, reading it in pieces."""
    file.seek(start)
    buffer, at, left = b"", 0, length
    while left or at < len(buffer):
        # the longest record: 46 bytes, and three fields of 65,535
        if len(buffer) - at < 196_651 and left:
            more = file.read(min(left, _BLOCK))
            if not more:
                raise struct.error
            left -= len(more)
            buffer, at = buffer[at:] + more, 0
            continue
        (mark, _, _, flags, method, _, _, _, packed, size, names, extras, comments, _, _, mode, offset) = (
            struct.unpack_from("<4s6H3I5H2I", buffer, at)
        )
        if mark != b"PK\x01\x02":
            raise struct.error
        name = buffer[at + 46 : at + 46 + names]
        extra = buffer[at + 46 + names : at + 46 + names + extras]
        at += 46 + names + extras + comments
        if at > len(buffer):
            raise struct.error
        if 0xFFFFFFFF in (packed, size, offset):
            packed, size, offset = _read_large(extra, packed, size, offset)
        yield _decode_name(name, flags), Entry(offset, packed, size, method, flags), mode


def _read_large(extra: bytes, packed: int, size: int, offset: int) -> tuple[int, int, int]:
    """Return packed size, size and offset with what the ZIP64 field says in place of 0xFFFFFFFF."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            field = extra[at + 4 : at + 4 + length]
            wanted = [value == 0xFFFFFFFF for value in (size, packed, offset)]
            values = iter(struct.unpack_from(f"<{sum(wanted)}Q", field))
            size, packed, offset = (next(values) if w else v for w, v in zip(wanted, (size, packed, offset)))
            break
        at += 4 + length
    return packed, size, offset


def _decode_name(name: bytes, flags: int) -> str:
    if flags & 0x800:
        return name.decode("utf-8", "surrogateescape")
    try:
        return name.decode("ascii")
    except UnicodeDecodeError:
        # without the flag it is the code page of MS-DOS; many programs write UTF-8 all the same
        try:
            return name.decode("utf-8")
        except UnicodeDecodeError:
            return name.decode("cp437")


def _read_exactly(file: IO[bytes], length: int) -> Iterator[bytes]:
    while length:
        block = file.read(min(length, _BLOCK))
        if not block:
            raise OSError("the archive ends in the middle of it")
        length -= len(block)
        yield block


def _inflate(packed: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Yield the bytes of a deflated file; raises OSError where they are more or fewer than `size`."""
    inflater = zlib.decompressobj(-15)
    done = 0
    try:
        for block in packed:
            if inflater.eof:
                raise OSError("its packed form is damaged")
            while block and not inflater.eof:
                data = inflater.decompress(block, _BLOCK)
                block = inflater.unconsumed_tail
                done += len(data)
                if done > size:
                    raise OSError("it unpacks to more than it says")
                yield data
        data = inflater.flush()
    except zlib.error:
        raise OSError("its packed form is damaged") from None
    done += len(data)
    if done != size:
        raise OSError("it doesn't unpack to as much as it says")
    if not inflater.eof or inflater.unused_data:
        raise OSError("its packed form is damaged")
    yield data


def _complain(path: str) -> str | None:
    """Return why a path can't be that of a file in a copy, None where it can."""
    if path.startswith("/") or _DRIVE.match(path):
        return "leads out of the copy: it starts at the root of a disk"
    if "\\" in path:
        return "holds a backslash, which some systems take for a folder's border"
    if "\0" in path:
        return "holds a zero byte"
    if any(part in ("", ".", "..") for part in path.split("/")):
        return "leads out of its folder"
    return None


def _open_tree(path: str) -> Tree:
    try:
        if os.path.isdir(path):
            return Folder(path)
        if os.path.isfile(path):
            return Archive(path)
    except OSError as error:
        raise Unreadable(f"can't be read: {error.strerror or error}") from None
    except ValueError:
        raise Unreadable("there is no such file or folder") from None
    raise Unreadable("is neither a file nor a folder" if os.path.exists(path) else "there is no such file or folder")


# ── Lists of checksums ──────────────────────────────────────────────────────────────────────────────────────────────


class Manifest(NamedTuple):
    """A list of checksums: its own name, the algorithm, path → checksum (bytes), and the SHA-256 of the list."""

    name: str
    algorithm: str
    sums: dict[str, bytes]
    sha256: str


def _read_lines(tree: Tree, name: str, encoding: str, digest: Any) -> Iterator[tuple[int, str]]:
    """Yield (number, line) of a text file, and give its bytes to `digest`. A byte that is no text stays one, as it does
    in the names of files.
    """
    decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
    rest, number = "", 0
    for block in itertools.chain(tree.read(name), [b""]):
        digest.update(block)
        lines = (rest + decoder.decode(block, final=not block)).split("\n")
        rest = lines.pop()
        if len(rest) > _LONGEST_LINE:
            raise Unreadable(f"{name}: a line of it has no end")
        if not block and rest:
            lines.append(rest)
        for line in lines:
            number += 1
            yield number, (line.lstrip("\ufeff") if number == 1 else line).rstrip("\r")


def _read_manifest(
    tree: Tree,
    name: str,
    algorithm: str,
    findings: list[Finding],
    parse: Callable[[str], tuple[str, str] | None],
    encoding: str = "utf-8",
) -> Manifest:
    """Return a list of checksums. Lines that can't be right are findings, also those whose path leads out."""
    sums: dict[str, bytes] = {}
    length = hashlib.new(algorithm).digest_size
    digest = hashlib.sha256()
    for number, line in _read_lines(tree, name, encoding, digest):
        if not line.strip():
            continue
        row = parse(line)
        if row is None or len(row[0]) != 2 * length:
            findings.append(Finding("unclear", f"{name}:{number}", f"no checksum and path: {line[:80]}"))
            continue
        complaint = _complain(row[1])
        value = bytes.fromhex(row[0])
        if complaint:
            findings.append(Finding("unclear", f"{name}:{number}", f"{row[1]}: {complaint}"))
        elif sums.setdefault(row[1], value) != value:
            findings.append(Finding("unclear", f"{name}:{number}", f"{row[1]}: stands twice, with two checksums"))
    return Manifest(name, algorithm, sums, digest.hexdigest())


def _parse_bag_line(line: str) -> tuple[str, str] | None:
    """Return (checksum, path) of a line of a bag's manifest (RFC 8493, section 2.1.3)."""
    found = _BAG_LINE.fullmatch(line)
    if not found:
        return None
    path = found[2]
    if path.startswith("*"):  # as md5sum and its kin mark binary files
        path = path[1:]
    path = path[2:] if path.startswith("./") else path
    return found[1], _ENCODED.sub(lambda code: chr(int(code[1], 16)), path)


def _parse_site_line(line: str) -> tuple[str, str] | None:
    """Return (checksum, path) of a line as sha256sum writes it."""
    found = _SITE_LINE.fullmatch(line)
    if not found:
        return None
    path = found[3]
    if found[1]:
        path = path.replace("\\n", "\n").replace("\\\\", "\\")
    return found[2], path


# ── Verifying ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _verify_tree(
    tree: Tree, threads: int, algorithms: Sequence[str], progress: Callable[[int, int], None] | None
) -> Report:
    tree.enter()
    findings = list(tree.findings)
    label = ""
    if BAG_DECLARATION in tree.paths:
        label, manifests = _read_bag(tree, findings)
    elif SITE_MANIFEST in tree.paths:
        manifests = [_read_whole(tree, SITE_MANIFEST, "sha256", findings, _parse_site_line)]
    else:
        raise Unreadable(f"there is neither a {BAG_DECLARATION} (a bag) nor a {SITE_MANIFEST} (a site){_near(tree)}")
    is_bag = BAG_DECLARATION in tree.paths
    proofs = [m for m in manifests if m.name.startswith("tag")] or manifests
    if algorithms:
        manifests = [m for m in manifests if m.algorithm in algorithms]
        if not manifests:
            raise Unreadable(f"it has no list of {' or '.join(algorithms)}")
    listed = {path for manifest in manifests for path in manifest.sums}
    if not listed:
        findings.append(Finding("unclear", manifests[0].name, "lists no file"))
    findings += _find_gaps(manifests)
    findings += _find_collisions(listed.union(tree.paths))
    places, missing = _match_names(tree, listed)
    odd = {finding.path for finding in tree.findings}
    findings += [Finding("missing", path) for path in missing if path not in odd]
    findings += [Finding("added", path) for path in tree.paths.keys() - places.values() - _unnamed(tree, manifests)]
    octets = payload = 0
    for outcome in _compare_all(tree, places, manifests, threads, progress):
        findings += outcome.findings
        octets += outcome.octets
        payload += outcome.payload
    if is_bag and not findings:
        findings += _check_oxum(tree, f"{payload}.{sum(path.startswith(PAYLOAD) for path in places)}")
    return Report(
        what="bag" if is_bag else "site",
        label=label,
        files=len(places),
        octets=octets,
        algorithms=tuple(dict.fromkeys(m.algorithm for m in manifests)),
        findings=tuple(sorted(set(findings), key=_order)),
        proofs=tuple((m.name, m.sha256) for m in proofs),
    )


def _order(finding: Finding) -> tuple[int, str, str]:
    return ("missing", "altered", "added", "unclear").index(finding.kind), finding.path, finding.text


def _near(tree: Tree) -> str:
    """Return a hint where the copy lies one folder deeper."""
    homes = sorted({p.split("/")[0] for p in tree.paths if p.split("/")[1:] in ([BAG_DECLARATION], [SITE_MANIFEST])})
    return f"; perhaps “{show(homes[0])}” in it is meant" if homes else ""


def _read_bag(tree: Tree, findings: list[Finding]) -> tuple[str, list[Manifest]]:
    """Return what a bag says it is, and all its manifests."""
    fields = dict(_read_fields(tree, BAG_DECLARATION, findings))
    encoding = fields.get("tag-file-character-encoding", "")
    if not re.fullmatch(r"\d+\.\d+", fields.get("bagit-version", "")) or not encoding:
        findings.append(Finding("unclear", BAG_DECLARATION, "doesn't say which version and encoding the bag has"))
    encoding = encoding or "utf-8"
    try:
        "a".encode(encoding)
    except (LookupError, ValueError):
        findings.append(Finding("unclear", BAG_DECLARATION, f"the encoding {encoding[:40]} isn't known"))
        encoding = "utf-8"
    manifests = []
    for name in sorted(path for path in tree.paths if "/" not in path):
        found = _MANIFEST_NAME.fullmatch(name)
        if not found:
            continue
        # BagIt writes sha3256 where Python writes sha3_256
        algorithm = re.sub("sha3-?(?=[2-5])", "sha3_", found[2].replace("sha-", "sha"))
        try:
            hashlib.new(algorithm).digest()
        except (ValueError, TypeError):
            findings.append(Finding("unclear", name, "this Python doesn't know the checksum"))
            continue
        manifest = _read_whole(tree, name, algorithm, findings, _parse_bag_line, encoding)
        wrong = [path for path in manifest.sums if path.startswith(PAYLOAD) == bool(found[1])]
        for path in wrong:
            findings.append(Finding("unclear", name, f"{path}: has no place in this list"))
            del manifest.sums[path]
        manifests.append(manifest)
    if not any(not manifest.name.startswith("tag") for manifest in manifests):
        raise Unreadable("the bag has no list of its payload (manifest-sha256.txt or another)")
    if "fetch.txt" in tree.paths:
        findings.append(Finding("unclear", "fetch.txt", "files of this bag have to be fetched from elsewhere first"))
    about = dict(_read_fields(tree, "bag-info.txt", findings, encoding)) if "bag-info.txt" in tree.paths else {}
    label = about.get("external-identifier", "") or about.get("external-description", "")
    return label, manifests


def _read_whole(tree: Tree, name: str, algorithm: str, findings: list[Finding], *how: Any) -> Manifest:
    try:
        return _read_manifest(tree, name, algorithm, findings, *how)
    except OSError as error:
        raise Unreadable(f"{name}: {_why(error)}") from None
    except UnicodeError:
        raise Unreadable(f"{name}: isn't text in the encoding that it should be in") from None


def _read_fields(tree: Tree, name: str, findings: list[Finding], encoding: str = "utf-8") -> Iterator[tuple[str, str]]:
    """Yield (label in small letters, value) of a bag's text file; a line that begins with white space goes on."""
    label = value = ""
    try:
        for _, line in _read_lines(tree, name, encoding, hashlib.sha256()):
            if line[:1] in (" ", "\t") and label:
                value = f"{value} {line.strip()}"
                continue
            if label:
                yield label, value
            before, _, after = line.partition(":")
            label, value = before.strip().lower(), after.strip()
        if label:
            yield label, value
    except OSError as error:
        findings.append(Finding("unclear", name, f"can't be read: {_why(error)}"))
    except UnicodeError:
        findings.append(Finding("unclear", name, "isn't text in the encoding that it should be in"))


def _why(error: OSError) -> str:
    return error.strerror or str(error)


def _unnamed(tree: Tree, manifests: Sequence[Manifest]) -> set[str]:
    """Return the files that no list names and that belong to the copy: a site's list itself; of a bag the lists of
    lists, and all files beside the payload where it has no list of these.
    """
    if BAG_DECLARATION not in tree.paths:
        return {SITE_MANIFEST}
    listed = any(manifest.name.startswith("tag") for manifest in manifests)
    beside = {path for path in tree.paths if not path.startswith(PAYLOAD)}
    return {path for path in beside if _MANIFEST_NAME.fullmatch(path)} if listed else beside


def _find_gaps(manifests: Sequence[Manifest]) -> Iterator[Finding]:
    """Yield a finding for each payload file that one list of a bag has and another lacks."""
    payload = [manifest for manifest in manifests if not manifest.name.startswith("tag")]
    for manifest in payload:
        for other in payload:
            for path in other.sums.keys() - manifest.sums.keys():
                yield Finding("unclear", path, f"is in {other.name} and not in {manifest.name}")


def _find_collisions(paths: set[str]) -> Iterator[Finding]:
    """Yield a finding for each path that some systems take for another one: letter case and composition apart."""
    seen: dict[str, str] = {}
    for path in sorted(paths):
        first = seen.setdefault(unicodedata.normalize("NFC", path).casefold(), path)
        if first != path and unicodedata.normalize("NFC", first) != unicodedata.normalize("NFC", path):
            yield Finding("unclear", path, f"some systems take it for {first}, and keep only one of the two")


def _match_names(tree: Tree, wanted: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Return listed path → path in the tree, and the listed paths that are missing. Some systems keep é as e and an
    accent: a name that is the same apart from that counts.
    """
    places: dict[str, str] = {}
    missing: list[str] = []
    composed: dict[str, str] | None = None
    for path in wanted:
        if path in tree.paths:
            places[path] = path
            continue
        if not path.isascii():
            if composed is None:
                composed = {unicodedata.normalize("NFC", name): name for name in tree.paths if not name.isascii()}
            other = composed.get(unicodedata.normalize("NFC", path))
            if other is not None:
                places[path] = other
                continue
        missing.append(path)
    return places, missing


class Outcome(NamedTuple):
    """What came of some files: findings, bytes read, and how many of these are a bag's payload."""

    findings: list[Finding]
    octets: int
    payload: int


def _compare_all(
    tree: Tree,
    places: dict[str, str],
    manifests: Sequence[Manifest],
    threads: int,
    progress: Callable[[int, int], None] | None,
) -> Iterator[Outcome]:
    """Yield what came of the files, a portion at a time; `threads` portions are read at once."""
    # those of an archive in the order in which they lie there
    order = (lambda path: tree.paths[places[path]].offset) if isinstance(tree, Archive) else None
    jobs = sorted(places, key=order)
    done = 0
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Any] = deque()
        for first in range(0, len(jobs), _PORTION):
            portion = jobs[first : first + _PORTION]
            waiting.append(pool.submit(_compare_portion, tree, places, manifests, portion))
            if len(waiting) > _WAITING * threads:
                yield waiting.popleft().result()
                done += _PORTION
                if progress:
                    progress(done, len(jobs))
        for future in waiting:
            yield future.result()


def _compare_portion(tree: Tree, places: dict[str, str], manifests: Sequence[Manifest], jobs: Iterable[str]) -> Outcome:
    findings: list[Finding] = []
    octets = payload = 0
    fresh = {manifest.algorithm: hashlib.new(manifest.algorithm) for manifest in manifests}
    for path in jobs:
        hashers = [(fresh[m.algorithm].copy(), m.sums[path]) for m in manifests if path in m.sums]
        size = 0
        try:
            for block in tree.read(places[path]):
                size += len(block)
                for hasher, _ in hashers:
                    hasher.update(block)
        except FileNotFoundError:
            findings.append(Finding("missing", path))
            continue
        except OSError as error:
            findings.append(Finding("unclear", path, f"can't be read: {_why(error)}"))
            continue
        octets += size
        payload += size if path.startswith(PAYLOAD) else 0
        if any(hasher.digest() != value for hasher, value in hashers):
            findings.append(Finding("altered", path))
    return Outcome(findings, octets, payload)


def _check_oxum(tree: Tree, counted: str) -> Iterator[Finding]:
    """Yield a finding where bag-info.txt counts otherwise (Payload-Oxum: bytes, a full stop, files)."""
    if "bag-info.txt" in tree.paths:
        oxum = dict(_read_fields(tree, "bag-info.txt", [])).get("payload-oxum", counted)
        if oxum != counted:
            yield Finding("unclear", "bag-info.txt", f"says that the payload is {oxum} (bytes.files); it is {counted}")


# ── The command line ────────────────────────────────────────────────────────────────────────────────────────────────


def count_files(number: int) -> str:
    """Return a number of files in words."""
    return f"{number:,} file{'' if number == 1 else 's'}"


def is_expected(report: Report, expected: str) -> bool:
    """Return whether a list of the copy has the checksum that it must have ("": any will do)."""
    return not expected or expected in {value for _, value in report.proofs}


def describe(report: Report, seconds: float, expected: str = "") -> Iterator[str]:
    """Yield the lines that tell a person what was found. `expected`: the checksum that a list of the copy must have."""
    for finding in report.findings:
        yield str(finding)
    names = {"sha256": "SHA-256", "sha512": "SHA-512"}
    by = " and ".join(names.get(name, name.upper()) for name in report.algorithms)
    label = f" “{show(report.label)}”" if report.label else ""
    speed = f", {report.octets / seconds / 1e6:,.0f} MB/s" if seconds > 1 else ""
    yield f"{report.what}{label}: {count_files(report.files)}, {report.octets:,} bytes compared by {by}{speed}"
    counts = {kind: sum(f.kind == kind for f in report.findings) for kind in ("missing", "altered", "added", "unclear")}
    told = ", ".join(f"{number:,} {kind}" for kind, number in counts.items() if number)
    if report.code == WHOLE and not is_expected(report, expected):
        yield f"NOT WHOLE: its files fit its lists, but no list has the checksum {show(expected)}"
    elif report.code == WHOLE:
        yield "WHOLE: nothing is missing, altered or added"
    elif report.code == DIFFERENT:
        yield f"NOT WHOLE: {told}"
    else:
        yield f"CAN'T TELL: {told}"
    for name, value in report.proofs:
        yield f"SHA-256 of {name}: {value}"


def _progress_line(stream: IO[str]) -> Callable[[int, int], None]:
    shown = [0.0]

    def tell(done: int, total: int) -> None:
        if time.monotonic() - shown[0] > 0.2:
            shown[0] = time.monotonic()
            print(f"\r{done:,} of {total:,} files\r", end="", file=stream, flush=True)

    return tell


def main(arguments: Sequence[str], home: str = "", program: str = "verify.py") -> int:
    """Read the command line, verify, tell, and return the exit code. `home`: what is verified where none is named."""
    parser = argparse.ArgumentParser(
        program,
        description="Tell which files of a copy of an edition are missing, altered or added.",
        epilog="exit codes: 0 the copy is whole; 1 something is missing, altered or added; 2 it can't be told.",
    )
    parser.add_argument(
        "path",
        nargs="?" if home else None,
        default=home,
        metavar="FOLDER|ARCHIVE",
        help="a bag, a ZIP with one, a site",
    )
    parser.add_argument("--expect", metavar="SHA256", help="the checksum that the list of all files must have")
    parser.add_argument("--only", metavar="ALGORITHM", help="compare by this checksum only (quicker): sha256, sha512")
    parser.add_argument("--threads", type=int, default=0, metavar="N", help="default: one a processor, four at most")
    options = parser.parse_args(list(arguments))
    progress = _progress_line(sys.stderr) if sys.stderr.isatty() else None
    begun = time.monotonic()
    try:
        report = verify(options.path, max(0, options.threads), [options.only] if options.only else [], progress)
    except Unreadable as reason:
        print(f"CAN'T TELL: {show(options.path)}: {show(str(reason))}", file=sys.stderr)
        return UNKNOWN
    expected = (options.expect or "").strip().lower()
    for line in describe(report, time.monotonic() - begun, expected):
        print(line)
    if not is_expected(report, expected):
        return DIFFERENT
    return report.code


if __name__ == "__main__":
    for _stream in (sys.stdout, sys.stderr):
        if hasattr(_stream, "reconfigure"):
            _stream.reconfigure(errors="backslashreplace")
    sys.exit(main(sys.argv[1:], home=os.path.dirname(os.path.abspath(__file__))))

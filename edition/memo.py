"""What was worked out of an edition's files, kept for the next build in packs, each entry with what it was made of.

    memo = Memo(edition, family, version, keep=…, home=…, lent=…)
    memo.recall(name, key) -> bool;  memo.put(name, key, stamps, parts);  memo.finish();  memo.read(name, part) -> bytes

A pack is one file in the folder .memo/ of an edition: the entries of one year. Everything of another version, whatever
can't be read, and every entry one of whose files has other bytes now is as if it weren't there; so the folder may be
deleted at any time, a killed build leaves whole packs behind, and of two builds at once the later one's packs stay.
Only entries that a build asked for or made stay in it. What another machine remembered is lent in a folder of such
packs, and believed no more than one's own: an entry of either is taken only where it is of what is here now. This
module must not know what it keeps, and must not keep anything that could run as a program when it is read.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
import time
import weakref
import zlib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Final, TypeVar

import msgspec
from msgspec.structs import replace

Value = TypeVar("Value")

__all__ = [
    "MEMO", "STEP", "Kept", "Memo", "Stamp", "Unkept", "change", "digest", "digest_program", "is_true", "pack",
    "renew_stamp", "replace", "take_stamp", "unpack",
]  # fmt: skip

#: Folder of an edition for what a build remembers; git is told to leave it alone.
MEMO: Final = ".memo"

_PROGRAM: Final = Path(__file__).resolve().parent
#: The libraries that have a say in what is remembered: requirements/run.in without the progress bar.
_LIBRARIES: Final = ("anyascii", "jinja2", "markdown-it-py", "markupsafe", "msgspec", "pyyaml")
_MAGIC: Final = b"rostrum memo 1\n"
#: Bytes at the end of a pack: the length of its index, and the first letters of its beginning again.
_TAIL: Final = 16
#: Bytes of a checksum.
_SUM: Final = 4
#: A file that changed so shortly before it was looked at could change again without its times telling: some file
#: systems count in steps of two seconds.
STEP: Final = 2_000_000_000


# ── Values as bytes ─────────────────────────────────────────────────────────────────────────────────────────────────


class Unkept(Exception):
    """A value can't be kept, or what was kept can't be read."""


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """What values of a kind are that are made, packed and unpacked by the hundred thousand: like a frozen dataclass,
    and quickly made and read.
    """


def change(value: Kept, field: str, to: object) -> None:
    """Give a value another field, as long as nobody else has seen it."""
    msgspec.structs.force_setattr(value, field, to)


def pack(value: object, *, small: bool = False) -> bytes:
    """Return a value of frozen dataclasses as bytes; raises Unkept where a text holds a lone surrogate. `small`: it
    isn't worth compressing.
    """
    try:
        data = msgspec.msgpack.encode(value)
        # what is compressed has a checksum of its own: no damaged byte may become another word
        return data + _sum(data) if small else zlib.compress(data, 1)
    except UnicodeEncodeError as error:
        raise Unkept(str(error)) from error


def unpack(data: bytes, kind: type[Value], *, small: bool = False) -> Value:
    """Return the value of which `pack` made these bytes; raises Unkept where they are others."""
    try:
        if small:
            data, said = data[:-_SUM], data[-_SUM:]
            if said != _sum(data):
                raise Unkept("damaged")
        else:
            data = zlib.decompress(data)
        found: Value = _decoder(kind).decode(data)  # type: ignore[arg-type]
        return found
    except (zlib.error, msgspec.MsgspecError, ValueError) as error:
        raise Unkept(str(error)) from error


def _sum(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(_SUM, "big")


@lru_cache
def _decoder(kind: Hashable) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(kind)


def digest(*parts: object) -> bytes:
    """Return a checksum (16 bytes) of values of frozen dataclasses: equal values have the same."""
    found = hashlib.sha256()
    for part in parts:
        try:
            data = part if isinstance(part, bytes) else msgspec.msgpack.encode(part)
        except (UnicodeEncodeError, OverflowError):
            data = repr(part).encode("utf-8", "backslashreplace")
        found.update(len(data).to_bytes(8, "big") + data)
    return found.digest()[:16]


def digest_program() -> bytes:
    """Return a checksum of all that decides what the program makes of a file: its code and data, its libraries, and the
    version of Python (which knows letters by one version of Unicode).
    """
    return _digest_files(tuple(sorted(_list_files(os.fspath(_PROGRAM)))))


def _list_files(folder: str) -> Iterator[tuple[str, int, int]]:
    """Yield path, size and time of change of every file in a folder but byte code."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _list_files(entry.path)
            elif not entry.name.endswith(".pyc"):
                state = entry.stat()
                yield entry.path, state.st_size, state.st_mtime_ns


@lru_cache(maxsize=1)
def _digest_files(files: tuple[tuple[str, int, int], ...]) -> bytes:
    """Return the checksum of the program, which has these files: they are read again where one has changed."""
    # a build that finds all as it was asks for no version
    from importlib.metadata import version

    found = hashlib.sha256(sys.version.encode())
    for name in _LIBRARIES:
        found.update(f"{name} {version(name)}\0".encode())
    for path, *_ in files:
        file = Path(path)
        found.update(f"{file.relative_to(_PROGRAM).as_posix()}\0".encode())
        found.update(hashlib.sha256(file.read_bytes()).digest())
    return found.digest()[:16]


# ── What an entry was made of ───────────────────────────────────────────────────────────────────────────────────────


class Stamp(Kept, frozen=True):
    """A file as it was read: path below the edition's folder, size, times and number on the disk, checksum of its bytes
    ("" where it couldn't be read). `changed` 0: it had changed so lately that only the checksum counts.
    """

    path: str
    size: int
    modified: int
    changed: int
    number: int
    sha256: str


def take_stamp(folder: Path, path: str) -> Stamp:
    """Return the stamp of a file as it is now."""
    file = os.fspath(folder / path)
    try:
        now = time.time_ns()
        state = os.stat(file)  # noqa: PTH116 - hundreds of thousands are looked at
        with open(file, "rb", buffering=0) as opened:  # noqa: PTH123
            sha256 = hashlib.sha256(opened.readall()).hexdigest()
    except OSError:
        return Stamp(path, 0, 0, 0, 0, "")
    if max(state.st_mtime_ns, state.st_ctime_ns) > now - STEP:
        return Stamp(path, state.st_size, 0, 0, 0, sha256)
    return Stamp(path, state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino, sha256)


def is_true(folder: Path, stamp: Stamp) -> bool:
    """Say whether a file is as it was stamped: by its times or, where these differ, by its bytes."""
    return renew_stamp(folder, stamp) is not None


def renew_stamp(folder: Path, stamp: Stamp) -> Stamp | None:
    """Return the stamp of a file that is as it was stamped; where only its bytes could tell that, with its present
    times. None: it is another one.
    """
    try:
        # hundreds of thousands are looked at
        state = os.stat(f"{folder}/{stamp.path}")  # noqa: PTH116
    except OSError:
        return None if stamp.sha256 else stamp
    if not stamp.sha256 or state.st_size != stamp.size:
        return None
    if stamp.changed and (state.st_mtime_ns, state.st_ctime_ns, state.st_ino) == (
        stamp.modified,
        stamp.changed,
        stamp.number,
    ):
        return stamp
    found = take_stamp(folder, stamp.path)
    return found if found.sha256 == stamp.sha256 else None


# ── Packs ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Row(Kept, frozen=True):
    """An entry in the index of a pack: where its parts begin in the file, and how long they are."""

    name: str
    key: bytes
    stamps: tuple[Stamp, ...]
    start: int
    lengths: tuple[int, ...]


class _Index(Kept, frozen=True):
    version: bytes
    rows: tuple[_Row, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an entry lies: in which file, and its row there."""

    file: IO[bytes]
    row: _Row
    earlier: bool = False


class Memo:
    """What is remembered of one family of entries in the folder `edition`. `family`: a word; `version`: of all that the
    entries depend on besides their files and keys; `earlier`: another one, the entries of which `is_earlier` tells.
    `keep`: `finish` writes what is new; else nothing is written. `home`: the folder of its packs, where it isn't the
    edition's own; `lent`: folders of further packs, only read.

    `taken`: how many entries came from what was lent.
    """

    def __init__(
        self,
        edition: Path,
        family: str,
        version: bytes,
        *,
        keep: bool,
        earlier: bytes | None = None,
        home: Path | None = None,
        lent: Iterable[Path] = (),
    ) -> None:
        self.taken = 0
        self._edition = edition
        self._folder = home or edition / MEMO
        self._needed = home is not None
        self._family = family
        self._version = version
        self._earlier_version = earlier
        self._keep = keep
        self._new: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as what lies in it
        self._files: list[IO[bytes]] = [self._new]
        weakref.finalize(self, _close, self._files)
        self._places: dict[str, _Place] = {}
        self._asked: set[str] = set()
        self._packs: dict[str, int] = {}
        self._changed: set[str] = set()
        self._before: dict[str, _Place] = {}
        self._lent: defaultdict[str, list[_Place]] = defaultdict(list)
        for file in sorted(self._folder.glob(f"{family}-*.pack")):
            with contextlib.suppress(OSError, Unkept):
                group = file.stem.removeprefix(f"{family}-")
                # of another version nothing is known, but its file will be written anew, or go
                self._packs[group] = -1
                places = self._open(file)
                self._packs[group] = len(places)
                if any(place.earlier for place in places):
                    self._changed.add(group)
                self._places.update((place.row.name, place) for place in places)
        for file in (file for folder in lent for file in sorted(folder.glob(f"{family}-*.pack"))):
            with contextlib.suppress(OSError, Unkept):
                for place in self._open(file):
                    self._lent[place.row.name].append(place)

    def recall(self, name: str, key: bytes | None = None) -> bool:
        """Say whether there is an entry of this name (and key), and all its files are as they were. One's own goes
        before one that was lent, and both before any of the earlier version.
        """
        self._asked.add(name)
        own = self._places.pop(name, None)
        lent = self._lent.pop(name, ())
        for place in sorted(filter(None, (own, *lent)), key=lambda place: place.earlier) if lent else (own,):
            if place is None or key not in (None, place.row.key) or (found := self._prove(place)) is None:
                continue
            self._places[name] = found
            if found is not own:
                self._changed.add(_group(name))
            self.taken += place is not own
            return True
        if own is not None:
            self._before[name] = own
        return False

    def _prove(self, place: _Place) -> _Place | None:
        """Return an entry where all its files are as they were; those which only their bytes told are stamped anew."""
        stamps = []
        for stamp in place.row.stamps:
            found = renew_stamp(self._edition, stamp)
            if found is None:
                return None
            stamps.append(found)
        if tuple(stamps) == place.row.stamps:
            return place
        return _Place(place.file, replace(place.row, stamps=tuple(stamps)), place.earlier)

    def is_earlier(self, name: str) -> bool:
        """Say whether an entry that is there is of the earlier version."""
        return self._places[name].earlier

    def put(self, name: str, key: bytes, stamps: Iterable[Stamp], parts: Sequence[bytes]) -> None:
        """Take in an entry: `key`, a checksum of what it was made of or is; `stamps` of all files that it was made of;
        its parts as `pack` makes them.
        """
        self._asked.add(name)
        self._changed.add(_group(name))
        start = self._new.seek(0, os.SEEK_END)
        self._new.write(b"".join(parts))
        self._places[name] = _Place(self._new, _Row(name, key, tuple(stamps), start, tuple(map(len, parts))))

    def drop(self, name: str) -> None:
        """Forget an entry, which turned out to be unreadable."""
        self._places.pop(name, None)

    def key_of(self, name: str) -> bytes:
        """Return the key of an entry that is there."""
        return self._places[name].row.key

    def stamps_of(self, name: str) -> tuple[Stamp, ...]:
        """Return the stamps of all files that an entry which is there was made of."""
        return self._places[name].row.stamps

    def read(self, name: str, part: int) -> bytes:
        """Return a part of an entry that is there."""
        return _read(self._places[name], part)

    def read_before(self, name: str, part: int, key: bytes | None = None) -> bytes | None:
        """Return a part of the entry (with this key) that was there until another one of its name was asked for, or is
        still there and wasn't asked for; None: there is none.
        """
        place = self._before.get(name) if name in self._asked else self._places.get(name)
        return None if place is None or key not in (None, place.row.key) else _read(place, part)

    def finish(self) -> None:
        """Keep what was asked for and made, for the next time; what the disk refuses isn't kept, and stays readable.
        Raises OSError where it is to lie in another place than the edition's own: then somebody waits for it.
        """
        if not self._keep:
            return
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for name in sorted(self._asked & self._places.keys()):
            groups[_group(name)].append(name)
        with contextlib.suppress(*(() if self._needed else (OSError,))):
            self._folder.mkdir(exist_ok=True)
            for left in self._folder.glob(f".{self._family}-*"):
                left.unlink(missing_ok=True)
            for group in self._packs.keys() - groups.keys():
                self._path(group).unlink(missing_ok=True)
            for group, names in groups.items():
                if group in self._changed or self._packs.get(group) != len(names):
                    self._write(group, names)

    def _path(self, group: str) -> Path:
        return self._folder / f"{self._family}-{group}.pack"

    def _open(self, file: Path) -> tuple[_Place, ...]:
        """Return the entries of a pack, by its index; raises Unkept where it can't be read or is of another version."""
        opened = file.open("rb")
        try:
            end = opened.seek(0, os.SEEK_END)
            beginning = opened.seek(0) or opened.read(len(_MAGIC))
            tail = opened.seek(max(0, end - _TAIL)) and opened.read(_TAIL)
            if beginning != _MAGIC or not tail or tail[8:] != _MAGIC[:8]:
                raise Unkept(str(file))
            start = end - _TAIL - int.from_bytes(tail[:8], "big")
            if start < len(_MAGIC):
                raise Unkept(str(file))
            opened.seek(start)
            index = unpack(opened.read(end - _TAIL - start), _Index)
            if index.version not in (self._version, self._earlier_version):
                raise Unkept(str(file))
        except BaseException:
            opened.close()
            raise
        self._files.append(opened)
        return tuple(_Place(opened, row, index.version != self._version) for row in index.rows)

    def _write(self, group: str, names: Sequence[str]) -> None:
        """Write a pack whole, under another name first."""
        handle, temporary = tempfile.mkstemp(prefix=f".{self._family}-", dir=self._folder)
        rows: list[_Row] = []
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(_MAGIC)
                for name in names:
                    place = self._places[name]
                    place.file.seek(place.row.start)
                    start = out.tell()
                    out.write(place.file.read(sum(place.row.lengths)))
                    rows.append(_Row(name, place.row.key, place.row.stamps, start, place.row.lengths))
                index = pack(_Index(self._version, tuple(rows)))
                out.write(index + len(index).to_bytes(8, "big") + _MAGIC[:8])
            Path(temporary).replace(self._path(group))
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def _read(place: _Place, part: int) -> bytes:
    lengths = place.row.lengths
    place.file.seek(place.row.start + sum(lengths[:part]))
    return place.file.read(lengths[part])


def _close(files: Iterable[IO[bytes]]) -> None:
    for file in files:
        file.close()


def _group(name: str) -> str:
    """Return which pack an entry belongs to: that of the year with which the file's name begins."""
    year = name.rpartition("/")[2][:4]
    return year if year.isascii() and year.isdigit() else "others"

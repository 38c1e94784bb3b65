"""A ZIP archive with the same bytes on every machine: no time but one that is given, no owner, and nothing compressed.

    write_archive(entries) -> Iterator[bytes]            small files, each held in memory
    ArchiveWriter(file).add(path, size, blocks)          files of any size and any number, read once

Deflated bytes differ between builds of zlib (zlib-ng writes others than zlib), stored ones can't; a stored archive can
also be verified where it lies, and a damaged byte damages one file. The layout is that of APPNOTE.TXT 6.3.10 (PKWARE),
with ZIP64 where it is needed. This module must not know what is packed.
"""

from __future__ import annotations

import struct
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date as Day
from typing import IO, Final

#: The first moment that a ZIP archive can tell.
EPOCH: Final = Day(1980, 1, 1)

_UNIX: Final = 3
#: Versions of the format that a reader must know: 2.0, and 4.5 for ZIP64.
_PLAIN, _LARGE = 20, 45
_UTF8: Final = 0x800
#: A plain file that its owner may write and all may read.
_MODE: Final = 0o100644 << 16
_FULL: Final = 0xFFFFFFFF
_MANY: Final = 0xFFFF
_PIECE: Final = 1 << 16
#: How much of the directory is held in memory; the rest waits in a temporary file.
_HELD: Final = 1 << 22


class ArchiveWriter:
    """Writes an archive into a file that can be sought in. Its directory is kept apart until `finish`, so that memory
    doesn't grow with the number of files. `day`: that all files are dated with.
    """

    def __init__(self, file: IO[bytes], day: Day = EPOCH) -> None:
        self._file = file
        self._at = file.tell()
        self._count = 0
        self._directory = tempfile.SpooledTemporaryFile(_HELD, prefix="rostrum-")  # noqa: SIM115 - closed by `close`
        self._date = (max(day, EPOCH).year - 1980) << 9 | max(day, EPOCH).month << 5 | max(day, EPOCH).day

    def add(self, path: str, size: int, blocks: Iterable[bytes]) -> None:
        """Add a file of `size` bytes, read once. Raises ValueError where the blocks hold more or fewer."""
        name = path.encode("utf-8")
        flags = 0 if path.isascii() else _UTF8
        start = self._at
        # Checksum and bytes are known at the end only: the place of the checksum is filled in afterwards.
        sum, done = 0, 0
        head = self._write_head(name, flags, size, 0)
        for block in blocks:
            sum = zlib.crc32(block, sum)
            done += len(block)
            self._file.write(block)
        if done != size:
            raise ValueError(f"{path}: {done} bytes where {size} were expected")
        self._file.seek(start + 14)
        self._file.write(struct.pack("<I", sum))
        self._at = start + head + size
        self._file.seek(self._at)
        self._note(name, flags, size, sum, start)

    def add_bytes(self, path: str, data: bytes) -> None:
        """Add a file that is held in memory."""
        name = path.encode("utf-8")
        flags = 0 if path.isascii() else _UTF8
        sum = zlib.crc32(data)
        start = self._at
        self._at += self._write_head(name, flags, len(data), sum) + len(data)
        self._file.write(data)
        self._note(name, flags, len(data), sum, start)

    def _write_head(self, name: bytes, flags: int, size: int, sum: int) -> int:
        """Write what stands before a file; return how many bytes that are."""
        large = size >= _FULL
        extra = struct.pack("<HHQQ", 1, 16, size, size) if large else b""
        shown = _FULL if large else size
        version = _LARGE if large else _PLAIN
        head = struct.pack(
            "<4s5H3I2H", b"PK\x03\x04", version, flags, 0, 0, self._date, sum, shown, shown, len(name), len(extra)
        )
        self._file.write(head + name + extra)
        return len(head) + len(name) + len(extra)

    def _note(self, name: bytes, flags: int, size: int, sum: int, start: int) -> None:
        """Take down a line of the directory."""
        wide = [value for value in (size, size) if size >= _FULL] + ([start] if start >= _FULL else [])
        extra = struct.pack(f"<HH{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
        version = _LARGE if wide else _PLAIN
        shown, place = min(size, _FULL), min(start, _FULL)
        line = struct.pack(
            "<4s6H3I5H2I",
            b"PK\x01\x02", _UNIX << 8 | version, version, flags, 0, 0, self._date, sum, shown, shown, len(name),
            len(extra), 0, 0, 0, _MODE, place,
        )  # fmt: skip
        self._directory.write(line + name + extra)
        self._count += 1

    def finish(self) -> None:
        """Write the directory; after that nothing can be added."""
        length = self._directory.tell()
        self._directory.seek(0)
        while piece := self._directory.read(_PIECE):
            self._file.write(piece)
        start, count = self._at, self._count
        if start >= _FULL or length >= _FULL or count >= _MANY:
            version = _UNIX << 8 | _LARGE
            self._file.write(
                struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, version, _LARGE, 0, 0, count, count, length, start)
            )
            self._file.write(struct.pack("<4sIQI", b"PK\x06\x07", 0, start + length, 1))
        count, length, start = min(count, _MANY), min(length, _FULL), min(start, _FULL)
        self._file.write(struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, length, start, 0))
        self.close()

    def close(self) -> None:
        """Let go of the directory, whether the archive is finished or not."""
        self._directory.close()


def write_archive(entries: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """Yield the archive of (path, bytes), in the order given; one entry at a time is held in memory."""
    with tempfile.TemporaryFile(prefix="rostrum-") as file:
        writer = ArchiveWriter(file)
        for path, data in entries:
            writer.add_bytes(path, data)
        writer.finish()
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece

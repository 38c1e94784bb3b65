"""A ZIP archive with the same bytes on every machine: no time, no owner, and nothing compressed.

    write_archive(entries) -> Iterator[bytes]

Deflated bytes differ between builds of zlib (zlib-ng writes others than zlib), stored ones can't. This module must not
know what is packed.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from typing import Final

#: The first moment that a ZIP archive can tell.
_MOMENT: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_PIECE: Final = 1 << 16


def write_archive(entries: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """Yield the archive of (path, bytes), in the order given; one entry at a time is held in memory."""
    with tempfile.TemporaryFile(prefix="rostrum-") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for path, data in entries:
                entry = zipfile.ZipInfo(path, _MOMENT)
                entry.create_system = _UNIX
                entry.external_attr = 0o100644 << 16
                archive.writestr(entry, data)
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece

"""What an import asks of every transcript that an edition has, remembered for the next one: front matter and likeness.

    catalogue = Catalogue(folder, keep=True)
    catalogue.read_header(path) -> str;  catalogue.list_likenesses(paths, workers);  catalogue.finish()

One more briefing is imported every day, and all others are as they were. This module must not know what a front matter
says, must not decide what becomes of a transcript, and writes nothing but its part of the memo.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from edition.importing.duplicates import Likeness, read_likeness
from edition.memo import Memo, Stamp, Unkept, digest_program, is_true, pack, take_stamp, unpack
from edition.parallel import work_through

#: The family of the memo's entries, and their parts; the second is empty where no likeness has been asked for.
_FAMILY: Final = "imported"
_HEADER, _LIKENESS = 0, 1


class Catalogue:
    """The transcripts of the edition in `folder`, by their paths below it. `keep`: leave for the next import what is
    worked out; else nothing is written.
    """

    def __init__(self, folder: Path, *, keep: bool) -> None:
        self._folder = folder
        self._memo = Memo(folder, _FAMILY, digest_program(), keep=keep)
        self._listed: set[str] = set()

    def read_header(self, path: str) -> str:
        """Return a transcript's front matter as it stands, "" where the file has none. Raises OSError."""
        if self._memo.recall(path):
            with suppress(Unkept):
                header = unpack(self._memo.read(path, _HEADER), str, small=True)
                self._listed.add(path)
                return header
            self._memo.drop(path)
        stamp = take_stamp(self._folder, path)
        header = _read_header(self._folder / path)
        if is_true(self._folder, stamp):
            with suppress(Unkept):
                self._memo.put(path, b"", (stamp,), (pack(header, small=True), b""))
                self._listed.add(path)
        return header

    def list_likenesses(self, paths: Sequence[str], workers: int) -> Iterator[tuple[str, Likeness | None]]:
        """Yield (path, what the transcript is compared by), in order; None where it can't be read. What isn't known is
        worked out on `workers` processes. Front matters are read before.
        """
        known = {path: found for path in paths if (found := self._recall(path)) is not None}
        fresh = [path for path in paths if path not in known]
        made = work_through(_compare, self._folder, fresh, lambda path: (None, None), workers)
        for path in paths:
            if path in known:
                yield path, known[path]
                continue
            stamp, likeness = next(made)
            if stamp is not None and likeness is not None:
                self._add(path, stamp, likeness)
            yield path, likeness

    def finish(self) -> None:
        """Leave for the next import what this one has asked for."""
        self._memo.finish()

    def _recall(self, path: str) -> Likeness | None:
        with suppress(Unkept):
            if path in self._listed and (packed := self._memo.read(path, _LIKENESS)):
                return unpack(packed, Likeness, small=True)
        return None

    def _add(self, path: str, stamp: Stamp, likeness: Likeness) -> None:
        """Remember a likeness beside the front matter of the same bytes."""
        if path in self._listed and [each.sha256 for each in self._memo.stamps_of(path)] == [stamp.sha256]:
            header = self._memo.read(path, _HEADER)
            self._memo.put(path, b"", (stamp,), (header, pack(likeness, small=True)))


def _compare(folder: Path, path: str) -> tuple[Stamp | None, Likeness | None]:
    """Return what a transcript is compared by, and the stamp of its file; no stamp where it was saved meanwhile."""
    stamp = take_stamp(folder, path)
    likeness = read_likeness(folder / path)
    return stamp if is_true(folder, stamp) else None, likeness


def _read_header(file: Path) -> str:
    with file.open(encoding="utf-8", errors="replace") as f:
        if f.readline().strip() != "---":
            return ""
        out = []
        for line in f:
            if line.strip() == "---":
                break
            out.append(line)
        return "".join(out)

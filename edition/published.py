"""What was published of a page or a briefing, remembered by all that it was made of: so that it need not be made again.

    published.find(name, key) -> files or None       as long as the key is the same and the files lie in the site
    published.fetch(name, key) -> files or None      as another machine made them, with their bytes
    published.put(name, key, files)                  what was made instead

    PartFiles                                        the same where files are made for another machine to publish

Of a file that isn't made its checksum is known, and whatever else a build learns from one: its ids, links and traits.
This module must not make or write a file, and must not know of what a key is the checksum.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from edition.briefing_files import MadeFile
from edition.checks import FileFacts, Links
from edition.compliance import PageTraits
from edition.memo import Kept, Memo, Unkept, digest_program, pack, replace, unpack


class PublishedFile(Kept, frozen=True):
    """A file of the site: what it holds for the check of links and for the compliance page, its checksum, and by what
    it is known on the disk (size, time of change, number there). Its links lie apart, since they are seldom asked for.
    """

    path: str
    facts: FileFacts
    traits: PageTraits | None
    sha256: str
    state: tuple[int, int, int]

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return self.state[0]


class Site(Protocol):
    """The site that is being laid out: `publish.Stage` is one."""

    @property
    def live(self) -> Path: ...

    @property
    def published(self) -> Mapping[str, str]: ...

    def digest(self) -> bytes: ...

    def sum_of(self, path: str) -> str: ...

    def place_of(self, path: str) -> str: ...


@dataclass(frozen=True, slots=True)
class KnownPieces:
    """Pieces of a file that are known. `before`: its bytes as they were published; `places`: the key of a piece →
    where in them it begins and ends.
    """

    before: bytes = b""
    places: Mapping[bytes, tuple[int, int]] = field(default_factory=dict)

    def find(self, key: bytes) -> bytes | None:
        """Return the bytes of a piece, None where it must be made."""
        place = self.places.get(key)
        return None if place is None else self.before[slice(*place)]


#: Of each file that is put together of pieces the key and the length of each.
Pieces = dict[str, tuple[tuple[bytes, int], ...]]

#: The families of the memo's entries: what lies in a site, and what lies in a part, with the bytes of its files.
PUBLISHED: Final = "made"
IN_PART: Final = "files"
#: The parts of an entry; from the last one on the bytes of its files, where these are kept.
_FILES, _NOTE, _LINKS, _BYTES = 0, 1, 2, 3
#: The entry that tells of a whole site, and the one with what all pages of briefings say of their edition.
_SOUND: Final = "site/links"
BEARINGS: Final = "site/bearings"


def open_files(edition: Path, family: str, *, keep: bool, home: Path | None = None, lent: Iterable[Path] = ()) -> Memo:
    """Return the memo of a family of files, as this program makes them. The arguments are those of `Memo`."""
    return Memo(edition, family, digest_program(), keep=keep, home=home, lent=lent)


class LinksLost(Exception):
    """The links of a page that was believed to be as it was can't be read: all must be laid out anew, in doubt."""


class Published:
    """What was published before. `site`: where it is to be kept, None: nowhere, so that only its facts are wanted.
    `lent`: what other machines have made. `doubt`: no link is believed to lead anywhere.

    `fetched`: how many files came from them. `sound`: no link in the site as it lies there leads nowhere, so that files
    are found without their links.
    """

    def __init__(self, memo: Memo, site: Site | None, lent: Memo | None = None, *, doubt: bool = False) -> None:
        self.fetched = 0
        self._memo = memo
        self._lent = lent
        self._site = site
        self._live = os.fspath(site.live) if site else ""
        self._sums = site.published if site else {}
        self._found: list[str] = []
        self.sound = bool(self._sums) and not doubt and site is not None and memo.recall(_SOUND, site.digest())

    def knows(self, name: str, key: bytes) -> bool:
        """Say whether `find` or `fetch` will most likely find files."""
        if (self._site is None or bool(self._sums)) and self._memo.recall(name, key):
            return True
        return self._lent is not None and self._lent.recall(name, key)

    def find(self, name: str, key: bytes) -> tuple[PublishedFile, ...] | None:
        """Return the files that were published under a name with this key, None where any of them must be made."""
        if not self._memo.recall(name, key):
            return None
        try:
            files = _unpack_files(self._memo.read(name, _FILES))
        except Unkept:
            self._memo.drop(name)
            return None
        if self._site is None:
            return self._add_links(name, files)
        lying = []
        for file in files:
            found = self._find_in_site(file)
            if found is None:
                return None
            lying.append(found)
        if tuple(lying) != files:
            links = self._memo.read(name, _LINKS)
            self._memo.put(name, key, (), (_pack_files(lying), self.note_of(name), links))
        if not self.sound:
            return self._add_links(name, lying)
        self._found.append(name)
        return tuple(lying)

    def _add_links(self, name: str, files: Sequence[PublishedFile]) -> tuple[PublishedFile, ...] | None:
        try:
            return _join_links(files, self._memo.read(name, _LINKS))
        except Unkept:
            self._memo.drop(name)
            return None

    def doubt(self) -> Iterator[tuple[str, Links]]:
        """Yield (path, links) of all files that were found without their links; further ones are found with them.
        Raises LinksLost where the disk has damaged any.
        """
        self.sound = False
        for name in self._found:
            try:
                files = _unpack_files(self._memo.read(name, _FILES))
                found = _join_links(files, self._memo.read(name, _LINKS))
            except Unkept:
                raise LinksLost(name) from None
            yield from ((file.path, file.facts.links) for file in found)

    def list_ids(self, name: str) -> Mapping[str, str | None]:
        """Return path → the ids of pages of a sound site that were published under a name with another key, as
        `FileFacts` has them.
        """
        said = self._memo.read_before(name, _FILES) if self.sound else None
        with suppress(Unkept):
            files = _unpack_files(said or b"")
            # a killed build, or two at once, may have left the ids of another page than the one that lies there
            return {file.path: file.facts.ids for file in files if self._sums.get(file.path) == file.sha256}
        return {}

    def was_page(self, path: str) -> bool:
        """Say whether a page lies at this path in the site."""
        return path.endswith(".html") and path in self._sums

    @property
    def paths(self) -> Iterable[str]:
        """The paths of all files of the site."""
        return self._sums.keys()

    def _find_in_site(self, file: PublishedFile) -> PublishedFile | None:
        """Return a file that lies in the site as it was published, by its state or, where that differs, by its bytes:
        a site that was copied has other times. None: it isn't there, or is another one.
        """
        if self._sums.get(file.path) != file.sha256:
            return None
        try:
            state = _state_of(f"{self._live}/{file.path}")
        except OSError:
            return None
        if state == file.state:
            return file
        same = state[0] == file.state[0] and self._read_in_site(file) is not None
        return replace(file, state=state) if same else None

    def find_pieces(self, name: str) -> Mapping[str, KnownPieces]:
        """Return what is known of the pieces of files that were published under a name with another key, by path."""
        said = self._memo.read_before(name, _NOTE) if self._site is not None else None
        found: dict[str, KnownPieces] = {}
        if said:
            with suppress(Unkept):
                pieces = unpack(said, Pieces)
                files = _unpack_files(self._memo.read_before(name, _FILES) or b"")
                for file in files:
                    if file.path in pieces and (before := self._read_in_site(file)) is not None:
                        found[file.path] = KnownPieces(before, _list_places(pieces[file.path]))
        return found

    def read_before(self, name: str, under: str) -> tuple[Mapping[str, bytes], bytes] | None:
        """Return the bytes of the files that were published under a name with another key, by path, but for those whose
        path doesn't begin with `under`, and what was said of them; None where any isn't as it was.
        """
        listed = self._memo.read_before(name, _FILES) if self._sums else None
        note = self._memo.read_before(name, _NOTE)
        found: dict[str, bytes] = {}
        with suppress(Unkept):
            for file in _unpack_files(listed or b""):
                if file.path.startswith(under):
                    data = self._read_in_site(file)
                    if data is None:
                        return None
                    found[file.path] = data
            return (found, note) if note is not None else None
        return None

    def note_before(self, name: str, key: bytes) -> bytes:
        """Return what was said of files that were published under a name with this key, which isn't theirs any more;
        raises Unkept where nothing is known of them.
        """
        note = self._memo.read_before(name, _NOTE, key)
        if note is None:
            raise Unkept(name)
        return note

    def _read_in_site(self, file: PublishedFile) -> bytes | None:
        """Return the bytes of a file that lies in the site as it was published, None where it doesn't."""
        try:
            with open(f"{self._live}/{file.path}", "rb", buffering=0) as opened:  # noqa: PTH123
                data = opened.readall()
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == file.sha256 else None

    def note_of(self, name: str) -> bytes:
        """Return what was said of the files that `find` has found under a name."""
        return self._memo.read(name, _NOTE)

    def recall_note(self, name: str) -> bytes | None:
        """Return what was said of the files that were published last under a name, with whatever key; None: nothing."""
        return self._memo.read(name, _NOTE) if self._memo.recall(name) else None

    def fetch(self, name: str, key: bytes) -> tuple[tuple[MadeFile, ...], bytes] | None:
        """Return the files that another machine has made under a name with this key, and what it said of them; None
        where none has, or where they have been damaged since.
        """
        lent = self._lent
        if lent is None or not lent.recall(name, key):
            return None
        try:
            listed = _unpack_files(lent.read(name, _FILES))
            held = [unpack(lent.read(name, _BYTES + number), bytes) for number in range(len(listed))]
            listed = _join_links(listed, lent.read(name, _LINKS))
        except (Unkept, IndexError):
            return None
        if any(hashlib.sha256(data).hexdigest() != file.sha256 for file, data in zip(listed, held, strict=True)):
            return None
        self.fetched += len(listed)
        files = (MadeFile(f.path, data, f.facts, f.traits) for f, data in zip(listed, held, strict=True))
        return tuple(files), lent.read(name, _NOTE)

    def put(
        self,
        name: str,
        key: bytes,
        files: Iterable[tuple[str, FileFacts, PageTraits | None]],
        note: bytes = b"",
    ) -> None:
        """Take note of files that were laid out under a name, and of what is to be said of them."""
        if self._site is None:
            return
        place_of, sum_of = self._site.place_of, self._site.sum_of
        found = [
            PublishedFile(path, facts, traits, sum_of(path), _state_of(place_of(path))) for path, facts, traits in files
        ]
        try:
            listed, links = _part_links(found)
            self._memo.put(name, key, (), (listed, note, links))
        except Unkept:
            self._memo.drop(name)

    def finish(self, *, sound: bool) -> None:
        """Keep it for the next build. `sound`: no link in the site leads nowhere."""
        if sound and self._site is not None:
            self._memo.put(_SOUND, self._site.digest(), (), (b"",))
        else:
            self._memo.drop(_SOUND)
        self._memo.finish()


class PartFiles(Published):
    """What is made for a part. `part`: its memo; `before`: what the edition has published, and need not be made.

    `made`: of how many names files were made.
    """

    def __init__(self, part: Memo, before: Memo) -> None:
        super().__init__(part, None)
        self._part, self._before = part, before
        self._laid: dict[str, bytes] = {}
        self.made = 0

    def knows(self, name: str, key: bytes) -> bool:
        """Say whether nothing is to be made."""
        return self._part.recall(name, key) or self._before.recall(name, key)

    def find(self, name: str, key: bytes) -> tuple[PublishedFile, ...] | None:
        """Return no files where nothing is to be made: nobody here asks what they hold. None where they are."""
        return () if self.knows(name, key) else None

    def lay(self, path: str, data: bytes) -> None:
        """Take in a file, before `put` tells of it."""
        self._laid[path] = data

    def put(
        self,
        name: str,
        key: bytes,
        files: Iterable[tuple[str, FileFacts, PageTraits | None]],
        note: bytes = b"",
    ) -> None:
        """Put files that were laid into the part."""
        self.made += 1
        held = [(path, facts, traits, self._laid.pop(path)) for path, facts, traits in files]
        found = [
            PublishedFile(path, facts, traits, hashlib.sha256(data).hexdigest(), _NOWHERE)
            for path, facts, traits, data in held
        ]
        with suppress(Unkept):
            listed, links = _part_links(found)
            self._part.put(name, key, (), (listed, note, links, *(pack(data) for *_, data in held)))


def _part_links(files: Sequence[PublishedFile]) -> tuple[bytes, bytes]:
    """Return files without their links, and these, as they are kept."""
    bare = tuple(replace(file, facts=replace(file.facts, links=())) for file in files)
    return _pack_files(bare), pack(tuple(file.facts.links for file in files))


def _pack_files(files: Iterable[PublishedFile]) -> bytes:
    # not compressed: every build reads them
    return pack(tuple(files), small=True)


def _unpack_files(data: bytes) -> tuple[PublishedFile, ...]:
    return unpack(data, tuple[PublishedFile, ...], small=True)


def _join_links(files: Sequence[PublishedFile], kept: bytes) -> tuple[PublishedFile, ...]:
    """Return files with their links; raises Unkept where these can't be read."""
    links = unpack(kept, tuple[Links, ...])
    if len(links) != len(files):
        raise Unkept("links of other files")
    return tuple(
        replace(file, facts=replace(file.facts, links=each)) if each else file
        for file, each in zip(files, links, strict=True)
    )


def _list_places(pieces: Iterable[tuple[bytes, int]]) -> Mapping[bytes, tuple[int, int]]:
    places, end = {}, 0
    for key, length in pieces:
        places[key] = (end, end := end + length)
    return places


#: The state of a file that lies in no site.
_NOWHERE: Final = (0, 0, 0)


def _state_of(path: str) -> tuple[int, int, int]:
    state = os.stat(path)  # noqa: PTH116 - hundreds of thousands are looked at
    return state.st_size, state.st_mtime_ns, state.st_ino

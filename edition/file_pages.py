"""The pages that link every file of the site with its size and checksum, so that any crawler finds all of them.

    list_file_pages(words, frames, sums, size_of) -> Iterator[PlannedPage]

What only a script asks for, the search index above all, no crawler finds by itself. Where one page would be too long,
each holds the files whose paths begin alike: a new file changes the page of its neighbours and no other, so that a
mirror has little to fetch. This module must not read a file, and must not leave one out: only these pages and the
manifest can't be among them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Final

from edition import urls
from edition.contexts import FileGroup, FileRow, FilesPage, Frame, Link
from edition.interface import Words

#: How many files a page holds; one of so many has some 230 kB.
FILES_ON_A_PAGE: Final = 1_000
#: The longest name of a page that is made of a beginning as it is.
_LONGEST_NAME: Final = 120

_NOT_PLAIN = re.compile(r"[^a-z0-9/-]")


@dataclass(frozen=True, slots=True)
class Group:
    """Files whose paths begin with `prefix` ("" for those in no folder, None for all), sorted, and the page that lists
    them.
    """

    prefix: str | None
    page: str
    paths: Sequence[str]


def group_files(paths: Iterable[str], room: int = FILES_ON_A_PAGE) -> tuple[Group, ...]:
    """Return files in groups of at most `room`; those in no folder, which are few, are one group. Which group a file is
    in depends on its path and on how many begin alike, and on nothing else.
    """
    ordered = sorted(paths)
    groups: list[Group] = []
    top = [path for path in ordered if "/" not in path]
    if top:
        groups.append(Group("", _page_of(""), top))
    for folder, inside in groupby((path for path in ordered if "/" in path), key=lambda path: path.partition("/")[0]):
        groups += (Group(prefix, _page_of(prefix), part) for prefix, part in _split(f"{folder}/", list(inside), room))
    return tuple(groups)


def _split(prefix: str, paths: list[str], room: int) -> Iterator[tuple[str, list[str]]]:
    if len(paths) <= room:
        yield prefix, paths
        return
    first, last = paths[0], paths[-1]
    same = next((n for n, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first))
    start = first[:same]
    for letter, part in groupby(paths, key=lambda path: path[len(start) : len(start) + 1]):
        yield from _split(start + letter, list(part), room)


def _page_of(prefix: str) -> str:
    """Return the path of the page of a group: names that no file system takes for another one."""
    name = _NOT_PLAIN.sub(lambda sign: f"_{ord(sign[0]):x}", prefix.rstrip("/")).replace("/", ".") or "_"
    if len(name) > _LONGEST_NAME:
        name = f"{name[:_LONGEST_NAME]}_{hashlib.sha256(prefix.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
    return f"files/{name}.html"


def list_file_pages(
    words: Words,
    frames: Callable[..., Frame],
    sums: Mapping[str, str],
    size_of: Callable[[str], int],
    manifest: str,
    room: int = FILES_ON_A_PAGE,
) -> Iterator[PlannedPage]:
    """Yield files.html and, where it would be too long, the pages that it leads to.

    `sums`: path → SHA-256 of every file; `size_of(path)`: its bytes; `manifest`: the path of the list of checksums.
    """
    maker = _Maker(words, frames, sums, size_of, manifest)
    if len(sums) <= room:
        yield maker.plan(Group(None, urls.FILES, sorted(sums)))
        return
    parts = [maker.plan(group) for group in group_files(sums, room)]
    yield from parts
    yield maker.join(parts)


@dataclass(frozen=True, slots=True)
class PlannedPage:
    """A page that lists files, not made yet: what it tells of them as it stands there, how many and how large they are,
    and how it is made.
    """

    group: Group
    told: str
    size: int
    count: int
    make: Callable[[], FilesPage]


@dataclass(frozen=True, slots=True)
class _Maker:
    words: Words
    frames: Callable[..., Frame]
    sums: Mapping[str, str]
    size_of: Callable[[str], int]
    manifest: str

    def plan(self, group: Group) -> PlannedPage:
        sizes = list(map(self.size_of, group.paths))
        told = "".join(f"{path}\n{size} {self.sums[path]}\n" for path, size in zip(group.paths, sizes, strict=True))
        size, count = sum(sizes), len(sizes)
        return PlannedPage(group, told, size, count, partial(self._make, group, size, count))

    def _make(self, group: Group, size: int, count: int) -> FilesPage:
        return self.page(group.page, self.rows(group.page, group.paths), (), size, count, group.prefix)

    def join(self, parts: Sequence[PlannedPage]) -> PlannedPage:
        """Return the page that leads to all others."""
        told = "".join(f"{part.group.page} {part.size} {part.count}\n" for part in parts)
        size, count = sum(part.size for part in parts), sum(part.count for part in parts)
        return PlannedPage(
            Group(None, urls.FILES, ()), told, size, count, partial(self._make_joined, parts, size, count)
        )

    def _make_joined(self, parts: Sequence[PlannedPage], size: int, count: int) -> FilesPage:
        listed = tuple(self.group(part.group, part.size, part.count) for part in parts)
        return self.page(urls.FILES, (), listed, size, count)

    def page(
        self,
        here: str,
        rows: tuple[FileRow, ...],
        groups: tuple[FileGroup, ...],
        size: int,
        count: int,
        prefix: str | None = None,
    ) -> FilesPage:
        words = self.words
        heading = words("files.heading") if prefix is None else words("files.part", path=f"{prefix}…")
        whole = None if prefix is None else Link(words("files.all"), urls.relative(here, urls.FILES))
        return FilesPage(
            frame=self.frames(here, heading, words("files.description"), index=False),
            heading=heading,
            counts=words.count("files.counts", count, size=words.number(size)),
            whole=whole,
            manifest=Link(self.manifest, urls.relative(here, self.manifest)),
            groups=groups,
            rows=rows,
        )

    def rows(self, here: str, paths: Iterable[str]) -> tuple[FileRow, ...]:
        number = self.words.number
        return tuple(
            FileRow(Link(path, urls.relative(here, path)), number(self.size_of(path)), self.sums[path])
            for path in paths
        )

    def group(self, group: Group, size: int, count: int) -> FileGroup:
        words = self.words
        text = f"{group.prefix}…" if group.prefix else words("files.top")
        link = Link(text, urls.relative(urls.FILES, group.page))
        return FileGroup(link, words.number(count), words.number(size))

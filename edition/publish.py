"""A finished set of files becomes the site in one step, or nothing changes at all.

How, for a site in NAME/:

1. A lock (.NAME.lock) refuses a second build. What a killed build left behind is mended first.
2. The whole new tree is laid out in a sibling folder, .NAME.next, which holds a file .rostrum-unfinished for as
   long as it is no complete tree. A file that the live site has with the same bytes is hard-linked, not written again.
3. manifest-sha256.txt names every file of ours with its SHA-256, in the form that `sha256sum --check` reads.
4. Whatever else lies in the live folder (.git, CNAME, somebody's notes: not named in the live manifest) is linked
   into the new tree. If it stands where the new site needs an address, nothing is done and the problem is named.
5. The new tree is written through to the disk, the marker goes, and the two folders change places in one system
   call (renameat2 with RENAME_EXCHANGE on Linux, renamex_np with RENAME_SWAP on macOS). No moment exists at which a
   reader or a crash finds a mixture. Where the file system can't exchange, the old folder is renamed to .NAME.old and
   the new one takes its name; a crash between the two is mended when the next build starts.
6. The old tree is searched once more for things of others that arrived in the meantime; these move over. Then
   the marker comes back to say that it is rubbish, and it goes.

A build that knows what it changes (`patch`) says only that; every other file stays as it is. Of a large site (from
SPARE_FROM files on) such a build keeps the old tree, cleared of what is not ours, as .NAME.spare, and the next one
makes its new tree of that: it changes the few files that differ instead of linking all anew. A note in the spare tree
says how it differs from the live one, and when each folder of the live one was last changed: only folders that others
have touched since are searched for their things. A spare tree that doesn't fit the live one is rubbish.

A tree without the marker may hold files of others and is searched before it is deleted; a tree with it holds none
that is not also in the live site. That one rule mends every state in which a process can be killed.

A published file may share its storage with the same file of the build before. Nothing of ours writes into an existing
file, so neither can change the other. This module must not decide what a site holds, and never deletes what it did
not write.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import hashlib
import json
import os
import re
import shutil
import stat
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from edition.model import Locus
from edition.problems import Problem, Refused
from edition.urls import find_collisions, fold_path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

MANIFEST: Final = "manifest-sha256.txt"
UNFINISHED: Final = ".rostrum-unfinished"
SPARE_NOTE: Final = ".rostrum-spare"
#: From this number of files on, the tree before is kept for the next build: linking so many takes a quarter of a
#: second.
SPARE_FROM = 5_000
#: Nanoseconds within which two changes of a folder may have the same time: the coarsest file systems count in twos of
#: seconds.
_TICK = 3_000_000_000

#: How many problems of one kind are told; the rest are counted.
_TOLD = 20

_MANIFEST_LINE = re.compile(r"(\\?)([0-9a-f]{64}) [ *](.+)")
_BAD_PART = re.compile(r'[<>:"\\|?*\x00-\x1f\x7f]')
#: Names to which nothing can be objected, seen at a glance: nearly all.
_GOOD_PART = re.compile(r"[\w-][\w.-]{0,200}[\w-]", re.ASCII)
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_RENAME_SWAP = 2

#: What a system says when a file can't be linked though it could be copied.
_NO_LINK = {errno.EPERM, errno.EACCES, errno.EXDEV, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
#: What a system says when two folders can't be exchanged though they could be renamed.
_NO_EXCHANGE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM}

_OS_HINTS: dict[int, tuple[str, str]] = {
    errno.ENOSPC: ("no space is left on the disk", "make room and build again"),
    errno.EDQUOT: ("the disk quota is used up", "make room and build again"),
    errno.EACCES: ("no permission to write there", "choose another output folder or change its permissions"),
    errno.EPERM: ("no permission to write there", "choose another output folder or change its permissions"),
    errno.EROFS: ("the file system is read-only", "choose another output folder"),
    errno.EEXIST: ("a file stands where a folder is needed", "choose another output folder"),
    errno.ENOTDIR: ("a file stands where a folder is needed", "choose another output folder"),
    errno.EIO: ("the disk reports an error", "check the disk before you build again"),
    errno.ENAMETOOLONG: ("the path is too long for this file system", "choose an output folder with a shorter path"),
    errno.EBUSY: ("the output folder is in use as a mount point", "publish into a folder inside it"),
    errno.EXDEV: ("the output folder is a mount point or part of a lower layer", "publish into a folder inside it"),
    errno.EMFILE: ("too many files are open", "raise the limit (ulimit -n) and build again"),
}


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What a publication did, in numbers of files: new or changed, the same as before, gone, and not ours but kept."""

    written: int
    unchanged: int
    removed: int
    foreign: int = 0


def explain_os_error(
    error: OSError, path: Path | str, what: str = "write the site", left: str = "the site stands as it was"
) -> Refused:
    """Return the refusal that tells a person what the operating system said, and what is left now."""
    said, hint = _OS_HINTS.get(error.errno or 0, (error.strerror or str(error), ""))
    where = os.fspath(error.filename) if isinstance(error.filename, (str, os.PathLike)) else os.fspath(path)
    return Refused(Problem(Locus(where), f"can't {what}: {said}; {left}", hint))


@contextlib.contextmanager
def open_stage(output: Path, *, durable: bool = True, patch: bool = False) -> Iterator[Stage]:
    """Give a stage on which a whole site for the folder `output` is laid out; leaving without `publish` drops it.

    `durable`: wait until the disk has the files before they go live (protects from a power cut, not only from a kill).
    `patch`: every file of the live site that is neither written nor removed on this stage stays as it is, unread.
    Raises Refused where another build runs, where `output` is no folder or where its parent can't be written.
    """
    # Only the name itself may be a link: the folder that it points at is what is exchanged.
    live = Path(os.path.realpath(output))
    try:
        _refuse_impossible(live, output)
        live.parent.mkdir(parents=True, exist_ok=True)
        lock = _lock(live, output)
    except OSError as error:
        raise explain_os_error(error, output) from error
    try:
        stage: Stage | None = None
        try:
            _mend(live)
            stage = Stage(live, output, durable, patch)
            yield stage
        except OSError as error:
            # A failure that isn't about the tree being built belongs to whoever raised it.
            if stage is not None and not stage.concerns(error):
                raise
            raise explain_os_error(error, output) from error
        finally:
            with contextlib.suppress(OSError):
                _mend(live)
    finally:
        _unlock(lock, live)


def mend_site(output: Path) -> None:
    """Bring the folder `output` back to a whole site after a build was killed; does nothing where all is well."""
    with open_stage(output):
        pass


class Stage:
    """A site being laid out beside the live one. Made by `open_stage`."""

    def __init__(self, live: Path, output: Path, durable: bool, patch: bool = False) -> None:
        self._live = live
        self._output = output
        self._durable = durable
        self._next = _next_folder(live)
        self._root = os.fspath(self._next)
        self._live_root = os.fspath(live)
        self._patch = patch
        self._old = read_manifest(live)
        self._sums: dict[str, str] = dict(self._old) if patch else {}
        self._told: set[str] = set()
        self._kept: set[str] = set()
        self._same: set[str] = set()
        self._sizes: dict[str, int] = {}
        self._folders: set[str] = {""}
        self._all: tuple[frozenset[str], frozenset[str]] | None = None
        self._published: PublishReport | None = None
        self._foreign: set[str] = set()
        self._spare = _take_spare(live, self._next) if patch else None
        if self._spare is None:
            _drop_spare(live)
            self._next.mkdir()
            (self._next / UNFINISHED).touch()

    @property
    def live(self) -> Path:
        """Where the site lies that this one is to replace."""
        return self._live

    @property
    def published(self) -> Mapping[str, str]:
        """Path → SHA-256 of the files of the live site, by its manifest."""
        return self._old

    def digest(self) -> bytes:
        """Return a checksum of the live site: of its manifest; b"" where it has none."""
        try:
            return hashlib.sha256(Path(self._live_root, MANIFEST).read_bytes()).digest()
        except OSError:
            return b""

    def sum_of(self, path: str) -> str:
        """Return the SHA-256 of a file that was laid out."""
        return self._sums[path]

    def place_of(self, path: str) -> str:
        """Return where a file lies that was written or kept."""
        return f"{self._live_root if path in self._kept else self._root}/{path}"

    @property
    def laid_out(self) -> Mapping[str, str]:
        """Path → SHA-256 of the files that were written or kept so far."""
        return {path: self._sums[path] for path in (*self._kept, *self._told) if path in self._sums}

    def size_of(self, path: str) -> int:
        """Return how many bytes a file has that was written or kept."""
        return self._sizes[path]

    def keep(self, path: str, size: int) -> None:
        """Lay out a file of the live site, of `size` bytes, as it lies there, unread. Raises Refused as `write`."""
        self._claim(path)
        if self._patch:
            self._kept.add(path)
        else:
            self._told.add(path)
            try:
                self._make_folder_of(path)
                _link_or_copy(f"{self._live_root}/{path}", f"{self._root}/{path}")
            except OSError as error:
                raise explain_os_error(error, self._output) from error
            self._same.add(path)
            self._sums[path] = self._old[path]
        self._sizes[path] = size

    def _claim(self, path: str) -> None:
        # what is published was looked at when it was
        complaint = None if path in self._old else _complain(path)
        if complaint:
            raise Refused(Problem(Locus(path), f"can't be an address of the site: {complaint}"))
        if path in self._told or path in self._kept:
            raise Refused(Problem(Locus(path), "two things claim this address", "give one of them another id"))

    def concerns(self, error: OSError) -> bool:
        """Tell whether an operating system's error is about the site's own folders (or about space on the disk)."""
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        names = [name for name in (error.filename, error.filename2) if isinstance(name, (str, os.PathLike))]
        roots = (self._root, self._live_root, os.fspath(self._output))
        return any(os.fspath(name).startswith(roots) for name in names)

    def write(self, path: str, data: bytes) -> None:
        """Lay out one file. `path` is relative to the site's root, with "/".

        Raises Refused for a path that leaves the site, that is reserved, or that was already written.
        """
        self._claim(path)
        self._told.add(path)
        try:
            self._write(path, data)
        except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
            if self._patch:
                raise SiteChanged(path) from error
            raise Refused(
                Problem(Locus(path), "the address collides with another one (a folder, or letter case apart the same)")
            ) from error
        except OSError as error:
            raise explain_os_error(error, self._output) from error

    def remove_rest(self) -> None:
        """Leave out every file of the live site that was neither written nor kept."""
        for path in self._old.keys() - self._kept - self._told:
            self.remove(path)

    def remove(self, path: str) -> None:
        """Leave out a file of the live site, whose other files stay (`patch`)."""
        self._told.add(path)
        self._sums.pop(path, None)
        if self._spare is not None:
            try:
                _unlink(f"{self._root}/{path}")
            except OSError as error:
                raise SiteChanged(path) from error

    def _make_folder_of(self, path: str) -> None:
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            os.makedirs(f"{self._root}/{folder}", exist_ok=True)  # noqa: PTH103 - ten times faster than Path
            self._folders.add(folder)

    def _write(self, path: str, data: bytes) -> None:
        self._make_folder_of(path)
        staged = f"{self._root}/{path}"
        if self._spare is not None:
            _unlink(staged)
        if self._holds(path, data) and _link(f"{self._live_root}/{path}", staged):
            self._same.add(path)
        else:
            with open(staged, "xb", buffering=0) as file:  # noqa: PTH123 - see above
                _write_all(file.fileno(), data)
        self._sums[path] = hashlib.sha256(data).hexdigest()
        self._sizes[path] = len(data)

    def _holds(self, path: str, data: bytes) -> bool:
        """Tell whether the live site has this very file."""
        try:
            with open(f"{self._live_root}/{path}", "rb", buffering=0, opener=_open_plain) as file:
                info = os.fstat(file.fileno())
                return stat.S_ISREG(info.st_mode) and info.st_size == len(data) and file.readall() == data
        except OSError:
            return False

    def publish(self) -> PublishReport:
        """Make what was laid out the site, at once. Raises Refused (and the site stands as it was) where it can't.

        Where nothing differs from the live site it isn't touched.
        """
        if self._published is not None:
            raise RuntimeError("a stage is published once")
        try:
            if self._patch:
                self._keep_rest()
            else:
                self._refuse_collisions()
            foreign = self._carry()
            written = sum(path in self._sums and path not in self._same for path in self._told)
            report = PublishReport(
                written=written,
                unchanged=len(self._sums) - written,
                removed=sum(path not in self._sums for path in self._old),
                foreign=foreign,
            )
            manifest = write_manifest(self._sums)
            if report.written or report.removed or not self._holds(MANIFEST, manifest):
                self._go_live(manifest)
        except OSError as error:
            if self._patch and isinstance(error, FileExistsError | NotADirectoryError | IsADirectoryError):
                raise SiteChanged(os.fspath(error.filename)) from error
            raise explain_os_error(error, self._output) from error
        self._published = report
        return report

    def _refuse_collisions(self) -> None:
        """Refuse paths that some disk can't hold together. Those of the live site have been looked at; with a new one
        only a path below the same first folder can collide.
        """
        new = {_fold_first(path) for path in self._sums.keys() - self._old.keys()}
        touched = (path for path in self._sums if _fold_first(path) in new)
        collisions = tuple(find_collisions((path, Locus(path)) for path in touched))
        if collisions:
            raise Refused(*collisions[:_TOLD])

    def _list_folders(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return the folders of what was laid out, when all is, and those of the live site."""
        if self._all is None:
            old = frozenset(_all_folders(self._old))
            new = self._sums.keys() ^ self._old.keys()
            self._all = (old if not new else frozenset(_all_folders(self._sums))), old
        return self._all

    def _keep_rest(self) -> None:
        """Bring every file of the live site that this stage has not told of into the new tree."""
        self._refuse_collisions()
        rest = self._old if self._spare is None else self._spare.differs
        for path in rest:
            if path in self._told:
                continue
            staged = f"{self._root}/{path}"
            if self._spare is not None:
                _unlink(staged)
            if path in self._sums:
                self._make_folder_of(path)
                self._keep(path, staged)
        if self._spare is not None:
            left = {*self._spare.folders, *_all_folders(self._spare.differs), *_all_folders(self._told)}
            for folder in sorted(left - self._list_folders()[0] - {""}, reverse=True):
                with contextlib.suppress(OSError):
                    os.rmdir(f"{self._root}/{folder}")  # noqa: PTH106

    def _keep(self, path: str, staged: str) -> None:
        try:
            _link_or_copy(f"{self._live_root}/{path}", staged)
        except FileNotFoundError:
            raise SiteChanged(path) from None

    def _walk_live(self) -> Iterator[tuple[str, os.DirEntry[str]]]:
        """Yield what lies in the live folder; where a note says what it held, only what may have come since then."""
        if self._spare is None:
            yield from _walk(self._live_root, folders=True)
            return
        touched = self._spare.find_touched(self._live_root)
        missing = {path for path in self._old if path.rpartition("/")[0] in touched}
        for path, entry in _walk_touched(self._live_root, self._spare):
            missing.discard(path)
            yield path, entry
        if missing:
            raise SiteChanged(min(missing))

    def _carry(self) -> int:
        """Link what others keep in the live folder into the new tree; return how many files that were."""
        in_the_way: list[str] = []
        carried = 0
        folders, ours = self._list_folders()
        for path, entry in self._walk_live():
            if path in self._old or path == MANIFEST:
                continue
            self._foreign.add(path)
            if path == UNFINISHED:
                in_the_way.append(path)
                continue
            if entry.is_dir(follow_symlinks=False):
                if path in self._sums:
                    if path not in ours:
                        in_the_way.append(path)
                elif path not in ours:
                    _make_folder(entry.path, f"{self._root}/{path}")
                continue
            if path in self._sums or path in folders or any(folder in self._sums for folder in _folders_of(path)):
                # A file that is byte for byte what we would write is no loss.
                if path not in self._same:
                    in_the_way.append(path)
                continue
            os.makedirs(os.path.dirname(f"{self._root}/{path}"), exist_ok=True)  # noqa: PTH103, PTH120
            _link_or_copy(entry.path, f"{self._root}/{path}")
            carried += 1
        if in_the_way:
            hint = "move it away, or choose another output folder; nothing was changed"
            problems = [
                Problem(Locus(os.fspath(self._output / path)), "stands in the way: the site needs this address", hint)
                for path in sorted(in_the_way)
            ]
            if len(problems) > _TOLD:
                more = Problem(
                    Locus(os.fspath(self._output)), f"{len(problems) - _TOLD} more files stand in the way", hint
                )
                problems = [*problems[:_TOLD], more]
            raise Refused(*problems)
        return carried

    def _go_live(self, manifest: bytes) -> None:
        for name in (MANIFEST, SPARE_NOTE):
            _unlink(f"{self._root}/{name}")
        with open(f"{self._root}/{MANIFEST}", "xb", buffering=0) as file:  # noqa: PTH123
            _write_all(file.fileno(), manifest)
        if self._durable:
            _flush(self._next)
        if self._live.is_dir():
            shutil.copymode(self._live, self._next)
        os.unlink(f"{self._root}/{UNFINISHED}")  # noqa: PTH108
        note = self._make_note() if self._patch and len(self._sums) >= SPARE_FROM else None
        _swap(self._next, self._live)
        if self._durable:
            _flush_folder(self._live.parent)
        # The new site is there; what can't be cleared away now is tried again by every later build.
        with contextlib.suppress(OSError):
            if note is not None:
                _keep_spare(self._live, note, self._spare, (self._old, self._list_folders()[1]), self._sums)
            _mend(self._live)

    def _make_note(self) -> Spare:
        """Return the note for the tree that is about to be replaced. The folders are those of the new tree before
        anybody else can write into it.
        """
        folders = {"", *self._list_folders()[0]}
        folders |= {path for path in self._foreign if Path(self._root, path).is_dir()}
        manifest = os.stat(f"{self._root}/{MANIFEST}")  # noqa: PTH116
        shared = {path for path in self._told if path in self._same and self._old.get(path) == self._sums.get(path)}
        return Spare(
            made=time.time_ns(),
            live=(manifest.st_ino, manifest.st_size, manifest.st_mtime_ns),
            differs=tuple(sorted(self._told - shared)),
            folders={f: os.stat(f"{self._root}/{f}").st_mtime_ns for f in sorted(folders)},  # noqa: PTH116
            searched=tuple(sorted({path.rpartition("/")[0] for path in self._foreign})),
        )


@dataclass(frozen=True, slots=True)
class Spare:
    """What is known of a spare tree. `made`: when, in nanoseconds; `live`: the live manifest's inode, size and time of
    change, by which the live site is known again; `differs`: files that the two trees do not share; `folders`: the live
    site's, each with its time of change when it went live; `searched`: those in which things of others lay then.
    """

    made: int
    live: tuple[int, int, int]
    differs: tuple[str, ...]
    folders: dict[str, int]
    searched: tuple[str, ...]

    def find_touched(self, root: str) -> frozenset[str]:
        """Return the folders of the tree at `root` in which something came, went or was renamed since the note was
        made, or in which things of others lay then.
        """
        sure = self.made - _TICK
        return frozenset(
            folder
            for folder, changed in self.folders.items()
            if folder in self.searched or changed > sure or _mtime(root, folder) != changed
        )


class SiteChanged(Exception):
    """The live site is not as we left it: a file is gone, or a folder stands where a file is to be. What is not known
    can't be carried over unread: all files must be laid out anew.
    """


def _mtime(root: str, folder: str) -> int:
    try:
        return os.stat(f"{root}/{folder}" if folder else root).st_mtime_ns  # noqa: PTH116
    except FileNotFoundError:
        return -1


# ── The manifest ────────────────────────────────────────────────────────────────────────────────────────────────────


def write_manifest(sums: dict[str, str]) -> bytes:
    """Return the manifest of files (path → SHA-256 in hexadecimal), sorted by path, as `sha256sum` writes it."""
    return "".join(f"{sums[path]}  {path}\n" for path in sorted(sums)).encode("utf-8")


def read_manifest(folder: Path) -> dict[str, str]:
    """Return the files that the manifest of a folder names, with their sums; nothing where there is none.

    Lines that don't name a file inside the folder are not ours and are passed over.
    """
    try:
        text = (folder / MANIFEST).read_bytes().decode("utf-8", "replace")
    except OSError:
        return {}
    found: dict[str, str] = {}
    for line in text.split("\n"):
        match = _MANIFEST_LINE.fullmatch(line)
        if match and not match[1] and _complain(match[3]) is None:
            found[match[3]] = match[2]
    return found


def _complain(path: str) -> str | None:
    """Return why a path can't be a file of the site, None where it can."""
    if path.startswith("/"):
        return "it starts at the root of the disk"
    if path in (MANIFEST, UNFINISHED, SPARE_NOTE):
        return "the name is reserved for the publication itself"
    folder, below, name = path.rpartition("/")
    return (_complain_of_folder(folder) if below else None) or _complain_of_part(name)


@lru_cache(maxsize=10_000)
def _complain_of_folder(folder: str) -> str | None:
    return next(filter(None, map(_complain_of_part, folder.split("/"))), None)


def _complain_of_part(part: str) -> str | None:
    if _GOOD_PART.fullmatch(part):
        return None
    if part in ("", ".", ".."):
        return f"“{part}” leads out of its folder"
    if _BAD_PART.search(part) or part[-1] in " .":
        return f"“{part}” can't be stored everywhere"
    try:
        return "a name is longer than 255 bytes" if len(part.encode("utf-8")) > 255 else None
    except UnicodeEncodeError:
        return f"{part!r} is no text"


def _fold_first(path: str) -> str:
    """Return the first folder of a path, or its name, as a disk that makes no difference of letter case sees it."""
    return _fold(path.partition("/")[0])


_fold = lru_cache(maxsize=10_000)(fold_path)


def _folders_of(path: str) -> Iterator[str]:
    """Yield the folders that a path lies in, outermost first."""
    cut = path.find("/")
    while cut >= 0:
        yield path[:cut]
        cut = path.find("/", cut + 1)


def _all_folders(paths: Iterable[str]) -> set[str]:
    """Return every folder that one of the paths lies in."""
    deepest = {path[: path.rfind("/")] for path in paths if "/" in path}
    return {*deepest, *(folder for path in deepest for folder in _folders_of(path))}


# ── Files ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _open_plain(path: str, flags: int) -> int:
    """Open a file for reading, but no link and nothing that would make us wait (a named pipe)."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _link(source: str, target: str) -> bool:
    """Give a file a second name; False where this file system or user can't."""
    try:
        os.link(source, target, follow_symlinks=False)
    except NotImplementedError:
        return False
    except OSError as error:
        if error.errno in _NO_LINK:
            return False
        raise
    return True


def _link_or_copy(source: str, target: str) -> None:
    """Bring a file of somebody else to the new tree: the same file where possible, else a true copy."""
    if os.path.islink(source):  # noqa: PTH114
        Path(target).symlink_to(os.readlink(source))  # noqa: PTH115
    elif not _link(source, target):
        shutil.copy2(source, target, follow_symlinks=False)


def _make_folder(source: str, target: str) -> None:
    os.makedirs(target, exist_ok=True)  # noqa: PTH103
    with contextlib.suppress(OSError):
        shutil.copystat(source, target, follow_symlinks=False)
    # Our own later additions to it must stay possible.
    os.chmod(target, stat.S_IMODE(os.stat(target).st_mode) | stat.S_IRWXU)  # noqa: PTH101, PTH116


def _walk(root: str, *, folders: bool = False, below: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield (relative path, entry) of everything below a folder that is no folder (`folders`: these too), sorted."""
    try:
        with os.scandir(f"{root}/{below}" if below else root) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    for entry in entries:
        path = f"{below}/{entry.name}" if below else entry.name
        if entry.is_dir(follow_symlinks=False):
            if folders:
                yield path, entry
            yield from _walk(root, folders=folders, below=path)
        else:
            yield path, entry


def _walk_touched(root: str, spare: Spare) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield (relative path, entry) of what lies in the folders of a tree that others have touched, or had things in,
    since the note was made; what lies below a folder that the note doesn't know comes with it.
    """
    for folder in sorted(spare.find_touched(root)):
        try:
            with os.scandir(f"{root}/{folder}" if folder else root) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except FileNotFoundError:
            continue
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if not entry.is_dir(follow_symlinks=False):
                yield path, entry
            elif path not in spare.folders:
                yield path, entry
                yield from _walk(root, folders=True, below=path)


def _unlink(path: str) -> None:
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        os.unlink(path)  # noqa: PTH108


def _flush(folder: Path) -> None:
    """Wait until the disk has everything written so far on this file system.

    One call for the file system instead of one per file: with 100,000 files the difference is minutes.
    """
    call = getattr(_libc(), "syncfs", None) if sys.platform.startswith("linux") else None
    if call is not None:
        handle = os.open(folder, os.O_RDONLY)
        try:
            if call(handle) == 0:
                return
            number = ctypes.get_errno()
        finally:
            os.close(handle)
        if number in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
            raise OSError(number, os.strerror(number), os.fspath(folder))
    if hasattr(os, "sync"):
        os.sync()


def _flush_folder(folder: Path) -> None:
    """Wait until the disk has the names in a folder, where the system can be asked for that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# ── Changing places, and mending what a kill left ───────────────────────────────────────────────────────────────────


def _next_folder(live: Path) -> Path:
    return live.with_name(f".{live.name}.next")


def _spare_folder(live: Path) -> Path:
    return live.with_name(f".{live.name}.spare")


def _take_spare(live: Path, new: Path) -> Spare | None:
    """Return what is known of the spare tree, which then is the new one to be; None where there is none that fits."""
    folder = _spare_folder(live)
    try:
        note = json.loads((folder / SPARE_NOTE).read_bytes())
        live_manifest, differs, searched = (tuple(note[key]) for key in ("live", "differs", "searched"))
        spare = Spare(note["made"], live_manifest, differs, note["folders"], searched)
        manifest = (live / MANIFEST).stat()
        if spare.live != (manifest.st_ino, manifest.st_size, manifest.st_mtime_ns):
            return None
        (folder / UNFINISHED).touch()
        folder.rename(new)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return spare


def _keep_spare(
    live: Path,
    note: Spare,
    before: Spare | None,
    ours: tuple[Mapping[str, str], frozenset[str]],
    theirs: Mapping[str, str],
) -> None:
    """Make the tree that was just replaced the spare one: what is not ours in it moves to the live site, or goes where
    it is there already. `ours`: the files of this tree, as its manifest has them, and their folders; `theirs`: the
    files of the live one.
    """
    left = _next_folder(live)
    if not left.is_dir() or (left / UNFINISHED).exists():
        return
    root = os.fspath(left)
    found = list(_walk(root, folders=True) if before is None else _walk_touched(root, before))
    files, kept = ours
    _rescue(live, files, theirs, found)
    (left / UNFINISHED).touch()
    for path, entry in reversed(found):
        if path in files or path in kept or path in (MANIFEST, UNFINISHED):
            continue
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            _unlink(entry.path)
    (left / SPARE_NOTE).write_text(json.dumps(asdict(note)), encoding="utf-8")
    left.rename(_spare_folder(live))
    (_spare_folder(live) / UNFINISHED).unlink()


def _drop_spare(live: Path) -> None:
    folder = _spare_folder(live)
    if folder.is_dir() and not folder.is_symlink():
        (folder / UNFINISHED).touch()
        _discard(folder)


def _old_folder(live: Path) -> Path:
    return live.with_name(f".{live.name}.old")


def _libc() -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(None, use_errno=True)
    except (OSError, TypeError):  # Windows
        return None


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change names in one step; False where system or file system can't."""
    library = _libc()
    first, second = os.fsencode(one), os.fsencode(other)
    if sys.platform.startswith("linux") and hasattr(library, "renameat2"):
        assert library is not None
        done = library.renameat2(_AT_FDCWD, first, _AT_FDCWD, second, ctypes.c_uint(_RENAME_EXCHANGE))
    elif sys.platform == "darwin" and hasattr(library, "renamex_np"):
        done = library.renamex_np(first, second, ctypes.c_uint(_RENAME_SWAP))
    else:
        return False
    if done == 0:
        return True
    number = ctypes.get_errno()
    if number in _NO_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number), os.fspath(other))


def _swap(new: Path, live: Path) -> None:
    if not live.exists():
        new.rename(live)
    elif not _exchange(new, live):
        old = _old_folder(live)
        live.rename(old)
        try:
            new.rename(live)
        except OSError:
            old.rename(live)
            raise


def _mend(live: Path) -> None:
    """Finish or undo what a build left, in whatever state it stopped: afterwards only the live site is there."""
    old, new = _old_folder(live), _next_folder(live)
    if old.is_dir() and not live.exists():
        old.rename(live)
    for left in (old, new):
        if left.is_dir() and not left.is_symlink():
            if not (left / UNFINISHED).exists():
                _rescue(live, read_manifest(left), read_manifest(live), _walk(os.fspath(left)))
                (left / UNFINISHED).touch()
            _discard(left)
    if (_spare_folder(live) / UNFINISHED).exists():
        _discard(_spare_folder(live))


def _rescue(
    live: Path, ours: Mapping[str, str], theirs: Mapping[str, str], found: Iterable[tuple[str, os.DirEntry[str]]]
) -> None:
    """Move what is not ours, and is not in the live site as it is here, from a replaced tree to the live one. `ours`,
    `theirs`: the files of that tree and of the live site.
    """
    if not live.is_dir():
        return
    live_root = os.fspath(live)
    for path, entry in found:
        if path in ours or path in (MANIFEST, UNFINISHED, SPARE_NOTE) or entry.is_dir(follow_symlinks=False):
            continue
        target = f"{live_root}/{path}"
        try:
            there: os.stat_result | None = os.lstat(target)
        except (FileNotFoundError, NotADirectoryError):
            there = None
        here = entry.stat(follow_symlinks=False)
        if there is not None and (os.path.samestat(here, there) or _alike(here, there)):
            continue
        if there is not None and path in theirs:
            target = _free_name(target)
        elif there is not None and there.st_mtime_ns >= here.st_mtime_ns:
            continue
        try:
            os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
        except (FileExistsError, NotADirectoryError):
            target = _free_name(f"{live_root}/{path.replace('/', '_')}")
        os.replace(entry.path, target)  # noqa: PTH105


def _alike(one: os.stat_result, other: os.stat_result) -> bool:
    """Tell whether one is a true copy of the other (made where linking was impossible)."""
    if stat.S_IFMT(one.st_mode) != stat.S_IFMT(other.st_mode) or one.st_size != other.st_size:
        return False
    return stat.S_ISLNK(one.st_mode) or one.st_mtime_ns == other.st_mtime_ns


def _free_name(path: str) -> str:
    """Return the path, or the first of path.saved-1, path.saved-2 … that is free."""
    name, count = path, 0
    while os.path.lexists(name):
        count += 1
        name = f"{path}.saved-{count}"
    return name


def _discard(folder: Path) -> None:
    """Delete a tree that holds the marker, this file last, so that a kill in the middle leaves it marked."""
    for entry in sorted(os.scandir(folder), key=lambda e: e.name):
        if entry.name == UNFINISHED:
            continue
        if entry.is_dir(follow_symlinks=False):
            try:
                shutil.rmtree(entry.path)
            except PermissionError:
                # A folder that its owner closed: it goes all the same, its content lives on in the site.
                for closed, _, _ in os.walk(entry.path):
                    os.chmod(closed, stat.S_IRWXU)  # noqa: PTH101
                shutil.rmtree(entry.path)
        else:
            os.unlink(entry.path)  # noqa: PTH108
    (folder / UNFINISHED).unlink()
    folder.rmdir()


# ── One build at a time ─────────────────────────────────────────────────────────────────────────────────────────────


def _refuse_impossible(live: Path, output: Path) -> None:
    if live == live.parent:
        raise Refused(Problem(Locus(os.fspath(output)), "the root of a disk can't be the output folder"))
    if live.exists() and not live.is_dir():
        raise Refused(
            Problem(Locus(os.fspath(output)), "the output path is a file", "remove it or choose another output folder")
        )


def _lock_path(live: Path) -> Path:
    return live.with_name(f".{live.name}.lock")


def _lock(live: Path, output: Path) -> int:
    """Take the lock and return its handle. The system itself drops the lock of a process that ends (fcntl)."""
    path = _lock_path(live)
    while True:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
        if fcntl is None:
            try:
                handle = os.open(path, flags | os.O_EXCL, 0o666)
            except FileExistsError:
                raise _refuse_second(path, output) from None
            _sign(handle)
            return handle
        handle = os.open(path, flags, 0o666)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise _refuse_second(path, output) from None
        except OSError as error:
            # Some network file systems have no locks; building alone there is still possible.
            if error.errno not in (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP):
                os.close(handle)
                raise
        # The lock's last owner removes the file: what we hold may no longer be the one that has the name.
        try:
            current = path.stat()
        except FileNotFoundError:
            os.close(handle)
            continue
        if os.path.samestat(current, os.fstat(handle)):
            _sign(handle)
            return handle
        os.close(handle)


def _sign(handle: int) -> None:
    """Leave our number in the lock, for the message that a second build gives; a full disk is no reason to stop."""
    with contextlib.suppress(OSError):
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())


def _refuse_second(path: Path, output: Path) -> Refused:
    try:
        owner = path.read_text("ascii", "replace").strip()
    except OSError:
        owner = ""
    who = f" (process {owner})" if owner.isdigit() else ""
    hint = "wait until it has ended"
    if fcntl is None:
        hint += f"; if none runs, remove {path.name}"
    return Refused(Problem(Locus(os.fspath(output)), f"another build{who} is writing this site", hint))


def _unlock(handle: int, live: Path) -> None:
    with contextlib.suppress(OSError):
        if fcntl is None:
            os.close(handle)
            _lock_path(live).unlink()
        else:
            _lock_path(live).unlink()
            os.close(handle)

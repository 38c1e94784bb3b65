"""The last build remembered: whether another one would find the very same files, so that nothing need be done.

    take_stock(folder, site, options) -> Stock        recall_build(folder, stock) -> Recalled | None
    remember_build(folder, before, after, recalled)

Files are compared by size, times and number on the disk, as git compares them, and not by their bytes: every file of
the edition, of the program and of the site. Whoever changes one changes its times. This module must not read a text,
and must not decide what a build does; what it keeps may be deleted at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import sys
import tempfile
import threading
import time
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from operator import attrgetter
from pathlib import Path
from typing import Final

from edition.memo import MEMO, STEP
from edition.model import Locus
from edition.problems import Problem

_FILE: Final = "build.json"
#: What a build reads of an edition.
_READ: Final = ("config.yaml", "content", "templates", "assets")
_PROGRAM: Final = Path(__file__).resolve().parent.parent
_BYTE_CODE: Final = "__pycache__"
#: Bytes of a number in the pipe of `_work_in_two`.
_NUMBER: Final = 4
#: Whether a folder can be opened, and its files looked at, from the one that it lies in.
_FROM_FOLDERS: Final = {os.open, os.stat} <= os.supports_dir_fd and os.listdir in os.supports_fd
#: What a file is told by.
_STATE: Final = attrgetter("st_size", "st_mtime_ns", "st_ctime_ns", "st_ino")
#: The bits of a file's mode that say what kind of file it is.
_KIND: Final = 0o170000
#: What may change a build and is no file.
_VARIABLES: Final = ("SOURCE_DATE_EPOCH", "CI")


@dataclass(frozen=True, slots=True)
class Stock:
    """The state of all that a build reads (`inputs`) and of what the last one published (`site`), as digests.

    `settled`: no file changed so lately that a later change could be missed.
    """

    inputs: str
    site: str
    settled: bool


@dataclass(frozen=True, slots=True)
class Recalled:
    """What the last build told: how many `briefings`, `sections` and `files` there are, and its problems."""

    briefings: int
    sections: int
    files: int
    problems: tuple[Problem, ...]


def take_stock(folder: Path, site: Path, options: Iterable[object], *, alone: bool = False) -> Stock:
    """Return the state of the edition in `folder`, of the program, and of what lies in `site`. `options`: of the
    build. `alone`: no process is started to help; one that has grown large should not be
    copied. Takes some 3 µs a file.
    """
    now = time.time_ns()
    digest = hashlib.sha256()
    for each in (sys.version, *options, *map(os.environ.get, _VARIABLES)):
        digest.update(f"{each}\0".encode("utf-8", "surrogatepass"))
    for path in map(Path, sys.path):
        # another version of a library comes with another folder in here
        if path.name.endswith("-packages") and path.is_dir():
            digest.update(f"{path}\0{path.stat().st_mtime_ns}\0".encode("utf-8", "surrogatepass"))
    read = [*(folder / name for name in _READ), *(_PROGRAM / name for name in ("edition", "templates", "assets"))]
    *inputs, published = _weigh_all([*map(os.fspath, read), os.fspath(site)], alone)
    for state, _ in inputs:
        digest.update(f"{state}\0".encode())
    return Stock(digest.hexdigest(), published[0], max(newest for _, newest in inputs) < now - STEP)


def recall_build(folder: Path, stock: Stock) -> Recalled | None:
    """Return what the last build told where all is as it left it, None where that isn't certain."""
    try:
        kept = json.loads((folder / MEMO / _FILE).read_bytes())
        if (kept["inputs"], kept["site"]) != (stock.inputs, stock.site):
            return None
        problems = tuple(
            Problem(Locus(each["file"], each["line"]), each["message"], each["hint"], each["severity"])
            for each in kept["problems"]
        )
        return Recalled(int(kept["briefings"]), int(kept["sections"]), int(kept["files"]), problems)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remember_build(folder: Path, before: Stock, after: Stock, recalled: Recalled) -> None:
    """Keep what a build told, where nothing that it read changed meanwhile; else forget the build before.

    `before`, `after`: the stock at its beginning and its end. What can't be written isn't remembered.
    """
    file = folder / MEMO / _FILE
    try:
        if not before.settled or before.inputs != after.inputs:
            file.unlink(missing_ok=True)
            return
        problems = [
            {"file": p.locus.file, "line": p.locus.line, "message": p.message, "hint": p.hint, "severity": p.severity}
            for p in recalled.problems
        ]
        told = asdict(recalled) | {"inputs": after.inputs, "site": after.site, "problems": problems}
        file.parent.mkdir(exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{_FILE}.", dir=file.parent)
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogatepass") as out:
            json.dump(told, out)
        Path(name).replace(file)
    except OSError:
        return


#: What a folder's files are told by: a checksum of their states, and when the newest of them changed (ns).
_Weight = tuple[str, int]
#: Bytes of folders from which on a second process is worth starting: some ten thousand names.
_MANY: Final = 500_000


def _weigh_all(places: Sequence[str], alone: bool) -> list[_Weight]:
    """Return the weight of each place, with all that lies below it. `alone`: by this process."""
    folders = [_list_folders(place) for place in places]
    jobs = [(folder, deep) for each in folders for folder, deep, _ in each]
    done: dict[int, _Weight] = {}
    many = sum(size for each in folders for *_, size in each) > _MANY
    if many and not alone and len(jobs) < 1_000 and _can_fork():
        done = _work_in_two(jobs)
    weights = [done.get(number) or _weigh(*job) for number, job in enumerate(jobs)]
    found, at = [], 0
    for each in folders:
        own = weights[at : (at := at + len(each))]
        found.append(
            (hashlib.sha256("".join(w for w, _ in own).encode()).hexdigest(), max(newest for _, newest in own))
        )
    return found


def _list_folders(place: str) -> list[tuple[str, bool, int]]:
    """Return a place and the folders in it, each to be looked at by itself: its path, whether with all that lies below,
    how many bytes the disk needs for its names.
    """
    found = [(place, False, 0)]
    try:
        with os.scandir(place) as entries:
            below = sorted(entry.path for entry in entries if entry.is_dir() and entry.name != _BYTE_CODE)
        found += [(path, True, os.stat(path).st_size) for path in below]  # noqa: PTH116
    except OSError:
        pass
    return found


def _can_fork() -> bool:
    return hasattr(os, "fork") and (os.cpu_count() or 1) > 1 and threading.active_count() == 1


def _work_in_two(jobs: Sequence[tuple[str, bool]]) -> dict[int, _Weight]:
    """Return the weights of folders by their numbers, worked out by this process and another one: each takes the next
    number out of a pipe until it is empty. What the other one doesn't tell is missing; where none can be started, all.
    """
    todo, give = os.pipe()
    answers, answer = os.pipe()
    # so few that they wait in the pipe of any system
    os.write(give, b"".join(number.to_bytes(_NUMBER, "big") for number in range(len(jobs))))
    os.close(give)
    try:
        other = os.fork()
    except OSError:
        for end in (todo, answers, answer):
            os.close(end)
        return {}
    if not other:
        code = 1
        try:
            os.close(answers)
            with open(answer, "wb") as out:  # noqa: PTH123
                out.write(json.dumps(list(_work_off(todo, jobs).items())).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(answer)
    done = _work_off(todo, jobs)
    os.close(todo)
    with open(answers, "rb") as said:  # noqa: PTH123
        told = said.read()
    # where nobody waits for processes that ended, the system has done it
    with contextlib.suppress(ChildProcessError):
        os.waitpid(other, 0)
    with contextlib.suppress(ValueError):
        done |= {number: (state, newest) for number, (state, newest) in json.loads(told)}
    return done


def _work_off(todo: int, jobs: Sequence[tuple[str, bool]]) -> dict[int, _Weight]:
    done = {}
    while len(taken := os.read(todo, _NUMBER)) == _NUMBER:
        number = int.from_bytes(taken, "big")
        done[number] = _weigh(*jobs[number])
    return done


def _weigh(place: str, deep: bool) -> _Weight:
    """Return the weight of the files in a folder, or of a file. `deep`: with all that lies below; byte code isn't
    looked at.
    """
    look = _Look(deep)
    try:
        state = os.stat(place)  # noqa: PTH116
        if stat.S_ISDIR(state.st_mode):
            look.take_folder(place, place, None, frozenset())
        else:
            look.take(state)
    except OSError as error:
        look.fail(place, error)
    return look.weight


class _Look:
    """Names and states of files while they are gathered. What can't be looked at is told by what the system says."""

    def __init__(self, deep: bool) -> None:
        self._deep = deep
        self._digest = hashlib.sha256()
        self._states: list[int] = []

    @property
    def weight(self) -> _Weight:
        try:
            states = array("q", self._states)
        except OverflowError:
            # a time before 1678 or after 2262, a system that numbers files by more bits
            states = array("q", [number & 0x7FFF_FFFF_FFFF_FFFF for number in self._states])
        self._digest.update(states.tobytes())
        return self._digest.hexdigest(), max(max(states[at::4], default=0) for at in (1, 2))

    def take(self, state: os.stat_result) -> None:
        self._states.extend(_STATE(state))

    def fail(self, name: str, error: OSError) -> None:
        self._digest.update(f"{name}\0{error.errno}\0".encode("utf-8", "surrogatepass"))

    def take_folder(self, path: str, name: str, parent: int | None, above: frozenset[tuple[int, int]]) -> None:
        """Take a folder. It is opened from the one that it lies in (`parent`) and its files are looked at from there,
        where the system can: finding the way to each of them from the root takes as long as the rest. `above`: the
        folders that it lies in; a link that leads back to one of them is not followed.
        """
        opened = os.open(name, os.O_RDONLY, dir_fd=parent) if _FROM_FOLDERS else None
        try:
            state = os.stat(path if opened is None else opened)  # noqa: PTH116
            here = state.st_dev, state.st_ino
            if here in above:
                return
            # in the order in which the system lists them: it stays while nothing is put into the folder
            listed = os.listdir(path if opened is None else opened)  # noqa: PTH208
            names = [name for name in listed if name != _BYTE_CODE]
            look, state_of, put = os.stat, _STATE, self._states.extend
            for found in names:
                way = f"{path}/{found}" if opened is None else found
                try:
                    state = look(way, dir_fd=opened)
                    if state.st_mode & _KIND != stat.S_IFDIR:
                        put(state_of(state))
                    elif self._deep:
                        self.take_folder(f"{path}/{found}", way, opened, above | {here})
                except OSError as error:
                    self.fail(found, error)
        finally:
            if opened is not None:
                os.close(opened)
        self._digest.update("\0".join((path, *names)).encode("utf-8", "surrogatepass"))

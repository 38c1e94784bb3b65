"""A transcript's file → all that is known of it alone: annotated, abridged, held against its witness, checked.

    examine(desk, path) -> Examined | Unread               a function of the file, its witnesses and the desk alone
    examine_all(examiner, paths, shelf) -> Iterator[…]     the same of every file, on all processors

What was worked out is put on a shelf, so that no text lies in memory; as long as a file, its witnesses and the desk are
the same it is found there by the next build, too. A check of single briefings is one more line here.

This module must not know what another briefing holds.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from edition.abstracts import Abstract, make_abstract
from edition.annotate import Annotator, make_annotator
from edition.annotate.reach import Changes, compare_registers
from edition.annotate.repeats import Fingerprints, Repeated, find_repeats, find_repeats_again, take_fingerprints
from edition.checks import Registers, check_briefing, check_transcript, list_registers
from edition.config import Config
from edition.diagnostics import Sign, find_signs
from edition.entities import Shown, show_authorities
from edition.importing.checking import Proved, is_inside, prove_transcript
from edition.importing.kept import SOURCES
from edition.ledger.records import bare_block
from edition.memo import Memo, Stamp, Unkept, change, digest, digest_program, is_true, pack, take_stamp, unpack
from edition.model import Authorities, Briefing, Locus, Repeat, Transcript
from edition.parallel import collect_rarely, work_through
from edition.problems import Problem, Refused
from edition.releases.states import TextState, describe_text
from edition.settings import Settings
from edition.transcripts import loads


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies ready while transcripts are examined."""

    folder: Path
    config: Config
    annotator: Annotator
    shown: Shown
    registers: Registers


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a briefing alone, besides its text. `wording`: a checksum of its fingerprints. `problems`: also
    what was found beside its witness; `unsettled`: some of them name what comes near in the authority files. `state`:
    what a release would keep of it; `block`: what the ledger of addresses has of it where nothing changed.
    """

    abstract: Abstract
    wording: bytes
    proved: Proved
    problems: tuple[Problem, ...]
    unsettled: bool
    state: TextState
    block: str


@dataclass(frozen=True, slots=True)
class Examined:
    """A briefing and what is known of it; its fingerprints and whatever is worth a look in it, which are asked for once
    and needn't lie in memory.
    """

    briefing: Briefing
    known: Known
    fingerprints: Fingerprints
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class _Packed:
    """The same, ready to be put on a shelf, with the stamps of all files that it was made of."""

    stamps: tuple[Stamp, ...]
    known: bytes
    briefing: bytes
    fingerprints: bytes
    signs: bytes


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that is no transcript, and why."""

    problems: tuple[Problem, ...]


def make_desk(folder: Path, settings: Settings) -> Desk:
    """Return what examining needs; it takes as long as some twenty briefings."""
    config, authorities = settings.config, settings.authorities
    annotator = make_annotator(authorities, config)
    return Desk(folder, config, annotator, show_authorities(authorities, ""), list_registers(authorities))


class Examiner:
    """Who examines the transcripts of an edition: a desk that is laid out where it is first used. Another process gets
    what is needed to lay out its own, since the finders of the annotator can't be sent.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._given = folder, settings
        self.folder = folder

    def __reduce__(self) -> tuple[type[Examiner], tuple[Path, Settings]]:
        return Examiner, self._given

    @cached_property
    def desk(self) -> Desk:
        """What lies ready."""
        return make_desk(*self._given)

    @property
    def authorities(self) -> Authorities:
        """The authority files."""
        return self._given[1].authorities

    def version_with(self, registers: bytes) -> bytes:
        """Return a checksum of all that an examination depends on besides the files: program, config, authority files.
        `registers`: the checksum of the latter.
        """
        return digest(digest_program(), self._given[1].config, registers)


def list_transcripts(folder: Path) -> list[str]:
    """Return the paths, below the edition's folder, of all files that should be transcripts, in order of id."""
    files = sorted((folder / "content" / "briefings").rglob("*.md"), key=lambda file: (file.stem, file.as_posix()))
    return [file.relative_to(folder).as_posix() for file in files]


def read_transcript(folder: Path, path: str, language: str) -> Transcript:
    """Return a transcript, nothing done to it. `path`: below the edition's folder; `language`: of one that names none.
    Raises Refused.
    """
    return loads(_read_text(folder / path, path), path, language)


def tell_taken(path: str, id: str, other: str) -> Problem:
    """Return the problem of a transcript whose id another file has."""
    return Problem(Locus(path), f"the id “{id}” is taken by {other}", "rename one file")


def examine(desk: Desk, path: str) -> Examined | Unread:
    """Return all that is known of a transcript alone. `path`: below the edition's folder."""
    try:
        transcript = read_transcript(desk.folder, path, desk.config.language)
    except Refused as refused:
        return Unread(refused.problems)
    briefing, doubtful = desk.annotator.annotate(transcript)
    proved = prove_transcript(desk.folder, transcript)
    fingerprints = take_fingerprints(briefing)
    unsure = tuple(check_briefing(briefing, desk.registers))
    known = Known(
        abstract=make_abstract(briefing, desk.shown),
        wording=digest(fingerprints),
        proved=proved,
        problems=(*doubtful, *check_transcript(transcript), *unsure, *proved.problems),
        unsettled=bool(doubtful or unsure),
        state=describe_text(transcript),
        block=bare_block(transcript),
    )
    return Examined(briefing, known, fingerprints, find_signs(briefing, doubtful, desk.config))


# ── Every file ──────────────────────────────────────────────────────────────────────────────────────────────────────

#: The parts of an entry of the memo.
_KNOWN, _BRIEFING, _FINGERPRINTS, _SIGNS = 0, 1, 2, 3
#: The entry of all that is said again in an edition.
_REPEATS = "repeats"
#: The family and the entry of the authority files.
_REGISTERS = "registers"


#: The parts of the entry of all that is said again: what was found, and in what it was looked for.
_FOUND, _TOLD = 0, 1
#: Of each briefing in which it was looked for: its id, its date, a checksum of its fingerprints, its file.
_Told = tuple[str, str, bytes, str]
#: What is said again is looked for anew everywhere where more than one in so many briefings has changed.
_FEW = 20
_FoundRepeats = tuple[tuple[str, bytes], ...]


#: What is said again in a briefing, as it is kept: its sections, each with (briefing, section, share) of others.
_Repeated = tuple[tuple[str, tuple[tuple[str, str, float], ...]], ...]


class _Repeats(Mapping[str, Repeated]):
    """What is said again in each briefing of an edition, packed until somebody asks for it."""

    def __init__(self, kept: Iterable[tuple[str, bytes]]) -> None:
        self.kept = dict(kept)

    def __getitem__(self, id: str) -> Repeated:
        found = unpack(self.kept[id], _Repeated, small=True)
        return tuple([(section, tuple([Repeat(*each) for each in repeats])) for section, repeats in found])

    def __iter__(self) -> Iterator[str]:
        return iter(self.kept)

    def __len__(self) -> int:
        return len(self.kept)


def _pack_repeated(found: Repeated) -> bytes:
    kept = tuple((section, tuple((r.briefing, r.section, r.share) for r in repeats)) for section, repeats in found)
    return pack(kept, small=True)


class Shelf(Mapping[str, Briefing]):
    """A briefing's id → the briefing, read from where it lies whenever it is asked for; what an earlier build left lies
    there, too. `keep`: leave for the next one what this one works out; `home`, `lent`: as a memo has them.

    `examined`: how many were put there, and not found.
    """

    def __init__(self, examiner: Examiner, *, keep: bool, home: Path | None = None, lent: Iterable[Path] = ()) -> None:
        self.examined = 0
        self.examiner = examiner
        folder, now = examiner.folder, digest(examiner.authorities)
        # by which authority files what lies here was worked out
        self._registers = Memo(folder, _REGISTERS, digest_program(), keep=keep and home is None)
        self._changes: Changes | None = None
        before = self._registers.key_of(_REGISTERS) if self._registers.recall(_REGISTERS) else None
        with contextlib.suppress(Unkept):
            if before not in (None, now):
                earlier = unpack(self._registers.read(_REGISTERS, 0), Authorities)
                self._changes = compare_registers(earlier, examiner.authorities)
            if before != now:
                self._registers.put(_REGISTERS, now, (), (pack(examiner.authorities),))
        self.memo = Memo(
            folder, "read", examiner.version_with(now), keep=keep, home=home, lent=lent,
            earlier=examiner.version_with(before) if before and self._changes else None,
        )  # fmt: skip
        self._paths: dict[str, str] = {}
        #: what can't be packed, and the briefing that was asked for last
        self._held: dict[str, Examined] = {}
        self._last: tuple[str, Briefing] | None = None
        self._same: dict[object, Any] = {}

    def recall(self, path: str) -> bool:
        """Say whether what is known of a file lies here, and would come out the same now."""
        if not self.memo.recall(path):
            return False
        if self._changes is None or not self.memo.is_earlier(path):
            return True
        with contextlib.suppress(Unkept):
            known, briefing = unpack(self.memo.read(path, _KNOWN), Known, small=True), self._unpack(path)
            mentions = (key for section in known.abstract.sections for key in section.mentions)
            ids = {id for _, id in (*mentions, *known.abstract.named)}
            if not known.unsettled and not self._changes.touch(briefing, ids):
                return True
        # or it would be kept as if it were of today
        self.memo.drop(path)
        return False

    def put(self, path: str, found: Examined | _Packed) -> Known:
        """Take in what was worked out of a file, and return what is known of it."""
        self.examined += 1
        if isinstance(found, Examined):
            self._held[path] = found
            return self._share(found.known)
        parts = found.known, found.briefing, found.fingerprints, found.signs
        self.memo.put(path, digest(*parts[:_FINGERPRINTS]), found.stamps, parts)
        return self._share(unpack(found.known, Known, small=True))

    def find(self, path: str) -> Known | None:
        """Return what is known of a file that is remembered; None where it can't be read any more."""
        try:
            return self._share(unpack(self.memo.read(path, _KNOWN), Known, small=True))
        except Unkept:
            self.memo.drop(path)
            return None

    def _share(self, known: Known) -> Known:
        """Let what is known of all briefings hold each entity, tag and name once: half of the room that it would take.
        Nobody has seen it before.
        """
        same, put = self._same.setdefault, change
        for section in known.abstract.sections:
            put(section, "mentions", tuple([same(key, key) for key in section.mentions]))
            put(section, "tags", tuple([same(ids, ids) for ids in section.tags]))
            put(section, "names", tuple([same(name, name) for name in section.names]))
            for field in ("id", "number", "outlet", "paragraphs"):
                put(section, field, same(getattr(section, field), getattr(section, field)))
        put(known.abstract, "named", tuple([same(key, key) for key in known.abstract.named]))
        put(known.abstract, "days", tuple([same(day, day) for day in known.abstract.days]))
        return known

    def find_repeats(self, every: Mapping[str, Known]) -> Mapping[str, Repeated]:
        """Return what is said again. `every`: id → what is known of a briefing that stands here. While all that they
        say is as it was, it isn't looked for again; where few of them have changed, only where these can matter.
        """
        told = tuple(sorted((id, b.abstract.date or "", b.wording, self._paths[id]) for id, b in every.items()))
        key = digest([each[:3] for each in told])
        if self.memo.recall(_REPEATS, key):
            with contextlib.suppress(Unkept):
                return _Repeats(unpack(self.memo.read(_REPEATS, _FOUND), _FoundRepeats))
        repeats = self._find_new_repeats(told)
        self.memo.put(_REPEATS, key, (), (pack(tuple(repeats.kept.items())), pack(told)))
        return repeats

    def _find_new_repeats(self, told: tuple[_Told, ...]) -> _Repeats:
        with contextlib.suppress(Unkept):
            before = unpack(self.memo.read_before(_REPEATS, _TOLD) or b"", tuple[_Told, ...])
            was, now = ({id: (date, wording) for id, date, wording, _ in each} for each in (before, told))
            new = frozenset(id for id in now if was.get(id) != now[id])
            gone = [each for each in before if now.get(each[0]) != was[each[0]]]
            if _FEW * (len(new) + len(gone)) < len(told):
                found = _Repeats(unpack(self.memo.read_before(_REPEATS, _FOUND) or b"", _FoundRepeats))
                lost = [self._take_fingerprints_before(path, wording) for _, _, wording, path in gone]
                every = [self._take_fingerprints(id) for id, *_ in told]
                changed = dict(find_repeats_again(every, new, lost, found))
                kept = ((id, each) for id, each in found.kept.items() if id in now and id not in changed)
                return _Repeats((*kept, *((id, _pack_repeated(each)) for id, each in changed.items() if each)))
        every_one = find_repeats(self._take_fingerprints(id) for id, *_ in told)
        return _Repeats((id, _pack_repeated(each)) for id, each in every_one)

    def _take_fingerprints_before(self, path: str, wording: bytes) -> Fingerprints:
        """Return the fingerprints of a file as it was; raises Unkept where they aren't known any more."""
        found = unpack(self.memo.read_before(path, _FINGERPRINTS) or b"", Fingerprints)
        if digest(found) != wording:
            raise Unkept(path)
        return found

    def _take_fingerprints(self, id: str) -> Fingerprints:
        path = self._paths[id]
        if path in self._held:
            return self._held[path].fingerprints
        with contextlib.suppress(Unkept):
            return unpack(self.memo.read(path, _FINGERPRINTS), Fingerprints)
        return take_fingerprints(self[id])

    def take_signs(self, id: str) -> tuple[Sign, ...]:
        """Return whatever is worth a look in a briefing."""
        path = self._paths[id]
        if path in self._held:
            return self._held[path].signs
        with contextlib.suppress(Unkept):
            return unpack(self.memo.read(path, _SIGNS), tuple[Sign, ...], small=True)
        return self._examine_again(path).signs

    def finish(self) -> None:
        """Leave for the next build what this one worked out."""
        self.memo.finish()
        # last: as long as it isn't there, no pack is of an earlier version
        self._registers.finish()

    def stand(self, id: str, path: str) -> None:
        """Take note of the file in which a briefing is found."""
        self._paths[id] = path

    def digest_of(self, id: str) -> bytes:
        """Return a checksum of a briefing and all that is known of it."""
        path = self._paths[id]
        if path in self._held:
            return digest(self._held[path].known, self._held[path].briefing)
        return self.memo.key_of(path)

    def take(self, id: str) -> bytes | Briefing:
        """Return a briefing as `pack` made it, or itself where it can't be packed."""
        path = self._paths[id]
        return self._held[path].briefing if path in self._held else self.memo.read(path, _BRIEFING)

    def __getitem__(self, id: str) -> Briefing:
        path = self._paths[id]
        if path in self._held:
            return self._held[path].briefing
        if self._last is None or self._last[0] != path:
            self._last = path, self._read(path)
        return self._last[1]

    def _read(self, path: str) -> Briefing:
        with contextlib.suppress(Unkept):
            return self._unpack(path)
        return self._examine_again(path).briefing

    def _examine_again(self, path: str) -> Examined:
        """Return what the disk has damaged since."""
        found = examine(self.examiner.desk, path)
        if isinstance(found, Unread):
            raise Refused(*found.problems)
        return found

    def _unpack(self, path: str) -> Briefing:
        return unpack(self.memo.read(path, _BRIEFING), Briefing)

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


class Signs(Iterable[Sign]):
    """Whatever is worth a look in some briefings, read from a shelf whenever they are gone through."""

    def __init__(self, shelf: Shelf, ids: Iterable[str]) -> None:
        self._shelf, self._ids = shelf, tuple(ids)

    def __iter__(self) -> Iterator[Sign]:
        for id in self._ids:
            yield from self._shelf.take_signs(id)


class Transcripts(Mapping[str, Transcript]):
    """A briefing's id → its transcript, of the briefings on a shelf."""

    def __init__(self, shelf: Mapping[str, Briefing]) -> None:
        self._shelf = shelf

    def __getitem__(self, id: str) -> Transcript:
        return self._shelf[id].transcript

    def __contains__(self, id: object) -> bool:
        return id in self._shelf

    def __iter__(self) -> Iterator[str]:
        return iter(self._shelf)

    def __len__(self) -> int:
        return len(self._shelf)


def examine_all(
    examiner: Examiner, paths: Sequence[str], shelf: Shelf, workers: int | None = None
) -> Iterator[Known | Unread]:
    """Yield what is known of each transcript alone, in the order of the paths: what the shelf has not is worked out on
    `workers` processes (default: as many as there are processors) and put there.
    """
    fresh = [path for path in paths if not shelf.recall(path)]
    workers = workers if workers is not None else os.cpu_count() or 1
    collect_rarely()
    made = work_through(_examine, examiner, fresh, _lost, workers)
    new = frozenset(fresh)
    for path in paths:
        if path not in new:
            if (known := shelf.find(path)) is not None:
                yield known
                continue
            found = _examine(examiner, path)
        else:
            found = next(made)
        yield found if isinstance(found, Unread) else shelf.put(path, found)


def _examine(examiner: Examiner, path: str) -> Examined | _Packed | Unread:
    folder = examiner.folder
    stamp = take_stamp(folder, path)
    found = examine(examiner.desk, path)
    if isinstance(found, Unread):
        return found
    source, revisions = found.briefing.transcript.source, found.briefing.transcript.revisions
    kept = dict.fromkeys(each for each in (source.path, *(r.path for r in revisions)) if each and is_inside(each))
    witnesses = {each: take_stamp(folder, f"{SOURCES}/{each}") for each in kept}
    # a file may have been saved anew while it was read
    unmoved = is_true(folder, stamp) and (
        source.path not in witnesses or found.known.proved.read == (witnesses[source.path].sha256 == source.sha256)
    )
    with contextlib.suppress(Unkept):
        if unmoved:
            # every build reads what is known, and the signs; to decompress them would take as long again
            known, signs = (pack(each, small=True) for each in (found.known, found.signs))
            whole, fingerprints = pack(found.briefing), pack(found.fingerprints)
            return _Packed((stamp, *witnesses.values()), known, whole, fingerprints, signs)
    return found


def _lost(path: str) -> Unread:
    message = "the process that read it was ended from outside (is the memory too small?)"
    return Unread((Problem(Locus(path), message, "end other programs, and build again"),))


def _read_text(file: Path, shown: str) -> str:
    try:
        # newlines stay as they are: a printed carriage return is the transcript's business
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        raise Refused(Problem(Locus(shown, line), "not in the encoding UTF-8", "save the file as UTF-8")) from None
    except OSError as error:
        raise Refused(Problem(Locus(shown), f"can't be read: {error.strerror or error}")) from None

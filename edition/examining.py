"""A transcript's file → all that is known of it alone: annotated, abridged, held against its witness, checked.

    examine(desk, path) -> Examined | Unread               a function of the file, its witness and the desk alone
    examine_all(examiner, paths) -> Iterator[…]            the same of every file, on all processors

A check of single briefings is one more line here. This module must not know what another briefing holds.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from edition.abstracts import Abstract, make_abstract
from edition.annotate import Annotator, make_annotator
from edition.annotate.repeats import Fingerprints, take_fingerprints
from edition.checks import Registers, check_briefing, check_transcript, list_registers
from edition.config import Config
from edition.diagnostics import Sign, find_signs
from edition.entities import Shown, show_authorities
from edition.importing import Proved, prove_transcript
from edition.model import Briefing, Locus, Transcript
from edition.parallel import work_through
from edition.problems import Problem, Refused
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
class Examined:
    """A briefing with all that is known of it alone. `problems`: also what was found beside its witness."""

    briefing: Briefing
    abstract: Abstract
    fingerprints: Fingerprints
    signs: tuple[Sign, ...]
    proved: Proved
    problems: tuple[Problem, ...]


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

    def __reduce__(self) -> tuple[type[Examiner], tuple[Path, Settings]]:
        return Examiner, self._given

    @cached_property
    def desk(self) -> Desk:
        """What lies ready."""
        return make_desk(*self._given)


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
    return Examined(
        briefing=briefing,
        abstract=make_abstract(briefing, desk.shown),
        fingerprints=take_fingerprints(briefing),
        signs=find_signs(briefing, doubtful, desk.config),
        proved=proved,
        problems=(
            *doubtful,
            *check_transcript(transcript),
            *check_briefing(briefing, desk.registers),
            *proved.problems,
        ),
    )


def examine_all(examiner: Examiner, paths: Sequence[str], workers: int | None = None) -> Iterator[Examined | Unread]:
    """Yield all that is known of each transcript alone, in the order of the paths, worked out on `workers` processes
    (default: as many as there are processors).
    """
    return work_through(_examine, examiner, paths, _lost, workers if workers is not None else os.cpu_count() or 1)


def _examine(examiner: Examiner, path: str) -> Examined | Unread:
    return examine(examiner.desk, path)


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

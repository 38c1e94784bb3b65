"""Transcripts against their kept witnesses: every difference that no apparatus records.

This module must not change a file.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Literal, NamedTuple

from edition.importing.kept import BRIEFINGS, REVISIONS, SOURCES, plain_path
from edition.model import Locus, Source, Transcript
from edition.problems import Problem, Refused
from edition.witnesses import decode, is_page
from edition.words import check_conservation, count_words

#: What is known of a transcript beside its witness: each word of it was compared and is accounted for; there are
#: differences that no apparatus records, or the witness can't be read; no witness is kept.
State = Literal["checked", "differs", "unkept"]


def check_witnesses(edition_dir: Path, transcripts: Iterable[Transcript]) -> tuple[Problem, ...]:
    """Return each difference between a transcript and its kept witness that the apparatus does not record, each kept
    witness that is missing, each whose bytes have changed since the import, also of its revisions; of a witness that
    holds several briefings, lines that are in two of them or (a note) in none; and (a note) each revision that waits.
    """
    found = [(transcript, prove_transcript(edition_dir, transcript)) for transcript in transcripts]
    problems = [problem for _, proved in found for problem in proved.problems]
    shares = (Share(t.file or _file_of(t), t.source) for t, proved in found if proved.read)
    return (*problems, *check_shares(edition_dir, shares), *tell_waiting(edition_dir))


@dataclass(frozen=True, slots=True)
class Proved:
    """What a comparison of one transcript with its witness found. `read`: the witness is there and is the one that was
    imported.
    """

    state: State
    read: bool
    problems: tuple[Problem, ...]


def prove_transcript(edition_dir: Path, transcript: Transcript) -> Proved:
    """Compare a transcript with its kept witness, and the kept witnesses of its revisions with their checksums."""
    file, source = transcript.file or _file_of(transcript), transcript.source
    problems: list[Problem] = []
    for revision in transcript.revisions:
        if revision.sha256 != source.sha256:
            problems += _check_kept(edition_dir, file, revision.path, revision.sha256)
    if source.path is None:
        return Proved("unkept", False, tuple(problems))
    data, found = _read_kept(edition_dir, file, source.path, source.sha256)
    if data is not None:
        found = [*found, *_compare(data, transcript, file)]
    differs = any(problem.severity == "error" for problem in found)
    return Proved("differs" if differs else "checked", data is not None, (*problems, *found))


def tell_waiting(edition_dir: Path) -> Iterator[Problem]:
    """Yield a note for each revision that waits to be taken."""
    for waiting in sorted((edition_dir / REVISIONS).rglob("*.md")):
        mine, new = f"{BRIEFINGS}/{waiting.name}", waiting.relative_to(edition_dir).as_posix()
        hint = f"compare: git diff --no-index {mine} {new}; then: python build.py take {new}, or delete it"
        yield Problem(Locus(new), f"a revision waits beside {mine}", hint, "note")


def is_inside(kept: str) -> bool:
    """Say whether the path of a kept witness stays below content/sources; none other is ever read."""
    return ".." not in PurePosixPath(kept).parts and not PurePosixPath(kept).is_absolute()


def _file_of(transcript: Transcript) -> str:
    return f"{BRIEFINGS}/{transcript.id}.md"


def _read_kept(edition_dir: Path, file: str, kept: str, sha256: str) -> tuple[bytes | None, list[Problem]]:
    """Return the bytes of a kept witness, None where they are not those that were imported."""
    shown = f"{SOURCES}/{kept}"
    if not is_inside(kept):
        return None, [Problem(Locus(file), f"source path “{kept}” leads out of {SOURCES}")]
    try:
        data = (edition_dir / SOURCES / kept).read_bytes()
    except OSError as e:
        return None, [Problem(Locus(file), f"its witness {shown} can't be read: {e.strerror or e}", "restore the file")]
    if hashlib.sha256(data).hexdigest() != sha256:
        hint = "restore the witness; a new version of a source is imported, not put in its place"
        message = f"its witness {shown} is not the file that was imported (sha256 differs)"
        return None, [Problem(Locus(file), message, hint)]
    return data, []


def _compare(data: bytes, transcript: Transcript, file: str) -> Iterator[Problem]:
    shown = f"{SOURCES}/{transcript.source.path}"
    try:
        lines = _lines_of(data, shown)
    except Refused as refused:
        yield from refused.problems
        return
    for problem in check_conservation(lines, replace(transcript, file=file), file=shown, every=True):
        yield problem if problem.locus.file == file else _of_apparatus(problem, file)


class Share(NamedTuple):
    """The part of a kept witness that a transcript has: its own file and its source."""

    file: str
    source: Source


def _lines_of(data: bytes, shown: str) -> tuple[str, ...]:
    text, _ = decode(data, shown)
    if not is_page(text):
        return tuple(re.split(r"\r\n|\r|\n", text))
    # a build whose witnesses are texts needs no reader of pages
    from edition.containers import page_lines

    return page_lines(text)


def _of_apparatus(problem: Problem, file: str) -> Problem:
    """Return what is wrong with an entry of the apparatus as a problem of the transcript, where it must be mended."""
    where, line = problem.locus.file, problem.locus.line
    hint = "correct the entry's line and words, or delete it"
    return Problem(Locus(file), f"{problem.message} ({where}{f':{line}' if line else ''})", hint)


def check_shares(edition_dir: Path, shares: Iterable[Share]) -> Iterator[Problem]:
    """Yield which lines of a witness are in two briefings, in none (a note), or beyond its end. `shares`: of all
    transcripts whose witness could be read.
    """
    held: dict[str, list[Share]] = {}
    for share in shares:
        held.setdefault(share.source.path or "", []).append(share)
    versions = Counter(plain_path(path) for path in held)
    for path, each in sorted(held.items()):
        if len(each) == 1 and not each[0].source.lines:
            continue
        shown = f"{SOURCES}/{path}"
        lines = _lines_of((edition_dir / SOURCES / path).read_bytes(), shown)
        ranges = sorted((*r, s.file) for s in each for r in s.source.lines or ((1, len(lines)),))
        reached, last = 0, ""
        for first, end, file in ranges:
            if end > len(lines):
                message = f"source.lines goes to line {end}; {shown} ends at line {len(lines)}"
                yield Problem(Locus(file), message, "restore the range from the file's history")
            if first <= reached and file != last:
                message = f"{_lines(first, min(reached, end))} of {shown} stand in {last}, too"
                yield Problem(Locus(file), message, "each line belongs to one briefing: correct source.lines in one")
            # Where one part was taken from a later witness, its lines in the earlier one are nobody's, rightly.
            elif versions[plain_path(path)] == 1:
                yield from _nobody(shown, lines, reached + 1, first - 1)
            if end > reached:
                reached, last = end, file
        if versions[plain_path(path)] == 1:
            yield from _nobody(shown, lines, reached + 1, len(lines))


def _nobody(shown: str, lines: Sequence[str], first: int, end: int) -> Iterator[Problem]:
    """Yield a note where lines that hold words are in no briefing."""
    if any(count_words(text) for text in lines[first - 1 : end]):
        message = f"{_lines(first, end)} are in no briefing: was one deleted, or can't it be read?"
        hint = "restore the transcript from the edition's history, or leave it so"
        yield Problem(Locus(shown, first), message, hint, "note")


def _lines(first: int, end: int) -> str:
    return f"lines {first}–{end}" if end > first else f"line {first}"


def _check_kept(edition_dir: Path, file: str, kept: str, sha256: str) -> Iterator[Problem]:
    """Yield what is wrong with the kept witness of a revision."""
    if not is_inside(kept):
        yield Problem(Locus(file), f"a revision's path “{kept}” leads out of {SOURCES}")
        return
    try:
        if hashlib.sha256((edition_dir / SOURCES / kept).read_bytes()).hexdigest() != sha256:
            message = f"the witness of a revision, {SOURCES}/{kept}, is not the file that was imported (sha256 differs)"
            yield Problem(Locus(file), message, "restore the witness")
    except OSError as e:
        message = f"the witness of a revision, {SOURCES}/{kept}, can't be read: {e.strerror or e}"
        yield Problem(Locus(file), message, "restore the file")

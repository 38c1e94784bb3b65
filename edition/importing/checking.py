"""Transcripts against their kept witnesses: every difference that no apparatus records.

This module must not change a file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from edition.containers import page_lines
from edition.importing.kept import BRIEFINGS, REVISIONS, SOURCES
from edition.model import Locus, Transcript
from edition.problems import Problem, Refused
from edition.witnesses import container_of, decode
from edition.words import check_conservation


def check_witnesses(edition_dir: Path, transcripts: Iterable[Transcript]) -> Iterator[Problem]:
    """Yield each difference between a transcript and its kept witness that the apparatus does not record, each kept
    witness that is missing, each whose bytes have changed since the import, also of its revisions, and (a note) each
    revision that waits.
    """
    for transcript in transcripts:
        file = transcript.file or f"{BRIEFINGS}/{transcript.id}.md"
        source = transcript.source
        for revision in transcript.revisions:
            if revision.sha256 != source.sha256:
                yield from _check_kept(edition_dir, file, revision.path, revision.sha256)
        if source.path is None:
            continue
        shown = f"{SOURCES}/{source.path}"
        path = edition_dir / SOURCES / source.path
        if ".." in PurePosixPath(source.path).parts or PurePosixPath(source.path).is_absolute():
            yield Problem(Locus(file), f"source path “{source.path}” leads out of {SOURCES}")
            continue
        try:
            data = path.read_bytes()
        except OSError as e:
            yield Problem(Locus(file), f"its witness {shown} can't be read: {e.strerror or e}", "restore the file")
            continue
        if hashlib.sha256(data).hexdigest() != source.sha256:
            hint = "restore the witness; a new version of a source is imported, not put in its place"
            yield Problem(Locus(file), f"its witness {shown} is not the file that was imported (sha256 differs)", hint)
            continue
        try:
            text, _ = decode(data, shown)
        except Refused as refused:
            yield from refused.problems
            continue
        html = container_of(text) == "html"
        lines = page_lines(text) if html else tuple(re.split(r"\r\n|\r|\n", text))
        yield from check_conservation(lines, replace(transcript, file=file), file=shown, every=True)
    for waiting in sorted((edition_dir / REVISIONS).rglob("*.md")):
        mine, new = f"{BRIEFINGS}/{waiting.name}", waiting.relative_to(edition_dir).as_posix()
        hint = f"compare: git diff --no-index {mine} {new}; then: python build.py take {new}, or delete it"
        yield Problem(Locus(new), f"a revision waits beside {mine}", hint, "note")


def _check_kept(edition_dir: Path, file: str, kept: str, sha256: str) -> Iterator[Problem]:
    """Yield what is wrong with the kept witness of a revision."""
    if ".." in PurePosixPath(kept).parts or PurePosixPath(kept).is_absolute():
        yield Problem(Locus(file), f"a revision's path “{kept}” leads out of {SOURCES}")
        return
    try:
        if hashlib.sha256((edition_dir / SOURCES / kept).read_bytes()).hexdigest() != sha256:
            message = f"the witness of a revision, {SOURCES}/{kept}, is not the file that was imported (sha256 differs)"
            yield Problem(Locus(file), message, "restore the witness")
    except OSError as e:
        message = f"the witness of a revision, {SOURCES}/{kept}, can't be read: {e.strerror or e}"
        yield Problem(Locus(file), message, "restore the file")
